import type { Routine } from '@/lib/catalog/types-object'
import { calls, isVeiled, readings, runsSet } from '@/lib/sql/source-text'
import { calledBy } from '../routine/mentions'
import { onEvents, textsBeside, textsOf } from './hidden'
import type { World } from '../world'

/** A setting that a text may set; `name` null when it may be any. `stays` unless it is set for the transaction only. */
export interface SetByText {
  readonly name: string | null
  readonly stays: boolean
}

const plain = (name: string) => name.replaceAll(/["\s]/g, '').toLowerCase()

/** What a body or an expression sets by `set_config`, SET, RESET, or by a statement put together at run time. */
export function setIn(body: string): readonly SetByText[] {
  const found = readings(body).flatMap(setInReading)
  return isVeiled(body) ? [...found, { name: null, stays: true }] : found
}

function setInReading(text: string): readonly SetByText[] {
  const called = text
    .split(/\bset_config\s*\(/i)
    .slice(1)
    .map((part) => ({
      name: /^\s*'([^'\\]+)'\s*(::\s*text\s*)?,/i.exec(part)?.[1]?.toLowerCase() ?? null,
      stays: !/,\s*true\s*\)/i.test(part.split(';')[0]!),
    }))
  const statements = text.matchAll(
    /\b(set|reset)\s+(local\s+|session\s+)?("?[a-z_]\w*"?\s*\.\s*"?\w+"?)(?=\s*(=|to\b|;|$))/gi,
  )
  const written = [...statements].map(([, , scope = '', name = '']) => ({
    name: plain(name),
    stays: !/local/i.test(scope),
  }))
  const any = /\breset\s+all\b|\bupdate\s+(?:pg_catalog\s*\.\s*)?pg_settings\b/i.test(text) || runsSet(text)
  return [...called, ...written, ...(any ? [{ name: null, stays: true }] : [])]
}

const setting = new WeakMap<World, ReadonlySet<Routine>>()

/** Routines whose body, or that of a routine it names, sets a setting. */
export function routinesThatSet(world: World): ReadonlySet<Routine> {
  const before = setting.get(world)
  if (before) return before
  const all = world.snapshot.routines.filter((each) => each.extension === null && each.body !== null)
  const found = new Set(all.filter((each) => setIn(each.body ?? '').length > 0))
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const each of all) if ([...found].some((one) => calls(each.body ?? '', one.name))) found.add(each)
  }
  setting.set(world, found)
  return found
}

const settable = new WeakMap<Routine, ReadonlySet<string | null>>()

/**
 * Settings that a call of a routine may set, by itself or through what it names; among them `null` where its text does not tell:
 * it puts statements together, is written in another language, or operators and casts of somebody's own may run functions.
 */
export function settingsOf(routine: Routine, world: World): ReadonlySet<string | null> {
  let found = settable.get(routine)
  if (!found) settable.set(routine, (found = settingsNamed(routine, world)))
  return found
}

function settingsNamed(routine: Routine, world: World): ReadonlySet<string | null> {
  if (world.hasOwnOperators) return new Set([null])
  const run = calledBy(routine, world.snapshot.routines).filter((each) => each.extension === null)
  return new Set(
    run.flatMap(({ body, language }) =>
      body === null || !['sql', 'plpgsql'].includes(language) || /\bexecute\b/i.test(body)
        ? [null]
        : setIn(body).map(({ name }) => name),
    ),
  )
}

/** What a text sets, with what the functions set that it names. */
function setThrough(text: string, routines: ReadonlySet<Routine>, seen: Set<Routine>): readonly SetByText[] {
  const named = [...routines].filter((each) => !seen.has(each) && calls(text, each.name))
  for (const each of named) seen.add(each)
  return [...setIn(text), ...named.flatMap((each) => setThrough(each.body ?? '', routines, seen))]
}

const known = new WeakMap<World, readonly SetByText[]>()

/**
 * What is set beside calls of functions: by triggers, and by the expressions of views, policies, defaults and rules.
 * Nobody has to call anything for it but to use the table.
 */
export function setBesideCalls(world: World): readonly SetByText[] {
  let found = known.get(world)
  if (found) return found
  const setters = routinesThatSet(world)
  const texts = world.snapshot.relations
    .filter((each) => each.extension === null)
    .flatMap((each) => [
      ...textsOf(each),
      ...each.triggers.map(({ routine }) => world.routineById.get(routine)?.body),
    ])
  const events = onEvents(world.snapshot).map(({ body }) => body)
  const all = [...texts, ...events, ...textsBeside(world.snapshot)].flatMap((text) =>
    text ? setThrough(text, setters, new Set()) : [],
  )
  found = [...new Map(all.map((each) => [`${each.name} ${each.stays}`, each])).values()]
  known.set(world, found)
  return found
}
