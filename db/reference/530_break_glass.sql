-- A patient may close the chart to all but those they name (SBIS NGS1.11.04), and an entry may be restricted to its author.
-- In an emergency a professional opens it nevertheless: with a reason, for a while, and seen by others (NGS1.11.07).
set role neonpro_owner;

create table app.chart_openings (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  user_id uuid not null,
  reason text not null,
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  reviewed_by uuid,
  reviewed_at timestamptz,
  justified boolean,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint chart_openings_clinic_id_key unique (clinic_id, id),
  constraint chart_openings_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint chart_openings_reason_check check (length(btrim(reason)) between 15 and 500),
  constraint chart_openings_period_check check (expires_at > opened_at and expires_at <= opened_at + interval '4 hours'),
  constraint chart_openings_review_check check (
    (reviewed_by is null) = (reviewed_at is null) and (reviewed_by is null) = (justified is null) and reviewed_by is distinct from user_id
  )
);
create index chart_openings_user_idx on app.chart_openings (user_id, expires_at);
create index chart_openings_patient_idx on app.chart_openings (clinic_id, patient_id, opened_at desc);
create index chart_openings_opened_idx on app.chart_openings (clinic_id, opened_at desc);
create index patients_restricted_idx on public.patients (id) where access_restriction is not null;

-- What happened stays; a second person's judgement is added once.
create function app.check_opening() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'DELETE' or old.reviewed_by is not null
    or (to_jsonb(new) - array['reviewed_by', 'reviewed_at', 'justified', 'updated_at', 'row_version'])
      is distinct from (to_jsonb(old) - array['reviewed_by', 'reviewed_at', 'justified', 'updated_at', 'row_version']) then
    raise exception 'an emergency opening stays as it was; only its review is added, once' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
comment on function app.check_opening() is 'Abertura de emergência não muda; a revisão entra uma vez.';
create trigger check_opening before update or delete on app.chart_openings
  for each row execute function app.check_opening();
create trigger refuse_truncate before truncate on app.chart_openings
  for each statement execute function app.refuse_statement();
alter table app.chart_openings enable always trigger check_opening, enable always trigger refuse_truncate;
select app.keep('app.chart_openings');

create function app.opened_charts() returns uuid[]
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  charts uuid[];
begin
  charts := array(
    select o.patient_id
    from app.chart_openings o
    where o.user_id = app.user_id() and o.expires_at > now() and o.clinic_id = coalesce(app.clinic_id(), o.clinic_id)
  );
  return charts;
end
$$;
comment on function app.opened_charts() is 'Prontuários que o usuário abriu em emergência e ainda estão abertos.';

create function app.break_glass(p_clinic uuid, p_patient uuid, p_reason text, p_minutes integer default 60) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  until timestamptz := now() + make_interval(mins => p_minutes);
begin
  if not app.has_role(p_clinic, 'professional') then
    raise exception 'only a professional of the clinic opens a chart in an emergency' using errcode = 'insufficient_privilege';
  end if;
  if coalesce(length(btrim(p_reason)), 0) < 15 then
    raise exception 'say why: at least 15 characters' using errcode = 'check_violation';
  end if;
  if p_minutes is null or p_minutes not between 1 and 240 then
    raise exception 'an emergency lasts from 1 to 240 minutes' using errcode = 'check_violation';
  end if;
  insert into app.chart_openings (clinic_id, patient_id, user_id, reason, opened_at, expires_at)
  values (p_clinic, p_patient, app.user_id(), btrim(p_reason), now(), until);
  return until;
end
$$;
comment on function app.break_glass(uuid, uuid, text, integer) is 'Abre o prontuário em emergência: com motivo, por tempo limitado, registrado.';

create function app.review_opening(p_clinic uuid, p_opening uuid, p_justified boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if not app.has_role(p_clinic, 'dpo', 'admin') then
    raise exception 'this role does not review emergency openings' using errcode = 'insufficient_privilege';
  end if;
  update app.chart_openings o
  set reviewed_by = app.user_id(), reviewed_at = clock_timestamp(), justified = p_justified
  where o.clinic_id = p_clinic and o.id = p_opening and o.reviewed_by is null;
  if not found then
    raise exception 'no such opening waits for a review' using errcode = 'no_data_found';
  end if;
end
$$;
comment on function app.review_opening(uuid, uuid, boolean) is 'Uma segunda pessoa julga a abertura, uma vez.';

comment on table app.chart_openings is 'Aberturas de prontuário em emergência. [sens audit=all rls=R4 keep=chart]';
comment on column app.chart_openings.id is 'Identificador. [int]';
comment on column app.chart_openings.clinic_id is 'Clínica. [int]';
comment on column app.chart_openings.patient_id is 'Paciente. [pers]';
comment on column app.chart_openings.user_id is 'Quem abriu. [pers]';
comment on column app.chart_openings.reason is 'Motivo: quem revisa tem de lê-lo. [sens free plain]';
comment on column app.chart_openings.opened_at is 'Quando abriu. [int evid]';
comment on column app.chart_openings.expires_at is 'Até quando vale. [int evid]';
comment on column app.chart_openings.reviewed_by is 'Quem revisou. [pers]';
comment on column app.chart_openings.reviewed_at is 'Quando revisou. [int evid]';
comment on column app.chart_openings.justified is 'Se havia motivo. [int evid]';
comment on column app.chart_openings.created_at is 'Criação. [int]';
comment on column app.chart_openings.created_by is 'Quem criou. [int]';
comment on column app.chart_openings.updated_at is 'Última alteração. [int]';
comment on column app.chart_openings.row_version is 'Versão da linha. [int]';

alter table app.chart_openings enable row level security;
alter table app.chart_openings force row level security;
create policy chart_openings_select_app on app.chart_openings for select to app_rw
  using (clinic_id = (select * from app.works())
    and ((select * from app.works_as('admin', 'dpo', 'auditor')) is not null or user_id = (select app.user_id())));
create policy chart_openings_select_patient on app.chart_openings for select to app_patient
  using (clinic_id = any ((select app.my_clinics())::uuid[]) and patient_id = any ((select app.own_patients())::uuid[]));
create policy chart_openings_select_officer on app.chart_openings for select to dashboard_officer
  using (clinic_id = any ((select app.clinics_of('dpo', 'auditor'))::uuid[]));
create policy chart_openings_select_admin on app.chart_openings for select to dashboard_admin
  using (clinic_id = any ((select app.clinics_of('admin'))::uuid[]));
create policy chart_openings_select_owner on app.chart_openings for select to neonpro_owner
  using (user_id = (select app.user_id()) or clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));
create policy chart_openings_insert_owner on app.chart_openings for insert to neonpro_owner
  with check (clinic_id = any ((select app.clinics_of('professional'))::uuid[]) and user_id = (select app.user_id()));
create policy chart_openings_update_owner on app.chart_openings for update to neonpro_owner
  using (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]))
  with check (clinic_id = any ((select app.clinics_of('admin', 'dpo'))::uuid[]));

-- Which charts are closed to whoever asks, of the clinics they work in. The patient's row is read as somebody whose policy shows no
-- more than that; who is asking, and whether they work there, is asked only where a closed one is found.
create function app.is_closed_to_me(p_clinic uuid, p_patient uuid, p_user uuid, p_restriction jsonb) returns boolean
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
as $$
begin
  return app.has_role(p_clinic, 'admin', 'professional', 'reception', 'dpo')
    and p_user is distinct from app.user_id() and not coalesce(p_restriction -> 'allowed' ? app.user_id()::text, false)
    and p_patient <> all (app.opened_charts());
end
$$;
comment on function app.is_closed_to_me(uuid, uuid, uuid, jsonb) is 'Prontuário fechado que o usuário não pode abrir agora.';
grant execute on function app.is_closed_to_me(uuid, uuid, uuid, jsonb) to app_rw;

create policy patients_select_gate on public.patients for select to app_gate
  using (access_restriction is not null and app.is_closed_to_me(clinic_id, id, user_id, access_restriction));
grant usage on schema app to app_gate;
grant select (clinic_id, id) on public.patients to app_gate;
reset role;
set role app_gate;
create view gate.closed_charts as
select clinic_id, id as patient_id
from public.patients;
comment on view gate.closed_charts is 'Prontuários fechados a quem pergunta. [sens audit=none rls=R1]';
comment on column gate.closed_charts.clinic_id is 'Clínica. [int]';
comment on column gate.closed_charts.patient_id is 'Paciente. [pers]';
grant select on gate.closed_charts to app_rw;
reset role;
set role neonpro_owner;

-- Restrictive: they take away from what the other policies give. Whether a chart is closed is looked up for its patient in
-- an index of the closed ones alone. (As `not exists` the planner may read every closed chart of every clinic first; of `is null`
-- and of `<>`, which is not leakproof, it expects that next to no row is left, and joins accordingly.)
do $$
declare
  relation text;
begin
  foreach relation in array array['medical_records', 'procedures', 'prescriptions', 'clinical_photos'] loop
    execute format(
      $policy$
      create policy %1$s_closed on public.%1$I as restrictive for select to app_rw
      using ((select true from gate.closed_charts c where c.patient_id = %1$I.patient_id) is not true)
      $policy$,
      relation
    );
  end loop;
end
$$;
create policy medical_records_restricted on public.medical_records as restrictive for select to app_rw
  using (
    confidentiality = 'normal' or confidentiality = 'adolescent_private'
    or professional_id = any ((select app.own_professionals())::uuid[])
    or patient_id = any ((select app.opened_charts())::uuid[])
  );

grant select on app.chart_openings to app_rw, app_patient, dashboard_officer, dashboard_admin;
grant execute on function app.opened_charts(), app.break_glass(uuid, uuid, text, integer) to app_rw;
grant execute on function app.review_opening(uuid, uuid, boolean) to app_rw, dashboard_officer, dashboard_admin;
select ledger.watch('app.chart_openings', verb => 'break_glass');

reset role;
