set role ledger_owner;

-- How a column is named: of a row that comes or goes (old, new), or of a row that changed, whose two sides stand in one record.
create function ledger.field_of(side text, relation regclass, attribute smallint) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case side when 'was' then 'pair.o' || attribute when 'is' then 'pair.n' || attribute else format('%s.%I', side, a.attname) end
  from pg_attribute a where a.attrelid = relation and a.attnum = attribute
$$;
comment on function ledger.field_of(text, regclass, smallint) is 'Como a captura escreve uma coluna.';

-- How a column's value is given to jsonb_build_object, the same whatever the session is set to; null where the type has no
-- such expression and the function itself has to fix the settings.
create function ledger.json_of(relation regclass, attribute smallint, field text) returns text
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
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = relation and a.attnum = attribute
$$;
comment on function ledger.json_of(regclass, smallint, text) is 'Expressão que põe o valor de uma coluna na entrada.';

-- Whether a column changed, byte for byte: two values that a collation or a type calls equal are not the same.
create function ledger.differs(relation regclass, attribute smallint, was text, became text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select format(case
      when t.typtype = 'e' or t.oid = any (array[
        'bool', 'int2', 'int4', 'int8', 'uuid', 'date', 'timestamp', 'timestamptz', 'time', 'bytea'
      ]::regtype[]) or t.oid in ('text'::regtype, 'varchar'::regtype) and a.attcollation in (
        select c.oid from pg_collation c where c.collisdeterministic
      ) then '%1$s is distinct from %2$s'
      -- 1.0 and 1.00 are equal and not the same.
      when t.oid = 'numeric'::regtype then '(%1$s is distinct from %2$s or scale(%1$s) is distinct from scale(%2$s))'
      else 'row(%1$s)::record *<> row(%2$s)::record'
    end, was, became)
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = relation and a.attnum = attribute
$$;
comment on function ledger.differs(regclass, smallint, text, text) is 'Expressão que diz se uma coluna mudou.';

-- The columns of a table: whether their values may be kept, whether triggers write them on each update, and the expressions
-- of above; `absent` is null where a column is never null. A virtual column follows from the others.
create type ledger.captured_column as (
  place smallint, name text, open boolean, sensitive boolean, kept boolean, key boolean,
  differs text, before text, after text, absent_before text, absent_after text
);
comment on type ledger.captured_column is 'Uma coluna de uma tabela sob auditoria.';

-- As fields of the rows old and new, or of the record of the pair, which already holds the names of those that differ.
create function ledger.columns_of(relation regclass, in_pair boolean) returns ledger.captured_column[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(row(
      a.attnum, a.attname::text, class in ('pub', 'int') is true, class = 'sens' is true, is_kept, is_key,
      case when in_pair then format('%L = any (pair.changed)', a.attname) else ledger.differs(relation, a.attnum, was, became) end,
      coalesce(ledger.json_of(relation, a.attnum, was), was),
      coalesce(ledger.json_of(relation, a.attnum, became), became),
      format(absent, was), format(absent, became)
    )::ledger.captured_column order by a.attname), '{}')
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  cross join ledger.class_of(relation, a.attnum) as class
  cross join ledger.field_of(case when in_pair then 'was' else 'old' end, relation, a.attnum) as was
  cross join ledger.field_of(case when in_pair then 'is' else 'new' end, relation, a.attnum) as became
  cross join lateral (
    select exists (
      select from pg_index i where i.indrelid = relation and i.indisprimary and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
    )
  ) as k (is_key)
  cross join lateral (select not is_key and a.attname in ('row_version', 'updated_at')) as u (is_kept)
  -- A composite of nulls is null to IS NULL and a value all the same; a constraint not yet validated promises nothing.
  cross join lateral (
    select case
        when a.attnotnull and not exists (
          select from pg_constraint n where n.conrelid = relation and n.contype = 'n' and not n.convalidated and a.attnum = any (n.conkey)
        ) then null
        when t.typtype in ('c', 'd') or t.oid = 'record'::regtype then 'num_nulls(%s) = 1'
        else '%s is null'
      end
  ) as s (absent)
  where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
$$;
comment on function ledger.columns_of(regclass, boolean) is 'Colunas de uma tabela, com o que a captura faz delas.';

-- Tenant, record_id, record_key and patient of one side of the change, as expressions.
create function ledger.entry_of(
  side text, relation regclass, keys smallint[], tenant_column text, patient_column text
) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select array[
    coalesce(tenant, 'null'),
    case
      when key_type = 'uuid'::regtype then field
      when key_type in ('text'::regtype, 'varchar'::regtype) then format(
        'case when %1$s ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' then %1$s::uuid end', field)
      else 'null'
    end,
    case
      when key_type = 'uuid'::regtype then 'null'
      when key_type in ('text'::regtype, 'varchar'::regtype) then format(
        'case when %1$s !~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' then %1$s::text end', field)
      when key_type in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) then field || '::text'
      when cardinality(keys) = 1 then format('to_jsonb(%s) #>> ''{}''', field)
      when cardinality(keys) > 1 then format('jsonb_build_object(%s)::text', (
        select string_agg(format('%L, %s', a.attname, ledger.field_of(side, relation, a.attnum)), ', ' order by n)
        from unnest(keys) with ordinality as k (attnum, n) join pg_attribute a on a.attrelid = relation and a.attnum = k.attnum
      ))
      else 'null'
    end,
    case when tenant is null or patient is null then 'null' else format('case when %s is not null then %s end', tenant, patient) end
  ]
  from (
    select
      max(ledger.field_of(side, relation, a.attnum)) filter (where a.attname = tenant_column) as tenant,
      max(ledger.field_of(side, relation, a.attnum)) filter (where a.attname = patient_column) as patient,
      max(ledger.field_of(side, relation, a.attnum)) filter (where keys = array[a.attnum]) as field,
      max(a.atttypid) filter (where keys = array[a.attnum]) as key_type
    from pg_attribute a where a.attrelid = relation and a.attnum > 0
  ) as named
$$;
comment on function ledger.entry_of(text, regclass, smallint[], text, text) is 'Clínica, registro e paciente de uma linha, como expressões.';

-- Of a whole row, as expressions: the names of what is not null, the open columns as an object, the closed ones as another
-- (null where there are none), and whether something sensitive is among them.
create function ledger.row_of(columns ledger.captured_column[], side text) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with c as (
    select name, open, sensitive, case side when 'old' then before else after end as value,
      case side when 'old' then absent_before else absent_after end as absent,
      -- A function takes at most 100 arguments.
      (row_number() over (partition by open order by name) - 1) / 40 as chunk
    from unnest(columns)
  ),
  piece as (
    select open, chunk, bool_and(absent is not null) as may_be_empty,
      format(case when count(absent) > 0 then '(jsonb_build_object(%s) - array_remove(array[%s]::text[], null))' else 'jsonb_build_object(%s)' end,
        string_agg(format('%L, %s', name, value), ', ' order by name),
        string_agg(format('case when %s then %L end', absent, name), ', ' order by name) filter (where absent is not null)) as part
    from c group by open, chunk
  ),
  object as (
    select open, format(case when bool_and(may_be_empty) then 'nullif(%s, ''{}'')' else '%s' end, string_agg(part, ' || ' order by chunk)) as said
    from piece group by open
  )
  select array[
    case when count(absent) = 0 then format('%L::text[]', array_agg(name order by name))
      else format('array_remove(array[%s]::text[], null)',
        string_agg(case when absent is null then quote_literal(name) else format('case when not (%s) then %L end', absent, name) end, ', ' order by name))
    end,
    coalesce((select o.said from object o where o.open), 'null'),
    coalesce((select o.said from object o where not o.open), 'null'),
    case when bool_or(sensitive and absent is null) then 'true'
      else coalesce(string_agg(format('not (%s)', absent), ' or ') filter (where sensitive), 'false') end
  ]
  from c
$$;
comment on function ledger.row_of(ledger.captured_column[], text) is 'A linha inteira, por classe, como expressões.';

reset role;
