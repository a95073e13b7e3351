import { Client } from 'pg'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { prove } from '../prove/prove'
import { databaseEvaluator } from '../prove/session'
import { setupOf } from '../setup/setup'
import type { Proof } from '../types'
import { Dice } from './dice'
import { Oracle, type Truth } from './oracle'
import { fuzzed } from './schema'
import { proveInThread } from './thread'

/** A question, what the prover says of it and what PostgreSQL did; `null` when it was not asked. */
export interface Compared {
  readonly proof: Proof
  readonly truth: Truth | null
}

export interface RoundResult {
  readonly seed: number
  /** Questions that can be reached at all. */
  readonly compared: readonly Compared[]
  /** Proved, or called out of reach, and PostgreSQL crossed: must be empty. */
  readonly unsound: readonly { readonly proof: Proof; readonly sql: string }[]
  /** Milliseconds: making the database and reading it, proving, asking PostgreSQL. */
  readonly spent: { readonly make: number; readonly prove: number; readonly ask: number }
}

/**
 * One random database: every question asked of the prover and of PostgreSQL.
 * @param url of an empty database on the server, as superuser; one of an earlier round is emptied first
 * @param effort most statements of PostgreSQL for a question about writing
 * @param only the outcomes that PostgreSQL is asked about as well; all when absent
 * @param without a construct that is left out of it
 */
export async function fuzzRound(
  url: string,
  seed: number,
  tables: number,
  effort: number,
  only: readonly Proof['outcome'][] = ['proved', 'model', 'unknown', 'unreachable'],
  without: string | null = null,
): Promise<RoundResult> {
  const dice = new Dice(seed, without)
  // A connection of its own: a setting that was never set on one is not there, later it is an empty text.
  const client = new Client({ connectionString: url })
  await client.connect()
  const times = [performance.now()]
  const lap = () => times.push(performance.now())
  try {
    const { rows } = await client.query<{ v: number }>(
      `select current_setting('server_version_num')::int / 10000 as v`,
    )
    const made = fuzzed(dice, tables, rows[0]?.v ?? 18)
    await client.query('set client_min_messages = error')
    await client.query('drop schema if exists f, fuzz cascade')
    await load(client, made.sql)
    if (only.length > 0) await Oracle.populate(client, made)
    await load(client, made.late.join(';\n'))
    const snapshot = await readSnapshot(client)
    const there = new Set<string>([...snapshot.relations, ...snapshot.routines].map((each) => each.id))
    const { tenants = [], tenantVia = [] } = made.isolation
    const isolation = {
      ...made.isolation,
      tenants: tenants.filter((each) => there.has(each.relation)),
      tenantVia: tenantVia.filter((each) => there.has(each.relation)),
    }
    const { setup } = await setupOf(factsOf(snapshot, { isolation }))
    lap()
    const evaluator = databaseEvaluator(client, client)
    // A part of them as the product does it with large schemas: in a thread that waits for each answer.
    const proofs =
      seed % 4 === 0
        ? await proveInThread(snapshot, setup, evaluator)
        : await prove(snapshot, setup, evaluator, { channels: ['row'] })
    lap()
    const columns = new Map(setup.tenants.map((each) => [each.relation, each.column]))
    const askable = proofs.filter(
      ({ relation, command }) =>
        command !== 'SELECT' || columns.get(relation) !== null || made.tellers.has(relation),
    )
    const oracle = await Oracle.of(client, made, setup, dice, effort)
    const truths = new Map<Proof, Truth>()
    for (const principal of setup.principals) {
      const mine = askable.filter((each) => each.principal === principal.name && only.includes(each.outcome))
      const answers = await oracle.ask(principal, mine)
      for (const proof of mine) truths.set(proof, answers.get(proof)!)
    }
    lap()
    const compared = askable
      .filter((each) => each.outcome !== 'unreachable')
      .map((proof) => ({ proof, truth: truths.get(proof) ?? null }))
    const wrong = askable.filter(
      (each) =>
        (each.outcome === 'proved' || each.outcome === 'unreachable') && truths.get(each) === 'crosses',
    )
    return {
      seed,
      compared,
      unsound: wrong.map((proof) => ({
        proof,
        sql: `${made.sql}-- when the rows are there:\n${made.late.join(';\n')};\n`,
      })),
      spent: {
        make: times[1]! - times[0]!,
        prove: times[2]! - times[1]!,
        ask: times[3]! - times[2]!,
      },
    }
  } finally {
    await client.end()
  }
}

/** Statement by statement: what PostgreSQL refuses of a random schema is left out. */
async function load(client: Client, sql: string): Promise<void> {
  await client.query('set check_function_bodies = off')
  for (const statement of sql.split(';\n')) {
    if (statement.trim() === '') continue
    await client.query(statement).catch(() => undefined)
  }
}
