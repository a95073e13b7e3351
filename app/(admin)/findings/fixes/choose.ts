import { readStore } from '@/lib/db/scope'
import { findingStates } from '@/lib/findings/findings'
import { listedFindings, selectFindings } from '@/lib/findings/listed'
import { planMigration, type Migration } from '@/lib/migration/plan'
import type { Principal } from '@/lib/session/principal'
import type { CurrentScan } from '@/lib/rules/current'
import type { FixesState } from './search'

export interface Chosen {
  readonly migration: Migration
  /** Keys asked for that the catalog no longer has. */
  readonly gone: readonly string[]
}

/** The migration of the findings that the address asks for. */
export async function chosenMigration(scan: CurrentScan, who: Principal, state: FixesState): Promise<Chosen> {
  const { findings } = scan.result
  const keys = state.all ? await allShown(scan, who, state) : state.key
  const wanted = new Set(keys)
  const known = new Set(findings.map(({ key }) => key))
  return {
    migration: await planMigration(
      scan.snapshot,
      findings.filter(({ key }) => wanted.has(key)),
    ),
    gone: keys.filter((key) => !known.has(key)),
  }
}

async function allShown({ result }: CurrentScan, who: Principal, state: FixesState): Promise<string[]> {
  const history = await readStore(who, (tx) => findingStates(tx, who.database))
  const all = listedFindings(result.findings, result.outcomes, history)
  return selectFindings(all, { ...state, sort: 'severity', descending: false }).map(({ key }) => key)
}
