set role neonpro_owner;

-- What is left to do after a withdrawal or a material change; who was told, and what could not be done.
create table public.consent_tasks (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  consent_id uuid not null,
  patient_id uuid not null,
  kind text not null,
  target text,
  cause text not null,
  due_at timestamptz not null,
  status text not null default 'open',
  note text,
  closed_at timestamptz,
  closed_by uuid,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_tasks_clinic_id_key unique (clinic_id, id),
  constraint consent_tasks_consent_fkey foreign key (clinic_id, consent_id)
    references public.consent_records (clinic_id, id) on delete restrict,
  constraint consent_tasks_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint consent_tasks_kind_check check (kind in (
    'tell_recipient', 'unpublish', 'remove_copies', 'rebook', 'tell_professional', 'protocol', 'notice', 'basis_changed'
  )),
  constraint consent_tasks_cause_check check (cause in ('withdrawn', 'vitiated', 'term_changed', 'purpose_changed', 'basis_changed')),
  constraint consent_tasks_status_check check (status in ('open', 'done', 'impossible')),
  constraint consent_tasks_closed_check check ((status = 'open') = (closed_at is null)),
  constraint consent_tasks_impossible_check check (status <> 'impossible' or note is not null)
);
create index consent_tasks_consent_idx on public.consent_tasks (clinic_id, consent_id);
create index consent_tasks_patient_idx on public.consent_tasks (clinic_id, patient_id);
create index consent_tasks_open_idx on public.consent_tasks (clinic_id, due_at, id) where status = 'open';
select app.keep('public.consent_tasks');

create function app.task_due(p_clinic uuid) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp
as $$
  -- Five working days, the house's own figure: the law names none.
  select app.local_midnight(app.after_workdays((now() at time zone k.time_zone)::date, 5) + 1, k.time_zone)
  from public.clinics k where k.id = p_clinic
$$;
comment on function app.task_due(uuid) is 'Meta da clínica: cinco dias úteis.';

-- Definer: whoever withdraws, the work that follows is written in the same transaction.
create function app.open_effects() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  activity public.processing_activities;
  work text;
begin
  perform app.must_act_in(new.clinic_id);
  select a.* into activity from public.processing_activities a where a.clinic_id = new.clinic_id and a.id = new.activity_id;
  work := case
    when activity.purpose_code in ('media.teaching', 'ai.training') then 'remove_copies'
    when activity.purpose_code = 'care.telemedicine' then 'rebook'
    when activity.purpose_code like 'procedure.%' then 'tell_professional'
    when activity.purpose_code like 'research.%' then 'protocol'
    when activity.purpose_code like 'marketing.%' or activity.purpose_code like 'sharing.%' then 'tell_recipient'
  end;
  insert into public.consent_tasks (clinic_id, consent_id, patient_id, kind, target, cause, due_at)
  select new.clinic_id, new.id, new.patient_id, each.kind, each.target,
    case new.status_reason when 'vitiated' then 'vitiated' else 'withdrawn' end, app.task_due(new.clinic_id)
  from (
    select 'tell_recipient' as kind, coalesce(r ->> 'name', r ->> 'nome', r #>> '{}') as target
    from jsonb_array_elements(activity.recipients) as r
    union all
    select work, null where work is not null and (work <> 'tell_recipient' or activity.recipients = '[]')
    union all
    select 'unpublish', coalesce(p ->> 'url', p ->> 'place', p #>> '{}')
    from public.clinical_photos f
    cross join jsonb_array_elements(case jsonb_typeof(f.published_refs) when 'array' then f.published_refs else '[]' end) as p
    where activity.purpose_code = 'media.publication' and f.clinic_id = new.clinic_id and f.patient_id = new.patient_id
  ) as each;
  return null;
end
$$;
comment on function app.open_effects() is 'A retirada abre as tarefas do que dela decorre.';
create trigger open_effects after update of status on public.consent_records
  for each row when (old.status = 'granted' and new.status = 'withdrawn') execute function app.open_effects();

-- LGPD arts. 8 §6 and 9 §2: a change of purpose, recipient, controller or period is told to each person it concerns.
create function app.open_notices(p_clinic uuid, p_activity uuid, p_cause text, p_kind text, p_other_term uuid) returns void
language sql set search_path = pg_catalog, pg_temp
as $$
  insert into public.consent_tasks (clinic_id, consent_id, patient_id, kind, cause, due_at)
  select c.clinic_id, c.id, c.patient_id, p_kind, p_cause, app.task_due(c.clinic_id)
  from public.consent_records c
  where c.clinic_id = p_clinic and c.activity_id = p_activity and c.status = 'granted'
    and (c.expires_at is null or c.expires_at > now()) and c.term_id is distinct from p_other_term
    and not exists (
      select from public.consent_tasks t
      where t.clinic_id = c.clinic_id and t.consent_id = c.id and t.kind = p_kind and t.status = 'open'
    )
$$;
comment on function app.open_notices(uuid, uuid, text, text, uuid) is 'Um aviso a fazer para cada consentimento vivo.';

create function app.notice_of_term() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.must_act_in(new.clinic_id);
  perform app.open_notices(new.clinic_id, new.activity_id, 'term_changed', 'notice', new.id);
  return null;
end
$$;
comment on function app.notice_of_term() is 'Mudança material do texto abre os avisos.';
create trigger notice_of_term after insert or update of published_at on public.consent_terms
  for each row when (new.material_change and new.published_at is not null) execute function app.notice_of_term();

create function app.notice_of_activity() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.must_act_in(new.clinic_id);
  if new.legal_basis is distinct from old.legal_basis and old.legal_basis in ('a7_i', 'a11_i') then
    perform app.open_notices(new.clinic_id, new.id, 'basis_changed', 'basis_changed', null);
  end if;
  perform app.open_notices(new.clinic_id, new.id, 'purpose_changed', 'notice', null);
  return null;
end
$$;
comment on function app.notice_of_activity() is 'Mudança material da finalidade abre os avisos.';
create trigger notice_of_activity after update on public.processing_activities
  for each row when (
    (new.recipients, new.description, new.legal_basis, new.transfer_country, new.max_validity, new.retention_rule)
    is distinct from
    (old.recipients, old.description, old.legal_basis, old.transfer_country, old.max_validity, old.retention_rule)
  ) execute function app.notice_of_activity();

-- Another controller: the clinic's own identity, whoever signs for it.
create function app.notice_of_controller() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.must_act_in(new.id);
  perform app.open_notices(a.clinic_id, a.id, 'purpose_changed', 'notice', null)
  from public.processing_activities a where a.clinic_id = new.id;
  return null;
end
$$;
comment on function app.notice_of_controller() is 'Outro controlador: cada titular é avisado.';
create trigger notice_of_controller after update of tax_id on public.clinics
  for each row when (new.tax_id is distinct from old.tax_id) execute function app.notice_of_controller();
alter table public.consent_records enable always trigger open_effects;
alter table public.consent_terms enable always trigger notice_of_term;
alter table public.processing_activities enable always trigger notice_of_activity;
alter table public.clinics enable always trigger notice_of_controller;

create function app.task_close(p_clinic uuid, p_task uuid, p_outcome text, p_note text default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  task public.consent_tasks;
begin
  if not app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo') then
    raise exception 'this role does not close a task' using errcode = 'insufficient_privilege';
  end if;
  if p_outcome not in ('done', 'impossible') or (p_outcome = 'impossible' and nullif(btrim(p_note), '') is null) then
    raise exception 'a task ends as done, or as impossible with the reason' using errcode = 'invalid_parameter_value';
  end if;
  select t.* into task from public.consent_tasks t where t.clinic_id = p_clinic and t.id = p_task for update;
  if not found then
    raise exception 'no such task in this clinic' using errcode = 'no_data_found';
  end if;
  if task.status <> 'open' then
    raise exception 'this task is closed already' using errcode = 'object_not_in_prerequisite_state';
  end if;
  update public.consent_tasks t
  set status = p_outcome, note = nullif(btrim(p_note), ''), closed_at = clock_timestamp(), closed_by = app.user_id()
  where t.clinic_id = p_clinic and t.id = p_task;
  insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind, reason_code, recipient)
  values (p_clinic, task.consent_id,
    case when p_outcome = 'impossible' then 'propagation_impossible' when task.kind = 'notice' then 'propagation_sent' else 'propagation_ack' end::public.consent_event_type,
    clock_timestamp(), 'staff', task.kind, task.target);
end
$$;
comment on function app.task_close(uuid, uuid, text, text) is 'Fecha uma tarefa: feita, ou impossível com o motivo.';

comment on table public.consent_tasks is 'Efeitos de retiradas e avisos de mudança, até o fim. [pers audit=writes rls=R1 keep=10y]';
comment on column public.consent_tasks.id is 'Identificador. [int]';
comment on column public.consent_tasks.clinic_id is 'Clínica. [int]';
comment on column public.consent_tasks.consent_id is 'Consentimento. [pers]';
comment on column public.consent_tasks.patient_id is 'Paciente. [pers]';
comment on column public.consent_tasks.kind is 'O que fazer. [int]';
comment on column public.consent_tasks.target is 'A quem ou onde. [pers]';
comment on column public.consent_tasks.cause is 'De onde veio. [int]';
comment on column public.consent_tasks.due_at is 'Meta da clínica, que a lei não fixa. [int]';
comment on column public.consent_tasks.status is 'Situação. [int]';
comment on column public.consent_tasks.note is 'Por que foi impossível, ou a referência do aviso. [pers]';
comment on column public.consent_tasks.closed_at is 'Quando se fechou. [int evid]';
comment on column public.consent_tasks.closed_by is 'Quem fechou. [pers]';
comment on column public.consent_tasks.created_at is 'Criação. [int]';
comment on column public.consent_tasks.created_by is 'Quem criou. [int]';
comment on column public.consent_tasks.updated_at is 'Última alteração. [int]';
comment on column public.consent_tasks.row_version is 'Versão da linha. [int]';

reset role;
