set role neonpro_owner;

create table public.appointments (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  professional_id uuid not null,
  service_id uuid,
  status public.appointment_status not null default 'scheduled',
  during tstzrange not null,
  starts_at timestamptz not null generated always as (lower(during)) stored,
  modality public.appointment_modality not null default 'in_person',
  reason_brief text,
  cancellation_reason text,
  automated_score jsonb,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint appointments_clinic_id_key unique (clinic_id, id),
  constraint appointments_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint appointments_professional_fkey foreign key (clinic_id, professional_id)
    references public.professionals (clinic_id, id) on delete restrict,
  constraint appointments_service_fkey foreign key (clinic_id, service_id)
    references public.services (clinic_id, id) on delete restrict,
  constraint appointments_during_check check (
    not isempty(during) and lower_inc(during) and not upper_inc(during) and not lower_inf(during) and not upper_inf(during)
    and upper(during) - lower(during) <= interval '24 hours'
  ),
  constraint appointments_cancellation_check check (cancellation_reason is null or status in ('cancelled', 'no_show')),
  constraint appointments_no_overlap exclude using gist (
    clinic_id extensions.gist_uuid_ops with =, professional_id extensions.gist_uuid_ops with =, during with &&
  ) where (status <> 'cancelled')
);
-- On the column, not on lower(during): that function is not leakproof, so under row security no index would serve it.
create index appointments_patient_idx on public.appointments (clinic_id, patient_id, starts_at desc);
create index appointments_professional_idx on public.appointments (clinic_id, professional_id, starts_at);
create index appointments_day_idx on public.appointments (clinic_id, starts_at);
create index appointments_service_idx on public.appointments (clinic_id, service_id) where service_id is not null;

create function app.check_appointment() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.status is distinct from old.status and not (
    (old.status = 'scheduled' and new.status in ('confirmed', 'completed', 'cancelled', 'no_show'))
    or (old.status = 'confirmed' and new.status in ('scheduled', 'completed', 'cancelled', 'no_show'))
  ) then
    raise exception 'an appointment does not go from % to %', old.status, new.status using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function app.check_appointment() is 'Transições permitidas; concluído, cancelado e falta são finais.';
create trigger check_appointment before update of status on public.appointments
  for each row execute function app.check_appointment();
select app.keep('public.appointments');

comment on table public.appointments is 'Agenda. [sens audit=writes rls=R2 keep=chart]';
comment on column public.appointments.id is 'Identificador. [int]';
comment on column public.appointments.clinic_id is 'Clínica. [int]';
comment on column public.appointments.patient_id is 'Paciente. [pers]';
comment on column public.appointments.professional_id is 'Profissional. [pers]';
comment on column public.appointments.service_id is 'Serviço: pode revelar tratamento. [sens]';
comment on column public.appointments.status is 'Situação. [int]';
comment on column public.appointments.during is 'Horário. [pers]';
comment on column public.appointments.starts_at is 'Início, tirado do horário. [pers]';
comment on column public.appointments.modality is 'Presencial ou telemedicina (exige consentimento ativo). [pers]';
comment on column public.appointments.reason_brief is 'Motivo em uma linha: a agenda tem de mostrá-lo. [sens free plain]';
comment on column public.appointments.cancellation_reason is 'Motivo do cancelamento em uma linha: a recepção tem de lê-lo. [sens free plain]';
comment on column public.appointments.automated_score is 'Risco de falta, sem dado de saúde (art. 20). [pers]';
comment on column public.appointments.created_at is 'Criação. [int]';
comment on column public.appointments.created_by is 'Quem criou. [int]';
comment on column public.appointments.updated_at is 'Última alteração. [int]';
comment on column public.appointments.row_version is 'Versão da linha. [int]';

reset role;
