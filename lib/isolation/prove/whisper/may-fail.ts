import { parseStatements } from '@/lib/sql/parse'
import { names, typeName, type RawNode } from '@/lib/sql/leaves'
import type { Routine } from '@/lib/catalog/types-object'
import { assignmentOf } from '../routine/variables'
import { blockOf, statementsOf } from '../routine/signature'
import { isOneRow } from './one-row'
import { expressionOf } from '../query/rows'
import type { World } from '../world'

/**
 * May an expression end in an error for one row and not for another? The error then tells of the row, whoever's it is: conditions
 * are asked in whatever order is the cheapest. Only what is known never to fail is taken not to.
 */
export const mayFail = (node: unknown, world: World): boolean => fails(node, { world, inside: new Set() })

interface Place {
  readonly world: World
  /** Routines whose bodies are being looked into. */
  readonly inside: ReadonlySet<Routine>
}

function fails(node: unknown, place: Place): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => fails(each, place))
  return Object.entries(node).some(
    ([kind, body]) => ofKind(kind, body as RawNode, place) || fails(body, place),
  )
}

function ofKind(kind: string, body: RawNode, place: Place): boolean {
  if (/^(Json|Xml)/.test(kind)) return true
  if (!['FuncCall', 'A_Expr', 'TypeCast', 'SubLink'].includes(kind) || !hasColumn(body)) return false
  if (kind === 'FuncCall') return callFails(body, place)
  if (kind === 'TypeCast') return !toText.test(typeName(body['typeName'] as RawNode))
  if (kind === 'SubLink')
    return body['subLinkType'] === 'EXPR_SUBLINK' && !isOneRow(body['subselect'] as RawNode, place.world)
  const path = names(body['name'])
  const op = path.at(-1) ?? ''
  if (path.length > 1 && path[0] !== 'pg_catalog') return true
  return !harmless.has(op) || (patterns.test(op) && hasColumn(body['rexpr']))
}

/** Does it hang on a row, or on an argument that may be of one? */
function hasColumn(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some(hasColumn)
  return 'ColumnRef' in node || 'ParamRef' in node || Object.values(node).some(hasColumn)
}

const toText = /^(text|name)$/

const harmless = new Set(
  '= <> != < <= > >= ~~ !~~ ~~* !~~* ~ !~ ~* !~* || && @> <@ -> ->> #> #>> ? ?| ?& << >> -|- BETWEEN NOT_BETWEEN'.split(
    ' ',
  ),
)

/** What stands on the right of them may be no pattern. */
const patterns = /~/

const never = new Set(
  `lower upper btrim ltrim rtrim replace left right reverse md5 concat concat_ws length char_length character_length octet_length
   strpos position starts_with hashtext hashtextextended cardinality array_length array_position array_upper array_lower
   jsonb_typeof jsonb_exists jsonb_exists_any jsonb_exists_all jsonb_contains array_contains isfinite to_jsonb to_json row_to_json
   num_nulls num_nonnulls string_to_array jsonb_extract_path jsonb_extract_path_text unnest array_append array_cat array_remove
   upper_inc lower_inc lower_inf upper_inf isempty count min max bool_and bool_or every array_agg string_agg any_value`.split(
    /\s+/,
  ),
)

/** Where only that argument is of the row. */
const never1: ReadonlyMap<string, number> = new Map([
  ['split_part', 0],
  ['substring', 0],
  ['substr', 0],
  ['date_trunc', 1],
  ['date_part', 1],
  ['extract', 1],
])

function callFails(call: RawNode, place: Place): boolean {
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  const schema = path.length > 1 ? path[0] : null
  const own = place.world.snapshot.routines.filter(
    (each) => each.name === name && (schema === null || each.schema === schema),
  )
  if (own.length > 0) return own.some((each) => routineFails(each, place))
  if (schema !== null && schema !== 'pg_catalog') return true
  if (never.has(name)) return false
  const place1 = never1.get(name)
  const args = (call['args'] ?? []) as RawNode[]
  return place1 === undefined || args.some((each, at) => at !== place1 && hasColumn(each))
}

/** May its body raise an error, or say something besides what it returns, by what it is given? */
export function routineFails(routine: Routine, place: Place): boolean {
  if (place.inside.has(routine)) return false
  const within = { ...place, inside: new Set([...place.inside, routine]) }
  if (routine.language === 'sql') {
    const statements = statementsOf(routine)
    return statements === null || statements.length !== 1 || fails(statements, within)
  }
  if (routine.language !== 'plpgsql') return true
  const block = blockOf(routine)
  return (
    block === null ||
    !(block['datums'] as RawNode[]).every((each) => takesAnything(each, routine)) ||
    blockFails(block, within)
  )
}

/** What is assigned to a variable of another type may not fit. A parameter has had its value before. */
function takesAnything(datum: RawNode, { arguments: parameters }: Routine): boolean {
  const variable = datum['PLpgSQL_var'] as RawNode | undefined
  if (!variable) return true
  const name = String(variable['refname'])
  if (name === 'found' || parameters.split(/[\s,"]+/).includes(name)) return true
  const type = ((variable['datatype'] as RawNode | undefined)?.['PLpgSQL_type'] as RawNode | undefined)?.[
    'typname'
  ]
  return /^(pg_catalog\.)?"?(text|boolean|bool|name|record)"?$/i.test(String(type).trim())
}

const loud =
  /^PLpgSQL_stmt_(raise|assert|dynexecute|dynfors|open|fetch|close|call|commit|rollback|getdiag|foreach_a|case)$/

function blockFails(node: unknown, place: Place): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => blockFails(each, place))
  return Object.entries(node).some(([kind, body]) => {
    if (loud.test(kind)) return true
    if (kind === 'PLpgSQL_stmt_execsql' && (body as RawNode)['strict']) return true
    if (kind !== 'PLpgSQL_expr') return blockFails(body, place)
    return fails(statementIn(String((body as RawNode)['query'] ?? '')), place)
  })
}

/** A statement, an assignment or an expression, as PL/pgSQL keeps them. */
function statementIn(text: string): unknown {
  return assignmentOf(text)?.node ?? expressionOf(text) ?? parseStatements(text) ?? unread
}

const unread: RawNode = { JsonText: {} }
