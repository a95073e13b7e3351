set role ledger_owner;

-- How a column's value goes into the entry as JSON, the same whatever the session is set to; null where the type has no
-- such expression and the function itself has to fix the settings.
create function ledger.json_of(relation regclass, attribute smallint, record text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case
      when coalesce(nullif(t.typbasetype, 0), t.oid) = 'timestamptz'::regtype then format(
        'case when isfinite(%1$s) then to_jsonb((to_jsonb(%1$s at time zone ''UTC'') #>> ''{}'') || ''+00:00'') else to_jsonb(%1$s) end', field
      )
      when coalesce(nullif(t.typbasetype, 0), t.oid) = 'bytea'::regtype then format('to_jsonb(''\x'' || encode(%s, ''hex''))', field)
      when t.typtype = 'e' or coalesce(nullif(t.typbasetype, 0), t.oid) = any (array[
        'bool', 'int2', 'int4', 'int8', 'numeric', 'text', 'varchar', 'bpchar', 'name', 'uuid', 'date', 'timestamp', 'time', 'json',
        'jsonb', 'inet', 'cidr', 'text[]', 'int4[]', 'int8[]', 'uuid[]'
      ]::regtype[]) then format('to_jsonb(%s)', field)
    end
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  cross join lateral (select format('%s.%I', record, a.attname) as field) as f
  where a.attrelid = relation and a.attnum = attribute
$$;
comment on function ledger.json_of(regclass, smallint, text) is 'Expressão que põe o valor de uma coluna na entrada.';

-- Whether a column changed, byte for byte: two values that a collation or a type calls equal are not the same.
create function ledger.differs(relation regclass, attribute smallint) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case
      when t.typtype = 'e' or t.oid = any (array[
        'bool', 'int2', 'int4', 'int8', 'uuid', 'date', 'timestamp', 'timestamptz', 'time', 'bytea'
      ]::regtype[]) or t.oid in ('text'::regtype, 'varchar'::regtype) and a.attcollation in (
        select c.oid from pg_collation c where c.collisdeterministic
      ) then format('old.%1$I is distinct from new.%1$I', a.attname)
      else format('row(old.%1$I)::record *<> row(new.%1$I)::record', a.attname)
    end
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = relation and a.attnum = attribute
$$;
comment on function ledger.differs(regclass, smallint) is 'Expressão que diz se uma coluna mudou.';

-- The body of a capture function for one table as its columns and their classes are now: no look at the catalog and no
-- image of the whole row while rows are written.
create function ledger.capture_body(relation regclass, tenant_column text, patient_column text, verb text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp
as $body$
declare
  names text[];
  keys text[];
  key_types oid[];
  moved text;
  steps text;
  sensitive text[];
  shape constant text := $q$
    insert into ledger.audit_logs (
      clinic_id, occurred_at, actor_user_id, actor_role, actor_proof, on_behalf_of, action, table_name, record_id, record_key,
      patient_ref, changed_fields, old_values, new_values, before_hash, after_hash, phi_accessed, purpose_of_use,
      ip, user_agent, component, request_id, session_ref, record_count, salt
    ) values (
      %s, least(ledger.setting('app.occurred_at')::timestamptz, statement_timestamp()), who.actor, who.role, who.proof,
      ledger.setting('app.on_behalf_of')::uuid, %s, %s, %s, %s,
      %s, changed, %s, %s, %s, %s, %s, ledger.setting('app.purpose_of_use'),
      coalesce(ledger.setting('app.ip')::inet, inet_client_addr()), ledger.setting('app.user_agent'),
      ledger.setting('app.component'), ledger.setting('app.request_id'), who.session, 1, salt
    );$q$;
  -- Of the whole row: the names of what is there, the open values, and the proof of the closed ones.
  whole constant text := $q$
    changed := array_remove(array[%1$s]::text[], null);
    open_%4$s := %2$s;
    closed_%4$s := %3$s;$q$;
  parts record;
  entry text;
  named text;
begin
  select array_agg(a.attname::text order by k.n), array_agg(a.atttypid order by k.n),
    string_agg(ledger.differs(relation, a.attnum), ' or ' order by k.n)
  into keys, key_types, moved
  from pg_index i
  cross join unnest(i.indkey) with ordinality as k (attnum, n)
  join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
  where i.indrelid = relation and i.indisprimary and k.n <= i.indnkeyatts;

  select array_agg(a.attname::text order by a.attname),
    array_agg(a.attname::text order by a.attname) filter (where ledger.class_of(relation, a.attnum) = 'sens'),
    string_agg(format(
      E'\n    if %s then\n      changed := array_append(changed, %L);\n      %3$s_before := %3$s_before || jsonb_build_object(%2$L, %4$s);\n      %3$s_after := %3$s_after || jsonb_build_object(%2$L, %5$s);\n    end if;',
      ledger.differs(relation, a.attnum), a.attname,
      case when ledger.class_of(relation, a.attnum) in ('pub', 'int') then 'open' else 'closed' end,
      coalesce(ledger.json_of(relation, a.attnum, 'old'), format('to_jsonb(old.%I)', a.attname)),
      coalesce(ledger.json_of(relation, a.attnum, 'new'), format('to_jsonb(new.%I)', a.attname))
    ), '' order by a.attname) filter (where a.attname not in ('row_version', 'updated_at'))
  into names, sensitive, steps
  from pg_attribute a
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v';

  named := case when (select c.relkind = 'p' or c.relispartition from pg_class c where c.oid = relation)
    then 'ledger.name_of(tg_relid)' else $q$tg_table_schema || '.' || tg_table_name$q$ end;

  select
    ledger.entry_of('old', relation, keys, key_types, tenant_column, patient_column) as old_side,
    ledger.entry_of('new', relation, keys, key_types, tenant_column, patient_column) as new_side,
    ledger.row_of('old', relation) as old_row,
    ledger.row_of('new', relation) as new_row
  into parts;

  entry := format(
    $q$
declare
  salt constant bytea := uuid_send(gen_random_uuid());
  who record;
  changed text[] := '{}';
  open_before jsonb := '{}';
  open_after jsonb := '{}';
  closed_before jsonb := '{}';
  closed_after jsonb := '{}';
  moved boolean := false;
begin
  who := ledger.actor();
  if tg_op = 'UPDATE' then
    -- Another key is another record: the one that was goes, the one that is comes.
    moved := %s;
  end if;
  if tg_op = 'DELETE' or moved then%s%s
  end if;
  if tg_op = 'INSERT' or moved then%s%s
  end if;
  if tg_op = 'UPDATE' and not moved then%s
    if changed = '{}' then
      -- What triggers keep on each update is told only where nothing else changed.
      if old *= new then return null; end if;
      changed := '%s';
    end if;%s
  end if;
  return null;
end
$q$,
    coalesce(moved, 'false'),
    format(whole, parts.old_row[1], parts.old_row[2], parts.old_row[3], 'before'),
    format(shape, parts.old_side[1], $q$'delete'$q$, named, parts.old_side[2], parts.old_side[3], parts.old_side[4],
      'nullif(open_before, ''{}'')', 'null', ledger.proof_of('before'), 'null', ledger.touches(sensitive)),
    format(whole, parts.new_row[1], parts.new_row[2], parts.new_row[3], 'after'),
    format(shape, parts.new_side[1], format('%L', coalesce(nullif(verb, ''), 'create')), named, parts.new_side[2], parts.new_side[3],
      parts.new_side[4], 'null', 'nullif(open_after, ''{}'')', 'null', ledger.proof_of('after'), ledger.touches(sensitive)),
    coalesce(steps, ''),
    array(select unnest(array['row_version', 'updated_at']) intersect select unnest(names) order by 1),
    format(shape, parts.new_side[1],
      case
        when verb <> '' then format('%L', verb)
        when 'is_active' = any (names) then $q$case when 'is_active' = any (changed) and new.is_active::text = 'false' then 'inactivate' else 'update' end::ledger.action$q$
        else $q$'update'$q$
      end,
      named, parts.new_side[2], parts.new_side[3], parts.new_side[4], 'nullif(open_before, ''{}'')', 'nullif(open_after, ''{}'')',
      ledger.proof_of('before'), ledger.proof_of('after'), ledger.touches(sensitive))
  );
  return entry;
end
$body$;

create function ledger.proof_of(side text) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select format('case when closed_%1$s <> ''{}'' then sha256(salt || convert_to(closed_%1$s::text, ''UTF8'')) end', side) $$;

create function ledger.touches(sensitive text[]) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $$ select case when sensitive is null then 'false' else format('changed && %L::text[]', sensitive) end $$;

-- Tenant, record_id, record_key and patient of one side of the change, as expressions.
create function ledger.entry_of(
  record text, relation regclass, keys text[], key_types oid[], tenant_column text, patient_column text
) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select array[
    case when tenant_column = '' then 'null' else format('%s.%I', record, tenant_column) end,
    case
      when cardinality(keys) = 1 and key_types[1] = 'uuid'::regtype then format('%s.%I', record, keys[1])
      when cardinality(keys) = 1 and key_types[1] in ('text'::regtype, 'varchar'::regtype) then format(
        'case when %1$s.%2$I ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' then %1$s.%2$I::uuid end', record, keys[1])
      else 'null'
    end,
    case
      when cardinality(keys) = 1 and key_types[1] = 'uuid'::regtype then 'null'
      when cardinality(keys) = 1 and key_types[1] in ('text'::regtype, 'varchar'::regtype) then format(
        'case when %1$s.%2$I !~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' then %1$s.%2$I::text end', record, keys[1])
      when cardinality(keys) = 1 then format('to_jsonb(%s.%I) #>> ''{}''', record, keys[1])
      when cardinality(keys) > 1 then format('jsonb_build_object(%s)::text', (
        select string_agg(format('%L, %s.%I', key, record, key), ', ' order by n) from unnest(keys) with ordinality as k (key, n)
      ))
      else 'null'
    end,
    case when tenant_column = '' or patient_column = '' then 'null'
      else format('case when %1$s.%2$I is not null then %1$s.%3$I end', record, tenant_column, patient_column) end
  ]
$$;

-- Names of what is not null, the open columns as an object, the closed ones as another.
create function ledger.row_of(record text, relation regclass) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select array[
    string_agg(format('case when num_nulls(%s.%I) = 0 then %L end', record, name, name), ', ' order by name),
    coalesce(string_agg(part, ' || ' order by chunk) filter (where open), '''{}''::jsonb'),
    coalesce(string_agg(part, ' || ' order by chunk) filter (where not open), '''{}''::jsonb')
  ]
  from (
    select name, open, chunk, case when first then format(
        '(jsonb_build_object(%s) - array_remove(array[%s]::text[], null))',
        string_agg(format('%L, %s', name, value), ', ') over same,
        string_agg(format('case when num_nulls(%s.%I) = 1 then %L end', record, name, name), ', ') over same
      ) end as part
    from (
      select *, row_number() over (partition by open, chunk order by name) = 1 as first
      from (
        select a.attname::text as name, ledger.class_of(relation, a.attnum) in ('pub', 'int') is true as open,
          coalesce(ledger.json_of(relation, a.attnum, record), format('to_jsonb(%s.%I)', record, a.attname)) as value,
          -- A function takes at most 100 arguments.
          (row_number() over (partition by ledger.class_of(relation, a.attnum) in ('pub', 'int') is true order by a.attname) - 1) / 40 as chunk
        from pg_attribute a
        where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
      ) as columns
    ) as numbered
    window same as (partition by open, chunk)
  ) as pieces
$$;

comment on function ledger.capture_body(regclass, text, text, text) is 'Corpo da função de captura de uma tabela.';
comment on function ledger.proof_of(text) is 'Expressão da prova, com sal, dos valores protegidos.';
comment on function ledger.touches(text[]) is 'Expressão que diz se a mudança tocou coluna sensível.';
comment on function ledger.entry_of(text, regclass, text[], oid[], text, text) is 'Clínica, registro e paciente de uma linha, como expressões.';
comment on function ledger.row_of(text, regclass) is 'A linha inteira, por classe, como expressões.';

reset role;
