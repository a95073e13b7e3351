-- What the installation needed and nobody needs afterwards.
do $$
declare
  wanted text;
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    execute format('alter database %I owner to neonpro_owner', current_database());
    alter schema public owner to neonpro_owner;
  else
    foreach wanted in array array['neonpro_owner', 'app_gate', 'ledger_owner'] loop
      execute format('revoke %I from %I', wanted, current_user);
    end loop;
  end if;
end
$$;
