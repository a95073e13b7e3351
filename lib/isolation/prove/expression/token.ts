import { anything } from './compile'
import { apply, compare } from './operate'
import type { Context } from '../problem'
import { family, variable, type Constant } from '../logic/term'
import { and, flag, not, type Formula } from '../logic/formula'
import { choose, like, nullOf, ofText, type Token, type Value } from '../logic/value'

/** The request's token, some keys of which the caller chooses. */
export const tokenValue = (context: Context, token: Token, type: string): Value => ({
  type,
  cases: [{ when: true, term: context.problem.free('token', type) }],
  token,
})

/** A key of the token: what it holds, or, where the caller chooses it, a value of the caller's. */
export function extracted(context: Context, op: string, left: Value, right: Value): Value {
  const { token } = left
  const keys = token && ['->', '->>', '#>', '#>>'].includes(op) ? keysOf(right, op.startsWith('#')) : null
  const found = token && !keys && steppedBy(context, token, op, right)
  if (found) return found
  if (!token || !keys) return anything(context, `${op} of the token`)
  const path = [...token.path, ...keys]
  const asText = op.endsWith('>>')
  return at(context, token.json, path, asText ? 'text' : 'jsonb')
}

/** The same by keys that are not known, where the caller chooses nothing of what they lead to. */
function steppedBy(context: Context, { json, path }: Token, op: string, right: Value): Value | null {
  const steps = stepsOf(op, right)
  const first = steps?.findIndex(
    (step) => step.cases.length !== 1 || step.cases[0]?.term?.kind !== 'constant',
  )
  if (!steps || first === undefined || first < 0) return null
  const known = steps.slice(0, first).map(({ cases }) => (cases[0]!.term as Constant).text)
  const begin = [...path, ...known]
  const { untrusted, known: told } = context.problem.session
  if (untrusted.some((each) => isPrefix(each, begin) || isPrefix(begin, each))) return null
  if (told && !told.claims.some((each) => isPrefix(each, begin))) return null
  return stepped(context, json, begin, steps.slice(first), op.endsWith('>>') ? 'text' : 'jsonb')
}

/** The same of a document that is known and that the caller chooses nothing of. */
export function keyed(context: Context, json: unknown, op: string, right: Value): Value | null {
  const steps = stepsOf(op, right)
  return steps && stepped(context, json, [], steps, op.endsWith('>>') ? 'text' : 'jsonb')
}

const stepsOf = (op: string, right: Value): readonly Value[] | null =>
  op.startsWith('#') ? (right.elements?.map((each) => each.value) ?? null) : [right]

/** A document by keys that a row names: that of whichever key it is, NULL for any other; null where it is not told. */
function stepped(
  context: Context,
  json: unknown,
  path: readonly string[],
  [key, ...rest]: readonly Value[],
  type: string,
): Value | null {
  if (!key) return at(context, json, path, type)
  const there = path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    json,
  )
  if (Array.isArray(there) || family(key.type) !== 'text') return null
  const names = typeof there === 'object' && there !== null ? Object.keys(there) : []
  const options: { when: Formula; value: Value }[] = []
  let other: Formula = true
  for (const name of names) {
    const value = stepped(context, json, [...path, name], rest, type)
    if (!value) return null
    const when = compare(context, '=', key, ofText(name, 'text')).yes
    options.push({ when, value })
    other = and(other, not(when))
  }
  return choose([...options, { when: other, value: nullOf(type) }])
}

export function at(context: Context, json: unknown, path: readonly string[], type: string): Value {
  const { untrusted, known } = context.problem.session
  if (untrusted.some((each) => isPrefix(each, path))) {
    const value = chosen(context, path, type)
    return type === 'text' ? value : like(value, { token: { json, path } })
  }
  const isKnown = !known || known.claims.some((each) => isPrefix(each, path))
  if (!isKnown && !known.claims.some((each) => isPrefix(path, each)))
    return notTold(context, `claims.${path.join('.')}`, type)
  if (!isKnown || untrusted.some((each) => isPrefix(path, each))) {
    return type === 'text'
      ? printed(context, `claims.${path.join('.')}`, { json, path })
      : tokenValue(context, { json, path }, type)
  }
  let value = json
  for (const key of path) {
    // Which element of a list a text, or a number from its end, means differs by operator.
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(key))
      return anything(context, `[${key}] of the token`, type)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined
  }
  if (type === 'text' && isOfManyTexts(value)) return printed(context, 'text of the token', { json, path })
  if (value === undefined || (value === null && type === 'text')) return ofText(null, type)
  if (type === 'text' && typeof value !== 'object') return ofText(String(value), 'text')
  return apply(context, `($1)::${type}`, [ofText(JSON.stringify(value), null)], type, { total: true })
}

/** Is that part in the token, whatever the caller chooses? */
export const isThere = ({ json, path }: Token): boolean =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' ? (value as Record<string, unknown> | null)?.[key] : null),
    json,
  ) != null

/** The text of a part of the token: any, but read as JSON it is that part again. */
const printed = (context: Context, name: string, token: Token): Value =>
  like(anything(context, name, 'text'), { token })

/** JSON that json and jsonb, or PostgreSQL and others, do not print alike. */
const isOfManyTexts = (value: unknown) =>
  (typeof value === 'object' && value !== null) || (typeof value === 'number' && !Number.isSafeInteger(value))

/** A part of a session that was made up of which nothing tells what a request has there. */
export function notTold(context: Context, name: string, type = 'text'): Value {
  const { problem } = context
  const absent = problem.flag(`${name} null`, true)
  return {
    type,
    cases: [
      { when: absent, term: null },
      {
        when: not(absent),
        term: problem.free(name, type, {
          en: `Nothing tells what ${name} holds in a request, so it may be anything: isolation.principals can say it.`,
          pt: `Nada diz o que ${name} contém em uma requisição, então pode ser qualquer coisa: isolation.principals pode dizer.`,
        }),
      },
    ],
  }
}

/** The caller's choice: the same wherever it is read in one request. */
function chosen(context: Context, path: readonly string[], type: string): Value {
  const name = `claims.${path.join('.')}`
  const absent = flag(`${name} null`)
  context.problem.assume({
    en: `The caller chooses ${name}.`,
    pt: `Quem chama escolhe ${name}.`,
  })
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: variable(`${name} ${type}`, type) },
    ],
  }
}

const isPrefix = (short: readonly string[], long: readonly string[]) =>
  short.length <= long.length && short.every((key, at) => key === long[at])

function keysOf(value: Value, isPath: boolean): readonly string[] | null {
  if (value.elements) {
    const keys = value.elements.map((each) => each.value.cases[0]?.term)
    return keys.every((term) => term?.kind === 'constant')
      ? keys.map((term) => (term?.kind === 'constant' ? term.text : ''))
      : null
  }
  const [only] = value.cases
  if (value.cases.length !== 1 || only?.term?.kind !== 'constant') return null
  return isPath
    ? only.term.text
        .replace(/^\{|\}$/g, '')
        .split(',')
        .map((key) => key.trim().replace(/^"|"$/g, ''))
    : [only.term.text]
}
