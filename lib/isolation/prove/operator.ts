import { and, not, or, type Formula } from './formula'
import { elementsOf } from './array'
import { anything } from './compile'
import { apply, compare } from './operate'
import type { Context } from './problem'
import { family } from './term'
import { extracted } from './token'
import { allOf, isNull, ofText, ofTruth, truthOf, type Truth, type Value } from './value'

const comparisons = new Set(['=', '<>', '!=', '<', '<=', '>', '>='])
const tests = new Set(
  '~~ !~~ ~~* !~~* ~ !~ ~* !~* @> <@ && ? ?| ?& @@ @? ^@ << >> -|- &< &> <<= >>= ~>~ ~<~ ~>=~ ~<=~'.split(
    ' ',
  ),
)
const numbers = new Set('+ - * / % ^ & | #'.split(' '))

/** A binary or prefix operator; null arguments make NULL. */
export function operator(context: Context, op: string, left: Value | null, right: Value | null): Value {
  if (!right) return anything(context, op)
  if (!left) return apply(context, `(${op} $1)`, [right], right.type, { total: true })
  if (left.fields && right.fields && (op === '=' || op === '<>')) return rows(context, op, left, right)
  if (left.fields || right.fields) return anything(context, op, 'boolean')
  if (comparisons.has(op)) return ofTruth(compare(context, op, left, right))
  if (left.token || right.token) return extracted(context, op, left, right)
  if (op.startsWith('operator(')) return apply(context, `($1 ${op} $2)`, [left, right], null)
  if (left.elements || right.elements) return sets(context, op, left, right)
  if (op === '[]') return apply(context, '($1)[$2]', [left, right], left.type?.slice(0, -2) ?? null)
  const member = op === '?' || op === '@>' ? inJson(context, op, left, right) : null
  if (member) return member
  if (tests.has(op)) {
    return apply(context, `($1 ${op} $2)`, [left, right], 'boolean', { total: !/[@?]/.test(op) })
  }
  if (op === '->>' || op === '#>>') return apply(context, `($1 ${op} $2)`, [left, right], 'text')
  if (op === '->' || op === '#>') return apply(context, `($1 ${op} $2)`, [left, right], left.type)
  if (op === '||') {
    const text = [left, right].some((each) => family(each.type) === 'text')
    return apply(context, '($1 || $2)', [left, right], text ? 'text' : (left.type ?? right.type), {
      bulky: !text,
      total: true,
    })
  }
  if (numbers.has(op)) {
    const same = left.type === right.type ? left.type : null
    return apply(context, `($1 ${op} $2)`, [left, right], same, { total: true })
  }
  return apply(context, `($1 ${op} $2)`, [left, right], null)
}

/** `'["a"]'::jsonb ? x` and `@> to_jsonb(x)` with a constant on the left: is x one of its strings? */
function inJson(context: Context, op: string, left: Value, right: Value): Value | null {
  const [only] = left.cases
  if (left.type !== 'jsonb' || left.cases.length !== 1 || only?.term?.kind !== 'constant') return null
  let json: unknown
  try {
    json = JSON.parse(only.term.text)
  } catch {
    return null
  }
  const strings = Array.isArray(json)
    ? json
    : typeof json === 'object' && json !== null && op === '?'
      ? Object.keys(json)
      : [json]
  const asked = op === '?' ? right : unwrappedJson(right)
  if (!asked || (op === '@>' && strings.some((each) => typeof each === 'object'))) return null
  const texts = strings.filter((each): each is string => typeof each === 'string')
  const elements = texts.map((text) => ({ when: true, value: ofText(text, 'text') }))
  return quantified(context, false, '=', asked, { ...left, elements })
}

/** The text that `to_jsonb(text)` was made of. */
function unwrappedJson(value: Value): Value | null {
  const cases = value.cases.map(({ when, term }) => {
    if (term === null) return { when, term }
    const inner = term.kind === 'application' && term.sql === 'to_jsonb($1)' ? term.args[0] : undefined
    return inner && family(inner.type) === 'text' ? { when, term: inner } : null
  })
  return cases.every((each) => each !== null) ? { type: 'text', cases } : null
}

function rows(context: Context, op: string, left: Value, right: Value): Value {
  const [a, b] = [[...(left.fields?.values() ?? [])], [...(right.fields?.values() ?? [])]]
  if (a.length !== b.length) return anything(context, op, 'boolean')
  const same = allOf(a.map((each, at) => compare(context, '=', each, b[at]!)))
  return ofTruth(op === '=' ? same : { yes: same.no, no: same.yes })
}

/** Array operators on lists whose elements are known one by one. */
function sets(context: Context, op: string, left: Value, right: Value): Value {
  const [a, b] = [elementsOf(context, left), elementsOf(context, right)]
  if (!a || !b) return anything(context, op, 'boolean')
  const present = and(not(isNull(left)), not(isNull(right)))
  const within = (x: Value, list: typeof a) =>
    or(...list.map((each) => and(each.when, compare(context, '=', x, each.value).yes)))
  let holds: Formula
  if (op === '&&') holds = or(...a.map((each) => and(each.when, within(each.value, b))))
  else if (op === '<@') holds = and(...a.map((each) => or(not(each.when), within(each.value, b))))
  else if (op === '@>') holds = and(...b.map((each) => or(not(each.when), within(each.value, a))))
  else if (op === '||') return { ...left, elements: [...a, ...b] }
  else return anything(context, op, 'boolean')
  return ofTruth({ yes: and(present, holds), no: and(present, not(holds)) })
}

/** `x op any (list)` and `x op all (list)`, IN and NOT IN among them. */
export function quantified(context: Context, every: boolean, op: string, left: Value, right: Value): Value {
  const elements = elementsOf(context, right)
  if (!elements) {
    const word = every ? 'all' : 'any'
    if (left.fields || left.token || right.token) return anything(context, word, 'boolean')
    return apply(context, `($1 ${op} ${word} ($2))`, [left, right], 'boolean')
  }
  const absent = isNull(right)
  const truths = elements.map(({ when, value }) => ({ when, truth: test(context, op, left, value) }))
  const hit = (part: keyof Truth) => or(...truths.map(({ when, truth }) => and(when, truth[part])))
  const miss = (part: keyof Truth) => and(...truths.map(({ when, truth }) => or(not(when), truth[part])))
  const found: Truth = every ? { yes: miss('yes'), no: hit('no') } : { yes: hit('yes'), no: miss('no') }
  return ofTruth({ yes: and(not(absent), found.yes), no: and(not(absent), found.no) })
}

function test(context: Context, op: string, left: Value, right: Value): Truth {
  const value = operator(context, op, left, right)
  return truthOf(value)
}
