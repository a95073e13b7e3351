import type { Kind } from './compare'
import type { Weighed, Weight } from './weigh'

/** What a change is about, in the order in which it is read: who sees what first. */
export const areas = ['rows', 'rights', 'audit', 'tables', 'keys', 'indexes', 'code', 'settings'] as const
export type Area = (typeof areas)[number]

const areaOf: Readonly<Record<Kind, Area>> = {
  policy: 'rows',
  grant: 'rights',
  role: 'rights',
  membership: 'rights',
  'default privilege': 'rights',
  'role setting': 'settings',
  trigger: 'audit',
  'event trigger': 'audit',
  'rewrite rule': 'audit',
  relation: 'tables',
  column: 'tables',
  sequence: 'tables',
  schema: 'tables',
  enum: 'tables',
  type: 'tables',
  constraint: 'keys',
  index: 'indexes',
  routine: 'code',
  operator: 'code',
  cast: 'code',
  collation: 'code',
  extension: 'code',
  publication: 'rights',
  'foreign server': 'rights',
  database: 'settings',
  setting: 'settings',
}

/** Row security of a table is about its rows, its owner about rights. */
export function area(change: Pick<Weighed, 'kind' | 'field'>): Area {
  if (change.field === 'rls' || change.field === 'rlsForced') return 'rows'
  if (change.field === 'owner') return 'rights'
  return areaOf[change.kind]
}

/** Worst first. */
export const weights: readonly Weight[] = ['dangerous', 'notable', 'safe']

export const countWeights = (changes: readonly Weighed[]): Record<Weight, number> => {
  const counts = { dangerous: 0, notable: 0, safe: 0 }
  for (const { weight } of changes) counts[weight]++
  return counts
}
