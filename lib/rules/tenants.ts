import type { Column, Constraint, ForeignKey, Relation } from '@/lib/catalog/types-relation'
import type { RelationId, Snapshot } from '@/lib/catalog/types'
import type { Config } from '@/lib/config/schema'
import { remembered } from './memo'
import { isKeyLike, joined, owners, strong, tenantWord, weak } from './tenant-names'
import { tokens } from './tokens'

/** How the database keeps its tenants apart, as configured or as its columns and keys show. */
export interface Tenancy {
  /** How it was found; `none` when configured so, `undetected` when nothing speaks for tenants. */
  readonly source: 'configuration' | 'detected' | 'undetected' | 'none'
  /** The table of tenants, where there is one. */
  readonly registry: Relation | null
  /** The most usual name of the tenant column. */
  readonly column: string | null
  /** Tenant column of a table; the key of the registry itself. */
  columnOf(relation: Relation): string | null
  /** Columns that name the person a row belongs to (user_id, owner_id, patient_id …). */
  ownersOf(relation: Relation): readonly string[]
}

/** A constraint that points at a table. */
export type Link = Constraint & { readonly references: ForeignKey }

/** The constraints of these tables that point at one. */
export const linksOf = (tables: readonly Relation[]): readonly Link[] => {
  const links: Link[] = []
  for (const { constraints } of tables)
    for (const constraint of constraints) if (isLink(constraint)) links.push(constraint)
  return links
}

const isLink = (constraint: Constraint): constraint is Link => constraint.references !== null

/** Detects tenants over the governed tables (partitions left out), or takes what is configured. */
export function tenancyOf(
  snapshot: Snapshot,
  config: Config,
  tables: readonly Relation[],
  links: readonly Link[],
  byId: ReadonlyMap<RelationId, Relation>,
): Tenancy {
  const overrides = config.tenant?.overrides ?? {}
  const overridden = Object.keys(overrides).length > 0
  const ownerNames = config.ownerColumns ? new Set(config.ownerColumns) : owners
  const known = new Map<Relation, string | null>()
  const ownersKnown = new Map<Relation, readonly string[]>()
  const ownersOf = (relation: Relation) => {
    const known = ownersKnown.get(relation)
    if (known) return known
    const person = personKey(relation, byId)
    const named = person === null ? ownersIn(relation.columns) : ownersAmong(relation.columns, person)
    ownersKnown.set(relation, named)
    return named
  }
  const ownersAmong = (columns: Relation['columns'], person: string | null): readonly string[] =>
    columns
      .map((column) => column.name)
      .filter((name) => ownerNames.has(name) || ownerNames.has(joined(name)) || name === person)
  // Tables that are alike share one list of columns.
  const ownersIn = remembered((columns: Relation['columns']) => ownersAmong(columns, null))

  const make = (
    source: Tenancy['source'],
    registry: Relation | null,
    column: string | null,
    names: ReadonlySet<string>,
  ): Tenancy => {
    const find = (relation: Relation): string | null => {
      if (overridden) {
        const override = overrides[`${relation.schema}.${relation.name}`] ?? overrides[relation.id]
        if (override !== undefined) return override
        if (overrides[`${relation.schema}.${relation.name}`] === null) return null
      }
      if (source === 'none' || column === null) return null
      if (registry && relation === registry) return primaryKey(registry) ?? null
      const exact = relation.columns.find((c) => c.name === column)
      if (exact) return exact.name
      const linked = registry
        ? relation.constraints.find(
            (c) =>
              c.references?.relation === registry.id &&
              c.columns.length === 1 &&
              names.has(c.columns[0] ?? ''),
          )?.columns[0]
        : undefined
      return (
        linked ??
        relation.columns.find((c) => names.has(c.name))?.name ??
        throughKey(relation, names, registry)
      )
    }
    return {
      source,
      registry,
      column,
      ownersOf,
      columnOf(relation) {
        const seen = known.get(relation)
        if (seen !== undefined) return seen
        const found = find(relation)
        known.set(relation, found)
        return found
      },
    }
  }

  const configured = config.tenant
  const registryNamed = configured?.table ? (findRelation(snapshot, configured.table) ?? null) : null
  if (configured?.column === null) return make('none', registryNamed, null, new Set())
  if (configured?.column !== undefined)
    return make(
      'configuration',
      registryNamed ?? registryOf(tables, links, byId, configured.column),
      configured.column,
      new Set([configured.column]),
    )

  const candidates = countCandidates(tables, links, byId)
  const forced = registryNamed
    ? [...candidates.values()].find((candidate) => candidate.targets.has(registryNamed.id))
    : undefined
  const best =
    forced ?? [...candidates.values()].sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))[0]
  if (!best || best.score <= 0) return make('undetected', registryNamed, null, new Set())
  const registry = registryNamed ?? registryOf(tables, links, byId, best.name)
  const names = new Set(
    [...candidates.values()]
      .filter(
        (c) =>
          c.name === best.name ||
          c.word === best.word ||
          (registry && c.targets.has(registry.id) && c.strong),
      )
      .map((c) => c.name),
  )
  return make(configured?.table ? 'configuration' : 'detected', registry, best.name, names)
}

interface Candidate {
  readonly name: string
  readonly word: string
  readonly strong: boolean
  readonly targets: Set<string>
  score: number
}

function countCandidates(
  tables: readonly Relation[],
  links: readonly Link[],
  byId: ReadonlyMap<RelationId, Relation>,
): Map<string, Candidate> {
  const counts = new Map<string, { tables: number; targets: Map<RelationId, number> }>()
  // Tables that are alike share one list of columns.
  const namesIn = remembered((columns: Relation['columns']) =>
    columns.filter(mayName).map(({ name }) => name),
  )
  for (const table of tables) {
    for (const name of namesIn(table.columns)) {
      const count = counts.get(name)
      if (count) count.tables++
      else counts.set(name, { tables: 1, targets: new Map() })
    }
  }
  for (const { columns, references } of links) {
    const count =
      columns.length === 1 && references.columns.length > 0 ? counts.get(columns[0] ?? '') : undefined
    const target = count ? byId.get(references.relation) : undefined
    if (target) count?.targets.set(target.id, (count.targets.get(target.id) ?? 0) + 1)
  }
  const candidates = new Map<string, Candidate>()
  const total = Math.max(tables.length, 1)
  for (const [name, count] of counts) {
    const word = tenantWord(name) ?? ''
    const share = count.tables / total
    const rank = strong.indexOf(word)
    const registry = [...count.targets.entries()].sort((a, b) => b[1] - a[1])[0]?.[0]
    const target = registry ? byId.get(registry) : undefined
    const toPeople = target ? tokens(target.name).some((part) => people.has(part)) : false
    let score = 0
    if (rank >= 0 && isKeyLike(name)) score = 100 - rank + share * 40 + (target && !toPeople ? 30 : 0)
    else if (rank >= 0) score = share >= 0.5 && count.tables >= 3 ? 40 + share * 20 : 0
    else if (weak.includes(word) && isKeyLike(name))
      score = share >= 0.5 && count.tables >= 2 ? 30 + share * 30 + (target ? 20 : 0) : 0
    else if (target && !toPeople && isKeyLike(name))
      score = share >= 0.6 && count.tables >= 4 ? 20 + share * 20 : 0
    if (score > 0)
      candidates.set(name, { name, word, strong: rank >= 0, targets: new Set(count.targets.keys()), score })
  }
  return candidates
}

const mayName = ({ name, baseType }: Column): boolean =>
  tenantWord(name) !== null &&
  !owners.has(name) &&
  /^(uuid|bigint|integer|smallint|text|character)/.test(baseType)

const people = new Set(
  'user users usuario usuarios profile profiles patient patients paciente pacientes person people pessoa pessoas member members'.split(
    ' ',
  ),
)

/** The key of a row that extends a person one to one: `profiles.id` references `users.id`. */
function personKey(relation: Relation, byId: ReadonlyMap<RelationId, Relation>): string | null {
  const [key, second] = relation.constraints.find((c) => c.kind === 'primary')?.columns ?? []
  if (key === undefined || second !== undefined) return null
  const extending = relation.constraints.some((c) => {
    const target =
      c.references && c.columns.length === 1 && c.columns[0] === key
        ? byId.get(c.references.relation)
        : undefined
    return target !== undefined && target !== relation && tokens(target.name).some((part) => people.has(part))
  })
  return extending ? key : null
}

/** The table most foreign keys of this column lead to, else the one named after it. */
function registryOf(
  tables: readonly Relation[],
  links: readonly Link[],
  byId: ReadonlyMap<RelationId, Relation>,
  column: string,
): Relation | null {
  const counts = new Map<RelationId, number>()
  for (const { columns, references } of links) {
    if (columns.length === 1 && columns[0] === column)
      counts.set(references.relation, (counts.get(references.relation) ?? 0) + 1)
  }
  const [most] = [...counts.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  if (most) return byId.get(most[0]) ?? null
  const word = tenantWord(column)
  if (word === null) return null
  const names = new Set([
    word,
    `${word}s`,
    `${word}es`,
    word.replace(/y$/, 'ies'),
    word.replace(/ao$/, 'oes'),
  ])
  return tables.find((table) => names.has(joined(table.name))) ?? null
}

/**
 * A column that a foreign key binds to a tenant column under another name: `(order_tenant, order_id)` to
 * `orders (tenant_id, id)`, or the only mandatory reference to the registry.
 */
function throughKey(
  relation: Relation,
  names: ReadonlySet<string>,
  registry: Relation | null,
): string | null {
  for (const constraint of relation.constraints) {
    const columns = constraint.references?.columns ?? []
    if (columns.length < 2) continue
    const at = columns.findIndex((name) => names.has(name))
    if (at >= 0) return constraint.columns[at] ?? null
  }
  if (!registry) return null
  const toRegistry = relation.constraints.filter(
    (c) => c.references?.relation === registry.id && c.columns.length === 1,
  )
  const [only] = toRegistry
  const column =
    toRegistry.length === 1 ? relation.columns.find((c) => c.name === only?.columns[0]) : undefined
  return column?.notNull ? column.name : null
}

/** The single column of a primary key. */
function primaryKey(relation: Relation): string | undefined {
  const key = relation.constraints.find((constraint) => constraint.kind === 'primary')
  return key?.columns.length === 1
    ? key.columns[0]
    : relation.columns.find((column) => column.name === 'id')?.name
}

/** Finds a relation by `schema.name`, quoted or raw. */
export function findRelation(snapshot: Snapshot, name: string): Relation | undefined {
  return snapshot.relations.find(
    (relation) => relation.id === name || `${relation.schema}.${relation.name}` === name,
  )
}
