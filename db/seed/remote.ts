import type { Clinic } from './clinics'
import type { Happening } from './write'

const margin = 8 * 86_400_000

/**
 * Remote visits as the law lets them be: where no consent to telemedicine was in force, the patient came to the clinic.
 * The happenings of one clinic, its consents among them, are taken and given back in their order.
 */
export function heldInPerson(clinic: Clinic, happenings: readonly Happening[]): Happening[] {
  const activity = clinic.activities.get('care.telemedicine')?.id
  const windows = new Map<string, { patient: string; from: number; until: number }>()
  const instant = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : Infinity)
  const inOrder = happenings
    .filter(({ table }) => table === 'public.consent_records')
    .sort((a, b) => a.at - b.at || a.order - b.order)
  for (const { row, change } of inOrder) {
    const id = String(row['id'])
    if (change === 'insert') {
      if (row['activity_id'] === activity)
        windows.set(id, { patient: String(row['patient_id']), from: Infinity, until: 0 })
      continue
    }
    const window = windows.get(id)
    if (!window) continue
    if (row['status'] === 'granted') {
      window.from = instant(row['decided_at'])
      window.until = instant(row['expires_at'])
    } else if (row['ended_at'])
      window.until = Math.min(window.until, instant(row['end_declared_at']), instant(row['ended_at']))
  }
  const granted = [...windows.values()]
  // A week and a day apart from both ends: the happenings of one week are told table by table.
  const covered = (patient: unknown, at: number) =>
    granted.some((one) => one.patient === patient && one.from < at - margin && at + margin < one.until)

  return happenings.map((one) => {
    const { row } = one
    if (one.table === 'public.appointments' && row['modality'] === 'telemedicine') {
      const start = instant(String(row['during']).slice(1).split(',')[0])
      return covered(row['patient_id'], start) ? one : { ...one, row: { ...row, modality: 'in_person' } }
    }
    if (row['entry_type'] === 'telemed' && !covered(row['patient_id'], instant(row['visit_date'])))
      return { ...one, row: { ...row, entry_type: 'evolution' } }
    return one
  })
}
