import type { Client } from 'pg'
import { quantile, situations, type Values } from './measure'
import { numbered, type Operation } from './operation'

/** Milliseconds as the client waits for them, medians. */
export interface Waited {
  /** BEGIN, who is asking, the operation, COMMIT. */
  readonly transaction: number
  /** The operation alone: bind, execute and the rows on the wire. */
  readonly statement: number
}

/**
 * An operation as an application runs it: a statement prepared once on a connection that stays, in a transaction that
 * first says who is asking; what row security adds is the difference between the two sides, whose runs alternate.
 * @param bound a superuser's connection; it becomes `login` and the operation's role and stays so
 * @param free another one, whom no policy binds
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
  await bound.query(`set role ${bound.escapeIdentifier(operation.role)}`)
  const sides = [bound, free].map((client) => ({ client, transaction: [], statement: [] }) as Side)
  try {
    for (const side of sides) await side.client.query('set search_path = public, pg_temp')
    // The server settles on a plan after five executions.
    for (let run = -6; run < runs; run++) {
      const values = asked[(run + 6) % asked.length] as Values
      for (const side of run % 2 ? sides : sides.toReversed()) await once(side, operation, values, run >= 0)
    }
  } finally {
    for (const { client } of sides) {
      await client.query('rollback')
      await client.query('reset role')
      await client.query('reset session authorization')
    }
  }
  const [first, second] = sides.map(({ transaction, statement }) => ({
    transaction: quantile(transaction, 0.5),
    statement: quantile(statement, 0.5),
  }))
  return first && second ? { bound: first, free: second } : null
}

interface Side {
  readonly client: Client
  readonly transaction: number[]
  readonly statement: number[]
}

async function once(
  { client, transaction, statement }: Side,
  operation: Operation,
  values: Values,
  counts: boolean,
) {
  const { text, names } = numbered(operation.sql)
  const began = performance.now()
  await client.query('begin read only')
  for (const [name, value] of Object.entries(values))
    if (name.includes('.'))
      await client.query({
        name: 'who',
        text: 'select set_config($1, $2, true)',
        values: [name, value ?? ''],
      })
  const asked = performance.now()
  await client.query({ name: operation.id, text, values: names.map((name) => values[name] ?? null) })
  const answered = performance.now()
  await client.query('commit')
  if (!counts) return
  transaction.push(performance.now() - began)
  statement.push(answered - asked)
}
