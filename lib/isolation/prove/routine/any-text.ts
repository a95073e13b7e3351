import type { Routine } from '@/lib/catalog/types-object'
import { names, type RawNode } from '@/lib/sql/leaves'
import type { Context } from '../problem'
import { expressionOf } from '../query/rows'
import { blockOf, signatureOf } from './signature'
import { family } from '../logic/term'

/** Types whose values, written into a statement, are nothing but one constant of it. */
const harmless = /^(numeric|real|double precision|reg\w+|time|interval|timestamp|money|bit)\b/

const isText = (type: string) => {
  const kind = family(type)
  return (kind === null && !harmless.test(type)) || kind === 'text'
}

/** Functions that make one name or one constant of whatever they are given. */
const quoting = new Set(['quote_ident', 'quote_literal', 'quote_nullable'])

/**
 * Does a routine run what its caller gives it as text? Then who may call it may send any statement: an argument, or a
 * field of the row a trigger is run for, stands in an EXECUTE without being made one name or one constant.
 */
export function runsAnyText(routine: Routine, context: Context): boolean {
  if (routine.language !== 'plpgsql' || !/\bexecute\b/i.test(routine.body ?? '')) return false
  const signature = signatureOf(routine, context)
  const block = blockOf(routine)
  if (!signature || !block) return true
  const given = signature.inputs.map(({ name, type }, at) => (isText(type) ? [name, `$${at + 1}`] : []))
  const tainted = new Set(['new', 'old', ...given.flat().filter((name) => name !== '')])
  const assigned: { readonly name: string; readonly text: string }[] = []
  const run: string[] = []
  collect(block, assigned, run)
  for (let size = -1; size !== tainted.size;) {
    size = tainted.size
    for (const { name, text } of assigned) if (isRaw(expressionOf(text), tainted)) tainted.add(name)
  }
  return run.some((text) => isRaw(expressionOf(text), tainted))
}

const queryOf = (holder: unknown): string | undefined => {
  const text = ((holder as RawNode | undefined)?.['PLpgSQL_expr'] as RawNode | undefined)?.['query']
  return text === undefined ? undefined : String(text)
}

/** What its statements assign, and what they run as text. */
function collect(node: unknown, assigned: { name: string; text: string }[], run: string[]): void {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => collect(each, assigned, run))
  const body = node as RawNode
  const assignment = queryOf((body['PLpgSQL_stmt_assign'] as RawNode | undefined)?.['expr'])
  const [, name, text] = /^\s*"?(\w+)"?[^=:]*:?=([\s\S]*)$/.exec(assignment ?? '') ?? []
  if (name && text) assigned.push({ name: name.toLowerCase(), text })
  const variable = body['PLpgSQL_var'] as RawNode | undefined
  const start = queryOf(variable?.['default_val'])
  if (start !== undefined) assigned.push({ name: String(variable!['refname']), text: start })
  for (const kind of ['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors']) {
    const text = queryOf((body[kind] as RawNode | undefined)?.['query'])
    if (text !== undefined) run.push(text)
  }
  for (const kind of ['PLpgSQL_stmt_open', 'PLpgSQL_stmt_return_query']) {
    const text = queryOf((body[kind] as RawNode | undefined)?.['dynquery'])
    if (text !== undefined) run.push(text)
  }
  Object.values(body).forEach((each) => collect(each, assigned, run))
}

/** Does an expression hold one of these texts as it was given? */
function isRaw(node: unknown, tainted: ReadonlySet<string>): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => isRaw(each, tainted))
  const body = node as RawNode
  const column = body['ColumnRef'] as RawNode | undefined
  if (column) return names(column['fields']).some((name) => tainted.has(name))
  const parameter = body['ParamRef'] as RawNode | undefined
  if (parameter) return tainted.has(`$${String(parameter['number'])}`)
  const cast = body['TypeCast'] as RawNode | undefined
  if (cast) {
    const type = names((cast['typeName'] as RawNode)['names']).at(-1) ?? ''
    return /^(text|varchar|bpchar|name|json|jsonb)$/.test(type) && isRaw(cast['arg'], tainted)
  }
  const call = body['FuncCall'] as RawNode | undefined
  if (call && quoting.has(names(call['funcname']).at(-1) ?? '')) return false
  if (call && names(call['funcname']).at(-1) === 'format') return isRawFormat(call, tainted)
  return Object.values(body).some((each) => isRaw(each, tainted))
}

/** Is one of them put in by `%s`? */
function isRawFormat(call: RawNode, tainted: ReadonlySet<string>): boolean {
  const [template, ...args] = (call['args'] ?? []) as RawNode[]
  const text = ((template?.['A_Const'] as RawNode | undefined)?.['sval'] as RawNode | undefined)?.['sval']
  if (typeof text !== 'string' || call['func_variadic'] || /%\d/.test(text))
    return isRaw(call['args'], tainted)
  const kinds = [...text.matchAll(/%[-\d]*([%sIL])/g)].map(([, kind]) => kind).filter((kind) => kind !== '%')
  return args.some((arg, at) => (kinds[at] ?? 's') === 's' && isRaw(arg, tainted))
}
