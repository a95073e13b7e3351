-- Cluster-wide, so another database of the same server may already have them.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['ledger_owner', 'ledger_sealer', 'ledger_binder', 'ledger_job', 'app_rw', 'dashboard_officer', 'dashboard_admin', 'dashboard_viewer'] loop
    begin
      if to_regrole(wanted) is null then
        execute format('create role %I nologin noinherit', wanted);
      end if;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end loop;
  if to_regrole('tabellion_web') is null then
    begin
      -- Without a password nobody signs in with it: the administrator sets one.
      create role tabellion_web login noinherit connection limit 100;
      alter role tabellion_web set statement_timeout = '30s';
      alter role tabellion_web set idle_in_transaction_session_timeout = '60s';
      alter role tabellion_web set lock_timeout = '10s';
    exception
      when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role('ledger_owner', 'member') then
    execute format('grant ledger_owner to %I', current_user);
  end if;
end
$$;
