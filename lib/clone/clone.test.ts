import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { ownServer } from '@/db/own-server'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { installNeglected, installReference } from '@/db/reference/files'
import { hostileNames } from '@/lib/catalog/examples/hostile-names'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { compareSnapshots, type Change } from '@/lib/drift/compare'
import { nastySchema } from './examples/nasty-schema'
import { ownDefinitions } from './examples/own-definitions'
import { connected, ScratchBusy, withClone } from './with-clone'

const opened: TestDatabase[] = []
afterAll(async () => {
  for (const database of opened) await database.drop()
})

async function original(major: number, fill: (db: TestDatabase) => Promise<unknown>): Promise<Snapshot> {
  const db = await testDatabase(major)
  opened.push(db)
  await fill(db)
  return readSnapshot(db.url)
}

const install = (how: typeof installReference) => async (db: TestDatabase) => {
  const client = await db.connect()
  try {
    await how(client)
  } finally {
    await client.end()
  }
}

const flat = (value: unknown) => JSON.stringify(value).replaceAll(/[()]/g, '')

/** The parser flattens a chain of OR that a row comparison had nested: the same condition, fewer parentheses. */
const isSpelling = ({ change, before, after }: Change) => {
  return change === 'changed' && flat(before) === flat(after)
}

/** What the clone says against the original, without what only the database's name makes different. */
async function roundTrip(snapshot: Snapshot, major: number) {
  return withClone(snapshot, { url: inject('servers')[major] ?? '', own: false }, async (clone) => {
    const copy = await readSnapshot(clone.url)
    return {
      // Other test files make and drop roles on the same server meanwhile.
      left: clone.left.filter(({ object }) => !object.startsWith('role ')),
      tookMs: clone.tookMs,
      differences: compareSnapshots(snapshot, copy)
        .filter((each) => !isSpelling(each))
        .filter(({ kind }) => !['setting', 'role', 'role setting', 'membership'].includes(kind)),
    }
  })
}

describe.each(majors().map((major) => [major]))('a clone on PostgreSQL %i', (major) => {
  test('of the reference schema is the reference schema', async () => {
    const trip = await roundTrip(await original(major, install(installReference)), major)
    // Before 17 an event trigger would run while the clone is built: it is left out, and said.
    const unarmed = major < 17 ? ['ledger_follow'] : []
    expect(trip.left.map(({ object }) => object)).toEqual(unarmed.map((name) => `event trigger "${name}"`))
    expect(trip.differences.map(({ change, object }) => `${change} ${object}`)).toEqual(
      unarmed.map((name) => `removed ${name}`),
    )
  })

  test('of the neglected database has its defects', async () => {
    const trip = await roundTrip(await original(major, install(installNeglected)), major)
    expect(trip.left).toEqual([])
    expect(trip.differences).toEqual([])
  })

  test('of hostile names has them all', async () => {
    const trip = await roundTrip(await original(major, (db) => db.run(hostileNames)), major)
    expect(trip.left).toEqual([])
    expect(trip.differences).toEqual([])
  })

  test('has operators, casts, collations and aggregates', async () => {
    const snapshot = await original(major, (db) => db.run(ownDefinitions))
    const trip = await roundTrip(snapshot, major)
    expect(snapshot.definitions?.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'aggregate d."both"(boolean)',
      'cast d.label as integer',
      'cast d.label as text',
      'collation d.loose',
      'operator d.=== (integer, integer)',
      'operator d.@@ (none, integer)',
    ])
    expect(trip.left).toEqual([])
    expect(trip.differences).toEqual([])
  })

  test('of a schema that is made to be hard gives all of it back but what it names', async () => {
    const role = `nasty_${randomBytes(4).toString('hex')}`
    const snapshot = await original(major, (db) => db.run(nastySchema(role, major)))
    try {
      const trip = await roundTrip(snapshot, major)
      const expected = ['publication filtered', ...(major < 17 ? ['event trigger watch'] : [])]
      expect(trip.left.map(({ object }) => object.replaceAll('"', '')).sort()).toEqual(
        expected.filter((each) => major >= 15 || each !== 'publication filtered').sort(),
      )
      expect(
        trip.differences.map((each) => `${each.change} ${each.kind} ${each.object} ${each.field}`).sort(),
      ).toEqual([
        ...(major < 17 ? ['removed event trigger watch null'] : []),
        ...(major >= 15 ? ['removed publication filtered null'] : []),
      ])
    } finally {
      await opened.pop()?.drop()
      const server = await connected(inject('servers')[major] ?? '')
      await server.query(`drop role ${role}_b; drop role ${role}`)
      await server.end()
    }
  })
})

test('one clone at a time: who waits gives up in time, goes when no longer wanted, and else has its turn', async () => {
  const own = await ownServer()
  const server = { url: own.url, own: false }
  const snapshot = await readSnapshot(own.url)
  const turns: string[] = []
  let leave = () => undefined as void
  const stays = new Promise<void>((resolve) => (leave = resolve))
  let inside = () => undefined as void
  const entered = new Promise<void>((resolve) => (inside = resolve))
  const first = withClone(
    snapshot,
    server,
    async () => {
      inside()
      await stays
      turns.push('first')
    },
    { patience: Infinity },
  )
  await entered
  const never = () => Promise.reject(new Error('two at once'))
  await expect(withClone(snapshot, server, never, { patience: 100 })).rejects.toBeInstanceOf(ScratchBusy)
  const stop = new AbortController()
  const unwanted = withClone(snapshot, server, never, { patience: Infinity, signal: stop.signal })
  stop.abort(new Error('not wanted'))
  await expect(unwanted).rejects.toThrow('not wanted')
  const second = withClone(snapshot, server, async () => void turns.push('second'), { patience: Infinity })
  leave()
  await Promise.all([first, second])
  expect(turns).toEqual(['first', 'second'])
  await own.stop()
})
