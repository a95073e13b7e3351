import { Client } from 'pg'
import { CatalogError, catalogError, targetOf, type Target } from './error'
import { command, kept, Reading, type Cell, type Step } from './reading'

/** The part of pg's Client and PoolClient that a read needs. It must not be inside a transaction. */
export interface Connection {
  /** Whether it sends what is asked before the last answer has come. */
  readonly pipeline?: boolean
  // pg declares many overloads of query; this is the one used.
  // oxlint-disable-next-line typescript/no-explicit-any
  query(query: any): any
}

export interface Limits {
  /** Longest single statement, milliseconds. */
  readonly statementTimeout: number
  /** Longest wait for one lock, milliseconds; below deadlock_timeout, so that a scan never gets another session killed. */
  readonly lockTimeout: number
  /** Longest wait for the server to accept a connection, milliseconds. */
  readonly connectTimeout: number
}

export const defaultLimits: Limits = { statementTimeout: 60_000, lockTimeout: 100, connectTimeout: 10_000 }

/**
 * Reads inside one transaction; rows are arrays of texts. What is asked is sent at once, behind what is still being
 * answered: the server need not wait for the reader, nor the reader for the server.
 */
export interface Session {
  /** Sends the statements together and takes each row as it arrives, in the order of the statements. */
  each(...steps: readonly Step[]): Promise<void>
  rows<Row extends readonly Cell[]>(sql: string, name?: string): Promise<Row[]>
  /** A statement that gives no rows; `rows` takes those alone that COPY takes. */
  run(sql: string): Promise<void>
  /** One statement in a savepoint that is rolled back, so that no lock outlives it. */
  apart(one: Step): Promise<void>
}

/** Told how long each part of a read took, in milliseconds. */
export type Told = (part: string, took: number) => void

/** Opens a connection of its own for a URL, or borrows the one given; errors come out as CatalogError. */
export async function connected<T>(
  connection: string | Connection,
  limits: Limits,
  work: (client: Connection) => Promise<T>,
): Promise<T> {
  if (typeof connection !== 'string') {
    return work(connection).catch((cause) => {
      throw catalogError(cause, { server: 'The server', database: 'the database', user: 'the role' })
    })
  }
  const target: Target = targetOf(connection)
  let client: Client | undefined
  // What ended the connection between two statements; the next statement only says that it is gone.
  let ended: Error | undefined
  try {
    client = await open(connection, limits)
    client.on('error', (error) => (ended ??= error))
    return await work(client)
  } catch (cause) {
    throw catalogError(ended ?? cause, target)
  } finally {
    await client?.end().catch(() => {})
  }
}

/** A connection that its caller ends; @throws whatever the driver says, see `catalogError`. */
export async function open(connection: string, limits: Limits, plain = false): Promise<Client> {
  const client = new Client({
    connectionString: asLibpq(connection, plain),
    connectionTimeoutMillis: limits.connectTimeout,
    application_name: 'tabellion',
    keepAlive: true,
    pipeline: true,
  })
  // A connection that breaks between two statements must not end the process; the next statement tells.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    const optional = /[?&]sslmode=(prefer|allow)\b/.test(connection)
    const refused = error instanceof Error && error.message.includes('does not support SSL')
    if (optional && refused && !plain) return open(connection, limits, true)
    throw error
  }
}

/** pg reads sslmode in a way of its own unless it is told to read it as libpq, and so every other client, does. */
function asLibpq(connection: string, plain: boolean): string {
  if (!/[?&]sslmode=/.test(connection) || /[?&]uselibpqcompat=/.test(connection)) return connection
  const url = new URL(connection)
  if (plain) url.searchParams.set('sslmode', 'disable')
  else if (url.searchParams.get('sslmode') === 'allow') url.searchParams.set('sslmode', 'prefer')
  url.searchParams.set('uselibpqcompat', 'true')
  return url.href
}

/**
 * One snapshot, read only, and texts that do not depend on the role's or the database's settings: an empty
 * search_path qualifies every name, quote_all_identifiers changes what needs quotes, the rest how constants are printed.
 */
const begin = (limits: Limits) => `
begin isolation level repeatable read read only;
set local search_path = '';
set local statement_timeout = ${Math.trunc(limits.statementTimeout)};
set local lock_timeout = ${Math.trunc(limits.lockTimeout)};
set local idle_in_transaction_session_timeout = ${Math.max(Math.trunc(limits.statementTimeout), 10_000)};
set local client_encoding = 'UTF8';
set local quote_all_identifiers = off;
set local standard_conforming_strings = on;
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local timezone = 'UTC';
set local bytea_output = 'hex';
set local extra_float_digits = 1;
set local row_security = on;
set local jit = off;
set local max_parallel_workers_per_gather = 0`

const silent = () => {}
const enter = command('savepoint apart')
const leave = ['rollback to savepoint apart', 'release savepoint apart'].map(command)

/** Runs `work` in the one transaction of a read, which is always rolled back: there is nothing to commit. */
export async function inTransaction<T>(
  client: Connection,
  limits: Limits,
  work: (session: Session) => Promise<T>,
  told?: Told,
): Promise<T> {
  const { each, ended } = sender(client, told)
  await client.query(begin(limits))
  try {
    return await work({
      each,
      rows: async <Row extends readonly Cell[]>(sql: string, name = '') => {
        const asked = kept<Row>(name, sql)
        await each(asked)
        return asked.rows
      },
      run: (sql) => each(command(sql)),
      apart: async (one) => {
        // Left whatever becomes of it: what is sent behind it finds the transaction in order.
        await Promise.all([each(enter, one), each(...leave)])
      },
    })
  } finally {
    await ended()
    await client.query('rollback').catch(silent)
  }
}

/** Sends at once where the connection pipelines; elsewhere each message waits for the answer to the last. */
function sender(client: Connection, told?: Told) {
  let last: Promise<unknown> = Promise.resolve()
  let over = false
  let answered = 0
  const ask = (steps: readonly Step[]) => {
    const asked = performance.now()
    const passed = (name: string) => {
      const now = performance.now()
      told?.(name, now - Math.max(asked, answered))
      answered = now
    }
    return new Promise<void>((resolve, reject) => {
      const done = (failure?: unknown) => (failure === undefined ? resolve() : reject(failure))
      client.query(new Reading(steps, done, told && passed))
    })
  }
  const each = (...steps: readonly Step[]): Promise<void> => {
    if (over) return Promise.reject(new Error('The transaction of this read has ended.'))
    const answer = client.pipeline ? ask(steps) : last.then(() => ask(steps))
    // Whoever asked hears of an error when it waits for the answer, which may be later than the next message.
    last = answer.catch(silent)
    return answer
  }
  const ended = () => {
    over = true
    return last
  }
  return { each, ended }
}

/** Errors that a concurrent change of the schema causes in functions that read the newest catalog. */
export function isConcurrentChange(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return concurrentChanges.has(code)
}

/** Internal "cache lookup failed", lock not available, deadlock, a full lock table, and objects that are no more. */
const concurrentChanges = new Set(['XX000', '53200', '55P03', '40P01', '42704', '42883', '42P01', '42703'])

/** A server this product does not read. */
export function supported(version: number, versionText: string): void {
  if (version >= 140000) return
  throw new CatalogError(
    'version',
    `This server runs PostgreSQL ${versionText}; Tabellion reads 14 and later. Nothing was read.`,
  )
}
