import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { ident } from '@/lib/clone/spelling'
import type { Principal, Setup } from '../../types'
import { tenantsAlike } from './tenants-alike'
import { categoryOf } from './values'
import { through } from './view-columns'

export type Tenancy =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'via'; readonly column: string; readonly parent: string; readonly parentColumn: string }

/** A table that holds rows itself: the unit in which effects are seen. */
export interface Table {
  readonly relation: Relation
  readonly tenancy: Tenancy | null
  /** The relation its effects are booked on: itself, or the tree it belongs to. */
  readonly booked: string
  /** It is not asked about itself: a declared view over it says whose its rows are. */
  readonly beneath: boolean
  /** Columns that name a row: those of the primary key, else of a unique constraint without NULLs, else none. */
  readonly key: readonly string[]
}

/** Everything the probe needs to know of the schema and the question. */
export interface Scope {
  readonly snapshot: Snapshot
  readonly setup: Setup
  readonly relations: ReadonlyMap<string, Relation>
  readonly tables: ReadonlyMap<string, Table>
  /** Relations with tenants, and declared views: what is asked about. */
  readonly targets: readonly Relation[]
  /** Those of them that are attacked: all, but where only some questions are asked. */
  readonly attacked: readonly Relation[]
  /** Functions that are declared: asked about even where they are not found to cross. */
  readonly declaredRoutines: ReadonlySet<string>
  readonly tenants: readonly string[]
}

export function scopeOf(snapshot: Snapshot, setup: Setup, about?: readonly string[]): Scope {
  const relations = new Map<string, Relation>(snapshot.relations.map((each) => [each.id, each]))
  const declared = new Set([...setup.tenants, ...setup.tenantVia].map(({ relation }) => relation))
  const stored = snapshot.relations.filter(
    ({ kind, extension, persistence }) =>
      kind === 'table' && extension === null && persistence !== 'temporary',
  )
  const shown = columnsShown(setup, relations)
  const tables = new Map(
    stored.map((relation) => {
      const owner = declaredUpwards(relation, relations, declared)
      const above = owner === null ? declaredUpwards(relation, relations, shown) : null
      const column = above === null ? undefined : shown.get(above)
      const tenancy: Tenancy | null =
        column === undefined ? (owner === null ? null : tenancyOf(owner, setup)) : { kind: 'column', column }
      const booked = owner ?? relation.id
      return [
        relation.id as string,
        { relation, tenancy, booked, beneath: column !== undefined, key: keyOf(relation) },
      ]
    }),
  )
  const targets = snapshot.relations.filter(
    (each) =>
      each.extension === null &&
      each.kind !== 'foreign' &&
      (declared.has(each.id) || hasTenants(tables.get(each.id))),
  )
  return {
    snapshot,
    setup,
    relations,
    tables,
    targets,
    attacked: about ? targets.filter(({ id }) => about.includes(id)) : targets,
    declaredRoutines: new Set([...declared].filter((name) => name.includes('('))),
    tenants: [...new Set([...tenantsOf(setup.principals), ...tenantsWritten(snapshot, setup)])],
  }
}

const hasTenants = (table: Table | undefined) => (table?.tenancy ?? null) !== null && !table?.beneath

/** Tenant columns of tables that are not declared, by a declared view that shows them as they are. */
function columnsShown(
  { tenants }: Setup,
  relations: ReadonlyMap<string, Relation>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { relation: id, column } of tenants) {
    const view = relations.get(id)
    const below = view?.kind === 'view' ? through(relations, view) : null
    const name = below?.named.get(column ?? '')
    if (below && name !== undefined) found.set(below.base.id, name)
  }
  return found
}

/** Tenants of the principals, and one of nobody's where some principal would have nobody to reach. */
function tenantsOf(principals: readonly Principal[]): string[] {
  const tenants = [...new Set(principals.flatMap((each) => each.tenants))]
  const alone = principals.some((each) => tenants.every((tenant) => each.tenants.includes(tenant)))
  return alone ? [...tenants, stranger(tenants[0] ?? '')] : tenants
}

/** Tenants that a condition, a view or a function names as they are: what it opens is theirs. */
function tenantsWritten(snapshot: Snapshot, setup: Setup): string[] {
  const columns = new Set(setup.tenants.flatMap(({ column }) => column ?? []))
  const texts = [
    ...snapshot.relations.flatMap(({ policies, definition }) => [
      ...policies.flatMap(({ using, check }) => [using, check]),
      definition,
    ]),
    ...ownRoutines(snapshot).map(({ body }) => body),
  ]
  const spelled = [...columns].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  if (spelled === '') return []
  const compared = `(?<![\\w$])"?(?:${spelled})"?\\)?\\s*=\\s*`
  const written = new RegExp(`${compared}(?:'([^']+)'|(\\d+)\\b)`, 'g')
  // A list, or what a function makes one of.
  const listed = new RegExp(`${compared}any\\s*\\(([^;]{0,400})`, 'gi')
  const named = setup.principals.flatMap(({ tenants }) => tenants)
  const like = named[0] ?? ''
  const shape = (text: string) =>
    /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text) ? 'uuid' : /^\d+$/.test(text) ? 'number' : 'text'
  const found = texts.flatMap((text) => [
    ...[...(text ?? '').matchAll(written)].map(([, quoted, number]) => quoted ?? number ?? ''),
    ...[...(text ?? '').matchAll(listed)].flatMap(([, list = '']) =>
      [...list.matchAll(/'([^']+)'/g)].map(([, quoted = '']) => quoted),
    ),
  ])
  const told = [...new Set(found)].filter((text) => shape(text) === shape(like)).slice(0, 3)
  const fractions = snapshot.relations.some(({ id, columns: all }) =>
    all.some(
      ({ name, baseType }) =>
        categoryOf(baseType) === 'number' &&
        setup.tenants.some(({ relation, column }) => relation === id && column === name),
    ),
  )
  const said = texts.filter((text): text is string => text !== null)
  return [...told, ...tenantsAlike({ texts: said, tenants: [...new Set(named)], fractions })]
}

const stranger = (like: string) =>
  /^[0-9a-f]{8}-/i.test(like) || like === ''
    ? '57a46e00-0000-4000-8000-000000000057'
    : /^\d+$/.test(like)
      ? String(Number(like) + 5701)
      : `stranger-${like}`

/** The relation itself or its nearest parent that is declared. */
function declaredUpwards(
  relation: Relation,
  relations: ReadonlyMap<string, Relation>,
  declared: Pick<ReadonlySet<string>, 'has'>,
): string | null {
  if (declared.has(relation.id)) return relation.id
  for (const parent of relation.parents) {
    const above = relations.get(parent)
    const found = above && declaredUpwards(above, relations, declared)
    if (found) return found
  }
  return null
}

/** How the rows of a declared relation get their tenant; `null` where only what they depend on tells. */
export function tenancyOf(relation: string, setup: Setup): Tenancy | null {
  const own = setup.tenants.find((each) => each.relation === relation)
  if (own) return own.column ? { kind: 'column', column: own.column } : null
  const via = setup.tenantVia.find((each) => each.relation === relation)
  return via ? { kind: 'via', column: via.column, parent: via.parent, parentColumn: via.parentColumn } : null
}

/** SQL of a row's tenant as text, the row being called `alias`. */
export function tenantSql(tenancy: Tenancy | null, setup: Setup, alias: string, depth = 0): string {
  if (tenancy === null || depth > 5) return 'null::text'
  if (tenancy.kind === 'column') return `${alias}.${ident(tenancy.column)}::text`
  const above = `p${depth}`
  const upwards = tenantSql(tenancyOf(tenancy.parent, setup), setup, above, depth + 1)
  return `(select ${upwards} from ${tenancy.parent} ${above} where ${above}.${ident(tenancy.parentColumn)} = ${alias}.${ident(tenancy.column)} limit 1)`
}

function keyOf(relation: Relation): readonly string[] {
  const primary = relation.constraints.find(({ kind }) => kind === 'primary')
  if (primary) return primary.columns
  const solid = new Set(relation.columns.filter(({ notNull }) => notNull).map(({ name }) => name))
  const unique = relation.constraints.find(
    ({ kind, columns }) => kind === 'unique' && columns.every((column) => solid.has(column)),
  )
  return unique?.columns ?? []
}

const trees = new WeakMap<Scope, Map<string, Set<string>>>()

/** All that stands below a relation in a tree of partitions or children, itself included. */
export function treeOf(scope: Scope, id: string): ReadonlySet<string> {
  const known = trees.get(scope) ?? new Map<string, Set<string>>()
  trees.set(scope, known)
  const tree = known.get(id) ?? grow(scope, id)
  known.set(id, tree)
  return tree
}

function grow(scope: Scope, id: string): Set<string> {
  const found = new Set([id])
  for (let grown = true; grown;) {
    grown = false
    for (const relation of scope.relations.values()) {
      if (found.has(relation.id) || !relation.parents.some((parent) => found.has(parent))) continue
      found.add(relation.id)
      grown = true
    }
  }
  return found
}

/** Tables that a view reads, through other views too; of a table its tree. */
export function basesOf(scope: Scope, id: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(id)) return new Set()
  seen.add(id)
  const relation = scope.relations.get(id)
  if (!relation) return new Set()
  if (relation.kind !== 'view' && relation.kind !== 'matview') return treeOf(scope, id)
  return new Set(relation.reads.flatMap((each) => [...basesOf(scope, each.relation, seen)]))
}

/** Routines that somebody made and the snapshot holds the text of. */
export const ownRoutines = (snapshot: Snapshot): Routine[] =>
  snapshot.routines.filter(
    (each) =>
      each.extension === null &&
      each.body !== null &&
      (each.kind === 'function' || each.kind === 'procedure') &&
      !['trigger', 'event_trigger'].includes(each.returns.replace(/^pg_catalog\./, '')),
  )

/** A row that a principal may not write: without a tenant of its own. */
export const isForeign = (tenant: string | null, principal: Principal) =>
  tenant === null || !principal.tenants.includes(tenant)

/** A row that a principal may not read: rows without tenant are everybody's where the setup says so. */
export const isHidden = (tenant: string | null, principal: Principal, setup: Setup) =>
  tenant === null ? setup.nullTenant === 'foreign' : !principal.tenants.includes(tenant)
