import type { Channel, IsolationCommand, Observation, Principal, Sentence } from '../../types'
import type { Arena } from './arena'
import type { Booking } from './booking'
import { shorten, tell } from './story'

const channels: readonly Channel[] = ['row', 'covert', 'session']
const commands: readonly IsolationCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

/** What was seen of one principal: each question that was asked, and each that was answered without being asked. */
export async function observations(
  arena: Arena,
  booking: Booking,
  principal: Principal,
  doubts: (relation: string) => readonly Sentence[],
): Promise<Observation[]> {
  const { targets, snapshot, declaredRoutines } = arena.scope
  const out: Observation[] = []
  const relations = [
    ...new Set<string>([
      ...targets.map(({ id }) => id),
      ...snapshot.routines.map(({ id }) => id),
      ...booking.relations(),
    ]),
  ]
  for (const relation of relations)
    for (const command of commands)
      for (const channel of channels) {
        const question = { relation, principal: principal.name, role: principal.role, command, channel }
        const story = booking.story(question)
        const attempts = booking.attempts(relation, principal.name, command)
        const asked = !relation.includes('(') || declaredRoutines.has(relation)
        if (!story && !(asked && channel === 'row' && attempts > 0)) continue
        out.push({
          ...question,
          crossed: story ? tell(arena, await shorten(arena, story)) : null,
          alive: booking.isAlive(relation, principal.name, command),
          attempts,
          because: doubts(relation),
        })
      }
  return out
}
