import { env } from '@/lib/env'
import { connected, defaultLimits } from '@/lib/catalog/session'
import { loadParser } from '@/lib/sql/parse'
import type { Client } from 'pg'
import { measure, type Measured } from './measure'
import { readOperations } from './operation'
import { topStatements, type TopStatements } from './statements'

/** The last measurement of a database's standard operations. */
export interface Measurement {
  readonly at: string
  readonly operations: readonly Measured[]
}

/** Longest that one measurement may take; what had no turn is said to have had none. */
const budget = 30_000
const keptFor = 10 * 60_000

const store = globalThis as {
  tabellionMeasurements?: Map<string, { at: number; measurement: Promise<Measurement> }>
}
const kept = (store.tabellionMeasurements ??= new Map())

/**
 * Times the operations of a governed database, or gives the last result of this process when it is younger than ten
 * minutes; `null` when none are configured for it. One measurement at a time for each database.
 * @throws CatalogError when the login that measures cannot connect, Invalid when an operation's file is wrong.
 */
export async function currentMeasurement(
  database: string,
  options: { readonly fresh?: boolean } = {},
): Promise<Measurement | null> {
  const found = env().databases.find((each) => each.name === database)
  if (!found?.operations) return null
  const key = `${database} ${found.measureUrl ?? found.recordsUrl}`
  const last = kept.get(key)
  if (last && !options.fresh && Date.now() - last.at < keptFor) return last.measurement
  const measurement = measureAll(found.measureUrl ?? found.recordsUrl, found.operations)
  kept.set(key, { at: Date.now(), measurement })
  measurement.catch(() => kept.delete(key))
  return measurement
}

/** Times every operation of a folder over one URL. @throws CatalogError, Invalid */
async function measureAll(url: string, folder: string): Promise<Measurement> {
  await loadParser()
  const operations = readOperations(folder)
  const until = performance.now() + budget
  return connected(url, defaultLimits, async (connection) => {
    const client = connection as unknown as Client
    const measured: Measured[] = []
    for (const operation of operations) {
      if (performance.now() > until) measured.push(noTurn(operation))
      else measured.push(await measure(client, operation, { runs: 20, timeout: 5_000 }))
    }
    return { at: new Date().toISOString(), operations: measured }
  })
}

const noTurn = (operation: Measured['operation']): Measured => ({
  operation,
  outcome: 'unknown',
  reason: 'no turn',
  times: null,
  first: null,
  plan: null,
  rows: null,
  policies: null,
  unbound: null,
})

/** The statements that take most time in a governed database, as its scanning login sees them. @throws CatalogError */
export async function currentStatements(database: string): Promise<TopStatements> {
  const found = env().databases.find((each) => each.name === database)
  return found
    ? connected(found.scanUrl, defaultLimits, (client) => topStatements(client as unknown as Client))
    : { state: 'missing' }
}
