import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident, idents } from '@/lib/clone/spelling'
import type { TableContent } from '../../types'
import type { Domains } from '../schema/domain'
import { Influence } from '../schema/influence'
import { isBinding } from './binding'
import type { Lawful } from './lawful'
import { withoutPending } from '../schema/pending'
import { taken } from '../session/quiet'
import { Solver, type Wish } from './solve'
import { text } from '../schema/statements'
import type { Belonging } from './scene'
import { tenantPlans } from './tenant-rows'
import { throughTriggers } from './triggered'
import { categoryOf } from '../schema/values'
import { selfReferring } from './self-referring'
import { softly } from './soft'
import { sayTenant, workedOut } from './worked-out'
import { asking } from './asking'
import { dropOrphans } from './orphans'
import {
  callingFirst,
  foreignKeys,
  inOrder,
  isUnique,
  plansOf,
  ringPlans,
  rootOf,
  type Draft,
  type Placed,
  type Plan,
} from '../schema/plan-rows'

export interface Seeded {
  readonly rows: ReadonlyMap<string, readonly Placed[]>
  /** Tables that took no row. */
  readonly empty: readonly string[]
}

/**
 * Fills the clone with rows of every tenant that keep every constraint, as a superuser whose session fires no triggers.
 */
export class Seeder {
  private readonly placed = new Map<string, Placed[]>()
  private readonly solver: Solver
  private serial = 100

  constructor(
    private readonly client: Client,
    private readonly domains: Domains,
    private readonly content: readonly TableContent[],
    private readonly belonging: Belonging | null,
    private readonly lawful: Lawful,
    private readonly signal?: AbortSignal,
  ) {
    this.solver = new Solver(client, domains)
  }

  async run(): Promise<Seeded> {
    await this.client.query(
      `set session_replication_role = replica; set synchronous_commit = off; set statement_timeout = '10s'`,
    )
    const roots = this.domains.scope.snapshot.relations.filter(
      ({ kind, isPartition, extension, persistence }) =>
        (kind === 'partitioned' || kind === 'table') &&
        !isPartition &&
        extension === null &&
        persistence !== 'temporary',
    )
    const absent: string[] = []
    for (const { drop, add } of withoutPending(this.domains.scope.snapshot.relations))
      if (await taken(this.client, drop)) absent.push(add)
    const budget = roots.length <= 60 ? 30 : roots.length <= 300 ? 10 : 4
    for (const relation of inOrder(callingFirst(roots, this.domains.scope), (id) =>
      rootOf(this.domains.scope, id),
    )) {
      this.signal?.throwIfAborted()
      await this.fill(relation, this.matters(relation) ? budget : 3)
    }
    const influence = new Influence(this.domains.scope)
    // Twice: what was made the first time is pointed to as well.
    for (const relation of [...roots, ...roots])
      if (this.matters(relation)) await this.fillSoftly(relation, influence)
    await dropOrphans(this.client, roots, this.domains.scope.snapshot, this.signal)
    for (const sql of absent) await this.client.query(sql)
    return {
      rows: this.placed,
      empty: roots.map(({ id }) => id).filter((id) => this.placed.get(id)?.length === 0),
    }
  }

  /** Rows of the others only have to be there. */
  private matters = (relation: Relation) =>
    this.domains.scope.targets.some(({ id }) => id === relation.id) ||
    relation.columns.some(({ name }) => this.domains.isTenant(relation, name)) ||
    this.domains.isAsked(relation)

  private async fill(relation: Relation, budget: number) {
    const known = this.content.find((each) => each.relation === relation.id)
    const isAll = known && !known.ofTenants
    const rows: Placed[] = isAll
      ? await this.insertAll(
          relation,
          known.rows.map((row): Draft => new Map(Object.entries(row))),
        )
      : []
    this.placed.set(relation.id, rows)
    if (this.belonging?.membership.relation === relation.id)
      rows.push(...(await this.belong(relation, this.belonging)))
    if (isAll) return
    await this.lookInto(relation)
    if (known) rows.push(...(await this.make(relation, tenantPlans(relation, this.domains, known.rows))))
    const parents = (id: string) => this.placed.get(id) ?? []
    rows.push(...(await this.make(relation, plansOf(relation, this.domains, budget, parents))))
    rows.push(...(await this.make(relation, ringPlans(relation, this.domains, rows))))
  }

  private async make(relation: Relation, plans: readonly Plan[]): Promise<readonly Placed[]> {
    if (plans.length === 0) return []
    const wishes = (await this.fitting(relation, plans)).flatMap((plan): Wish[] => {
      const draft = this.draft(relation, plan)
      return draft ? [{ plan, draft }] : []
    })
    const solved = await this.solved(relation, wishes)
    const lawful = solved.filter((draft) => this.lawful.allows(relation, draft))
    const made = await this.insertAll(relation, lawful)
    const key = this.domains.scope.tables.get(relation.id)?.key ?? []
    return throughTriggers(this.client, this.domains, relation, key, made)
  }

  /** Rows that point by their value alone: to rows that stand there by now. */
  private async fillSoftly(relation: Relation, influence: Influence) {
    if (this.content.some((each) => each.relation === relation.id && !each.ofTenants)) return
    const rowsOf = (id: string) => this.placed.get(id) ?? []
    const plans = [
      ...softly(relation, this.domains, influence.dependents(relation.id), rowsOf),
      ...selfReferring(relation, this.domains, rowsOf(relation.id)),
    ]
    this.placed.get(relation.id)?.push(...(await this.make(relation, plans)))
  }

  /** Where the tenant is worked out of other columns, those have to say it. */
  private async solved(relation: Relation, wishes: readonly Wish[]): Promise<Draft[]> {
    const tenant = workedOut(relation, this.domains)
    if (tenant === null) return this.solver.solve(relation, wishes)
    const out: Draft[] = []
    for (const whose of new Set(wishes.map(({ plan }) => plan.tenant))) {
      const theirs = wishes.filter(({ plan }) => plan.tenant === whose)
      if (whose !== null) await sayTenant(this.client, this.domains, relation, { whose, tenant }, theirs)
      const is = `(${tenant})::text ${whose === null ? 'is null' : `= ${text(whose)}`}`
      out.push(...(await this.solver.solve(asking(relation, is), theirs)))
    }
    return out
  }

  /** What partitions that it points to hold by now. */
  private async lookInto(relation: Relation) {
    for (const { references } of foreignKeys(relation)) {
      const part = this.domains.scope.relations.get(references.relation)
      if (!part?.isPartition || this.placed.has(part.id)) continue
      const list = part.columns.map(({ name }) => `${ident(name)}::text`).join(', ')
      const { rows } = await this.client.query<{ v: (string | null)[] }>(
        `select array[${list}]::text[] as v from ${part.id}`,
      )
      this.placed.set(
        part.id,
        rows.map(({ v }) => new Map(part.columns.map(({ name }, at) => [name, v[at] ?? null]))),
      )
    }
  }

  /** The plans whose values their columns take. */
  private async fitting(relation: Relation, plans: readonly Plan[]): Promise<Plan[]> {
    const types = new Map(relation.columns.map(({ name, type }) => [name, type]))
    const values = ({ special }: Plan) =>
      [...special].flatMap(([name, value]) =>
        value === null ? [] : [[types.get(name) ?? '', value] as const],
      )
    await this.solver.askValid(plans.flatMap(values))
    return plans.filter((plan) => values(plan).every(([type, value]) => this.solver.isValid(value, type)))
  }

  /** Rows that make each principal what the setup says it is, in every kind that conditions tell apart. */
  private async belong(relation: Relation, { membership, rows }: Belonging): Promise<Placed[]> {
    const kinds = relation.columns.filter(
      (column) =>
        this.domains.isHot(relation, column.name) &&
        ![membership.user, membership.tenant].includes(column.name) &&
        !['boolean', 'timestamp', 'date', 'uuid'].includes(categoryOf(column.baseType)),
    )
    const wishes = rows.flatMap(({ user, tenant }, turn) => {
      const base: Draft = new Map([
        [membership.user, user],
        [membership.tenant, tenant],
      ])
      const variants = kinds.flatMap((column) =>
        this.domains
          .candidates(relation, column, this.serial)
          .slice(0, 8)
          .map((value): Draft => new Map([...base, [column.name, value]])),
      )
      // Where a key allows one row of each, they are not all of one kind.
      const all = turn % 2 === 0 ? [base, ...variants] : [...variants.reverse(), base]
      return all.flatMap((special) => {
        const draft = this.draft(relation, { tenant, special })
        return draft ? [{ plan: { tenant, special }, draft }] : []
      })
    })
    const condition = membership.when
    const asked = condition === null ? relation : asking(relation, condition)
    return this.insertAll(relation, await this.solver.solve(asked, wishes))
  }

  /** A first version of the row; null where a parent that it needs has no row of this tenant. */
  private draft(relation: Relation, plan: Plan): Draft | null {
    const n = this.serial++
    const draft: Draft = new Map()
    for (const column of relation.columns) {
      const value = this.domains.isTenant(relation, column.name)
        ? plan.tenant
        : isUnique(relation, column.name) && !column.identity && !column.generated && column.default === null
          ? this.domains.fresh(column, n)
          : this.domains.plain(relation, column, n)
      if (value !== undefined) draft.set(column.name, value)
    }
    for (const [column, value] of plan.special) draft.set(column, value)
    const fixed = new Set([
      ...plan.special.keys(),
      ...relation.columns.map(({ name }) => name).filter((name) => this.domains.isTenant(relation, name)),
    ])
    for (const [turn, key] of foreignKeys(relation).entries()) {
      const { columns, references } = key
      // Some rows are older than a key that was never validated, and point nowhere, or to a row of others.
      const holds = isBinding(key, relation, this.domains.scope.snapshot)
      if (!holds && n % 3 === 0) continue
      const fits = (this.placed.get(references.relation) ?? []).filter((row) =>
        columns.every(
          (column, at) => !fixed.has(column) || draft.get(column) === row.get(references.columns[at] ?? ''),
        ),
      )
      const alike = fits.filter((row) => this.tenantOf(references.relation, row) === plan.tenant)
      const all = this.placed.get(references.relation) ?? []
      const strange = all.filter((row) => this.tenantOf(references.relation, row) !== plan.tenant)
      const parents = !holds && n % 3 === 1 ? strange : alike.length > 0 ? alike : fits
      // Two keys to one table need not name the same row.
      const parent = parents[(n + turn) % Math.max(1, parents.length)]
      const loose = columns.filter((column) => !fixed.has(column))
      if (parent)
        columns.forEach((column, at) => {
          if (holds || !fixed.has(column)) draft.set(column, parent.get(references.columns[at] ?? '') ?? null)
        })
      else if (loose.length > 0) {
        const open = relation.columns.filter(({ name, notNull }) => loose.includes(name) && !notNull)
        if (holds && open.length === 0 && references.relation !== relation.id) return null
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

  /** All rows that no unique or exclusion constraint refuses; one by one where the server refuses them together. */
  private async insertAll(relation: Relation, drafts: readonly Draft[]): Promise<Placed[]> {
    if (drafts.length === 0) return []
    const columns = relation.columns.filter(({ generated }) => !generated)
    const rows = drafts.map(
      (draft) =>
        `(${columns.map(({ name }) => (draft.has(name) ? text(draft.get(name)) : 'default')).join(', ')})`,
    )
    const returned = relation.columns.map(({ name }) => `${ident(name)}::text`).join(', ')
    try {
      const { rows: made } = await this.client.query<{ v: (string | null)[] }>(
        `insert into ${relation.id} (${idents(columns.map(({ name }) => name))}) overriding system value values ${rows.join(', ')}
          ${relation.rules.length > 0 ? '' : 'on conflict do nothing '}returning array[${returned}]::text[] as v`,
      )
      return made.map(({ v }) => new Map(relation.columns.map(({ name }, at) => [name, v[at] ?? null])))
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error
      if (drafts.length === 1) return []
      const half = Math.ceil(drafts.length / 2)
      return [
        ...(await this.insertAll(relation, drafts.slice(0, half))),
        ...(await this.insertAll(relation, drafts.slice(half))),
      ]
    }
  }
}
