import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import type { Relation } from '../catalog/types-relation'
import { moneyOrFloatAmount } from './money-or-float-amount'
import { runRules } from './run'

const reader = `reader_${randomBytes(4).toString('hex')}`
const owner = `owner_${randomBytes(4).toString('hex')}`
let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
  await db.run(`create role ${reader}; create role ${owner}; grant create on schema public to ${owner};
    create table orders (id int primary key, price money, note text);
    create table fees (id int primary key, fee real);
    create view "Priced" (id, "the price") with (security_invoker = true, security_barrier = true)
      as select id, price from orders where price is not null with local check option;
    create view doubled as select id, "the price" * 2 as twice from "Priced";
    create view both_of as select p.id, d.twice from "Priced" p join doubled d using (id);
    create view notes as select id, note from orders;
    alter view doubled owner to ${owner}; grant select on "Priced", orders to ${owner};
    grant select on "Priced" to ${reader} with grant option; grant select (id) on both_of to ${reader};
    revoke all on notes from ${reader}; grant update, insert on "Priced" to public;
    comment on view "Priced" is 'It''s priced'; comment on column both_of.twice is 'Twice \\ the price';
    create materialized view kept as select sum(fee) as total from fees`)
})
afterAll(async () => {
  await db.run(`drop owned by ${reader}, ${owner} cascade; drop role ${reader}, ${owner}`)
  await db.drop()
})

const fixes = async () => {
  const { findings } = await runRules(await readSnapshot(db.url), {}, { rules: [moneyOrFloatAmount] })
  return Object.fromEntries(findings.map((finding) => [finding.object.name, finding.fix]))
}

/** Views as the catalog has them, without the types that the fix is there to change. */
async function views() {
  const { relations } = await readSnapshot(db.url)
  return relations
    .filter((relation) => relation.kind === 'view')
    .map(({ columns, definition, ...view }: Relation) => ({
      ...view,
      columns: columns.map(({ type: _type, baseType: _base, ...column }) => column),
      // Where a money was multiplied by an int a numeric is multiplied by one that was cast.
      definition: definition?.replaceAll(/\(2\)::numeric|\b2\b/g, '2'),
    }))
}

test('the views over a column go and come back as they were', async () => {
  const before = await views()
  const { orders } = await fixes()
  expect(orders?.sql.slice(0, 4).map((sql) => sql.split(' ').slice(0, 3).join(' '))).toEqual([
    'drop view public.both_of',
    'drop view public.doubled',
    'drop view public."Priced"',
    'alter table public.orders',
  ])
  const client = await db.connect()
  await client.query('begin')
  for (const statement of orders?.sql ?? []) await client.query(statement)
  await client.query('commit')
  await client.end()
  expect(await views()).toEqual(before)
  expect(await fixes()).not.toHaveProperty('orders')
})

test('what a catalog does not hold whole is left to a person', async () => {
  const { fees } = await fixes()
  expect(fees?.sql).toEqual([])
  expect(fees?.advice.en).toMatch(/Something holds the column/)
})
