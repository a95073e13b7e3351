import type { Snapshot } from '@/lib/catalog/types'
import { settings } from '@/lib/env'
import { systemStore } from '@/lib/db/scope'
import type { ScanResult } from '@/lib/rules/run'
import { recordScan, type Recorded } from './record'

const quarterHour = 15 * 60 * 1000
const remembered = new Map<string, { at: number; answer: string; snapshot: WeakRef<Snapshot> }>()

/**
 * Records a scan the web made, so that findings have a history: when what it says changed, else every quarter of an
 * hour, or at once with `now`. Cheap to call on every page that has a scan. Answers `null` when there was nothing to record.
 */
export async function rememberScan(
  database: string,
  scan: { readonly snapshot: Snapshot; readonly result: ScanResult },
  options: { readonly now?: boolean } = {},
): Promise<Recorded | null> {
  const last = remembered.get(database)
  if (last?.snapshot.deref() === scan.snapshot) return null
  const { score, findings } = scan.result
  const answer = `${score.value} ${findings.map((finding) => `${finding.severity} ${finding.key}`).join(' ')}`
  const at = Date.parse(scan.snapshot.takenAt)
  if (!options.now && last && last.answer === answer && at - last.at < quarterHour) return null
  const recorded = await systemStore({ system: 'scan' }, (tx) =>
    recordScan(tx, database, scan, settings().keepSnapshots),
  )
  remembered.set(database, { at, answer, snapshot: new WeakRef(scan.snapshot) })
  return recorded
}
