import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { readings, runsSet, says } from '@/lib/sql/source-text'
import { queriesAnyText, runsAnyText } from '../routine/any-text'
import { namesFunctionsIn, onEvents, textsBeside, textsOf } from './hidden'
import { calledBy } from '../routine/mentions'
import type { Context } from '../problem'
import type { World } from '../world'

/**
 * What a call may change beside rows: definitions and rights, the role of the session, whatever a text says. The first
 * leaves no proof standing, the second and third make another caller of who calls.
 */
export interface BeyondRows {
  /** A routine that changes definitions or rights that proofs rest on; null when there is none. */
  readonly redefines: Routine | null
  /** The session may become any role it may SET. */
  readonly becomes: boolean
  /** A routine by which the session may send any SQL. */
  readonly sends: Routine | null
  /** One by which it may call any function in a statement of another's, and so set any setting. */
  readonly sets: Routine | null
}

const nameList = String.raw`["\w][\w".,%\s]*`
/** Statements that may open what was closed, also as parts of a text that is run. */
const redefining = new RegExp(
  [
    String.raw`\balter\s+(?:table(?![^;']*\b(?:attach|detach)\s+partition\b)|role|user|group|policy|function|procedure|routine|view|schema|domain|type|default\s+privileges|database|system|trigger|rule|operator|foreign)\b`,
    String.raw`\bdrop\s+(?:policy|trigger|constraint|function|procedure|routine|rule|role|user|group|owned|view|schema|domain|type|operator|cast)\b`,
    String.raw`\bcreate\s+(?:policy|role|user|group|operator|cast|event|extension|(?:or\s+replace\s+)?(?:constraint\s+)?(?:trigger|rule)|or\s+replace\s+(?:recursive\s+)?(?:function|procedure|view))\b`,
    String.raw`\b(?:grant|revoke)\s+${nameList}\s(?:on|to|from)\s`,
    String.raw`\breassign\s+owned\b`,
  ].join('|'),
  'i',
)

const taking =
  /\bset\s+(?:local\s+|session\s+)?(?:role|session\s+authorization)\b|\bset_config\s*\(\s*(?:'(?:role|session_authorization)'|(?!'))|\breset\s+(?:role|session)\b/i

const known = new WeakMap<World, Map<string, BeyondRows>>()

export function beyondRows(world: World, role: string, context: Context): BeyondRows {
  let byRole = known.get(world)
  if (!byRole) known.set(world, (byRole = new Map()))
  let found = byRole.get(role)
  if (!found) byRole.set(role, (found = lookedFor(world, role, context)))
  return found
}

function lookedFor(world: World, role: string, context: Context): BeyondRows {
  const all = world.snapshot.routines
  const roots = startedBy(world, role)
  const asItself = new Set(
    roots
      .filter((each) => !each.definer)
      .flatMap((each) => calledBy(each, all).filter((one) => !one.definer)),
  )
  const asOwner = new Set(
    roots
      .flatMap((each) => calledBy(each, all))
      .filter((each) => each.definer)
      .flatMap((each) => calledBy(each, all)),
  )
  const own = ownsAny(world, role) ? [...asItself] : []
  // A query of the caller's may call whatever its owner may.
  const called = [...asOwner].some((each) => queriesAnyText(each, context)) ? all : []
  const redefines = [...asOwner, ...own, ...called.filter(changesDefinitions)].find(
    (each) =>
      // PostgreSQL lets one that is not VOLATILE run no such statement.
      each.volatility === 'volatile' &&
      (changesDefinitions(each) || (asOwner.has(each) && runsAnyText(each, context))),
  )
  return {
    redefines: redefines ?? null,
    becomes:
      takesRoleBeside(world) || [...asItself, ...roots].some((each) => !each.definer && takesRole(each)),
    sends: [...asItself].find((each) => runsAnyText(each, context)) ?? null,
    sets: [...asOwner].find((each) => runsAnyText(each, context) || queriesAnyText(each, context)) ?? null,
  }
}

const changesDefinitions = ({ body, language }: Routine) =>
  !['sql', 'plpgsql', 'c', 'internal'].includes(language) || says(body ?? '', redefining)

const takesRole = ({ body, settings }: Routine) => settings['role'] !== undefined || takesRoleIn(body ?? '')

const takesRoleIn = (text: string) => says(text, taking) || readings(text).some(runsSet)

const takenBeside = new WeakMap<World, boolean>()

/** Does an expression of a table or view, which runs as whoever uses it, take a role? */
function takesRoleBeside(world: World): boolean {
  let found = takenBeside.get(world)
  if (found === undefined) {
    const relations = world.snapshot.relations.filter(({ extension }) => extension === null)
    found = [...relations.flatMap(textsOf), ...textsBeside(world.snapshot)].some(takesRoleIn)
    takenBeside.set(world, found)
  }
  return found
}

/** Routines the session may call, and those that run because of what it does. */
function startedBy(world: World, role: string): readonly Routine[] {
  const { snapshot, routineById } = world
  const own = snapshot.routines.filter(
    (each) =>
      each.extension === null &&
      !/\btrigger$/.test(each.returns) &&
      world.mayExecute(role, each) &&
      world.mayUse(role, each.schema),
  )
  const fired = snapshot.relations
    .filter((each) => each.extension === null)
    .flatMap(({ triggers }: Relation) => triggers.flatMap((each) => routineById.get(each.routine) ?? []))
  return [...new Set([...own, ...fired, ...namesFunctionsIn(snapshot), ...onEvents(snapshot)])].filter(
    (each) => each.extension === null,
  )
}

/** Has it anything that it could define anew? */
const ownsAny = (world: World, role: string): boolean =>
  world.snapshot.relations.some((each) => world.owns(role, each.owner))
