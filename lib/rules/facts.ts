import type { Column, Policy, Relation } from '@/lib/catalog/types-relation'
import type { Grant, RelationId, RoutineId, Snapshot } from '@/lib/catalog/types'
import type { Role } from '@/lib/catalog/types-server'
import type { Routine } from '@/lib/catalog/types-object'
import type { Config } from '@/lib/config/schema'
import { auditFactsOf, type AuditFacts } from './audit-facts'
import { classificationOf, suggestionOf, type Classification, type Suggestion } from './classes'
import { policyFactsOf, type PolicyFacts } from './policy-facts'
import { remembered } from './memo'
import { reachIn, type Reach } from './reach'
import { rolesOf, type Roles } from './roles'
import { governedSchemas, isSupabase } from './schemas'
import { linksOf, findRelation, tenancyOf, type Tenancy } from './tenants'
import { tokens } from './tokens'

export { memo, ofFacts, perFacts } from './memo'
export type { Reach } from './reach'

/** What every rule needs to know beside the snapshot: detected, or configured where a person said so. */
export interface Facts {
  readonly config: Config
  readonly snapshot: Snapshot
  /** The facts of the whole database; themselves, unless these are a portion of them (see `portions.ts`). */
  readonly whole: Facts
  /** What `ofFacts` and `perFacts` have worked out. */
  readonly made: unknown[]
  readonly relation: ReadonlyMap<RelationId, Relation>
  readonly routine: ReadonlyMap<RoutineId, Routine>
  readonly role: ReadonlyMap<string, Role>
  readonly roles: Roles
  /** Names of governed schemas. */
  readonly schemas: ReadonlySet<string>
  /** Governed tables: ordinary and partitioned, partitions included; extension members and temporary ones left out. */
  readonly governed: readonly Relation[]
  /** Governed tables without partitions: what a rule about a table as such looks at. */
  readonly roots: readonly Relation[]
  /** Governed views, materialized views and foreign tables. */
  readonly views: readonly Relation[]
  /** Governed functions and procedures, extension members left out. */
  readonly routines: readonly Routine[]
  readonly tenancy: Tenancy
  /** Tables of global data, configured or detected (a lookup that applications only read). */
  isReference(relation: Relation): boolean
  /** Has a tenant, names a person, or carries personal data: rows that must not be seen by everyone. */
  holdsTenantData(relation: Relation): boolean
  /**
   * Roles that applications use: configured, or those that hold privileges on governed relations (and who inherits or
   * becomes them), without superusers, owners, predefined and platform roles, and without those nobody can connect as.
   */
  readonly applicationRoles: readonly string[]
  /** Roles that act for nobody in particular, such as anon. */
  readonly unauthenticatedRoles: ReadonlySet<string>
  /** Grants of a table and its columns that reach someone beside its owner and superusers; schema USAGE is asked for. */
  reach(relation: Relation): readonly Reach[]
  readonly audit: AuditFacts
  classification(relation: Relation, column: Column): Classification | null
  suggestion(column: Column): Suggestion | null
  /** The given class, else the suggested one. */
  classOf(relation: Relation, column: Column): Classification['class'] | null
  /** The classes that its columns have. */
  classesOf(relation: Relation): ReadonlySet<Classification['class']>
  /** What its expressions say, parsed once. */
  policy(relation: Relation, policy: Policy): PolicyFacts
  readonly supabase: boolean
}

/** Roles of platforms and of their staff: they hold grants, but no application connects as them. */
const platformRoles = new Set([
  'postgres',
  'service_role',
  'authenticator',
  'dashboard_user',
  'pgbouncer',
  'rdsadmin',
  'rds_superuser',
  'rdsrepladmin',
  'cloudsqladmin',
  'cloudsqlsuperuser',
  'cloud_admin',
  'neon_superuser',
  'neon_service',
  'azure_pg_admin',
  'azuresu',
])
const isPlatformRole = (name: string) =>
  platformRoles.has(name) || name.startsWith('supabase_') || name.startsWith('pg_')

const unauthenticated = new Set(
  'anon anonymous anonymous_user web_anon web_anonymous guest public_anon visitante anonimo nobody'.split(
    ' ',
  ),
)

/** Pure: the facts of a snapshot under a configuration. */
export function factsOf(snapshot: Snapshot, config: Config): Facts {
  const schemas = governedSchemas(snapshot, config)
  const governed: Relation[] = []
  const roots: Relation[] = []
  const views: Relation[] = []
  const relation = new Map<RelationId, Relation>()
  for (const r of snapshot.relations) {
    relation.set(r.id, r)
    if (!schemas.has(r.schema) || r.extension !== null || r.persistence === 'temporary') continue
    const isTable = r.kind === 'table' || r.kind === 'partitioned'
    if (isTable) governed.push(r)
    else views.push(r)
    if (isTable && !r.isPartition) roots.push(r)
  }
  const links = linksOf(roots)
  const routine = new Map(snapshot.routines.map((r) => [r.id, r]))
  const role = new Map(snapshot.roles.map((r) => [r.name, r]))
  const roles = rolesOf(snapshot)
  const tenancy = tenancyOf(snapshot, config, roots, links, relation)
  const applicationRoles = findApplicationRoles(snapshot, config, [...governed, ...views], roles)
  const unauthenticatedRoles = new Set(
    config.unauthenticatedRoles ??
      snapshot.roles.filter((r) => unauthenticated.has(r.name)).map((r) => r.name),
  )

  const classOf = (of: Relation, column: Column) =>
    classificationOf(config, of, column)?.class ?? suggestionOf(column)?.class ?? null
  const classesIn = (of: Relation) =>
    new Set(of.columns.map((column) => classOf(of, column)).filter((each) => each !== null))
  const classesByColumns = new Map<Relation['columns'], ReturnType<typeof classesIn>>()
  // Tables that are alike share one list of columns; the configuration names columns with their table.
  const classesOf = (of: Relation) => {
    if (config.classification) return classesIn(of)
    const known = classesByColumns.get(of.columns)
    if (known) return known
    const made = classesIn(of)
    classesByColumns.set(of.columns, made)
    return made
  }
  const belongs = (of: Relation) => tenancy.columnOf(of) !== null || tenancy.ownersOf(of).length > 0
  // Lines of an order have no tenant of their own; their order has.
  const belongsThroughParent = (of: Relation, depth = 0): boolean =>
    depth < 4 &&
    of.constraints.some((c) => {
      const parent = c.references ? relation.get(c.references.relation) : undefined
      if (!parent || parent === of || !schemas.has(parent.schema)) return false
      return belongs(parent) || belongsThroughParent(parent, depth + 1)
    })
  const holdsTenantData = remembered((of: Relation) => {
    const root = rootOf(of, relation)
    if (belongs(root) || belongsThroughParent(root)) return true
    const classes = classesOf(root)
    return classes.has('pers') || classes.has('sens') || classes.has('sec')
  })
  const reach = reachIn(snapshot, roles)
  const referenced = new Set(links.map(({ references }) => references.relation))
  const configuredReference = config.referenceTables
    ? new Set(config.referenceTables.map((name) => findRelation(snapshot, name)?.id))
    : null
  const isReference = remembered((of: Relation): boolean => {
    const root = rootOf(of, relation)
    if (configuredReference?.has(root.id)) return true
    if (holdsTenantData(root) || root === tenancy.registry) return false
    if (toolTables.has(root.name.toLowerCase())) return true
    if (!referenced.has(root.id) && !tokens(root.name).some((word) => lookup.has(word))) return false
    if (
      root.constraints.some(
        (c) => c.references && holdsTenantData(relation.get(c.references.relation) ?? root),
      )
    )
      return false
    return !written(root, reach(root))
  })
  let audit: AuditFacts | undefined
  const policies = remembered((_of: Relation): PolicyFacts[] => [])
  const facts: Facts = {
    config,
    snapshot,
    get whole() {
      return facts
    },
    made: [],
    relation,
    routine,
    role,
    roles,
    schemas,
    governed,
    roots,
    views,
    routines: snapshot.routines.filter((r) => schemas.has(r.schema) && r.extension === null),
    tenancy,
    isReference,
    holdsTenantData,
    applicationRoles,
    unauthenticatedRoles,
    reach,
    get audit() {
      return (audit ??= auditFactsOf(snapshot, config, schemas))
    },
    classification: (of, column) => classificationOf(config, of, column),
    suggestion: suggestionOf,
    classOf,
    classesOf,
    policy(of, policy) {
      const known = policies(of)
      const at = of.policies.indexOf(policy)
      return at < 0 ? policyFactsOf(facts, of, policy) : (known[at] ??= policyFactsOf(facts, of, policy))
    },
    supabase: isSupabase(snapshot),
  }
  return facts
}

/** May someone beside the owner change it: a write privilege, and with row security on a policy for it as well? */
function written(of: Relation, reach: readonly Reach[]): boolean {
  const commands = ['INSERT', 'UPDATE', 'DELETE'] as const
  return commands.some(
    (command) =>
      reach.some((r) => r.privileges.has(command) || r.onColumns.has(command)) &&
      (!of.rls || of.policies.some((p) => p.permissive && (p.command === null || p.command === command))),
  )
}

/** What migration tools and frameworks keep for themselves. */
const toolTables = new Set(
  (
    'schema_migrations ar_internal_metadata django_migrations django_content_type flyway_schema_history databasechangelog ' +
    'databasechangeloglock alembic_version knex_migrations knex_migrations_lock _prisma_migrations __efmigrationshistory ' +
    'goose_db_version pgmigrations sequelizemeta typeorm_metadata __drizzle_migrations atlas_schema_revisions'
  ).split(' '),
)

const lookup = new Set(
  (
    'country countries pais paises state states estado estados city cities cidade cidades municipio municipios currency currencies moeda ' +
    'moedas language languages idioma timezone timezones icd icd10 cid cid10 tuss cbo cnae lookup reference referencia types tipos ' +
    'categories categorias holidays feriados units unidades plans planos features permissions'
  ).split(' '),
)

/** The partitioned root of a partition, else the table itself. */
export function rootOf(relation: Relation, byId: ReadonlyMap<RelationId, Relation>): Relation {
  let root = relation
  for (let depth = 0; root.isPartition && depth < 32; depth++) {
    const parent = root.parents[0] === undefined ? undefined : byId.get(root.parents[0])
    if (!parent) break
    root = parent
  }
  return root
}

function findApplicationRoles(
  snapshot: Snapshot,
  config: Config,
  relations: readonly Relation[],
  roles: Roles,
): readonly string[] {
  if (config.applicationRoles) return [...config.applicationRoles].sort()
  const admins = new Set(config.adminRoles ?? [])
  const owners = new Set(relations.map((r) => r.owner))
  const named = new Set<string>()
  // Thousands of tables share one list of grants, of columns, and of a policy's roles.
  const seen = new Set<unknown>()
  const isNew = (list: unknown) => !seen.has(list) && seen.add(list)
  const add = (grants: readonly Grant[]) => {
    for (const grant of grants) if (grant.grantee !== null) named.add(grant.grantee)
  }
  for (const r of relations) {
    if (isNew(r.grants)) add(r.grants)
    if (isNew(r.columns)) for (const column of r.columns) add(column.grants)
    for (const { roles: to } of r.policies) if (isNew(to)) to?.forEach((name) => named.add(name))
  }
  const fits = (name: string) =>
    !isPlatformRole(name) &&
    !roles.superuser(name) &&
    !owners.has(name) &&
    !admins.has(name) &&
    roles.reachable(name)
  const found = new Set<string>()
  for (const name of named) {
    if (!fits(name)) continue
    for (const member of roles.reachedBy(name)) if (fits(member)) found.add(member)
  }
  return [...found].sort()
}
