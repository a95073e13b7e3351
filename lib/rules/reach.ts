import type { Grant, Snapshot } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import { remembered } from './memo'
import type { Roles } from './roles'

/** One grantee of a table, directly named in its grants. */
export interface Reach {
  /** `null` is PUBLIC. */
  readonly role: string | null
  /** Privileges on the whole table. */
  readonly privileges: ReadonlySet<string>
  /** Privileges on some columns only. */
  readonly onColumns: ReadonlyMap<string, readonly string[]>
}

/** Who is reached by the grants of a table, its columns and its schema; thousands of tables share one list of grants. */
export function reachIn(snapshot: Snapshot, roles: Roles): (relation: Relation) => readonly Reach[] {
  const schemas = new Map(snapshot.schemas.map((schema) => [schema.name, schema]))
  const shared = remembered((_place: string) => new Map<readonly Grant[], readonly Reach[]>())
  return remembered((of: Relation) => {
    const { grants = [], owner = '' } = schemas.get(of.schema) ?? {}
    if (of.columns.some((column) => column.grants.length > 0)) return reachOf(of, grants, owner, roles)
    const known = shared(`${of.schema.length} ${of.schema} ${of.owner}`)
    const found = known.get(of.grants) ?? reachOf(of, grants, owner, roles)
    known.set(of.grants, found)
    return found
  })
}

function reachOf(
  of: Relation,
  schemaGrants: readonly Grant[],
  schemaOwner: string,
  roles: Roles,
): readonly Reach[] {
  const made = new Map<string | null, { privileges: Set<string>; onColumns: Map<string, string[]> }>()
  const outside = (role: string | null) =>
    role === null || (!roles.superuser(role) && !roles.inherits(role).has(of.owner))
  const at = (role: string | null) => {
    const known = made.get(role)
    if (known) return known
    const fresh = { privileges: new Set<string>(), onColumns: new Map<string, string[]>() }
    made.set(role, fresh)
    return fresh
  }
  for (const grant of of.grants) if (outside(grant.grantee)) at(grant.grantee).privileges.add(grant.privilege)
  for (const column of of.columns) {
    for (const grant of column.grants) {
      if (!outside(grant.grantee)) continue
      const { onColumns } = at(grant.grantee)
      onColumns.set(grant.privilege, [...(onColumns.get(grant.privilege) ?? []), column.name])
    }
  }
  const mayUse = (role: string | null) =>
    roles.holds(role, schemaGrants, 'USAGE') ||
    (role !== null &&
      (role === schemaOwner ||
        [...roles.inheritedBy(role)].some(
          (m) => m === schemaOwner || roles.holds(m, schemaGrants, 'USAGE'),
        ))) ||
    (role === null &&
      schemaGrants.some((grant) => grant.privilege === 'USAGE' && grant.grantee !== schemaOwner))
  return [...made.entries()].filter(([role]) => mayUse(role)).map(([role, rest]) => ({ role, ...rest }))
}
