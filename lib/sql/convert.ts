import type { CallExpr, Expr, FromItem, Query } from './expression'
import { children, constant, names, typed, typeName, type RawNode } from './leaves'

export type { RawNode } from './leaves'

interface Scope {
  /** Aliases of this query level and what they stand for. */
  readonly aliases: ReadonlyMap<string, string | null>
  readonly outer: Scope | null
}

/** How many query levels outward the names of a sub-query reach; above 0 it is correlated. */
interface Seen {
  levels: number
}

/** Where a call stands in the text that was parsed, in bytes, `select ` in front of an expression included. */
export const locations = new WeakMap<CallExpr, number>()

/** Converts a policy's or constraint's expression; unqualified names at the top are the row's own columns. */
export const convertExpression = (node: RawNode, own: string): Expr => convert(node, null, own, { levels: 0 })

/** Converts a SELECT that stands alone; its names all belong to its own FROM. */
export const convertQuery = (select: RawNode): Query => query(select, null, '', { levels: 0 })

function convert(node: RawNode, scope: Scope | null, own: string, seen: Seen): Expr {
  const [what] = Object.keys(node)
  if (what === undefined) return { kind: 'const', value: null, type: null }
  const body = node[what] as RawNode
  const one = (child: unknown) => convert((child ?? {}) as RawNode, scope, own, seen)
  const all = (children: unknown) => ((children ?? []) as RawNode[]).map(one)
  switch (what) {
    case 'A_Const':
      return constant(body)
    case 'ColumnRef':
      return column(body, scope, own, seen)
    case 'TypeCast': {
      const arg = one(body['arg'])
      const type = typeName(body['typeName'] as RawNode)
      return arg.kind === 'const' && arg.type === null ? typed(arg.value, type) : { kind: 'cast', arg, type }
    }
    case 'FuncCall': {
      const call: CallExpr = {
        kind: 'call',
        name: names(body['funcname'])
          .join('.')
          .replace(/^pg_catalog\./, ''),
        args: all(body['args']),
        star: body['agg_star'] === true,
      }
      locations.set(call, Number(body['location'] ?? 0))
      return call
    }
    case 'SQLValueFunction':
      return {
        kind: 'value-function',
        name: String(body['op'])
          .replace(/^SVFOP_/, '')
          .toLowerCase(),
      }
    case 'BoolExpr': {
      const args = all(body['args'])
      if (body['boolop'] === 'NOT_EXPR')
        return { kind: 'not', arg: args[0] ?? { kind: 'const', value: null, type: null } }
      return { kind: body['boolop'] === 'AND_EXPR' ? 'and' : 'or', args }
    }
    case 'NullTest':
      return { kind: 'is-null', arg: one(body['arg']), negated: body['nulltesttype'] === 'IS_NOT_NULL' }
    case 'BooleanTest': {
      const [, negated, test] = /^IS_(NOT_)?(TRUE|FALSE|UNKNOWN)$/.exec(String(body['booltesttype'])) ?? []
      return {
        kind: 'is-bool',
        arg: one(body['arg']),
        test: (test ?? 'TRUE').toLowerCase() as 'true',
        negated: negated !== undefined,
      }
    }
    case 'CoalesceExpr':
      return { kind: 'coalesce', args: all(body['args']) }
    case 'CaseExpr':
      return {
        kind: 'case',
        test: body['arg'] ? one(body['arg']) : null,
        when: ((body['args'] ?? []) as RawNode[]).map((when) => {
          const branch = when['CaseWhen'] as RawNode
          return [one(branch['expr']), one(branch['result'])] as const
        }),
        otherwise: body['defresult'] ? one(body['defresult']) : null,
      }
    case 'A_ArrayExpr':
      return { kind: 'list', items: all(body['elements']) }
    case 'List':
      return { kind: 'list', items: all(body['items']) }
    case 'CollateClause':
      return one(body['arg'])
    case 'A_Expr':
      return operator(body, one)
    case 'SubLink':
      return subLink(body, scope, own, seen)
    case 'ParamRef':
      return { kind: 'other', what: `$${String(body['number'])}`, args: [] }
    default:
      return { kind: 'other', what, args: children(body).map(one) }
  }
}

function operator(body: RawNode, one: (child: unknown) => Expr): Expr {
  const op = names(body['name']).at(-1) ?? ''
  const left = body['lexpr'] ? one(body['lexpr']) : null
  const right = body['rexpr'] ? one(body['rexpr']) : null
  const both = [...(left ? [left] : []), ...(right ? [right] : [])]
  const pair = (): readonly [Expr, Expr] => [both[0]!, both[1]!]
  switch (body['kind']) {
    case 'AEXPR_OP_ANY':
      return { kind: 'any', op, arg: pair()[0], array: pair()[1] }
    case 'AEXPR_OP_ALL':
      return { kind: 'all', op, arg: pair()[0], array: pair()[1] }
    case 'AEXPR_IN':
      return { kind: op === '<>' ? 'all' : 'any', op, arg: pair()[0], array: pair()[1] }
    case 'AEXPR_DISTINCT':
      return { kind: 'distinct', args: pair(), negated: false }
    case 'AEXPR_NOT_DISTINCT':
      return { kind: 'distinct', args: pair(), negated: true }
    case 'AEXPR_NULLIF':
      return { kind: 'nullif', args: pair() }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM': {
      const [low, high] = right?.kind === 'list' ? right.items : []
      if (!left || !low || !high) return { kind: 'other', what: 'between', args: both }
      return {
        kind: 'and',
        args: [
          { kind: 'op', op: '>=', args: [left, low] },
          { kind: 'op', op: '<=', args: [left, high] },
        ],
      }
    }
    default:
      return { kind: 'op', op, args: both }
  }
}

function subLink(body: RawNode, scope: Scope | null, own: string, seen: Seen): Expr {
  const forms: Record<string, 'exists' | 'scalar' | 'any' | 'all' | 'array'> = {
    EXISTS_SUBLINK: 'exists',
    ANY_SUBLINK: 'any',
    ALL_SUBLINK: 'all',
    ARRAY_SUBLINK: 'array',
  }
  const inner: Seen = { levels: 0 }
  const select = ((body['subselect'] as RawNode)['SelectStmt'] ?? {}) as RawNode
  const converted = query(select, scope, own, inner)
  seen.levels = Math.max(seen.levels, inner.levels - 1)
  return {
    kind: 'sub',
    form: forms[String(body['subLinkType'])] ?? 'scalar',
    test: body['testexpr'] ? convert(body['testexpr'] as RawNode, scope, own, seen) : null,
    op: names(body['operName']).at(-1) ?? '=',
    query: converted,
    correlated: inner.levels > 0,
  }
}

function query(select: RawNode, outer: Scope | null, own: string, seen: Seen): Query {
  if (select['larg'] && select['rarg']) {
    const arms = [select['larg'], select['rarg']].map((arm) => query(arm as RawNode, outer, own, seen))
    return { from: [], where: null, targets: [], rest: [], arms, aggregate: false }
  }
  const aliases = new Map<string, string | null>()
  const scope: Scope = { aliases, outer }
  const rest: Expr[] = []
  const from: FromItem[] = []
  const ctes = new Map<string, Query>()
  const one = (node: unknown) => convert(node as RawNode, scope, own, seen)
  const nested = (inside: RawNode) => {
    const inner: Seen = { levels: 0 }
    const made = query(inside, scope, own, inner)
    seen.levels = Math.max(seen.levels, inner.levels - 1)
    return made
  }
  for (const cte of ((select['withClause'] as RawNode | undefined)?.['ctes'] ?? []) as RawNode[]) {
    const body = cte['CommonTableExpr'] as RawNode
    const inside = (body['ctequery'] as RawNode)?.['SelectStmt'] as RawNode | undefined
    if (inside) ctes.set(String(body['ctename']), nested(inside))
  }
  const add = (node: RawNode): void => {
    const range = node['RangeVar'] as RawNode | undefined
    const join = node['JoinExpr'] as RawNode | undefined
    const sub = node['RangeSubselect'] as RawNode | undefined
    const call = node['RangeFunction'] as RawNode | undefined
    if (range) {
      const name = String(range['relname'])
      const cte = range['schemaname'] === undefined ? (ctes.get(name) ?? null) : null
      const relation = cte
        ? null
        : range['schemaname'] === undefined
          ? name
          : `${String(range['schemaname'])}.${name}`
      const alias = aliasOf(range, name)
      aliases.set(alias, relation)
      from.push({ alias, relation, call: null, query: cte })
    } else if (join) {
      add(join['larg'] as RawNode)
      add(join['rarg'] as RawNode)
      if (join['quals']) rest.push(one(join['quals']))
    } else if (sub) {
      const alias = aliasOf(sub, '')
      const inside = ((sub['subquery'] as RawNode)['SelectStmt'] ?? {}) as RawNode
      const converted = nested(inside)
      aliases.set(alias, null)
      from.push({ alias, relation: null, call: null, query: converted })
    } else if (call) {
      const alias = aliasOf(call, '')
      aliases.set(alias, null)
      const [first] = (call['functions'] ?? []) as RawNode[]
      const items = ((first?.['List'] as RawNode | undefined)?.['items'] ?? []) as RawNode[]
      from.push({ alias, relation: null, call: items[0] ? one(items[0]) : null, query: null })
    } else {
      const [what] = Object.keys(node)
      rest.push({ kind: 'other', what: what ?? 'from', args: [] })
      aliases.set('', null)
    }
  }
  for (const item of (select['fromClause'] ?? []) as RawNode[]) add(item)
  const targets = ((select['targetList'] ?? []) as RawNode[]).map((target) =>
    one((target['ResTarget'] as RawNode)['val']),
  )
  for (const part of ['havingClause', 'limitCount', 'limitOffset'])
    if (select[part]) rest.push(one(select[part]))
  for (const sort of (select['sortClause'] ?? []) as RawNode[])
    rest.push(one((sort['SortBy'] as RawNode)['node']))
  for (const group of (select['groupClause'] ?? []) as RawNode[]) rest.push(one(group))
  for (const row of (select['valuesLists'] ?? []) as RawNode[]) rest.push(one(row))
  const where = select['whereClause'] ? one(select['whereClause']) : null
  const aggregate = select['havingClause'] !== undefined || targets.some(isAggregate)
  return { from, where, targets, rest, arms: [], aggregate: aggregate && select['groupClause'] === undefined }
}

const aggregates = new Set(
  'count sum min max avg bool_and bool_or every array_agg string_agg json_agg jsonb_agg bit_and bit_or'.split(
    ' ',
  ),
)

function isAggregate(expr: Expr): boolean {
  if (expr.kind === 'call') return aggregates.has(expr.name) || expr.args.some(isAggregate)
  if (expr.kind === 'sub') return false
  return 'args' in expr ? expr.args.some(isAggregate) : 'arg' in expr ? isAggregate(expr.arg) : false
}

const aliasOf = (body: RawNode, name: string) =>
  String((body['alias'] as RawNode | undefined)?.['aliasname'] ?? name)

function column(body: RawNode, scope: Scope | null, own: string, seen: Seen): Expr {
  const fields = (body['fields'] ?? []) as RawNode[]
  const parts = fields.map((field) => (field['String'] as RawNode | undefined)?.['sval'])
  const name = parts.at(-1)
  const alias = parts.length > 1 ? String(parts.at(-2)) : ''
  let depth = 0
  for (let at = scope; at !== null; at = at.outer, depth++) {
    const known = alias === '' ? at.aliases.size > 0 : at.aliases.has(alias)
    if (!known) continue
    seen.levels = Math.max(seen.levels, depth)
    if (name === undefined) return { kind: 'row-of', own: false, alias }
    const [only] = at.aliases.values()
    const relation =
      alias === '' ? (at.aliases.size === 1 ? (only ?? null) : null) : (at.aliases.get(alias) ?? null)
    return { kind: 'column', own: false, alias, relation, name: String(name) }
  }
  if (scope !== null) seen.levels = Infinity
  if (name === undefined) return { kind: 'row-of', own: true, alias: '' }
  if (scope === null || alias === '' || own === '' || alias === own)
    return { kind: 'column', own: true, alias: '', relation: null, name: String(name) }
  return { kind: 'column', own: false, alias, relation: null, name: String(name) }
}
