import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { instant } from './queries'
import { inWords } from './refusals'

const batchKinds = ['purpose_ended', 'withdrawals'] as const
export type BatchKind = (typeof batchKinds)[number]
/** More than this is refused. */
export const batchCap = 500

const batchOutcomes = [
  'ended',
  'withdrawn',
  'refused',
  'cancelled',
  'ran_out',
  'ended_already',
  'unknown',
] as const
export type BatchOutcome = (typeof batchOutcomes)[number]

export interface BatchItem {
  readonly id: string
  readonly outcome: BatchOutcome
}

/** What a batch did, waits to do, or, tried dry, would do. */
export interface BatchTold {
  readonly status: 'dry_run' | 'proposed' | 'done' | 'declined'
  readonly second: boolean
  readonly items: readonly BatchItem[]
}

/** A batch as its list shows it; instants are UTC. */
export interface Batch {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly timeZone: string
  readonly kind: BatchKind
  readonly size: number
  readonly reason: string
  readonly status: 'proposed' | 'done' | 'declined'
  readonly madeAt: string
  readonly madeBy: string | null
  readonly decidedBy: string | null
  readonly items: readonly BatchItem[] | null
}

/** The newest batches of the reader's clinics, those that wait first, at most 50. */
export async function listBatches(tx: RecordsReadTx): Promise<readonly Batch[]> {
  const { rows } = await sql<Batch>`
    select b.id as "id", b.clinic_id as "clinicId", k.name as "clinicName", k.time_zone as "timeZone", b.kind as "kind",
           cardinality(b.consent_ids) as "size", b.reason as "reason", b.status as "status",
           ${instant('b.created_at')} as "madeAt", b.created_by as "madeBy", b.decided_by as "decidedBy", b.result as "items"
      from public.consent_batches b join public.clinics k on k.id = b.clinic_id
     order by (b.status = 'proposed') desc, b.created_at desc limit 50`.execute(tx)
  return rows
}

/** Living consents and open requests of one purpose, at most as many as one batch takes. */
export async function livingOf(
  tx: RecordsReadTx,
  clinicId: string,
  activityId: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from public.consent_records c
     where c.clinic_id = ${clinicId}::uuid and c.activity_id = ${activityId}::uuid and c.state in ('granted', 'pending')
     order by c.changed_at, c.id limit ${batchCap}`.execute(tx)
  return rows.map(({ id }) => id)
}

/** The living consents of these record numbers for one purpose, and the numbers that have none. */
export async function livingByNumber(
  tx: RecordsReadTx,
  clinicId: string,
  activityId: string,
  numbers: readonly string[],
): Promise<{ readonly ids: readonly string[]; readonly without: readonly string[] }> {
  const { rows } = await sql<{ number: string; id: string | null }>`
    select n.number, c.id
      from unnest(${numbers}::text[]) as n (number)
      left join public.patients p on p.clinic_id = ${clinicId}::uuid and p.record_number = n.number
      left join public.consent_records c on c.clinic_id = p.clinic_id and c.patient_id = p.id
        and c.activity_id = ${activityId}::uuid and c.state in ('granted', 'pending')`.execute(tx)
  return {
    ids: rows.flatMap(({ id }) => id ?? []),
    without: rows.filter(({ id }) => id === null).map(({ number }) => number),
  }
}

/** Says what would become of each; nothing is written. */
export const tryBatch = (
  tx: RecordsReadTx,
  clinicId: string,
  kind: BatchKind,
  ids: readonly string[],
): Promise<BatchTold> => propose(tx, clinicId, kind, ids, 'dry run', true)

/** Ends up to 20 at once; more wait for another person. Nothing is ever granted. */
export const proposeBatch = (
  tx: RecordsWriteTx,
  clinicId: string,
  kind: BatchKind,
  ids: readonly string[],
  reason: string,
): Promise<BatchTold> => propose(tx, clinicId, kind, ids, reason, false)

const propose = (
  tx: RecordsReadTx,
  clinicId: string,
  kind: BatchKind,
  ids: readonly string[],
  reason: string,
  dry: boolean,
): Promise<BatchTold> =>
  inWords(async () => {
    const { rows } = await sql<{ told: BatchTold }>`
      select app.batch_propose(${clinicId}::uuid, ${kind}, ${ids}::uuid[], ${reason}, ${dry}) as told`.execute(
      tx,
    )
    const told = rows[0]?.told
    return { status: told?.status ?? 'dry_run', second: told?.second ?? false, items: told?.items ?? [] }
  })

/** Another person approves or declines; whoever proposed may only decline. */
export const decideBatch = (
  tx: RecordsWriteTx,
  clinicId: string,
  id: string,
  approve: boolean,
): Promise<readonly BatchItem[]> =>
  inWords(async () => {
    const { rows } = await sql<{ told: { items: readonly BatchItem[] | null } }>`
      select app.batch_decide(${clinicId}::uuid, ${id}::uuid, ${approve}) as told`.execute(tx)
    return rows[0]?.told.items ?? []
  })

/** How many of each outcome, in a fixed order, without the zeros. */
export const countOutcomes = (items: readonly BatchItem[]): readonly (readonly [BatchOutcome, number])[] =>
  batchOutcomes
    .map((outcome) => [outcome, items.filter((item) => item.outcome === outcome).length] as const)
    .filter(([, count]) => count > 0)
