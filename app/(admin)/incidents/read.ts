import { recordEvent, soleClinic } from '@/lib/audit/record'
import { isUuid, listClinics } from '@/lib/consents/queries'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { getIncident, listIncidents } from '@/lib/incidents/incidents'

const table = 'public.incidents'

/** The register, and that it was read. */
export const readRegister = (principal: Principal) =>
  writeRecords(principal, async (tx) => {
    const rows = await listIncidents(tx)
    await recordEvent(tx, {
      action: 'list',
      table,
      clinic: soleClinic(rows, principal.clinicId),
      count: rows.length,
    })
    return rows
  })

/** One incident, and that it was opened. */
export const readIncident = (principal: Principal, id: string) =>
  writeRecords(principal, async (tx) => {
    const incident = await getIncident(tx, id)
    if (incident || isUuid(id))
      await recordEvent(tx, {
        action: 'read',
        outcome: incident ? 'success' : 'denied',
        table,
        clinic: incident?.clinicId ?? null,
        record: id,
      })
    return incident
  })

export const readClinics = (principal: Principal) => writeRecords(principal, listClinics)
