import type { Left } from '@/lib/clone/statement'
import type { Sentence } from '../../types'
import type { Influence } from '../schema/influence'
import type { Scope } from '../schema/scope'

/** Why the probe's silence about a relation may mean less than it seems: what the clone lacks, what is never called. */
export function doubtsOf(
  scope: Scope,
  left: readonly Left[],
  influence: Influence,
): (relation: string) => readonly Sentence[] {
  const objects = [...scope.relations.keys(), ...scope.snapshot.routines.map(({ id }) => id as string)]
  const lost = left.map(({ object, why }) => {
    const about = objects.filter((id) => object.includes(id))
    const reached = new Set(about.flatMap((id) => [id, ...influence.dependents(id)]))
    const sentence: Sentence = {
      en: `The clone lacks ${object}. ${why.en}`,
      pt: `Falta ao clone: ${object}. ${why.pt}`,
    }
    return { reached, sentence }
  })
  return (relation) => lost.filter(({ reached }) => reached.has(relation)).map(({ sentence }) => sentence)
}
