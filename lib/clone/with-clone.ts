import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import { builder, planClone } from './plan'
import { roleStatements, rolesLeft } from './make-roles'
import { firesUnasked } from './make-surroundings'
import { runStatements } from './run-plan'
import type { ScratchServer } from './scratch-server'
import { ident, literal } from './spelling'
import type { Left, Place } from './statement'
import { clonePrefix, dropClone, dropStaleClones, mark } from './stale'

/** A copy of a schema without rows, on a scratch server, for as long as `withClone` runs. */
export interface Clone {
  readonly database: string
  /** Superuser URL of the clone. */
  readonly url: string
  /** URL of the role that built it: it has no rights of its own, and owns nothing any more. */
  readonly builderUrl: string
  readonly own: boolean
  readonly major: number
  readonly version: string
  /** Roles of the scratch server that the snapshot does not know. */
  readonly strangers: ReadonlySet<string>
  /** What the clone lacks. */
  readonly left: readonly Left[]
  /** Milliseconds that making it took. */
  readonly tookMs: number
}

export interface CloneOptions {
  /** Longest wait for another clone on the same server, milliseconds; may be `Infinity`. */
  readonly patience?: number
  readonly signal?: AbortSignal
  /** Told when nobody else is in the way and the clone is being made. */
  readonly onMaking?: () => void
}

/** Another clone is being used on the same scratch server. */
export class ScratchBusy extends Error {}

/**
 * Makes a scratch database from a snapshot, gives it to `work`, and drops it with the roles that were made for it,
 * whatever happens. One clone at a time on one server; a lock that ends with its owner's connection tells what a killed
 * process left behind, and that goes first.
 * @throws ScratchBusy when another clone does not end in time, or the signal's reason
 */
export async function withClone<T>(
  original: Snapshot,
  server: ScratchServer,
  work: (clone: Clone) => Promise<T>,
  { patience = 60_000, signal, onMaking }: CloneOptions = {},
): Promise<T> {
  const snapshot = withoutBuilder(original)
  const guard = await connected(server.url)
  try {
    await lock(guard, patience, signal)
    await dropStaleClones(guard)
    signal?.throwIfAborted()
    onMaking?.()
    const made = await make(snapshot, server, guard, signal)
    try {
      return await work(made.clone)
    } finally {
      await dropClone(guard, made.clone.database, made.roles)
    }
  } finally {
    await guard.end().catch(() => undefined)
  }
}

/** A snapshot of a server that clones are made on may have been taken while one was there. */
const withoutBuilder = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  roles: snapshot.roles.filter(({ name }) => name !== builder),
  roleSettings: snapshot.roleSettings.filter(({ role }) => role !== builder),
})

/** Milliseconds after which whoever waits looks whether it is still wanted. */
const glance = 500

async function lock(guard: Client, patience: number, signal?: AbortSignal) {
  const until = performance.now() + patience
  for (;;) {
    signal?.throwIfAborted()
    const left = until - performance.now()
    if (left <= 0)
      throw new ScratchBusy('Another clone is in use on the scratch server: try again when it has ended.')
    await guard.query(`set lock_timeout = ${Math.ceil(Math.min(glance, left))}`)
    try {
      return await guard.query(`select pg_advisory_lock(hashtext('tabellion clone'))`)
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error
    }
  }
}

async function make(snapshot: Snapshot, server: ScratchServer, guard: Client, signal?: AbortSignal) {
  const started = performance.now()
  const { rows } = await guard.query<{ version: number; text: string; roles: string[] }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as text,
            (select array_agg(rolname::text) from pg_roles) as roles`,
  )
  const [about] = rows
  if (!about) throw new Error('The scratch server did not say what it is.')
  const there = new Set(about.roles)
  const missing = new Set(
    snapshot.roles.map((role) => role.name).filter((name) => !there.has(name) && !name.startsWith('pg_')),
  )
  const known = new Set(snapshot.roles.map((role) => role.name))
  const roles = [...missing, ...(there.has(builder) ? [] : [builder])]
  const major = Math.trunc(about.version / 10_000)
  const place: Place = { major, database: databaseOf(snapshot, server), own: server.own }
  const database = ident(place.database)
  await guard.query(
    `create database ${database} template template0 encoding ${literal(snapshot.server.encoding)} lc_collate 'C' lc_ctype 'C'`,
  )
  try {
    await mark(guard, place.database, roles)
    const password = randomBytes(24).toString('hex')
    await guard.query(
      `${there.has(builder) ? 'alter' : 'create'} role ${builder} login password '${password}'`,
    )
    await guard.query(`alter database ${database} owner to ${builder}`)
    const url = at(server.url, place.database)
    const builderUrl = at(server.url, place.database, password)
    const left = await fill(snapshot, place, missing, url, builderUrl, signal)
    const clone: Clone = {
      database: place.database,
      url,
      builderUrl,
      own: server.own,
      major,
      version: about.text,
      strangers: new Set([...about.roles, builder].filter((name) => !known.has(name))),
      left,
      tookMs: Math.round(performance.now() - started),
    }
    return { clone, roles }
  } catch (error) {
    await dropClone(guard, place.database, roles)
    throw error
  }
}

async function fill(
  snapshot: Snapshot,
  place: Place,
  missing: ReadonlySet<string>,
  url: string,
  builderUrl: string,
  signal?: AbortSignal,
): Promise<Left[]> {
  const plan = planClone(snapshot, place)
  const superuser = await connected(url)
  try {
    const building = await connected(builderUrl)
    try {
      const clients = { superuser, builder: building }
      for (const client of [superuser, building]) {
        await client.query(
          `set search_path = ''; set check_function_bodies = off; set client_min_messages = error;
           set synchronous_commit = off; set statement_timeout = '60s'; set lock_timeout = '10s'`,
        )
      }
      if (!firesUnasked(place)) await superuser.query('set event_triggers = off')
      return [
        ...plan.left,
        ...rolesLeft(snapshot, missing, place),
        ...(await runStatements(roleStatements(snapshot, missing, place), clients, signal)),
        ...(await runStatements(plan.before, clients, signal)),
        ...(await runStatements(plan.build, clients, signal)),
        ...(await runStatements(plan.after, clients, signal)),
      ].filter(once())
    } finally {
      await building.end().catch(() => undefined)
    }
  } finally {
    await superuser.end().catch(() => undefined)
  }
}

/** One reason for one object is enough: an object that is not there is refused a comment, an owner, a grant. */
function once() {
  const seen = new Set<string>()
  return ({ object }: Left) => !seen.has(object) && seen.add(object) !== undefined
}

/** On a server of our own the name of the original, so that what names the database is true of the clone. */
const databaseOf = (snapshot: Snapshot, server: ScratchServer) =>
  server.own && !['postgres', 'template0', 'template1'].includes(snapshot.database)
    ? snapshot.database
    : `${clonePrefix}${process.pid}_${Date.now().toString(36)}`

function at(server: string, database: string, builderPassword?: string): string {
  const url = new URL(server)
  url.pathname = `/${encodeURIComponent(database)}`
  if (builderPassword !== undefined) {
    url.username = builder
    url.password = builderPassword
  }
  return url.href
}

/** A connection that a broken server does not turn into the end of the process. */
export async function connected(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'tabellion clone',
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}
