import { Client } from 'pg'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { prove } from '../prove/prove'
import { databaseEvaluator } from '../prove/session'
import { setupOf } from '../setup'
import type { Proof } from '../types'
import { Dice } from './dice'
import { crosses, prepareOracle } from './oracle'
import { fuzzed } from './schema'

export interface RoundResult {
  readonly seed: number
  readonly questions: number
  readonly proved: number
  readonly models: number
  readonly unknown: number
  /** Proved, and PostgreSQL crossed: must be empty. */
  readonly unsound: readonly { readonly proof: Proof; readonly sql: string }[]
  /** Exact models that no statement of the small world confirmed. */
  readonly unconfirmed: readonly Proof[]
  /** Neither proved nor a model, though PostgreSQL crossed. */
  readonly missed: number
  /** Milliseconds the prover took. */
  readonly proveMs: number
}

/**
 * One random database: every question asked of the prover and of PostgreSQL.
 * @param url of an empty database on the server, as superuser; one of an earlier round is emptied first
 * @param only the outcomes that PostgreSQL is asked about as well; all when absent
 */
export async function fuzzRound(
  url: string,
  seed: number,
  tables: number,
  effort: number,
  only: readonly Proof['outcome'][] = ['proved', 'model', 'unknown'],
): Promise<RoundResult> {
  const dice = new Dice(seed)
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ v: number }>(
      `select current_setting('server_version_num')::int / 10000 as v`,
    )
    const made = fuzzed(dice, tables, rows[0]?.v ?? 18)
    await client.query('drop schema if exists f cascade')
    await load(client, made.sql)
    await prepareOracle(client)
    const snapshot = await readSnapshot(url)
    const there = new Set<string>([...snapshot.relations, ...snapshot.routines].map((each) => each.id))
    const tenants = (made.isolation.tenants ?? []).filter((each) => there.has(each.relation))
    const facts = factsOf(snapshot, { isolation: { ...made.isolation, tenants } })
    const { setup } = await setupOf(facts)
    const started = performance.now()
    const proofs = await prove(snapshot, setup, databaseEvaluator(url, url), { channels: ['row'] })
    const proveMs = performance.now() - started
    const behind = new Map(made.views.map((each) => [each.name, each.table]))
    const asked = proofs.filter(
      (each) => each.outcome !== 'unreachable' && each.command !== 'TRUNCATE' && each.channel === 'row',
    )
    const unsound: { proof: Proof; sql: string }[] = []
    const unconfirmed: Proof[] = []
    let missed = 0
    for (const proof of asked) {
      if (!only.includes(proof.outcome)) continue
      const table = behind.get(proof.relation) ?? made.functions.get(proof.relation) ?? proof.relation
      const crossed = await crosses(client, proof, table, setup, dice, effort)
      if (proof.outcome === 'proved' && crossed) unsound.push({ proof, sql: made.sql })
      if (proof.outcome === 'model' && proof.exact && !crossed) unconfirmed.push(proof)
      if (proof.outcome === 'unknown' && crossed) missed++
    }
    const count = (outcome: Proof['outcome']) => asked.filter((each) => each.outcome === outcome).length
    return {
      seed,
      questions: asked.length,
      proved: count('proved'),
      models: count('model'),
      unknown: count('unknown'),
      unsound,
      unconfirmed,
      missed,
      proveMs,
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
