set role neonpro_owner;

create type public.signature_level as enum ('simple', 'advanced', 'qualified');
create type public.signature_format as enum ('CAdES', 'XAdES', 'PAdES', 'other');
create type public.revocation_result as enum ('good', 'revoked', 'unknown');
create type public.signature_validation as enum ('valid', 'invalid', 'undetermined');

create table public.digital_signatures (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  document_table text not null,
  document_id uuid not null,
  document_sha256 bytea not null,
  signer_user_id uuid not null,
  signer_cpf_bidx bytea,
  signer_name text not null,
  council text,
  level public.signature_level not null,
  format public.signature_format not null,
  policy text,
  cert_serial text,
  cert_issuer text,
  cert_not_before timestamptz,
  cert_not_after timestamptz,
  signed_at timestamptz not null,
  timestamp_token bytea,
  cms bytea,
  revocation_checked_at timestamptz,
  revocation_result public.revocation_result,
  validation public.signature_validation not null default 'undetermined',
  validation_reason text,
  validated_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint digital_signatures_clinic_id_key unique (clinic_id, id),
  constraint digital_signatures_document_check check (document_table in ('public.medical_records', 'public.prescriptions', 'public.consent_records')),
  constraint digital_signatures_sha_check check (octet_length(document_sha256) = 32),
  constraint digital_signatures_qualified_check check (
    level <> 'qualified'
    or (cert_serial is not null and cert_issuer is not null and cert_not_before is not null and cert_not_after is not null)
  ),
  constraint digital_signatures_time_check check (cert_not_before is null or signed_at between cert_not_before and cert_not_after),
  constraint digital_signatures_revocation_check check ((revocation_checked_at is null) = (revocation_result is null))
);

create index digital_signatures_document_idx on public.digital_signatures (clinic_id, document_table, document_id);
create index digital_signatures_signed_idx on public.digital_signatures (clinic_id, signed_at desc);

-- What was signed stays; a later verification may be noted.
create function app.check_signature() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - array['revocation_checked_at', 'revocation_result', 'validation', 'validation_reason', 'validated_at', 'updated_at', 'row_version'])
      is distinct from (to_jsonb(old) - array['revocation_checked_at', 'revocation_result', 'validation', 'validation_reason', 'validated_at', 'updated_at', 'row_version']) then
    raise exception 'a signature stays as it was made' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
comment on function app.check_signature() is 'Assinatura não muda; só o resultado da verificação.';
create trigger check_signature before update or delete on public.digital_signatures
  for each row execute function app.check_signature();
create trigger refuse_truncate before truncate on public.digital_signatures
  for each statement execute function app.refuse_statement();
alter table public.digital_signatures enable always trigger check_signature, enable always trigger refuse_truncate;
select app.keep('public.digital_signatures');

alter table public.medical_records add constraint medical_records_signature_fkey
  foreign key (clinic_id, signature_id) references public.digital_signatures (clinic_id, id) on delete restrict;
-- Definer: an entry takes the signature that was made over it, whoever sets it.
create function app.check_record_signature() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from public.digital_signatures s
    where s.clinic_id = new.clinic_id and s.id = new.signature_id and s.document_table = 'public.medical_records'
      and s.document_id = new.id and s.document_sha256 = new.content_sha256
  ) then
    raise exception 'this signature is not of this entry' using errcode = 'check_violation';
  end if;
  return null;
end
$$;
comment on function app.check_record_signature() is 'O registro só recebe a assinatura feita sobre ele.';
create trigger check_record_signature after insert or update of signature_id on public.medical_records
  for each row when (new.signature_id is not null) execute function app.check_record_signature();
alter table public.medical_records enable always trigger check_record_signature;
create index medical_records_signature_idx on public.medical_records (clinic_id, signature_id) where signature_id is not null;
alter table public.consent_records add constraint consent_records_signature_fkey
  foreign key (clinic_id, signature_id) references public.digital_signatures (clinic_id, id) on delete restrict;
create index consent_records_signature_idx on public.consent_records (clinic_id, signature_id) where signature_id is not null;

comment on table public.digital_signatures is 'Assinaturas digitais de documentos clínicos. [pers audit=writes rls=R4 keep=document]';
comment on column public.digital_signatures.id is 'Identificador. [int]';
comment on column public.digital_signatures.clinic_id is 'Clínica. [int]';
comment on column public.digital_signatures.document_table is 'Tabela do documento. [int evid]';
comment on column public.digital_signatures.document_id is 'Documento. [int evid]';
comment on column public.digital_signatures.document_sha256 is 'Prova do conteúdo assinado. [int evid]';
comment on column public.digital_signatures.signer_user_id is 'Quem assinou. [pers]';
comment on column public.digital_signatures.signer_cpf_bidx is 'Índice cego do CPF do certificado. [pers id]';
comment on column public.digital_signatures.signer_name is 'Nome, como no certificado. [pers]';
comment on column public.digital_signatures.council is 'Conselho e registro. [pers]';
comment on column public.digital_signatures.level is 'Simples, avançada ou qualificada. [int evid]';
comment on column public.digital_signatures.format is 'Formato. [int evid]';
comment on column public.digital_signatures.policy is 'Política (AD-RB, AD-RT…). [int evid]';
comment on column public.digital_signatures.cert_serial is 'Série do certificado. [int evid]';
comment on column public.digital_signatures.cert_issuer is 'Emissor do certificado. [int evid]';
comment on column public.digital_signatures.cert_not_before is 'Início da validade do certificado. [int evid]';
comment on column public.digital_signatures.cert_not_after is 'Fim da validade do certificado. [int evid]';
comment on column public.digital_signatures.signed_at is 'Quando se assinou. [int evid]';
comment on column public.digital_signatures.timestamp_token is 'Carimbo do tempo. [int evid]';
comment on column public.digital_signatures.cms is 'A assinatura, CMS destacada em DER (RFC 5652). [int evid]';
comment on column public.digital_signatures.revocation_checked_at is 'Última consulta de revogação. [int evid]';
comment on column public.digital_signatures.revocation_result is 'Resultado da consulta. [int evid]';
comment on column public.digital_signatures.validation is 'Resultado da última verificação. [int evid]';
comment on column public.digital_signatures.validation_reason is 'Por que, em código. [int evid]';
comment on column public.digital_signatures.validated_at is 'Quando se verificou. [int evid]';
comment on column public.digital_signatures.created_at is 'Criação. [int]';
comment on column public.digital_signatures.created_by is 'Quem criou. [int]';
comment on column public.digital_signatures.updated_at is 'Última alteração. [int]';
comment on column public.digital_signatures.row_version is 'Versão da linha. [int]';

reset role;
