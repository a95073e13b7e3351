set role neonpro_owner;

create table public.patient_representatives (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  full_name text not null,
  cpf_enc bytea not null,
  cpf_bidx bytea not null,
  cns text,
  relation public.representative_relation not null,
  basis_document text,
  basis_sha256 bytea,
  scope text[] not null,
  valid_from date not null,
  valid_until date,
  verified_by uuid,
  verified_at timestamptz,
  verification_method text,
  disputed_since date,
  dispute_document text,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint patient_representatives_clinic_id_key unique (clinic_id, id),
  -- What a consent points to: the representative of that patient and of no other.
  constraint patient_representatives_patient_key unique (clinic_id, patient_id, id),
  constraint patient_representatives_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint patient_representatives_scope_check check (
    cardinality(scope) > 0 and scope <@ array['health', 'data', 'images', 'financial']
  ),
  constraint patient_representatives_document_check check (
    relation not in ('guardian', 'curator', 'proxy') or (basis_document is not null and basis_sha256 is not null)
  ),
  constraint patient_representatives_sha_check check (octet_length(basis_sha256) = 32),
  constraint patient_representatives_cns_check check (cns ~ '^[0-9]{15}$'),
  constraint patient_representatives_period_check check (valid_until >= valid_from),
  constraint patient_representatives_dispute_check check (disputed_since is not null or dispute_document is null),
  constraint patient_representatives_verified_check check (
    (verified_at is null) = (verified_by is null) and (verified_at is null) = (verification_method is null)
  )
);

create function app.check_representative() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  person record;
begin
  select p.birth_date, p.legal_capacity into person
  from public.patients p
  where p.clinic_id = new.clinic_id and p.id = new.patient_id;
  if app.user_id() is not null and not app.has_role(new.clinic_id, 'dpo') and (
      case tg_op
        when 'INSERT' then new.disputed_since is not null
        else (new.disputed_since, new.dispute_document) is distinct from (old.disputed_since, old.dispute_document)
      end
    ) then
    raise exception 'a dispute between representatives is recorded by the data protection officer'
      using errcode = 'insufficient_privilege';
  end if;
  -- Whoever answers for a minor stops on the day the minor turns 18.
  if person.legal_capacity = 'minor' and new.relation in ('mother', 'father', 'guardian') then
    new.valid_until := least(new.valid_until, app.birthday(person.birth_date, 18) - 1);
  end if;
  return new;
end
$$;
comment on function app.check_representative() is 'A representação de menor termina na véspera dos 18 anos.';
create trigger check_representative before insert or update on public.patient_representatives
  for each row execute function app.check_representative();
select app.keep('public.patient_representatives');

comment on table public.patient_representatives is 'Quem responde pelo paciente. [pers audit=all rls=R2 keep=chart]';
comment on column public.patient_representatives.id is 'Identificador. [int]';
comment on column public.patient_representatives.clinic_id is 'Clínica. [int]';
comment on column public.patient_representatives.patient_id is 'Paciente. [pers]';
comment on column public.patient_representatives.full_name is 'Nome completo. [pers]';
comment on column public.patient_representatives.cpf_enc is 'CPF cifrado. [pers id]';
comment on column public.patient_representatives.cpf_bidx is 'Índice cego do CPF (HMAC com chave da clínica). [pers id]';
comment on column public.patient_representatives.cns is 'Cartão Nacional de Saúde: vai em claro nos documentos ao SUS. [pers id plain]';
comment on column public.patient_representatives.relation is 'Vínculo. [pers]';
comment on column public.patient_representatives.basis_document is 'Documento que dá poderes. [int evid]';
comment on column public.patient_representatives.basis_sha256 is 'Prova do documento. [int evid]';
comment on column public.patient_representatives.scope is 'Para que responde. [int]';
comment on column public.patient_representatives.valid_from is 'Início. [int]';
comment on column public.patient_representatives.valid_until is 'Último dia. [int]';
comment on column public.patient_representatives.verified_by is 'Quem conferiu (LGPD art. 14 §5). [int evid]';
comment on column public.patient_representatives.verified_at is 'Quando conferiu. [int evid]';
comment on column public.patient_representatives.verification_method is 'Como conferiu. [int evid]';
comment on column public.patient_representatives.disputed_since is 'Desde quando os responsáveis divergem: só o encarregado registra. [pers]';
comment on column public.patient_representatives.dispute_document is 'Decisão que restringe um deles. [int evid]';
comment on column public.patient_representatives.is_active is 'Ativo. [int]';
comment on column public.patient_representatives.created_at is 'Criação. [int]';
comment on column public.patient_representatives.created_by is 'Quem criou. [int]';
comment on column public.patient_representatives.updated_at is 'Última alteração. [int]';
comment on column public.patient_representatives.row_version is 'Versão da linha. [int]';

reset role;
