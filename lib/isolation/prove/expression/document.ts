import { and, not, or, type Formula } from '../logic/formula'
import { equalTerms } from './operate'
import type { Context } from '../problem'
import { constant, family, isCanonical, type Term } from '../logic/term'
import { ofText, ofTruth, type Element, type Value } from '../logic/value'

/** A document put together from values of a row: JSON with terms in some of its places. */
type Pattern =
  string | number | boolean | null | Leaf | readonly Pattern[] | { readonly [key: string]: Pattern }

class Leaf {
  constructor(readonly term: Term) {}
}

/** A part that cannot be told: its number is too large, or what it prints is not known. */
class NotTold extends Error {}

/** `a @> b` where a is a constant jsonb and b is put together from values; null where either is anything else. */
export function contains(context: Context, left: Value, right: Value): Value | null {
  const yes: Formula[] = []
  const no: Formula[] = []
  try {
    for (const whole of left.cases) {
      for (const part of right.cases) {
        const when = and(whole.when, part.when)
        if (when === false || whole.term === null || part.term === null) continue
        const document = documentOf(whole.term)
        const holds = within(document, patternOf(part.term), context, true)
        yes.push(and(when, holds))
        no.push(and(when, not(holds)))
      }
    }
  } catch (error) {
    if (error instanceof NotTold) return null
    throw error
  }
  return ofTruth({ yes: or(...yes), no: or(...no) })
}

/** The texts that `?` finds in a constant jsonb: elements of an array, keys of an object; null for any other value. */
export function keysOf({ type, cases }: Value): readonly Element[] | null {
  const [only] = cases
  if (type !== 'jsonb' || cases.length !== 1 || only?.term?.kind !== 'constant') return null
  let json: unknown
  try {
    json = JSON.parse(only.term.text)
  } catch {
    return null
  }
  const all = Array.isArray(json) ? json : isObject(json) ? Object.keys(json) : [json]
  return all
    .filter((each): each is string => typeof each === 'string')
    .map((text) => ({ when: true, value: ofText(text, 'text') }))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Leaf)

function documentOf(term: Term): Pattern {
  if (term.kind !== 'constant' || term.type !== 'jsonb') throw new NotTold()
  try {
    return JSON.parse(term.text) as Pattern
  } catch {
    throw new NotTold()
  }
}

function patternOf(term: Term): Pattern {
  if (term.kind === 'constant' && term.type === 'jsonb') return documentOf(term)
  if (term.kind !== 'application') return leafOf(term)
  const [, name, list = ''] =
    /^(to_jsonb|jsonb_build_array|jsonb_build_object)\(([^()]*)\)$/.exec(term.sql) ?? []
  if (!name) return leafOf(term)
  const parts = list.split(', ').map((place): Pattern => {
    const arg = term.args[Number(/^\$(\d+)$/.exec(place)?.[1] ?? 0) - 1]
    if (arg) return patternOf(arg)
    if (place.startsWith('null::')) return null
    throw new NotTold()
  })
  if (name === 'to_jsonb') return parts[0]!
  if (name === 'jsonb_build_array') return parts
  const made: Record<string, Pattern> = Object.create(null) as Record<string, Pattern>
  for (let at = 0; at < parts.length; at += 2) {
    const key = parts[at]
    const text = key instanceof Leaf && key.term.kind === 'constant' ? key.term.text : key
    if (typeof text !== 'string') throw new NotTold()
    made[text] = parts[at + 1] ?? null
  }
  return made
}

function leafOf(term: Term): Pattern {
  if (term.kind === 'constant' && term.type === null) return term.text
  if (term.kind === 'constant' && term.type === 'boolean') return term.text === 'true'
  if (!isPlain(term)) throw new NotTold()
  return new Leaf(term)
}

/** Becomes a JSON string or number that tells it from all others of its type: texts, whole numbers, uuids and enums. */
const isPlain = (term: Term) =>
  ![null, 'boolean', 'date', 'timestamp', 'timestamptz', 'bytea'].includes(family(term.type))

/**
 * When a document holds a pattern, as jsonb's `@>` has it: objects key by key, arrays element by element in any order.
 * At the top, and only there, an array holds a value that is no array.
 */
function within(document: Pattern, pattern: Pattern, context: Context, top: boolean): Formula {
  if (isObject(pattern)) {
    if (!isObject(document)) return false
    return and(
      ...Object.entries(pattern).map(([key, value]) =>
        Object.hasOwn(document, key) ? within(document[key]!, value, context, false) : false,
      ),
    )
  }
  if (Array.isArray(pattern)) {
    if (!Array.isArray(document)) return false
    const elements = document as readonly Pattern[]
    return and(
      ...(pattern as readonly Pattern[]).map((each) =>
        or(...elements.map((one) => within(one, each, context, false))),
      ),
    )
  }
  if (top && Array.isArray(document))
    return or(...(document as readonly Pattern[]).map((each) => within(each, pattern, context, false)))
  return equal(document, pattern as Leaf | string | number | boolean | null, context)
}

function equal(document: Pattern, value: Leaf | string | number | boolean | null, context: Context): Formula {
  const kind = value instanceof Leaf ? family(value.term.type) : null
  const wanted = value instanceof Leaf ? (kind === 'int' ? 'number' : 'string') : typeof value
  if (typeof document !== wanted) return false
  if (typeof document === 'number' && !Number.isSafeInteger(document)) throw new NotTold()
  if (!(value instanceof Leaf)) return document === value
  const text = String(document)
  if (kind === 'uuid' && !isCanonical(text, 'uuid')) return false
  return equalTerms(context, value.term, constant(text, value.term.type))
}
