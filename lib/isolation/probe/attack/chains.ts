import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { ident, literal } from '@/lib/clone/spelling'
import { attempts } from './battery'
import { mayRun } from '../calls/call-values'
import { callable, callsOf } from '../calls/calls'
import { impersonates, isDynamic, redefining, settles } from '../calls/texts'
import { defining } from './defined'
import { inventions, scriptsFor } from './invent'
import type { Influence } from '../schema/influence'
import { conditionsOf } from '../schema/mine'
import { names } from '../schema/mentions'
import type { Raid, Statement } from '../observe/raid'
import { ownRoutines } from '../schema/scope'
import { Steps, type First } from './steps'

/**
 * Stories of several steps: a session that gives itself a membership, edits its own profile, ends a block, calls a function
 * with what it wrote, uses a table or a view that sets what the session keeps, and then looks again; until so many
 * statements were executed.
 */
export async function chains(raid: Raid, influence: Influence, budget: number): Promise<void> {
  const until = raid.arena.attempts + budget * 1.4
  const everything = new Set<string>([
    ...raid.scope.attacked.map(({ id }) => id),
    ...raid.scope.declaredRoutines,
  ])
  const steps = new Steps(raid, influence, everything)
  for (const first of defining(raid, everything)) {
    await raid.write(first.id, { sql: first.sql, command: null })
    await steps.take(first)
  }
  const writers = (await callable(raid)).filter((routine) => writes(routine) || settles(routine))
  const handlersOf = (relation: Relation) =>
    writers
      .filter((routine) => mayRun(raid.scope, routine).some((body) => names(body, relation)))
      .map(({ id }) => id as string)
  const firsts: Beginning[] = []
  for (const relation of influence.deciders())
    firsts.push(
      ...(await beginning(raid, relation, influence.dependents(relation.id), 90, handlersOf(relation))),
    )
  const levers: Beginning[] = []
  for (const { relation, after } of influence.levers())
    levers.push(...(await beginning(raid, relation, after, 24, handlersOf(relation))))
  // What policies of other tables ask is more telling than what only a view shows.
  const tables = new Set<string>(raid.scope.tables.keys())
  const decides = ({ after }: Beginning) => [...after].some((id) => tables.has(id))
  await each(steps, raid, firsts.filter(decides), budget * 0.6)
  await each(
    steps,
    raid,
    firsts.filter((each) => !decides(each)),
    budget * 0.2,
  )
  await each(steps, raid, levers, budget * 0.2)
  await afterwards(raid, steps)
  const handled: Beginning[] = []
  const known = new Set([...firsts, ...levers].map(({ id }) => id))
  for (const relation of raid.scope.snapshot.relations) {
    const callees = known.has(relation.id) || !isStored(relation) ? [] : handlersOf(relation)
    if (callees.length > 0) handled.push(...(await beginning(raid, relation, new Set(), 24, callees)))
  }
  await each(steps, raid, handled, budget * 0.2)
  await each(steps, raid, await switches(raid, influence), budget * 0.2)
  const deciders = influence.deciders()
  for (const routine of await callable(raid)) {
    const sets = settles(routine) || redefining(routine)
    if (!sets && !writes(routine)) continue
    const decides = deciders.some((each) => mayRun(raid.scope, routine).some((body) => names(body, each)))
    for (const { sql } of callsOf(raid, routine, isDynamic(routine) ? 48 : sets || decides ? 24 : 10)) {
      if (raid.arena.attempts >= until) return
      await steps.take({ id: routine.id, sql, after: everything, sets: sets || impersonates(sql) })
    }
  }
}

/** A row that the session gave to another tenant, or took from one: what else may it do to it? */
async function afterwards(raid: Raid, steps: Steps): Promise<void> {
  const all = ['SELECT', 'UPDATE', 'DELETE'] as const
  for (const { id } of raid.scope.attacked)
    for (const command of ['INSERT', 'UPDATE'] as const) {
      if (all.every((each) => raid.booking.has(id, raid.name, each))) break
      const [move, ...more] = raid.booking.told(id, raid.name, command)
      if (move && more.length === 0 && move.as === raid.identity)
        await steps.take({ id, sql: move.sql, after: new Set([id]) })
    }
}

const writes = (routine: Routine) =>
  isDynamic(routine) || /\b(insert|update|delete|merge)\b/i.test(routine.body ?? '')

const isStored = ({ kind, extension }: Relation) =>
  extension === null && (kind === 'table' || kind === 'partitioned')

/** First steps on one relation, made when their turn comes. */
interface Beginning {
  readonly id: string
  readonly after: ReadonlySet<string>
  readonly steps: () => Promise<readonly First[]>
}

/** The first steps on a relation; none where the session has no right to change it. */
async function beginning(
  raid: Raid,
  relation: Relation,
  after: ReadonlySet<string>,
  most: number,
  callees: readonly string[],
): Promise<Beginning[]> {
  const { insert, update, remove, truncate } = await raid.rights.of(raid.identity.role, relation.id)
  if (insert.length + update.length === 0 && !remove && !truncate) return []
  const steps = async () => firstsOn(raid, relation, insert, after, most, callees)
  return [{ id: relation.id, after, steps }]
}

async function firstsOn(
  raid: Raid,
  relation: Relation,
  insert: readonly string[],
  after: ReadonlySet<string>,
  most: number,
  callees: readonly string[],
): Promise<First[]> {
  const made = insert.length > 0 ? inventions(raid, relation, insert, 48) : []
  const tried = await attempts(raid, relation, { rows: 4, statements: most })
  // What a function will run tells more than what it reads.
  const scripts = relation.columns.flatMap((column) => scriptsFor(raid, relation, column).map(literal))
  const runs = ({ sql }: Statement) => scripts.some((each) => sql.includes(each))
  const all = [...made, ...tried]
  return [...all.filter(runs), ...all.filter((each) => !runs(each))].flatMap(({ command, sql }) =>
    command === 'TRUNCATE' ? [] : [{ id: relation.id, sql, after, callees }],
  )
}

/** Tables and views whose use sets what the session keeps: by a trigger, a default, a rule, a query, however far. */
async function switches(raid: Raid, influence: Influence): Promise<Beginning[]> {
  const { snapshot } = raid.scope
  const setting = [
    ...ownRoutines(snapshot),
    ...snapshot.routines.filter(({ returns }) => returns.endsWith('trigger')),
  ].filter((routine) => settles(routine) || redefining(routine))
  const involved = new Set<string>(setting.flatMap(({ id }) => [...influence.dependents(id)]))
  const found: Beginning[] = []
  for (const relation of snapshot.relations) {
    const texts = [...conditionsOf(relation), ...relation.columns.map((column) => column.default ?? '')]
    const sets = involved.has(relation.id) || texts.some((text) => settles({ body: text }))
    if (!sets || relation.extension !== null || relation.kind === 'foreign') continue
    const { select, insert } = await raid.rights.of(raid.identity.role, relation.id)
    const read = `select ${select.map(ident).join(', ')} from ${relation.id}`
    const after = new Set<string>()
    const steps = async () => {
      const made = insert.length > 0 ? inventions(raid, relation, insert, 24) : []
      const tried = await attempts(raid, relation, { rows: 4, statements: 24 })
      const all = [...(select.length > 0 ? [read] : []), ...[...made, ...tried].map(({ sql }) => sql)]
      return all.map((sql) => ({ id: relation.id, sql, after, sets: true }))
    }
    found.push({ id: relation.id, after, steps })
  }
  return found
}

/** The steps of all, those first that few depend on; none takes more than its share, which what others left makes larger. */
async function each(steps: Steps, raid: Raid, firsts: readonly Beginning[], budget: number): Promise<void> {
  const until = raid.arena.attempts + budget
  const sorted = [...firsts].sort((a, b) => a.after.size - b.after.size)
  for (const [at, { steps: list }] of sorted.entries()) {
    const share = (until - raid.arena.attempts) / (sorted.length - at)
    const end = raid.arena.attempts + share
    for (const first of share > 0 ? await list() : []) {
      if (raid.arena.attempts >= end) break
      await steps.take(first)
    }
  }
}
