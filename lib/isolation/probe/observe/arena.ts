import type { Client } from 'pg'
import { differences, rowsSql, type Effect, type Row, type Rows } from './effects'
import { enter, leave, type Identity } from '../session/identity'
import { cancelled, Endless, limited } from '../session/limited'
import { limiting } from '../session/limits'
import { refreshedAgain } from '../schema/refreshes'
import type { Scope, Table } from '../schema/scope'

/** Where it stands who may do what: a call may change that too. */
const definitions = `select 'pg_catalog.' || relname as id, oid::text as oid from pg_catalog.pg_class
  where relnamespace = 'pg_catalog'::pg_catalog.regnamespace and relname in ('pg_class', 'pg_trigger', 'pg_policy', 'pg_auth_members', 'pg_rewrite')`

/** Did it change what may be done, beside rows? */
export const redefines = ({ touched }: Attempt) => touched.some((id) => id.startsWith('pg_catalog.'))

/** The server's own counters of this transaction, prepared once. */
const counted = 'execute tabellion_counted'
const asWhom = 'select current_user as role'
/** Results that stand behind those of the statements, their last one, the constraints and the role left out. */
const asMany = leave.length + 1

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
  /** The role it had in the end. */
  readonly role?: string
}

interface Layer {
  readonly savepoint: string
  readonly base: Map<string, Rows>
  readonly arranged: boolean
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
  /** By the table's oid what the server counted when it was asked last, and all of that as one text. */
  private readonly counters = new Map<string, string>()
  private counts = ''
  private readonly endless = new Endless()
  /** What undoes the attempt before, or keeps it: goes with the next batch. */
  private due: string[] = []
  attempts = 0
  /** Numbers for values that no row has yet. */
  serial = 50_000

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
    await client.query(['begin', ...limiting(scope.snapshot)].join(';\n'))
    const { rows } = await client.query<{ id: string; oid: string }>(
      'select id, id::pg_catalog.regclass::pg_catalog.oid::text as oid from pg_catalog.unnest($1::text[]) as id',
      [[...scope.tables.keys()]],
    )
    for (const { id, oid } of rows) arena.oids.set(oid, id)
    for (const { id, oid } of (await client.query<{ id: string; oid: string }>(definitions)).rows)
      arena.oids.set(oid, id)
    await client.query(arena.counting())
    await client.query('savepoint attack_0')
    const base = new Map(known ?? (await arena.read([...scope.tables.keys()])))
    arena.layers.push({ savepoint: 'attack_0', base, arranged: false })
    return arena
  }

  /** All rows as they stood when it began. */
  get first(): ReadonlyMap<string, Rows> {
    return this.layers[0]?.base ?? new Map()
  }

  /** Other rows stand there than in the beginning, which no session wrote. */
  isArranged = () => this.layers.some(({ arranged }) => arranged)

  isUntouched = () => this.layers.length === 1

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
    this.undo()
    return attempt
  }

  private undo() {
    this.due = [`rollback to savepoint ${this.layer.savepoint}`]
  }

  /** Sends what is due before something, and answers with the results of that alone. */
  private async send(statements: readonly string[]): Promise<Answer[]> {
    const due = this.due
    this.due = []
    const results = (await this.client.query([...due, ...statements].join(';\n'))) as unknown as
      Answer | Answer[]
    return [results].flat().slice(due.length)
  }

  /** The same, but what it did stays for what comes until `back`; what is not worth looking at further is undone at once. */
  async stay(
    as: Identity,
    statements: readonly string[],
    options: AttackOptions & { readonly worth?: (attempt: Attempt) => boolean } = {},
  ): Promise<Attempt> {
    const attempt = await this.run(as, statements, options)
    if (attempt.refused || options.worth?.(attempt) === false) {
      this.undo()
      this.layers.push({ savepoint: this.layer.savepoint, base: new Map(), arranged: false })
      return attempt
    }
    await this.keep([], attempt.touched)
    return attempt
  }

  private async keep(statements: readonly string[], changed: readonly string[], arranged = false) {
    const savepoint = `attack_${this.layers.length}`
    await this.send([...statements, `savepoint ${savepoint}`])
    this.layers.push({ savepoint, base: new Map(await this.read(changed)), arranged })
  }

  async back(): Promise<void> {
    this.layers.pop()
    this.undo()
  }

  /** Statements of the superuser that stay until `back`, in materialized views too; the rows of the tables named are read again. */
  async arrange(
    statements: readonly string[],
    changed: readonly string[],
    refreshed: readonly string[] = refreshedAgain(this.scope),
  ): Promise<void> {
    await this.keep([...statements, ...refreshed], changed, true).catch((error: unknown) => {
      this.undo()
      throw error
    })
  }

  /** A question of the superuser, on the rows as they are. */
  async ask<R>(sql: string, values?: readonly unknown[]): Promise<R[]> {
    if (this.due.length > 0) await this.send([])
    const { rows } = await this.client.query(sql, values ? [...values] : undefined)
    return rows as R[]
  }

  /** A question of the superuser that may fail, and is undone. */
  async tryAsk<R>(sql: string): Promise<R[]> {
    try {
      const [answer] = await this.send([sql])
      return (answer?.rows ?? []) as R[]
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error
      return []
    } finally {
      this.undo()
    }
  }

  private async run(as: Identity, statements: readonly string[], options: AttackOptions): Promise<Attempt> {
    this.signal?.throwIfAborted()
    this.attempts++
    const asked = statements.join(';\n')
    if (this.endless.isKnown(asked)) return refusal(cancelled, 'not called again: it did not end')
    const before = enter(as, !options.continued)
    let results: Answer[]
    try {
      results = await limited(this.client, () =>
        this.send([...before, ...statements, 'set constraints all immediate', asWhom, ...leave, counted]),
      )
    } catch (error) {
      const { code, message, detail, hint } = error as Record<string, string | undefined>
      if (code === undefined || /^(57P|08)/.test(code)) throw error
      this.undo()
      this.endless.note(asked, code)
      return refusal(code, [message, detail, hint].filter(Boolean).join(' '))
    }
    const [last, , whom] = results.slice(-3 - asMany)
    const role = String(whom?.rows[0]?.['role'] ?? as.role)
    const counts = String(results.at(-1)?.rows[0]?.['counts'] ?? '')
    const { touched, effects } = await this.effects(counts, options.look ?? [])
    return { refused: null, rows: last?.rows ?? [], count: last?.rowCount ?? 0, touched, effects, role }
  }

  /** One text of all tables that were written to, which mostly is the one before. */
  private counting(): string {
    const list = [...this.oids.keys()].join(',')
    return `prepare tabellion_counted as select pg_catalog.string_agg(o || ' ' || i || ' ' || u || ' ' || d, ',') as counts
      from (select o::text, pg_catalog.pg_stat_get_xact_tuples_inserted(o) as i, pg_catalog.pg_stat_get_xact_tuples_updated(o) as u,
                   pg_catalog.pg_stat_get_xact_tuples_deleted(o) as d
              from pg_catalog.unnest('{${list}}'::pg_catalog.oid[]) as o offset 0) as written where i + u + d > 0`
  }

  /** Tables whose counts have changed, and whether some of their rows were updated. */
  private changed(counts: string): [id: string, updated: boolean][] {
    if (counts === this.counts) return []
    this.counts = counts
    return counts.split(',').flatMap((each) => {
      const [oid = '', ...n] = each.split(' ')
      const text = n.join(' ')
      const before = this.counters.get(oid)
      const id = this.oids.get(oid)
      if (text === before || id === undefined) return []
      this.counters.set(oid, text)
      return [[id, n[1] !== (before?.split(' ')[1] ?? '0')]]
    })
  }

  private async effects(counts: string, look: readonly string[]) {
    const touched = new Map([...look.map((id) => [id, false] as const), ...this.changed(counts)])
    const now = await this.read(
      [...touched.keys()].filter((id) => (this.scope.tables.get(id)?.tenancy ?? null) !== null),
    )
    const effects = now.flatMap(([id, after]) => {
      const table = this.scope.tables.get(id)
      return table ? differences(table, this.rowsOf(id), after, touched.get(id) ?? false) : []
    })
    return { touched: [...touched.keys()], effects }
  }

  private async read(tables: readonly string[]): Promise<[string, Rows][]> {
    const asked = tables.flatMap((id) => this.scope.tables.get(id) ?? [])
    const found = new Map<string, Map<string, Row>>(tables.map((id) => [id, new Map()]))
    for (let at = 0; at < asked.length; at += 40) {
      const part = asked.slice(at, at + 40)
      for (const { rows } of await this.send(part.map((table) => this.prepared(table))))
        for (const { id, k, v, t } of rows as unknown as Standing[])
          found.get(id)?.set(k, { values: v, tenant: t })
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

const refusal = (code: string, text: string): Attempt => ({
  refused: { code, text },
  rows: [],
  count: 0,
  touched: [],
  effects: [],
})

interface Answer {
  readonly rows: Record<string, unknown>[]
  readonly rowCount: number | null
}

type Standing = { id: string; k: string; v: (string | null)[]; t: string | null }
