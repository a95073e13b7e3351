-- Optional, and only a superuser can install it: event triggers that keep the audit log and its capture as they are.
-- For a planned migration of the log itself a superuser disables them: alter event trigger ledger_drops disable.

create or replace function ledger.guard_commands() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  weakened text;
begin
  -- A trigger may not take the name of a capture trigger and do something else.
  select c.object_identity into weakened
  from pg_event_trigger_ddl_commands() c
  join pg_trigger t on c.classid = 'pg_trigger'::regclass and t.oid = c.objid
  join pg_proc p on p.oid = t.tgfoid
  where (t.tgname like 'ledger\_capture%' or t.tgname = 'ledger_truncate') and p.pronamespace <> 'ledger'::regnamespace
  limit 1;
  if weakened is not null then
    raise exception 'the audit trigger % is not replaced', weakened using errcode = 'insufficient_privilege';
  end if;
  if tg_tag = 'CREATE TRIGGER' then return; end if;

  -- The functions stay as they were made; a table's own one is only ever what its columns say.
  select c.object_identity into weakened
  from pg_event_trigger_ddl_commands() c join pg_proc p on c.classid = 'pg_proc'::regclass and p.oid = c.objid
  where p.pronamespace = 'ledger'::regnamespace and p.proname not like 'capture\_%'
  limit 1;
  if weakened is null and tg_tag like '%FUNCTION' then
    select name into weakened from ledger.altered_captures() as name limit 1;
  end if;
  if weakened is not null then
    raise exception 'the audit function % is not replaced', weakened using errcode = 'insufficient_privilege';
  end if;
  if tg_tag <> 'ALTER TABLE' and tg_tag <> 'ALTER TRIGGER' then return; end if;

  -- After any ALTER: every capture and refusal trigger still fires always, on the table it was made for.
  select format('%s on %s', t.tgname, t.tgrelid::regclass) into weakened
  from pg_trigger t
  join pg_proc p on p.oid = t.tgfoid
  where p.pronamespace = 'ledger'::regnamespace and not t.tgisinternal and t.tgenabled <> 'A'
  limit 1;
  if weakened is not null then
    raise exception 'the audit trigger % stays enabled always', weakened using errcode = 'insufficient_privilege';
  end if;
  select t.tgrelid::regclass::text into weakened
  from pg_event_trigger_ddl_commands() c
  join pg_trigger t on c.classid = 'pg_class'::regclass and t.tgrelid = c.objid and t.tgname = 'ledger_capture'
  join pg_class r on r.oid = t.tgrelid and not r.relispartition
  join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'ledger'::regnamespace
  where p.proname not in ('capture', ledger.capture_name(t.tgrelid))
  limit 1;
  if weakened is not null then
    raise exception 'a table under audit keeps its name: % is taken out of the audit first', weakened using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function ledger.guard_commands() is 'Recusa enfraquecer os gatilhos e as funções de auditoria.';

-- ALTER COLUMN … TYPE … USING can write anything into every row without one trigger firing.
create or replace function ledger.guard_rewrites() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if pg_event_trigger_table_rewrite_reason() & 6 <> 0 and exists (
    select from pg_trigger t where t.tgrelid = pg_event_trigger_table_rewrite_oid() and t.tgname = 'ledger_capture'
  ) then
    raise exception 'a table under audit is not rewritten: % is changed by UPDATE, which is recorded',
      pg_event_trigger_table_rewrite_oid()::regclass using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function ledger.guard_rewrites() is 'Recusa reescrever tabelas sob auditoria.';

create or replace function ledger.guard_drops() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  dropped record;
begin
  for dropped in select * from pg_event_trigger_dropped_objects() loop
    -- Before 15 a trigger's, a policy's and a rule's schema stands only in its address.
    if coalesce(dropped.schema_name, dropped.address_names[1]) = 'ledger' and not dropped.is_temporary then
      raise exception 'the audit log stays: % is not dropped', dropped.object_identity using errcode = 'insufficient_privilege';
    end if;
    if dropped.object_type = 'trigger' and dropped.address_names[array_upper(dropped.address_names, 1)] ~ '^ledger_(capture|capture_insert|capture_delete|truncate)$' then
      raise exception 'the audit trigger stays: % is not dropped', dropped.object_identity using errcode = 'insufficient_privilege';
    end if;
  end loop;
end
$$;
comment on function ledger.guard_drops() is 'Recusa apagar o registro e os gatilhos de auditoria.';

-- A table made in public is born closed: row-level security on and forced, no policy yet.
create or replace function ledger.close_new_tables() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  made record;
begin
  for made in
    select * from pg_event_trigger_ddl_commands() where command_tag = 'CREATE TABLE' and schema_name = 'public' and object_type = 'table'
  loop
    execute format('alter table %s enable row level security', made.objid::regclass);
    execute format('alter table %s force row level security', made.objid::regclass);
  end loop;
end
$$;
comment on function ledger.close_new_tables() is 'Toda tabela nova nasce fechada.';

revoke execute on function ledger.guard_commands(), ledger.guard_rewrites(), ledger.guard_drops(), ledger.close_new_tables() from public;

-- Event triggers run in the order of their names: this one sees a table renamed before ledger_follow does.
create event trigger ledger_commands on ddl_command_end
  when tag in ('ALTER TABLE', 'CREATE TRIGGER', 'ALTER TRIGGER', 'CREATE FUNCTION', 'ALTER FUNCTION')
  execute function ledger.guard_commands();
create event trigger ledger_drops on sql_drop execute function ledger.guard_drops();
create event trigger ledger_rewrites on table_rewrite execute function ledger.guard_rewrites();
create event trigger ledger_new_tables on ddl_command_end when tag in ('CREATE TABLE') execute function ledger.close_new_tables();
alter event trigger ledger_commands enable always;
alter event trigger ledger_drops enable always;
alter event trigger ledger_rewrites enable always;
alter event trigger ledger_new_tables enable always;
