import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'

/** A chart opened in an emergency; instants are ISO 8601. */
export interface Opening {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly patientId: string
  readonly userId: string
  readonly professional: string | null
  readonly reason: string
  readonly openedAt: string
  readonly minutes: number
  readonly isOpen: boolean
  /** What a second person said of it; `null` while it waits. */
  readonly justified: boolean | null
}

/** The openings of the clinics this reader answers for: those that wait for a review first, then the newest. */
export async function listOpenings(tx: RecordsReadTx, most = 200): Promise<readonly Opening[]> {
  const { rows } = await sql<Opening>`
    select o.id, o.clinic_id as "clinicId", k.name as "clinicName", o.patient_id as "patientId", o.user_id as "userId",
           (select min(p.full_name) from public.professionals p where p.clinic_id = o.clinic_id and p.user_id = o.user_id) as professional,
           o.reason, to_json(o.opened_at) #>> '{}' as "openedAt",
           ceil(extract(epoch from o.expires_at - o.opened_at) / 60)::int as minutes, o.expires_at > now() as "isOpen", o.justified
      from app.chart_openings o join public.clinics k on k.id = o.clinic_id
     order by o.justified is not null, o.opened_at desc, o.id
     limit ${most}`.execute(tx)
  return rows
}

/** Judges an opening. The database refuses whoever opened it, a second judgement, and another clinic's. */
export async function reviewOpening(
  tx: RecordsWriteTx,
  clinic: string,
  opening: string,
  justified: boolean,
): Promise<void> {
  await sql`select app.review_opening(${clinic}, ${opening}, ${justified})`.execute(tx)
}
