import type { Client } from 'pg'
import { numbered, type Operation } from './operation'
import { askedOnce, planTree, shapeOf, type PlanNode, type RawPlan } from './plan'

/** What the runs of one operation came to; milliseconds, planning and execution in the server together. */
export interface Times {
  readonly p50: number
  readonly p95: number
  readonly planning: number
  readonly runs: number
}

export interface Measured {
  readonly operation: Operation
  readonly outcome: 'pass' | 'fail' | 'unknown'
  /** Why it is unknown. */
  readonly reason: string | null
  readonly times: Times | null
  /** p95 of the first time each set of parameters was asked, before its rows were in memory. */
  readonly first: number | null
  readonly plan: PlanNode | null
  /** Rows the operation finds, of the run whose plan is shown. */
  readonly rows: number | null
  /** Milliseconds of the policies' own questions, asked once a statement. */
  readonly policies: number | null
  /** The same query by somebody whom no policy binds, where the login may; runs alternate with the others. */
  readonly unbound: (Times & { readonly samePlan: boolean }) | null
}

export interface MeasureOptions {
  /** Runs of each operation. */
  readonly runs?: number
  /** Longest single run, milliseconds. */
  readonly timeout?: number
  /**
   * The login to be while the operation runs, for a connection whose own role is exempt from row security. Each operation
   * then also runs as that own role, so that what the policies add is measured.
   */
  readonly login?: string
}

/** Settings of the session (a dot in the name) and parameters, by name. */
export type Values = Readonly<Record<string, string | null>>

/**
 * Times one operation in a read-only transaction that is rolled back. Everything is measured by EXPLAIN in the server, so
 * that no row of the answer ever leaves it. The connection's role must be able to become the operation's role.
 */
export async function measure(
  client: Client,
  operation: Operation,
  options: MeasureOptions = {},
): Promise<Measured> {
  const { runs = 20, timeout = 10_000, login } = options
  const unbound = login !== undefined
  const nothing = { times: null, first: null, plan: null, rows: null, policies: null, unbound: null }
  await client.query(
    `begin read only; set local statement_timeout = ${Math.trunc(timeout)}; set local lock_timeout = '100ms'; set local search_path = public, pg_temp`,
  )
  try {
    const asked = await situations(client, operation, login)
    if (asked.length === 0) return { operation, outcome: 'unknown', reason: 'empty', ...nothing }
    const bound: number[] = []
    const planning: number[] = []
    const free: number[] = []
    const freePlanning: number[] = []
    const cold: number[] = []
    // Each set of parameters once before it counts, so that neither side pays for what the other then finds in memory.
    for (const values of asked.slice(0, runs)) {
      const one = await explained(client, operation, values, 'timing off', login)
      cold.push(one.planning + one.execution)
    }
    for (let run = 0; run < runs; run++) {
      const values = asked[run % asked.length] as Values
      const one = await explained(client, operation, values, 'timing off', login)
      bound.push(one.planning + one.execution)
      planning.push(one.planning)
      if (!unbound) continue
      const other = await explained(client, { ...operation, role: '' }, values, 'timing off')
      free.push(other.planning + other.execution)
      freePlanning.push(other.planning)
    }
    const shown = await explained(client, operation, asked[0] as Values, 'buffers, verbose', login)
    const plain = unbound
      ? await explained(client, { ...operation, role: '' }, asked[0] as Values, 'timing off')
      : null
    const plan = planTree(shown.plan)
    const times = timesOf(bound, planning)
    return {
      operation,
      outcome: times.p95 <= operation.limit ? 'pass' : 'fail',
      reason: null,
      times,
      first: quantile(cold, 0.95),
      plan,
      rows: plan.actual,
      policies: askedOnce(plan),
      unbound: plain && {
        ...timesOf(free, freePlanning),
        samePlan: shapeOf(plain.plan) === shapeOf(shown.plan),
      },
    }
  } catch (error) {
    return { operation, outcome: 'unknown', reason: reasonOf(error), ...nothing }
  } finally {
    await client.query('rollback')
  }
}

/** SQLSTATE and message: both come from the server and name objects, not rows. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  return code === '57014' ? 'timeout' : `${code ?? ''} ${message}`.trim()
}

/** Whom to run as and with what: the session's lines crossed with the candidates of each parameter. */
export async function situations(client: Client, operation: Operation, login?: string): Promise<Values[]> {
  await become(client, login)
  const sessions = (await texts(client, operation.session, {})).slice(0, 5)
  const all: Values[] = []
  for (const session of sessions) {
    await become(client, login)
    await enter(client, operation.role, session)
    let values: Values[] = [session]
    for (const parameter of operation.parameters) {
      const wider: Values[] = []
      for (const known of values.slice(0, 10)) {
        const found = await texts(client, parameter.sql, known)
        for (const row of found.slice(0, 20))
          wider.push({ ...known, [parameter.name]: Object.values(row)[0] ?? null })
      }
      values = wider
    }
    all.push(...values)
  }
  await become(client, undefined)
  // One of each session in turn, so that a few runs already see several clinics.
  const bySession = new Map<string, Values[]>()
  for (const one of all) {
    const key = JSON.stringify(
      sessions.find((s) => Object.entries(s).every(([name, value]) => one[name] === value)),
    )
    bySession.set(key, [...(bySession.get(key) ?? []), one])
  }
  const lists = [...bySession.values()]
  const longest = Math.max(0, ...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, at) => lists.map((list) => list[at]))
    .flat()
    .filter((one) => one !== undefined)
}

/** The login that asks, and no role yet. */
async function become(client: Client, login: string | undefined): Promise<void> {
  await client.query('reset role; reset session authorization')
  if (login !== undefined) await client.query(`select set_config('session_authorization', $1, true)`, [login])
}

async function enter(client: Client, role: string, values: Values): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    if (name.includes('.')) await client.query('select set_config($1, $2, true)', [name, value ?? ''])
  }
  if (role !== '') await client.query(`select set_config('role', $1, true)`, [role])
}

/** Rows with every column as text. */
async function texts(client: Client, sql: string, values: Values): Promise<Record<string, string | null>[]> {
  const { text, names } = numbered(sql)
  const { rows } = await client.query({
    text,
    values: names.map((name) => values[name] ?? null),
    types: { getTypeParser: () => (value: string | Buffer) => String(value) },
  })
  return rows as Record<string, string | null>[]
}

async function explained(
  client: Client,
  operation: Operation,
  values: Values,
  option: 'timing off' | 'buffers, verbose',
  login?: string,
) {
  await become(client, login)
  await enter(client, operation.role, values)
  const { text, names } = numbered(operation.sql)
  const { rows } = await client.query(
    `explain (analyze, ${option}, format json) ${text}`,
    names.map((name) => values[name] ?? null),
  )
  const [answer] = (rows[0] as { 'QUERY PLAN': [Record<string, unknown>] })['QUERY PLAN']
  return {
    plan: answer['Plan'] as RawPlan,
    planning: Number(answer['Planning Time']),
    execution: Number(answer['Execution Time']),
  }
}

function timesOf(all: readonly number[], planning: readonly number[]): Times {
  return {
    p50: quantile(all, 0.5),
    p95: quantile(all, 0.95),
    planning: quantile(planning, 0.5),
    runs: all.length,
  }
}

/** The smallest value that at least this share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
