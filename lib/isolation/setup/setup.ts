import type { Config } from '@/lib/config/schema'
import { ConfigError, configFile } from '@/lib/config/config'
import type { Facts } from '@/lib/rules/facts'
import { loadParser } from '@/lib/sql/parse'
import { nullTenantOf } from '../detect/own-log'
import { detectPrincipals } from '../detect/principals'
import { rolesAsked } from '../detect/roles'
import { detectTenants } from '../detect/tenants'
import { namedRelation } from '../names'
import type { Membership, Principal, Sentence, Setup, TenantColumn, TenantVia } from '../types'

/** Where a part of the setup comes from. */
export type Origin = 'configuration' | 'stored' | 'detected'

/** What will be asked, where each part of it comes from, and what could not be found out. */
export interface PreparedSetup {
  readonly setup: Setup
  readonly origins: {
    readonly tenants: Origin
    readonly membership: Origin
    /** By the principal's name. */
    readonly principals: Readonly<Record<string, Origin>>
  }
  readonly notes: readonly Sentence[]
}

type Block = NonNullable<Config['isolation']>

const prepared = new WeakMap<Facts, Map<string, Promise<PreparedSetup>>>()

/**
 * The configuration's `isolation` block with everything absent detected from the catalog. Who lists tenants lists their
 * children too, and who lists principals says how they belong: neither is then detected beside it. `stored` principals
 * stand instead of detected ones; one that the configuration names is taken from there. Worked out once for the facts of
 * a snapshot and what is stored.
 * @throws ConfigError when the block names what the database does not have
 */
export function setupOf(facts: Facts, stored: readonly Principal[] | null = null): Promise<PreparedSetup> {
  const known = prepared.get(facts) ?? new Map<string, Promise<PreparedSetup>>()
  prepared.set(facts, known)
  const key = JSON.stringify(stored)
  const setup = known.get(key) ?? prepare(facts, stored)
  known.set(key, setup)
  return setup
}

async function prepare(facts: Facts, stored: readonly Principal[] | null): Promise<PreparedSetup> {
  await loadParser()
  const block: Block = facts.config.isolation ?? {}
  const { roles, notes: roleNotes } = rolesAsked(facts)
  const detected = detectPrincipals(facts, roles)
  const configured = block.principals?.map(principalOf)
  const principals = merged(facts, configured, stored, detected.principals)
  const asked = [...new Set(principals.map(({ principal }) => principal.role))]
  const rows = detectTenants(facts, asked.length > 0 ? asked : roles)
  const membership = membershipOf(facts, block, configured !== undefined, detected.membership)
  return {
    setup: {
      threat: block.threat ?? 'dml',
      nullTenant: block.nullTenant ?? facts.config.tenant?.nullTenant ?? nullTenantOf(facts, rows.tenants),
      tenants: block.tenants ? block.tenants.map((each, at) => tenantOf(facts, each, at)) : rows.tenants,
      tenantVia: block.tenantVia
        ? block.tenantVia.map((each, at) => viaOf(facts, each, at))
        : block.tenants
          ? []
          : rows.tenantVia,
      principals: principals.map(({ principal }) => principal),
      membership,
      ownRows: configured || block.membership ? [] : detected.ownRows,
      untrusted: block.untrusted ?? detected.untrusted,
      ...(configured || stored ? {} : { identity: detected.identity }),
    },
    origins: {
      tenants: block.tenants ? 'configuration' : 'detected',
      membership: block.membership === undefined ? 'detected' : 'configuration',
      principals: Object.fromEntries(principals.map(({ principal, origin }) => [principal.name, origin])),
    },
    notes: [
      ...(configured || stored ? [] : [...roleNotes, ...detected.notes]),
      ...(block.tenants ? [] : rows.notes),
    ],
  }
}

interface Merged {
  readonly principal: Principal
  readonly origin: Origin
}

function merged(
  facts: Facts,
  configured: readonly Principal[] | undefined,
  stored: readonly Principal[] | null,
  detected: readonly Principal[],
): readonly Merged[] {
  const named = new Set(configured?.map(({ name }) => name))
  const fallback: readonly Merged[] = stored
    ? stored.filter(({ name }) => !named.has(name)).map((principal) => ({ principal, origin: 'stored' }))
    : configured
      ? []
      : detected.map((principal) => ({ principal, origin: 'detected' }))
  for (const [at, { role }] of (configured ?? []).entries())
    if (!facts.role.has(role)) refuse(facts, `isolation.principals[${at}].role: there is no role ${role}`)
  return [
    ...(configured ?? []).map((principal): Merged => ({ principal, origin: 'configuration' })),
    ...fallback,
  ]
}

const principalOf = (each: NonNullable<Block['principals']>[number]): Principal => ({
  name: each.name,
  tenants: each.tenants,
  login: each.login ?? null,
  role: each.role,
  settings: each.settings ?? {},
  claims: each.claims ?? null,
})

const tenantOf = (facts: Facts, each: NonNullable<Block['tenants']>[number], at: number): TenantColumn => ({
  relation: known(facts, each.relation, `isolation.tenants[${at}].relation`),
  column: each.column || null,
})

const viaOf = (facts: Facts, each: NonNullable<Block['tenantVia']>[number], at: number): TenantVia => ({
  ...each,
  relation: known(facts, each.relation, `isolation.tenantVia[${at}].relation`),
  parent: known(facts, each.parent, `isolation.tenantVia[${at}].parent`),
})

function membershipOf(
  facts: Facts,
  block: Block,
  withPrincipals: boolean,
  detected: Membership | null,
): Membership | null {
  if (block.membership === undefined) return withPrincipals ? null : detected
  if (block.membership === null) return null
  const relation = known(facts, block.membership.relation, 'isolation.membership.relation')
  return { ...block.membership, relation, when: block.membership.when ?? null }
}

function known(facts: Facts, name: string, key: string): string {
  return namedRelation(facts.snapshot, name) ?? refuse(facts, `${key}: there is no ${name}`)
}

function refuse(facts: Facts, problem: string): never {
  throw new ConfigError(configFile, [`${problem} in the database ${facts.snapshot.database}`])
}
