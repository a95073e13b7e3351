import { afterAll, beforeAll, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import { compareSnapshots, type Change } from './compare'
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

/** They make and drop roles of the same server meanwhile. */
const notOfOtherTests = ({ kind }: Change) => !['role', 'role setting', 'membership'].includes(kind)

const changed = async (sql: string, back: string) => {
  const before = await readSnapshot(db.url)
  await db.run(sql)
  const after = await readSnapshot(db.url)
  await db.run(back)
  return compareSnapshots(before, after)
    .filter(notOfOtherTests)
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

/** 14 has no security_invoker, and its schema public belongs to whoever made the database and to everybody. */
const real = {
  reference: [
    'changed extension btree_gist version',
    'changed routine ledger.identity() body',
    'changed relation public.audit_logs options',
    'changed relation public.v_chart_retention options',
    'changed relation public.v_consent_effective options',
  ],
  neglected: [
    'changed extension btree_gist version',
    'changed schema public owner',
    'added grant schema public: CREATE to pg_database_owner',
    'removed grant schema public: CREATE to postgres',
    'added grant schema public: USAGE to pg_database_owner',
    'removed grant schema public: USAGE to postgres',
  ],
}

test.each([
  ['reference', installReference],
  ['neglected', installNeglected],
] as const)(
  'the %s database on the oldest and on the newest server is the same',
  async (name, install) => {
    const made: TestDatabase[] = []
    const on = async (major: number) => {
      const database = await testDatabase(major)
      made.push(database)
      const client = await database.connect()
      await install(client)
      await client.end()
      return readSnapshot(database.url)
    }
    try {
      const [old, young] = [await on(Math.min(...majors())), await on(Math.max(...majors()))]
      const different = compareSnapshots(old, young)
        .filter(notOfOtherTests)
        .map((c) => `${c.change} ${c.kind} ${c.object}${c.field === null ? '' : ` ${c.field}`}`)
      const whole = Math.min(...majors()) === 14 && Math.max(...majors()) === 18
      // Each installation names itself, also on one major.
      const between = whole ? real[name] : real[name].filter((change) => change.includes('ledger.identity()'))
      expect(different).toEqual(between)
    } finally {
      for (const database of made) await database.drop()
    }
  },
  60_000,
)
