import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import type { IsolationCommand } from '../../types'
import type { Arena, Attempt } from './arena'
import type { Row } from './effects'
import { crossingsOf, named, ownerOf, type Booking, type Crossing, type Move } from './booking'
import type { Identity } from '../session/identity'
import type { Domains } from '../schema/domain'
import type { Rights } from '../session/reach'
import { isHidden, tenancyOf, treeOf, type Scope } from '../schema/scope'
import { scene } from './stage'
import { canaries } from '../schema/values'

export interface Statement {
  readonly sql: string
  /** What it is booked as where it hits its target; `null`: as what it did. */
  readonly command: IsolationCommand | null
  /** Tables to look at beyond what the server counts. */
  readonly look?: readonly string[]
  /** Worth trying although its own command has crossed already: it may reach other tables. */
  readonly further?: boolean
}

/** A condition failed for what a row holds: no value, no cast, a name that nothing has. */
const failsOnARow = /^(21|22|42704)/

/** One principal's session on the clone, with what it was led to before. */
export class Raid {
  constructor(
    readonly arena: Arena,
    readonly domains: Domains,
    readonly rights: Pick<Rights, 'of' | 'routinesOf'>,
    readonly booking: Booking,
    readonly identity: Identity,
    /** What this session did before, and left standing. */
    readonly before: readonly Move[] = [],
  ) {}

  get scope(): Scope {
    return this.arena.scope
  }

  get name(): string {
    return this.identity.principal.name
  }

  private get continued(): boolean {
    return this.before.length > 0
  }

  /** The same principal as another session. */
  as = (identity: Identity): Raid => new Raid(this.arena, this.domains, this.rights, this.booking, identity)

  /** The same session after one more move that stands. */
  after = (move: Move, role = this.identity.role, rights = this.rights): Raid => {
    const as = role === this.identity.role ? this.identity : { ...this.identity, role, taken: role }
    return new Raid(this.arena, this.domains, rights, this.booking, as, [...this.before, move])
  }

  /** Runs statements as this session; what they do is undone. */
  async try(statements: readonly string[], look?: readonly string[]): Promise<Attempt> {
    return this.arena.attack(this.identity, statements, {
      continued: this.continued,
      ...(look ? { look } : {}),
    })
  }

  book(sql: string, crossings: readonly Crossing[]): void {
    for (const crossing of crossings) {
      const { relation, command, channel, effect } = crossing
      const story = { ...crossing, moves: [...this.before, { as: this.identity, sql, effect }] }
      const isNew = this.arena.isArranged() && !this.booking.has(relation, this.name, command, channel)
      this.booking.add(this.name, isNew ? { ...story, standing: scene(this.arena, story) } : story)
    }
  }

  /** Reads all it may of a relation and compares with what is its own. True when it crossed. */
  async read(relation: Relation): Promise<boolean> {
    const { select } = await this.rights.of(this.identity.role, relation.id)
    if (select.length === 0) return false
    const all = select.length === relation.columns.length
    const sql = `select ${all ? '*' : select.map(ident).join(', ')} from ${relation.id}`
    const texts = select.map((name) => `${ident(name)}::text`).join(', ')
    const asked = (where: string) => `select array[${texts}]::text[] as v from ${relation.id}${where}`
    this.booking.count(relation.id, this.name, 'SELECT')
    const attempt = await this.try([asked('')])
    if (attempt.refused) {
      this.overheard(relation.id, 'SELECT', sql, attempt)
      return failsOnARow.test(attempt.refused.code) ? this.readOneByOne(relation, select, asked) : false
    }
    const rows = attempt.rows.map(({ v }) => v as (string | null)[])
    if (this.identity.principal.tenants.length === 0 || rows.some((row) => this.isOwn(relation, select, row)))
      this.booking.live(relation.id, this.name, 'SELECT')
    return this.judge(relation, select, rows, sql)
  }

  /** A condition that fails on one row must not hide that others are let through. */
  private async readOneByOne(
    relation: Relation,
    select: readonly string[],
    asked: (where: string) => string,
  ): Promise<boolean> {
    const key = this.scope.tables.get(relation.id)?.key ?? []
    if (key.length === 0 || key.some((name) => !select.includes(name))) return false
    const columns = relation.columns.map(({ name }) => name)
    for (const row of this.rowsOf(relation)) {
      if (!isHidden(row.tenant, this.identity.principal, this.scope.setup)) continue
      const where = ` where ${key.map((name) => `${ident(name)} = ${literal(row.values[columns.indexOf(name)] ?? '')}`).join(' and ')}`
      const attempt = await this.try([asked(where)])
      const rows = attempt.rows.map(({ v }) => v as (string | null)[])
      if (
        this.judge(
          relation,
          select,
          rows,
          `select ${select.map(ident).join(', ')} from ${relation.id}${where}`,
        )
      )
        return true
    }
    return false
  }

  /** Rows of a table with all that stands below it, in the order of its own columns. */
  rowsOf(relation: Relation): Row[] {
    return [...treeOf(this.scope, relation.id)].flatMap((id) => {
      const table = this.scope.tables.get(id)
      if (!table) return []
      const places = relation.columns.map(({ name }) =>
        table.relation.columns.findIndex((each) => each.name === name),
      )
      return [...this.arena.rowsOf(id).values()].map(({ values, tenant }) => ({
        values: places.map((at) => values[at] ?? null),
        tenant,
      }))
    })
  }

  private judge(
    relation: Relation,
    select: readonly string[],
    rows: readonly (readonly (string | null)[])[],
    sql: string,
  ): boolean {
    const { principal } = this.identity
    const found =
      relation.kind === 'view' || relation.kind === 'matview'
        ? this.foreignOfView(relation, select, rows)
        : this.foreignOfTable(relation, select, rows)
    if (!found) return false
    this.book(sql, [
      {
        relation: relation.id,
        command: 'SELECT',
        channel: 'row',
        row: found.row,
        tenant: found.tenant,
        table: relation.kind === 'view' || relation.kind === 'matview' ? null : relation.id,
        effect: {
          en: `reads a row of ${ownerOf(found.tenant).en}, not of ${principal.tenants.join(', ') || 'any'}`,
          pt: `lê uma linha ${ownerOf(found.tenant).pt}, e não de ${principal.tenants.join(', ') || 'nenhum'}`,
        },
      },
    ])
    return true
  }

  private foreignOfView(
    relation: Relation,
    select: readonly string[],
    rows: readonly (readonly (string | null)[])[],
  ) {
    const tenancy = tenancyOf(relation.id, this.scope.setup)
    if (tenancy?.kind !== 'column' || !select.includes(tenancy.column)) return null
    const at = select.indexOf(tenancy.column)
    const row = rows.find((each) => isHidden(each[at] ?? null, this.identity.principal, this.scope.setup))
    return (
      row && {
        row: Object.fromEntries(select.map((name, n) => [name, row[n] ?? null])),
        tenant: row[at] ?? null,
      }
    )
  }

  /** More rows of this look came back than there are of its own. */
  private foreignOfTable(
    relation: Relation,
    select: readonly string[],
    rows: readonly (readonly (string | null)[])[],
  ) {
    const places = select.map((name) => relation.columns.findIndex((each) => each.name === name))
    const looks = (values: readonly (string | null)[]) => JSON.stringify(values)
    const own = new Map<string, number>()
    const foreign = new Map<string, Row>()
    for (const row of this.rowsOf(relation)) {
      const look = looks(places.map((at) => row.values[at] ?? null))
      if (isHidden(row.tenant, this.identity.principal, this.scope.setup)) foreign.set(look, row)
      else own.set(look, (own.get(look) ?? 0) + 1)
    }
    const seen = new Map<string, number>()
    for (const row of rows) {
      const look = looks(row)
      const times = (seen.get(look) ?? 0) + 1
      seen.set(look, times)
      const reached = foreign.get(look)
      if (reached && times > (own.get(look) ?? 0))
        return { row: named(relation.columns, reached), tenant: reached.tenant }
    }
    return null
  }

  private isOwn(relation: Relation, select: readonly string[], row: readonly (string | null)[]): boolean {
    const tenancy = tenancyOf(relation.id, this.scope.setup)
    if (tenancy?.kind !== 'column' || !select.includes(tenancy.column)) return true
    return this.identity.principal.tenants.includes(row[select.indexOf(tenancy.column)] ?? '')
  }

  /** Runs a statement on a relation and books what it crosses. */
  async write(target: string, statement: Statement): Promise<Attempt | null> {
    const { command, sql } = statement
    if (command && !statement.further && this.booking.has(target, this.name, command)) return null
    if (command) this.booking.count(target, this.name, command)
    const attempt = await this.try([sql], statement.look)
    if (attempt.refused) this.overheard(target, command ?? 'UPDATE', sql, attempt)
    else if (command && attempt.count > 0) this.booking.live(target, this.name, command)
    this.book(sql, crossingsOf(this.scope, this.identity, target, command, attempt.effects))
    return attempt
  }

  /** An error that quotes a value of a foreign row, which the statement did not hold. */
  overheard(target: string, command: IsolationCommand, sql: string, { refused }: Attempt): void {
    const heard = refused?.text.match(canaries)?.find((each) => !sql.includes(each))
    if (heard === undefined) return
    const owner = this.ownerOf(heard)
    if (!owner) return
    const columns = this.scope.tables.get(owner.table)?.relation.columns ?? []
    for (const each of new Set([command, 'SELECT' as const]))
      this.book(sql, [
        {
          relation: target,
          command: each,
          channel: 'covert',
          row: named(columns, owner.row),
          tenant: owner.row.tenant,
          table: owner.table,
          effect: {
            en: `is refused with an error text that quotes a value of ${ownerOf(owner.row.tenant).en}: ${refused?.text ?? ''}`,
            pt: `é recusada com um erro que cita um valor ${ownerOf(owner.row.tenant).pt}: ${refused?.text ?? ''}`,
          },
        },
      ])
  }

  /**
   * The hidden row that holds a text, and its table; none where a row that is not hidden or a statement of this session says
   * it as well: that tells nothing of others.
   */
  ownerOf(text: string): { table: string; row: Row } | null {
    if (this.before.some(({ sql }) => sql.includes(text))) return null
    let found: { table: string; row: Row } | null = null
    for (const [id, table] of this.scope.tables) {
      if (table.tenancy === null) continue
      for (const row of this.arena.rowsOf(id).values()) {
        if (!row.values.some((value) => value?.includes(text))) continue
        if (!isHidden(row.tenant, this.identity.principal, this.scope.setup)) return null
        found ??= { table: id, row }
      }
    }
    return found
  }
}
