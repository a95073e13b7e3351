set role ledger_owner;

-- What a capture function fixes so that a table's values look the same whatever the session is set to, as clauses of that function.
create function ledger.settings_of(relation regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select case
      when bool_or(not plain) then
        ' set timezone = ''UTC'' set datestyle = ''ISO'' set intervalstyle = ''iso_8601'' set extra_float_digits = 1 set bytea_output = ''hex'' set lc_monetary = ''C'''
      else concat(case when bool_or(base = 'timestamptz'::regtype) then ' set timezone = ''UTC''' end,
        case when bool_or(base = 'bytea'::regtype) then ' set bytea_output = ''hex''' end)
    end
  from (
    select t.typtype = 'e' or b.base = any (array[
        'bool', 'int2', 'int4', 'int8', 'numeric', 'text', 'varchar', 'bpchar', 'name', 'uuid', 'date', 'timestamp', 'timestamptz', 'time', 'bytea',
        'json', 'jsonb', 'inet', 'cidr', 'text[]', 'int4[]', 'int8[]', 'uuid[]'
      ]::regtype[]) as plain, b.base
    from pg_attribute a join pg_type t on t.oid = a.atttypid, lateral (select coalesce(nullif(t.typbasetype, 0), t.oid)) as b (base)
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
  ) as c
$$;
comment on function ledger.settings_of(regclass) is 'O que a função de captura de uma tabela fixa.';

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

-- The columns of a table: whether their values may be kept, whether triggers write them on each update, and as expressions of the
-- rows old and new whether they differ and what they hold; `absent` is null where a column is never null. A virtual column
-- follows from the others.
create type ledger.captured_column as (
  place smallint, name text, open boolean, sensitive boolean, kept boolean, key boolean,
  differs text, before text, after text, absent_before text, absent_after text
);
comment on type ledger.captured_column is 'Uma coluna de uma tabela sob auditoria.';

create function ledger.columns_of(relation regclass) returns ledger.captured_column[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(row(
      a.attnum, a.attname::text, class in ('pub', 'int') is true, class = 'sens' is true, is_kept, is_key,
      ledger.differs(relation, a.attnum, was, became), was, became, format(absent, was), format(absent, became)
    )::ledger.captured_column order by a.attname), '{}')
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  cross join ledger.class_of(relation, a.attnum) as class
  cross join format('old.%I', a.attname) as was
  cross join format('new.%I', a.attname) as became
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
comment on function ledger.columns_of(regclass) is 'Colunas de uma tabela, com o que a captura faz delas.';

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
        select string_agg(format('%L, %s', a.attname, format('%s.%I', side, a.attname)), ', ' order by n)
        from unnest(keys) with ordinality as k (attnum, n) join pg_attribute a on a.attrelid = relation and a.attnum = k.attnum
      ))
      else 'null'
    end,
    case when tenant is null or patient is null then 'null' else format('case when %s is not null then %s end', tenant, patient) end
  ]
  from (
    select
      max(format('%s.%I', side, a.attname)) filter (where a.attname = tenant_column) as tenant,
      max(format('%s.%I', side, a.attname)) filter (where a.attname = patient_column) as patient,
      max(format('%s.%I', side, a.attname)) filter (where keys = array[a.attnum]) as field,
      max(a.atttypid) filter (where keys = array[a.attnum]) as key_type
    from pg_attribute a where a.attrelid = relation and a.attnum > 0
  ) as named
$$;
comment on function ledger.entry_of(text, regclass, smallint[], text, text) is 'Clínica, registro e paciente de uma linha, como expressões.';

-- Of a whole row, as expressions: the names of what is not null, the open columns as an object, the closed ones as another
-- (null where there are none), and whether something sensitive is among them. The row becomes an object at once and loses what does
-- not belong there: an expression for each of its values would be prepared anew by each statement.
create function ledger.row_of(columns ledger.captured_column[], side text, hidden text[]) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
  with c as (
    select name, open, sensitive, case side when 'old' then absent_before else absent_after end as absent from unnest(columns)
  ),
  object as (
    select o.open, format(case when bool_and(c.open <> o.open or absent is not null) then 'nullif(%s, ''{}'')' else '(%s)' end,
      format('to_jsonb(%s.*) - ', side) || case when bool_or(c.open = o.open and absent is not null)
        then format('array_remove(%L::text[] || array[%s], null)', array_agg(c.name order by c.name) filter (where c.open <> o.open) || hidden,
          string_agg(format('case when %s then %L end', absent, name), ', ' order by name) filter (where c.open = o.open and absent is not null))
        else format('%L::text[]', array_agg(c.name order by c.name) filter (where c.open <> o.open) || hidden) end) as said
    from (values (true), (false)) as o (open) cross join c
    group by o.open having bool_or(c.open = o.open)
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
comment on function ledger.row_of(ledger.captured_column[], text, text[]) is 'A linha inteira, por classe, como expressões.';

reset role;
