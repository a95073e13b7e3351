set role ledger_owner;

-- How a column's value is given to jsonb_build_object, the same whatever the session is set to; null where the type has no
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
      ]::regtype[]) then field
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
      -- 1.0 and 1.00 are equal and not the same.
      when t.oid = 'numeric'::regtype then format('(old.%1$I is distinct from new.%1$I or scale(old.%1$I) is distinct from scale(new.%1$I))', a.attname)
      else format('row(old.%1$I)::record *<> row(new.%1$I)::record', a.attname)
    end
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = relation and a.attnum = attribute
$$;
comment on function ledger.differs(regclass, smallint) is 'Expressão que diz se uma coluna mudou.';

-- The columns of a table: whether their values may be kept, whether triggers write them on each update, and the expressions
-- of above. A virtual column follows from the others.
create type ledger.captured_column as (
  name text, open boolean, sensitive boolean, kept boolean, differs text, before text, after text
);
comment on type ledger.captured_column is 'Uma coluna de uma tabela sob auditoria.';

create function ledger.columns_of(relation regclass) returns ledger.captured_column[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(row(
      a.attname::text, class in ('pub', 'int') is true, class = 'sens' is true, a.attname in ('row_version', 'updated_at'),
      ledger.differs(relation, a.attnum),
      coalesce(ledger.json_of(relation, a.attnum, 'old'), format('old.%I', a.attname)),
      coalesce(ledger.json_of(relation, a.attnum, 'new'), format('new.%I', a.attname))
    )::ledger.captured_column order by a.attname), '{}')
  from pg_attribute a cross join ledger.class_of(relation, a.attnum) as class
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
$$;
comment on function ledger.columns_of(regclass) is 'Colunas de uma tabela, com o que a captura faz delas.';

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
create function ledger.row_of(record text, columns ledger.captured_column[]) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp
as $$
  select array[
    format('array_remove(array[%s]::text[], null)', string_agg(format('case when num_nulls(%s.%I) = 0 then %L end', record, name, name), ', ' order by name)),
    coalesce(string_agg(part, ' || ' order by chunk) filter (where open), $q$'{}'::jsonb$q$),
    coalesce(string_agg(part, ' || ' order by chunk) filter (where not open), $q$'{}'::jsonb$q$)
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
        select c.name, c.open, case record when 'old' then c.before else c.after end as value,
          -- A function takes at most 100 arguments.
          (row_number() over (partition by c.open order by c.name) - 1) / 40 as chunk
        from unnest(columns) c
      ) as chunked
    ) as numbered
    window same as (partition by open, chunk)
  ) as pieces
$$;

comment on function ledger.entry_of(text, regclass, text[], oid[], text, text) is 'Clínica, registro e paciente de uma linha, como expressões.';
comment on function ledger.row_of(text, ledger.captured_column[]) is 'A linha inteira, por classe, como expressões.';

reset role;
