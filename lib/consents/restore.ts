import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { inWords } from './refusals'

/** What is kept outside the database: its last event and what ended, so that a restored backup can be told. */
export interface Mark {
  readonly clinic: string
  readonly seq: number
  /** 64 hexadecimal digits: the hash of that event. */
  readonly hash: string
  readonly takenAt: string
  readonly ended: readonly {
    readonly consent: string
    readonly reason: string
    readonly declaredAt: string
  }[]
}

/** The marks of the clinics where the reader may take them, with what ended in the last 90 days; none without events. */
export async function takeMarks(tx: RecordsReadTx): Promise<readonly Mark[]> {
  const { rows } = await sql<{ mark: Mark | null }>`
    select app.consent_mark(k.id, coalesce((
             select e.seq from public.consent_events e
              where e.clinic_id = k.id and e.recorded_at < now() - interval '90 days' order by e.seq desc limit 1), 0)) as mark
      from public.clinics k where app.has_role(k.id, 'admin', 'dpo') order by k.id`.execute(tx)
  return rows.flatMap(({ mark }) => mark ?? [])
}

/** Clinics whose gates are closed after a restore. */
export interface Hold {
  readonly clinicId: string
  readonly clinicName: string
  readonly replayed: boolean
}

export async function listHolds(tx: RecordsReadTx): Promise<readonly Hold[]> {
  const { rows } = await sql<Hold>`
    select h.clinic_id as "clinicId", k.name as "clinicName", h.replayed_at is not null as "replayed"
      from public.consent_holds h join public.clinics k on k.id = h.clinic_id
     where h.released_at is null order by k.name`.execute(tx)
  return rows
}

/** Compares a mark with what is here. Where its event is not, the gates close and what ended ends again. */
export const compareMark = (
  tx: RecordsWriteTx,
  mark: Mark,
): Promise<{ readonly held: boolean; readonly ended: number; readonly unknown: number }> =>
  inWords(async () => {
    const { rows } = await sql<{ held: boolean }>`
      select app.consent_hold(${mark.clinic}::uuid, ${mark.seq}::bigint, decode(${mark.hash}, 'hex')) as held`.execute(
      tx,
    )
    if (!rows[0]?.held) return { held: false, ended: 0, unknown: 0 }
    const { rows: told } = await sql<{ outcome: string }>`
      select outcome from app.consent_replay(${mark.clinic}::uuid, ${JSON.stringify(mark.ended)}::jsonb)`.execute(
      tx,
    )
    const count = (...outcomes: string[]) => told.filter(({ outcome }) => outcomes.includes(outcome)).length
    return { held: true, ended: count('ended', 'refused'), unknown: count('unknown') }
  })

/** The officer opens the gates again. */
export const releaseHold = (tx: RecordsWriteTx, clinicId: string) =>
  inWords(() => sql`select app.consent_release(${clinicId}::uuid)`.execute(tx))
