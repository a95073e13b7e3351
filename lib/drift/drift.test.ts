import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { compareSnapshots } from './compare'
import { weigh } from './weigh'

let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`create table patient (id int primary key, email text not null, code int unique);
    alter table patient enable row level security; create policy own on patient using (id > 0);
    create function f() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger audit after insert on patient for each row execute function f();
    create index on patient (email);`)
})
afterAll(() => db.drop())

const changed = async (sql: string, back: string) => {
  const before = await readSnapshot(db.url)
  await db.run(sql)
  const after = await readSnapshot(db.url)
  await db.run(back)
  return compareSnapshots(before, after)
    .map(weigh)
    .map((c) => `${c.weight} ${c.change} ${c.kind} ${c.object}${c.field === null ? '' : ` ${c.field}`}`)
}

test.each([
  [
    'alter table patient disable row level security',
    'alter table patient enable row level security',
    ['dangerous changed relation public.patient rls'],
  ],
  [
    'alter table patient force row level security',
    'alter table patient no force row level security',
    ['safe changed relation public.patient rlsForced'],
  ],
  [
    'grant select on patient to public',
    'revoke select on patient from public',
    ['dangerous added grant public.patient: SELECT to PUBLIC'],
  ],
  [
    'create policy all_of_it on patient using (true)',
    'drop policy all_of_it on patient',
    ['dangerous added policy public.patient policy "all_of_it"'],
  ],
  [
    'alter policy own on patient using (id > 1)',
    'alter policy own on patient using (id > 0)',
    ['dangerous changed policy public.patient policy "own" using'],
  ],
  [
    'alter table patient disable trigger audit',
    'alter table patient enable trigger audit',
    ['dangerous changed trigger public.patient trigger "audit" enabled'],
  ],
  [
    'alter table patient alter email drop not null',
    'alter table patient alter email set not null',
    ['dangerous changed column public.patient column "email" notNull'],
  ],
  [
    "comment on table patient is 'People'",
    'comment on table patient is null',
    ['safe changed relation public.patient comment'],
  ],
  [
    'create index extra on patient (code, email)',
    'drop index extra',
    ['safe added index public.patient index "extra"'],
  ],
  ['drop policy own on patient; create policy own on patient using (id > 0)', 'select 1', []],
  ['insert into patient values (1, $$a$$, 1); analyze patient', 'truncate patient', []],
])('%s', async (sql, back, expected) => {
  expect(await changed(sql, back)).toEqual(expected)
})
