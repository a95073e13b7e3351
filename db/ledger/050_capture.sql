set role ledger_owner;

-- Arguments, written by ledger.watch: tenant column, patient column, key columns, columns whose values may be kept,
-- sensitive columns, verb ('' for the plain one). A column named in none of them (a new one) counts as protected.
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
  key_columns constant text[] := tg_argv[2]::text[];
  open_columns constant text[] := tg_argv[3]::text[];
  sensitive_columns constant text[] := tg_argv[4]::text[];
  salt constant bytea := uuid_send(gen_random_uuid());
  before jsonb;
  after jsonb;
  present jsonb;
  changed text[];
  verb ledger.action;
  open_before jsonb;
  open_after jsonb;
  closed_before jsonb;
  closed_after jsonb;
  key_value text;
begin
  if tg_op <> 'INSERT' then before := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then after := to_jsonb(new); end if;
  present := coalesce(after, before);

  -- What changed, split by whether its values may be kept; what triggers keep on each update is left aside.
  select
    array_agg(field.key order by field.key),
    jsonb_object_agg(field.key, before -> field.key) filter (where field.key = any (open_columns)),
    jsonb_object_agg(field.key, after -> field.key) filter (where field.key = any (open_columns)),
    jsonb_object_agg(field.key, before -> field.key) filter (where field.key <> all (open_columns)),
    jsonb_object_agg(field.key, after -> field.key) filter (where field.key <> all (open_columns))
  into changed, open_before, open_after, closed_before, closed_after
  from jsonb_each(present) as field
  where case tg_op
      when 'UPDATE' then field.value is distinct from before -> field.key and field.key <> all (array['row_version', 'updated_at'])
      else field.value <> 'null'
    end;
  if changed is null and tg_op = 'UPDATE' and after <> before then
    changed := array['row_version', 'updated_at'];
  end if;
  verb := case
    when tg_op = 'DELETE' then 'delete'
    when tg_argv[5] <> '' then tg_argv[5]
    when tg_op = 'INSERT' then 'create'
    when 'is_active' = any (changed) and after ->> 'is_active' = 'false' then 'inactivate'
    else 'update'
  end::ledger.action;

  if changed is not null then
    if cardinality(key_columns) = 1 then
      key_value := present ->> key_columns[1];
    elsif cardinality(key_columns) > 1 then
      select jsonb_object_agg(field, present -> field)::text into key_value from unnest(key_columns) as field;
    end if;

    insert into ledger.audit_logs (
      clinic_id, occurred_at, actor_user_id, actor_role, on_behalf_of, action, table_name, record_id, record_key, patient_ref,
      changed_fields, old_values, new_values, before_hash, after_hash, phi_accessed, purpose_of_use,
      ip, user_agent, component, request_id, session_ref, record_count, salt
    ) values (
      (present ->> nullif(tg_argv[0], ''))::uuid,
      -- What was kept on paper or offline says when it happened; when it was recorded only the server says.
      coalesce(ledger.setting('app.occurred_at')::timestamptz, statement_timestamp()),
      ledger.setting('app.user_id')::uuid,
      coalesce(ledger.setting('app.actor_role'), nullif(current_setting('role'), 'none')),
      ledger.setting('app.on_behalf_of')::uuid,
      verb,
      tg_table_schema || '.' || tg_table_name,
      case when key_value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then key_value::uuid end,
      case when key_value !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then key_value end,
      case when tg_argv[0] <> '' then (present ->> nullif(tg_argv[1], ''))::uuid end,
      changed,
      case when before is not null then open_before end,
      case when after is not null then open_after end,
      case when before is not null then sha256(salt || convert_to(closed_before::text, 'UTF8')) end,
      case when after is not null then sha256(salt || convert_to(closed_after::text, 'UTF8')) end,
      changed && sensitive_columns,
      ledger.setting('app.purpose_of_use'),
      coalesce(ledger.setting('app.ip')::inet, inet_client_addr()),
      ledger.setting('app.user_agent'),
      ledger.setting('app.component'),
      ledger.setting('app.request_id'),
      ledger.setting('app.session_ref'),
      1,
      salt
    );
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
    actor_user_id, actor_role, on_behalf_of, action, table_name, ip, user_agent, component, request_id, session_ref
  ) values (
    ledger.setting('app.user_id')::uuid,
    coalesce(ledger.setting('app.actor_role'), nullif(current_setting('role'), 'none')),
    ledger.setting('app.on_behalf_of')::uuid,
    'truncate',
    tg_table_schema || '.' || tg_table_name,
    coalesce(ledger.setting('app.ip')::inet, inet_client_addr()),
    ledger.setting('app.user_agent'),
    ledger.setting('app.component'),
    ledger.setting('app.request_id'),
    ledger.setting('app.session_ref')
  );
  return null;
end
$$;
comment on function ledger.capture_truncate() is 'Grava que uma tabela foi esvaziada.';

-- The class of a column stands at the end of its comment: 'Nome completo. [pers id]'.
create function ledger.class_of(relation regclass, attribute smallint) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select substring(col_description(relation, attribute) from '\[(pub|int|pers|sens|sec)[ a-z0-9=._-]*\]\s*$') $$;
comment on function ledger.class_of(regclass, smallint) is 'Classe escrita no fim do comentário da coluna; nulo quando não há.';

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
begin
  select array_agg(a.attname::text order by k.n) into keys
  from pg_index i
  cross join unnest(i.indkey) with ordinality as k (attnum, n)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = relation and i.indisprimary;

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

  execute format(
    'create or replace trigger ledger_capture after insert or update or delete on %s for each row execute function ledger.capture(%L, %L, %L, %L, %L, %L)',
    relation, tenant_column, patient_column, coalesce(keys, '{}'), open_columns, sensitive_columns, verb
  );
  execute format(
    'create or replace trigger ledger_truncate after truncate on %s for each statement execute function ledger.capture_truncate()', relation
  );
  execute format('alter table %s enable always trigger ledger_capture, enable always trigger ledger_truncate', relation);
end
$$;
comment on function ledger.watch(regclass, text, text, text) is 'Põe uma tabela sob auditoria; chamar de novo depois de mudar colunas ou classes.';

create function ledger.unwatch(relation regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
  execute format('drop trigger if exists ledger_capture on %s', relation);
  execute format('drop trigger if exists ledger_truncate on %s', relation);
end
$$;
comment on function ledger.unwatch(regclass) is 'Tira uma tabela da auditoria.';

reset role;
