import type { Clinic } from './clinics'
import type { Patient } from './patients'
import { officer } from './people'
import type { Random } from './random'
import type { Happening } from './write'

const day = 86_400_000
const hour = 3_600_000

/** What triggers do not see, over the last two months: sign-ins, charts opened, exports, refusals, an emergency. */
export function activity(
  random: Random,
  clinic: Clinic,
  patients: readonly Patient[],
  now: number,
): Happening[] {
  const happenings: Happening[] = []
  const add = (at: number, actor: string, actorRole: string, event: Record<string, unknown>) =>
    happenings.push({
      at,
      clinic: clinic.id,
      actor,
      actorRole,
      order: 80,
      table: '',
      change: 'event',
      row: {
        clinic_id: clinic.id,
        outcome: 'success',
        table_name: null,
        record_id: null,
        patient_ref: null,
        record_count: null,
        purpose_of_use: null,
        recipient: null,
        phi: false,
        occurred_at: new Date(at).toISOString(),
        ...event,
      },
    })
  for (let offset = 60; offset >= 1; offset--) {
    const opening = Math.floor((now - offset * day) / day) * day + (8 - clinic.offset) * hour
    const at = () => opening + random.int(0, 9 * 60) * 60_000
    const clinician = random.pick(clinic.professionals)
    add(opening, clinic.admin, 'admin', { action: 'login', clinic_id: null })
    if (random.chance(0.06))
      add(at(), clinic.admin, 'admin', { action: 'login_failed', outcome: 'failure', clinic_id: null })
    for (let n = random.int(1, 4); n > 0; n--) {
      const patient = random.pick(patients)
      add(at(), clinician.user, 'professional', {
        action: 'read',
        table_name: 'public.medical_records',
        patient_ref: patient.id,
        record_count: 1,
        purpose_of_use: 'TREAT',
        phi: true,
      })
    }
    if (random.chance(0.25)) {
      add(at(), clinic.admin, 'admin', {
        action: 'export',
        table_name: 'public.consent_records',
        record_count: random.int(10, 300),
        purpose_of_use: 'HOPERAT',
      })
    }
    if (random.chance(0.15)) {
      add(at(), random.pick(clinic.reception), 'reception', {
        action: 'read',
        outcome: 'denied',
        table_name: 'public.medical_records',
        patient_ref: random.pick(patients).id,
      })
    }
    if (random.chance(0.03)) {
      add(at(), clinician.user, 'professional', {
        action: 'break_glass',
        table_name: 'public.patients',
        patient_ref: random.pick(patients).id,
        purpose_of_use: 'BTG',
        phi: true,
      })
    }
    if (random.chance(0.05)) {
      add(at(), officer.subject, 'dpo', {
        action: 'disclose',
        table_name: 'public.medical_records',
        patient_ref: random.pick(patients).id,
        recipient: 'Operadora de saúde',
        purpose_of_use: 'HPAYMT',
        phi: true,
      })
    }
  }
  return happenings
}
