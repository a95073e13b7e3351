import type { Visit } from './care'
import type { Clinic } from './clinics'
import { sealed, sha256 } from './protect'
import type { Random } from './random'
import type { Happening, Row } from './write'

const day = 86_400_000
const hour = 3_600_000
const iso = (at: number) => new Date(at).toISOString()
const toxin = 'Toxina botulínica, terço superior'

/** Lots, what was done with them, signatures, prescriptions and photos: what the visits left beside the chart. */
export function procedures(
  random: Random,
  clinic: Clinic,
  visits: readonly Visit[],
  now: number,
): Happening[] {
  const happenings: Happening[] = []
  const add = (
    at: number,
    order: number,
    table: string,
    actor: string,
    row: Row,
    change: Happening['change'] = 'insert',
  ) =>
    happenings.push({
      at,
      clinic: clinic.id,
      actor,
      actorRole: actor === clinic.admin ? 'admin' : 'professional',
      order,
      table: `public.${table}`,
      change,
      row,
    })
  const lots = lotsOf(random, clinic, now, add)
  const treated = new Set<string>()
  for (const visit of visits) {
    const { patient, professional, service, start, end } = visit
    const base = { clinic_id: clinic.id, patient_id: patient.id, professional_id: professional.id }
    if (visit.isFinal && professional.type === 'doctor' && start > now - 240 * day && random.chance(0.7)) {
      add(
        end + 2 * hour,
        44,
        'medical_records',
        professional.user,
        {
          clinic_id: clinic.id,
          document_table: 'public.medical_records',
          document_id: visit.record,
          signed_at: iso(Math.min(end + 2 * hour, now)),
          signer_name: professional.name,
          council: `${professional.council} ${professional.license}`,
        },
        'sign',
      )
    }
    if (professional.type === 'doctor' && random.chance(0.25)) {
      const id = random.uuid()
      add(end + 2 * hour, 45, 'prescriptions', professional.user, {
        id,
        ...base,
        medical_record_id: visit.record,
        kind: 'simple',
        items: [
          random.pick([
            { farmaco: 'Ácido azelaico', dose: '15%', forma: 'gel', quantidade: 1, uso: 'à noite' },
            { farmaco: 'Adapaleno', dose: '0,1%', forma: 'gel', quantidade: 1, uso: 'à noite' },
            { farmaco: 'Protetor solar FPS 50', dose: '-', forma: 'creme', quantidade: 1, uso: 'pela manhã' },
          ]),
        ],
        valid_until: iso(end + 180 * day).slice(0, 10),
        status: 'draft',
        created_at: iso(end),
      })
      if (random.chance(0.8)) {
        add(
          end + 3 * hour,
          46,
          'prescriptions',
          professional.user,
          {
            clinic_id: clinic.id,
            document_table: 'public.prescriptions',
            document_id: id,
            signed_at: iso(Math.min(end + 3 * hour, now)),
            signer_name: professional.name,
            council: `${professional.council} ${professional.license}`,
          },
          'sign',
        )
      }
    }
    const isToxin = service.name === toxin
    const isPlain = ['Peeling químico superficial', 'Luz intensa pulsada'].includes(service.name)
    // Only who signs alone.
    if (start > now - 15 * day || (!isToxin && !isPlain) || patient.capacity !== 'full') continue
    if (isToxin && (professional.type !== 'doctor' || treated.has(patient.id))) continue
    const id = random.uuid()
    const consent = isToxin ? consentTo(random, clinic, visit, add) : null
    treated.add(patient.id)
    add(start, 90, 'procedures', professional.user, {
      id,
      ...base,
      service_id: service.id,
      appointment_id: visit.appointment,
      status: 'in_progress',
      started_at: iso(start),
      body_site: isToxin ? 'terço superior da face' : 'face',
      parameters: isToxin ? { pontos: 20 } : { passadas: 2 },
      consent_id: consent,
      created_at: iso(start),
    })
    const lot = lots.find(({ from, until }) => from <= start && start < until)
    if (isToxin && lot) {
      add(start, 91, 'procedure_products', professional.user, {
        id: random.uuid(),
        clinic_id: clinic.id,
        procedure_id: id,
        lot_id: lot.id,
        quantity: 1,
        unit: 'un',
        site: 'fronte e glabela',
        applied_at: iso(start + 15 * 60_000),
        applied_by: professional.id,
        label_photo_key: `labels/${random.hex(16)}`,
        created_at: iso(start),
      })
      for (const stage of ['before', 'after'])
        add(end, 93, 'clinical_photos', professional.user, {
          id: random.uuid(),
          clinic_id: clinic.id,
          patient_id: patient.id,
          procedure_id: id,
          object_key: `photos/${random.hex(24)}`,
          sha256: sha256(`${id} ${stage}`),
          mime: 'image/jpeg',
          bytes: random.int(400_000, 2_400_000),
          stage,
          taken_at: iso(stage === 'before' ? start : end),
          taken_by: professional.user,
          metadata_stripped: true,
          use_scope: 'chart_only',
          created_at: iso(end),
        })
    }
    if (isToxin && !lot) continue
    add(
      end + 2 * hour,
      92,
      'procedures',
      professional.user,
      {
        id,
        status: 'done',
        ended_at: iso(end),
        medical_record_id: visit.record,
        complications: random.chance(0.06) ? sealed(clinic.id, 'Equimose leve, sem conduta.') : null,
      },
      'update',
    )
  }
  return happenings
}

type Add = (
  at: number,
  order: number,
  table: string,
  actor: string,
  row: Row,
  change?: Happening['change'],
) => void

function lotsOf(random: Random, clinic: Clinic, now: number, add: Add) {
  const lots = [
    { id: random.uuid(), from: now - 420 * day, until: now - 200 * day, recalled: false },
    { id: random.uuid(), from: now - 200 * day, until: now - 60 * day, recalled: true },
    { id: random.uuid(), from: now - 60 * day, until: now + 300 * day, recalled: false },
  ]
  for (const [index, lot] of lots.entries()) {
    add(lot.from - day, 8, 'product_lots', clinic.admin, {
      id: lot.id,
      clinic_id: clinic.id,
      product_name: 'Toxina botulínica tipo A 100 U',
      manufacturer: 'Laboratório Demonstração',
      supplier: 'Distribuidora Demonstração',
      regulatory_kind: 'medicine',
      anvisa_registration: '1234567890123',
      lot_number: `TX${2500 + index}${clinic.key.slice(0, 1).toUpperCase()}`,
      expires_on: iso(lot.until + 30 * day).slice(0, 10),
      received_on: iso(lot.from - day).slice(0, 10),
      invoice_ref: `NF ${random.digits(6)}`,
      quantity_received: 200,
      quantity_left: 200,
      unit: 'un',
      storage: '2 a 8 °C',
      status: 'available',
      created_at: iso(lot.from - day),
    })
    if (lot.recalled)
      add(
        now - 20 * day,
        95,
        'product_lots',
        clinic.admin,
        {
          id: lot.id,
          status: 'recalled',
          recall_ref: 'RE 4.321 (demonstração)',
          recalled_at: iso(now - 20 * day),
        },
        'update',
      )
  }
  return lots
}

/** Consent to the procedure, asked and given before it began. */
function consentTo(random: Random, clinic: Clinic, { patient, start }: Visit, add: Add): string | null {
  const activity = clinic.activities.get('procedure.toxin')
  const term = activity?.terms.find(({ from, until }) => from <= start - hour && start < until)
  if (!activity || !term) return null
  const id = random.uuid()
  add(start - hour, 70, 'consent_records', clinic.admin, {
    id,
    clinic_id: clinic.id,
    patient_id: patient.id,
    activity_id: activity.id,
    term_id: term.id,
    kind: 'procedure_tcle',
    status: 'pending',
    recorded_at: iso(start - hour),
    capture_key: `visit-${id}`,
    previous_id: null,
    created_at: iso(start - hour),
  })
  add(
    start - hour / 2,
    71,
    'consent_records',
    clinic.admin,
    {
      id,
      status: 'granted',
      decided_at: iso(start - hour / 2),
      granted_at: iso(start - hour / 2 + 30_000),
      expires_at: iso(start + 180 * day),
      collection_method: 'in_person_device',
      signer_kind: 'patient',
      representative_id: null,
      evidence_sha256: sha256(`evidence ${id}`),
      evidence_object_key: `evidence/${random.hex(24)}.pdf`,
      locale: 'pt-BR',
      witness_user_id: clinic.admin,
    },
    'update',
  )
  return id
}
