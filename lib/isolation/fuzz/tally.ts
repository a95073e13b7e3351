import type { RoundResult } from './round'

/** What came of many rounds. */
export interface Tally {
  questions: number
  /** PostgreSQL lets it cross, of the questions it was asked about. */
  crosses: number
  proved: number
  /** Proved, and the session reached rows of its own that way. */
  provedAlive: number
  models: number
  unknown: number
  unsound: number
  /** Crossing questions that are called a model. */
  found: number
  /** Exact models that no statement of the small world confirmed. */
  unconfirmed: number
  /** Questions about which PostgreSQL kept everything, and those of them that are proved. */
  kept: number
  keptProved: number
}

export const noTally = (): Tally => ({
  questions: 0,
  crosses: 0,
  proved: 0,
  provedAlive: 0,
  models: 0,
  unknown: 0,
  unsound: 0,
  found: 0,
  unconfirmed: 0,
  kept: 0,
  keptProved: 0,
})

/** Adds a round. */
export function count(sum: Tally, { compared, unsound }: RoundResult): void {
  sum.unsound += unsound.length
  for (const { proof, truth } of compared) {
    const { outcome, exact } = proof
    sum.questions++
    sum.proved += Number(outcome === 'proved')
    sum.provedAlive += Number(outcome === 'proved' && truth === 'alive')
    sum.models += Number(outcome === 'model')
    sum.unknown += Number(outcome === 'unknown')
    if (truth === null) continue
    const crosses = truth === 'crosses'
    sum.crosses += Number(crosses)
    sum.found += Number(crosses && outcome === 'model')
    sum.kept += Number(!crosses)
    sum.keptProved += Number(!crosses && outcome === 'proved')
    sum.unconfirmed += Number(!crosses && outcome === 'model' && exact)
  }
}
