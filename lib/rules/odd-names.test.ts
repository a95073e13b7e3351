import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { exampleRoles } from './example-roles'
import { runRules } from './run'

/** Names that break those who paste names into text: quotes, dots, slashes, blanks, reserved words, 63 bytes, emoji. */
const roles = exampleRoles()
const long = 'x'.repeat(62)
let db: TestDatabase

beforeAll(async () => {
  db = await testDatabase()
  await db.run(
    roles.fill(`
    create role :role; create schema "odd ""name.s"; grant usage on schema "odd ""name.s" to :role; set search_path = "odd ""name.s";
    create table "select" ("clinic id" uuid not null, "user" uuid not null, primary key ("clinic id", "user"));
    create table "ta""ble/🏥" (id uuid primary key, "clinic id" uuid not null, "order" text, "${long}" text);
    alter table "ta""ble/🏥" enable row level security; alter table "ta""ble/🏥" force row level security;
    create function "who's?"() returns uuid language sql volatile as $$ select nullif(current_setting('app.who', true), '')::uuid $$;
    create policy "a/b ""c""" on "ta""ble/🏥" for select to :role using (exists (select 1 from "select" s
      where s."clinic id" = "ta""ble/🏥"."clinic id" and s."user" = "who's?"()));
    create policy "ignores 🏥" on "ta""ble/🏥" for delete to :role using (exists (select 1 from "select" s
      where s."clinic id" = "clinic id" and s."user" = (select "who's?"())));
    create function "f(x, y)"("a b" text, uuid) returns bigint language sql security definer as $$ select count(*) from "ta""ble/🏥" $$;
    create view "v;--" as select * from "ta""ble/🏥";
    grant select, delete, truncate on "ta""ble/🏥" to :role; grant select, insert on "select" to :role; grant select ("order") on "v;--" to :role`),
  )
})
afterAll(async () => {
  await db.run('reset search_path')
  for (const role of roles.used) await db.run(`drop owned by ${role} cascade; drop role ${role}`)
  await db.drop()
})

test('every name comes out as PostgreSQL writes it, and every fix runs', async () => {
  const { findings, unknowns } = await runRules(await readSnapshot(db.url), {})
  const tenancy = findings.filter((finding) => finding.group === 'tenancy')
  const schema = '"odd ""name.s"'
  const table = `${schema}."ta""ble/🏥"`
  expect(tenancy.map((finding) => finding.key)).toEqual(
    expect.arrayContaining(
      [
        `rls-disabled:${schema}."select"`,
        `per-row-context-call:${table}/"a/b ""c"""`,
        `policy-ignores-tenant:${table}/"ignores 🏥"`,
        `definer-mutable-search-path:${schema}."f(x, y)"(text,uuid)`,
        `definer-open-execute:${schema}."f(x, y)"(text,uuid)`,
        `view-or-rule-bypasses-rls:${schema}."v;--"`,
        `policy-reads-unprotected-table:${schema}."select"`,
        `volatile-in-policy:${schema}."who's?"()`,
        `grant-bypasses-rls:${table}/:role`,
      ].map(roles.fill),
    ),
  )
  expect(tenancy.map((finding) => finding.key)).not.toContain(`policy-ignores-tenant:${table}/"a/b ""c"""`)
  expect(unknowns.filter((each) => each.code.startsWith('T'))).toEqual([])
  const client = await db.connect()
  try {
    for (const finding of tenancy) {
      if (finding.fix.sql.some((statement) => /concurrently/i.test(statement))) continue
      await client.query('begin')
      for (const statement of finding.fix.sql) await client.query(statement)
      await client.query('rollback')
    }
  } finally {
    await client.end()
  }
})
