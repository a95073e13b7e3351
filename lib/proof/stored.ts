import { sql } from 'kysely'
import type { Snapshot } from '@/lib/catalog/types'
import type { Principal, StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { Conflict, type Sentence } from '@/lib/errors'
import { structureHash } from '@/lib/findings/structure'
import { recordActivity } from '@/lib/users/activity'
import type { Proof, Step } from './prove-fix'

/** Seconds without a sign of life after which a running proof counts as cut off. */
const lifeless = 90

/** What is stored of the newest proof of one finding. */
export interface StoredProof {
  readonly id: string
  /** `cut off`: the process that ran it has ended. */
  readonly state: 'running' | 'done' | 'failed' | 'cut off'
  readonly step: Step
  readonly proof: Proof | null
  /** Why it could not be run at all. */
  readonly problem: Sentence | null
  readonly startedBy: string | null
  readonly startedAt: string
  readonly finishedAt: string | null
  /** Whether it was made for the structure that the database has in the snapshot asked about. */
  readonly holds: boolean
}

/** The newest proof of a finding, for the structure of `snapshot` or an earlier one; null when nobody asked for one. */
export async function getProof(
  tx: StoreReadTx,
  database: string,
  key: string,
  snapshot: Snapshot,
): Promise<StoredProof | null> {
  const row = await tx
    .selectFrom('proof')
    .select([
      'id',
      'state',
      'step',
      'result',
      'started_at',
      'finished_at',
      'snapshot_hash',
      sql<string | null>`tabellion.name_of(started_by)`.as('startedBy'),
      sql<boolean>`state = 'running' and beat_at < now() - ${lifeless} * interval '1 second'`.as('lifeless'),
    ])
    .where('database', '=', database)
    .where('key', '=', key)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  const done = row.state === 'done'
  return {
    id: row.id,
    state: row.lifeless ? 'cut off' : row.state,
    step: row.step,
    proof: done ? (row.result as unknown as Proof) : null,
    problem: row.state === 'failed' ? (row.result as unknown as Sentence) : null,
    startedBy: row.startedBy,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    holds: row.snapshot_hash.equals(structureHash(snapshot)),
  }
}

/**
 * Notes that a proof begins, in the asking person's name. One that was cut off is closed first.
 * @throws Conflict while another one of the same finding runs
 */
export async function startProof(
  tx: StoreWriteTx,
  who: Principal,
  about: { readonly key: string; readonly snapshot: Snapshot },
): Promise<string> {
  const { key, snapshot } = about
  await tx
    .updateTable('proof')
    .set({ state: 'failed', finished_at: new Date(), result: JSON.stringify(cutOff) })
    .where('database', '=', who.database)
    .where('key', '=', key)
    .where('state', '=', 'running')
    .where(sql<boolean>`beat_at < now() - ${lifeless} * interval '1 second'`)
    .execute()
  const made = await tx
    .insertInto('proof')
    .values({
      database: who.database,
      key,
      snapshot_hash: structureHash(snapshot),
      started_by: who.userId,
    })
    .onConflict((c) => c.columns(['database', 'key']).where('state', '=', 'running').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made)
    throw new Conflict({
      en: 'Somebody is proving this fix already; wait for the result.',
      pt: 'Alguém já está provando esta correção; aguarde o resultado.',
    })
  await recordActivity(tx, { action: 'fix-proved', database: who.database, details: { finding: key } })
  return made.id
}

const cutOff: Sentence = {
  en: 'The program ended while it ran.',
  pt: 'O programa terminou enquanto a prova rodava.',
}

/** Notes where a running proof is; also its sign of life. */
export async function noteStep(tx: StoreWriteTx, id: string, step: Step): Promise<void> {
  await tx
    .updateTable('proof')
    .set({ step, beat_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
}

/** Stores what came of a proof: the proof, or the sentence that says why it could not be run. */
export async function endProof(
  tx: StoreWriteTx,
  id: string,
  outcome: { readonly proof: Proof } | { readonly problem: Sentence },
): Promise<void> {
  const ended = { finished_at: sql<Date>`now()`, beat_at: sql<Date>`now()` }
  await tx
    .updateTable('proof')
    .set(
      'proof' in outcome
        ? { ...ended, state: 'done', verdict: outcome.proof.verdict, result: JSON.stringify(outcome.proof) }
        : { ...ended, state: 'failed', result: JSON.stringify(outcome.problem) },
    )
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute()
}
