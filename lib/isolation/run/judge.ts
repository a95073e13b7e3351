import type { Finding, Observation, Proof, Question, Sentence } from '../types'
import * as words from './judge-words'

const keyOf = ({ relation, principal, command, channel }: Question) =>
  [relation, principal, command, channel].join('\n')

/**
 * Puts what was proved and what was seen together, one finding for each question that either was asked. *Isolated* comes
 * from a proof alone, and only if nothing was seen that contradicts it; *leaks* from an executed statement alone; a
 * silence of the probe, or a model that no statement confirmed, is *unknown* and says so.
 */
export function judge(proofs: readonly Proof[], observations: readonly Observation[]): Finding[] {
  const seen = new Map(observations.map((each) => [keyOf(each), each]))
  const proved = new Map(proofs.map((each) => [keyOf(each), each]))
  return [...new Set([...proved.keys(), ...seen.keys()])].map((key) => {
    const proof = proved.get(key)
    const observation = seen.get(key)
    return proof ? both(proof, observation, () => unheard(proof, observations)) : alone(observation)
  })
}

function both(proof: Proof, observation: Observation | undefined, unseen: () => Sentence): Finding {
  const finding = (
    verdict: Finding['verdict'],
    by: Finding['by'],
    because: readonly Sentence[],
  ): Finding => ({
    relation: proof.relation,
    principal: proof.principal,
    role: proof.role,
    command: proof.command,
    channel: proof.channel,
    verdict,
    by,
    counterexample: observation?.crossed ?? null,
    doors: proof.doors,
    assumptions: proof.assumptions,
    because,
  })
  if (observation?.crossed) {
    const contradicted = proof.outcome === 'proved'
    return finding('leaks', proof.outcome === 'model' ? 'both' : 'probe', [
      ...words.crossing(observation.crossed),
      ...(contradicted ? [words.contradicted] : proof.outcome === 'model' ? proof.because : []),
      ...observation.because,
    ])
  }
  switch (proof.outcome) {
    case 'proved':
      return finding('isolated', observation?.alive ? 'both' : 'proof', proof.because)
    case 'unreachable':
      return finding('unreachable', 'proof', proof.because)
    case 'model':
      return finding('unknown', observation ? 'both' : 'proof', [
        words.unconfirmed(proof.exact, observation),
        ...proof.because,
        ...(observation?.because ?? [unseen()]),
      ])
    case 'unknown':
      return finding('unknown', observation ? 'both' : 'proof', [
        ...proof.because,
        ...(observation ? [words.silence(observation), ...observation.because] : [unseen()]),
      ])
  }
}

/** Why there is nothing that the probe saw about a question. */
function unheard({ relation, principal, command, channel }: Proof, all: readonly Observation[]): Sentence {
  if (all.length === 0) return words.unasked
  if (channel !== 'row') return words.unheard[channel]
  if (!relation.includes('(')) return words.unsent(command, relation)
  const calls = all.find(
    (each) => each.relation === relation && each.principal === principal && each.channel === 'row',
  )
  return calls ? words.called(calls) : words.uncalled
}

/** What only the probe was asked, or came across. */
function alone(observation: Observation | undefined): Finding {
  if (!observation) throw new Error('A question without a proof and without an observation.')
  const { crossed, alive, attempts, because, ...question } = observation
  return {
    ...question,
    verdict: crossed ? 'leaks' : 'unknown',
    by: 'probe',
    counterexample: crossed,
    doors: [],
    assumptions: [],
    because: [
      ...(crossed
        ? words.crossing(crossed)
        : [words.silence({ ...question, crossed, alive, attempts, because })]),
      ...because,
    ],
  }
}
