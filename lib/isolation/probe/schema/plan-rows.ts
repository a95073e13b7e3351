import type { Column, Constraint, Relation } from '@/lib/catalog/types-relation'
import type { Domains } from './domain'
import { askedTogether } from './asked-together'
import { escaped } from './mentions'
import { conditionsOf } from './mine'
import { mayBeNull } from './pending'
import type { Scope } from './scope'
import { nearTenants } from './near-tenants'
import { categoryOf, looksLike } from './values'

/** Values by column; what is missing is left to the column's default. */
export type Draft = Map<string, string | null>
/** A row as it stands on the clone. */
export type Placed = ReadonlyMap<string, string | null>

export interface Plan {
  readonly tenant: string | null
  /** Values that are the point of this row. */
  readonly special: Draft
}

/** Foreign keys, those of most columns first: they fix what the others share. */
export const foreignKeys = (
  relation: Relation,
): (Constraint & { references: NonNullable<Constraint['references']> })[] =>
  relation.constraints
    .filter(
      (each): each is Constraint & { references: NonNullable<Constraint['references']> } =>
        each.kind === 'foreign' && each.references !== null,
    )
    .sort((a, b) => b.columns.length - a.columns.length)

/** The table that a partition belongs to, through all between. */
export function rootOf(scope: Scope, id: string): string {
  const relation = scope.relations.get(id)
  return relation?.isPartition && relation.parents[0] ? rootOf(scope, relation.parents[0]) : id
}

/** First those where a row calls a function of the database: what that changes is not filled yet. */
export function callingFirst(roots: readonly Relation[], { snapshot }: Scope): Relation[] {
  const own = new Set(snapshot.routines.flatMap(({ extension, name }) => (extension === null ? [name] : [])))
  const textsOf = ({ constraints, indexes }: Relation) => [
    ...constraints.map(({ expression }) => expression),
    ...indexes.flatMap(({ keys }) => keys.map(({ expression }) => expression)),
  ]
  const calls = (text: string | null) =>
    (text?.match(/[\p{L}_][\p{L}\p{N}_$]*(?=\()/gu) ?? []).some((name) => own.has(name))
  const first = new Set(roots.filter((each) => textsOf(each).some(calls)))
  return [...first, ...roots.filter((each) => !first.has(each))]
}

/** A unique or exclusion key looks at the column. */
export const isUnique = (relation: Relation, column: string) =>
  relation.indexes.some(
    ({ unique, exclusion, keys }) =>
      (unique || exclusion) && keys.some((key) => key.column === column || key.expression?.includes(column)),
  )

/** Tables before those that point to them; where they point in a circle, first those that can do without. */
export function inOrder(relations: readonly Relation[], rootOf = (id: string) => id): Relation[] {
  const left = new Map<string, Relation>(relations.map((each) => [each.id, each]))
  const waits = (relation: Relation, strictly: boolean) =>
    foreignKeys(relation).some(
      ({ references, columns }) =>
        references.relation !== relation.id &&
        left.has(rootOf(references.relation)) &&
        (strictly || columns.every((name) => relation.columns.find((each) => each.name === name)?.notNull)),
    )
  const out: Relation[] = []
  while (left.size > 0) {
    const all = [...left.values()]
    const ready = all.filter((each) => !waits(each, true))
    const soft = ready.length > 0 ? ready : all.filter((each) => !waits(each, false)).slice(0, 1)
    const next = soft.length > 0 ? soft : all.slice(0, 1)
    for (const each of next) left.delete(each.id)
    out.push(...next)
  }
  return out
}

/**
 * The rows a table should have: for each tenant two plain ones, then one for each telling value of each column that a
 * condition mentions, then pairs of such values, as many as the budget allows.
 */
export function plansOf(
  relation: Relation,
  domains: Domains,
  budget: number,
  parents: (relation: string) => readonly Placed[],
): Plan[] {
  const specials = specialsOf(relation, domains, parents)
  const pairs: Draft[] = []
  for (let n = 0; n < budget * 2; n++) {
    const a = specials[(n * 7 + 3) % Math.max(1, specials.length)]
    const b = specials[(n * 13 + 5 + (n >> 2)) % Math.max(1, specials.length)]
    if (a && b && ![...a.keys()].some((column) => b.has(column))) pairs.push(new Map([...a, ...b]))
  }
  const drafts: Draft[] = [
    new Map(),
    new Map(),
    ...specials.slice(0, 10),
    ...askedTogether(relation, domains),
    ...specials.slice(10),
    ...pairs,
  ]
  const tenants = tenantsFor(relation, domains)
  const counted = countedKey(relation, domains)
  const single = singleKeys(relation)
  // What only one row may hold is not the first tenant's alone.
  const isTheirs = (draft: Draft, turn: number) =>
    ![...draft].some(
      ([name, value]) =>
        value !== null && single.has(name) && valuesOf(name).indexOf(value) % tenants.length !== turn,
    )
  const lists = new Map<string, (string | null)[]>()
  const valuesOf = (name: string) => {
    const found = lists.get(name) ?? [
      ...new Set(specials.flatMap((each) => (each.has(name) ? [each.get(name) ?? null] : []))),
    ]
    lists.set(name, found)
    return found
  }
  return tenants.flatMap((tenant, turn) =>
    drafts
      .filter((draft) => isTheirs(draft, turn))
      .slice(0, tenant === null ? Math.ceil(budget / 3) : budget)
      .map((special, at) => ({
        tenant,
        special:
          counted !== null && at < 2 ? new Map([[counted, String(1 + turn + at * tenants.length)]]) : special,
      })),
  )
}

/** Rows that point to others of their own table, whose tenant need not be theirs: an answer to somebody else's message. */
export function ringPlans(relation: Relation, domains: Domains, rows: readonly Placed[]): Plan[] {
  const rings = foreignKeys(relation).flatMap(({ columns: [column, ...more], references }) =>
    column !== undefined &&
    more.length === 0 &&
    references.relation === relation.id &&
    !domains.isTenant(relation, column)
      ? [{ column, target: references.columns[0] ?? '' }]
      : [],
  )
  const own = relation.columns.find(({ name }) => domains.isTenant(relation, name))
  // Of what has one row for each tenant those below others are more tenants.
  const more = own && singleKeys(relation).has(own.name) ? own : null
  return rings.flatMap(({ column, target }) => [
    ...tenantsFor(relation, domains).flatMap((tenant) =>
      spread(rows, 6).map((row) => ({ tenant, special: new Map([[column, row.get(target) ?? null]]) })),
    ),
    ...(more ? spread(rows, 6) : []).map((row, n) => ({
      tenant: more && domains.fresh(more, 61 + n),
      special: new Map([[column, row.get(target) ?? null]]),
    })),
  ])
}

/** Columns each value of which one row may hold, whatever its tenant. */
const singleKeys = ({ indexes }: Relation): ReadonlySet<string> =>
  new Set(
    indexes.flatMap(({ unique, predicate, keys }) =>
      unique && predicate === null && keys.length === 1 ? (keys[0]?.column ?? []) : [],
    ),
  )

/** A key of numbers that nothing counts out: the first rows have those that conditions and other tables begin with, too. */
function countedKey(relation: Relation, domains: Domains): string | null {
  const [name, ...more] = domains.scope.tables.get(relation.id)?.key ?? []
  const column = relation.columns.find((each) => each.name === name)
  if (!column || more.length > 0 || categoryOf(column.baseType) !== 'integer') return null
  if (column.default !== null || column.identity || column.generated) return null
  const isBound = foreignKeys(relation).some(({ columns }) => columns.includes(column.name))
  return isBound || domains.isTenant(relation, column.name) ? null : column.name
}

/** Types whose values are told by their looks. */
const toldByLooks: ReadonlySet<string> = new Set(['uuid', 'integer', 'number', 'timestamp', 'date'])

/** Where the setup names no tenant that the column could hold, all its rows are of others. */
function strangers(relation: Relation, column: Column, domains: Domains): string[] {
  const asked = domains.candidates(relation, column, 30).filter((each) => each !== null)
  const others = [domains.fresh(column, 31), domains.fresh(column, 32)].filter((each) => each !== null)
  return [...asked.slice(0, 4).flatMap((each) => [each, ...nearTenants(domains.scope, each)]), ...others]
}

function tenantsFor(relation: Relation, domains: Domains): (string | null)[] {
  const column = relation.columns.find(({ name }) => domains.isTenant(relation, name))
  if (!column) return [...domains.scope.tenants]
  const isWhole = categoryOf(column.baseType) === 'integer'
  const all = domains.scope.tenants.filter((each) => !isWhole || !each.includes('.'))
  const isNamed =
    !toldByLooks.has(categoryOf(column.baseType)) || all.some((each) => looksLike(each, column.baseType))
  const tenants = isNamed ? all : [...all, ...strangers(relation, column, domains)]
  return mayBeNull(relation, column) ? [...tenants, null] : tenants
}

/** Round robin over the columns, so that a short budget still meets each of them. */
function specialsOf(
  relation: Relation,
  domains: Domains,
  parents: (relation: string) => readonly Placed[],
): Draft[] {
  const keys = foreignKeys(relation)
  const bound = new Set(keys.flatMap(({ columns }) => columns))
  const lists = relation.columns
    .filter((column) => isFree(relation, column, domains) && !bound.has(column.name))
    .map((column, at) =>
      nullFirst(relation, column, domains.candidates(relation, column, 40 + at))
        .slice(0, 10)
        .map((value): Draft => new Map([[column.name, value]])),
    )
  for (const { columns, references } of keys) {
    const [column] = columns
    if (columns.length !== 1 || column === undefined || domains.isTenant(relation, column)) continue
    const target = references.columns[0] ?? ''
    const near = domains.mined.near.get(`${relation.id} ${column}`)
    const named = (row: Placed) => {
      const value = row.get(target) ?? ''
      return domains.people.includes(value) || (near?.has(value) ?? false)
    }
    const rows = parents(references.relation)
    const told = rows.filter(named).slice(0, 4)
    const others = rows.filter((row) => !told.includes(row))
    lists.push(
      [...told, ...spread(others, 6 - told.length)].map(
        (row): Draft => new Map([[column, row.get(target) ?? null]]),
      ),
    )
  }
  const out: Draft[] = []
  for (let at = 0; lists.some((list) => list.length > at); at++)
    for (const list of lists) {
      const draft = list[at]
      if (draft) out.push(draft)
    }
  return out
}

/** Where a condition asks whether the column is NULL, that comes before what would be cut off. */
function nullFirst(relation: Relation, { name }: Column, values: (string | null)[]): (string | null)[] {
  if (!values.slice(10).includes(null)) return values
  const asks = new RegExp(`(?<![\\w$])"?${escaped(name)}"?\\)? is (?:not )?null`, 'i')
  return conditionsOf(relation).some((text) => asks.test(text)) ? [null, ...values] : values
}

const isFree = (relation: Relation, column: Column, domains: Domains) =>
  !column.generated && domains.isHot(relation, column.name) && !domains.isTenant(relation, column.name)

/** Some of a list, evenly. */
export const spread = <T>(list: readonly T[], count: number): T[] =>
  list.length <= count
    ? [...list]
    : Array.from({ length: count }, (_, at) => list[Math.floor((at * list.length) / count)] as T)
