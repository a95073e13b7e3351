import type { Grant, Snapshot } from '@/lib/catalog/types'

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
  /** Can a person or program connect as this role, or as one that can become it? */
  reachable(role: string): boolean
}

/** Role closures of a snapshot. Attributes are never inherited; privileges are, where the membership says so. */
export function rolesOf(snapshot: Snapshot): Roles {
  const byName = new Map(snapshot.roles.map((role) => [role.name, role]))
  const up = { inherit: new Map<string, string[]>(), set: new Map<string, string[]>() }
  const down = new Map<string, string[]>()
  for (const { role, member, inherit, set } of snapshot.memberships) {
    if (inherit) {
      add(up.inherit, member, role)
      add(down, role, member)
    }
    if (set) add(up.set, member, role)
  }
  const inherits = closure(up.inherit)
  const becomes = closure(up.set)
  const inheritedBy = closure(down)
  const reaches = remembered((role) => new Set([...becomes(role)].flatMap((other) => [...inherits(other)])))
  const members = new Set(snapshot.memberships.map((membership) => membership.member))
  const reachedBy = remembered(
    (role) => new Set([role, ...[...members].filter((member) => reaches(member).has(role))]),
  )
  const superuser = (role: string) => byName.get(role)?.superuser === true
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
    exempt: (role) => superuser(role) || byName.get(role)?.bypassRls === true,
    holds(role, grants, privilege) {
      if (role !== null && superuser(role)) return true
      const held = role === null ? null : inherits(role)
      return grants.some(
        (grant) =>
          grant.privilege === privilege &&
          (grant.grantee === null || (held !== null && held.has(grant.grantee))),
      )
    },
    reachable: (role) => [...reachedBy(role)].some(connects),
  }
}

function remembered(make: (role: string) => ReadonlySet<string>): (role: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>()
  return (role) => {
    const seen = known.get(role) ?? make(role)
    known.set(role, seen)
    return seen
  }
}

function add(map: Map<string, string[]>, from: string, to: string) {
  const list = map.get(from)
  if (list) list.push(to)
  else map.set(from, [to])
}

function closure(edges: ReadonlyMap<string, readonly string[]>): (start: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>()
  return (start) => {
    const seen = known.get(start)
    if (seen) return seen
    const reached = new Set([start])
    const todo = [start]
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      for (const to of edges.get(next) ?? []) {
        if (!reached.has(to)) {
          reached.add(to)
          todo.push(to)
        }
      }
    }
    known.set(start, reached)
    return reached
  }
}
