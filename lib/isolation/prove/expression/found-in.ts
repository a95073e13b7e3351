import { and, not, or, type Formula } from '../logic/formula'
import { apply, equalTerms } from './operate'
import type { Context } from '../problem'
import { constant, family, isCanonical, type Term } from '../logic/term'
import { choose, nullOf, ofText, ofTruth, truthOf, type Value } from '../logic/value'

/** A text around one value that is not known: `',' || clinic || ','`. */
interface Around {
  readonly before: string
  readonly value: Term
  readonly after: string
}

/** Texts that a value may be told from, at most. */
const most = 64

/** `strpos(text, part)` of a text that is known: a value stands in it at one of few places, or nowhere. */
export function placeIn(context: Context, whole: Value, part: Value): Value | null {
  return eachOf(whole, part, 'integer', (text, sought) => {
    const around = aroundOf(sought)
    const found = around && piecesOf(text, around)
    if (!around || !found) return null
    const places = new Map<number, Formula>()
    for (const each of found) {
      const place = lengthOf(text.slice(0, text.indexOf(around.before + each + around.after))) + 1
      places.set(place, or(places.get(place) ?? false, isText(context, around.value, each)))
    }
    return choose([
      ...[...places].map(([place, when]) => ({ when, value: ofText(String(place), 'integer') })),
      { when: not(or(...places.values())), value: ofText('0', 'integer') },
    ])
  })
}

/**
 * `text like pattern` and `text ~ pattern` where the text is known and a number or UUID stands in the pattern: it matches for
 * few, which are parts of the text, and PostgreSQL says for which.
 */
export function matchIn(context: Context, op: string, whole: Value, pattern: Value): Value | null {
  return eachOf(whole, pattern, 'boolean', (text, sought) => {
    const around = aroundOf(sought)
    const kind = around && family(around.value.type)
    if (!around || (kind !== 'int' && kind !== 'uuid')) return null
    if (op === '~' && !isPlainly(around)) return null
    const found = piecesOf(text, { ...around, before: '', after: '' })
    if (!found) return null
    const yes = found.map((each): Formula => {
      const made = [ofText(text, 'text'), ofText(around.before + each + around.after, 'text')]
      const holds = truthOf(apply(context, `($1 ${op} $2)`, made, 'boolean', { total: true })).yes
      return and(holds, isText(context, around.value, each))
    })
    const matches = or(...yes)
    return ofTruth({ yes: matches, no: not(matches) })
  })
}

/** What it comes to for each text and each part that there may be; null where it is not told for all of them. */
export function eachOf(
  whole: Value,
  part: Value,
  type: string,
  tell: (text: string, sought: Term) => Value | null,
): Value | null {
  const options: { when: Formula; value: Value }[] = []
  for (const text of whole.cases)
    for (const sought of part.cases) {
      const when = and(text.when, sought.when)
      if (text.term === null || sought.term === null) options.push({ when, value: nullOf(type) })
      else if (text.term.kind !== 'constant') return null
      else {
        const value = tell(text.term.text, sought.term)
        if (!value) return null
        options.push({ when, value })
      }
    }
  return choose(options)
}

/** In characters, as PostgreSQL counts. */
const lengthOf = (text: string) => Array.from(text).length

function aroundOf(term: Term): Around | null {
  const parts = partsOf(term)
  const [at, ...more] = parts.flatMap((part, n) => (typeof part === 'string' ? [] : [n]))
  if (at === undefined || more.length > 0) return null
  return {
    before: parts.slice(0, at).join(''),
    value: parts[at] as Term,
    after: parts.slice(at + 1).join(''),
  }
}

function partsOf(term: Term): readonly (string | Term)[] {
  if (term.kind === 'constant') return [term.text]
  if (term.kind !== 'application') return [term]
  if (term.sql === '($1 || $2)' && family(term.type) === 'text') return term.args.flatMap(partsOf)
  const [inner] = term.args
  const isNumber = ['int', 'uuid'].includes(family(inner?.type ?? null) ?? '')
  return inner && term.sql === '($1)::text' && isNumber ? [inner] : [term]
}

/** The texts that a value may be for the whole to be found; null where they are too many, or its type has several texts. */
function piecesOf(text: string, { before, value, after }: Around): readonly string[] | null {
  const kind = family(value.type)
  if (kind !== 'text' && kind !== 'int' && kind !== 'uuid') return null
  const found = new Set<string>()
  for (let at = text.indexOf(before); at >= 0; at = text.indexOf(before, at + 1)) {
    const from = at + before.length
    for (
      let to = text.indexOf(after, from);
      to >= 0;
      to = to < text.length ? text.indexOf(after, to + 1) : -1
    ) {
      const piece = text.slice(from, to)
      if (kind === 'text' || isCanonical(piece, value.type)) found.add(piece)
      if (found.size > most) return null
    }
    if (at === text.length) break
  }
  return [...found]
}

/** The value is this text. */
export const isText = (context: Context, value: Term, text: string): Formula =>
  equalTerms(context, value, constant(text, value.type))

/** Does a regular expression match nothing without the value, which stands in it as it is? */
const isPlainly = ({ before, after }: Around): boolean =>
  [before, after].every((part) => !/[\\[\]{}?*+]/.test(part) && !outside(part).includes('|')) &&
  balanced(before) &&
  balanced(after)

const outside = (part: string) => part.replaceAll(/\([^()]*\)/g, '')

const balanced = (part: string) => !/[()]/.test(outside(part))
