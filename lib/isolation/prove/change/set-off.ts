import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { and, implies, type Formula } from '../logic/formula'
import type { Context, Effect, Row } from '../problem'
import { aside } from '../moment'
import { within } from '../row-security'
import { unsettled, type Source } from './sources'
import { changesOf, type Changed } from './statement'
import { triggerPaths } from './trigger-paths'
import type { Value } from '../logic/value'
import type { Door, Way } from '../ways'
import type { World } from '../world'

/** A change, and where the statement that makes it runs. */
export interface SetOff {
  readonly change: Changed
  readonly context: Context
  /** When the statement is run at all, whether it finds rows or none. */
  readonly starts: Formula
  /** The statement is put together at run time. */
  readonly dynamic?: boolean
}

/** The changes of all these statements, and of those that functions called in them run: they are noted meanwhile. */
export function changesOfAll(effects: Effect[]): readonly SetOff[] {
  const made: SetOff[] = []
  const told = effects.length
  for (const effect of effects)
    for (const change of changesOf({ ...effect, context: { ...effect.context, told: effects.length } }))
      made.push({
        change,
        context: effect.context,
        starts: isAllowed(change, effect.context) ? effect.when : false,
        dynamic: effect.statement === null,
      })
  // Whoever looks at the statements again notes them again.
  effects.length = told
  return made
}

/** What a trigger that is run for each row does when a row changes in one way, and where its statements run. */
export function changesFrom(
  trigger: Trigger,
  source: Relation,
  event: 'insert' | 'update' | 'delete',
  cause: Source,
  context: Context,
  doors: readonly Door[],
): readonly SetOff[] {
  const { way } = trigger.timing === 'before' ? unsettled(cause, source, context) : cause
  const rows = { before: way.old?.columns ?? null, after: way.new?.columns ?? null }
  const made = changesIn(trigger, source, event, rows, cause, context)
  return made.map((each) => onlyIn(each, way.when, [...way.doors, ...doors]))
}

/** When a statement is run, when it finds any row, and what such rows are like. */
interface Whole extends Pick<Source, 'lawful'> {
  readonly when: Formula
  readonly found: Formula
}

/**
 * What a trigger that is run once for a statement does: it is given no row, and runs where the statement finds none, too;
 * its transition tables are empty then. `links` counts what led there: a chain may come to the same trigger twice, and what it does then is done with other rows.
 */
export function changesOfStatement(
  trigger: Trigger,
  source: Relation,
  event: 'insert' | 'update' | 'delete',
  { when, found, lawful }: Whole,
  context: Context,
  links: number,
): readonly SetOff[] {
  const held = found === false ? 'none' : lawful ? 'lawful' : 'any'
  const key = `statement ${source.id} ${trigger.name} ${event} ${context.user} ${held} ${links} ${within(context)}`
  const { any, made } = context.problem.once(key, () => {
    const any = found === false ? false : context.problem.flag(`rows of ${trigger.name}`)
    const one = (row: Row) => and(any, lawful?.(row) ?? true)
    const rows = { before: null, after: null }
    return { any, made: changesIn(trigger, source, event, rows, { lawful: one }, context) }
  })
  const doors = [{ kind: 'trigger', name: `${trigger.name} on ${source.id}` }]
  return made.map((each) => onlyIn(each, and(when, implies(any, found)), doors))
}

const onlyIn = ({ change, context, starts }: SetOff, when: Formula, doors: readonly Door[]): SetOff => ({
  context,
  starts: and(when, starts),
  change: { ...change, ways: change.ways.map((way) => ({ ...way, when: and(when, way.when), doors })) },
})

function isAllowed({ target, command, ways }: Changed, { problem: { world }, as }: Context): boolean {
  if (!target || ways.length > 0) return true
  return command === 'DELETE'
    ? world.may(as, target, command)
    : world.mayColumns(as, target, command).size > 0
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
  { lawful }: Pick<Source, 'lawful'>,
  context: Context,
): readonly SetOff[] {
  const effects: Effect[] = []
  const inner: Context = { ...aside(context, effects), reads: null }
  const paths = triggerPaths(trigger, source, event, before, after, inner, lawful)
  if (!paths) effects.push({ statement: null, context: inner, when: true })
  return changesOfAll(effects)
}

/** What a change is to this table, named by its own name, through a view, or as a table it is part of or has as a part. */
export function concerning({ target, ways }: Changed, relation: Relation, world: World): readonly Way[] {
  if (!target || target === relation) return ways
  const kin = new Set([...world.above(relation), ...world.below(relation)])
  const here = (row: Row | null) => row && (kin.has(row.relation!) ? { ...row, relation } : row)
  return ways
    .map((way) => ({ ...way, old: here(way.old), new: here(way.new) }))
    .filter(({ old, new: made }) =>
      old || made ? (made ?? old)!.relation === relation : target.kind === 'view' || kin.has(target),
    )
}
