/** Every row of the small world, with the id it has in whichever table it stands. */
const world = `
create schema if not exists fuzz;
create or replace function fuzz.world() returns table (id int, tenant text, kind text, flag boolean, owner int)
language sql immutable as $world$
  select (row_number() over ())::int, t, k, f, o
    from unnest(array['a', 'b', 'c', null]) t, unnest(array['x', 'a', 'b/x', null]) k,
         unnest(array[true, false, null]) f, unnest(array[1, 2, null]) o $world$`

/** Puts every row into a table that its constraints let in; a child's parents are spread over those there are. */
const fill = `
create or replace function fuzz.fill(tab text, columns text[], parent text, within boolean) returns void
language plpgsql as $fill$
declare w record; list text; given text;
begin
  perform set_config('session_replication_role', 'replica', true);
  select string_agg(c, ', '), string_agg(case c when 'parent' then 'null::int' else 'w.' || c || '::' || format_type(a.atttypid, a.atttypmod) end, ', ')
    into list, given
    from unnest(columns) c join pg_attribute a on a.attrelid = tab::regclass and a.attname = c;
  for w in select id from fuzz.world() loop
    begin
      execute format('insert into %s (id, %s) select w.id, %s from fuzz.world() w where w.id = $1', tab, list, given) using w.id;
    exception when others then null;
    end;
  end loop;
  if parent is not null then
    -- A trigger that is always on may refuse it.
    begin execute format('update %s c set parent = (select p.id from %s p where %s order by md5((p.id * 31 + c.id)::text) limit 1) where c.id %% 9 <> 0',
      tab, parent, case when within then 'p.tenant::text = c.tenant::text' else 'true' end);
    exception when others then null;
    end;
  end if;
  perform set_config('session_replication_role', 'origin', true);
end $fill$`

/**
 * Asks questions that say whether something foreign is seen, as somebody: 'crosses', 'alive' when the question after it
 * (does it see anything?) says so, 'idle'. What fails with all rows is asked again with few.
 */
const reads = `
create or replace function fuzz.reads(foreigns text[], anything text[], tab text, as_role text, few int[]) returns text
language plpgsql as $reads$
declare hit boolean; alive boolean := false; one int; done boolean;
begin
  for i in 1 .. cardinality(foreigns) loop
    hit := null;
    done := false;
    begin
      execute format('set local role %I', as_role);
      execute foreigns[i] into hit;
      if not hit and not alive then execute anything[i] into alive; end if;
      done := true;
      raise exception 'again';
    exception when others then null;
    end;
    if hit then return 'crosses'; end if;
    if not done then
      foreach one in array few loop
        begin
          perform set_config('session_replication_role', 'replica', true);
          execute format('delete from %s where id <> %s', tab, one);
          perform set_config('session_replication_role', 'origin', true);
          execute format('set local role %I', as_role);
          execute foreigns[i] into hit;
          raise exception 'again';
        exception when others then null;
        end;
        if hit then return 'crosses'; end if;
      end loop;
    end if;
  end loop;
  return case when alive then 'alive' else 'idle' end;
end $reads$`

/**
 * Runs statements one by one as somebody, on all rows or on those that are kept, and compares: which foreign rows are there
 * now that were not, are no more, or are another version (or an own one that became foreign). All is undone each time.
 */
const writes = `
create or replace function fuzz.writes(command text, statements text[], keeps text[], tab text, other text, as_role text)
returns text language plpgsql as $writes$
declare ids int[]; foreign_ids int[]; versions text[]; crossed boolean := false; alive boolean := false; n bigint; kept text;
begin
  for i in 1 .. cardinality(statements) loop
    begin
      if keeps[i] is not null then
        perform set_config('session_replication_role', 'replica', true);
        execute format('delete from %s t where (%s) is not true', tab, keeps[i]);
        perform set_config('session_replication_role', 'origin', true);
      end if;
      if kept is distinct from coalesce(keeps[i], 'all') then
        execute format('select coalesce(array_agg(t.id), ''{}''), coalesce(array_agg(t.id) filter (where %s), ''{}''), coalesce(array_agg(t.tableoid || t.ctid::text), ''{}'') from %s t',
          other, tab) into ids, foreign_ids, versions;
        kept := coalesce(keeps[i], 'all');
      end if;
      execute format('set local role %I', as_role);
      execute statements[i];
      get diagnostics n = row_count;
      reset role;
      alive := alive or n > 0;
      execute case command
        when 'INSERT' then format('select exists (select 1 from %s t where t.id <> all ($1) and %s)', tab, other)
        when 'UPDATE' then format('select exists (select 1 from %s t where t.id = any ($1) and t.tableoid || t.ctid::text <> all ($3) and (t.id = any ($2) or %s))', tab, other)
        else format('select exists (select 1 from unnest($2) gone where not exists (select 1 from %s t where t.id = gone))', tab) end
        into crossed using ids, foreign_ids, versions;
      raise exception 'again';
    exception when others then null;
    end;
    if crossed then return 'crosses'; end if;
  end loop;
  return case when alive then 'alive' else 'idle' end;
end $writes$`

/** Runs inserts as somebody, all that go through one after another, and looks once whether a foreign row came of them. */
const inserts = `
create or replace function fuzz.inserts(statements text[], tab text, other text, as_role text) returns text
language plpgsql as $inserts$
declare ids int[]; crossed boolean := false; alive boolean;
begin
  begin
    execute format('select coalesce(array_agg(t.id), ''{}'') from %s t', tab) into ids;
    execute format('set local role %I', as_role);
    alive := fuzz.each(statements) > 0;
    reset role;
    execute format('select exists (select 1 from %s t where t.id <> all ($1) and %s)', tab, other) into crossed using ids;
    raise exception 'again';
  exception when others then null;
  end;
  return case when crossed then 'crosses' when alive then 'alive' else 'idle' end;
end $inserts$`

/** Asks questions as somebody, with the rows of others and without them: 'crosses' when an answer is another one then. */
const depends = `
create or replace function fuzz.depends(questions text[], tab text, other text, as_role text) returns text
language plpgsql as $depends$
declare question text; before text; after text; hit boolean := false; alive boolean := false;
begin
  foreach question in array questions loop
    begin
      execute format('set local role %I', as_role);
      execute question into before;
      reset role;
      perform set_config('session_replication_role', 'replica', true);
      execute format('delete from %s t where %s', tab, other);
      perform set_config('session_replication_role', 'origin', true);
      execute format('set local role %I', as_role);
      execute question into after;
      hit := before is distinct from after;
      alive := alive or coalesce(after, '0') not in ('0', 'none', 'false');
      raise exception 'again';
    exception when others then null;
    end;
    if hit then return 'crosses'; end if;
  end loop;
  return case when alive then 'alive' else 'idle' end;
end $depends$`

/** Runs statements and forgets those that fail; how many rows they touched. */
const each = `
create or replace function fuzz.each(statements text[]) returns bigint language plpgsql as $each$
declare statement text; n bigint; total bigint := 0;
begin
  foreach statement in array statements loop
    begin
      execute statement;
      get diagnostics n = row_count;
      total := total + n;
    exception when others then null;
    end;
  end loop;
  return total;
end $each$`

/** The functions by which the oracle asks PostgreSQL, each many statements in one round trip. */
export const oracleSql = [
  world,
  fill,
  reads,
  depends,
  writes,
  inserts,
  each,
  'grant usage on schema fuzz to public',
].join(';\n')
