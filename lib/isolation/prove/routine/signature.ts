import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { parseBlock, parseStatements } from '@/lib/sql/parse'
import { declarations } from './declarations'
import { typeOf } from '../expression/cast'
import type { Context } from '../problem'

export interface Parameter {
  readonly name: string
  readonly type: string
  readonly default: RawNode | null
}

/** What goes into a routine and what comes out of it by name. */
export interface Signature {
  readonly inputs: readonly Parameter[]
  /** OUT and TABLE columns; empty for a plain result. */
  readonly outputs: readonly Parameter[]
  readonly variadic: boolean
  /** The declared result without SETOF. */
  readonly returns: string
}

const known = new WeakMap<Routine, Signature | null>()

/** Read by PostgreSQL's own parser from the arguments as the catalog prints them. */
export function signatureOf(routine: Routine, context: Context): Signature | null {
  let found = known.get(routine)
  if (found === undefined) known.set(routine, (found = read(routine, context)))
  return found
}

function read(routine: Routine, context: Context): Signature | null {
  const [statement] = parseStatements(`${head(routine)} language sql as ''`) ?? []
  const create = statement?.['CreateFunctionStmt'] as RawNode | undefined
  if (!create) return null
  const inputs: Parameter[] = []
  const outputs: Parameter[] = []
  let variadic = false
  for (const each of (create['parameters'] ?? []) as RawNode[]) {
    const node = each['FunctionParameter'] as RawNode
    const parameter: Parameter = {
      name: String(node['name'] ?? ''),
      type: typeOf(node['argType'] as RawNode, context),
      default: (node['defexpr'] as RawNode | undefined) ?? null,
    }
    const mode = String(node['mode'])
    if (mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_TABLE') outputs.push(parameter)
    else {
      inputs.push(parameter)
      if (mode === 'FUNC_PARAM_INOUT') outputs.push(parameter)
      variadic ||= mode === 'FUNC_PARAM_VARIADIC'
    }
  }
  const returns = create['returnType'] as RawNode | undefined
  return { inputs, outputs, variadic, returns: returns ? typeOf(returns, context) : 'void' }
}

function head(routine: Routine): string {
  if (routine.kind === 'procedure') return `create procedure f(${routine.arguments})`
  return `create function f(${routine.arguments}) returns ${routine.returns}`
}

const blocks = new WeakMap<Routine, RawNode | null>()

/** The tree of a PL/pgSQL routine; null when the parser refuses it. */
export function blockOf(routine: Routine): RawNode | null {
  let found = blocks.get(routine)
  if (found === undefined) {
    // The parser does not tell by which collation a variable is compared.
    if (/\bcollate\b/i.test(declarations(routine.body ?? ''))) {
      blocks.set(routine, null)
      return null
    }
    let tag = '$body$'
    while (routine.body?.includes(tag)) tag = `$b${tag.slice(1)}`
    found = parseBlock(
      `${head(routine)} language plpgsql as ${tag}${withoutRowtype(routine.body ?? '')}${tag}`,
    )
    blocks.set(routine, found)
  }
  return found
}

/** `table%rowtype` is what `table` is, but the parser takes the one for a plain variable and the other for a record. */
const withoutRowtype = (body: string): string =>
  body.replaceAll(/(?<=[\w"])\s*%\s*rowtype\b(?=\s*(?:;|:?=|default\b|not\b))/gi, '')

/** The statements of an SQL routine, the SQL-standard body included. */
export function statementsOf(routine: Routine): readonly RawNode[] | null {
  const body = routine.body ?? ''
  if (!routine.atomic) return parseStatements(body)
  const text = body.trim()
  const inner = /^begin\s+atomic\b/i.test(text)
    ? text.replace(/^begin\s+atomic\s*/i, '').replace(/\s*end\s*;?\s*$/i, '')
    : text.replace(/^return\s+/i, 'select ')
  return parseStatements(inner)
}
