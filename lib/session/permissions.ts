import type { UserRole } from '@/lib/db/scope'

export const permissions = [
  'catalog:read',
  'findings:read',
  'findings:write',
  'consents:read',
  'consents:write',
  'audit:read',
  'users:read',
  'users:write',
  'export',
] as const
export type Permission = (typeof permissions)[number]

/**
 * What each kind of user may do. The same pairs stand in the store's table `permission`, so that PostgreSQL decides
 * again; a test compares the two.
 */
export const permissionsOf: Readonly<Record<UserRole, readonly Permission[]>> = {
  compliance_officer: permissions,
  dba: ['catalog:read', 'findings:read', 'findings:write', 'users:read', 'export'],
  clinic_admin: ['catalog:read', 'findings:read', 'consents:read', 'consents:write', 'audit:read', 'export'],
  viewer: ['catalog:read', 'findings:read'],
}

export const userRoles = Object.keys(permissionsOf) as readonly UserRole[]

/** Whether this kind of user has the permission. */
export const may = (who: { readonly role: UserRole }, permission: Permission): boolean =>
  permissionsOf[who.role].includes(permission)
