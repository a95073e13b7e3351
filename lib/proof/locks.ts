import type { Client } from 'pg'
import { connected } from '@/lib/clone/with-clone'

/** The strongest lock that a fix took on one relation of the clone, and for how long. */
export interface LockHeld {
  /** Qualified and quoted; an index by its own name. */
  readonly relation: string
  /** As `pg_locks.mode` without its `Lock`, for example `AccessExclusive`. */
  readonly mode: string
  /** Milliseconds, from the start of the statement that took it to the end of its transaction. */
  readonly heldMs: number
}

/** Weakest first. */
const modes = [
  'AccessShare',
  'RowShare',
  'RowExclusive',
  'ShareUpdateExclusive',
  'Share',
  'ShareRowExclusive',
  'Exclusive',
  'AccessExclusive',
]

/** Milliseconds that a statement is kept waiting to be looked at. */
const longestWait = 500

interface Seen {
  mode: string
  from: number
  until: number | null
}

/** Locks of one session on relations that were there before: what else would wait for. */
export class LockWatch {
  readonly #seen = new Map<string, Seen>()

  private constructor(
    readonly pid: number,
    readonly observer: Client,
    readonly known: ReadonlyMap<string, string>,
    /** Few enough to be held at once. */
    readonly tables: readonly string[],
  ) {}

  static async begin(client: Client, url: string): Promise<LockWatch> {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    const observer = await connected(url)
    await observer.query(`set search_path = ''`)
    const relations = await observer.query<{ oid: string; name: string; stored: boolean }>(
      `select c.oid::text as oid, c.oid::regclass::text as name, c.relkind in ('r', 'p') as stored
         from pg_class c
         join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'`,
    )
    return new LockWatch(
      rows[0]?.pid ?? 0,
      observer,
      new Map(relations.rows.map(({ oid, name }) => [oid, name])),
      relations.rows
        .filter(({ stored }) => stored)
        .map(({ name }) => name)
        .slice(0, 2_000),
    )
  }

  /** In the transaction, after a statement that began at `from`. */
  async look(from: number): Promise<void> {
    const { rows } = await this.observer.query<{ relation: string; mode: string }>(
      `select relation::text, mode from pg_locks
        where pid = $1 and locktype = 'relation' and granted
          and database = (select oid from pg_database where datname = current_database())`,
      [this.pid],
    )
    for (const { relation, mode } of rows) {
      const name = this.known.get(relation)
      if (name === undefined) continue
      const strength = mode.replace(/Lock$/, '')
      const seen = this.#seen.get(name)
      if (!seen || modes.indexOf(strength) > modes.indexOf(seen.mode))
        this.#seen.set(name, { mode: strength, from, until: null })
    }
  }

  /** The transaction has ended. */
  released(): void {
    const now = performance.now()
    for (const seen of this.#seen.values()) seen.until ??= now
  }

  /**
   * Runs a statement that has transactions of its own. On empty tables it would be over before anyone could look, so
   * somebody pretends to be writing: the statement waits for that, is seen, and goes on. The wait is not counted.
   */
  async during(start: () => Promise<void>): Promise<void> {
    await this.observer.query('begin')
    if (this.tables.length > 0)
      await this.observer.query(`lock table ${this.tables.join(', ')} in row exclusive mode`)
    const from = performance.now()
    const state = { done: false }
    const ended = start().finally(() => (state.done = true))
    // The caller hears of a failure below, not the process.
    ended.catch(() => undefined)
    const before = this.#seen.size
    while (!state.done && this.#seen.size === before && performance.now() - from < longestWait)
      await this.look(from)
    await this.observer.query('commit')
    const released = performance.now()
    while (!state.done) await this.look(from)
    for (const seen of this.#seen.values()) if (seen.until === null) seen.from = released
    this.released()
    await ended
  }

  held(): LockHeld[] {
    return [...this.#seen]
      .map(([relation, { mode, from, until }]) => ({
        relation,
        mode,
        heldMs: Math.round(((until ?? performance.now()) - from) * 10) / 10,
      }))
      .filter(({ mode }) => mode !== 'AccessShare')
      .sort((a, b) => modes.indexOf(b.mode) - modes.indexOf(a.mode) || (a.relation < b.relation ? -1 : 1))
  }

  async end(): Promise<void> {
    await this.observer.end().catch(() => undefined)
  }
}
