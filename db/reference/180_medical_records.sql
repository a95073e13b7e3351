set role neonpro_owner;

create table public.medical_records (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  professional_id uuid not null,
  appointment_id uuid,
  entry_type public.record_entry_type not null,
  visit_date timestamptz not null,
  chief_complaint text,
  history text,
  exam text,
  assessment text,
  treatment_plan text,
  icd_codes text[],
  status public.record_status not null default 'draft',
  version integer not null default 1,
  previous_id uuid,
  amendment_reason text,
  author_name text not null,
  author_council text not null,
  author_license text not null,
  content_sha256 bytea not null,
  chain_hash bytea not null,
  signature_id uuid,
  -- Under row security the planner takes a guess for what is asked of an enum: its operators are not leakproof.
  awaits_signature boolean not null generated always as (signature_id is null and status in ('final', 'amended')) stored,
  ai_session_id uuid,
  ai_reviewed_by uuid,
  confidentiality public.record_confidentiality not null default 'normal',
  inactivated_at timestamptz,
  inactivated_by uuid,
  inactivated_reason text,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint medical_records_clinic_id_key unique (clinic_id, id),
  constraint medical_records_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint medical_records_professional_fkey foreign key (clinic_id, professional_id)
    references public.professionals (clinic_id, id) on delete restrict,
  constraint medical_records_appointment_fkey foreign key (clinic_id, appointment_id)
    references public.appointments (clinic_id, id) on delete restrict,
  constraint medical_records_previous_fkey foreign key (clinic_id, previous_id)
    references public.medical_records (clinic_id, id) on delete restrict,
  constraint medical_records_ai_session_fkey foreign key (clinic_id, ai_session_id)
    references public.ai_chat_sessions (clinic_id, id) on delete restrict,
  -- Clinical text arrives encrypted by the application; plain text is refused.
  constraint medical_records_encrypted_check check (
    coalesce(chief_complaint, 'enc:v1:') ~ '^enc:v[0-9]+:' and coalesce(history, 'enc:v1:') ~ '^enc:v[0-9]+:'
    and coalesce(exam, 'enc:v1:') ~ '^enc:v[0-9]+:' and coalesce(assessment, 'enc:v1:') ~ '^enc:v[0-9]+:'
    and coalesce(treatment_plan, 'enc:v1:') ~ '^enc:v[0-9]+:'
  ),
  constraint medical_records_visit_check check (visit_date <= created_at),
  constraint medical_records_version_check check (
    version >= 1 and (version > 1) = (previous_id is not null) and (previous_id is null or amendment_reason is not null)
  ),
  constraint medical_records_inactivated_check check (
    (status = 'inactivated') = (inactivated_at is not null and inactivated_by is not null and inactivated_reason is not null)
  )
);
create index medical_records_patient_idx on public.medical_records (clinic_id, patient_id, visit_date desc);
create index medical_records_professional_idx on public.medical_records (clinic_id, professional_id, visit_date desc);
create index medical_records_appointment_idx on public.medical_records (clinic_id, appointment_id) where appointment_id is not null;
create unique index medical_records_previous_idx on public.medical_records (clinic_id, previous_id) where previous_id is not null;
create index medical_records_ai_session_idx on public.medical_records (clinic_id, ai_session_id) where ai_session_id is not null;
create index medical_records_unsigned_idx on public.medical_records (clinic_id, professional_id, created_at) where awaits_signature;

create function app.seal_record() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO'
as $$
declare
  previous bytea;
begin
  if tg_op = 'UPDATE' and old.status <> 'draft' then
    -- Signed means frozen: what may still come is the signature, the mark of a newer version, and inactivation.
    if (to_jsonb(new) - array['status', 'signature_id', 'awaits_signature', 'inactivated_at', 'inactivated_by', 'inactivated_reason', 'updated_at', 'row_version'])
        is distinct from
        (to_jsonb(old) - array['status', 'signature_id', 'awaits_signature', 'inactivated_at', 'inactivated_by', 'inactivated_reason', 'updated_at', 'row_version'])
      or (old.signature_id is not null and new.signature_id is distinct from old.signature_id)
      or not (new.status = old.status or (old.status, new.status) in (('final', 'amended'), ('final', 'inactivated'), ('amended', 'inactivated')))
    then
      raise exception 'a finished chart entry is frozen: amend it with a new version and a reason'
        using errcode = 'integrity_constraint_violation';
    end if;
  else
    select r.chain_hash into previous
    from public.medical_records r
    where r.clinic_id = new.clinic_id and r.id = new.previous_id;
    new.content_sha256 := sha256(convert_to(
      jsonb_build_array(
        new.patient_id, new.professional_id, new.entry_type, new.visit_date, new.chief_complaint, new.history, new.exam,
        new.assessment, new.treatment_plan, new.icd_codes, new.version, new.author_name, new.author_council, new.author_license
      )::text, 'UTF8'));
    new.chain_hash := sha256(coalesce(previous, '\x') || new.content_sha256);
  end if;
  return new;
end
$$;
comment on function app.seal_record() is 'Calcula as provas do conteúdo; depois de concluído, congela.';
create trigger seal_record before insert or update on public.medical_records
  for each row execute function app.seal_record();

create function app.refuse_record_delete() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'chart entries are inactivated, never deleted' using errcode = 'integrity_constraint_violation';
end
$$;
comment on function app.refuse_record_delete() is 'Prontuário não se apaga.';
create trigger refuse_delete before delete on public.medical_records
  for each row execute function app.refuse_record_delete();
create trigger refuse_truncate before truncate on public.medical_records
  for each statement execute function app.refuse_statement();
alter table public.medical_records
  enable always trigger seal_record, enable always trigger refuse_delete, enable always trigger refuse_truncate;

-- Definer: who writes a chart entry need not have the right to change the patient.
create function app.note_last_record() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  update public.patients p
  set last_record_at = f.latest
  from (select n.clinic_id, n.patient_id, max(n.visit_date) as latest from new_records n group by n.clinic_id, n.patient_id) as f
  where p.clinic_id = f.clinic_id and p.id = f.patient_id and (p.last_record_at is null or p.last_record_at < f.latest);
  return null;
end
$$;
comment on function app.note_last_record() is 'Mantém patients.last_record_at, início do prazo de guarda.';
create trigger note_last_record after insert on public.medical_records
  referencing new table as new_records
  for each statement execute function app.note_last_record();
select app.keep('public.medical_records');

comment on table public.medical_records is 'Registros do prontuário. [sens audit=all rls=R2 keep=20y]';
comment on column public.medical_records.id is 'Identificador. [int]';
comment on column public.medical_records.clinic_id is 'Clínica. [int]';
comment on column public.medical_records.patient_id is 'Paciente. [pers]';
comment on column public.medical_records.professional_id is 'Profissional. [pers]';
comment on column public.medical_records.appointment_id is 'Consulta. [pers]';
comment on column public.medical_records.entry_type is 'Tipo do registro. [int]';
comment on column public.medical_records.visit_date is 'Quando o atendimento ocorreu. [sens]';
comment on column public.medical_records.chief_complaint is 'Queixa principal, cifrada. [sens free enc]';
comment on column public.medical_records.history is 'História, cifrada. [sens free enc]';
comment on column public.medical_records.exam is 'Exame, cifrado. [sens free enc]';
comment on column public.medical_records.assessment is 'Avaliação, cifrada. [sens free enc]';
comment on column public.medical_records.treatment_plan is 'Plano, cifrado. [sens free enc]';
comment on column public.medical_records.icd_codes is 'CID. [sens]';
comment on column public.medical_records.status is 'Situação. [int]';
comment on column public.medical_records.version is 'Versão do registro. [int]';
comment on column public.medical_records.previous_id is 'Versão anterior. [int]';
comment on column public.medical_records.amendment_reason is 'Motivo da retificação. [int]';
comment on column public.medical_records.author_name is 'Autor, cópia congelada. [pers evid]';
comment on column public.medical_records.author_council is 'Conselho do autor, cópia congelada. [pers evid]';
comment on column public.medical_records.author_license is 'Registro do autor, cópia congelada. [pers evid]';
comment on column public.medical_records.content_sha256 is 'Prova do conteúdo. [int evid]';
comment on column public.medical_records.chain_hash is 'Prova encadeada com a versão anterior. [int evid]';
comment on column public.medical_records.signature_id is 'Assinatura digital. [int evid]';
comment on column public.medical_records.awaits_signature is 'Concluído e ainda sem assinatura. [int]';
comment on column public.medical_records.ai_session_id is 'Conversa com IA usada. [int]';
comment on column public.medical_records.ai_reviewed_by is 'Quem reviu o uso de IA (CFM 2.454/2026). [int]';
comment on column public.medical_records.confidentiality is 'Sigilo: adolescente não aparece ao responsável. [sens]';
comment on column public.medical_records.inactivated_at is 'Inativação; o registro continua visível. [int]';
comment on column public.medical_records.inactivated_by is 'Quem inativou. [int]';
comment on column public.medical_records.inactivated_reason is 'Motivo da inativação. [int]';
comment on column public.medical_records.created_at is 'Criação. [int]';
comment on column public.medical_records.created_by is 'Quem criou. [int]';
comment on column public.medical_records.updated_at is 'Última alteração. [int]';
comment on column public.medical_records.row_version is 'Versão da linha. [int]';

reset role;
