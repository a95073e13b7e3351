import type { Channel, IsolationCommand, Observation, Principal, Sentence } from '../../types'
import type { Arena } from './arena'
import type { Booking, Story } from './booking'
import { scenesOf } from './fewest-rows'
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
  const seen: (Omit<Observation, 'crossed'> & { readonly story: Story | null })[] = []
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
        seen.push({
          ...question,
          story: story ? await shorten(arena, story) : null,
          alive: booking.isAlive(relation, principal.name, command),
          attempts,
          because: doubts(relation),
        })
      }
  const stories = seen.flatMap(({ story }) => story ?? [])
  const scenes = await scenesOf(arena, influence, stories)
  return seen.map(({ story, ...each }) => ({
    ...each,
    crossed: story ? tell(story, scenes.get(story)!, arena.scope.snapshot) : null,
  }))
}
