import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint, readCheckpoint } from './checkpoint'
import { ledgerKeys, trustedKeys } from './keys'
import { Frontier, rootFromInclusion } from './merkle'
import { signedByOne } from './note'
import { prove } from './prove'
import { seal } from './seal'
import { verify } from './verify'

describe.each(majors().map((major) => [major]))('PostgreSQL %i', (major) => {
  let db: TestDatabase
  const home = mkdtempSync(join(tmpdir(), 'tabellion-ledger-'))

  beforeAll(async () => {
    db = await testDatabase(major)
    const client = await db.connect()
    await installLedger(client)
    await client.query(`create table public.notes (id int primary key, body text);
    comment on column public.notes.id is 'Key. [int]'; select ledger.watch('public.notes')`)
    await client.end()
  })
  afterAll(async () => {
    await closeConnections()
    await db.drop()
    rmSync(home, { recursive: true })
  })

  const leaf = async (id: string) => {
    const [row] = await db.run<{ leaf: Buffer }>(
      `select ledger.leaf(l) as leaf from ledger.audit_logs l where id = $1`,
      [id],
    )
    return row?.leaf as Buffer
  }
  const sealedIds = async () => {
    const rows = await db.run<{ id: string }>(
      `select unnest(ids)::text as id from ledger.leaves order by first_position`,
    )
    return rows.map(({ id }) => id)
  }

  test('Seals what is committed, once, and a transaction that was open comes later', async () => {
    expect(await seal(db.url, 't')).toEqual({ state: 'idle', entries: 0, size: 0 })
    const slow = await db.connect()
    await slow.query(`begin; insert into notes values (1, 'slow')`)
    await db.run(`insert into notes values (2, 'quick')`)
    await db.run(`begin; insert into notes values (3, 'undone'); rollback`)
    expect(await seal(db.url, 't')).toEqual({ state: 'sealed', entries: 1, size: 1 })
    await db.run(`insert into notes values (4, 'later')`)
    await slow.query('commit')
    await slow.end()
    expect(await seal(db.url, 't')).toEqual({ state: 'sealed', entries: 2, size: 3 })
    expect(await seal(db.url, 't')).toEqual({ state: 'idle', entries: 0, size: 3 })
    const all = await db.run<{ id: string }>(`select id::text from ledger.audit_logs order by id`)
    expect((await sealedIds()).sort()).toEqual(all.map(({ id }) => id).sort())
  })

  test('Only one seals at a time', async () => {
    await db.run(`insert into notes select n, 'many' from generate_series(100, 9999) n`)
    const runs = await Promise.all([seal(db.url, 't'), seal(db.url, 't'), seal(db.url, 't')])
    const working = runs.filter((run) => run.state === 'sealed')
    expect(working).toHaveLength(1)
    expect(working[0]?.entries).toBe(9900)
  })

  test('A checkpoint is signed by the key of the home folder, and names size, root and configuration', async () => {
    const keys = ledgerKeys(home)
    const made = await makeCheckpoint(db.url, 't', [keys.current])
    expect(made).toMatchObject({ size: 9903, made: true })
    const said = readCheckpoint(made?.note ?? '')
    if (!said) throw new Error('no checkpoint')
    expect(signedByOne(said.note, said.origin, keys.trusted)).toBe(true)
    expect(
      signedByOne({ ...said.note, text: said.note.text.replace('9903', '9904') }, said.origin, keys.trusted),
    ).toBe(false)
    const tree = new Frontier()
    const leaves = await db.run<{ id: string; leaf: Buffer }>(
      'select l.id::text, ledger.leaf(l) as leaf from ledger.audit_logs l',
    )
    const byId = new Map(leaves.map((row) => [row.id, row.leaf]))
    for (const id of await sealedIds()) tree.append(byId.get(id) as Buffer)
    expect(said.root).toEqual(tree.root())
    // Another file of tests may give somebody a role of the ledger meanwhile: then the configuration is another, and so signed.
    const again = await makeCheckpoint(db.url, 't', [keys.current])
    const configuration = (note = '') => readCheckpoint(note)?.extensions.at(-1)
    expect(again).toMatchObject({
      size: 9903,
      made: configuration(again?.note) !== configuration(made?.note),
    })
  })

  test('An entry is proved to be in the log, at any place of it', async () => {
    const ids = await sealedIds()
    for (const at of [0, 1, 2, 255, 256, 257, 4095, 8191, 8192, 8447, 8448, 9727, 9728, 9901, 9902]) {
      const id = ids[at] as string
      const proof = await prove(db.url, 't', id)
      expect(proof).toMatchObject({ position: at, size: 9903, entry: { id } })
      const root = rootFromInclusion(
        await leaf(id),
        at,
        9903,
        proof.hashes.map((hash) => Buffer.from(hash, 'base64')),
      )
      expect([at, root]).toEqual([at, readCheckpoint(proof.checkpoint)?.root])
    }
    await expect(prove(db.url, 't', '999999')).rejects.toMatchObject({ kind: 'not-found' })
  })

  test('The whole is intact, its rows too, whatever the server', async () => {
    await db.run(
      `update notes set body = 'changed' where id < 200; delete from notes where id > 9900; update notes set id = 20000 where id = 2`,
    )
    await seal(db.url, 't')
    await makeCheckpoint(db.url, 't', [ledgerKeys(home).current])
    const report = await verify(db.url, 't', { trusted: trustedKeys(home), workers: 2 })
    expect(report.checks.flatMap((check) => check.problems)).toEqual([])
    expect([report.verdict, report.window.entries]).toEqual(['intact', 0])
    expect(report.checks.find(({ id }) => id === 'rows')).toMatchObject({ outcome: 'pass' })
  })

  test('Whoever committed waits until it is sealed, and is told how large the tree then was', async () => {
    const client = await db.connect()
    const wait = async (xid: string, patience: string) => {
      const { rows } = await client.query<{ size: string | null }>(
        'select ledger.await_sealed($1::xid8, $2::interval)::text as size',
        [xid, patience],
      )
      return rows[0]?.size
    }
    const begun = async () => {
      await client.query('begin')
      await client.query(`insert into notes values (100000 + (select count(*)::int from notes), 'awaited')`)
      const { rows } = await client.query<{ xid: string }>('select pg_current_xact_id()::text as xid')
      return rows[0]?.xid ?? ''
    }
    const running = await begun()
    await expect(wait(running, '1 second')).rejects.toMatchObject({ code: '55000' })
    await client.query('rollback')
    expect(await wait(running, '1 minute')).toBeNull()

    const committed = await begun()
    await client.query('commit')
    expect(await wait(committed, '0')).toBeNull()
    const waiting = wait(committed, '30 seconds')
    const { size } = await seal(db.url, 't')
    expect(await waiting).toBe(String(size))
    await client.query('begin isolation level repeatable read')
    await expect(wait(committed, '1 second')).rejects.toMatchObject({ code: '25000' })
    await client.end()
  })

  test('The leaf is the same by its quicker way, whatever text there is', async () => {
    await db.run(`begin; set local app.user_agent = 'Ação ≠ 𝕏 "\\" €'; set local app.component = ' ';
      select ledger.record_event('read', 'denied', p_fields => array['a b', 'ç', null, '"'], p_recipient => 'ñ', p_count => 3); commit`)
    const [row] = await db.run<{ n: number; differ: number }>(
      'select count(*)::int as n, count(*) filter (where ledger.leaf(l) <> ledger.leaf_sent(l))::int as differ from ledger.audit_logs l',
    )
    expect(row).toEqual({ n: expect.any(Number), differ: 0 })
    await seal(db.url, 't')
  })
})
