import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types'
import { ident, idents, literal } from '@/lib/clone/spelling'
import type { TableContent } from '../types'
import type { Domains } from './domain'
import type { Lawful } from './lawful'
import { foreignKeys, inOrder, plansOf, type Draft, type Placed, type Plan } from './plan-rows'

export interface Seeded {
  readonly rows: ReadonlyMap<string, readonly Placed[]>
  /** Tables that took no row. */
  readonly empty: readonly string[]
}

interface ServerError {
  readonly code?: string
  readonly constraint?: string
  readonly column?: string
  readonly dataType?: string
}

const isPlaced = (done: Placed | ServerError): done is Placed => done instanceof Map

/**
 * Fills the clone with rows of every tenant that keep every constraint, as a superuser whose session fires no triggers.
 * What a constraint refuses is mended by that constraint's name and learned for the rows that follow.
 */
export class Seeder {
  private readonly placed = new Map<string, Placed[]>()
  private readonly learned = new Map<string, Draft>()
  private serial = 100
  private random = 7

  constructor(
    private readonly client: Client,
    private readonly domains: Domains,
    private readonly content: readonly TableContent[],
    private readonly lawful: Lawful,
    private readonly signal?: AbortSignal,
  ) {}

  async run(): Promise<Seeded> {
    await this.client.query(
      `set session_replication_role = replica; set synchronous_commit = off; set statement_timeout = '5s'`,
    )
    const roots = this.domains.scope.snapshot.relations.filter(
      ({ kind, isPartition, extension, persistence }) =>
        (kind === 'partitioned' || kind === 'table') &&
        !isPartition &&
        extension === null &&
        persistence !== 'temporary',
    )
    const budget = roots.length <= 60 ? 36 : roots.length <= 300 ? 10 : 4
    for (const relation of inOrder(roots)) await this.fill(relation, budget)
    await this.dropOrphans(roots)
    return {
      rows: this.placed,
      empty: roots.map(({ id }) => id).filter((id) => this.placed.get(id)?.length === 0),
    }
  }

  private async fill(relation: Relation, budget: number) {
    const rows: Placed[] = []
    this.placed.set(relation.id, rows)
    const known = this.content.find((each) => each.relation === relation.id)
    if (known) {
      for (const row of known.rows) {
        const done = await this.insert(relation, new Map(Object.entries(row)))
        if (isPlaced(done)) rows.push(done)
      }
      return
    }
    for (const plan of plansOf(relation, this.domains, budget, (id) => this.placed.get(id) ?? [])) {
      this.signal?.throwIfAborted()
      const draft = this.draft(relation, plan)
      if (!draft || !this.lawful.allows(relation, draft)) continue
      const row = await this.place(relation, plan, draft)
      if (row) rows.push(row)
    }
  }

  /** A first version of the row; null where a parent that it needs has no row of this tenant. */
  private draft(relation: Relation, plan: Plan): Draft | null {
    const n = this.serial++
    const draft: Draft = new Map()
    for (const column of relation.columns) {
      const value = this.domains.isTenant(relation, column.name)
        ? plan.tenant
        : this.isUnique(relation, column.name) &&
            !column.identity &&
            !column.generated &&
            column.default === null
          ? this.domains.fresh(column, n)
          : this.domains.plain(relation, column, n)
      if (value !== undefined) draft.set(column.name, value)
    }
    for (const [column, value] of plan.special) draft.set(column, value)
    const fixed = new Set([
      ...plan.special.keys(),
      ...relation.columns.map(({ name }) => name).filter((name) => this.domains.isTenant(relation, name)),
    ])
    for (const { columns, references } of foreignKeys(relation)) {
      const fits = (this.placed.get(references.relation) ?? []).filter((row) =>
        columns.every(
          (column, at) => !fixed.has(column) || draft.get(column) === row.get(references.columns[at] ?? ''),
        ),
      )
      const alike = fits.filter((row) => this.tenantOf(references.relation, row) === plan.tenant)
      const parent = (alike.length > 0 ? alike : fits)[
        n % Math.max(1, (alike.length > 0 ? alike : fits).length)
      ]
      const loose = columns.filter((column) => !fixed.has(column))
      if (parent)
        columns.forEach((column, at) => draft.set(column, parent.get(references.columns[at] ?? '') ?? null))
      else if (loose.length > 0) {
        const open = relation.columns.filter(({ name, notNull }) => loose.includes(name) && !notNull)
        if (open.length === 0 && references.relation !== relation.id) return null
        for (const { name } of open) draft.set(name, null)
      }
      for (const column of columns) fixed.add(column)
    }
    return draft
  }

  private tenantOf(relation: string, row: Placed): string | null | undefined {
    const about = this.domains.scope.relations.get(relation)
    const column = about?.columns.find(({ name }) => this.domains.isTenant(about, name))
    return column && row.get(column.name)
  }

  private isUnique = (relation: Relation, column: string) =>
    relation.indexes.some(
      ({ unique, exclusion, keys }) =>
        (unique || exclusion) &&
        keys.some((key) => key.column === column || key.expression?.includes(column)),
    )

  /** Inserts, and mends what is refused. */
  private async place(relation: Relation, plan: Plan, draft: Draft): Promise<Placed | null> {
    for (const [constraint, lesson] of this.learned)
      if (constraint.startsWith(`${relation.id} `))
        for (const [column, value] of lesson) if (!plan.special.has(column)) draft.set(column, value)
    const patience = plan.special.size === 0 ? 60 : 14
    let mended: string | null = null
    for (let tries = 0; tries < patience; tries++) {
      const done = await this.insert(relation, draft)
      if (isPlaced(done)) {
        if (mended !== null && plan.special.size === 0) this.learn(relation, mended, draft)
        return done
      }
      const columns = this.columnsOf(relation, done)
      if (columns.length === 0) return null
      if (done.code === '23514') mended = done.constraint ?? null
      this.mend(relation, plan, draft, done, columns, tries)
      if (done.code?.startsWith('22') && tries > 2) return null
    }
    return null
  }

  private learn(relation: Relation, constraint: string, draft: Draft) {
    const found = relation.constraints.find(({ name }) => name === constraint)
    if (!found || found.columns.some((column) => this.isUnique(relation, column))) return
    const lesson: Draft = new Map()
    for (const column of found.columns)
      if (!this.domains.isTenant(relation, column) && draft.has(column))
        lesson.set(column, draft.get(column) ?? null)
    this.learned.set(`${relation.id} ${constraint}`, lesson)
  }

  private columnsOf(relation: Relation, error: ServerError): string[] {
    if (error.code === '23502') return error.column === undefined ? [] : [error.column]
    const constraint = relation.constraints.find(({ name }) => name === error.constraint)
    if (constraint && constraint.columns.length > 0) return [...constraint.columns]
    const index = relation.indexes.find(({ name }) => name === error.constraint)
    if (index)
      return relation.columns
        .map(({ name }) => name)
        .filter((name) => index.keys.some((key) => key.column === name || key.expression?.includes(name)))
    if (error.dataType !== undefined)
      return relation.columns
        .filter(({ type }) => type.includes(error.dataType ?? ''))
        .map(({ name }) => name)
    if (relation.partitionKey !== null)
      return relation.columns.map(({ name }) => name).filter((name) => relation.partitionKey?.includes(name))
    return error.code?.startsWith('22') ? relation.columns.map(({ name }) => name) : []
  }

  private mend(
    relation: Relation,
    plan: Plan,
    draft: Draft,
    error: ServerError,
    names: readonly string[],
    tries: number,
  ) {
    const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
    const columns = relation.columns.filter(
      ({ name, generated }) =>
        names.includes(name) &&
        !generated &&
        !plan.special.has(name) &&
        !this.domains.isTenant(relation, name),
    )
    const doubled = error.code === '23505' || error.code === '23P01'
    for (const column of columns) {
      const { name, notNull } = column
      if (doubled) {
        if (!bound.has(name)) draft.set(name, this.domains.fresh(column, this.serial++))
        continue
      }
      if (bound.has(name)) {
        if (!notNull && tries === 0) draft.set(name, null)
        continue
      }
      if (tries === 0 && !notNull) draft.set(name, null)
      else if (tries === 1 && column.default !== null) draft.delete(name)
      else {
        const values = this.domains.candidates(relation, column, this.serial++)
        const value = values[this.next() % Math.max(1, values.length)]
        if (value !== undefined && !(value === null && notNull)) draft.set(name, value)
      }
    }
  }

  private next(): number {
    this.random = (Math.imul(this.random, 1_103_515_245) + 12_345) & 0x7fffffff
    return this.random >> 8
  }

  private async insert(relation: Relation, draft: Draft): Promise<Placed | ServerError> {
    const names = [...draft.keys()].filter((name) => {
      const column = relation.columns.find((each) => each.name === name)
      return column && !column.generated
    })
    const values = names.map((name) => {
      const value = draft.get(name) ?? null
      return value === null ? 'null' : literal(value)
    })
    const body =
      names.length === 0
        ? 'default values'
        : `(${idents(names)}) overriding system value values (${values.join(', ')})`
    const returned = relation.columns.map(({ name }) => `${ident(name)}::text`).join(', ')
    try {
      const { rows } = await this.client.query<{ v: (string | null)[] }>(
        `insert into ${relation.id} ${body} returning array[${returned}]::text[] as v`,
      )
      return new Map(relation.columns.map(({ name }, at) => [name, rows[0]?.v[at] ?? null]))
    } catch (error) {
      if ((error as ServerError).code === undefined) throw error
      return error as ServerError
    }
  }

  /** Rows that point nowhere: circles, and content whose parents were not given. */
  private async dropOrphans(relations: readonly Relation[]) {
    for (let again = true, pass = 0; again && pass < 4; pass++) {
      again = false
      for (const relation of relations)
        for (const { columns, references, enforced } of foreignKeys(relation)) {
          if (!enforced) continue
          const given = columns.map((column) => `c.${ident(column)} is not null`).join(' and ')
          const same = columns
            .map((column, at) => `p.${ident(references.columns[at] ?? '')} = c.${ident(column)}`)
            .join(' and ')
          const { rowCount } = await this.client.query(
            `delete from ${relation.id} c where ${given} and not exists (select from ${references.relation} p where ${same})`,
          )
          if (rowCount) again = true
        }
    }
  }
}
