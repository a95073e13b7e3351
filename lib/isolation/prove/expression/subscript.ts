import type { RawNode } from '@/lib/sql/leaves'
import { elementsOf } from './array'
import { anything, compile } from './compile'
import { asksFurther } from './later'
import { mayDoAnything } from '../routine/noted'
import { not, or } from '../logic/formula'
import { attribute } from './resolve'
import { operator } from './operator'
import { apply, compare } from './operate'
import type { Context } from '../problem'
import { isCanonical, type Application, type Term } from '../logic/term'
import { choose, isNull, nullOf, ofTerm, ofText, type Value } from '../logic/value'

/** `value.field`, `list[n]` and `list[from:to]`, one after the other. */
export function indirection(body: RawNode, context: Context): Value {
  const parts = (body['indirection'] ?? []) as RawNode[]
  if (isNested(body, parts)) {
    compile(body['arg'] as RawNode, context)
    if (asksFurther(parts, context)) mayDoAnything(context)
    return anything(context, 'subscript')
  }
  return parts.reduce<Value>(
    (base, part) => step(base, part, context),
    compile(body['arg'] as RawNode, context),
  )
}

/** Of an array of arrays one subscript alone is no element, and several together are one. */
function isNested(body: RawNode, parts: readonly RawNode[]): boolean {
  const items = (((body['arg'] as RawNode)['A_ArrayExpr'] as RawNode | undefined)?.['elements'] ??
    []) as RawNode[]
  return parts.filter((each) => 'A_Indices' in each).length > 1 || items.some((each) => 'A_ArrayExpr' in each)
}

function step(base: Value, part: RawNode, context: Context): Value {
  const field = (part['String'] as RawNode | undefined)?.['sval']
  if (field !== undefined && base.fields)
    return base.fields.get(String(field)) ?? attribute(['', String(field)], context)
  if (field !== undefined) return attribute(['', String(field)], context)
  const index = part['A_Indices'] as RawNode | undefined
  if (!index || base.elements || base.fields) return listed(base, index, context)
  if (index['is_slice']) return slice(base, index, context)
  const at = compile(index['uidx'] as RawNode, context)
  if (base.token) return operator(context, '->', base, at)
  if (base.type?.startsWith('json')) return operator(context, '->', base, at)
  return base.type?.endsWith('[]') ? element(base, at, context) : anything(context, 'subscript')
}

/** An element of a list that is written out, where all of it is there. */
function listed(base: Value, index: RawNode | undefined, context: Context): Value {
  const node = index && !index['is_slice'] ? compile(index['uidx'] as RawNode, context) : null
  const term = node?.cases.length === 1 ? node.cases[0]!.term : null
  if (index?.['is_slice'] && asksFurther(index, context)) mayDoAnything(context)
  const elements = elementsOf(context, base)
  if (term?.kind !== 'constant' || !elements?.every(({ when }) => when === true))
    return anything(context, 'subscript')
  const found = elements[Number(term.text) - 1]?.value
  return found ?? nullOf(elements[0]?.value.type ?? null)
}

/** Of a slice that begins where the list does its elements are the list's, as far as it goes. */
function slice(base: Value, index: RawNode, context: Context): Value {
  const lower = index['lidx'] ? compile(index['lidx'] as RawNode, context).cases[0]?.term : null
  const upper = index['uidx'] ? compile(index['uidx'] as RawNode, context) : null
  const first = lower === null || (lower?.kind === 'constant' && lower.text === '1')
  if (!base.type?.endsWith('[]') || !first || !upper) return anything(context, 'subscript', base.type)
  return apply(context, '($1)[1:$2]', [base, upper], base.type)
}

function element(base: Value, at: Value, context: Context): Value {
  const type = base.type!.slice(0, -2)
  return choose(
    base.cases.map(({ when, term }) => ({
      when,
      value: term === null ? nullOf(type) : elementOf(term, base.type!, at, type, context),
    })),
  )
}

function elementOf(term: Term, list: string, at: Value, type: string, context: Context): Value {
  const given: Value = { type: list, cases: [{ when: true, term }] }
  const whole = apply(context, '($1)[$2]', [given, at], type)
  const [inner, by] = term.kind === 'application' ? term.args : []
  if (term.kind !== 'application' || !inner || !by) return whole
  // What is there is that of the list which the slice was cut from, or that of the text which was split.
  const same =
    term.sql === '($1)[1:$2]'
      ? elementOf(inner, list, at, type, context)
      : isSplit(term) && isPlace(at)
        ? apply(context, 'split_part($1, $2, $3)', [ofTerm(inner), cut(by), at], type, { total: true })
        : null
  if (!same) return whole
  const absent = isNull(whole)
  // Past the last part `split_part` gives an empty text.
  if (term.sql !== '($1)[1:$2]')
    context.problem.constraints.push(or(not(absent), compare(context, '=', same, ofText('', type)).yes))
  return choose([
    { when: absent, value: nullOf(type) },
    { when: not(absent), value: same },
  ])
}

const cut = (by: Term): Value => ofText(by.kind === 'constant' ? by.text : null, 'text')

/** A text cut at each place where another stands that is not empty. */
const isSplit = ({ sql, args }: Application): boolean =>
  sql === 'string_to_array($1, $2)' && args[1]?.kind === 'constant' && args[1].text !== ''

const isPlace = ({ cases: [only, ...more] }: Value): boolean =>
  more.length === 0 &&
  only?.term?.kind === 'constant' &&
  isCanonical(only.term.text, 'integer') &&
  Number(only.term.text) > 0
