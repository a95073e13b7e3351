import { ConfigError } from '@/lib/config/config'
import { readStore, type Principal as Person } from '@/lib/db/scope'
import { currentScan, type CurrentScan } from '@/lib/rules/current'
import { settle } from '@/lib/rules/settle'
import type { ScanResult } from '@/lib/rules/run'
import { answersOf } from './answers'
import { setupOf } from '../setup/setup'
import { relevantHash } from './stale'
import { latestRuns, type StoredRun } from './stored'
import { storedPrincipals } from './stored-principals'
import { listResults } from './stored-results'
import type { Principal } from '../types'

const settled = new WeakMap<ScanResult, { run: string; result: Promise<ScanResult> }>()

/**
 * The current scan, its guesses settled by the newest stored answers of isolation where these still hold for what the
 * catalog says and what would be asked now. Throws what `currentScan` throws.
 */
export async function decidedScan(person: Person, options: { readonly fresh?: boolean } = {}) {
  const scan = await currentScan(person.database, options)
  const { finished, principals } = await readStore(person, async (tx) => ({
    finished: (await latestRuns(tx, person.database)).finished,
    principals: await storedPrincipals(tx, person.database),
  }))
  if (!finished) return scan
  const setup = await askedNow(scan, principals)
  if (!setup || !finished.basis.equals(relevantHash(scan.snapshot, setup))) return scan
  const known = settled.get(scan.result)
  if (known?.run === finished.id) return { ...scan, result: await known.result }
  const result = settledBy(person, scan, finished)
  settled.set(scan.result, { run: finished.id, result })
  result.catch(() => settled.delete(scan.result))
  return { ...scan, result: await result }
}

/** What would be asked now; `null` where the configuration names what the database no longer has, which isolation's page tells. */
async function askedNow({ facts }: CurrentScan, principals: readonly Principal[] | null) {
  try {
    return (await setupOf(facts, principals)).setup
  } catch (error) {
    if (error instanceof ConfigError) return null
    throw error
  }
}

async function settledBy(person: Person, { result, facts }: CurrentScan, run: StoredRun) {
  const relations = new Set(
    result.findings
      .filter(({ group, object }) => group === 'tenancy' && object.part !== null)
      .map(
        ({ object }) =>
          facts.governed.find((each) => each.schema === object.schema && each.name === object.name)?.id ?? '',
      ),
  )
  const findings = await readStore(person, (tx) => listResults(tx, run.id, { relations: [...relations] }))
  return settle(result, facts, answersOf(findings, run.setup))
}
