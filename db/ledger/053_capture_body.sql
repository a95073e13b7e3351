set role ledger_owner;

-- Changed columns of one class as statements about one row: eight at a time, and only where one of the eight changed. What
-- never runs costs nothing; what a statement could do and does not is still prepared each time.
create function ledger.steps_of(columns ledger.captured_column[], wanted_open boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp
as $body$
  select coalesce(string_agg(format($q$
          if changed && %1$L::text[] then
            same := array_remove(array[%2$s]::text[], null);
            %3$s_before := %6$sjsonb_build_object(%4$s) - same;
            %3$s_after := %7$sjsonb_build_object(%5$s) - same;
          end if;$q$,
      names, same, class, before, after, case when part > least_part then format('coalesce(%s_before, ''{}'') || ', class) end,
      case when part > least_part then format('coalesce(%s_after, ''{}'') || ', class) end), '' order by part), '')
  from (
    select case when wanted_open then 'open' else 'closed' end as class, part, min(part) over () as least_part, array_agg(name order by name) as names,
      string_agg(format('case when not (%s) then %L end', differs, name), ', ' order by name) as same,
      string_agg(format('%L, %s', name, before), ', ' order by name) as before,
      string_agg(format('%L, %s', name, after), ', ' order by name) as after
    from (
      -- What takes more than a look at the column is kept apart: a moment seldom changes.
      select *, (row_number() over (partition by plain order by name) - 1) / 8 + case when plain then 0 else 200 end as part
      from (select *, before = format('old.%I', name) as plain from unnest(columns) where open = wanted_open and not kept) as all_columns
    ) as c
    group by part
  ) as parts
$body$;
comment on function ledger.steps_of(ledger.captured_column[], boolean) is 'Comandos que juntam as colunas alteradas de uma linha.';

-- About the row in old and new. Another key is another record: the one that was goes, the one that is comes. What triggers
-- keep on each update is told only where nothing else changed.
create function ledger.capture_one(plan ledger.capture_plan) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
    if tg_op = 'UPDATE' then
      moved := %s;
      if not moved then
        changed := %s;
        if changed = '{}' and (%s) then changed := %L; end if;
        if changed <> '{}' then
          salt := uuid_send(gen_random_uuid());
%s%s
          if closed_after is not null then%s
          end if;%s
        end if;
      end if;
    end if;
    if tg_op = 'DELETE' or moved then
      salt := uuid_send(gen_random_uuid());
      changed := %s;
      closed_before := %s;%s
    end if;
    if tg_op = 'INSERT' or moved then
      salt := uuid_send(gen_random_uuid());
      changed := %s;
      closed_after := %s;%s
    end if;$q$,
    plan.moved, plan.changed, plan.touched, plan.kept, ledger.steps_of(plan.columns, true), ledger.steps_of(plan.columns, false),
    format($q$
            hash_before := %s;
            hash_after := %s;$q$, ledger.proof_of('salt', 'closed_before'), ledger.proof_of('salt', 'closed_after')),
    ledger.entry_with(plan.new_side, format(plan.verb, 'said.changed'), 'said.changed', array['said.open_before', 'said.open_after'],
      array['said.hash_before', 'said.hash_after'], plan.sensitive, 'said.salt'),
    old_row[1], old_row[3],
    ledger.entry_with(plan.old_side, $q$'delete'$q$, 'said.changed', array[ledger.unless_empty(old_row[2]), 'null'],
      array[ledger.proof_of('said.salt', 'said.closed_before'), 'null'], plan.sensitive, 'said.salt'),
    new_row[1], new_row[3],
    ledger.entry_with(plan.new_side, plan.made, 'said.changed', array['null', ledger.unless_empty(new_row[2])],
      array['null', ledger.proof_of('said.salt', 'said.closed_after')], plan.sensitive, 'said.salt'))
  from ledger.row_of('old', plan.columns) as old_row, ledger.row_of('new', plan.columns) as new_row
$body$;
comment on function ledger.capture_one(ledger.capture_plan) is 'Comandos que gravam a entrada de uma linha.';

-- The changed columns of one class of many rows, as an expression: a column that did not change costs a comparison.
create function ledger.text_of(columns ledger.captured_column[], wanted_open boolean, side text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select case when count(*) = 0 then 'null::jsonb' else format($q$case when %s then ('{' || concat_ws(', ', %s) || '}')::jsonb end$q$,
    string_agg(differing, ' or ' order by part), string_agg(pieces, ', ' order by part)) end
  from (
    select part, string_agg(differs, ' or ' order by name) as differing,
      format($q$nullif(concat_ws(', ', %s), '')$q$, string_agg(
        format($q$case when %s then %L || coalesce(to_jsonb(%s)::text, 'null') end$q$, differs, to_json(name)::text || ': ',
          case side when 'before' then before else after end), ', ' order by name)) as pieces
    from (
      -- A function takes at most 100 arguments.
      select *, (row_number() over (order by name) - 1) / 90 as part
      from unnest(columns) where open = wanted_open and not kept
    ) as c
    group by part
  ) as parts
$body$;
comment on function ledger.text_of(ledger.captured_column[], boolean, text) is 'Expressão que junta as colunas alteradas de muitas linhas.';

-- About all rows of a statement in one INSERT. The server puts the row as it was and as it is into its two tables at the same
-- place, so the place pairs them, whatever happened to the key. Where keys changed, row by row is right and enough.
create function ledger.capture_many(plan ledger.capture_plan) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
  if many then
    select %s into at, behalf, purpose, ip, agent, component, request;
    if tg_op = 'INSERT' then%s
      return null;
    elsif tg_op = 'DELETE' then%s
      return null;
    elsif not exists (
      select from (select row_number() over () as ledger_place%s from old_rows) as old
      full join (select row_number() over () as ledger_place%s from new_rows) as new on new.ledger_place = old.ledger_place
      where %s
    ) then%s
      return null;
    end if;
    open pairs for
      select b.ledger_row as before, a.ledger_row as after
      from (select row_number() over () as ledger_place, r as ledger_row from old_rows r) as b
      full join (select row_number() over () as ledger_place, r as ledger_row from new_rows r) as a on a.ledger_place = b.ledger_place
      order by a.ledger_place;
  end if;$q$,
    array_to_string(ledger.said(), ', '),
    ledger.entry_with(plan.new_side, plan.made, new_row[1], array['null', ledger.unless_empty(new_row[2])],
      array['null', ledger.proof_of('new.ledger_salt', new_row[3])], plan.sensitive, 'new.ledger_salt', $q$
      from (select uuid_send(gen_random_uuid()) as ledger_salt, * from new_rows) as new$q$),
    ledger.entry_with(plan.old_side, $q$'delete'$q$, old_row[1], array[ledger.unless_empty(old_row[2]), 'null'],
      array[ledger.proof_of('old.ledger_salt', old_row[3]), 'null'], plan.sensitive, 'old.ledger_salt', $q$
      from (select uuid_send(gen_random_uuid()) as ledger_salt, * from old_rows) as old$q$),
    plan.key_columns, plan.key_columns, plan.moved,
    ledger.entry_with(plan.new_side, format(plan.verb, 'ledger_changed'), format('case when ledger_changed <> %L then ledger_changed else %L::text[] end', '{}', plan.kept),
      array[ledger.text_of(plan.columns, true, 'before'), ledger.text_of(plan.columns, true, 'after')],
      array[ledger.proof_of('new.ledger_salt', ledger.text_of(plan.columns, false, 'before')),
        ledger.proof_of('new.ledger_salt', ledger.text_of(plan.columns, false, 'after'))],
      plan.sensitive, 'new.ledger_salt', format($q$
      from (select row_number() over () as ledger_place, * from old_rows) as old
      full join (select row_number() over () as ledger_place, uuid_send(gen_random_uuid()) as ledger_salt, * from new_rows) as new
        on new.ledger_place = old.ledger_place
      cross join lateral (select %s as ledger_changed offset 0) as c
      where ledger_changed <> '{}' or %s$q$, plan.changed, plan.touched)))
  from ledger.row_of('old', plan.columns) as old_row, ledger.row_of('new', plan.columns) as new_row
$body$;
comment on function ledger.capture_many(ledger.capture_plan) is 'Comandos que gravam as entradas de muitas linhas.';

-- The body of a capture function for one table as its columns and their classes are now: no look at the catalog, nothing
-- dynamic and no image of the whole row while rows are written.
create function ledger.capture_body(
  relation regclass, tenant_column text, patient_column text, verb text, by_statement boolean
) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $body$
  select format($q$
#variable_conflict use_column
<<said>>
declare
  named constant text := %s;
  token constant text := current_setting('ledger.token', true);
  actor uuid;
  role text;
  session text;
  proof text := 'signed';
  salt bytea;
  moved boolean := false;
  changed text[];
  same text[];
  open_before jsonb;
  open_after jsonb;
  closed_before jsonb;
  closed_after jsonb;
  hash_before bytea;
  hash_after bytea;%s
  if token <> '' then
    select s.actor, s.role, s.session into actor, role, session from ledger.signed_actor(token) s;
  else
    actor := nullif(current_setting('app.user_id', true), '')::uuid;
    role := nullif(current_setting('app.actor_role', true), '');
    session := nullif(current_setting('app.session_ref', true), '');
    proof := case when actor is null then 'login' else 'claimed' end;
  end if;
  role := coalesce(role, nullif(current_setting('role'), 'none'));%s
  return null;
end
$q$,
    case when (select c.relkind = 'p' or c.relispartition from pg_class c where c.oid = relation)
      then 'ledger.name_of(tg_relid)' else $q$tg_table_schema || '.' || tg_table_name$q$ end,
    case when by_statement then $q$
  many boolean;
  at timestamptz;
  behalf uuid;
  purpose text;
  ip inet;
  agent text;
  component text;
  request text;
  pairs refcursor;
  pair record;
begin
  if tg_op = 'DELETE' then
    select *, exists (select from old_rows offset 1) as ledger_many into old from old_rows limit 1;
    many := old.ledger_many;
  else
    if tg_op = 'UPDATE' then select * into old from old_rows limit 1; end if;
    select *, exists (select from new_rows offset 1) as ledger_many into new from new_rows limit 1;
    many := new.ledger_many;
  end if;
  if many is null then return null; end if;$q$
      else E'\nbegin' end,
    case when by_statement then ledger.capture_many(plan) || $q$
  loop
    if many then
      fetch pairs into pair;
      exit when not found;
      old := pair.before;
      new := pair.after;
      open_before := null;
      open_after := null;
      closed_before := null;
      closed_after := null;
      hash_before := null;
      hash_after := null;
    end if;$q$ || ledger.capture_one(plan) || $q$
    exit when not many;
  end loop;$q$
      else ledger.capture_one(plan) end)
  from ledger.plan_of(relation, tenant_column, patient_column, verb) as plan
$body$;
comment on function ledger.capture_body(regclass, text, text, text, boolean) is 'Corpo da função de captura de uma tabela.';

reset role;
