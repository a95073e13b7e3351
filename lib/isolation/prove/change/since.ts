import { says } from '@/lib/sql/source-text'
import type { Constraint, Relation, Trigger } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { isSilent } from '../expression/later'
import type { Moment, UnderWay } from '../moment'
import type { Effect } from '../problem'
import { mayChange } from '../routine/mentions'
import type { World } from '../world'
import { hiddenWriters } from './hidden'
import { ruleNames } from './rules'
import { harmless, targetOf } from './statement'

/** What may have become of the rows of a table: of which columns, and whether some came or went. */
export interface Touch {
  readonly adds: boolean
  readonly removes: boolean
  /** Null: any of them. */
  readonly columns: ReadonlySet<string> | null
}

const none: Touch = { adds: false, removes: false, columns: new Set() }
const anything: Touch = { adds: true, removes: true, columns: null }

const both = (one: Touch, other: Touch): Touch => ({
  adds: one.adds || other.adds,
  removes: one.removes || other.removes,
  columns: one.columns && other.columns && new Set([...one.columns, ...other.columns]),
})

/** What may have become of a table between two moments; null where neither comes after the other. */
export function between(one: Moment, other: Moment, relation: Relation, world: World): Touch | null {
  return upTo(one, other, relation, world) ?? upTo(other, one, relation, world)
}

function upTo(first: Moment, last: Moment, relation: Relation, world: World): Touch | null {
  let found = none
  for (let at: Moment | null = last; at; at = at.before) {
    if (at === first) return found
    found = both(found, touchOf(at, relation, world))
  }
  return null
}

const known = new WeakMap<Moment, Map<Relation, Touch>>()

function touchOf(moment: Moment, relation: Relation, world: World): Touch {
  const byRelation = known.get(moment) ?? new Map<Relation, Touch>()
  known.set(moment, byRelation)
  let found = byRelation.get(relation)
  if (!found) {
    const all = moment.changes()?.map((each) => ofOne(each, relation, world)) ?? [anything]
    byRelation.set(relation, (found = all.reduce(both, none)))
  }
  return found
}

const ofOne = (change: Effect | UnderWay, relation: Relation, world: World): Touch =>
  'event' in change
    ? ofEvent(change.relation, change.event, null, relation, world, change.trigger)
    : ofStatement(change, relation, world)

const events = { InsertStmt: 'insert', UpdateStmt: 'update', DeleteStmt: 'delete' } as const
const writing = /"(?:Insert|Update|Delete|Merge)Stmt":/

function ofStatement({ statement, context, sets }: Effect, relation: Relation, world: World): Touch {
  if (sets) return none
  const [what = ''] = Object.keys(statement ?? {})
  if (harmless.has(what)) return none
  const event = events[what as keyof typeof events]
  const body = statement?.[what] as RawNode | undefined
  const target = event && body?.['relation'] ? targetOf(body['relation'] as RawNode, context) : null
  if (!target || !body || target.kind === 'view' || writing.test(JSON.stringify(body))) return anything
  if (!isSilent(statement!, { ...context, reads: null, effects: [] })) return anything
  const conflict = body['onConflictClause'] as RawNode | undefined
  const set = (conflict ?? body)['targetList'] as RawNode[] | undefined
  const columns = (set ?? []).map((each) => String((each['ResTarget'] as RawNode)['name']))
  const first = ofEvent(target, event!, event === 'update' ? columns : [], relation, world)
  return conflict?.['action'] === 'ONCONFLICT_UPDATE'
    ? both(first, ofEvent(target, 'update', columns, relation, world))
    : first
}

/** What a change of a table does to another, or to itself; `columns` null where any may be given another value. */
function ofEvent(
  target: Relation,
  event: UnderWay['event'],
  columns: readonly string[] | null,
  relation: Relation,
  world: World,
  but: Trigger | null = null,
): Touch {
  const { snapshot } = world
  if (hiddenWriters(snapshot).some((each) => mayChange(each, relation, snapshot))) return anything
  if (firstSetOff(target, event, columns, world, but).some((each) => reaches(each, relation, world)))
    return anything
  const kin = [...world.above(target), target, ...world.below(target)]
  if (!kin.includes(relation)) return none
  if (event === 'truncate') return anything
  if (event !== 'update') return { ...none, adds: event === 'insert', removes: event === 'delete' }
  const made = kin.flatMap((each) => each.triggers.map((trigger) => assignedBy(trigger, world)))
  if (columns === null || made.includes(null)) return { ...none, columns: null }
  const generated = kin.flatMap((each) => each.columns.flatMap((one) => (one.generated ? [one.name] : [])))
  return { ...none, columns: new Set([...columns, ...generated, ...made.flatMap((each) => each ?? [])]) }
}

/** Columns that a BEFORE trigger gives the row; null where that is not plain. */
function assignedBy({ timing, events: on, routine: id }: Trigger, world: World): readonly string[] | null {
  if (timing !== 'before' || !on.includes('update')) return []
  const routine = world.routineById.get(id)
  const body = routine?.language === 'plpgsql' ? routine.body : null
  if (
    body == null ||
    says(body, /\bnew\s*:?=|\bnew\s*\.\s*"|\binto\b[^;]*\bnew\b|\breturn\s+(?!new\b|old\b|null\b)/i)
  )
    return null
  return [...body.matchAll(/\bnew\s*\.\s*([\p{L}_][\p{L}\p{N}_$]*)\s*:?=/giu)].map(([, name = '']) =>
    name.toLowerCase(),
  )
}

type SetOff = Routine | Relation

/** What a change of a table runs and changes in one step. */
function firstSetOff(
  target: Relation,
  event: UnderWay['event'],
  columns: readonly string[] | null,
  world: World,
  but: Trigger | null,
): readonly SetOff[] {
  const kin = [...world.above(target), target, ...world.below(target)]
  const acts = ({ references: key, enforced }: Constraint) => {
    if (!key || !enforced || !kin.some(({ id }) => id === key.relation)) return false
    const moves = columns === null || key.columns.some((name) => columns.includes(name))
    return event === 'delete' ? isAction(key.onDelete) : event === 'update' && moves && isAction(key.onUpdate)
  }
  return [
    ...kin.flatMap((each) => setOffIn(each, world, event, but)),
    ...world.snapshot.relations.filter((each) => each.constraints.some(acts)),
  ]
}

const isAction = (action: string) => action !== 'no action' && action !== 'restrict'

/** Functions of triggers, and what rules name. */
const setOffIn = (
  source: Relation,
  world: World,
  event: string | null,
  but: Trigger | null,
): readonly SetOff[] => [
  ...source.triggers.flatMap((each) =>
    !(each.name === but?.name && each.routine === but.routine) &&
    (event === null || each.events.some((one) => one === event))
      ? (world.routineById.get(each.routine) ?? [])
      : [],
  ),
  ...source.rules.flatMap((rule) =>
    world.snapshot.relations.filter((each) => ruleNames(rule, each, world.snapshot)),
  ),
]

const chains = new WeakMap<SetOff, ReadonlySet<Relation>>()

/** Does what is set off change a table, by itself or by what it sets off in turn? */
function reaches(start: SetOff, relation: Relation, world: World): boolean {
  let found = chains.get(start)
  if (!found) {
    const reached = new Set<Relation>()
    const seen = new Set<SetOff>([start])
    for (const each of seen) {
      if ('columns' in each) {
        reached.add(each)
        for (const kin of [...world.above(each), ...world.below(each)]) seen.add(kin)
        for (const next of setOffIn(each, world, null, null)) seen.add(next)
        for (const child of world.snapshot.relations)
          if (child.constraints.some((one) => refersTo(one, each))) seen.add(child)
      } else
        for (const one of world.snapshot.relations) if (mayChange(each, one, world.snapshot)) seen.add(one)
    }
    chains.set(start, (found = reached))
  }
  return found.has(relation)
}

const refersTo = ({ references: key, enforced }: Constraint, relation: Relation): boolean =>
  enforced && key?.relation === relation.id && (isAction(key.onDelete) || isAction(key.onUpdate))
