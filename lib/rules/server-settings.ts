import type { Snapshot } from '@/lib/catalog/types'
import { quote } from './identity'
import type { Text } from './rule'

/** A setting as this session sees it; `null` when it is hidden from the scanner or unknown to the server. */
export const setting = (snapshot: Snapshot, name: string): string | null =>
  snapshot.server.settings[name] ?? null

/** Does the server listen to this machine only? `null` when that is hidden. */
export function isLocalOnly(snapshot: Snapshot): boolean | null {
  const addresses = setting(snapshot, 'listen_addresses')
  if (addresses === null) return null
  return addresses
    .split(',')
    .map((address) => address.trim())
    .every(
      (address) =>
        address === '' || address === 'localhost' || address === '::1' || address.startsWith('127.'),
    )
}

export const hidden = (name: string): Text => ({
  en: `Setting ${name} is hidden from this role.`,
  pt: `A configuração ${name} é oculta para este papel.`,
})

/** Sets a value where it is set now: for this database if it is overridden there, else for the server. */
export function settingSql(snapshot: Snapshot, name: string, value: string): string[] {
  const overridden = snapshot.roleSettings.some((s) => s.name === name && s.thisDatabase && s.role === null)
  if (overridden) return [`alter database ${quote(snapshot.database)} set ${name} = '${value}'`]
  return [`alter system set ${name} = '${value}'`, 'select pg_reload_conf()']
}
