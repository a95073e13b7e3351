import type { Column, Relation } from '@/lib/catalog/types-relation'
import { foreignKeys, spread } from './plan-rows'
import type { Raid } from './raid'
import { basesOf, isForeign, isHidden, tenancyOf } from './scope'
import { canaries, canary } from './values'

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

/** Rows of a table; of a view those of the table below that has its columns. */
export function templatesOf(raid: Raid, relation: Relation, limit: number): Templates {
  const base = baseOf(raid, relation)
  const { principal } = raid.identity
  const tenancy = tenancyOf(relation.id, raid.scope.setup)
  const inherited = base && raid.scope.tables.get(base.id)?.tenancy
  const likely = base?.columns.find(({ name }) => raid.domains.isTenant(base, name))?.name ?? null
  const column =
    tenancy?.kind === 'column'
      ? tenancy.column
      : inherited?.kind === 'column'
        ? inherited.column
        : inherited
          ? null
          : likely
  const at = base?.columns.findIndex(({ name }) => name === column) ?? -1
  const rows = (base ? raid.rowsOf(base) : []).map((row) =>
    inherited ? row : { ...row, tenant: at < 0 ? (principal.tenants[0] ?? null) : (row.values[at] ?? null) },
  )
  const values = ({ values: texts }: { values: readonly (string | null)[] }): Values =>
    new Map(
      relation.columns.map(({ name }) => [
        name,
        texts[base?.columns.findIndex((each) => each.name === name) ?? -1] ?? null,
      ]),
    )
  const own = rows.filter(({ tenant }) => !isForeign(tenant, principal))
  const foreign = rows.filter(({ tenant }) => isForeign(tenant, principal))
  const unique = base ? uniqueColumns(base) : new Set<string>()
  const links = base
    ? foreignKeys(base)
        .flatMap(({ columns }) => columns)
        .filter((name) => !raid.domains.isTenant(base, name))
    : []
  const key = (base && raid.scope.tables.get(base.id)?.key) ?? []
  const has = new Set(relation.columns.map(({ name }) => name))
  return {
    own: spread(own, limit).map(values),
    foreign: spread(foreign, limit).map(values),
    tenant: column !== null && has.has(column) ? column : null,
    key: keyColumns(base, key).every((name) => has.has(name)) ? keyColumns(base, key) : [],
    unique,
    links: new Set(links),
    tenants: raid.scope.tenants.filter((each) => isHidden(each, principal, raid.scope.setup)),
  }
}

/** Of a partitioned table its own key; of a table without one all columns that can be compared. */
const keyColumns = (base: Relation | null, key: readonly string[]): readonly string[] =>
  key.length > 0
    ? key
    : (base?.constraints.find(({ kind }) => kind === 'primary')?.columns ??
      base?.columns.filter(({ baseType }) => !/json|xml|point/.test(baseType)).map(({ name }) => name) ??
      [])

const uniqueColumns = (relation: Relation) =>
  new Set(
    relation.indexes
      .filter(({ unique, exclusion }) => unique || exclusion)
      .flatMap(({ keys }) => keys.flatMap(({ column }) => column ?? [])),
  )

/** The table below a view that shares most of its columns by name. */
export function baseOf(raid: Raid, relation: Relation): Relation | null {
  if (relation.kind === 'table' || relation.kind === 'partitioned') return relation
  let best: { relation: Relation; shared: number } | null = null
  for (const id of basesOf(raid.scope, relation.id)) {
    const base = raid.scope.relations.get(id)
    const shared =
      base?.columns.filter(({ name }) => relation.columns.some((each) => each.name === name)).length ?? 0
    if (base && shared > (best?.shared ?? 0)) best = { relation: base, shared }
  }
  return best?.relation ?? null
}

/** The row again as another one: keys are new where nothing hangs on them. */
export function renewed(
  raid: Raid,
  relation: Relation,
  templates: Templates,
  values: Values,
): Map<string, string | null> {
  const out = new Map(values)
  const base = baseOf(raid, relation) ?? relation
  for (const column of base.columns) {
    if (!templates.unique.has(column.name) || !out.has(column.name)) continue
    if (raid.domains.isTenant(base, column.name) || templates.links.has(column.name)) continue
    if (raid.domains.people.includes(out.get(column.name) ?? '')) continue
    const known = out.get(column.name)
    // A path that begins with a tenant goes on doing so.
    const told = raid.scope.tenants.some((each) => known?.includes(each)) && /text|char/.test(column.baseType)
    const next = canary(raid.arena.serial++)
    out.set(
      column.name,
      told && known?.match(canaries)
        ? known.replaceAll(canaries, next)
        : raid.domains.fresh(column, raid.arena.serial++),
    )
  }
  return out
}

export const isWritable = (column: Column) => !column.generated && column.identity !== 'always'
