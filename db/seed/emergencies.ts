import type { Clinic } from './clinics'
import type { Patient } from './patients'
import type { Happening, Row } from './write'

const day = 86_400_000
const hour = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

/** Place in the list of the patient who closed the chart to all but those they name. */
export const closedChart = 21

const reasons = [
  'Reação alérgica na sala de espera: foi preciso saber o que já recebeu.',
  'Retorno com edema e dor; profissional responsável ausente.',
]

/** Charts opened in an emergency: one that somebody has judged, one that waits. */
export function emergencies(clinic: Clinic, patients: readonly Patient[], now: number): Happening[] {
  const patient = patients[closedChart]
  const professional = clinic.professionals[1]
  if (!patient || !professional) return []
  return reasons.flatMap((reason, index): Happening[] => {
    const at = Math.floor((now - (24 - 20 * index) * day) / day) * day + (15 - clinic.offset) * hour
    const id = `${clinic.id.slice(0, 24)}ee00000000${String(index + 1).padStart(2, '0')}`
    const base = { clinic: clinic.id, table: 'app.chart_openings' } as const
    const opened: Row = {
      id,
      clinic_id: clinic.id,
      patient_id: patient.id,
      user_id: professional.user,
      reason,
      opened_at: iso(at),
      expires_at: iso(at + hour),
      created_at: iso(at),
    }
    const reviewed = at + 2 * day
    return [
      {
        ...base,
        at,
        actor: professional.user,
        actorRole: 'professional',
        order: 80,
        change: 'insert',
        row: opened,
      },
      ...(index === 0
        ? [
            {
              ...base,
              at: reviewed,
              actor: clinic.admin,
              actorRole: 'admin',
              order: 81,
              change: 'update' as const,
              row: { id, reviewed_by: clinic.admin, reviewed_at: iso(reviewed), justified: true },
            },
          ]
        : []),
    ]
  })
}
