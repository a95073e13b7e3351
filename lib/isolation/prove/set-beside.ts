import type { Routine } from '@/lib/catalog/types'
import type { World } from './world'

/** A setting that a text may set; `name` null when it may be any. `stays` unless it is set for the transaction only. */
export interface SetByText {
  readonly name: string | null
  readonly stays: boolean
}

const uncommented = (text: string) => text.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
const escaped = (name: string) => name.replaceAll(/[$^.*+?()[\]{}|\\]/g, '\\$&')
const plain = (name: string) => name.replaceAll(/["\s]/g, '').toLowerCase()

/** What a body or an expression sets by `set_config`, SET, RESET, or by a statement put together at run time. */
export function setIn(body: string): readonly SetByText[] {
  const text = uncommented(body)
  const called = [...text.matchAll(/\bset_config\s*\(([^;]*)/gi)].map(([, rest = '']) => ({
    name: /^\s*'([^']+)'/.exec(rest)?.[1]?.toLowerCase() ?? null,
    stays: !/,\s*true\s*\)/i.test(rest),
  }))
  const statements = text.matchAll(
    /\b(set|reset)\s+(local\s+|session\s+)?("?[a-z_]\w*"?\s*\.\s*"?\w+"?)(?=\s*(=|to\b|;|$))/gi,
  )
  const written = [...statements].map(([, , scope = '', name = '']) => ({
    name: plain(name),
    stays: !/local/i.test(scope),
  }))
  const any = /\breset\s+all\b/i.test(text) || (/\bexecute\b/i.test(text) && /'\s*set\s/i.test(text))
  return [...called, ...written, ...(any ? [{ name: null, stays: true }] : [])]
}

/** The same with what the functions set that it names. */
function setThrough(text: string, routines: readonly Routine[], seen: Set<Routine>): readonly SetByText[] {
  const named = routines.filter(
    (each) => !seen.has(each) && new RegExp(`\\b${escaped(each.name)}"?\\s*\\(`, 'i').test(text),
  )
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
  const { relations, routines } = world.snapshot
  const setters = routines.filter((each) => each.extension === null && setIn(each.body ?? '').length > 0)
  const texts = relations
    .filter((each) => each.extension === null)
    .flatMap((each) => [
      each.definition,
      ...each.policies.flatMap(({ using, check }) => [using, check]),
      ...each.columns.map((column) => column.default),
      ...each.rules.map(({ definition }) => definition),
      ...each.triggers.map(({ routine }) => world.routineById.get(routine)?.body),
    ])
  const all = texts.flatMap((text) => (text ? setThrough(text, setters, new Set()) : []))
  found = [...new Map(all.map((each) => [`${each.name} ${each.stays}`, each])).values()]
  known.set(world, found)
  return found
}
