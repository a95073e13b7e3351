import type { RawNode } from '@/lib/sql/leaves'
import { and } from '../logic/formula'
import type { Effect } from '../problem'
import { anyRowOf } from '../query/rows'
import { emptiedWith } from './emptied'
import { anyChange, targetOf, unclear, type Changed } from './statement'
import { firing } from './triggers'

/** What TRUNCATE inside a function removes: what triggers of it do is not followed. */
export function truncated(body: RawNode, effect: Effect): readonly Changed[] {
  const { problem, as } = effect.context
  const cascade = body['behavior'] === 'DROP_CASCADE'
  return ((body['relations'] ?? []) as RawNode[]).flatMap((each): readonly Changed[] => {
    const named = targetOf(each['RangeVar'] as RawNode, effect.context)
    if (!named) return anyChange.map((command) => ({ target: null, command, ways: [unclear(effect, null)] }))
    if (!problem.world.may(as, named, 'TRUNCATE')) return [{ target: named, command: 'DELETE', ways: [] }]
    const all = emptiedWith(named, cascade, problem.world)
    const emptied = all.map((target): Changed => {
      const row = anyRowOf(problem, target, 'old', { moment: effect.context.moment })
      const way = { old: row, new: null, when: and(effect.when, row.exists), doors: [] }
      return { target, command: 'DELETE', ways: [way] }
    })
    const told = all.some((target) => firing(target, 'truncate').length > 0)
    const beside = told ? anyChange : []
    return [
      ...emptied,
      ...beside.map((command) => ({ target: null, command, ways: [unclear(effect, null)] })),
    ]
  })
}
