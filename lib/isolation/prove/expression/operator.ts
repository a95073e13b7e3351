import { and, not, or, type Formula } from '../logic/formula'
import { elementsOf, presentIn, single } from './array'
import { castTo, isDocument } from './cast'
import { anything } from './compile'
import { apply, compare, isCollated, isPadded } from './operate'
import type { Context } from '../problem'
import { contains, keysOf } from './document'
import { matchIn } from './found-in'
import { oneMatched } from './matched-by'
import { ownOperator, ownOperators } from './own-operator'
import { numberOf } from '../logic/number-of'
import { family } from '../logic/term'
import { extracted, keyed } from './token'
import {
  allOf,
  choose,
  isNull,
  like,
  lookAt,
  mapped,
  nullOf,
  ofTruth,
  truthOf,
  writtenOut,
  type Truth,
  type Value,
} from '../logic/value'

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
  const own = ownOperator(context, op, left, right)
  if (own) return own
  if (!left) return apply(context, `(${op} $1)`, [right], right.type, { total: true })
  const areRows = left.type === writtenOut && right.type === writtenOut
  if (areRows && (op === '=' || op === '<>')) return rows(context, op, left, right)
  if (left.fields && isDocument(left.type)) return columnOf(context, op, left, right)
  if (left.fields || right.fields) return anything(context, op, 'boolean')
  if (comparisons.has(op)) return ofTruth(compare(context, op, left, right))
  if (left.token || right.token) return extracted(context, op, left, right)
  if (op.startsWith('operator(')) return apply(context, `($1 ${op} $2)`, [left, right], null)
  const document = ['->', '->>', '#>', '#>>'].includes(op) ? constantJson(left) : undefined
  const found = document !== undefined && !isKnown(right) && keyed(context, document, op, right)
  if (found) return found
  const asked = (op === '?|' || op === '?&') && right.elements ? keysOf(left) : null
  if (asked) return sets(context, op === '?|' ? '&&' : '@>', like(left, { elements: asked }), right)
  if (left.elements || right.elements)
    return op === '||' ? joinedLists(context, left, right) : sets(context, op, left, right)
  if (op === '[]') return apply(context, '($1)[$2]', [left, right], left.type?.slice(0, -2) ?? null)
  const held =
    op === '@>' ? contains(context, left, right) : op === '<@' ? contains(context, right, left) : null
  if (held) return held
  const keys = op === '?' ? keysOf(left) : null
  if (keys) return quantified(context, false, '=', right, like(left, { elements: keys }))
  if (tests.has(op) && [left, right].some((each) => isPadded(each.type) || isCollated(context, each)))
    return anything(context, op, 'boolean')
  if (tests.has(op)) {
    const told =
      op === '~~' || op === '~'
        ? (oneMatched(context, op, left, right) ?? matchIn(context, op, left, right))
        : null
    if (told) return told
    return apply(context, `($1 ${op} $2)`, [left, right], 'boolean', { total: !/[@?]/.test(op) })
  }
  if (op === '->>' || op === '#>>') return apply(context, `($1 ${op} $2)`, [left, right], 'text')
  if (op === '->' || op === '#>') return apply(context, `($1 ${op} $2)`, [left, right], left.type)
  if (op === '||') {
    const text = [left, right].some((each) => family(each.type) === 'text')
    // To a list NULL is one more element, or none.
    if ([left, right].some(({ type }) => type === null || type.endsWith('[]')))
      return apply(context, '($1 || $2)', [left, right], text ? null : (left.type ?? right.type), {
        bulky: !text,
        strict: false,
      })
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

/** A column of a row that became a document, where its text there is that of the column. */
function columnOf(context: Context, op: string, { fields }: Value, right: Value): Value {
  const key = right.cases.length === 1 ? right.cases[0]!.term : null
  const column = op === '->>' && key?.kind === 'constant' ? fields!.get(key.text) : undefined
  const alike = column && ['text', 'int', 'uuid', 'boolean'].includes(family(column.type) ?? '')
  return alike ? castTo(context, column, 'text') : anything(context, `${op} of a row`)
}

const isKnown = ({ cases, elements }: Value): boolean =>
  elements
    ? elements.every(({ value }) => isKnown(value))
    : cases.every(({ term }) => term === null || term.kind === 'constant')

/** A document that is known, as it is; undefined for any other. */
function constantJson({ type, cases }: Value): unknown {
  const [only] = cases
  if (!/^jsonb?$/.test(type ?? '') || cases.length !== 1 || only?.term?.kind !== 'constant') return undefined
  try {
    return JSON.parse(only.term.text) as unknown
  } catch {
    return undefined
  }
}

/** Column by column; rows that are one value, as those of tables, are compared another way: their NULLs are equal. */
function rows(context: Context, op: string, left: Value, right: Value): Value {
  const [a, b] = [[...(left.fields?.values() ?? [])], [...(right.fields?.values() ?? [])]]
  if (a.length !== b.length) return anything(context, op, 'boolean')
  const same = allOf(a.map((each, at) => compare(context, '=', each, b[at]!)))
  return ofTruth(op === '=' ? same : { yes: same.no, no: same.yes })
}

/** Array operators on lists whose elements are known one by one. */
function sets(context: Context, op: string, left: Value, right: Value): Value {
  if (![left, right].every((list) => list.elements || elementsOf(context, list)))
    return anything(context, op, 'boolean')
  const present = and(not(isNull(left)), not(isNull(right)))
  const look = (list: Value, by: string | null = null) => elementsOf(context, list, by)!
  const within = (x: Value, list: Value) =>
    or(
      ...look(list, sought(x, '=', false)).map((each) =>
        and(each.when, compare(context, '=', x, each.value).yes),
      ),
    )
  let holds: Formula
  if (op === '&&') holds = or(...look(left).map((each) => and(each.when, within(each.value, right))))
  else if (op === '<@')
    holds = and(...look(left).map((each) => or(not(each.when), within(each.value, right))))
  else if (op === '@>')
    holds = and(...look(right).map((each) => or(not(each.when), within(each.value, left))))
  else return anything(context, op, 'boolean')
  return ofTruth({ yes: and(present, holds), no: and(present, not(holds)) })
}

/** Two lists as one, or a list and a value. */
function joinedLists(context: Context, left: Value, right: Value): Value {
  const [one, other] = [single(left), single(right)]
  const of = (list: Value, value: typeof one) =>
    value ? { elements: [value] } : mapped(list, (elements) => presentIn(list, elements))
  const known = (list: Value): Value | null => {
    const elements = list.elements ? null : elementsOf(context, list)
    return list.elements ? list : elements && like(list, { elements })
  }
  const [a, b] = [one ? left : known(left), other ? right : known(right)]
  if (!a || !b) return anything(context, '||')
  const [first, second]: Partial<Value>[] = [of(a, one), of(b, other)]
  const absent = one || other ? false : and(isNull(left), isNull(right))
  return {
    type: one ? right.type : (left.type ?? right.type),
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: context.problem.free('list', null) },
    ],
    elements: [...first!.elements!, ...second!.elements!],
    again:
      first!.again || second!.again
        ? (by: string | null) => [...lookAt(first!, by), ...lookAt(second!, by)]
        : undefined,
  }
}

/** What tells a look at a list from others: what it is asked for. */
function sought({ cases, truth, elements, fields }: Value, op: string, every: boolean): string | null {
  if (truth || elements || fields || cases.length > 4) return null
  const keys = cases.map(({ when, term }) => `${numberOf(when)} ${term?.key ?? ''}`)
  return `${op} ${every} ${keys.join('\u0001')}`
}

/** `x op any (list)` and `x op all (list)`, IN and NOT IN among them. */
export function quantified(context: Context, every: boolean, op: string, left: Value, right: Value): Value {
  const elements = elementsOf(context, right, sought(left, op, every))
  if (!elements) {
    const word = every ? 'all' : 'any'
    if (ownOperators(context, op, false).length > 0) return anything(context, op, 'boolean')
    if (left.fields || left.token || right.token) return anything(context, word, 'boolean')
    // Of no elements it is true or false for NULL, too.
    const tried = apply(context, `($1 ${op} ${word} ($2))`, [left, right], 'boolean', { strict: false })
    return choose([
      { when: isNull(right), value: nullOf('boolean') },
      { when: not(isNull(right)), value: tried },
    ])
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
