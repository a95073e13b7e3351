import type { Snapshot } from '@/lib/catalog/types'
import { readStore, type Principal as Person } from '@/lib/db/scope'
import { currentScan, type CurrentScan } from '@/lib/rules/current'
import { settle } from '@/lib/rules/settle'
import type { ScanResult } from '@/lib/rules/run'
import { answersOf } from './answers'
import { relevantHash } from './stale'
import { latestRuns, listResults, type StoredRun } from './stored'

const settled = new WeakMap<ScanResult, { run: string; result: Promise<ScanResult> }>()
const holding = new WeakMap<Snapshot, { run: string; holds: boolean }>()

/**
 * The current scan, its guesses settled by the newest stored answers of isolation where these still hold for what the
 * catalog says now. Throws what `currentScan` throws.
 */
export async function decidedScan(person: Person, options: { readonly fresh?: boolean } = {}) {
  const scan = await currentScan(person.database, options)
  const { finished } = await readStore(person, (tx) => latestRuns(tx, person.database))
  if (finished === null || !holds(scan.snapshot, finished)) return scan
  const known = settled.get(scan.result)
  if (known?.run === finished.id) return { ...scan, result: await known.result }
  const result = settledBy(person, scan, finished)
  settled.set(scan.result, { run: finished.id, result })
  result.catch(() => settled.delete(scan.result))
  return { ...scan, result: await result }
}

function holds(snapshot: Snapshot, run: StoredRun): boolean {
  const known = holding.get(snapshot)
  if (known?.run === run.id) return known.holds
  const now = run.basis.equals(relevantHash(snapshot, run.setup))
  holding.set(snapshot, { run: run.id, holds: now })
  return now
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
  const findings = await readStore(person, (tx) => listResults(tx, run.id, [...relations]))
  return settle(result, facts, answersOf(findings, run.setup))
}
