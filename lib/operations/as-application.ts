import { readFileSync } from 'node:fs'
import type { Client } from 'pg'
import { quantile, situations, type Values } from './measure'
import { numbered, type Operation } from './operation'

/** Milliseconds of one operation. */
export interface Waited {
  /** BEGIN, the role, who is asking, the operation, COMMIT: as the client waits for it, median. */
  readonly transaction: number
  /** The operation alone: bind, execute and the rows on the wire, median. */
  readonly statement: number
  /** What the transaction takes of a processor in the server, mean; null for a server of another machine. */
  readonly processor: number | null
  /** Whether the server settled on one plan, so that nothing is planned any more. */
  readonly settled: boolean
}

/**
 * An operation as the reference schema tells applications to run it: a statement prepared once on a connection that stays, in
 * a transaction that first takes its role and says who is asking. Both sides send the same messages, and the text names its
 * clinic on both; what row security adds is the difference between them. Runs alternate.
 * @param bound a superuser's connection; it becomes `login`, and in each transaction the operation's role
 * @param free another one, whose role in each transaction is the superuser's own: no policy binds it
 * @returns null when there is nobody or nothing to ask for
 */
export async function waitAsApplication(
  bound: Client,
  free: Client,
  operation: Operation,
  { login, runs }: { readonly login: string; readonly runs: number },
): Promise<{ readonly bound: Waited; readonly free: Waited } | null> {
  await bound.query('begin read only')
  const asked = await situations(bound, operation, login).finally(() => bound.query('rollback'))
  if (asked.length === 0) return null
  await bound.query(`set session authorization ${bound.escapeIdentifier(login)}`)
  const owner = (await free.query<{ name: string }>('select current_user as name')).rows[0]?.name ?? ''
  const sides = [
    { client: bound, role: operation.role },
    { client: free, role: owner },
  ].map((side): Side => ({ ...side, transaction: [], statement: [] }))
  const ran: (number | null)[] = []
  const settled: boolean[] = []
  try {
    for (const side of sides) await side.client.query('set search_path = public, pg_temp')
    // The server settles on a plan after five executions.
    for (let run = -6; run < runs; run++) {
      const values = asked[(run + 6) % asked.length] as Values
      if (run === 0) for (const { client } of sides) ran.push(processorOf(client))
      for (const side of run % 2 ? sides : sides.toReversed()) await once(side, operation, values, run >= 0)
    }
    for (const [at, { client }] of sides.entries()) {
      const [before, after] = [ran[at], processorOf(client)]
      ran[at] = before && after ? (after - before) / runs : null
      settled.push(await isSettled(client, operation))
    }
  } finally {
    for (const { client } of sides) {
      await client.query('rollback')
      await client.query('reset session authorization')
    }
  }
  const [first, second] = sides.map(({ transaction, statement }, at) => ({
    transaction: quantile(transaction, 0.5),
    statement: quantile(statement, 0.5),
    processor: ran[at] ?? null,
    settled: settled[at] ?? false,
  }))
  return first && second ? { bound: first, free: second } : null
}

/** Milliseconds that a connection's server process has run (proc(5), schedstat), where it is a process of this machine. */
function processorOf(client: Client): number | null {
  const { processID: pid } = client as unknown as { readonly processID: number }
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'postgres') return null
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  } catch {
    return null
  }
}

async function isSettled(client: Client, operation: Operation): Promise<boolean> {
  const { rows } = await client.query<{ settled: boolean }>(
    'select generic_plans > 0 as settled from pg_prepared_statements where name = $1',
    [operation.id],
  )
  return rows[0]?.settled ?? false
}

interface Side {
  readonly client: Client
  readonly role: string
  readonly transaction: number[]
  readonly statement: number[]
}

async function once(
  { client, role, transaction, statement }: Side,
  operation: Operation,
  values: Values,
  counts: boolean,
) {
  const { text, names } = numbered(operation.sql)
  const began = performance.now()
  await client.query('begin read only')
  await client.query(`set local role ${client.escapeIdentifier(role)}`)
  await client.query({
    name: 'who',
    text: `select set_config('app.user_id', $1, true), set_config('app.clinic_id', $2, true)`,
    values: [values['app.user_id'] ?? '', values['app.clinic_id'] ?? ''],
  })
  const asked = performance.now()
  await client.query({ name: operation.id, text, values: names.map((name) => values[name] ?? null) })
  const answered = performance.now()
  await client.query('commit')
  if (!counts) return
  transaction.push(performance.now() - began)
  statement.push(answered - asked)
}
