import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { access } from '@/lib/catalog/access'
import { commands, type Snapshot } from '@/lib/catalog/types'
import { factsOf, type Facts } from '@/lib/rules/facts'
import { exposures } from './exposure'
import { defaultRoles, matrixOf, openCells, selectRows } from './matrix'
import { verdictsOf } from './verdicts'

const suffix = Math.random().toString(36).slice(2, 8)
const [owner, app] = [`cov_owner_${suffix}`, `cov_app_${suffix}`]
const everything = { q: '', schema: [], show: null, order: 'open' } as const

let db: TestDatabase
let snapshot: Snapshot
let facts: Facts

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`
    create role ${owner} nologin;
    create role ${app} login;
    create schema clinic;
    create schema ref;
    grant usage on schema clinic, ref to ${app};
    create table clinic.safe (id int primary key, clinic_id int not null);
    create table clinic."odd ""name" (id int primary key, clinic_id int not null);
    create table clinic.twin (id int primary key, clinic_id int not null);
    grant select (id) on clinic.twin to ${app};
    create table ref.codes (id int primary key);
    alter table clinic.safe owner to ${owner};
    alter table clinic.safe enable row level security;
    alter table clinic.safe force row level security;
    create policy own on clinic.safe using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::int);
    grant select, insert on clinic.safe, clinic."odd ""name" to ${app};
    insert into clinic.safe select g, 1 from generate_series(1, 30) g;
    insert into clinic."odd ""name" select g, 1 from generate_series(1, 50) g;
    analyze`)
  snapshot = await readSnapshot(db.url)
  facts = factsOf(snapshot, {})
})

afterAll(async () => {
  await db.run(`drop owned by ${owner} cascade; drop owned by ${app} cascade; drop role ${owner}, ${app}`)
  await db.drop()
})

describe('the coverage matrix', () => {
  test('shows the roles of applications, then owners, and no superuser beside them', () => {
    expect(defaultRoles(snapshot, facts)).toEqual([app, owner])
  })

  test('puts what lies open first, counts its cells, and filters', () => {
    const matrix = matrixOf(snapshot, facts, [app])
    const rows = selectRows(matrix, everything)
    expect(rows.map((row) => [row.id, row.worst])).toEqual([
      ['clinic."odd ""name"', 'open'],
      ['clinic.twin', 'open'],
      ['clinic.safe', 'filtered'],
      ['ref.codes', 'no-grant'],
    ])
    expect(openCells(rows)).toBe(3)
    expect(selectRows(matrix, { ...everything, order: 'name', q: 'SAFE' }).map((row) => row.id)).toEqual([
      'clinic.safe',
    ])
    expect(selectRows(matrix, { ...everything, schema: ['ref'] }).map((row) => row.id)).toEqual(['ref.codes'])
    expect(selectRows(matrix, { ...everything, show: 'filtered' }).map((row) => row.id)).toEqual([
      'clinic.safe',
    ])
  })

  test('is made once for a snapshot and a choice of roles', () => {
    expect(matrixOf(snapshot, facts, [app])).toBe(matrixOf(snapshot, facts, [app]))
  })
})

test('every verdict is what access itself says', () => {
  for (const relation of snapshot.relations) {
    for (const role of [owner, app]) {
      expect(verdictsOf(snapshot, relation, role)).toEqual(
        commands.map((command) => access(snapshot, relation.id, role, command).verdict),
      )
    }
  }
})

test('exposed rows say the worst that an application can read, largest table first', () => {
  expect(exposures(snapshot, facts).map(({ id, rows, verdict }) => [id, rows, verdict])).toEqual([
    ['clinic."odd ""name"', 50, 'open'],
    ['clinic.safe', 30, 'filtered'],
    ['clinic.twin', 0, 'open'],
    ['ref.codes', 0, 'no-grant'],
  ])
})
