import type { OperationsRow } from './sql/operations'
import type { Operations } from './types-server'

/** What is left behind on the server, from its one statement. */
export function buildOperations(
  rows: readonly OperationsRow[],
  may: { readonly sessions: boolean; readonly authid: boolean; readonly hba: boolean },
): Operations {
  const of = (what: string) => rows.filter((row) => row[0] === what)
  return {
    xidAgeMillions: Number(of('xid')[0]?.[2] ?? 0),
    multixactAgeMillions: Number(of('multixact')[0]?.[2] ?? 0),
    inactiveSlots: of('slot').map(([, name, value]) => ({ name, retainedGb: Number(value) })),
    prepared: of('prepared').map(([, name, value]) => ({ name, hours: Number(value) })),
    idleInTransaction: of('idle').map(([, role, value]) => ({ role, hours: Number(value) })),
    maySetReplicationRole: of('replication role').map(([, role]) => (role === '' ? null : role)),
    md5Roles: may.authid ? of('md5').map(([, role]) => role) : null,
    hba: may.hba ? of('hba').map(([, rule]) => rule) : null,
    sessionsVisible: may.sessions,
  }
}
