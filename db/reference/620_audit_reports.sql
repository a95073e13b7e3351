-- What the ledger's reports ask of the reference: a clinic's time zone, who of the patients works there, merged records.
set role neonpro_owner;

-- Who works where the reader sees as reader; which patients those are only this function, which answers with numbers.
create function app.patients_among(clinics uuid[], users uuid[], cpfs bytea[]) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(distinct p.id), '{}')
  from unnest(clinics, users, cpfs) as w (clinic_id, user_id, cpf)
  join public.patients p on p.clinic_id = w.clinic_id and (p.user_id = w.user_id or p.cpf_bidx = w.cpf)
  where p.clinic_id = any (app.clinics_of('admin', 'dpo', 'auditor'))
$$;
comment on function app.patients_among(uuid[], uuid[], bytea[]) is 'Pacientes que são estas pessoas, pelo usuário ou pelo CPF; só identificadores.';
create function app.staff_patients() returns uuid[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select app.patients_among(array_agg(w.clinic_id), array_agg(w.user_id), array_agg(w.cpf))
  from (
    select m.clinic_id, m.user_id, null::bytea as cpf from public.clinic_members m
    union all
    select f.clinic_id, f.user_id, f.cpf_bidx from public.professionals f
  ) as w
$$;
comment on function app.staff_patients() is 'Pacientes que trabalham na clínica; só identificadores.';
create function app.merged_patients(patient uuid) returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(
    (select app.same_person(p.clinic_id, p.id) from public.patients p
     where p.id = patient and p.clinic_id = any (app.clinics_of('admin', 'dpo', 'auditor'))),
    array[patient]
  )
$$;
comment on function app.merged_patients(uuid) is 'O paciente e os cadastros unidos ao dele; só identificadores.';
create function app.zone_of(clinic uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select c.time_zone from public.clinics c where c.id = clinic $$;
comment on function app.zone_of(uuid) is 'Fuso da clínica.';
revoke execute on function app.patients_among(uuid[], uuid[], bytea[]), app.staff_patients(), app.merged_patients(uuid), app.zone_of(uuid) from public;
grant execute on function app.patients_among(uuid[], uuid[], bytea[]), app.staff_patients(), app.merged_patients(uuid), app.zone_of(uuid) to dashboard_officer, dashboard_admin;

reset role;
set role ledger_owner;
create or replace function ledger.staff_patients() returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select app.staff_patients() $$;
create or replace function ledger.same_patient(patient uuid) returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select app.merged_patients(patient) $$;
create or replace function ledger.zone_of(clinic uuid) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp
as $$ select coalesce(app.zone_of(clinic), 'America/Sao_Paulo') $$;
reset role;
