import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { factsOf, type Facts } from '@/lib/rules/facts'
import { captureRows, operations, type CaptureState } from './capture'
import { indexRows, selectIndexes } from './indexes'
import { linksOf } from './relationships'
import { rlsState, selectTables, tableRows } from './tables'

let database: TestDatabase
let snapshot: Snapshot
let facts: Facts

const schema = `
  create table audit_log (at timestamptz default clock_timestamp(), table_name text, action text);
  create function capture() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
    begin insert into audit_log (table_name, action) values (tg_table_name, lower(tg_op)); return null; end $$;
  create table clinics (id int primary key);
  create table whole   (id int primary key, clinic_id int not null references clinics, cpf text);
  create table part_of (id int primary key, clinic_id int not null references clinics, cpf text);
  create table off     (id int primary key, clinic_id int not null references clinics, cpf text);
  create table replica (id int primary key, clinic_id int not null references clinics, cpf text);
  create table bare    (id int primary key, clinic_id int not null references clinics, cpf text);
  create table rooted  (id int, clinic_id int not null references clinics, cpf text) partition by list (id);
  create table rooted_1 partition of rooted for values in (1);
  create table rooted_2 partition of rooted for values in (2);
  create trigger t after insert or update or delete on whole for each row execute function capture();
  create trigger tt after truncate on whole for each statement execute function capture();
  create trigger t after insert or update of id on part_of for each row execute function capture();
  create trigger t after insert or update or delete on off for each row execute function capture();
  alter table off disable trigger t;
  create trigger t after insert or update or delete on replica for each row execute function capture();
  alter table replica enable replica trigger t;
  create trigger t after insert or update or delete on rooted for each row execute function capture();
  alter table rooted_2 disable trigger t;
  create index on whole (clinic_id) include (cpf) where cpf is not null;
  create view seen as select id from whole;
  insert into clinics values (1);`

beforeAll(async () => {
  database = await testDatabase()
  await database.run(schema)
  const client = await database.connect()
  snapshot = await readSnapshot(client)
  await client.end()
  facts = factsOf(snapshot, {})
})
afterAll(() => database.drop())

/** How many log entries one statement brings. */
async function entries(sql: string): Promise<number> {
  const [row] = await database.run<{ n: number }>(
    `begin; delete from audit_log; ${sql}; select count(*)::int as n from audit_log`,
  )
  await database.run('rollback')
  return row?.n ?? 0
}

const statements = (table: string) => ({
  insert: `insert into ${table} values (2, 1, 'x')`,
  update: `insert into ${table} values (2, 1, 'x'); delete from audit_log; update ${table} set cpf = 'y'`,
  delete: `insert into ${table} values (2, 1, 'x'); delete from audit_log; delete from ${table}`,
  truncate: `truncate ${table}`,
})

describe('what the audit trail captures', () => {
  test.each(['whole', 'part_of', 'off', 'replica', 'bare', 'rooted'])(
    'of %s is what really reaches the log',
    async (table) => {
      const row = captureRows(facts).find((each) => each.id === `public.${table}`)
      expect(row?.required).toBe(true)
      for (const operation of operations) {
        const state: CaptureState | undefined = row?.by[operation].state
        const captured = (await entries(statements(table)[operation])) > 0
        if (state === 'notRequired') expect(operation).toBe('truncate')
        else expect(`${table} ${operation} ${captured}`).toBe(`${table} ${operation} ${state === 'captured'}`)
        if (state !== 'captured') expect(row?.by[operation].because?.en).toMatch(/\.$/)
      }
    },
  )

  test('names the partition where a clone is switched off', () => {
    const row = captureRows(facts).find((each) => each.id === 'public.rooted')
    expect(row?.state).toBe('partly')
    expect(row?.by.insert.because?.en).toContain('public.rooted_2')
  })
})

test('tables carry what the list shows; partitions hide under their parent unless asked for', () => {
  const rows = tableRows(snapshot, [])
  const filter = {
    q: '',
    schema: [],
    rls: [],
    kind: [],
    partitions: false,
    sort: 'name',
    descending: false,
  } as const
  const names = selectTables(rows, filter).map((row) => row.name)
  expect(names).toContain('rooted')
  expect(names).not.toContain('rooted_1')
  expect(selectTables(rows, { ...filter, partitions: true }).map((row) => row.name)).toContain('rooted_1')
  expect(rows.find((row) => row.name === 'rooted')).toMatchObject({
    partitions: 2,
    primaryKey: false,
    rls: 'off',
  })
  const view = snapshot.relations.find((each) => each.name === 'seen')
  expect(view && rlsState(view)).toBe('notApplicable')
})

test('an index is written as it was made', () => {
  const rows = selectIndexes(indexRows(snapshot, []), {
    q: 'include',
    schema: [],
    kind: [],
    flagged: false,
    sort: 'table',
    descending: false,
  })
  expect(rows.map((row) => row.definition)).toEqual(['(clinic_id) include (cpf) where (cpf IS NOT NULL)'])
})

test('foreign keys are seen from both ends, with whether an index serves them', () => {
  const clinics = snapshot.relations.find((each) => each.name === 'clinics')
  if (!clinics) throw new Error('no clinics')
  const { incoming, outgoing } = linksOf(facts, clinics)
  expect(outgoing).toEqual([])
  expect(incoming.map((link) => `${link.other} ${link.indexed}`)).toContain('public.bare false')
})
