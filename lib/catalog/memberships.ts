import type { Role } from './types-server'
import type { Snapshot } from './types'

/** Who has whose privileges, as `has_privs_of_role` answers it; made once for each snapshot. */
export interface RoleGraph {
  readonly roles: ReadonlyMap<string, Role>
  /** Every role whose privileges `role` has without SET ROLE, itself first, each with the chain that leads there. */
  inherited(role: string): ReadonlyMap<string, readonly string[]>
  /** Every role that memberships let `role` SET ROLE to, directly or in steps, itself first. */
  becomes(role: string): ReadonlySet<string>
  /** Every other role that `role` may SET ROLE to: a superuser to all. */
  reachable(role: string): ReadonlySet<string>
}

const graphs = new WeakMap<Snapshot, RoleGraph>()

export function roleGraph(snapshot: Snapshot): RoleGraph {
  let graph = graphs.get(snapshot)
  if (!graph) graphs.set(snapshot, (graph = build(snapshot)))
  return graph
}

function build(snapshot: Snapshot): RoleGraph {
  const roles = new Map(snapshot.roles.map((role) => [role.name, role]))
  const inherits = new Map<string, string[]>()
  const sets = new Map<string, string[]>()
  for (const { role, member, inherit, set } of snapshot.memberships) {
    if (inherit) add(inherits, member, role)
    if (set) add(sets, member, role)
  }
  // The owner of a database is a member of pg_database_owner without a row that says so; before 16 only if it inherits.
  const owner = snapshot.server.databaseOwner
  if (roles.has('pg_database_owner')) {
    if (snapshot.server.version >= 160000 || roles.get(owner)?.inherit)
      add(inherits, owner, 'pg_database_owner')
  }
  const inherited = new Map<string, ReadonlyMap<string, readonly string[]>>()
  const becoming = new Map<string, ReadonlySet<string>>()
  const reachable = new Map<string, ReadonlySet<string>>()
  const becomes = (role: string) => {
    let found = becoming.get(role)
    if (!found) becoming.set(role, (found = new Set(chains(role, sets).keys())))
    return found
  }
  return {
    roles,
    inherited(role) {
      let found = inherited.get(role)
      if (!found) inherited.set(role, (found = chains(role, inherits)))
      return found
    },
    becomes,
    reachable(role) {
      let found = reachable.get(role)
      if (!found) {
        const all = new Set(roles.get(role)?.superuser ? roles.keys() : becomes(role))
        all.delete(role)
        reachable.set(role, (found = all))
      }
      return found
    },
  }
}

function add(map: Map<string, string[]>, key: string, value: string) {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}

/** Breadth first, so that each chain is a shortest one. */
function chains(
  from: string,
  edges: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>([[from, [from]]])
  const waiting = [from]
  for (let at = 0; at < waiting.length; at++) {
    const role = waiting[at] ?? ''
    const chain = found.get(role) ?? []
    for (const next of edges.get(role) ?? []) {
      if (found.has(next)) continue
      found.set(next, [...chain, next])
      waiting.push(next)
    }
  }
  return found
}
