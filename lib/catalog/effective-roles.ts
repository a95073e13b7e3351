import { roleGraph, type RoleGraph } from './memberships'
import { byName } from './book'
import type { Grant, Snapshot } from './types'

/** How a role comes to a right on governed relations. */
export type Hold = 'superuser' | 'owner' | 'grant' | 'membership' | 'predefined' | 'public'

export interface EffectiveRole {
  readonly name: string
  readonly login: boolean
  readonly superuser: boolean
  readonly bypassRls: boolean
  readonly holds: readonly Hold[]
  /** Login roles that may SET ROLE to it or inherit it; superusers are not counted. */
  readonly usedBy: readonly string[]
  /** True when some login other than a superuser can act as it. */
  readonly reachable: boolean
  /** Roles it may become with SET ROLE, without those whose privileges it inherits anyway. */
  readonly canBecome: readonly string[]
}

const governing = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
const lists = new WeakMap<Snapshot, readonly EffectiveRole[]>()

/**
 * The roles that can touch a governed relation at all, sorted by name: superusers, owners, holders of a grant by
 * themselves, by an inherited membership or by a predefined role, and, where PUBLIC holds something, every login.
 */
export function effectiveRoles(snapshot: Snapshot): readonly EffectiveRole[] {
  let found = lists.get(snapshot)
  if (!found) lists.set(snapshot, (found = build(snapshot)))
  return found
}

function build(snapshot: Snapshot): EffectiveRole[] {
  const graph = roleGraph(snapshot)
  const { grantees, owners, toPublic } = holders(snapshot)
  const usedBy = users(snapshot, graph)
  return snapshot.roles
    .flatMap((role): EffectiveRole[] => {
      if (role.predefined) return []
      const inherited = graph.inherited(role.name)
      const others = [...inherited.keys()].filter((name) => name !== role.name)
      const holds: Hold[] = []
      if (role.superuser) holds.push('superuser')
      if (owners.has(role.name)) holds.push('owner')
      if (grantees.has(role.name)) holds.push('grant')
      if (others.some((name) => owners.has(name) || grantees.has(name))) holds.push('membership')
      if (inherited.has('pg_read_all_data') || inherited.has('pg_write_all_data')) holds.push('predefined')
      if (toPublic && role.login) holds.push('public')
      if (holds.length === 0) return []
      const by = usedBy.get(role.name) ?? []
      return [
        {
          name: role.name,
          login: role.login,
          superuser: role.superuser,
          bypassRls: role.bypassRls,
          holds,
          usedBy: by,
          reachable: role.login || by.length > 0,
          canBecome: role.superuser
            ? []
            : [...graph.reachable(role.name)].filter((name) => !inherited.has(name)).sort(),
        },
      ]
    })
    .sort(byName)
}

function holders(snapshot: Snapshot) {
  const grantees = new Set<string>()
  const owners = new Set<string>()
  const seen = new Set<readonly Grant[]>()
  let toPublic = false
  const take = (grants: readonly Grant[], owner: string) => {
    if (grants.length === 0 || seen.has(grants)) return
    seen.add(grants)
    for (const grant of grants) {
      if (!governing.has(grant.privilege)) continue
      if (grant.grantee === null) toPublic = true
      else if (grant.grantee !== owner) grantees.add(grant.grantee)
    }
  }
  for (const relation of snapshot.relations) {
    owners.add(relation.owner)
    take(relation.grants, relation.owner)
    for (const column of relation.columns) take(column.grants, relation.owner)
  }
  return { grantees, owners, toPublic }
}

/** For each role, the ordinary logins that can act as it: themselves apart, by inheritance or by SET ROLE. */
function users(snapshot: Snapshot, graph: RoleGraph): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const role of snapshot.roles) {
    if (!role.login || role.superuser) continue
    const within = new Set([...graph.inherited(role.name).keys(), ...graph.reachable(role.name)])
    for (const name of within) {
      if (name === role.name) continue
      const known = found.get(name)
      if (known) known.push(role.name)
      else found.set(name, [role.name])
    }
  }
  return found
}
