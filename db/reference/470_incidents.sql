set role neonpro_owner;

create type public.incident_kind as enum ('personal_data', 'adverse_event', 'technical_complaint', 'near_miss');
create type public.incident_severity as enum ('low', 'medium', 'high', 'critical');
create type public.incident_authority as enum ('ANPD', 'ANVISA_notivisa', 'ANVISA_vigimed', 'VISA_local', 'none');
create type public.incident_status as enum ('open', 'investigating', 'contained', 'closed');

create table public.incidents (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  kind public.incident_kind not null,
  title text not null,
  description text not null,
  occurred_at timestamptz,
  known_at timestamptz not null,
  confirmed_at timestamptz,
  severity public.incident_severity not null,
  art5_criteria text[],
  notifiable boolean not null,
  not_notified_reason text,
  subjects_total integer,
  subjects_children integer,
  subjects_teens integer,
  subjects_elderly integer,
  lot_id uuid,
  procedure_id uuid,
  patient_id uuid,
  authority public.incident_authority not null,
  authority_due_at timestamptz,
  authority_sent_at timestamptz,
  authority_protocol text,
  subjects_due_at timestamptz,
  subjects_sent_at timestamptz,
  declaration_due_at timestamptz,
  supplement_due_at timestamptz,
  root_cause text,
  measures_before text,
  measures_after text,
  status public.incident_status not null default 'open',
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint incidents_clinic_id_key unique (clinic_id, id),
  constraint incidents_lot_fkey foreign key (clinic_id, lot_id)
    references public.product_lots (clinic_id, id) on delete restrict,
  constraint incidents_procedure_fkey foreign key (clinic_id, procedure_id)
    references public.procedures (clinic_id, id) on delete restrict,
  constraint incidents_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint incidents_encrypted_check check (description ~ '^enc:v[0-9]+:'),
  constraint incidents_times_check check (occurred_at <= known_at),
  constraint incidents_notify_check check (notifiable or not_notified_reason is not null),
  constraint incidents_criteria_check check (kind <> 'personal_data' or cardinality(art5_criteria) > 0 or not notifiable),
  constraint incidents_subjects_check check (
    subjects_total >= coalesce(subjects_children, 0) + coalesce(subjects_teens, 0) + coalesce(subjects_elderly, 0)
  ),
  constraint incidents_closed_check check ((status = 'closed') = (closed_at is not null))
);

create index incidents_known_idx on public.incidents (clinic_id, known_at desc);
create index incidents_due_idx on public.incidents (clinic_id, authority_due_at) where authority_sent_at is null;
create index incidents_lot_idx on public.incidents (clinic_id, lot_id) where lot_id is not null;
create index incidents_procedure_idx on public.incidents (clinic_id, procedure_id) where procedure_id is not null;
create index incidents_patient_idx on public.incidents (clinic_id, patient_id) where patient_id is not null;

-- Three working days for ANPD and the data subjects (Res. CD/ANPD 15/2024, arts. 6 and 9). Weekends are known here;
-- holidays are the application's, which may set the instant itself.
create function app.start_incident_clock() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  zone text;
  day date;
  due timestamptz;
begin
  if new.kind = 'personal_data' and new.notifiable then
    select c.time_zone into zone from public.clinics c where c.id = new.clinic_id;
    select d::date into day
    from generate_series(
      (new.known_at at time zone zone)::date + 1, (new.known_at at time zone zone)::date + 7, interval '1 day'
    ) as d
    where extract(isodow from d) < 6
    order by d
    offset 2
    limit 1;
    due := app.local_midnight(day + 1, zone);
    new.authority_due_at := coalesce(new.authority_due_at, due);
    new.subjects_due_at := coalesce(new.subjects_due_at, due);
  end if;
  return new;
end
$$;
comment on function app.start_incident_clock() is 'Prazos de comunicação, contados do conhecimento.';
create trigger start_incident_clock before insert on public.incidents
  for each row execute function app.start_incident_clock();
select app.keep('public.incidents');

comment on table public.incidents is 'Incidentes: dados pessoais, eventos adversos, queixas técnicas. [sens audit=all rls=R1 keep=5y]';
comment on column public.incidents.id is 'Identificador. [int]';
comment on column public.incidents.clinic_id is 'Clínica. [int]';
comment on column public.incidents.kind is 'Tipo. [int]';
comment on column public.incidents.title is 'Título, sem nome de paciente: aparece em listas. [sens free plain]';
comment on column public.incidents.description is 'Descrição, cifrada. [sens free enc]';
comment on column public.incidents.occurred_at is 'Quando ocorreu. [int evid]';
comment on column public.incidents.known_at is 'Quando se soube: os prazos contam daqui. [int evid]';
comment on column public.incidents.confirmed_at is 'Quando se confirmou. [int evid]';
comment on column public.incidents.severity is 'Gravidade. [int]';
comment on column public.incidents.art5_criteria is 'Critérios da Res. CD/ANPD 15/2024, art. 5. [int]';
comment on column public.incidents.notifiable is 'Deve ser comunicado. [int evid]';
comment on column public.incidents.not_notified_reason is 'Por que não se comunica. [int evid]';
comment on column public.incidents.subjects_total is 'Titulares atingidos. [int]';
comment on column public.incidents.subjects_children is 'Crianças atingidas. [int]';
comment on column public.incidents.subjects_teens is 'Adolescentes atingidos. [int]';
comment on column public.incidents.subjects_elderly is 'Idosos atingidos. [int]';
comment on column public.incidents.lot_id is 'Lote (evento adverso, queixa técnica). [sens]';
comment on column public.incidents.procedure_id is 'Procedimento (evento adverso). [sens]';
comment on column public.incidents.patient_id is 'Paciente (evento adverso). [sens]';
comment on column public.incidents.authority is 'A quem se comunica. [int]';
comment on column public.incidents.authority_due_at is 'Prazo da comunicação. [int evid]';
comment on column public.incidents.authority_sent_at is 'Quando se comunicou. [int evid]';
comment on column public.incidents.authority_protocol is 'Protocolo. [int evid]';
comment on column public.incidents.subjects_due_at is 'Prazo para avisar titulares. [int evid]';
comment on column public.incidents.subjects_sent_at is 'Quando se avisou os titulares. [int evid]';
comment on column public.incidents.declaration_due_at is 'Prazo da declaração de aviso. [int evid]';
comment on column public.incidents.supplement_due_at is 'Prazo da complementação. [int evid]';
comment on column public.incidents.root_cause is 'Causa. [int]';
comment on column public.incidents.measures_before is 'Medidas que havia. [int]';
comment on column public.incidents.measures_after is 'Medidas tomadas. [int]';
comment on column public.incidents.status is 'Situação. [int]';
comment on column public.incidents.closed_at is 'Encerramento. [int]';
comment on column public.incidents.created_at is 'Criação. [int]';
comment on column public.incidents.created_by is 'Quem criou. [int]';
comment on column public.incidents.updated_at is 'Última alteração. [int]';
comment on column public.incidents.row_version is 'Versão da linha. [int]';

reset role;
