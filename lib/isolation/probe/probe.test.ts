import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { connected, withClone } from '@/lib/clone/with-clone'
import { factsOf } from '@/lib/rules/facts'
import { readCase } from '../cases/read-case'
import { databaseEvaluator } from '../prove/session'
import { setupOf } from '../setup/setup'
import { decidingTables } from '../run/support'
import type { Counterexample, Observation, TableContent } from '../types'
import { probe } from './probe'

const folder = join(import.meta.dirname, '../cases')
const files = readdirSync(folder).filter((name) =>
  /^(2\d\d|301|303|313|321|346|353|368|377|378|388|403|411|431|439|442|458|460|462|559|568|580|581|681)-.*\.sql$/.test(
    name,
  ),
)
const major = Math.max(...majors())
const server = { url: inject('servers')[major] ?? '', own: false }
const opened: TestDatabase[] = []
afterAll(async () => {
  for (const db of opened) await db.drop()
})

const plain = (name: string) => name.replaceAll(/["\s]/g, '')

async function caseOf(file: string) {
  const each = readCase(readFileSync(join(folder, file), 'utf8'))
  const db = await testDatabase(major)
  opened.push(db)
  await db.run(each.sql)
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, { isolation: each.isolation }))
  const content: TableContent[] = []
  for (const { id, columns } of decidingTables(snapshot, setup).support) {
    const names = columns.map(({ name }) => name)
    const rows = await databaseEvaluator(db.url, db.url).rows(id, names, 500)
    if (rows)
      content.push({
        relation: id,
        rows: rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))),
      })
  }
  return { each, db, snapshot, setup, content }
}

describe.each(files)('%s', (file) => {
  test('what leaks is found with a statement, and nothing else', async () => {
    const { each, snapshot, setup, content } = await caseOf(file)
    const seen = await withClone(snapshot, server, (clone) => probe(snapshot, setup, clone, { content }), {
      patience: 400_000,
    })
    const said = (
      observations: readonly Observation[],
      { relation, command, channel }: (typeof each.expected)[number],
    ) =>
      observations.some(
        (one) =>
          plain(one.relation) === plain(relation) &&
          one.command === command &&
          one.channel === channel &&
          one.crossed !== null,
      )
        ? 'leaks'
        : 'isolated'
    expect(each.expected.map((label) => ({ ...label, verdict: said(seen, label) }))).toEqual(each.expected)
  }, 420_000)
})

describe('the governed database', () => {
  let before: unknown
  let after: unknown
  let told: Counterexample | null = null
  let replayed: string[][] = []

  beforeAll(async () => {
    const { db, snapshot, setup, content } = await caseOf('203-member-of-the-owner.sql')
    const state = () =>
      db.run(`select (select json_agg(s order by relid) from (select relid, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables) s) as rows,
                     (select json_agg(q order by q.seqrelid) from pg_sequence q) as sequences,
                     (select count(*)::int from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.pid <> pg_backend_pid()) as locks,
                     (select txid_current_if_assigned()) as written`)
    before = await state()
    await withClone(
      snapshot,
      server,
      async (clone) => {
        const seen = await probe(snapshot, setup, clone, { content })
        told =
          seen.find(
            ({ relation, command, crossed }) => relation === 'c.visits' && command === 'SELECT' && crossed,
          )?.crossed ?? null
      },
      { patience: 400_000 },
    )
    after = await state()
    await withClone(
      snapshot,
      server,
      async (clone) => {
        const reader = await connected(clone.url)
        try {
          await reader.query('set session_replication_role = replica')
          for (const { as, sql } of told?.steps ?? []) {
            if (as !== null)
              await reader.query('set session_replication_role = origin').catch(() => undefined)
            const { rows } = await reader.query({ text: sql, rowMode: 'array' })
            replayed = rows as string[][]
          }
        } finally {
          await reader.end()
        }
      },
      { patience: 400_000 },
    )
  }, 420_000)

  test('has nothing written, moved or locked', () => {
    expect(after).toEqual(before)
  })

  test('is not needed to see it again: the story runs as pasted on a fresh clone', () => {
    expect(told).not.toBeNull()
    expect(replayed).toHaveLength(1)
    expect(replayed[0]?.map(String)).toContain(told === null ? '' : (told as Counterexample).tenant)
  })
})

test('begins no statement after it is told to stop', async () => {
  const { snapshot, setup, content } = await caseOf('201-one-policy-for-all.sql')
  const stop = new AbortController()
  const sent = vi.spyOn(Client.prototype, 'query')
  let begun = 0
  let told = 0
  const run = withClone(
    snapshot,
    server,
    async (clone) => {
      const asked = probe(snapshot, setup, clone, {
        content,
        signal: stop.signal,
        progress() {
          told++
          begun = sent.mock.calls.length
          stop.abort(new Error('enough'))
        },
      })
      await expect(asked).rejects.toThrow('enough')
      // What was begun is taken back where the connection still takes it.
      const after = sent.mock.calls.slice(begun).map(([text]) => String(text))
      expect(after.filter((text) => !text.startsWith('rollback'))).toEqual([])
    },
    { patience: 400_000 },
  ).finally(() => sent.mockRestore())
  await run
  expect([begun > 0, told]).toEqual([true, 1])
}, 420_000)
