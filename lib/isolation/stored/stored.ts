import { sql } from 'kysely'
import type { StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { Conflict, type Sentence } from '@/lib/errors'
import { recordActivity } from '@/lib/users/activity'
import { countVerdicts, linesOf } from '../lines'
import type { RunStep } from '../run/run'
import { keepFiles } from './stored-files'
import { summaryOf } from './summary'
import type { Finding, Setup, Verdict } from '../types'

/** Seconds without a sign of life after which a run counts as cut off. */
const lifeless = 30
/** Finished runs that are kept of one database. */
const kept = 20

/** What is stored of one run, without its findings. */
export interface StoredRun {
  readonly id: string
  /** `cut off`: the process that ran it has ended. */
  readonly state: 'running' | 'done' | 'cancelled' | 'failed' | 'cut off'
  readonly step: RunStep
  /** How far the step is; `all` is 0 where nobody knows. */
  readonly done: number
  readonly all: number
  readonly setup: Setup
  readonly notes: readonly Sentence[]
  readonly counts: Readonly<Record<Verdict, number>> | null
  readonly problem: Sentence | null
  /** Null: Tabellion itself. */
  readonly startedBy: string | null
  /** ISO times. */
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly cancelledBy: string | null
  /** Hash of what the answers rest on, to compare with `relevantHash` of now. */
  readonly basis: Buffer
}

const isLifeless = sql<boolean>`state = 'running' and beat_at < now() - ${lifeless} * interval '1 second'`

const runsOf = (tx: StoreReadTx, database: string) =>
  tx
    .selectFrom('isolation_run')
    .select(['id', 'state', 'step', 'done', 'all_of_it', 'setup', 'notes', 'counts', 'problem', 'basis_hash'])
    .select(['started_at', 'finished_at'])
    .select([
      sql<string | null>`tabellion.name_of(started_by)`.as('startedBy'),
      sql<string | null>`tabellion.name_of(cancelled_by)`.as('cancelledBy'),
      isLifeless.as('lifeless'),
    ])
    .where('database', '=', database)
    .orderBy('started_at', 'desc')

/** The newest run of a database, and the newest that ended with results. */
export async function latestRuns(
  tx: StoreReadTx,
  database: string,
): Promise<{ readonly newest: StoredRun | null; readonly finished: StoredRun | null }> {
  const newest = await runsOf(tx, database).limit(1).executeTakeFirst()
  const finished = await runsOf(tx, database).where('state', '=', 'done').limit(1).executeTakeFirst()
  return { newest: newest ? runOf(newest) : null, finished: finished ? runOf(finished) : null }
}

/** Is a run of a database under way? */
export async function isRunning(tx: StoreReadTx, database: string): Promise<boolean> {
  const row = await tx
    .selectFrom('isolation_run')
    .select('id')
    .where('database', '=', database)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return row !== undefined
}

/** Another database whose questions are being asked on the scratch server: who waits there waits for it. */
export async function runAhead(tx: StoreReadTx, database: string): Promise<string | null> {
  const row = await tx
    .selectFrom('isolation_run')
    .select('database')
    .where('database', '<>', database)
    .where('state', '=', 'running')
    .where('step', '<>', 'server')
    .where(sql<boolean>`not (${isLifeless})`)
    .orderBy('started_at')
    .limit(1)
    .executeTakeFirst()
  return row?.database ?? null
}

type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof runsOf>['executeTakeFirst']>>>

const runOf = (row: Row): StoredRun => ({
  id: row.id,
  state: row.lifeless ? 'cut off' : row.state,
  step: row.step,
  done: row.done,
  all: row.all_of_it,
  setup: row.setup as Setup,
  notes: row.notes as unknown as Sentence[],
  counts: row.counts as StoredRun['counts'],
  problem: row.problem as Sentence | null,
  startedBy: row.startedBy,
  startedAt: row.started_at.toISOString(),
  finishedAt: row.finished_at?.toISOString() ?? null,
  cancelledBy: row.cancelledBy,
  basis: row.basis_hash,
})

/** A finding without its reasons and story, for a matrix of many. */
export type Bare = Pick<Finding, 'relation' | 'principal' | 'role' | 'command' | 'channel' | 'verdict' | 'by'>

/** Whose run it is: a person's, or Tabellion's own. */
export interface Asker {
  readonly database: string
  readonly userId: string | null
}

/**
 * Notes that a run begins, in the asker's name. One that was cut off is closed first, and old ones are forgotten.
 * @throws Conflict while another one of the same database runs
 */
export async function startRun(
  tx: StoreWriteTx,
  who: Asker,
  about: { readonly basis: Buffer; readonly setup: Setup; readonly notes: readonly Sentence[] },
): Promise<string> {
  await tx
    .updateTable('isolation_run')
    .set({ state: 'failed', finished_at: new Date(), problem: JSON.stringify(cutOff) })
    .where('database', '=', who.database)
    .where(isLifeless)
    .execute()
  const made = await tx
    .insertInto('isolation_run')
    .values({
      database: who.database,
      basis_hash: about.basis,
      setup: JSON.stringify(about.setup),
      notes: JSON.stringify(about.notes),
      ...(who.userId === null ? {} : { started_by: who.userId }),
    })
    .onConflict((c) => c.column('database').where('state', '=', 'running').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!made)
    throw new Conflict({
      en: 'Somebody is running it already; its progress stands on this page.',
      pt: 'Alguém já está executando; o andamento está nesta página.',
    })
  await sql`delete from tabellion.isolation_run where id in (
    select id from tabellion.isolation_run
     where database = ${who.database} and state <> 'running'
     order by started_at desc offset ${kept})`.execute(tx)
  await recordActivity(tx, { action: 'isolation-run', database: who.database })
  return made.id
}

const cutOff: Sentence = {
  en: 'The program ended while it ran.',
  pt: 'O programa terminou durante a execução.',
}

/** Notes how far a run is, its sign of life; false when somebody cancelled it. */
export async function noteProgress(
  tx: StoreWriteTx,
  id: string,
  at: { readonly step: RunStep; readonly done: number; readonly all: number },
): Promise<boolean> {
  const row = await tx
    .updateTable('isolation_run')
    .set({ step: at.step, done: at.done, all_of_it: at.all, beat_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning('cancelled_by')
    .executeTakeFirst()
  return row !== undefined && row.cancelled_by === null
}

/** Asks the running run of a database to end; false when none runs. One that was cut off ends at once. */
export async function cancelRun(
  tx: StoreWriteTx,
  who: Asker & { readonly userId: string },
): Promise<boolean> {
  const row = await tx
    .updateTable('isolation_run')
    .set({
      cancelled_by: who.userId,
      state: sql`case when ${isLifeless} then 'cancelled' else state end`,
      finished_at: sql`case when ${isLifeless} then now() end`,
    })
    .where('database', '=', who.database)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst()
  if (row) await recordActivity(tx, { action: 'isolation-cancelled', database: who.database })
  return row !== undefined
}

export type Outcome =
  { readonly findings: readonly Finding[] } | { readonly problem: Sentence } | { readonly cancelled: true }

/** Stores what came of a run. */
export async function endRun(tx: StoreWriteTx, id: string, outcome: Outcome): Promise<void> {
  const ended = { finished_at: sql<Date>`now()`, beat_at: sql<Date>`now()` }
  const result =
    'findings' in outcome
      ? { state: 'done' as const, counts: JSON.stringify(countVerdicts(linesOf(outcome.findings))) }
      : 'problem' in outcome
        ? { state: 'failed' as const, problem: JSON.stringify(outcome.problem) }
        : { state: 'cancelled' as const }
  const row = await tx
    .updateTable('isolation_run')
    .set({ ...ended, ...result })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .returning(['setup', 'basis_hash'])
    .executeTakeFirst()
  if (!row || !('findings' in outcome)) return
  await tx
    .updateTable('isolation_run')
    .set({ summary: JSON.stringify(summaryOf(row.setup as Setup, outcome.findings)) })
    .where('id', '=', id)
    .execute()
  const run = { id, setup: row.setup as Setup, basis: row.basis_hash }
  await keepFiles(tx, run, outcome.findings)
  const rows = outcome.findings.map((finding, number) => {
    const { relation, principal, role, command, channel, verdict, by, ...detail } = finding
    return { number, relation, principal, role, command, channel, verdict, by, detail }
  })
  await sql`
    insert into tabellion.isolation_result (run_id, number, relation, principal, role, command, channel, verdict, by, detail)
    select ${id}::uuid, r.* from json_to_recordset(${JSON.stringify(rows)}::json)
      as r(number integer, relation text, principal text, role text, command text, channel text, verdict text, by text, detail json)`.execute(
    tx,
  )
}
