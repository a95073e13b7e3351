import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { and } from '../logic/formula'
import type { Context, Effect } from '../problem'
import { within } from '../row-security'
import { unsettled, type Source } from './sources'
import { changesOf, type Changed } from './statement'
import { triggerPaths } from './triggers'
import type { Value } from '../logic/value'
import type { Door } from '../ways'

/** A change, and where the statement that makes it runs. */
export interface SetOff {
  readonly change: Changed
  readonly context: Context
  /** The statement is put together at run time. */
  readonly dynamic?: boolean
}

/** The changes of all these statements, and of those that functions called in them run: they are noted meanwhile. */
export function changesOfAll(effects: Effect[]): readonly SetOff[] {
  const made: SetOff[] = []
  const told = effects.length
  for (const effect of effects)
    for (const change of changesOf(effect))
      made.push({ change, context: effect.context, dynamic: effect.statement === null })
  // Whoever looks at the statements again notes them again.
  effects.length = told
  return made
}

/**
 * What one trigger does when a row changes in one way, and where its statements run. `links` counts what led there: a
 * chain may come to the same trigger twice, and what it does then is done with other rows.
 */
export function changesFrom(
  trigger: Trigger,
  source: Relation,
  event: 'insert' | 'update' | 'delete',
  cause: Source,
  context: Context,
  doors: readonly Door[],
  links: number,
): readonly SetOff[] {
  const { way } = trigger.timing === 'before' ? unsettled(cause, source, context) : cause
  const rows = { before: way.old?.columns ?? null, after: way.new?.columns ?? null }
  const made =
    trigger.level === 'row'
      ? changesIn(trigger, source, event, rows, cause, context)
      : ofStatement(trigger, source, event, cause, context, links)
  return made.map((each) => ({
    context: each.context,
    change: {
      ...each.change,
      ways: each.change.ways.map((one) => ({
        ...one,
        when: and(way.when, one.when),
        doors: [...way.doors, ...doors],
      })),
    },
  }))
}

/** A trigger that is run once for a statement is not given the row: what it does is the same for every cause. */
function ofStatement(
  trigger: Trigger,
  source: Relation,
  event: 'insert' | 'update' | 'delete',
  cause: Source,
  context: Context,
  links: number,
): readonly SetOff[] {
  const held = cause.lawful ? 'lawful' : 'any'
  const key = `statement ${source.id} ${trigger.name} ${event} ${context.user} ${held} ${links} ${within(context)}`
  return context.problem.once(key, () =>
    changesIn(trigger, source, event, { before: null, after: null }, cause, context),
  )
}

interface Rows {
  readonly before: ReadonlyMap<string, Value> | null
  readonly after: ReadonlyMap<string, Value> | null
}

function changesIn(
  trigger: Trigger,
  source: Relation,
  event: 'insert' | 'update' | 'delete',
  { before, after }: Rows,
  { lawful }: Source,
  context: Context,
): readonly SetOff[] {
  const effects: Effect[] = []
  const inner: Context = { ...context, effects, reads: null }
  const paths = triggerPaths(trigger, source, event, before, after, inner, lawful)
  if (!paths) effects.push({ statement: null, context: inner, when: true })
  return changesOfAll(effects)
}
