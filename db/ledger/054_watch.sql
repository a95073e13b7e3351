set role ledger_owner;

-- The name of a table's own capture function: readable where it is within 63 bytes and can be no other table's. In
-- a.b_c and a_b.c an underscore would stand for the point.
create function ledger.capture_name(relation regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select 'capture_' || case
    when strpos(n.nspname, '_') = 0 and octet_length(n.nspname || c.relname) <= 54 then n.nspname || '_' || c.relname
    else md5(format('%I.%I', n.nspname, c.relname))
  end
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = relation
$$;
comment on function ledger.capture_name(regclass) is 'Nome da função de captura de uma tabela.';

-- Makes (again) the capture function of a table the session's role owns; its name. The caller makes the trigger.
create function ledger.make_capture(relation regclass, tenant_column text, patient_column text, verb text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
  name constant text := ledger.capture_name(relation);
  who constant text := coalesce(nullif(current_setting('role'), 'none'), session_user);
  shared constant regprocedure[] := array[
    'ledger.capture_truncate()', 'ledger.capture_name(regclass)', 'ledger.follows()', 'ledger.class_of(regclass, smallint)',
    'ledger.watch(regclass, text, text, text)', 'ledger.make_capture(regclass, text, text, text)', 'ledger.by_statement(regclass)',
    'ledger.make_reader(regclass, text, text, text)'
  ];
  owner text;
begin
  select pg_get_userbyid(c.relowner) into owner from pg_class c where c.oid = relation;
  if not pg_has_role(who, owner, 'member') then
    raise exception 'only the owner of % puts it under audit', relation using errcode = 'insufficient_privilege';
  end if;
  -- Names that a capture function uses beside the table's own: it would fail, and every write of the table with it.
  if exists (
    select from pg_attribute a
    where a.attrelid = relation and not a.attisdropped and a.attname in ('ledger_changed', 'ledger_place', 'ledger_salt')
  ) then
    raise exception '% has a column ledger_changed, ledger_place or ledger_salt, names that its audit uses itself: nothing was changed, name it otherwise', relation
      using errcode = 'reserved_name';
  end if;
  execute format(
    'create or replace function ledger.%I() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp%s as %L',
    name, ledger.settings_of(relation), ledger.capture_body(relation, tenant_column, patient_column, verb, ledger.by_statement(relation))
  );
  execute format('comment on function ledger.%I() is %L', name, format('Captura as mudanças de %s.', relation));
  execute format('revoke execute on function ledger.%I() from public', name);
  execute format('grant execute on function ledger.%I() to %I', name, owner);
  -- Whoever owns the table makes its triggers, and the event trigger below runs as that role. What all tables share is given to an
  -- owner once, one at a time: two who change the same right of the catalog at once fail.
  if not has_schema_privilege(owner, 'ledger', 'usage') or exists (
    select from unnest(shared) as needed where not has_function_privilege(owner, needed, 'execute')
  ) then
    -- "tabellion", "give".
    perform pg_advisory_xact_lock(1952607342, 1734964837);
    execute format('grant usage on schema ledger to %I', owner);
    execute format('grant execute on function %s to %I', array_to_string(shared, ', '), owner);
  end if;
  return name;
end
$$;
comment on function ledger.make_capture(regclass, text, text, text) is 'Escreve a função de captura de uma tabela, como ela é agora.';

-- Whether an event trigger rewrites capture functions when their tables change: only then may they be made for a table.
create function ledger.follows() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$ select exists (select from pg_event_trigger where evtname = 'ledger_follow' and evtenabled in ('A', 'O')) $$;
comment on function ledger.follows() is 'Se as funções de captura acompanham as mudanças de suas tabelas.';

create function ledger.watch(
  relation regclass,
  tenant_column text default 'clinic_id',
  patient_column text default 'patient_id',
  verb text default ''
) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  keys text[];
  open_columns text[];
  sensitive_columns text[];
  part regclass;
  name text;
  by_statement boolean := false;
  event text;
begin
  -- The log would record what it records: every audited write would fail.
  if exists (
    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.oid = relation and (n.nspname in ('ledger', 'ledger_counts', 'ledger_ingest', 'information_schema') or n.nspname like 'pg\_%')
  ) then
    raise exception '% is a table of the audit log or of PostgreSQL: it is not put under audit, and nothing was changed', relation
      using errcode = 'invalid_table_definition';
  end if;
  select array_agg(a.attname::text order by k.n) into keys
  from pg_index i
  cross join unnest(i.indkey) with ordinality as k (attnum, n)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = relation and i.indisprimary and k.n <= i.indnkeyatts;

  select
    coalesce(array_agg(a.attname::text order by a.attname) filter (where ledger.class_of(relation, a.attnum) in ('pub', 'int')), '{}'),
    coalesce(array_agg(a.attname::text order by a.attname) filter (where ledger.class_of(relation, a.attnum) = 'sens'), '{}')
  into open_columns, sensitive_columns
  from pg_attribute a
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped;

  select coalesce(max(a.attname), '') into tenant_column
  from pg_attribute a
  where a.attrelid = relation and a.attname = tenant_column and a.atttypid = 'uuid'::regtype and not a.attisdropped;
  select coalesce(max(a.attname), '') into patient_column
  from pg_attribute a
  where a.attrelid = relation and a.attname = patient_column and a.atttypid = 'uuid'::regtype and not a.attisdropped;

  name := case when ledger.follows() then ledger.make_capture(relation, tenant_column, patient_column, verb) else 'capture' end;
  if name <> 'capture' then by_statement := ledger.by_statement(relation); end if;
  foreach event in array array['update', 'insert', 'delete'] loop
    execute format(
      'create or replace trigger %I after %s on %s %s execute function ledger.%I(%L, %L, %L, %L, %L, %L)',
      case event when 'update' then 'ledger_capture' else 'ledger_capture_' || event end, event, relation,
      case when by_statement then concat_ws(' ', 'referencing', case when event <> 'insert' then 'old table as old_rows' end,
        case when event <> 'delete' then 'new table as new_rows' end, 'for each statement') else 'for each row' end,
      name, tenant_column, patient_column, coalesce(keys, '{}'), open_columns, sensitive_columns, verb
    );
  end loop;
  -- A partition has the row triggers of its table; what is aimed at it directly needs the other, and both stay on.
  for part in
    select relation union select p.relid from pg_partition_tree(relation) p where p.relid is not null
  loop
    execute format(
      'create or replace trigger ledger_truncate after truncate on %s for each statement execute function ledger.capture_truncate()', part
    );
  end loop;
  for part in
    select relation union select p.relid from pg_partition_tree(relation) p where p.relid is not null
  loop
    execute format(
      'alter table %s enable always trigger ledger_capture, enable always trigger ledger_capture_insert, '
      'enable always trigger ledger_capture_delete, enable always trigger ledger_truncate', part
    );
  end loop;
end
$$;
comment on function ledger.watch(regclass, text, text, text) is 'Põe uma tabela sob auditoria; chamar de novo depois de mudar colunas ou classes.';

create function ledger.unwatch(relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  part regclass;
begin
  execute format('drop trigger if exists ledger_capture on %1$s; drop trigger if exists ledger_capture_insert on %1$s; drop trigger if exists ledger_capture_delete on %1$s', relation);
  for part in
    select relation union select p.relid from pg_partition_tree(relation) p where p.relid is not null
  loop
    execute format('drop trigger if exists ledger_truncate on %s', part);
  end loop;
end
$$;
comment on function ledger.unwatch(regclass) is 'Tira uma tabela da auditoria.';

-- Runs at the end of each ALTER TABLE, ALTER SCHEMA, CREATE TABLE, COMMENT and change of a subscription: a watched table's
-- function follows its name, its columns and their classes, its triggers follow whether they may be by statement, and a new partition is watched like
-- its table.
create function ledger.follow() returns event_trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  touched record;
begin
  for touched in
    select t.tgrelid::regclass as relation, p.proname as function, t.tgtype & 1 = 0 as by_statement,
      string_to_array(encode(t.tgargs, 'escape'), '\000') as arguments,
      exists (
        select from pg_partition_tree(t.tgrelid) part
        where not exists (select from pg_trigger o where o.tgrelid = part.relid and o.tgname = 'ledger_truncate')
      ) as parts
    from pg_trigger t
    join pg_proc p on p.oid = t.tgfoid and p.pronamespace = 'ledger'::regnamespace
    where t.tgname = 'ledger_capture' and not t.tgisinternal and t.tgrelid in (
      select coalesce(pg_partition_root(c.objid::regclass), c.objid::regclass) from pg_event_trigger_ddl_commands() c
      where c.classid = 'pg_class'::regclass and c.object_type in ('table', 'table column')
      union
      select i.inhparent from pg_event_trigger_ddl_commands() c join pg_inherits i on c.classid = 'pg_class'::regclass and i.inhrelid = c.objid
      union
      select s.srrelid from pg_subscription_rel s where tg_tag like '%SUBSCRIPTION'
      union
      select r.oid from pg_event_trigger_ddl_commands() c join pg_class r on c.classid = 'pg_namespace'::regclass and r.relnamespace = c.objid
      where tg_tag = 'ALTER SCHEMA'
    )
    -- A partition's triggers come with its table's.
    and not exists (select from pg_class r where r.oid = t.tgrelid and r.relispartition)
  loop
    if touched.parts or touched.function <> ledger.capture_name(touched.relation)
      or touched.by_statement <> ledger.by_statement(touched.relation) then
      perform ledger.watch(touched.relation, touched.arguments[1], touched.arguments[2], touched.arguments[6]);
    else
      perform ledger.make_capture(touched.relation, touched.arguments[1], touched.arguments[2], touched.arguments[6]);
    end if;
  end loop;
end
$$;
comment on function ledger.follow() is 'Acompanha as mudanças das tabelas sob auditoria.';

reset role;

-- Where no superuser installs, the slower form of capture is used, which needs no telling.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    create event trigger ledger_follow on ddl_command_end when tag in ('ALTER TABLE', 'ALTER SCHEMA', 'CREATE TABLE', 'COMMENT', 'CREATE SUBSCRIPTION', 'ALTER SUBSCRIPTION')
      execute function ledger.follow();
    alter event trigger ledger_follow enable always;
  end if;
end
$$;
