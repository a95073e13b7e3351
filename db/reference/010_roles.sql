-- Cluster-wide, so another database of the same server may already have them. Logins get no password here.
do $$
begin
  begin
    if to_regrole('neonpro_owner') is null then create role neonpro_owner nologin noinherit; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    if to_regrole('app_patient') is null then create role app_patient nologin noinherit; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    if to_regrole('consent_guest') is null then create role consent_guest nologin noinherit; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    if to_regrole('app_gate') is null then create role app_gate nologin noinherit; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    if to_regrole('neonpro_app') is null then
      create role neonpro_app login noinherit connection limit 100;
      alter role neonpro_app set statement_timeout = '30s';
      alter role neonpro_app set idle_in_transaction_session_timeout = '60s';
      alter role neonpro_app set lock_timeout = '10s';
    end if;
  exception when duplicate_object or unique_violation then null;
  end;
  begin
    if to_regrole('tabellion_scanner') is null then create role tabellion_scanner login connection limit 20; end if;
  exception when duplicate_object or unique_violation then null;
  end;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant neonpro_owner, app_gate to %I', current_user);
  end if;
end
$$;

-- What the clinic's application and Tabellion's web process may become; noinherit, so that without SET ROLE they have nothing.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('neonpro_app', array['app_rw', 'app_patient']),
      ('tabellion_web', array['dashboard_officer', 'dashboard_admin', 'dashboard_viewer', 'consent_guest'])
    ) as w (login, roles), unnest(w.roles) as role
  loop
    begin
      if not pg_has_role(wanted.login, wanted.role, 'member') then
        execute format('grant %I to %I', wanted.role, wanted.login);
      end if;
    exception when unique_violation then null;
    end;
  end loop;
end
$$;

do $$
begin
  if not pg_has_role('tabellion_scanner', 'pg_monitor', 'member') then
    grant pg_monitor to tabellion_scanner;
  end if;
exception
  when unique_violation then null;
  when insufficient_privilege then
    raise notice 'grant pg_monitor to tabellion_scanner: an administrator has to do it';
end
$$;

-- Nobody but the named roles even connects: roles of other databases on this server do not count here.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format(
    'grant connect on database %I to app_rw, app_patient, dashboard_officer, dashboard_admin, dashboard_viewer, consent_guest, neonpro_app, tabellion_web, tabellion_scanner',
    current_database()
  );
  execute format('grant create on database %I to neonpro_owner', current_database());
end
$$;
