import type { RawNode } from '@/lib/sql/leaves'
import { names } from '@/lib/sql/leaves'
import { elementsOf } from './array'
import { extreme } from './extreme'
import { call } from '../routine/call'
import { castTo, typeOf } from './cast'
import { and, not, type Formula } from '../logic/formula'
import { mayDoAnything } from '../routine/noted'
import { operator, quantified } from './operator'
import { listOf } from './list-of'
import { ofOneType } from './one-type'
import { asLetters } from '../collations'
import { apply, boolean, compare, isCollated, notDistinct } from './operate'
import type { Context } from '../problem'
import { subLink } from './sub-link'
import { isThere } from './token'
import { indirection } from './subscript'
import { operatorName } from './own-operator'
import { resolve } from './resolve'
import { isSettingOrEmpty } from './unset'
import {
  allOf,
  anyOf,
  choose,
  isNull,
  known,
  like,
  negated,
  nullOf,
  ofTerm,
  ofText,
  ofTruth,
  truthOf,
  writtenOut,
  type Value,
} from '../logic/value'

export type Node = RawNode

/** What an expression is worth in a context. Anything not understood is a value that may be anything, NULL included. */
export function compile(node: Node, context: Context): Value {
  context.problem.step()
  const [what = ''] = Object.keys(node)
  const body = (node[what] ?? {}) as Node
  const one = (child: unknown) => compile(child as Node, context)
  const all = (children: unknown) => ((children ?? []) as Node[]).map(one)
  switch (what) {
    case 'A_Const':
      return literalOf(body, context)
    case 'ColumnRef':
      return resolve(body, context)
    case 'ParamRef':
      return context.parameters[Number(body['number'] ?? 0) - 1] ?? anything(context, what)
    case 'TypeCast':
      return castTo(context, one(body['arg']), typeOf(body['typeName'] as Node, context))
    case 'CollateClause': {
      const path = names(body['collname'])
      const name = path.at(-1) ?? ''
      const value = one(body['arg'])
      const plain = ['C', 'POSIX', 'default', 'ucs_basic'].includes(name)
      if (!plain || (path.length > 1 && path[0] !== 'pg_catalog')) return anything(context, `collate ${name}`)
      return isCollated(context, value) ? apply(context, asLetters, [value], 'text', { total: true }) : value
    }
    case 'BoolExpr': {
      const truths = all(body['args']).map(truthOf)
      if (body['boolop'] === 'NOT_EXPR') return ofTruth(negated(truths[0] ?? known(false)))
      return ofTruth(body['boolop'] === 'AND_EXPR' ? allOf(truths) : anyOf(truths))
    }
    case 'NullTest': {
      const value = one(body['arg'])
      if (value.fields && value.cases.some(({ term }) => term !== null)) return anything(context, what)
      const absent = isNull(value)
      return boolean(body['nulltesttype'] === 'IS_NOT_NULL' ? not(absent) : absent)
    }
    case 'BooleanTest':
      return booleanTest(String(body['booltesttype']), one(body['arg']))
    case 'CoalesceExpr': {
      const args = (body['args'] ?? []) as Node[]
      const same = args.length === 2 && isSettingOrEmpty(args[0], args[1])
      return coalesce(same ? context.problem.alike(true, () => all(args)) : all(args), context)
    }
    case 'CaseExpr':
      return caseOf(body, context)
    case 'A_ArrayExpr':
      return listOf(all(body['elements']), context)
    case 'List':
      return inList(all(body['items']), context)
    case 'RowExpr':
      return rowOf(
        ((body['args'] ?? []) as Node[]).flatMap((arg) => partsOf(arg, context)),
        context,
      )
    case 'A_Expr':
      return expression(body, context)
    case 'FuncCall':
      return call(body, context)
    case 'SQLValueFunction':
      return valueFunction(String(body['op']), context)
    case 'SubLink':
      return subLink(body, context)
    case 'MinMaxExpr':
      return extreme(all(body['args']), body['op'] === 'IS_LEAST' ? '<=' : '>=', context)
    case 'A_Indirection':
      return indirection(body, context)
    case 'NamedArgExpr':
      return one(body['arg'])
    default:
      if (/"(SelectStmt|FuncCall)":/.test(JSON.stringify(body))) mayDoAnything(context)
      return anything(context, what)
  }
}

/** Whether a condition is true, false or NULL. */
export const condition = (node: Node, context: Context) => truthOf(compile(node, context))

/** A value that may be anything. */
export function anything(context: Context, what: string, type: string | null = null): Value {
  const { problem } = context
  const why = {
    en: `"${what}" is not understood, so it may be anything.`,
    pt: `"${what}" não é compreendido; pode ter qualquer valor.`,
  }
  const absent = problem.flag(`${what} null`, true)
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: problem.free(what, type, why) },
    ],
  }
}

function literalOf(body: Node, context: Context): Value {
  if (body['bsval']) return anything(context, 'bits')
  if (body['isnull'] === true) return nullOf(null)
  if (body['boolval']) return ofTruth(known((body['boolval'] as Node)['boolval'] === true))
  if (body['ival']) return ofText(String((body['ival'] as Node)['ival'] ?? 0), 'integer')
  if (body['fval']) {
    const text = String((body['fval'] as Node)['fval'] ?? '0')
    return ofText(text, /^\d{10,18}$/.test(text) ? 'bigint' : 'numeric')
  }
  return ofText(String((body['sval'] as Node | undefined)?.['sval'] ?? ''), null)
}

function booleanTest(test: string, value: Value): Value {
  const truth = truthOf(value)
  const missing = isNull(ofTruth(truth))
  const holds = test.endsWith('TRUE') ? truth.yes : test.endsWith('FALSE') ? truth.no : missing
  return boolean(test.startsWith('IS_NOT') ? not(holds) : holds)
}

export function coalesce(values: readonly Value[], context: Context): Value {
  const same = listed(context, ofOneType(context, values))
  const type = same.find((value) => value.type !== null)?.type ?? null
  const first = values.find((value) => isNull(value) !== true)
  if (first?.token && isThere(first.token)) return first
  if (values.some((value) => value.token)) return anything(context, 'coalesce of the token', type)
  let before: Formula = true
  const options = same.map((value) => {
    const when = before
    before = and(before, isNull(value))
    return { when: and(when, not(isNull(value))), value }
  })
  return choose([...options, { when: before, value: nullOf(type) }])
}

function caseOf(body: Node, context: Context): Value {
  const test = body['arg'] ? compile(body['arg'] as Node, context) : null
  let before: Formula = true
  const options: { when: Formula; value: Value }[] = []
  for (const each of (body['args'] ?? []) as Node[]) {
    const branch = each['CaseWhen'] as Node
    const when = compile(branch['expr'] as Node, context)
    const holds = test ? equal(test, when, context) : truthOf(when).yes
    options.push({ when: and(before, holds), value: compile(branch['result'] as Node, context) })
    before = and(before, not(holds))
  }
  const otherwise = body['defresult'] ? compile(body['defresult'] as Node, context) : nullOf(null)
  const all = [...options, { when: before, value: otherwise }]
  const values = listed(
    context,
    ofOneType(
      context,
      all.map(({ value }) => value),
    ),
  )
  return choose(all.map(({ when }, at) => ({ when, value: values[at]! })))
}

/** Whether two values are equal where no text says which `=` is meant. */
export const equal = (left: Value, right: Value, context: Context): Formula =>
  context.problem.world.hasOwnOperator('=')
    ? context.problem.flag('= of somebody', true)
    : compare(context, '=', left, right).yes

/** Constant arrays by their elements where another is. */
const listed = (context: Context, values: readonly Value[]): readonly Value[] =>
  values.some((value) => value.elements)
    ? values.map((value) => {
        const elements = value.elements ? null : elementsOf(context, value)
        return elements ? like(value, { elements }) : value
      })
    : values

/** What stands after IN or BETWEEN: each is compared by itself. */
const inList = (items: readonly Value[], context: Context): Value => ({
  type: null,
  cases: [{ when: true, term: context.problem.free('list', null) }],
  elements: items.map((value) => ({ when: true, value })),
})

const rowOf = (items: readonly Value[], context: Context): Value => ({
  type: writtenOut,
  cases: [{ when: true, term: context.problem.free('row', null) }],
  fields: new Map(items.map((item, at) => [`f${at + 1}`, item])),
})

/** A row written out has the columns of `alias.*` one by one. */
function partsOf(node: Node, context: Context): readonly Value[] {
  const value = compile(node, context)
  const fields = ((node['ColumnRef'] as Node | undefined)?.['fields'] ?? []) as Node[]
  return fields.some((field) => 'A_Star' in field) && value.fields ? [...value.fields.values()] : [value]
}

function expression(body: Node, context: Context): Value {
  const emptied = body['kind'] === 'AEXPR_NULLIF' && isSettingOrEmpty(body['lexpr'], body['rexpr'])
  const first = () => (body['lexpr'] ? compile(body['lexpr'] as Node, context) : null)
  const left = emptied ? context.problem.alike(true, first) : first()
  const right = body['rexpr'] ? compile(body['rexpr'] as Node, context) : null
  const op = operatorName(names(body['name']))
  switch (body['kind']) {
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
    case 'AEXPR_IN': {
      const every = body['kind'] === 'AEXPR_OP_ALL' || (body['kind'] === 'AEXPR_IN' && op === '<>')
      return quantified(context, every, op, left!, right!)
    }
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      if (context.problem.world.hasOwnOperator('=')) return anything(context, 'distinct', 'boolean')
      const same = notDistinct(context, left!, right!)
      return boolean(body['kind'] === 'AEXPR_DISTINCT' ? not(same) : same)
    }
    case 'AEXPR_NULLIF': {
      if (left!.token) return left!
      const same = equal(left!, right!, context)
      // What is left has the type in which the two were compared.
      const value = isNumber(left!) && isNumber(right!) ? ofOneType(context, [left!, right!])[0]! : left!
      return choose([
        { when: same, value: nullOf(value.type) },
        { when: not(same), value },
      ])
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const [low, high] = (right?.elements ?? []).map((each) => each.value)
      if (!low || !high) return anything(context, 'between', 'boolean')
      const within = allOf([
        truthOf(operator(context, '>=', left, low)),
        truthOf(operator(context, '<=', left, high)),
      ])
      return ofTruth(body['kind'] === 'AEXPR_BETWEEN' ? within : negated(within))
    }
    default:
      return operator(context, op, left, right)
  }
}

const isNumber = ({ type }: Value) =>
  /^(smallint|integer|bigint|numeric|real|double precision)/.test(type ?? '')

function valueFunction(op: string, context: Context): Value {
  const { problem } = context
  const isUser = /^SVFOP_(CURRENT_USER|USER|CURRENT_ROLE)$/.test(op)
  if (context.stale && !(isUser && context.stale === 'refreshed')) return anything(context, op, null)
  if (isUser) return ofText(context.user, 'name')
  if (op === 'SVFOP_SESSION_USER') {
    const { login } = problem.session
    if (login !== null) return ofText(login, 'name')
    return ofTerm(
      problem.free('session_user', 'name', {
        en: 'session_user is the login role, which the setup does not name.',
        pt: 'session_user é o papel do login, que a configuração não informa.',
      }),
    )
  }
  if (op === 'SVFOP_CURRENT_SCHEMA' || op === 'SVFOP_CURRENT_CATALOG') return anything(context, op, 'name')
  const [, name] = /^SVFOP_([A-Z]+(?:_[A-Z]+)?)(?:_N)?$/.exec(op) ?? []
  const answer = problem.ask((name ?? 'CURRENT_TIMESTAMP').toLowerCase())
  if (!answer || 'error' in answer) return ofTerm(problem.free(op, null))
  problem.assume({
    en: 'The clock is taken as it stood when this was asked.',
    pt: 'O relógio é tomado como estava quando isto foi perguntado.',
  })
  return ofText(answer.text, answer.type)
}
