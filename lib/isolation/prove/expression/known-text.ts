import { ident } from '@/lib/clone/spelling'
import { names, type RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { castTo } from './cast'
import { compile } from './compile'
import { compare } from './operate'
import { ownOperators } from './own-operator'
import type { Context } from '../problem'
import type { Formula } from '../logic/formula'
import { family } from '../logic/term'
import { ofText, type Value } from '../logic/value'

/** A statement put together at run time whose text is known but for values, which stand in it as `$n`. */
export interface KnownText {
  /** When this is the text. */
  readonly when: Formula
  /** @param before how many parameters there are already */
  readonly text: (before: number) => string
  readonly values: readonly Value[]
}

/** Text, a value that stands there as one literal, or a name that is not known. */
type Piece = string | Value | { readonly name: Value }

const isName = (piece: Piece): piece is { readonly name: Value } =>
  typeof piece === 'object' && 'name' in piece

const mostRelations = 24

/**
 * A text written out or joined of what is known, of names, and of values made one literal each; null for any other. One name
 * that is not known may be that of any relation of the schema before it: in every other case the statement fails.
 */
export function knownTexts(node: RawNode, context: Context): readonly KnownText[] | null {
  const made = piecesOf(node, context)
  if (!made) return null
  const [open, second] = made.filter(isName)
  if (!open) return textsOf(made, true)
  const relations = second ? null : relationsMeant(made, context)
  const texts = relations?.map((name) =>
    textsOf(
      made.map((piece) => (isName(piece) ? ident(name) : piece)),
      compare(context, '=', open.name, ofText(name, 'text')).yes,
    ),
  )
  return texts?.every((each) => each !== null) ? texts.flat() : null
}

function textsOf(made: readonly Piece[], when: Formula): readonly KnownText[] | null {
  const values = made.filter((each): each is Value => typeof each !== 'string' && !isName(each))
  if (values.length > 0 && !standAlone(made)) return null
  const text = (before: number) => {
    let at = before
    return made.map((each) => (typeof each === 'string' ? each : `$${++at}`)).join('')
  }
  return [{ when, text, values }]
}

const marker = 'relation_that_is_not_known'

/** Names of the relations that the open name of a text can mean; null where it does not name a relation of a schema. */
function relationsMeant(made: readonly Piece[], { problem: { world, session } }: Context) {
  const text = made.map((piece) => (typeof piece === 'string' ? piece : isName(piece) ? marker : '$1'))
  const tree = JSON.stringify(parseStatements(text.join('')) ?? [])
  const ranges = [...tree.matchAll(new RegExp(`"schemaname":"([^"]+)","relname":"${marker}"`, 'g'))]
  const [schema = ''] = ranges.map(([, name]) => name)
  if (ranges.length !== 1 || tree.split(marker).length !== 2) return null
  if (/^pg_|^information_schema$/.test(schema) || world.mayCreateIn(session.role, [schema])) return null
  const found = world.snapshot.relations.filter((each) => each.schema === schema)
  return found.length > mostRelations ? null : found.map(({ name }) => name)
}

function piecesOf(node: RawNode, context: Context): readonly Piece[] | null {
  const plain = stringOf(node)
  if (plain !== null) return [plain]
  const operation = node['A_Expr'] as RawNode | undefined
  if (operation?.['lexpr'] && names(operation['name']).join('.') === '||') {
    if (ownOperators(context, '||', false).length > 0) return null
    const sides = [operation['lexpr'], operation['rexpr']].map((each) => piecesOf(each as RawNode, context))
    return sides.every((each) => each !== null) ? sides.flat() : null
  }
  const call = node['FuncCall'] as RawNode | undefined
  const [name = '', ...more] = names(call?.['funcname'])
  const isOwn = more.length > 0 || context.problem.world.routinesNamed(null, name, context.path).length > 0
  if (!isOwn && name === 'format') return formatted(call!, context)
  const [first] = (call?.['args'] ?? []) as RawNode[]
  if (!isOwn && first && /^quote_(literal|nullable)$/.test(name)) return [literalOf(first, context)]
  const value = castTo(context, compile(node, context), 'text')
  if (!isOwn && first && name === 'quote_ident') {
    const known = nameOf(value)
    return known === null ? null : [known]
  }
  const known = textOf(value)
  return known === null ? null : [known]
}

/** `format` with values for its `%L`, names for its `%I`, known texts and whole numbers for its `%s`. */
function formatted(call: RawNode, context: Context): readonly Piece[] | null {
  const [template, ...args] = (call['args'] ?? []) as RawNode[]
  const pattern = template ? stringOf(template) : null
  if (pattern === null || call['func_variadic']) return null
  const made: Piece[] = []
  let next = 0
  for (const part of pattern.split(/(%.)/)) {
    if (part === '%%') made.push('%')
    else if (!part.startsWith('%')) made.push(part)
    else {
      const arg = args[next++]
      if (!arg) return null
      const piece = pieceOf(part, arg, context)
      if (piece === null) return null
      made.push(piece)
    }
  }
  return made
}

function pieceOf(part: string, arg: RawNode, context: Context): Piece | null {
  if (part === '%L') return literalOf(arg, context)
  const value = compile(arg, context)
  const text = castTo(context, value, 'text')
  if (part === '%I') return nameOf(text) ?? { name: text }
  if (part !== '%s') return null
  // NULL leaves nothing there, and the statement fails where it wants a number.
  return textOf(text) ?? (family(value.type) === 'int' ? value : null)
}

/** A literal has no type of its own, as if it were written there; what is not known stays a text. */
function literalOf(node: RawNode, context: Context): Value {
  const value = castTo(context, compile(node, context), 'text')
  const isKnown = value.cases.every(({ term }) => term === null || term.kind === 'constant')
  return isKnown ? { type: null, cases: value.cases } : value
}

/** Each value stands where a literal may: not inside of one, nor in a comment, and is no part of what stands beside it. */
function standAlone(made: readonly Piece[]): boolean {
  let before = ''
  return made.every((each, at) => {
    if (typeof each === 'string') before += each
    const after = made[at + 1] ?? ''
    return (
      !/\$\w*\$|--|\/\*|\be'/i.test(before) &&
      (typeof each === 'string' ||
        (before.split("'").length % 2 === 1 &&
          !/[\w$.-]$/.test(before) &&
          typeof after === 'string' &&
          !/^[\w$.'"(]/.test(after)))
    )
  })
}

function stringOf(node: RawNode): string | null {
  const text = ((node['A_Const'] as RawNode | undefined)?.['sval'] as RawNode | undefined)?.['sval']
  return typeof text === 'string' ? text : null
}

/** The one text that a value is. */
function textOf({ cases }: Value): string | null {
  const term = cases.length === 1 && cases[0]!.when === true ? cases[0]!.term : null
  return term?.kind === 'constant' ? term.text : null
}

/** A value that is one plain name and needs no quotes. */
function nameOf(value: Value): string | null {
  const text = textOf(value)
  return text !== null && /^[a-z_][a-z0-9_]*$/.test(text) ? text : null
}
