import { names, type RawNode } from '@/lib/sql/leaves'
import { castTo } from './cast'
import { compile } from './compile'
import { ownOperators } from './own-operator'
import type { Context } from '../problem'
import type { Value } from '../logic/value'

/** A statement put together at run time whose text is known but for values, which stand in it as `$n`. */
export interface KnownText {
  /** @param before how many parameters there are already */
  readonly text: (before: number) => string
  readonly values: readonly Value[]
}

type Piece = string | Value

/** A text written out or joined of what is known, of names, and of values made one literal each; null for any other. */
export function knownText(node: RawNode, context: Context): KnownText | null {
  const made = piecesOf(node, context)
  if (!made) return null
  const values = made.filter((each): each is Value => typeof each !== 'string')
  if (values.length > 0 && !standAlone(made)) return null
  const text = (before: number) =>
    made.map((each) => (typeof each === 'string' ? each : `$${before + values.indexOf(each) + 1}`)).join('')
  return { text, values }
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

/** `format` with values for its `%L`, known names for its `%I` and known texts for its `%s`. */
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
      const value = part === '%L' ? literalOf(arg, context) : castTo(context, compile(arg, context), 'text')
      const piece =
        part === '%L' ? value : part === '%I' ? nameOf(value) : part === '%s' ? textOf(value) : null
      if (piece === null) return null
      made.push(piece)
    }
  }
  return made
}

/** A literal has no type of its own, as if it were written there; what is not known stays a text. */
function literalOf(node: RawNode, context: Context): Value {
  const value = castTo(context, compile(node, context), 'text')
  const isKnown = value.cases.every(({ term }) => term === null || term.kind === 'constant')
  return isKnown ? { type: null, cases: value.cases } : value
}

/** Each value stands where a literal may: not inside of one, nor in a comment. */
function standAlone(made: readonly Piece[]): boolean {
  let before = ''
  return made.every((each) => {
    if (typeof each === 'string') before += each
    return (
      !/\$\w*\$|--|\/\*|\be'/i.test(before) &&
      (typeof each === 'string' || before.split("'").length % 2 === 1)
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
