import { roleGraph } from '@/lib/catalog/memberships'
import type { Grant, Snapshot } from '@/lib/catalog/types'
import { remembered } from './memo'

/** Who holds whose privileges, who can become whom; names that the snapshot lacks have no power. */
export interface Roles {
  /** The role itself and every role whose privileges it inherits. */
  inherits(role: string): ReadonlySet<string>
  /** Every role it can SET ROLE to, itself included. Attributes such as BYPASSRLS are reached this way only. */
  becomes(role: string): ReadonlySet<string>
  /** Every role whose privileges it can use: inherited ones, and those of each role it can become. */
  reaches(role: string): ReadonlySet<string>
  /** Roles that inherit the privileges of `role`, itself included. */
  inheritedBy(role: string): ReadonlySet<string>
  /** Roles that can use the privileges of `role`, itself included. */
  reachedBy(role: string): ReadonlySet<string>
  /** SUPERUSER or BYPASSRLS. */
  exempt(role: string): boolean
  superuser(role: string): boolean
  /** Does `role` (null: PUBLIC) hold `privilege` by these grants, itself, through PUBLIC or by inheritance? */
  holds(role: string | null, grants: readonly Grant[], privilege: string): boolean
  /** Does it hold CONNECT on this database? A role that may not log in at all does not connect either way. */
  connects(role: string): boolean
  /** Can a person or program connect as this role, or as one that can become it? */
  reachable(role: string): boolean
}

/** Role closures of a snapshot. Attributes are never inherited; privileges are, where the membership says so. */
export function rolesOf(snapshot: Snapshot): Roles {
  const graph = roleGraph(snapshot)
  const inherits = remembered((role: string) => new Set(graph.inherited(role).keys()))
  const { becomes } = graph
  const reaches = remembered(
    (role: string) => new Set([...becomes(role)].flatMap((other) => [...inherits(other)])),
  )
  // The owner of the database is a member of pg_database_owner without a row.
  const members = new Set([
    ...snapshot.memberships.map((membership) => membership.member),
    snapshot.server.databaseOwner,
  ])
  const who = (reach: (role: string) => ReadonlySet<string>) =>
    remembered((role: string) => new Set([role, ...[...members].filter((member) => reach(member).has(role))]))
  const inheritedBy = who(inherits)
  const reachedBy = who(reaches)
  const superuser = (role: string) => graph.roles.get(role)?.superuser === true
  const connects = (role: string) => {
    if (snapshot.server.databaseGrants.length === 0) return true
    if (superuser(role) || role === snapshot.server.databaseOwner) return true
    const held = inherits(role)
    return snapshot.server.databaseGrants.some(
      (grant) => grant.privilege === 'CONNECT' && (grant.grantee === null || held.has(grant.grantee)),
    )
  }
  return {
    inherits,
    becomes,
    reaches,
    inheritedBy,
    reachedBy,
    superuser,
    exempt: (role) => superuser(role) || graph.roles.get(role)?.bypassRls === true,
    holds(role, grants, privilege) {
      if (role !== null && superuser(role)) return true
      const held = role === null ? null : inherits(role)
      return grants.some(
        (grant) =>
          grant.privilege === privilege &&
          (grant.grantee === null || (held !== null && held.has(grant.grantee))),
      )
    },
    connects,
    reachable: (role) => [...reachedBy(role)].some(connects),
  }
}
