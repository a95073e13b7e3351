import type { Client } from 'pg'
import { ident, literal } from '@/lib/clone/spelling'
import { enter, leave, type Identity } from './identity'
import { tenantSql, type Scope, type Table } from './scope'

/** The server's own counters of this transaction, prepared once. */
const counted = 'execute tabellion_counted'

/** A row as the superuser sees it: the texts of its columns in order. */
export interface Row {
  readonly values: readonly (string | null)[]
  readonly tenant: string | null
}

export interface Effect {
  readonly table: Table
  readonly kind: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly before: Row | null
  readonly after: Row | null
}

export interface Refusal {
  readonly code: string
  /** Message, detail and hint together. */
  readonly text: string
}

/** What one statement did, before it was undone. */
export interface Attempt {
  readonly refused: Refusal | null
  readonly rows: readonly Record<string, unknown>[]
  /** Rows the command tag counts; those of the last statement. */
  readonly count: number
  /** Tables whose rows it made, changed or removed, as far as the server counted. */
  readonly touched: readonly string[]
  /** What became of rows of tables with tenants. */
  readonly effects: readonly Effect[]
}

export type Rows = ReadonlyMap<string, Row>

interface Layer {
  readonly savepoint: string
  readonly base: Map<string, Rows>
}

export interface AttackOptions {
  /** The session goes on as the step before left it: settings are not set again. */
  readonly continued?: boolean
  /** Look at these tables whatever the server counted: TRUNCATE resets its counters. */
  readonly look?: readonly string[]
}

/**
 * One transaction of a superuser on the clone in which statements are run as somebody else, each undone before the next.
 * What a statement touched is known from the server's own counters; those tables are compared row by row.
 */
export class Arena {
  private readonly layers: Layer[] = []
  private readonly oids = new Map<string, string>()
  private readonly readers = new Map<string, string>()
  private counters = new Map<string, readonly number[]>()
  /** What was attempted last is still to be undone; that goes with the next batch. */
  private dirty = false
  attempts = 0

  private constructor(
    private readonly client: Client,
    readonly scope: Scope,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Begins the transaction on a fresh connection that the caller ends. `known` is what another arena read of the same
   * rows, to be read once.
   */
  static async begin(
    client: Client,
    scope: Scope,
    signal?: AbortSignal,
    known?: ReadonlyMap<string, Rows>,
  ): Promise<Arena> {
    const arena = new Arena(client, scope, signal)
    await client.query(
      `begin; set local statement_timeout = '2s'; set local lock_timeout = '500ms';
       set local client_min_messages = error`,
    )
    const { rows } = await client.query<{ id: string; oid: string }>(
      'select id, id::pg_catalog.regclass::pg_catalog.oid::text as oid from pg_catalog.unnest($1::text[]) as id',
      [[...scope.tables.keys()]],
    )
    for (const { id, oid } of rows) arena.oids.set(oid, id)
    await client.query(arena.counting())
    await client.query('savepoint attack_0')
    const base = new Map(known ?? (await arena.read([...scope.tables.keys()])))
    arena.layers.push({ savepoint: 'attack_0', base })
    return arena
  }

  /** All rows as they stood when it began. */
  get first(): ReadonlyMap<string, Rows> {
    return this.layers[0]?.base ?? new Map()
  }

  private get layer(): Layer {
    const top = this.layers.at(-1)
    if (!top) throw new Error('The arena is closed.')
    return top
  }

  /** Rows of a table before the next attack. */
  rowsOf(table: string): Rows {
    return this.layers.findLast(({ base }) => base.has(table))?.base.get(table) ?? new Map()
  }

  /** Runs statements as the identity, tells what they did, and undoes it. */
  async attack(as: Identity, statements: readonly string[], options: AttackOptions = {}): Promise<Attempt> {
    const attempt = await this.run(as, statements, options)
    this.dirty = true
    return attempt
  }

  private async clean(): Promise<void> {
    if (this.dirty) await this.client.query(`rollback to savepoint ${this.layer.savepoint}`)
    this.dirty = false
  }

  /** The same, but what it did stays for what comes until `back`. */
  async stay(as: Identity, statements: readonly string[], options: AttackOptions = {}): Promise<Attempt> {
    const attempt = await this.run(as, statements, options)
    const savepoint = `attack_${this.layers.length}`
    const undone = this.dirty ? `rollback to savepoint ${this.layer.savepoint};\n` : ''
    this.dirty = false
    await this.client.query(`${undone}savepoint ${savepoint}`)
    this.layers.push({ savepoint, base: new Map(await this.read(attempt.touched)) })
    return attempt
  }

  async back(): Promise<void> {
    this.layers.pop()
    this.dirty = true
  }

  /** Statements of the superuser that stay until `back`; the rows of the tables named are read again. */
  async arrange(statements: readonly string[], changed: readonly string[]): Promise<void> {
    const savepoint = `attack_${this.layers.length}`
    await this.clean()
    try {
      await this.client.query([...statements, `savepoint ${savepoint}`].join(';\n'))
    } catch (error) {
      this.dirty = true
      throw error
    }
    this.layers.push({ savepoint, base: new Map(await this.read(changed)) })
  }

  /** A question of the superuser, on the rows as they are. */
  async ask<R>(sql: string, values?: readonly unknown[]): Promise<R[]> {
    await this.clean()
    const { rows } = await this.client.query(sql, values ? [...values] : undefined)
    return rows as R[]
  }

  private async run(as: Identity, statements: readonly string[], options: AttackOptions): Promise<Attempt> {
    this.signal?.throwIfAborted()
    this.attempts++
    const prefix = [
      ...(this.dirty ? [`rollback to savepoint ${this.layer.savepoint}`] : []),
      ...enter(as, !options.continued),
    ]
    this.dirty = false
    const batch = [...prefix, ...statements, 'set constraints all immediate', ...leave, counted]
    let results: { rows: Record<string, unknown>[]; rowCount: number | null }[]
    try {
      results = (await this.client.query(batch.join(';\n'))) as unknown as typeof results
    } catch (error) {
      const { code, message, detail, hint } = error as Record<string, string | undefined>
      if (code === undefined || /^(57P|08)/.test(code)) throw error
      this.dirty = true
      return {
        refused: { code, text: [message, detail, hint].filter(Boolean).join(' ') },
        rows: [],
        count: 0,
        touched: [],
        effects: [],
      }
    }
    const last = results[prefix.length + statements.length - 1]
    const counts = results.at(-1)?.rows as { oid: string; n: number[] }[]
    const { touched, effects } = await this.effects(counts, options.look ?? [])
    return { refused: null, rows: last?.rows ?? [], count: last?.rowCount ?? 0, touched, effects }
  }

  private counting(): string {
    const list = [...this.oids.keys()].join(',')
    return `prepare tabellion_counted as select o::text as oid, array[pg_catalog.pg_stat_get_xact_tuples_inserted(o), pg_catalog.pg_stat_get_xact_tuples_updated(o),
      pg_catalog.pg_stat_get_xact_tuples_deleted(o)]::int[] as n from pg_catalog.unnest('{${list}}'::pg_catalog.oid[]) as o
      where pg_catalog.pg_stat_get_xact_tuples_inserted(o) + pg_catalog.pg_stat_get_xact_tuples_updated(o) + pg_catalog.pg_stat_get_xact_tuples_deleted(o) > 0`
  }

  private async effects(counts: { oid: string; n: number[] }[], look: readonly string[]) {
    const touched = new Map<string, boolean>(look.map((id) => [id, false]))
    for (const { oid, n } of counts) {
      const before = this.counters.get(oid) ?? [0, 0, 0]
      this.counters.set(oid, n)
      const id = this.oids.get(oid)
      if (id === undefined || n.every((value, at) => value === before[at])) continue
      touched.set(id, (n[1] ?? 0) > (before[1] ?? 0))
    }
    const now = await this.read(
      [...touched.keys()].filter((id) => (this.scope.tables.get(id)?.tenancy ?? null) !== null),
    )
    const effects = now.flatMap(([id, after]) => {
      const table = this.scope.tables.get(id)
      return table ? compare(table, this.rowsOf(id), after, touched.get(id) ?? false) : []
    })
    return { touched: [...touched.keys()], effects }
  }

  private async read(tables: readonly string[]): Promise<[string, Rows][]> {
    const asked = tables.flatMap((id) => this.scope.tables.get(id) ?? [])
    const found = new Map<string, Map<string, Row>>(tables.map((id) => [id, new Map()]))
    for (let at = 0; at < asked.length; at += 40) {
      const part = asked.slice(at, at + 40)
      const results = (await this.client.query(
        part.map((table) => this.prepared(table)).join(';\n'),
      )) as unknown as Answer | Answer[]
      for (const { rows } of [results].flat())
        for (const { id, k, v, t } of rows) found.get(id)?.set(k, { values: v, tenant: t })
    }
    return [...found]
  }

  /** Executes what reads a table; planned when it is read for the first time. */
  private prepared(table: Table): string {
    const known = this.readers.get(table.relation.id)
    const name = known ?? `tabellion_rows_${this.readers.size}`
    this.readers.set(table.relation.id, name)
    return known ? `execute ${name}` : `prepare ${name} as ${rowsSql(table, this.scope)};\nexecute ${name}`
  }
}

interface Answer {
  readonly rows: readonly { id: string; k: string; v: (string | null)[]; t: string | null }[]
}

function rowsSql(table: Table, scope: Scope): string {
  const { id, columns } = table.relation
  const values = columns.map(({ name }) => `t.${ident(name)}::text`).join(', ')
  const key =
    table.key.length > 0
      ? `pg_catalog.concat_ws('/', ${table.key.map((name) => `t.${ident(name)}::text`).join(', ')})`
      : 't.ctid::text'
  return `select ${literal(id)} as id, ${key} as k, array[${values}]::text[] as v, ${tenantSql(table.tenancy, scope.setup, 't')} as t from only ${id} t`
}

/** What differs between two states of a table. A row without a key that was updated is one that went and one that came. */
function compare(table: Table, before: Rows, after: Rows, updated: boolean): Effect[] {
  const found: Effect[] = []
  const gone: Row[] = []
  const come: Row[] = []
  for (const [key, was] of before) {
    const is = after.get(key)
    if (!is) gone.push(was)
    else if (was.values.some((value, at) => value !== is.values[at]) || was.tenant !== is.tenant)
      found.push({ table, kind: 'UPDATE', before: was, after: is })
  }
  for (const [key, is] of after) if (!before.has(key)) come.push(is)
  const moved = updated ? Math.min(gone.length, come.length) : 0
  for (let at = 0; at < moved; at++)
    found.push({ table, kind: 'UPDATE', before: gone[at] ?? null, after: come[at] ?? null })
  for (const row of gone.slice(moved)) found.push({ table, kind: 'DELETE', before: row, after: null })
  for (const row of come.slice(moved)) found.push({ table, kind: 'INSERT', before: null, after: row })
  return found
}
