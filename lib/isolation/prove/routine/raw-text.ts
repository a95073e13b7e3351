import { names, type RawNode } from '@/lib/sql/leaves'
import type { TextSources } from './text-sources'

/** Names of variables whose text a caller has given, and what else holds texts of his; with `all` every column does. */
export interface Told {
  readonly names: ReadonlySet<string>
  readonly sources: TextSources
  readonly all: boolean
}

/** Functions that make one name or one constant of whatever they are given. */
const quoting = new Set(['quote_ident', 'quote_literal', 'quote_nullable'])

/** Does an expression or a query give one of these texts as it was given? What could not be read may. */
export function isRaw(node: unknown, told: Told): boolean {
  if (node === 'not read') return true
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => isRaw(each, told))
  const body = node as RawNode
  const column = body['ColumnRef'] as RawNode | undefined
  if (column) return told.all || names(column['fields']).some((name) => told.names.has(name))
  const parameter = body['ParamRef'] as RawNode | undefined
  if (parameter) return told.names.has(`$${String(parameter['number'])}`)
  const cast = body['TypeCast'] as RawNode | undefined
  if (cast) {
    const type = names((cast['typeName'] as RawNode)['names']).at(-1) ?? ''
    return /^(text|varchar|bpchar|name|json|jsonb)$/.test(type) && isRaw(cast['arg'], told)
  }
  const cases = body['CaseExpr'] as RawNode | undefined
  if (cases) {
    const results = (cases['args'] as RawNode[]).map((each) => (each['CaseWhen'] as RawNode)['result'])
    return isRaw([results, cases['defresult']], told)
  }
  if (isTruth(body)) return false
  const select = body['SelectStmt'] as RawNode | undefined
  if (select) return isRawQuery(select, told)
  for (const kind of ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']) {
    const change = body[kind] as RawNode | undefined
    if (change) return isRaw(change['returningList'] ?? change['returningClause'], { ...told, all: true })
  }
  const call = body['FuncCall'] as RawNode | undefined
  if (call) return isRawCall(call, told)
  return Object.values(body).some((each) => isRaw(each, told))
}

/** A comparison or a test, which gives true or false and none of its texts. */
function isTruth(body: RawNode): boolean {
  const operation = body['A_Expr'] as RawNode | undefined
  if (operation)
    return operation['kind'] !== 'AEXPR_OP'
      ? operation['kind'] !== 'AEXPR_NULLIF'
      : /^(?:[<>]=?|=|<>|!?~~?\*?|@>|<@|&&|\?[|&]?)$/.test(names(operation['name']).at(-1) ?? '')
  const link = body['SubLink'] as RawNode | undefined
  if (link) return ['EXISTS_SUBLINK', 'ANY_SUBLINK', 'ALL_SUBLINK'].includes(String(link['subLinkType']))
  return 'BoolExpr' in body || 'NullTest' in body || 'BooleanTest' in body
}

function isRawCall(call: RawNode, told: Told): boolean {
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  if (quoting.has(name)) return false
  if (name === 'format') return isRawFormat(call, told)
  if (name === 'current_setting') return told.sources.isChosen(call)
  return told.sources.isOpenCall(path) || isRaw([call['args'], call['agg_order']], told)
}

/** A query gives what its columns give; those of tables that a caller may write hold texts of his. */
function isRawQuery(select: RawNode, told: Told): boolean {
  const all = told.all || isOpen(select['fromClause'], told)
  const parts = [select['larg'], select['rarg']].filter((part) => part !== undefined) as RawNode[]
  return (
    isRaw([select['targetList'], select['valuesLists']], { ...told, all }) ||
    parts.some((part) => isRawQuery(part, told))
  )
}

function isOpen(from: unknown, told: Told): boolean {
  if (from === null || typeof from !== 'object') return false
  if (Array.isArray(from)) return from.some((each) => isOpen(each, told))
  const body = from as RawNode
  const range = body['RangeVar'] as RawNode | undefined
  if (range) {
    const schema = range['schemaname']
    return told.sources.isOpenTable(schema === undefined ? null : String(schema), String(range['relname']))
  }
  const join = body['JoinExpr'] as RawNode | undefined
  if (join) return isOpen([join['larg'], join['rarg']], told)
  const inner = (body['RangeSubselect'] as RawNode | undefined)?.['subquery']
  return isRaw(inner ?? Object.values(body), told)
}

/** Is one of them put in by `%s`? */
function isRawFormat(call: RawNode, told: Told): boolean {
  const [template, ...args] = (call['args'] ?? []) as RawNode[]
  const text = ((template?.['A_Const'] as RawNode | undefined)?.['sval'] as RawNode | undefined)?.['sval']
  if (typeof text !== 'string' || call['func_variadic'] || /%\d/.test(text)) return isRaw(call['args'], told)
  const kinds = [...text.matchAll(/%[-\d]*([%sIL])/g)].map(([, kind]) => kind).filter((kind) => kind !== '%')
  return args.some((arg, at) => (kinds[at] ?? 's') === 's' && isRaw(arg, told))
}
