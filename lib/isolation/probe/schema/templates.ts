import type { Column, Relation } from '@/lib/catalog/types-relation'
import { names } from './mentions'
import { foreignKeys, spread } from './plan-rows'
import { belowOf } from './below'
import type { Raid } from '../observe/raid'
import { isForeign, isHidden, tenancyOf, type Scope } from './scope'
import { canaries, canary } from './values'
import type { Below } from './view-columns'

export type Values = ReadonlyMap<string, string | null>

/** Rows to attack and to copy, and which columns of the relation mean what. */
export interface Templates {
  readonly own: readonly Values[]
  readonly foreign: readonly Values[]
  /** Column that holds the tenant; `null` where the tenant is that of a parent. */
  readonly tenant: string | null
  /** Columns that name a row. */
  readonly key: readonly string[]
  /** Columns that a new row must have a value of its own in. */
  readonly unique: ReadonlySet<string>
  /** Columns of foreign keys that hold no tenant. */
  readonly links: ReadonlySet<string>
  readonly tenants: readonly string[]
}

/** Rows of a table; of a view those of the table below, as the view would show them. */
export function templatesOf(raid: Raid, relation: Relation, limit: number): Templates {
  const below = belowOf(raid.scope, relation)
  const base = below?.base ?? null
  const { principal } = raid.identity
  const tenancy = tenancyOf(relation.id, raid.scope.setup)
  const inherited = base && raid.scope.tables.get(base.id)?.tenancy
  const likely = base?.columns.find(({ name }) => raid.domains.isTenant(base, name))?.name ?? null
  const inBase = inherited?.kind === 'column' ? inherited.column : inherited ? null : likely
  const column = tenancy?.kind === 'column' ? tenancy.column : (shown(below, inBase) ?? inBase)
  const at = base?.columns.findIndex(({ name }) => name === (below?.named.get(column ?? '') ?? column)) ?? -1
  const rows = (base ? raid.rowsOf(base) : []).map((row) =>
    inherited ? row : { ...row, tenant: at < 0 ? (principal.tenants[0] ?? null) : (row.values[at] ?? null) },
  )
  const places = relation.columns.map(
    ({ name }) => base?.columns.findIndex((each) => each.name === below?.named.get(name)) ?? -1,
  )
  const values = ({ values: texts }: { values: readonly (string | null)[] }): Values =>
    new Map(relation.columns.map(({ name }, n) => [name, texts[places[n] ?? -1] ?? null]))
  const own = rows.filter(({ tenant }) => !isForeign(tenant, principal))
  const foreign = rows.filter(({ tenant }) => isForeign(tenant, principal))
  const unique = base ? uniqueColumns(base) : []
  const links = base
    ? foreignKeys(base)
        .flatMap(({ columns }) => columns)
        .filter((name) => !raid.domains.isTenant(base, name))
    : []
  const key = keyColumns(base, (base && raid.scope.tables.get(base.id)?.key) ?? [])
  const has = new Set(relation.columns.map(({ name }) => name))
  const shownKey = key.flatMap((name) => shown(below, name) ?? [])
  return {
    own: spread(own, limit).map(values),
    foreign: spread(foreign, limit).map(values),
    tenant: column !== null && has.has(column) ? column : null,
    key: shownKey.length === key.length ? shownKey : [],
    unique: new Set(unique.flatMap((name) => shown(below, name) ?? [])),
    links: new Set(links.flatMap((name) => shown(below, name) ?? [])),
    tenants: raid.scope.tenants.filter((each) => isHidden(each, principal, raid.scope.setup)),
  }
}

/** What the view calls a column of the table. */
export const shown = (below: Below | null, column: string | null): string | null =>
  [...(below?.named ?? [])].find(([, name]) => name === column)?.[0] ?? null

/** Of a partitioned table its own key; of a table without one all columns that can be compared. */
const keyColumns = (base: Relation | null, key: readonly string[]): readonly string[] =>
  key.length > 0
    ? key
    : (base?.constraints.find(({ kind }) => kind === 'primary')?.columns ??
      base?.columns.filter(({ baseType }) => !/json|xml|point/.test(baseType)).map(({ name }) => name) ??
      [])

const uniqueColumns = (relation: Relation) =>
  relation.indexes
    .filter(({ unique, exclusion }) => unique || exclusion)
    .flatMap(({ keys }) => keys.flatMap(({ column }) => column ?? []))

/** The row again as another one: keys are new where nothing hangs on them. */
export function renewed(
  raid: Raid,
  relation: Relation,
  templates: Templates,
  values: Values,
): Map<string, string | null> {
  const out = new Map(values)
  const { base, named } = belowOf(raid.scope, relation) ?? {
    base: relation,
    named: new Map<string, string>(),
  }
  const telling = [...templates.unique].flatMap((name) => {
    const column = base.columns.find((each) => each.name === (named.get(name) ?? name))
    if (!column || !out.has(name) || templates.links.has(name)) return []
    if (raid.domains.isTenant(base, column.name)) return []
    return raid.domains.people.includes(out.get(name) ?? '') ? [] : [{ name, column }]
  })
  // Another value of what a partition is chosen by may belong elsewhere.
  const free = telling.filter(({ column }) => !choosesPartition(raid.scope, base, column))
  for (const { name, column } of free.length > 0 ? free : telling) {
    const known = out.get(name)
    // A path that begins with a tenant goes on doing so.
    const told = raid.scope.tenants.some((each) => known?.includes(each)) && /text|char/.test(column.baseType)
    const next = canary(raid.arena.serial++)
    out.set(
      name,
      told && known?.match(canaries)
        ? known.replaceAll(canaries, next)
        : raid.domains.fresh(column, raid.arena.serial++),
    )
  }
  return out
}

function choosesPartition(
  scope: Scope,
  { partitionKey, isPartition, parents }: Relation,
  column: Column,
): boolean {
  if (partitionKey !== null && names(partitionKey, column)) return true
  return (
    isPartition &&
    parents.some((id) => {
      const parent = scope.relations.get(id)
      return parent !== undefined && choosesPartition(scope, parent, column)
    })
  )
}

export const isWritable = (column: Column) => !column.generated && column.identity !== 'always'
