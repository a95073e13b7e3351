import { fromEnvironment, settings } from '@/lib/env'
import { configured } from '@/lib/rules/current'
import { askWitnesses, type Outside } from './outside'
import { startCounting } from './roll-up'
import { startSealer } from './sealer'
import { witnesses } from './witness'

/** Seals and counts every governed database that has a ledger, for as long as this process lives. */
export function startSealers(onProblem: (database: string, error: unknown) => void): void {
  const { databases, home } = settings()
  for (const { name, recordsUrl } of databases) {
    try {
      seal(name, recordsUrl, home, onProblem)
      startCounting(recordsUrl, name, (error) => onProblem(name, error))
    } catch (error) {
      // A wrong configuration keeps the seal from starting, not the pages that say so.
      onProblem(name, error)
    }
  }
}

function seal(
  name: string,
  url: string,
  home: string,
  onProblem: (database: string, error: unknown) => void,
): void {
  const { ledger } = configured()
  startSealer({
    name,
    url,
    home,
    interval: ledger?.interval ?? 1_000,
    signEvery: (ledger?.witnessEvery ?? 60) * 1_000,
    witnesses: witnesses(ledger?.witnesses ?? [], fromEnvironment),
    onProblem: (error) => onProblem(name, error),
  })
}

/** What the witnesses of the configuration hold. */
export const askConfigured = (): Promise<Outside> =>
  askWitnesses(witnesses(configured().ledger?.witnesses ?? [], fromEnvironment))

/** Logs of others whose checkpoints are kept here, by the configuration. */
export const receivedLogs = () =>
  (configured().ledger?.receives ?? []).map(({ key, token }) => ({ key, token: fromEnvironment(token) }))
