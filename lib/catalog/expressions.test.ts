import { expect, test } from 'vitest'
import { majors, testDatabase } from '../../db/test-database'
import { readSnapshot } from './read'

/** Tables that are alike to the letter, to the position, or only seem to be. */
const schema = `
create function public.me() returns int language sql stable as 'select 1';
create table public.members (id int, org int, note text);
do $$
declare
  t text;
  name text;
begin
  foreach t in array array['orders', 'a', 'b', 'orders_1', '"odd ""n"', '"${'x'.repeat(63)}"', 'members'] loop
    name := case t when 'b' then 'tenant' else 'org' end;
    if t <> 'members' then execute format('create table public.%s (id int, %s int, note text)', t, name); end if;
    execute format($f$
      alter table public.%1$s
        add column at timestamptz default now(),
        add column twice int generated always as (%2$s * 2) stored,
        add column label text default 'x',
        add constraint positive check (%2$s > 0),
        add constraint whole check (public.%1$s.* is not null);
      create policy plain on public.%1$s using (%2$s = (select public.me())) with check (%2$s = public.me());
      create policy correlated on public.%1$s using (exists (select from public.members m where m.org = %1$s.%2$s));
      create policy outer_only on public.%1$s using ((select %1$s.%2$s) = 1);
      create policy deep on public.%1$s using ((select (select %1$s.%2$s)) = 1);
      create policy alias on public.%1$s using (exists (select from public.members where note = 'x'));
      create policy named on public.%1$s using (exists (select from public.orders o where o.org = 1 and o.note = %1$s.note));
      create policy itself on public.%1$s using (id in (select i.id from public.%1$s i where i.note = %1$s.note));
      create policy placed on public.%1$s using (note <> ' :location 1' and (select 1 as " :location %3$s") = 1);
      create policy counted on public.%1$s using (note <> ' :location %3$s');
      create index on public.%1$s (lower(note), id, (%2$s + 1)) where %2$s > 3;
      create index on public.%1$s (id, (%2$s + 1), lower(note)) where note is not null$f$, t, name, length(t) - 5);
  end loop;
end $$`

test.each(majors().map((major) => [major]))(
  'each expression on %i reads as the server prints it, and policies use what it says, shared or not',
  async (major) => {
    const db = await testDatabase(major)
    await db.run(schema)
    const { relations } = await readSnapshot(db.url)
    const read = relations.flatMap((relation) => [
      ...relation.columns.map((each) => [relation.name, 'default', each.name, each.default]),
      ...relation.constraints.map((each) => [relation.name, 'check', each.name, each.expression]),
      ...relation.policies.map((each) => [relation.name, 'using', each.name, each.using]),
      ...relation.policies.map((each) => [relation.name, 'with check', each.name, each.check]),
      ...relation.indexes.map((each) => [relation.name, 'predicate', each.name, each.predicate]),
      ...relation.indexes.flatMap(({ name, keys }) =>
        keys.map((key, i) => [relation.name, `key ${i + 1}`, name, key.expression]),
      ),
    ])
    const client = await db.connect()
    await client.query(`set search_path = ''`)
    const { rows } = await client.query<{ row: string[] }>(`
      select json_build_array(c.relname, what, name, text) as row
        from (select adrelid, 'default', (select attname from pg_attribute where attrelid = adrelid and attnum = adnum),
                     pg_get_expr(adbin, adrelid)
                from pg_attrdef
              union all
              select conrelid, 'check', conname, pg_get_expr(conbin, conrelid) from pg_constraint where conbin is not null
              union all
              select polrelid, 'using', polname, pg_get_expr(polqual, polrelid) from pg_policy where polqual is not null
              union all
              select polrelid, 'with check', polname, pg_get_expr(polwithcheck, polrelid)
                from pg_policy where polwithcheck is not null
              union all
              select indrelid, 'predicate', (select relname from pg_class where oid = indexrelid), pg_get_expr(indpred, indrelid)
                from pg_index where indpred is not null
              union all
              select indrelid, 'key ' || k, (select relname from pg_class where oid = indexrelid), pg_get_indexdef(indexrelid, k, false)
                from pg_index, generate_series(1, indnkeyatts) k
               where indkey[k - 1] = 0) x (relation, what, name, text)
        join pg_class c on c.oid = relation
       where c.relnamespace = 'public'::regnamespace`)
    const uses = await client.query<{ row: string[] }>(`
      select distinct on (c.relname, p.polname, d.refclassid, d.refobjid, a.attname)
             json_build_array(c.relname, p.polname,
                              case d.refclassid when 'pg_proc'::regclass then d.refobjid::regprocedure::text
                              else d.refobjid::regclass || ' ' || a.attname end) as row
        from pg_depend d
        join pg_policy p on p.oid = d.objid
        join pg_class c on c.oid = p.polrelid
        left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
       where d.classid = 'pg_policy'::regclass
         and d.deptype = 'n'
         and (d.refclassid = 'pg_proc'::regclass or d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0)`)
    await client.end()
    const printed = rows.map(({ row }) => row)
    const sorted = (all: readonly unknown[]) => all.map((each) => JSON.stringify(each)).sort()
    expect(sorted(read.filter((each) => each[3] !== null))).toEqual(sorted(printed))
    expect(printed.length).toBeGreaterThan(100)
    const used = relations.flatMap((relation) =>
      relation.policies.flatMap(({ name, reads, calls }) =>
        [...calls, ...reads.flatMap((use) => use.columns.map((each) => `${use.relation} ${each}`))].map(
          (each) => [relation.name, name, each],
        ),
      ),
    )
    expect(sorted(used)).toEqual(sorted(uses.rows.map(({ row }) => row)))
    await db.drop()
  },
)
