import { Dice } from './dice'
import { fuzzRound, type RoundResult } from './round'
import { fuzzed } from './schema'

/** How often something that was drawn counts. */
export interface Weight {
  /** Databases it stands in. */
  databases: number
  /** Those of them where an answer is another without it. */
  counts: number
  /** Questions that are answered otherwise where it is left out. */
  decides: number
}

/**
 * Makes a random database again without each of the constructs that were drawn for it, all else being the same, and counts
 * whose answer that changes. What never changes one tests nothing.
 * @param version of the server, which decides what is drawn
 */
export async function weigh(
  url: string,
  seed: number,
  tables: number,
  version: number,
  weights: Map<string, Weight>,
): Promise<void> {
  const dice = new Dice(seed)
  fuzzed(dice, tables, version)
  const whole = answersOf(await fuzzRound(url, seed, tables, 0, []))
  for (const construct of dice.drawn) {
    const without = answersOf(await fuzzRound(url, seed, tables, 0, [], construct))
    const weight = weights.get(construct) ?? { databases: 0, counts: 0, decides: 0 }
    weights.set(construct, weight)
    const asked = new Set([...whole.keys(), ...without.keys()])
    const changed = [...asked].filter((key) => whole.get(key) !== without.get(key)).length
    weight.databases++
    weight.counts += Number(changed > 0)
    weight.decides += changed
  }
}

const answersOf = ({ compared }: RoundResult) =>
  new Map(
    compared.map(({ proof }) => [`${proof.principal} ${proof.command} ${proof.relation}`, proof.outcome]),
  )
