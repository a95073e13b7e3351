set role neonpro_owner;

create type public.procedure_status as enum ('planned', 'in_progress', 'done', 'cancelled');

create table public.procedures (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  professional_id uuid not null,
  service_id uuid not null,
  appointment_id uuid,
  medical_record_id uuid,
  status public.procedure_status not null default 'planned',
  started_at timestamptz,
  ended_at timestamptz,
  body_site text,
  parameters jsonb,
  consent_id uuid,
  consent_checked_at timestamptz,
  complications text,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint procedures_clinic_id_key unique (clinic_id, id),
  constraint procedures_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint procedures_professional_fkey foreign key (clinic_id, professional_id)
    references public.professionals (clinic_id, id) on delete restrict,
  constraint procedures_service_fkey foreign key (clinic_id, service_id)
    references public.services (clinic_id, id) on delete restrict,
  constraint procedures_appointment_fkey foreign key (clinic_id, appointment_id)
    references public.appointments (clinic_id, id) on delete restrict,
  constraint procedures_medical_record_fkey foreign key (clinic_id, medical_record_id)
    references public.medical_records (clinic_id, id) on delete restrict,
  constraint procedures_consent_fkey foreign key (clinic_id, consent_id)
    references public.consent_records (clinic_id, id) on delete restrict,
  constraint procedures_times_check check (ended_at >= started_at),
  constraint procedures_encrypted_check check (complications ~ '^enc:v[0-9]+:'),
  constraint procedures_done_check check (status <> 'done' or (started_at is not null and ended_at is not null and medical_record_id is not null))
);

create index procedures_patient_idx on public.procedures (clinic_id, patient_id, started_at desc);
create index procedures_professional_idx on public.procedures (clinic_id, professional_id, started_at desc);
create index procedures_service_idx on public.procedures (clinic_id, service_id);
create index procedures_appointment_idx on public.procedures (clinic_id, appointment_id) where appointment_id is not null;
create index procedures_record_idx on public.procedures (clinic_id, medical_record_id) where medical_record_id is not null;
create index procedures_consent_idx on public.procedures (clinic_id, consent_id) where consent_id is not null;

comment on table public.procedures is 'Procedimentos realizados. [sens audit=all rls=R2 keep=chart]';
comment on column public.procedures.id is 'Identificador. [int]';
comment on column public.procedures.clinic_id is 'Clínica. [int]';
comment on column public.procedures.patient_id is 'Paciente. [sens]';
comment on column public.procedures.professional_id is 'Profissional. [sens]';
comment on column public.procedures.service_id is 'Serviço. [sens]';
comment on column public.procedures.appointment_id is 'Consulta. [sens]';
comment on column public.procedures.medical_record_id is 'Registro do prontuário; exigido ao concluir. [sens]';
comment on column public.procedures.status is 'Situação. [int]';
comment on column public.procedures.started_at is 'Início. [sens]';
comment on column public.procedures.ended_at is 'Fim. [sens]';
comment on column public.procedures.body_site is 'Região. [sens]';
comment on column public.procedures.parameters is 'Parâmetros técnicos. [sens]';
comment on column public.procedures.consent_id is 'Termo de consentimento do procedimento. [int]';
comment on column public.procedures.consent_checked_at is 'Quando se conferiu o consentimento. [int evid]';
comment on column public.procedures.complications is 'Intercorrências, cifradas. [sens free enc]';
comment on column public.procedures.created_at is 'Criação. [int]';
comment on column public.procedures.created_by is 'Quem criou. [int]';
comment on column public.procedures.updated_at is 'Última alteração. [int]';
comment on column public.procedures.row_version is 'Versão da linha. [int]';

select app.keep('public.procedures');

reset role;
