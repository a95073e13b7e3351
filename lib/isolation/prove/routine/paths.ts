import type { Routine } from '@/lib/catalog/types-object'
import { isVeiled, readings, runsSet, says } from '@/lib/sql/source-text'
import { textsBeside, textsOf } from '../change/hidden'
import { calledBy } from './mentions'
import type { World } from '../world'

const setting =
  /\bset_config\s*\(\s*(?:'search_path'|(?!'))|\b(?:set|reset)\s+(?:local\s+|session\s+)?(?:"?search_path\b|schema\s+')|\breset\s+all\b/i

/** Does a text set the search path, or a setting whose name is made up? */
const setsPath = (text: string): boolean => says(text, setting) || readings(text).some(runsSet)

/** Who may set the path: routines by what they say, and whatever statement sets off. */
interface Setters {
  readonly routines: ReadonlySet<Routine>
  readonly anybody: boolean
}

const known = new WeakMap<World, Setters>()

function settersOf(world: World): Setters {
  let found = known.get(world)
  if (!found) {
    const { snapshot, routineById } = world
    const all = snapshot.routines.filter(({ body, extension }) => extension === null && setsPath(body ?? ''))
    const routines = new Set(all)
    const relations = snapshot.relations.filter((each) => each.extension === null)
    const fired = relations
      .flatMap((each) => each.triggers.flatMap(({ routine }) => routineById.get(routine) ?? []))
      .flatMap((each) => calledBy(each, snapshot.routines))
    const anybody =
      fired.some((each) => routines.has(each)) ||
      [...relations.flatMap(textsOf), ...textsBeside(snapshot)].some((text) => text && setsPath(text))
    known.set(world, (found = { routines, anybody }))
  }
  return found
}

/**
 * May names in the body mean something else than in the path it begins with? Because somebody sets another before it is
 * called, which counts unless it has one of its `own`, or, where only the caller sets it, the function `around` it; or because
 * what it runs sets another.
 */
export function mayLookElsewhere(
  routine: Routine,
  pinned: 'own' | 'around' | null,
  world: World,
  anyPath: boolean,
): boolean {
  const { routines, anybody } = settersOf(world)
  if (routines.size === 0 && !anybody && (!anyPath || pinned !== null)) return false
  const inside = () =>
    anybody || calledBy(routine, world.snapshot.routines).some((each) => routines.has(each))
  return (pinned !== 'own' || inside()) && namesWithoutSchema(routine, world)
}

const open = new WeakMap<World, Map<Routine, boolean>>()

/** Does the body name a relation, where one may stand, or call a function without saying of which schema? */
function namesWithoutSchema(routine: Routine, world: World): boolean {
  let all = open.get(world)
  if (!all) open.set(world, (all = new Map()))
  let found = all.get(routine)
  if (found === undefined) {
    const body = routine.body ?? ''
    all.set(routine, (found = isVeiled(body) || readings(body).some((each) => looksFor(each, world))))
  }
  return found
}

function looksFor(body: string, { snapshot: { relations, routines } }: World): boolean {
  const text = body.replaceAll('"', '').toLowerCase()
  const tables = relations.map(({ name }) => name.toLowerCase())
  const functions = routines.flatMap((each) => (each.extension === null ? [each.name.toLowerCase()] : []))
  const odd = [...tables, ...functions].filter((name) => !/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name))
  // Names that a statement put together at run time has may stand anywhere.
  if (/\bexecute\b/.test(text) || odd.some((name) => text.includes(name))) return true
  const [asTable, asFunction] = [new Set(tables), new Set([...tables, ...functions])]
  const words = text.matchAll(named)
  return [...words].some(([, place, word = '', called]) =>
    called ? asFunction.has(word) : place !== undefined && asTable.has(word),
  )
}

/** A word behind no dot, what stands before it where that is a place for a relation, and a parenthesis after it. */
const named =
  /((?:\b(?:from|join|into|update|only|table|using|lateral|truncate|copy|lock)\s+|(?<!\bextract\s*)\(\s*|,\s*)+)?(?<![\p{L}\p{N}_$]|\.\s*)([\p{L}_][\p{L}\p{N}_$]*)(\s*\()?/gu
