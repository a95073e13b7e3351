set role ledger_owner;

-- Under which name the log keeps a table: a partition's changes are its table's.
create function ledger.name_of(relation oid) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.oid = coalesce(pg_partition_root(relation::regclass), relation)
$$;
comment on function ledger.name_of(oid) is 'Nome da tabela no registro; o de uma partição é o da tabela inteira.';

-- One entry about one row, for the form of capture that looks at the columns as they are at that moment.
-- Rows come as json, whose text keeps what jsonb calls equal.
-- arguments, from 0 as a trigger has them: tenant column, patient column, key columns, columns whose values may be kept, sensitive columns, verb
-- ('' for the plain one). A column named in none of them (a new one) counts as protected.
create function ledger.record_change(operation text, relation oid, before json, after json, arguments text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  key_columns constant text[] := arguments[2]::text[];
  open_columns constant text[] := arguments[3]::text[];
  sensitive_columns constant text[] := arguments[4]::text[];
  salt constant bytea := uuid_send(gen_random_uuid());
  present constant json := coalesce(after, before);
  changed text[];
  verb ledger.action;
  open_before jsonb;
  open_after jsonb;
  closed_before jsonb;
  closed_after jsonb;
  key_value text;
begin
  -- What changed, split by whether its values may be kept; what triggers keep on each update is left aside.
  select
    array_agg(field.key order by field.key),
    jsonb_object_agg(field.key, before -> field.key) filter (where field.key = any (open_columns)),
    jsonb_object_agg(field.key, after -> field.key) filter (where field.key = any (open_columns)),
    jsonb_object_agg(field.key, before -> field.key) filter (where field.key <> all (open_columns)),
    jsonb_object_agg(field.key, after -> field.key) filter (where field.key <> all (open_columns))
  into changed, open_before, open_after, closed_before, closed_after
  from json_each(present) as field
  where case operation
      when 'UPDATE' then field.value::text is distinct from (before -> field.key)::text and field.key <> all (array['row_version', 'updated_at'])
      else field.value::text <> 'null'
    end;
  if changed is null and operation = 'UPDATE' then
    if after::text = before::text then return; end if;
    changed := array['row_version', 'updated_at'];
  end if;
  verb := case
    when operation = 'DELETE' then 'delete'
    when arguments[5] <> '' then arguments[5]
    when operation = 'INSERT' then 'create'
    when 'is_active' = any (changed) and after ->> 'is_active' = 'false' then 'inactivate'
    else 'update'
  end::ledger.action;
  if cardinality(key_columns) = 1 then
    key_value := present ->> key_columns[1];
  elsif cardinality(key_columns) > 1 then
    select jsonb_object_agg(field, present -> field)::text into key_value from unnest(key_columns) as field;
  end if;

  insert into ledger.audit_logs (
    clinic_id, occurred_at, actor_user_id, actor_role, actor_proof, on_behalf_of, action, table_name, record_id, record_key,
    patient_ref, changed_fields, old_values, new_values, before_hash, after_hash, phi_accessed, purpose_of_use,
    ip, user_agent, component, request_id, session_ref, record_count, salt
  )
  select
    (present ->> nullif(arguments[0], ''))::uuid,
    -- What was kept on paper or offline says when it happened; when it was recorded only the server says.
    least(ledger.setting('app.occurred_at')::timestamptz, statement_timestamp()),
    who.actor, who.role, who.proof, ledger.setting('app.on_behalf_of')::uuid, verb, ledger.name_of(relation),
    case when key_value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then key_value::uuid end,
    case when key_value !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then key_value end,
    case when present ->> nullif(arguments[0], '') is not null then (present ->> nullif(arguments[1], ''))::uuid end,
    changed,
    case when before is not null then open_before end,
    case when after is not null then open_after end,
    case when before is not null then sha256(salt || convert_to(closed_before::text, 'UTF8')) end,
    case when after is not null then sha256(salt || convert_to(closed_after::text, 'UTF8')) end,
    coalesce(changed && sensitive_columns, false),
    ledger.setting('app.purpose_of_use'),
    coalesce(ledger.address_of(ledger.setting('app.ip')), inet_client_addr()),
    ledger.said_agent(), ledger.setting('app.component'), ledger.setting('app.request_id'), who.session, 1, salt
  from ledger.actor() as who;
end
$$;
comment on function ledger.record_change(text, oid, json, json, text[]) is 'Grava uma entrada sobre uma linha.';

-- Slower than a function made for its table, and right whatever happens to the table's columns: for databases where no
-- event trigger can tell that they changed.
create function ledger.capture() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO'
set intervalstyle = 'iso_8601'
set extra_float_digits = 1
set bytea_output = 'hex'
as $$
declare
  before json;
  after json;
begin
  if tg_op <> 'INSERT' then before := to_json(old); end if;
  if tg_op <> 'DELETE' then after := to_json(new); end if;
  -- Another key is another record: the one that was goes, the one that is comes.
  if tg_op = 'UPDATE' and exists (
    select from unnest(tg_argv[2]::text[]) as field where (before -> field)::text is distinct from (after -> field)::text
  ) then
    perform ledger.record_change('DELETE', tg_relid, before, null, tg_argv);
    perform ledger.record_change('INSERT', tg_relid, null, after, tg_argv);
  else
    perform ledger.record_change(tg_op, tg_relid, before, after, tg_argv);
  end if;
  return null;
end
$$;
comment on function ledger.capture() is 'Grava uma entrada por linha criada, alterada ou apagada, na mesma transação.';

create function ledger.capture_truncate() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into ledger.audit_logs (
    actor_user_id, actor_role, actor_proof, on_behalf_of, action, table_name, ip, user_agent, component, request_id, session_ref
  )
  select
    who.actor, who.role, who.proof, ledger.setting('app.on_behalf_of')::uuid, 'truncate', tg_table_schema || '.' || tg_table_name,
    coalesce(ledger.address_of(ledger.setting('app.ip')), inet_client_addr()), ledger.said_agent(),
    ledger.setting('app.component'), ledger.setting('app.request_id'), who.session
  from ledger.actor() as who;
  return null;
end
$$;
comment on function ledger.capture_truncate() is 'Grava que uma tabela foi esvaziada.';

-- The class of a column stands at the end of its comment: 'Nome completo. [pers id]'.
create function ledger.class_of(relation regclass, attribute smallint) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select substring(col_description(relation, attribute) from '\[(pub|int|pers|sens|sec)[ a-z0-9=._-]*\]\s*$') $$;
comment on function ledger.class_of(regclass, smallint) is 'Classe escrita no fim do comentário da coluna; nulo quando não há.';

reset role;
