import type { Column, Relation } from '@/lib/catalog/types-relation'
import { sized } from '../schema/domain'
import { foreignKeys, isUnique, spread } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { isForeign } from '../schema/scope'
import type { Values } from '../schema/templates'
import { categoryOf, looksLike } from '../schema/values'

/** What a session has of its own for this column: what it has under the column's name before anything else. */
export function mineFor({ identity }: Raid, column: Column, mine: readonly string[]): string[] {
  const { settings, principal } = identity
  const told = [...Object.entries(settings), ...Object.entries(principal.claims ?? {})]
  const named = told.flatMap(([key, value]) =>
    key.split('.').at(-1) === column.name && typeof value === 'string' ? [value] : [],
  )
  const fits = (values: readonly string[]) => values.filter((value) => looksLike(value, sized(column)))
  return fits(named).length > 0 ? fits(named) : fits(mine).slice(0, 2)
}

/** What says of who asks where it belongs, said of somebody else's tenant. */
function copies(
  { arena, domains, identity }: Raid,
  relation: Relation,
  columns: readonly Column[],
  mine: readonly string[],
  others: readonly string[],
): Values[] {
  const isTenant = ({ name }: Column) => domains.isTenant(relation, name)
  if (!columns.some(isTenant)) return []
  const said = [...arena.rowsOf(relation.id).values()].filter(
    ({ tenant, values }) =>
      !isForeign(tenant, identity.principal) &&
      values.some((value) => value !== null && mine.includes(value)),
  )
  const kept = columns.filter(({ name, default: given }) => given === null || !isUnique(relation, name))
  return spread(said, 2).flatMap(({ values }) =>
    others.slice(0, 2).map((tenant): Values => {
      const valueOf = (column: Column) =>
        isTenant(column) ? tenant : (values[relation.columns.indexOf(column)] ?? null)
      return new Map(kept.map((column) => [column.name, valueOf(column)]))
    }),
  )
}

/** Rows of one's own tenants that columns may point to. */
function ownParents(
  { arena, identity, scope }: Raid,
  relation: Relation,
  columns: readonly Column[],
): Values {
  const found = new Map<string, string | null>()
  for (const { columns: pointing, references } of foreignKeys(relation)) {
    const [only, more] = pointing
    const table = scope.tables.get(references.relation)
    if (!table?.tenancy || more !== undefined || !columns.some(({ name }) => name === only)) continue
    const at = table.relation.columns.findIndex(({ name }) => name === references.columns[0])
    const row = [...arena.rowsOf(references.relation).values()].find(
      ({ tenant }) => !isForeign(tenant, identity.principal),
    )
    if (row?.values[at]) found.set(only!, row.values[at])
  }
  return found
}

/** Rows that say of who asks that it belongs to somebody else, in each way a role could be written. */
export function belongings(
  raid: Raid,
  relation: Relation,
  columns: readonly Column[],
  mine: readonly string[],
  others: readonly string[],
): Values[] {
  const { domains } = raid
  const tenants = columns.filter(({ name }) => domains.isTenant(relation, name))
  const rest = columns.filter((column) => !tenants.includes(column))
  const usual = (column: Column) =>
    column.default === null ? domains.plain(relation, column, 300_002) : undefined
  const kinds = (column: Column) =>
    domains.isHot(relation, column.name) && categoryOf(column.baseType) === 'text'
      ? domains.candidates(relation, column, 300_003).slice(0, 3)
      : []
  const own = ownParents(raid, relation, rest)
  const told = Object.keys({ ...raid.identity.settings, ...raid.identity.principal.claims })
  const isNamed = ({ name }: Column) => told.some((key) => key.split('.').at(-1) === name)
  const out: Values[] = copies(raid, relation, columns, mine, others)
  for (const who of [...rest].sort((a, b) => Number(isNamed(b)) - Number(isNamed(a))))
    for (const value of mineFor(raid, who, mine))
      for (const tenant of tenants.length > 0 ? others.slice(0, 2) : [null]) {
        const base = new Map<string, string | null>()
        for (const column of rest) {
          const given = usual(column)
          if (given !== undefined) base.set(column.name, given)
        }
        for (const { name } of tenants) base.set(name, tenant)
        // What it points to may have to be one's own.
        for (const start of own.size > 0 ? [base, new Map([...base, ...own])] : [base]) {
          start.set(who.name, value)
          out.push(start)
          for (const column of rest)
            if (column !== who)
              for (const kind of kinds(column)) out.push(new Map(start).set(column.name, kind))
        }
      }
  return out.slice(0, own.size > 0 ? 36 : 24)
}
