import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import type { Context, Effect } from './problem'

/** A statement that is under way when a trigger runs: other rows of its table may have changed, and others of its triggers run. */
export interface UnderWay {
  readonly relation: Relation
  /** What this one does is told by itself. */
  readonly trigger: Trigger | null
  readonly event: 'insert' | 'update' | 'delete' | 'truncate'
}

/** A place among the statements that one statement of the session has functions and triggers run. */
export interface Moment {
  readonly id: number
  readonly before: Moment | null
  /** What may have changed rows since the moment before; null when anything may have. */
  readonly changes: () => readonly (Effect | UnderWay)[] | null
  /** The function or view on which all that changes meanwhile is booked; null: on the tables themselves. */
  readonly booked: string | null
}

let count = 0

/** Before anything has changed. */
export const atFirst: Moment = { id: 0, before: null, changes: () => [], booked: null }

/** The same on behalf of a function or view. */
export const atFirstOf = (booked: string): Moment => ({ ...atFirst, id: ++count, before: atFirst, booked })

export const after = (before: Moment, changes: Moment['changes']): Moment => ({
  id: ++count,
  before,
  changes,
  booked: before.booked,
})

/** Where a body stands that is run now: after what the statements told so far may have done. */
export function now({ moment, effects, told }: Context): Moment {
  if (effects === null || effects.length <= told) return moment
  const since = effects.slice(told)
  return after(moment, () => since)
}

/** The context of what runs next. */
export const onward = (context: Context): Context => ({
  ...context,
  moment: now(context),
  told: context.effects?.length ?? 0,
})

/** The context of what is worked out aside, where nobody hears of what it changes. */
export const aside = (context: Context, effects: Effect[] | null = context.effects && []): Context => ({
  ...context,
  moment: now(context),
  effects,
  told: 0,
})
