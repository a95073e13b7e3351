import { createHash } from 'node:crypto'
import { oncePerQuery, recordEvent, soleClinic } from '@/lib/audit/record'
import { listGuardians, type GuardianFilter } from '@/lib/consents/guardians'
import { writeRecords, type Principal } from '@/lib/db/scope'

/** Representatives and, in the same transaction, the entry that says they were read. */
export function readGuardians(principal: Principal, filter: GuardianFilter) {
  const key = createHash('sha256')
    .update(JSON.stringify(['guardians', principal.userId, principal.database, principal.clinicId, filter]))
    .digest('hex')
  return oncePerQuery(key, (first) =>
    writeRecords(principal, async (tx) => {
      const found = await listGuardians(tx, filter)
      if (first) {
        await recordEvent(tx, {
          action: 'list',
          table: 'public.patient_representatives',
          clinic: soleClinic(found.rows, principal.clinicId),
          count: found.rows.length,
          fields: [...(filter.q.trim() ? ['q'] : []), ...(filter.disputed ? ['disputed'] : [])],
        })
      }
      return found
    }),
  )
}
