-- A login that runs the standard operations as the application does, to time them: it reads only, and what it is shown is
-- the plan. Who signs in as Tabellion never becomes the application's role.
do $$
begin
  begin
    if to_regrole('tabellion_meter') is null then
      create role tabellion_meter login noinherit connection limit 8;
      alter role tabellion_meter set default_transaction_read_only = on;
      alter role tabellion_meter set statement_timeout = '30s';
      alter role tabellion_meter set lock_timeout = '100ms';
      alter role tabellion_meter set idle_in_transaction_session_timeout = '60s';
    end if;
    if not pg_has_role('tabellion_meter', 'app_rw', 'member') then grant app_rw to tabellion_meter; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  execute format('grant connect on database %I to tabellion_meter', current_database());
end
$$;

set role neonpro_owner;

create policy clinic_members_select_measuring on public.clinic_members for select to neonpro_owner
  using (session_user = 'tabellion_meter');

create function app.measured_session(p_role text) returns table (clinic_id uuid, user_id uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select distinct on (m.clinic_id) m.clinic_id, m.user_id
  from public.clinic_members m
  where session_user = 'tabellion_meter' and m.role::text = p_role and m.is_active and m.valid_from <= now()
    and (m.valid_until is null or m.valid_until > now())
  order by m.clinic_id, m.user_id
  limit 5
$$;
comment on function app.measured_session(text) is 'Com quem medir: um membro com este papel, em até cinco clínicas.';

-- Where pg_stat_statements is installed, its normalised texts can be read.
grant usage on schema extensions to tabellion_scanner;
grant usage on schema app to tabellion_meter;
grant execute on function app.measured_session(text) to tabellion_meter;
reset role;
