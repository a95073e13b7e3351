import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '../own-server'
import { installLedger } from '../reference/files'
import { majors, type TestDatabase } from '../test-database'

// What a subscription applies is no statement: https://www.postgresql.org/docs/current/logical-replication-architecture.html
describe.each(majors())('PostgreSQL %i, rows that a subscription brings', (major) => {
  let server: OwnServer
  let from: TestDatabase
  let to: TestDatabase
  let client: Client

  const table = `create table notes (id int primary key, clinic_id uuid, kind text, body text);
    comment on column notes.id is 'Key. [int]'; comment on column notes.kind is 'Kind. [int]'; comment on column notes.body is 'Text. [sens]';`
  const kinds = async () =>
    (
      await to.run<{ kind: string }>(
        `select distinct case when tgtype & 1 = 1 then 'row' else 'statement' end || ' ' || tgenabled::text as kind from pg_trigger
          where tgrelid = 'notes'::regclass and tgname like 'ledger_capture%'`,
      )
    ).map((row) => row.kind)
  /** The entries once there are as many, oldest first. */
  const entries = async (wanted: number) => {
    for (let tries = 0; tries < 400; tries++) {
      const rows = await to.run<Record<string, unknown>>(
        `select action::text, record_key, changed_fields, new_values, actor_proof, session_role, after_hash is not null as proved
           from ledger.audit_logs order by id`,
      )
      if (rows.length >= wanted) return rows
      await sleep(50)
    }
    throw new Error(`The subscription brought fewer than ${wanted} entries in 20 s.`)
  }

  beforeAll(async () => {
    server = await ownServer(major, { wal_level: 'logical' })
    from = await server.database()
    to = await server.database()
    await from.run(`${table} insert into notes values (1, null, 'first', 'copied');
      create publication all_notes for table notes`)
    // A subscription to the same server would wait for itself to make its slot.
    await from.run(`select pg_create_logical_replication_slot('notes_slot', 'pgoutput')`)
    client = await to.connect()
    await installLedger(client)
    await client.query(`${table} select ledger.watch('notes')`)
  })
  afterAll(async () => {
    await client?.end()
    // A slot in use keeps its database.
    await to?.run('alter subscription takes disable; alter subscription takes set (slot_name = none)')
    await to?.run('drop subscription takes')
    await Promise.all([from, to].map((database) => database?.freeze()))
    await server?.stop()
  })

  test('capture goes from the statement to the row when the table is subscribed', async () => {
    expect(await kinds()).toEqual(['statement A'])
    await client.query(`create subscription takes connection '${from.url}' publication all_notes
      with (create_slot = false, slot_name = 'notes_slot')`)
    expect(await kinds()).toEqual(['row A'])
  })

  test('the first copy and what is applied afterwards are entries, once each, with the login of the worker', async () => {
    await entries(1)
    await from.run(`insert into notes values (2, null, 'second', 'secret');
      update notes set kind = 'changed' where id = 2; update notes set id = 3 where id = 2; delete from notes where id = 1`)
    const told = await entries(6)
    expect(told.map((entry) => [entry.action, entry.record_key])).toEqual([
      ['create', '1'],
      ['create', '2'],
      ['update', '2'],
      ['delete', '2'],
      ['create', '3'],
      ['delete', '1'],
    ])
    expect(told[1]).toMatchObject({ new_values: { id: 2, kind: 'second' }, proved: true })
    expect(told[2]).toMatchObject({
      changed_fields: ['kind'],
      new_values: { kind: 'changed' },
      proved: false,
    })
    expect(
      new Set(told.map((entry) => `${String(entry.actor_proof)} ${String(entry.session_role)}`)),
    ).toEqual(new Set(['login postgres']))
    expect(JSON.stringify(told)).not.toContain('secret')
  })

  test('TRUNCATE on the other side is an entry here', async () => {
    await from.run('truncate notes')
    expect((await entries(7)).at(-1)).toMatchObject({ action: 'truncate' })
  })

  test('a change made here is still seen, once', async () => {
    await client.query(`insert into notes (id, kind) values (9, 'local')`)
    expect((await entries(8)).slice(7)).toMatchObject([{ action: 'create', record_key: '9' }])
  })
})
