-- Tables that grow for ever and whose rows leave by age (messages of the AI, notices) are partitioned by quarter: what is
-- past its time leaves whole, and what is asked of the last weeks reads no more than that.
set role neonpro_owner;

-- Reached by its own name a partition gives nothing to anybody: it has no grants, row security is forced and it has no
-- policy of its own. Triggers of rows come with the table; those of statements are given here.
create function app.close_partition(parent regclass, part regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
  wanted record;
begin
  execute format('alter table %s enable row level security', part);
  execute format('alter table %s force row level security', part);
  for wanted in
    select t.tgname as name, t.tgenabled = 'A' as always,
      replace(pg_get_triggerdef(t.oid), format(' ON %s ', parent), format(' ON %s ', part)) as statement
    from pg_trigger t
    where t.tgrelid = parent and not t.tgisinternal and t.tgtype & 1 = 0
  loop
    execute wanted.statement;
    if wanted.always then
      execute format('alter table %s enable always trigger %I', part, wanted.name);
    end if;
  end loop;
end
$$;
comment on function app.close_partition(regclass, regclass) is 'Fecha uma partição: só se chega a ela pela tabela.';

-- Each is finished before it is attached, so that nothing ever finds it half closed.
create function app.make_partitions(since date default current_date, until date default (current_date + interval '1 year')::date)
returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
  parent record;
  quarter timestamptz;
  part text;
  made integer := 0;
begin
  for parent in
    select c.oid::regclass as relation, c.relname as name
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' and not c.relispartition
  loop
    for quarter in select generate_series(date_trunc('quarter', since), date_trunc('quarter', until), '3 months') loop
      part := format('public.%I', parent.name || to_char(quarter, '_YYYY"q"Q'));
      continue when to_regclass(part) is not null;
      begin
        execute format('create table %s (like %s including defaults including constraints)', part, parent.relation);
        perform app.close_partition(parent.relation, part::regclass);
        execute format(
          'alter table %s attach partition %s for values from (%L) to (%L)', parent.relation, part, quarter, quarter + interval '3 months'
        );
        made := made + 1;
      exception when check_violation then
        -- Rows of that quarter lie in the rest already: they stay there, and are found all the same.
        raise notice 'rows of % are in the rest: it was not made', part;
      end;
    end loop;
  end loop;
  return made;
end
$$;
comment on function app.make_partitions(date, date) is 'Cria as partições que faltam nos trimestres entre duas datas; chamar uma vez por mês.';

reset role;
