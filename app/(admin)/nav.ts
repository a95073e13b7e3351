import type { Permission } from '@/lib/session/permissions'

/** One page of the product as the sidebar, the palette, the shortcuts and the tests know it. */
export interface NavPage {
  readonly path: `/${string}`
  /** Key under `shell.nav` in the messages. */
  readonly label: string
  readonly group: 'coverage' | 'records' | 'administration'
  readonly permission: Permission
  /** The letter after `g`. */
  readonly key: string
}

/** Every page that has an entry of its own, in the order of the sidebar. A new page is one line here. */
export const navPages: readonly NavPage[] = [
  { path: '/overview', label: 'overview', group: 'coverage', permission: 'catalog:read', key: 'o' },
  { path: '/tables', label: 'tables', group: 'coverage', permission: 'catalog:read', key: 't' },
  { path: '/map', label: 'map', group: 'coverage', permission: 'catalog:read', key: 'l' },
  { path: '/dictionary', label: 'dictionary', group: 'coverage', permission: 'catalog:read', key: 'y' },
  { path: '/coverage', label: 'coverage', group: 'coverage', permission: 'catalog:read', key: 'r' },
  { path: '/isolation', label: 'isolation', group: 'coverage', permission: 'catalog:read', key: 'x' },
  { path: '/indexes', label: 'indexes', group: 'coverage', permission: 'catalog:read', key: 'i' },
  { path: '/performance', label: 'performance', group: 'coverage', permission: 'catalog:read', key: 'q' },
  { path: '/audit-status', label: 'auditStatus', group: 'coverage', permission: 'catalog:read', key: 's' },
  { path: '/findings', label: 'findings', group: 'coverage', permission: 'findings:read', key: 'f' },
  { path: '/drift', label: 'drift', group: 'coverage', permission: 'catalog:read', key: 'h' },
  { path: '/controls', label: 'controls', group: 'coverage', permission: 'findings:read', key: 'm' },
  { path: '/consents', label: 'consents', group: 'records', permission: 'consents:read', key: 'c' },
  { path: '/purposes', label: 'purposes', group: 'records', permission: 'consents:read', key: 'b' },
  { path: '/requests', label: 'requests', group: 'records', permission: 'consents:read', key: 'p' },
  { path: '/incidents', label: 'incidents', group: 'records', permission: 'consents:read', key: 'n' },
  { path: '/audit', label: 'audit', group: 'records', permission: 'audit:read', key: 'a' },
  { path: '/signatures', label: 'signatures', group: 'records', permission: 'audit:read', key: 'g' },
  { path: '/openings', label: 'openings', group: 'records', permission: 'audit:read', key: 'e' },
  { path: '/users', label: 'users', group: 'administration', permission: 'users:read', key: 'u' },
]
