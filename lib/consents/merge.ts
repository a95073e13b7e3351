import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { inWords } from './refusals'
import type { Status } from './types'

interface Word {
  readonly status: Status
  readonly reason: string | null
}

/** How two records stand to one purpose, and whether a consent ends when they become one. */
export interface MergeLine {
  readonly purpose: string
  readonly from: Word | null
  readonly into: Word | null
  readonly ends: boolean
}

/** What a merge would do, by the rule `app.merge_patients` keeps: the last no of either record ends the yes of both. */
export async function previewMerge(
  tx: RecordsReadTx,
  clinicId: string,
  from: string,
  into: string,
): Promise<readonly MergeLine[]> {
  const { rows } = await sql<MergeLine>`
    with last as (
      select distinct on (v.patient_id, v.activity_id) v.patient_id, v.activity_id, v.purpose_title,
             v.effective_status, v.effective_reason
        from public.v_consent_effective v
       where v.clinic_id = ${clinicId}::uuid and v.patient_id in (${from}::uuid, ${into}::uuid)
         and (v.granted_at is not null or v.status = 'pending' or v.status_reason = 'refused')
       order by v.patient_id, v.activity_id, (v.status = 'pending'), coalesce(v.ended_at, v.granted_at, v.recorded_at) desc)
    select min(l.purpose_title) as "purpose",
           jsonb_agg(jsonb_build_object('status', l.effective_status, 'reason', l.effective_reason))
             filter (where l.patient_id = ${from}::uuid) -> 0 as "from",
           jsonb_agg(jsonb_build_object('status', l.effective_status, 'reason', l.effective_reason))
             filter (where l.patient_id = ${into}::uuid) -> 0 as "into",
           bool_or(l.effective_status = 'granted') and bool_or(l.effective_status = 'withdrawn'
             and l.effective_reason in ('refused', 'subject_request', 'representative_request', 'vitiated')) as "ends"
      from last l group by l.activity_id order by 1`.execute(tx)
  return rows
}

/** Makes two records of one person one; both chains stay. How many consents ended. */
export const mergePatients = (
  tx: RecordsWriteTx,
  clinicId: string,
  from: string,
  into: string,
  reason: string,
): Promise<number> =>
  inWords(async () => {
    const { rows } = await sql<{ ended: number }>`
      select app.merge_patients(${clinicId}::uuid, ${from}::uuid, ${into}::uuid, ${reason}) as ended`.execute(
      tx,
    )
    return rows[0]?.ended ?? 0
  })
