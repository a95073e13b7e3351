import type { Channel, IsolationCommand, Observation, Principal, Sentence } from '../../types'
import type { Arena } from './arena'
import type { Booking, Story } from './booking'
import { withFewestRows } from './fewest-rows'
import type { Influence } from '../schema/influence'
import { shorten, tell } from './story'

const channels: readonly Channel[] = ['row', 'covert', 'session']
const commands: readonly IsolationCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

/** What was seen of one principal: each question that was asked, and each that was answered without being asked. */
export async function observations(
  arena: Arena,
  influence: Influence,
  booking: Booking,
  principal: Principal,
  doubts: (relation: string) => readonly Sentence[],
): Promise<Observation[]> {
  const { targets, snapshot, declaredRoutines } = arena.scope
  const out: Omit<Observation, 'crossed'>[] = []
  const crossed = new Map<object, Story>()
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
        const alive = booking.isAlive(relation, principal.name, command)
        const seen = { ...question, alive, attempts, because: doubts(relation) }
        out.push(seen)
        if (story) crossed.set(seen, await shorten(arena, story))
      }
  const told = await withFewestRows(arena, influence, [...crossed.values()])
  const stories = new Map([...crossed.keys()].map((seen, at) => [seen, told[at]]))
  return out.map((seen) => {
    const story = stories.get(seen)
    return { ...seen, crossed: story ? tell(arena, story) : null }
  })
}
