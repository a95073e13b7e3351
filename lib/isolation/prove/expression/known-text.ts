import { ident } from '@/lib/clone/spelling'
import { names, type RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { castTo } from './cast'
import { compile, condition } from './compile'
import { compare } from './operate'
import { ownOperators } from './own-operator'
import { withoutSortKeys } from './sort-keys'
import type { Context } from '../problem'
import { and, not, or, type Formula } from '../logic/formula'
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
export type Piece = string | Value | { readonly name: Value }

/** One of the texts that something may be, in pieces; null for NULL. */
interface Option {
  readonly when: Formula
  readonly pieces: readonly Piece[] | null
}

export const isName = (piece: Piece): piece is { readonly name: Value } =>
  typeof piece === 'object' && 'name' in piece

const mostRelations = 24
const mostOptions = 16

/**
 * The texts that something joined of what is known, of names, and of values made one literal each may be; null for any other.
 * One name that is not known may be that of any relation of the schema before it: in every other case the statement fails.
 * Others may stand where they decide no more than an order.
 */
export function knownTexts(node: RawNode, context: Context): readonly KnownText[] | null {
  const options = optionsOf(node, context)?.filter(({ pieces }) => pieces !== null)
  const texts = options?.map(({ when, pieces }) => textsOf(withoutSortKeys(pieces!), when, context))
  return texts?.every((each) => each !== null) ? texts.flat() : null
}

function textsOf(made: readonly Piece[], when: Formula, context: Context): readonly KnownText[] | null {
  const [open, second] = made.filter(isName)
  if (!open) return textOfPieces(made, when)
  const relations = second ? null : relationsMeant(made, context)
  const texts = relations?.map((name) =>
    textOfPieces(
      made.map((piece) => (isName(piece) ? ident(name) : piece)),
      and(when, compare(context, '=', open.name, ofText(name, 'text')).yes),
    ),
  )
  return texts?.every((each) => each !== null) ? texts.flat() : null
}

function textOfPieces(made: readonly Piece[], when: Formula): readonly KnownText[] | null {
  const values = made.filter((each): each is Value => typeof each !== 'string' && !isName(each))
  if (values.length > 0 && !standAlone(made)) return null
  const text = (before: number) => {
    let at = before
    return made.map((each) => (typeof each === 'string' ? each : `$${++at}`)).join('')
  }
  return [{ when, text, values }]
}

/** What a variable holds that a text was put together in. */
const putTogether = new WeakMap<Value, readonly Option[]>()

/** Remembers of what a text was put together that a variable now holds. */
export function rememberText(value: Value, node: RawNode, context: Context): void {
  const options = optionsOf(node, context)
  if (options) putTogether.set(value, options)
}

/** Remembers the texts that the arms of a branch left in a variable. */
export function rememberEither(
  value: Value,
  arms: readonly { readonly when: Formula; readonly value: Value | undefined }[],
): void {
  if (!arms.some((arm) => arm.value && putTogether.has(arm.value)) || putTogether.has(value)) return
  const options = arms.map(({ when, value: left }) =>
    (left && (putTogether.get(left) ?? plainTexts(left)))?.map((each) => ({
      ...each,
      when: and(when, each.when),
    })),
  )
  if (options.every((each) => each !== undefined)) {
    const all = options.flat()
    if (all.length <= mostOptions) putTogether.set(value, all)
  }
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

function optionsOf(node: RawNode, context: Context): readonly Option[] | null {
  const plain = stringOf(node)
  if (plain !== null) return [{ when: true, pieces: [plain] }]
  const [name, ...more] = names((node['ColumnRef'] as RawNode | undefined)?.['fields'])
  const held = name !== undefined && more.length === 0 ? context.names.get(name) : undefined
  const remembered = held && putTogether.get(held)
  if (remembered) return remembered
  const operation = node['A_Expr'] as RawNode | undefined
  if (operation?.['lexpr'] && names(operation['name']).join('.') === '||') {
    if (ownOperators(context, '||', false).length > 0) return null
    return inARow([operation['lexpr'], operation['rexpr']].map((each) => optionsOf(each as RawNode, context)))
  }
  const choice = node['CaseExpr'] as RawNode | undefined
  if (choice && !choice['arg']) return chosen(choice, context)
  const call = node['FuncCall'] as RawNode | undefined
  if (call) {
    const made = called(call, context)
    if (made !== undefined) return made
  }
  return plainTexts(castTo(context, compile(node, context), 'text'))
}

/** What a function of PostgreSQL makes that puts texts together; undefined for any other call. */
function called(call: RawNode, context: Context): readonly Option[] | null | undefined {
  const [name = '', ...more] = names(call['funcname'])
  const isOwn = more.length > 0 || context.problem.world.routinesNamed(null, name, context.path).length > 0
  const args = (call['args'] ?? []) as RawNode[]
  const [first] = args
  if (isOwn || !first) return undefined
  if (name === 'format') return formatted(call, context)
  if (name === 'concat' && !call['func_variadic']) return inARow(args.map((each) => printed(each, context)))
  if (/^quote_(literal|nullable)$/.test(name)) return [{ when: true, pieces: [literalOf(first, context)] }]
  if (name !== 'quote_ident') return undefined
  const value = castTo(context, compile(first, context), 'text')
  return [{ when: true, pieces: [nameOf(value) ?? { name: value }] }]
}

/** CASE: what each arm makes, when it is taken. */
function chosen(choice: RawNode, context: Context): readonly Option[] | null {
  const made: (readonly Option[] | null)[] = []
  let otherwise: Formula = true
  const put = (node: RawNode, when: Formula) =>
    made.push(optionsOf(node, context)?.map((each) => ({ ...each, when: and(when, each.when) })) ?? null)
  for (const each of (choice['args'] ?? []) as RawNode[]) {
    const arm = each['CaseWhen'] as RawNode
    const { yes } = condition(arm['expr'] as RawNode, context)
    put(arm['result'] as RawNode, and(otherwise, yes))
    otherwise = and(otherwise, not(yes))
  }
  if (choice['defresult']) put(choice['defresult'] as RawNode, otherwise)
  else made.push([{ when: otherwise, pieces: null }])
  const all = made.every((each) => each !== null) ? made.flat() : null
  return all && all.length <= mostOptions ? all : null
}

/** One text after the other: NULL where one of them is. */
function inARow(parts: readonly (readonly Option[] | null)[]): readonly Option[] | null {
  let made: readonly Option[] = [{ when: true, pieces: [] }]
  for (const part of parts) {
    if (!part || made.length * part.length > mostOptions) return null
    made = made.flatMap((one) =>
      part.map((other) => ({
        when: and(one.when, other.when),
        pieces: one.pieces && other.pieces && [...one.pieces, ...other.pieces],
      })),
    )
  }
  return made.filter(({ when }) => when !== false)
}

/** As `format` and `concat` print it: nothing of NULL, and a Boolean otherwise than its cast. */
function printed(node: RawNode, context: Context): readonly Option[] | null {
  if (stringOf(node) === null && compile(node, context).type === 'boolean') return null
  const options = optionsOf(node, context)
  return options && options.map(({ when, pieces }) => ({ when, pieces: pieces ?? [] }))
}

/** The texts that a value may be, where each is known. */
function plainTexts({ cases }: Value): readonly Option[] | null {
  const byText = new Map<string | null, Formula[]>()
  for (const { when, term } of cases) {
    if (term !== null && term.kind !== 'constant') return null
    const text = term === null ? null : term.text
    byText.set(text, [...(byText.get(text) ?? []), when])
  }
  if (byText.size > mostOptions) return null
  return [...byText].map(([text, whens]) => ({ when: or(...whens), pieces: text === null ? null : [text] }))
}

/** `format` with values for its `%L`, names for its `%I`, known texts and whole numbers for its `%s`. */
function formatted(call: RawNode, context: Context): readonly Option[] | null {
  const [template, ...args] = (call['args'] ?? []) as RawNode[]
  const pattern = template ? stringOf(template) : null
  if (pattern === null || call['func_variadic']) return null
  const made: (readonly Option[] | null)[] = []
  let next = 0
  for (const part of pattern.split(/(%.)/)) {
    const arg = part.startsWith('%') && part !== '%%' ? args[next++] : undefined
    if (part === '%%') made.push([{ when: true, pieces: ['%'] }])
    else if (!part.startsWith('%')) made.push([{ when: true, pieces: [part] }])
    else if (!arg) return null
    else if (part === '%s') made.push(pasted(arg, context))
    else {
      const piece = pieceOf(part, arg, context)
      if (piece === null) return null
      made.push([{ when: true, pieces: [piece] }])
    }
  }
  return inARow(made)
}

/** What `%s` leaves of it; where a number is NULL the statement fails. */
function pasted(arg: RawNode, context: Context): readonly Option[] | null {
  const known = printed(arg, context)
  if (known) return known
  const value = compile(arg, context)
  return family(value.type) === 'int' ? [{ when: true, pieces: [value] }] : null
}

function pieceOf(part: string, arg: RawNode, context: Context): Piece | null {
  if (part === '%L') return literalOf(arg, context)
  if (part !== '%I') return null
  const text = castTo(context, compile(arg, context), 'text')
  return nameOf(text) ?? { name: text }
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
