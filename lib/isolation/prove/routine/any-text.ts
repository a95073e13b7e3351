import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { assignedIn } from '../expression/assigned'
import { typeOf } from '../expression/cast'
import type { Context } from '../problem'
import { expressionOf } from '../query/rows'
import { family } from '../logic/term'
import { isRaw, type Told } from './raw-text'
import { blockOf, signatureOf } from './signature'
import { textSources } from './text-sources'

/** Types whose values, written into a statement, are nothing but one constant of it. */
const harmless = /^(numeric|real|double precision|reg\w+|time|interval|timestamp|money|bit)\b/

const isText = (type: string) => {
  const kind = family(type)
  return (kind === null && !harmless.test(type)) || kind === 'text'
}

/**
 * Does a routine run what its caller gives it as text? Then who may call it may send any statement: an argument, a field of
 * the row a trigger is run for, or what the caller may have written into a table stands in an EXECUTE without being made one
 * name or one constant.
 */
export function runsAnyText(routine: Routine, context: Context): boolean {
  if (routine.language !== 'plpgsql' || !/\bexecute\b/i.test(routine.body ?? '')) return false
  const signature = signatureOf(routine, context)
  const block = blockOf(routine)
  if (!signature || !block) return true
  const datums = (block['datums'] ?? []) as RawNode[]
  const given = signature.inputs.map(({ name, type }, at) => (isText(type) ? [name, `$${at + 1}`] : []))
  const tainted = new Set(['new', 'old', 'sqlerrm', ...given.flat().filter((name) => name !== '')])
  const found: Found = { assigned: [], run: [] }
  collect(block, datums, found)
  const harmless = harmlessAmong(datums, context)
  const told: Told = { names: tainted, sources: textSources(context), all: false }
  for (let size = -1; size !== tainted.size;) {
    size = tainted.size
    for (const { names, text } of found.assigned)
      if (text === null || isRaw(treeOf(text), told))
        for (const name of names) if (!harmless.has(name)) tainted.add(name)
  }
  return found.run.some((text) => isRaw(treeOf(text), told))
}

/** Functions of PostgreSQL that run the query they are given: it changes nothing itself, but calls what it likes. */
const queriers = /\b(?:query_to_xml|query_to_xml_and_xmlschema|ts_stat|ts_rewrite)\s*\(/i

/** Does it run a query that its caller may have a say in? */
export const queriesAnyText = (routine: Routine, context: Context): boolean =>
  queriers.test(routine.body ?? '') &&
  (/\btrigger$/.test(routine.returns) ||
    (signatureOf(routine, context)?.inputs.some(({ type }) => isText(type)) ?? true))

/** Variables of types whose values are one constant. */
function harmlessAmong(datums: readonly RawNode[], context: Context): ReadonlySet<string> {
  const found = new Set<string>()
  for (const datum of datums) {
    const variable = datum['PLpgSQL_var'] as RawNode | undefined
    const type = ((variable?.['datatype'] as RawNode | undefined)?.['PLpgSQL_type'] as RawNode | undefined)?.[
      'typname'
    ]
    if (!variable || typeof type !== 'string' || type.includes('%')) continue
    const cast = expressionOf(`null::${type}`)?.['TypeCast'] as RawNode | undefined
    if (cast && !isText(typeOf(cast['typeName'] as RawNode, context))) found.add(String(variable['refname']))
  }
  return found
}

/** An expression, or a statement that puts something into variables. */
const treeOf = (text: string): unknown => expressionOf(text) ?? parseStatements(text) ?? 'not read'

const queryOf = (holder: unknown): string | undefined => {
  const text = ((holder as RawNode | undefined)?.['PLpgSQL_expr'] as RawNode | undefined)?.['query']
  return text === undefined ? undefined : String(text)
}

interface Found {
  /** What is put into variables; without a text it may be anything. */
  readonly assigned: { readonly names: readonly string[]; readonly text: string | null }[]
  readonly run: string[]
}

/** Statements that put into variables what nobody knows. */
const opaque = ['PLpgSQL_stmt_dynfors', 'PLpgSQL_stmt_fetch', 'PLpgSQL_stmt_forc', 'PLpgSQL_stmt_call']

/** What its statements assign, and what they run as text. */
function collect(node: unknown, datums: readonly RawNode[], found: Found): void {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => collect(each, datums, found))
  const body = node as RawNode
  const put = (names: readonly string[], text: string | null) => {
    if (names.length > 0) found.assigned.push({ names, text })
  }
  const assignment = queryOf((body['PLpgSQL_stmt_assign'] as RawNode | undefined)?.['expr'])
  const [, name, text] = /^\s*"?(\w+)"?[^=:]*:?=([\s\S]*)$/.exec(assignment ?? '') ?? []
  if (name && text) put([name.toLowerCase()], text)
  const variable = body['PLpgSQL_var'] as RawNode | undefined
  const start = queryOf(variable?.['default_val'])
  if (start !== undefined) put([String(variable!['refname'])], start)
  for (const [kind, query] of [
    ['PLpgSQL_stmt_execsql', 'sqlstmt'],
    ['PLpgSQL_stmt_fors', 'query'],
    ['PLpgSQL_stmt_foreach_a', 'expr'],
  ] as const) {
    const statement = body[kind] as RawNode | undefined
    if (statement)
      put(assignedIn({ [kind]: { ...statement, body: [] } }, datums), queryOf(statement[query]) ?? null)
  }
  for (const kind of [...opaque, 'PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_getdiag']) {
    const statement = body[kind] as RawNode | undefined
    if (statement) put(assignedIn({ [kind]: { ...statement, body: [] } }, datums), null)
  }
  for (const kind of ['PLpgSQL_stmt_dynexecute', 'PLpgSQL_stmt_dynfors']) {
    const text = queryOf((body[kind] as RawNode | undefined)?.['query'])
    if (text !== undefined) found.run.push(text)
  }
  for (const kind of ['PLpgSQL_stmt_open', 'PLpgSQL_stmt_return_query']) {
    const text = queryOf((body[kind] as RawNode | undefined)?.['dynquery'])
    if (text !== undefined) found.run.push(text)
  }
  Object.values(body).forEach((each) => collect(each, datums, found))
}
