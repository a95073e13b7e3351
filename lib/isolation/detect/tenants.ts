import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { Facts } from '@/lib/rules/facts'
import { definersOf, isDynamic, relationsUsed } from '@/lib/rules/definers'
import type { Sentence, TenantColumn, TenantVia } from '../types'
import { scopeOfCounts } from './own-log'
import { whoseOf } from './whose'

export interface DetectedTenants {
  readonly tenants: readonly TenantColumn[]
  readonly tenantVia: readonly TenantVia[]
  readonly notes: readonly Sentence[]
}

/** Where rows say whose they are: tables, partitions and views with a tenant column, children through their keys, functions. */
export function detectTenants(facts: Facts, roles: readonly string[]): DetectedTenants {
  const whose = whoseOf(facts)
  const columns = new Map<Relation, string>()
  for (const relation of [...facts.governed, ...facts.views]) {
    const column = whose.columnOf(relation) ?? scopeOfCounts(facts, relation)
    if (column !== null) columns.set(relation, column)
  }
  const tenantVia: TenantVia[] = []
  const reached = new Set(columns.keys())
  const left = facts.governed.filter((each) => !reached.has(each))
  for (let found = true; found;) {
    found = false
    for (const relation of left) {
      const via = reached.has(relation) ? null : parentOf(facts, relation, reached)
      if (!via) continue
      tenantVia.push(via)
      reached.add(relation)
      found = true
    }
  }
  const outside = left.filter(
    (each) => !reached.has(each) && facts.holdsTenantData(each) && facts.reach(each).length > 0,
  )
  return {
    tenants: [
      ...[...columns].map(([relation, column]) => ({ relation: relation.id as string, column })),
      ...functions(facts, columns, roles),
    ].sort((a, b) => (a.relation < b.relation ? -1 : 1)),
    tenantVia,
    notes: [
      ...(columns.size === 0 ? [noTenants] : []),
      ...(outside.length > 0 ? [withoutTenant(outside)] : []),
    ],
  }
}

/** The mandatory key of one column to a table whose rows have a tenant. */
function parentOf(facts: Facts, relation: Relation, reached: ReadonlySet<Relation>): TenantVia | null {
  const keys = relation.constraints.flatMap((constraint) => {
    const parent = constraint.references ? facts.relation.get(constraint.references.relation) : undefined
    const [column, second] = constraint.columns
    const parentColumn = constraint.references?.columns[0]
    if (!parent || parent === relation || !column || second !== undefined || !parentColumn) return []
    if (!reached.has(parent)) return []
    const notNull = relation.columns.some(({ name, notNull }) => name === column && notNull)
    return [{ relation: relation.id, column, parent: parent.id, parentColumn, notNull }]
  })
  const [key] = keys.sort((a, b) => Number(b.notNull) - Number(a.notNull))
  if (!key) return null
  const { notNull: _, ...via } = key
  return via
}

/**
 * SECURITY DEFINER functions that some role may call and that reach tables of tenants with the owner's rights. Helpers
 * that policies call are part of the policies; one without the owner's rights reaches nothing that its caller does not. Where no
 * row has a tenant none could cross, which would prove nothing.
 */
function functions(
  facts: Facts,
  columns: ReadonlyMap<Relation, string>,
  roles: readonly string[],
): TenantColumn[] {
  if (columns.size === 0) return []
  const helpers = new Set(facts.governed.flatMap((each) => each.policies.flatMap((policy) => policy.calls)))
  const usage = new Map(facts.snapshot.schemas.map((schema) => [schema.name, schema.grants]))
  return definersOf(facts)
    .filter(
      (routine) =>
        !helpers.has(routine.id) &&
        !/^(event_)?trigger$/.test(routine.returns) &&
        (isDynamic(routine) || relationsUsed(facts, routine).some((used) => columns.has(used))) &&
        roles.some(
          (role) =>
            facts.roles.holds(role, routine.grants, 'EXECUTE') &&
            facts.roles.holds(role, usage.get(routine.schema) ?? [], 'USAGE'),
        ),
    )
    .map((routine) => ({ relation: routine.id as string, column: resultColumn(facts, routine, columns) }))
}

function resultColumn(facts: Facts, routine: Routine, columns: ReadonlyMap<Relation, string>): string | null {
  const type = routine.returns.replace(/^SETOF\s+/i, '')
  const relation = facts.snapshot.relations.find(({ id }) => id === type)
  if (relation) return columns.get(relation) ?? null
  const names = /^TABLE\((.*)\)$/is
    .exec(type)?.[1]
    ?.split(',')
    .map((part) => part.trim().split(/\s+/)[0] ?? '')
  return names?.find((name) => name === facts.tenancy.column) ?? null
}

const noTenants: Sentence = {
  en: 'No tenant column was found: name it with isolation.tenants, or tenant.column, in tabellion.config.json.',
  pt: 'Nenhuma coluna de inquilino foi encontrada: indique-a em isolation.tenants, ou tenant.column, no tabellion.config.json.',
}

function withoutTenant(relations: readonly Relation[]): Sentence {
  const names = relations.slice(0, 5).map(({ id }) => id)
  const more = relations.length > 5 ? ` + ${relations.length - 5}` : ''
  return {
    en: `Whose rows these are is not known, so nothing is asked about them: ${names.join(', ')}${more}. isolation.tenants or isolation.tenantVia can say it.`,
    pt: `Não se sabe de quem são as linhas destas tabelas, por isso nada se pergunta sobre elas: ${names.join(', ')}${more}. isolation.tenants ou isolation.tenantVia podem dizer.`,
  }
}
