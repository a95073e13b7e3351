import { sql } from 'kysely'
import type { StoreReadTx } from '@/lib/db/scope'
import { inOrder, lineCommands, verdictOrder, type Line } from '../lines'
import type { Reached } from '../export/regression'
import type { StoredRun } from './stored'
import { summaryOf, type Summary } from './summary'
import type { Finding } from '../types'

/** Which answers: of these relations and roles; absent, of all. */
export interface About {
  readonly relations?: readonly string[]
  readonly roles?: readonly string[]
}

const such = ({ relations, roles }: About) => sql`
  ${relations ? sql`and relation = any(${relations})` : sql``} ${roles ? sql`and role = any(${roles})` : sql``}`

type Row = Omit<Finding, 'counterexample' | 'doors' | 'assumptions' | 'because'> & { readonly detail: object }

const findingOf = ({ relation, principal, role, command, channel, verdict, by, detail }: Row) =>
  ({ relation, principal, role, command, channel, verdict, by, ...detail }) as Finding

/** The findings of a run in the order they were found. */
export async function listResults(tx: StoreReadTx, run: string, about: About = {}): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select relation, principal, role, command, channel, verdict, by, detail
      from tabellion.isolation_result
     where run_id = ${run} ${such(about)}
     order by number`.execute(tx)
  return rows.map(findingOf)
}

const counted = sql`case command when 'EXECUTE' then 'SELECT' when 'TRUNCATE' then 'DELETE' else command end`

/**
 * The same as `linesOf` all findings: of the many that say the same only one is read with its reasons. Rank and number
 * make one whole number, whose least is the row of a line: thousands of lines then want no sorting.
 */
export async function listLines(tx: StoreReadTx, run: string, about: About = {}): Promise<readonly Line[]> {
  const { rows } = await sql<Row>`
    with answers as (
      select number, relation, role, channel, by, ${counted} as command,
             array_position(${verdictOrder}::text[], verdict)::bigint as rank
        from tabellion.isolation_result
       where run_id = ${run} ${such(about)}
    ), lines as (
      select command, min(rank << 32 | number) & ${2 ** 31 - 1} as number,
             min((rank << 1 | (by = 'both')::int) << 32 | number) & ${2 ** 31 - 1} as surest
        from answers
       group by relation, role, command, channel
    )
    select r.relation, r.principal, r.role, l.command, r.channel, r.verdict, s.by, r.detail
      from lines l
      join tabellion.isolation_result r on r.run_id = ${run} and r.number = l.number
      join tabellion.isolation_result s on s.run_id = ${run} and s.number = l.surest`.execute(tx)
  return rows.map(findingOf).sort(inOrder)
}

/** What was found of TRUNCATE, where a role may. */
export async function listTruncates(
  tx: StoreReadTx,
  run: string,
  about: About = {},
): Promise<readonly Finding[]> {
  const { rows } = await sql<Row>`
    select relation, principal, role, command, channel, verdict, by, detail
      from tabellion.isolation_result
     where run_id = ${run} and command = 'TRUNCATE' and verdict <> 'unreachable' ${such(about)}
     order by number`.execute(tx)
  return rows.map(findingOf)
}

/** What can be reached at all, by rows: what an exported test asks about. */
export async function listReached(
  tx: StoreReadTx,
  run: string,
  about: About = {},
): Promise<readonly Reached[]> {
  const { rows } = await sql<Reached>`
    select relation, role, command
      from (select distinct relation, role, ${counted} as command
              from tabellion.isolation_result
             where run_id = ${run} and channel = 'row' and verdict <> 'unreachable' ${such(about)}) reached
     order by relation collate "C", role collate "C", array_position(${lineCommands}::text[], command)`.execute(
    tx,
  )
  return rows
}

const summaries = new Map<string, Summary>()
/** Runs that are remembered: the newest of a few databases. */
const remembered = 8

/** What pages show of a finished run. It never changes, so it is read once. */
export async function readSummary(tx: StoreReadTx, run: StoredRun): Promise<Summary> {
  const known = summaries.get(run.id)
  if (known) return known
  const { rows } = await sql<{ summary: Summary | null }>`
    select summary from tabellion.isolation_run where id = ${run.id}`.execute(tx)
  const summary = rows[0]?.summary ?? summaryOf(run.setup, await listResults(tx, run.id))
  summaries.set(run.id, summary)
  for (const id of [...summaries.keys()].slice(0, -remembered)) summaries.delete(id)
  return summary
}
