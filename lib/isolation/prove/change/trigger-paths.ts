import { says } from '@/lib/sql/source-text'
import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import type { Formula } from '../logic/formula'
import { nullOf, ofText, type Value } from '../logic/value'
import { after } from '../moment'
import type { Context, Row } from '../problem'
import { transition } from '../query/transition'
import { pathsThrough } from '../routine/plpgsql'
import { insideOf, isHijacked } from '../routine/routine'
import { signatureOf } from '../routine/signature'
import type { Path } from '../routine/variables'
import type { World } from '../world'

export type Event = Trigger['events'][number]

/** The paths of a trigger's function that end without an error, whenever it runs; null when it is not understood. */
export function triggerPaths(
  trigger: Trigger,
  relation: Relation,
  event: Event,
  old: ReadonlyMap<string, Value> | null,
  columns: ReadonlyMap<string, Value> | null,
  context: Context,
  lawful: (row: Row) => Formula = () => true,
): readonly Path[] | null {
  const all = runsIn(trigger, relation, context)?.map((each) =>
    pathsIn(trigger, relation, event, old, columns, each, lawful),
  )
  return all?.every((paths) => paths !== null) ? all.flat() : null
}

const setsConstraints = new WeakMap<World, boolean>()

/**
 * A constraint trigger may wait for the end of the transaction: what a function sets for itself is over then, its path with it,
 * and before PostgreSQL 18 its owner's rights as well. Null where a function may have it run in between.
 */
function runsIn(trigger: Trigger, relation: Relation, context: Context): readonly Context[] | null {
  const ofIt = relation.constraints.find(({ kind, name }) => kind === 'trigger' && name === trigger.name)
  if (!trigger.constraint || ofIt?.deferrable === false) return [context]
  const { world, session } = context.problem
  let sets = setsConstraints.get(world)
  if (sets === undefined) {
    sets = world.snapshot.routines.some(({ body }) => says(body ?? '', /\bset\s+constraints\b/i))
    setsConstraints.set(world, sets)
  }
  if (sets) return null
  const after = { ...context, settings: new Map<string, string>() }
  return [
    context,
    ...(context.settings.size > 0 ? [after] : []),
    ...(context.user === session.role || world.snapshot.server.version >= 180_000
      ? []
      : [{ ...after, user: session.role, as: session.role }]),
  ]
}

function pathsIn(
  trigger: Trigger,
  relation: Relation,
  event: Event,
  old: ReadonlyMap<string, Value> | null,
  columns: ReadonlyMap<string, Value> | null,
  context: Context,
  lawful: (row: Row) => Formula,
): readonly Path[] | null {
  const { problem } = context
  const routine = problem.world.routineById.get(trigger.routine)
  const signature = routine && signatureOf(routine, context)
  if (!routine || !signature || routine.language !== 'plpgsql') return null
  const inside = insideOf(context, routine, signature, [])
  if (isHijacked(routine, inside)) return null
  // The record that an event does not have is NULL, and so is each of its fields.
  const record = (fields: ReadonlyMap<string, Value> | null): Value => ({
    type: 'record',
    cases: [{ when: true, term: fields ? problem.free('row', null) : null }],
    fields: fields ?? new Map(relation.columns.map(({ name, baseType }) => [name, nullOf(baseType)])),
  })
  const names = new Map<string, Value>([
    ['new', record(columns)],
    ['old', record(old)],
    ['tg_op', ofText(event.toUpperCase(), 'text')],
    ['tg_table_name', ofText(relation.name, 'name')],
    ['tg_relname', ofText(relation.name, 'name')],
    ['tg_table_schema', ofText(relation.schema, 'name')],
    ['tg_when', ofText(trigger.timing.toUpperCase(), 'text')],
    ['tg_level', ofText(trigger.level.toUpperCase(), 'text')],
    ['tg_name', ofText(trigger.name, 'name')],
    ['tg_nargs', ofText(String(trigger.arguments.length), 'integer')],
    ['tg_argv', argumentsOf(trigger)],
  ])
  return pathsThrough(routine, signature, {
    ...inside,
    // It may have run for other rows before.
    moment: after(inside.moment, () => [{ relation, event, trigger }, ...(inside.effects ?? [])]),
    names,
    tables: transition(trigger, relation, context, lawful),
  })
}

/** TG_ARGV is counted from 0, so it is told as PostgreSQL prints it: its subscripts are PostgreSQL's to find. */
function argumentsOf({ arguments: texts }: Trigger): Value {
  const list = texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join()
  return ofText(texts.length === 0 ? '{}' : `[0:${texts.length - 1}]={${list}}`, 'text[]')
}
