import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { anyOrNull } from '../expression/any-or-null'
import { condition } from '../expression/compile'
import { and, holds, not, or, type Formula } from '../logic/formula'
import { later } from '../expression/later'
import type { Context, Row } from '../problem'
import { notDistinct } from '../expression/operate'
import { within } from '../row-security'
import { expressionOf, plainContext } from '../query/rows'
import { withGenerated } from './generated'
import { either, placesOf } from './places'
import { triggerPaths, type Event } from './trigger-paths'
import { choose, type Value } from '../logic/value'
import { variable } from '../logic/term'
import type { Door } from '../ways'

/** What row triggers make of a statement: when it still happens, and the columns of the row they leave. */
export interface Fired {
  readonly when: Formula
  readonly columns: ReadonlyMap<string, Value> | null
  readonly doors: readonly Door[]
}

/**
 * Runs the triggers that may refuse or change a row, in their order: BEFORE triggers, then those AFTER triggers that
 * raise an error at once. `given` are the columns the statement writes; columns it leaves out are any.
 */
export function beforeTriggers(
  relation: Relation,
  event: Event,
  old: Row | null,
  given: ReadonlyMap<string, Value> | null,
  context: Context,
): Fired {
  // A row that lies in an heir sets off the triggers of that heir, none of the table it is reached by.
  const places = [relation, ...placesOf(relation, event, context)]
  const all = (what: Event, columns: typeof given) =>
    places
      .map((of) => triggersRun(of, relation, what, old, columns, context))
      .reduce((one, other) => either(one, other, context))
  const fires = all(event, given)
  const moves =
    event === 'update' &&
    relation.kind === 'partitioned' &&
    fires.columns &&
    places.some((each) =>
      firing(each, 'insert').some(({ timing, level }) => timing === 'before' && level === 'row'),
    )
  if (!moves) return fires
  // A row that an UPDATE moves to another partition is inserted there.
  const moved = all('insert', fires.columns)
  return either(fires, { ...moved, when: and(fires.when, moved.when) }, context)
}

/** The triggers of where the row lies, and those of the table that the statement names, which it sets off as a whole. */
function triggersRun(
  relation: Relation,
  named: Relation,
  event: Event,
  old: Row | null,
  given: ReadonlyMap<string, Value> | null,
  context: Context,
): Fired {
  const asked = given && complete(relation, given, context)
  let columns: ReadonlyMap<string, Value> | null = asked
  let when: Formula = true
  const doors: Door[] = []
  const ofStatement = ({ level }: Trigger) => level === 'statement'
  const all = [
    ...firing(named, event).filter(ofStatement),
    ...firing(relation, event).filter((each) => !ofStatement(each)),
  ]
  for (const trigger of all) {
    // A constraint trigger may be deferred; then it refuses too late to count on.
    if (trigger.timing === 'instead of' || trigger.constraint) continue
    const stands = columns && trigger.timing === 'after' ? withGenerated(relation, columns, context) : columns
    const ran =
      trigger.level === 'row'
        ? runTrigger(trigger, relation, event, old, stands, context, asked)
        : refusesStatement(trigger, named, event, context)
    doors.push({ kind: 'trigger', name: `${trigger.name} on ${relation.id}` })
    if (!ran) {
      // A body that is not understood may write anything into the row.
      if (trigger.timing === 'before' && trigger.level === 'row' && columns)
        columns = new Map([...columns.keys()].map((name) => [name, anyColumn(relation, name, context)]))
      continue
    }
    when = and(when, ran.when)
    if (trigger.timing === 'before' && trigger.level === 'row' && ran.columns) columns = ran.columns
  }
  return { when, columns, doors }
}

const fired = new WeakMap<Relation, Map<Event, readonly Trigger[]>>()

/** Triggers that an event sets off, in the order they run. */
export function firing(relation: Relation, event: Event): readonly Trigger[] {
  let known = fired.get(relation)
  if (!known) fired.set(relation, (known = new Map()))
  let found = known.get(event)
  if (!found) known.set(event, (found = inOrder(relation, event)))
  return found
}

const inOrder = (relation: Relation, event: Event): readonly Trigger[] =>
  relation.triggers
    .filter((each) => each.enabled === 'origin' || each.enabled === 'always')
    .filter((each) => each.events.includes(event))
    .toSorted((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1))

const order = (trigger: Trigger) => (trigger.timing === 'before' ? 0 : 1)

function complete(
  relation: Relation,
  given: ReadonlyMap<string, Value>,
  context: Context,
): ReadonlyMap<string, Value> {
  return new Map(
    relation.columns
      .filter((column) => !column.generated)
      .map((column) => [column.name, given.get(column.name) ?? chosenColumn(relation, column.name, context)]),
  )
}

/** A value the statement gives: any, NULL too. */
function chosenColumn(relation: Relation, name: string, context: Context): Value {
  const type = relation.columns.find((each) => each.name === name)?.baseType ?? null
  const term = variable(context.problem.name(`given ${name}`), type)
  const absent = context.problem.flag(`given ${name} null`)
  if (type === 'boolean') {
    const so = holds(term)
    return {
      type,
      truth: { yes: and(not(absent), so), no: and(not(absent), not(so)) },
      cases: [
        { when: absent, term: null },
        { when: not(absent), term },
      ],
    }
  }
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term },
    ],
  }
}

function anyColumn(relation: Relation, name: string, context: Context): Value {
  const type = relation.columns.find((each) => each.name === name)?.baseType ?? null
  const absent = context.problem.flag(`${name} null`, true)
  const term = context.problem.free(`${name} after a trigger`, type, {
    en: `A trigger on ${relation.id} is not understood.`,
    pt: `Um gatilho em ${relation.id} não é compreendido.`,
  })
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term },
    ],
  }
}

/** A trigger that is run once for a statement is not given the row: whether it refuses is found out once. */
const refusesStatement = (trigger: Trigger, relation: Relation, event: Event, context: Context) =>
  context.problem.once(
    `trigger refuses ${relation.id} ${trigger.name} ${event} ${context.user} ${within(context)}`,
    () => runTrigger(trigger, relation, event, null, null, context),
  )

function runTrigger(
  trigger: Trigger,
  relation: Relation,
  event: Event,
  old: Row | null,
  columns: ReadonlyMap<string, Value> | null,
  context: Context,
  asked = columns,
): { readonly when: Formula; readonly columns: ReadonlyMap<string, Value> | null } | null {
  const { problem } = context
  const fires = firesWhen(trigger, relation, old, columns, context, asked)
  const paths = triggerPaths(trigger, relation, event, old?.columns ?? null, columns, {
    ...context,
    reads: null,
    effects: null,
  })
  if (!paths) return null
  const ended = paths.filter(
    (path) => path.end === 'return' || (path.end === 'open' && trigger.timing === 'after'),
  )
  if (trigger.timing === 'after' || trigger.level === 'statement')
    return { when: or(not(fires), ...ended.map((path) => path.when)), columns: null }
  const done = ended.flatMap((path) => {
    const fields = path.value?.cases.some(({ term }) => term !== null) ? path.value.fields : undefined
    // RETURN NULL leaves the row out, and so does the record that the event does not have.
    return fields ? [{ when: and(fires, path.when), fields }] : []
  })
  if (event === 'delete') return { when: or(not(fires), ...done.map((each) => each.when)), columns: null }
  const after = new Map(
    [...(columns ?? [])].map(([name, before]) => [
      name,
      // What no path changes is the same value still.
      done.every(({ fields }) => fields.get(name) === before)
        ? before
        : later(problem, () =>
            choose([
              { when: not(fires), value: before },
              ...done.map((each) => ({
                when: each.when,
                value: each.fields.get(name) ?? anyOrNull(problem, name, null),
              })),
            ]),
          ),
    ]),
  )
  return { when: or(not(fires), ...done.map((each) => each.when)), columns: after }
}

/** WHEN conditions, and UPDATE OF: it fires at the latest when the statement gives such a column another value. */
function firesWhen(
  trigger: Trigger,
  relation: Relation,
  old: Row | null,
  columns: ReadonlyMap<string, Value> | null,
  context: Context,
  asked: ReadonlyMap<string, Value> | null,
): Formula {
  const { world } = context.problem
  let fires: Formula = world.unsure.has(trigger) ? context.problem.flag(`fires ${trigger.name}`) : true
  if (trigger.columns.length > 0 && old && asked) {
    const changed = trigger.columns.map((name) => {
      const [before, after] = [old.columns.get(name), asked.get(name)]
      return before && after ? not(notDistinct(context, before, after)) : false
    })
    fires = and(fires, or(context.problem.flag(`fires ${trigger.name}`), ...changed))
  }
  const node = trigger.when ? expressionOf(trigger.when) : null
  if (trigger.when && !node) return and(fires, context.problem.flag(`when ${trigger.name}`, true))
  if (!node) return fires
  const plain = {
    ...plainContext(context.problem, context.user),
    settings: context.settings,
    moment: context.moment,
  }
  const aliases = new Map([
    ...(columns ? [['new', { columns, relation }] as const] : []),
    ...(old ? [['old', { columns: old.columns, relation }] as const] : []),
  ])
  return and(fires, condition(node, { ...plain, scope: { aliases, outer: null } }).yes)
}
