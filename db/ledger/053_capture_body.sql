set role ledger_owner;

-- What changed of one row, class by class: a step for each column, in the order of their names. What a step does runs only where
-- its column changed, and what never runs costs nothing; what one statement could do and does not is still prepared each time.
create function ledger.steps_of(columns ledger.captured_column[]) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select coalesce(string_agg(format($q$
      if %1$s then
        ledger_changed := ledger_changed || %2$L::text;
        %3$s_before := coalesce(%3$s_before, '{}') || jsonb_build_object(%2$L, %4$s);
        %3$s_after := coalesce(%3$s_after, '{}') || jsonb_build_object(%2$L, %5$s);
      end if;$q$,
      differs, name, case when open then 'open' else 'closed' end, before, after), '' order by name), '')
  from unnest(columns) where not kept and not key
$body$;
comment on function ledger.steps_of(ledger.captured_column[]) is 'Comandos que juntam as colunas alteradas de uma linha.';

-- Rows that come or go, one or many, in one INSERT: of what a FROM names, or the one in the variable of that side.
create function ledger.capture_whole(plan ledger.capture_plan, side text, source text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select case when source = '' and salt <> '' then $q$
    salt := uuid_send(gen_random_uuid());$q$ else '' end
    || ledger.entry_with(plan, case side when 'old' then plan.old_side else plan.new_side end,
      case side when 'old' then $q$'delete'$q$ else plan.made end, said[1],
      case side when 'old' then array[said[2], 'null'] else array['null', said[2]] end,
      case side when 'old' then array[proof, 'null'] else array['null', proof] end, said[4], salt,
      case when source = '' then '' when salt = '' then format(' from %s as %s', source, side)
        else format(' from (select uuid_send(gen_random_uuid()) as ledger_salt, * from %s as whole) as %s', source, side) end)
  from ledger.row_of(plan.columns, side, plan.hidden) as said,
    lateral (select case when said[3] = 'null' then '' when source = '' then 'said.salt' else side || '.ledger_salt' end as salt) as s,
    ledger.proof_of(salt, said[3]) as proof
$body$;
comment on function ledger.capture_whole(ledger.capture_plan, text, text) is 'Comandos que gravam linhas que entram ou saem.';

-- About one row that changed and kept its key, in the variables old and new. What triggers keep on each update is told only where
-- nothing else changed.
create function ledger.capture_one(plan ledger.capture_plan) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$%s
    %s ledger_changed is null then
      if not (%s) then return null; end if;
      ledger_changed := %L;
    end if;%s$q$,
    ledger.steps_of(plan.columns),
    case when salted then $q$if closed_after is not null then
      salt := uuid_send(gen_random_uuid());
      hash_before := sha256(salt || convert_to(closed_before::text, 'UTF8'));
      hash_after := sha256(salt || convert_to(closed_after::text, 'UTF8'));
    elsif$q$ else 'if' end,
    plan.touched, plan.kept,
    ledger.entry_with(plan, plan.new_side, plan.verb, 'ledger_changed',
      array['said.open_before', 'said.open_after'], array['said.hash_before', 'said.hash_after'], plan.phi,
      case when salted then $q$coalesce(said.salt, '')$q$ else '' end))
  from (select bool_or(not c.open) as salted from unnest(plan.columns) c) as s
$body$;
comment on function ledger.capture_one(ledger.capture_plan) is 'Comandos que gravam a entrada de uma linha alterada.';

-- The changed columns of one class of many rows, as an expression: a column that did not change costs a comparison.
create function ledger.text_of(columns ledger.captured_column[], wanted_open boolean, side text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select case when count(*) = 0 then 'null' else format($q$case when %s then ('{' || concat_ws(', ', %s) || '}')::jsonb end$q$,
    string_agg(differing, ' or ' order by part), string_agg(pieces, ', ' order by part)) end
  from (
    select part, string_agg(differs, ' or ' order by name) as differing,
      format($q$nullif(concat_ws(', ', %s), '')$q$, string_agg(
        format($q$case when %s then %L || coalesce(to_jsonb(%s)::text, 'null') end$q$, differs, to_json(name)::text || ': ',
          case side when 'before' then before else after end), ', ' order by name)) as pieces
    from (
      -- A function takes at most 100 arguments.
      select *, (row_number() over (order by name) - 1) / 90 as part
      from unnest(columns) where open = wanted_open and not kept and not key
    ) as c
    group by part
  ) as parts
$body$;
comment on function ledger.text_of(ledger.captured_column[], boolean, text) is 'Expressão que junta as colunas alteradas de muitas linhas.';

-- About all rows that a statement changed: one INSERT, and two before it where keys changed. Another key is another record: the one
-- that was goes, the one that is comes, and all that go go first, since one row may take the key of another. The server puts the
-- row as it was and as it is into its two tables at the same place, so the place pairs them, whatever happened to the key.
create function ledger.capture_many(plan ledger.capture_plan) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
      if exists (select %s where %s) then%s%s
      end if;%s%s$q$,
    format(paired, ''), plan.moved,
    ledger.capture_whole(plan, 'old', format('(select old.* %s where %s)', format(paired, ''), plan.moved)),
    ledger.capture_whole(plan, 'new', format('(select new.* %s where %s)', format(paired, ''), plan.moved)),
    -- One draw for the statement: a salt is what the hash makes of it for the row's place, and the draw is kept nowhere.
    case when salted then $q$
      seed := uuid_send(gen_random_uuid());$q$ end,
    ledger.entry_with(plan, plan.new_side, plan.verb, format('case when ledger_changed <> %L then ledger_changed else %L::text[] end', '{}', plan.kept),
      array[ledger.text_of(plan.columns, true, 'before'), ledger.text_of(plan.columns, true, 'after')],
      array[ledger.proof_of('new.ledger_salt', ledger.text_of(plan.columns, false, 'before')),
        ledger.proof_of('new.ledger_salt', ledger.text_of(plan.columns, false, 'after'))],
      plan.phi, case when salted then 'new.ledger_salt' else '' end, format($q$ %s
      cross join lateral (select %s as ledger_changed offset 0) as c
      where (ledger_changed <> '{}' or %s) and not (%s)$q$,
      format(paired, case when salted then ' substring(sha256(said.seed || int8send(row_number() over ())) for 16) as ledger_salt,' end),
      plan.changed, plan.touched, plan.moved)))
  from (select bool_or(not c.open) as salted from unnest(plan.columns) c) as s,
    (values ($q$
      from (select row_number() over () as ledger_place, * from old_rows) as old
      full join (select row_number() over () as ledger_place,%s * from new_rows) as new on new.ledger_place = old.ledger_place$q$)) as p (paired)
$body$;
comment on function ledger.capture_many(ledger.capture_plan) is 'Comandos que gravam as entradas de muitas linhas alteradas.';

-- The body of a capture function for one table as its columns and their classes are now: no look at the catalog, nothing
-- dynamic and no image of the whole row while rows are written. A statement that changed nothing asks for nothing.
create function ledger.capture_body(
  relation regclass, tenant_column text, patient_column text, verb text, by_statement boolean
) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
#variable_conflict use_column
<<said>>
declare
  actor uuid;
  role text := nullif(current_setting('role'), 'none');
  proof text := 'login';
  session text;
  request text;
  at timestamptz;
  behalf uuid;
  purpose text;
  ip inet;
  agent text;
  component text;
  ledger_changed text[];
  seed bytea;
  open_before jsonb;
  open_after jsonb;
  closed_before jsonb;
  closed_after jsonb;
  hash_before bytea;
  hash_after bytea;
  salt bytea;
begin
  if tg_op = 'UPDATE' then%s%s%s
    if %s then%s
      return null;
    end if;%s
    return null;
  end if;%s
  if tg_op = 'INSERT' then%s
  else%s
  end if;
  return null;
end
$q$,
    -- Rows taken whole and compared in variables: a join of the two tables is prepared column by column.
    case when by_statement then $q$
    select * into new from new_rows;
    if not found then return null; end if;$q$ end,
    ledger.reading(),
    case when by_statement then $q$
    select * into old from old_rows;
    perform from new_rows offset 1 limit 1;$q$ end,
    case when by_statement then 'found or ' else '' end || plan.moved,
    case when by_statement then ledger.capture_many(plan)
      else ledger.capture_whole(plan, 'old', '') || ledger.capture_whole(plan, 'new', '') end,
    ledger.capture_one(plan),
    ledger.reading(),
    ledger.capture_whole(plan, 'new', case when by_statement then 'new_rows' else '' end),
    ledger.capture_whole(plan, 'old', case when by_statement then 'old_rows' else '' end))
  from ledger.plan_of(relation, tenant_column, patient_column, capture_body.verb) as plan
$body$;
comment on function ledger.capture_body(regclass, text, text, text, boolean) is 'Corpo da função de captura de uma tabela.';

reset role;
