import { and, equal, holds, not, or, type Formula } from '../logic/formula'
import { collationOf } from '../collations'
import { computed } from '../logic/plainly'
import type { Context } from '../problem'
import { alone } from './alone'
import { anyOrNull } from './any-or-null'
import { application, constant, family, isCanonical, isGround, type Term } from '../logic/term'
import {
  choose,
  freeTruth,
  isNull,
  like,
  mapped,
  nullOf,
  ofTerm,
  ofText,
  ofTruth,
  truthOf,
  type Case,
  type Element,
  type Truth,
  type Value,
} from '../logic/value'

const most = 48

/** Documents and lists that triggers put together for a log would have as many cases as there are columns to change. */
const mostOfBulk = 2

/**
 * Applies a function or operator to values, case by case; with constants alone PostgreSQL computes it. `total`: never
 * NULL for arguments that are not; `strict`: NULL as soon as one is; `compute: false`: never sent to PostgreSQL.
 */
export function apply(
  context: Context,
  sql: string,
  args: readonly Value[],
  type: string | null,
  how: {
    readonly total?: boolean
    readonly strict?: boolean
    readonly compute?: boolean
    readonly bulky?: boolean
  } = {},
): Value {
  const { problem } = context
  const strict = how.strict ?? true
  const combinations = args.reduce((count, arg) => count * Math.max(arg.cases.length, 1), 1)
  if (how.bulky && combinations > mostOfBulk) return anyOrNull(problem, 'bulk', type)
  if (combinations > most) return anyOrNull(problem, 'many cases', type)
  const cases: Case[] = []
  const walk = (at: number, when: Formula, terms: readonly (Term | null)[]): void => {
    if (when === false) return
    if (at < args.length) {
      for (const each of args[at]!.cases) walk(at + 1, and(when, each.when), [...terms, each.term])
      return
    }
    if (strict && terms.includes(null)) cases.push({ when, term: null })
    else cases.push(...folded(context, sql, terms, args, type, how, when))
  }
  walk(0, true, [])
  const result = cases.find(({ term }) => term?.type)?.term?.type ?? type
  return { type: result, cases: merge(cases) }
}

/** Cases of the same term as one, so that their number stays small. */
function merge(cases: readonly Case[]): readonly Case[] {
  if (cases.length < 2) return cases
  const found = new Map<string, { when: Formula; term: Term | null }>()
  for (const { when, term } of cases) {
    const known = found.get(term?.key ?? '')
    if (known) known.when = or(known.when, when)
    else found.set(term?.key ?? '', { when, term })
  }
  return [...found.values()]
}

function folded(
  context: Context,
  sql: string,
  terms: readonly (Term | null)[],
  args: readonly Value[],
  type: string | null,
  how: { readonly total?: boolean; readonly compute?: boolean },
  when: Formula,
): Case[] {
  const { problem } = context
  let text = sql
  const kept: Term[] = []
  terms.forEach((term, at) => {
    const place = `$${at + 1}`
    if (term === null) text = text.replaceAll(place, `null::${args[at]?.type ?? 'text'}`)
    else kept.push(term)
    if (term !== null && kept.length !== at + 1) text = text.replaceAll(place, `$${kept.length}`)
  })
  const made = application(text, kept, type)
  if (how.compute !== false && kept.every(isGround)) {
    const answer = computed(problem, made)
    if (answer === undefined) return [{ when, term: problem.free('asked', type) }]
    if ('error' in answer && answer.misput) {
      const absent = problem.flag('not asked', true)
      return [
        { when: and(when, absent), term: null },
        { when: and(when, not(absent)), term: problem.free('not asked', type) },
      ]
    }
    if ('error' in answer) return [{ when, term: null }]
    return [
      {
        when,
        term: answer.text === null ? null : constant(answer.text, typeMade(answer.type, made)),
      },
    ]
  }
  if (how.total) return [{ when, term: made }]
  const absent = holds(application(`${text} is null`, kept, 'boolean'))
  return [
    { when: and(when, absent), term: null },
    { when: and(when, not(absent)), term: made },
  ]
}

/** A constant is compared by the collation of what it was computed from. */
function typeMade(found: string | null, made: Term): string | null {
  if (made.type === 'boolean') return made.type
  const collation = family(found) === 'text' ? collationOf(made) : null
  return collation === null ? found : `${found} collate ${collation}`
}

/** `=` and the like between two values. */
export function compare(context: Context, op: string, left: Value, right: Value): Truth {
  if (op === '<>' || op === '!=') return flip(compare(context, '=', left, right))
  if (op === '>') return compare(context, '<', right, left)
  if (op === '<=') return flip(compare(context, '<', right, left))
  if (op === '>=') return flip(compare(context, '<', left, right))
  if (op === '=' && isTruth(left) && isTruth(right)) return sameTruth(truthOf(left), truthOf(right))
  const [a, b] = agreed(context, left, right)
  // What a cast that nobody wrote down makes of them is not followed.
  const { casts } = context.problem.world
  if (a.type !== b.type && casts.some(({ from }) => from === a.type || from === b.type))
    return freeTruth(context.problem.name('comparison'))
  if (a.cases.length * b.cases.length > most * 4) return freeTruth(context.problem.name('comparison'))
  const yes: Formula[] = []
  const no: Formula[] = []
  const collated = isCollated(context, a) || isCollated(context, b)
  for (const x of a.cases) {
    for (const y of b.cases) {
      const when = and(x.when, y.when)
      if (when === false || x.term === null || y.term === null) continue
      const sides = alone(x.term, y.term)
      const same = collated ? asked : equalTerms
      const holds = op === '=' ? same(context, ...sides) : less(context, ...sides)
      yes.push(and(when, holds))
      no.push(and(when, not(holds)))
    }
  }
  return { yes: or(...yes), no: or(...no) }
}

/** Do texts that are not the same count as equal? */
export const isCollated = ({ problem }: Context, { type, cases }: Value): boolean =>
  problem.world.collates &&
  (type?.includes(' collate ') || cases.some(({ term }) => term !== null && collationOf(term) !== null))

const flip = ({ yes, no }: Truth): Truth => ({ yes: no, no: yes })

const isTruth = (value: Value) => value.truth !== undefined || value.type === 'boolean'

function sameTruth(a: Truth, b: Truth): Truth {
  return {
    yes: or(and(a.yes, b.yes), and(a.no, b.no)),
    no: or(and(a.yes, b.no), and(a.no, b.yes)),
  }
}

/** A constant without type takes the other side's. */
function agreed(context: Context, left: Value, right: Value): readonly [Value, Value] {
  if (left.type === null && right.type !== null) return [typed(context, left, right.type), right]
  if (right.type === null && left.type !== null) return [left, typed(context, right, left.type)]
  if (left.type === null && right.type === null) {
    const [a, b] = [left.cases[0]?.term, right.cases[0]?.term]
    if (a?.kind === 'constant' && b?.kind === 'constant')
      return [typed(context, left, 'text'), typed(context, right, 'text')]
  }
  return [left, right]
}

/** A string constant as a value of a type, as PostgreSQL's input function reads it. */
export function typed(context: Context, value: Value, type: string): Value {
  if (value.type !== null || value.truth) return value
  if (value.elements) {
    const of = type.endsWith('[]') ? type.slice(0, -2) : null
    const all = (elements: readonly Element[]) =>
      of === null ? elements : elements.map((each) => ({ ...each, value: typed(context, each.value, of) }))
    return like(value, { type, ...mapped(value, all) })
  }
  // A constant beside char(n) is not cut to its length.
  if (isPadded(type))
    return { type: 'character', cases: value.cases.map((each) => inType(each, 'character')) }
  return choose(
    value.cases.map(({ when, term }) => {
      if (term === null) return { when, value: nullOf(type) }
      if (term.kind !== 'constant') return { when, value: { type, cases: [{ when: true, term }] } }
      if (isCanonical(term.text, type)) return { when, value: ofText(term.text, type) }
      return { when, value: apply(context, `($1)::${type}`, [ofTerm(term)], type, { total: true }) }
    }),
  )
}

export function equalTerms(context: Context, left: Term, right: Term): Formula {
  if (left.key === right.key) return true
  if (isPadded(left.type) || isPadded(right.type)) return equalTerms(context, unpadded(left), unpadded(right))
  if (isCount(left) || isCount(right)) {
    const other = isCount(left) ? right : left
    if (other.kind === 'constant' && Number(other.text) <= 0) return false
  }
  const kind = family(left.type)
  if (kind !== null && kind === family(right.type)) {
    if (left.kind === 'constant' && right.kind === 'constant') {
      if (exact(left) && exact(right)) return left.text === right.text
      return asked(context, left, right)
    }
    const [one, two] = [uncast(left), uncast(right)]
    if (one && two && family(one.type) === family(two.type)) return equalTerms(context, one, two)
    if (one && right.kind === 'constant') return byText(context, one, right.text)
    if (two && left.kind === 'constant') return byText(context, two, left.text)
    return equal(left, right)
  }
  return asked(context, left, right)
}

/** Whether two terms are equal, as PostgreSQL says it. */
function asked(context: Context, left: Term, right: Term): Formula {
  const sorted = left.key < right.key ? [left, right] : [right, left]
  return truthOf(apply(context, '($1 = $2)', sorted.map(ofTerm), 'boolean', { total: true })).yes
}

/** Of a char(n), which some operators and functions take with its blanks. */
export const isPadded = (type: string | null) => /^(character|bpchar)(\(\d+\))?$/.test(type ?? '')

/** A char(n) as what it is compared by: its text without the blanks at the end, which a cast to text takes off too. */
function unpadded(term: Term): Term {
  if (!isPadded(term.type)) return term
  if (term.kind === 'constant') return constant(term.text.replace(/ +$/, ''), 'text')
  return application('($1)::text', [term], 'text')
}

const inType = ({ when, term }: Case, type: string): Case => ({
  when,
  term: term?.kind === 'constant' ? constant(term.text, type) : term,
})

const exact = (term: Term) => term.kind === 'constant' && isCanonical(term.text, term.type)

/** What is behind `(x)::text` when x's type prints equal values alike. */
function uncast(term: Term): Term | null {
  if (term.kind !== 'application' || term.sql !== '($1)::text') return null
  const [inner] = term.args
  return inner && ['uuid', 'int'].includes(family(inner.type) ?? '') ? inner : null
}

function byText(context: Context, inner: Term, text: string): Formula {
  return isCanonical(text, inner.type) ? equalTerms(context, inner, constant(text, inner.type)) : false
}

const isCount = (term: Term) => term.kind === 'variable' && term.name.startsWith('count#')

function less(context: Context, left: Term, right: Term): Formula {
  if (left.key === right.key) return false
  if (isCount(right) && left.kind === 'constant' && Number(left.text) <= 0) return true
  if (isCount(left) && right.kind === 'constant' && Number(right.text) <= 1) return false
  return truthOf(apply(context, '($1 < $2)', [ofTerm(left), ofTerm(right)], 'boolean', { total: true })).yes
}

/** `a is not distinct from b`, which is never NULL. */
export function notDistinct(context: Context, left: Value, right: Value): Formula {
  const [a, b] = agreed(context, left, right)
  const [absentA, absentB] = [isNull(a), isNull(b)]
  return or(and(absentA, absentB), and(not(absentA), not(absentB), compare(context, '=', a, b).yes))
}

export const boolean = (formula: Formula): Value => ofTruth({ yes: formula, no: not(formula) })
