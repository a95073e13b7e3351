import { and, flag, holds, named, not, or, type Formula } from './formula'
import { constant, type Term } from './term'

/** When a Boolean is true and when it is false; when neither, it is NULL. */
export interface Truth {
  readonly yes: Formula
  readonly no: Formula
}

/** One of the values something may have; `null` is NULL. The cases of a value cover everything, and may overlap. */
export interface Case {
  readonly when: Formula
  readonly term: Term | null
}

/** An element of an array or of what a sub-query returns: it is there when `when` holds. */
export interface Element {
  readonly when: Formula
  readonly value: Value
}

/**
 * What an expression is worth. A Boolean is kept as its truth, a list or sub-query by its elements. Some are worked out
 * when they are asked for, so that none may be spread; `like` copies one.
 */
export interface Value {
  readonly type: string | null
  readonly cases: readonly Case[]
  readonly truth?: Truth | undefined
  /** Elements of an array; `cases` then only tell whether the array itself is NULL. */
  readonly elements?: readonly Element[] | undefined
  /**
   * Of a list that may hold more than is told apart, such as one made of any rows: what another look at it meets. One
   * element for all looks would have to be all of them at once. Looks for the same thing, by its key, meet the same.
   */
  readonly again?: ((by: string | null) => readonly Element[]) | undefined
  /** Fields of a row or record, by name. */
  readonly fields?: ReadonlyMap<string, Value> | undefined
  /** A part of the request's token, some keys of which the caller chooses. */
  readonly token?: Token | undefined
}

export interface Token {
  readonly json: unknown
  /** Where in the token this is. */
  readonly path: readonly string[]
}

/** The same value but for these parts. */
export const like = (value: Value, parts: Partial<Value>): Value => ({
  type: value.type,
  cases: value.cases,
  truth: value.truth,
  elements: value.elements,
  again: value.again,
  fields: value.fields,
  token: value.token,
  ...parts,
})

/** A list, each of whose elements becomes another. */
export const mapped = (value: Value, to: (elements: readonly Element[]) => readonly Element[]) => {
  const { elements, again } = value
  return { elements: elements && to(elements), again: again && ((by: string | null) => to(again(by))) }
}

/** What a look at a list meets. */
export const lookAt = ({ elements, again }: Partial<Value>, by: string | null): readonly Element[] =>
  again?.(by) ?? elements ?? []

/** The type of rows that are written out, column by column. */
export const writtenOut = 'row'

export const ofTerm = (term: Term): Value => ({ type: term.type, cases: [{ when: true, term }] })

export const nullOf = (type: string | null): Value => ({ type, cases: [{ when: true, term: null }] })

export const ofText = (text: string | null, type: string | null): Value =>
  text === null ? nullOf(type) : ofTerm(constant(text, type))

export function ofTruth(plain: Truth): Value {
  const truth = { yes: named(plain.yes), no: named(plain.no) }
  return { type: 'boolean', truth, cases: casesOf(truth) }
}

const casesOf = (truth: Truth): readonly Case[] =>
  [
    { when: truth.yes, term: constant('true', 'boolean') },
    { when: truth.no, term: constant('false', 'boolean') },
    { when: and(not(truth.yes), not(truth.no)), term: null },
  ].filter(({ when }) => when !== false)

export const known = (value: boolean): Truth => ({ yes: value, no: !value })
export const unknown: Truth = { yes: false, no: false }

/** Two-valued: never NULL. */
export const definite = (formula: Formula): Truth => ({ yes: formula, no: not(formula) })

/** A Boolean that may be anything, NULL included. */
export function freeTruth(name: string): Truth {
  const [isNull, isTrue] = [flag(`${name} null`, true), flag(name, true)]
  return { yes: and(not(isNull), isTrue), no: and(not(isNull), not(isTrue)) }
}

const saysTrue = /^(t|true|yes|on|1|y)$/i

/** The truth of a value of type boolean. */
export function truthOf(value: Value): Truth {
  if (value.truth) return value.truth
  const yes: Formula[] = []
  const no: Formula[] = []
  for (const { when, term } of value.cases) {
    if (term === null) continue
    if (term.kind === 'constant') (saysTrue.test(term.text.trim()) ? yes : no).push(when)
    else {
      const so = holds(term)
      yes.push(and(when, so))
      no.push(and(when, not(so)))
    }
  }
  return { yes: or(...yes), no: or(...no) }
}

export const allOf = (truths: readonly Truth[]): Truth => ({
  yes: and(...truths.map((each) => each.yes)),
  no: or(...truths.map((each) => each.no)),
})

export const anyOf = (truths: readonly Truth[]): Truth => ({
  yes: or(...truths.map((each) => each.yes)),
  no: and(...truths.map((each) => each.no)),
})

export const negated = ({ yes, no }: Truth): Truth => ({ yes: no, no: yes })

/** When a value is NULL. */
export function isNull(value: Value): Formula {
  if (value.truth) return and(not(value.truth.yes), not(value.truth.no))
  return or(...value.cases.filter(({ term }) => term === null).map(({ when }) => when))
}

/** Are all its elements known one by one? */
const isListed = ({ elements, cases }: Value) =>
  elements !== undefined ||
  cases.every(({ term }) => term === null || (term.kind === 'constant' && /^\{\s*\}$/.test(term.text)))

/** The value when something holds, and otherwise another. */
export function choose(options: readonly { readonly when: Formula; readonly value: Value }[]): Value {
  const possible = options.filter(({ when }) => when !== false)
  const [only] = possible
  if (possible.length === 1 && only?.when === true) return only.value
  const type = possible.find(({ value }) => value.type !== null)?.value.type ?? null
  // Elements of an array that is not written out would be missing.
  const isList =
    possible.some(({ value }) => value.elements) && possible.every(({ value }) => isListed(value))
  const all = (of: (value: Value) => readonly Element[]) =>
    possible.flatMap(({ when, value }) =>
      of(value).map((each) => ({ when: and(when, each.when), value: each.value })),
    )
  const elements = isList ? all((value) => value.elements ?? []) : undefined
  const again =
    isList && possible.some(({ value }) => value.again)
      ? (by: string | null) => all((value) => lookAt(value, by))
      : undefined
  const booleans =
    type === 'boolean' && possible.every(({ value }) => value.truth || value.type === 'boolean')
  if (booleans) {
    const truths = possible.map(({ when, value }) => ({ when, truth: truthOf(value) }))
    return ofTruth({
      yes: or(...truths.map(({ when, truth }) => and(when, truth.yes))),
      no: or(...truths.map(({ when, truth }) => and(when, truth.no))),
    })
  }
  return {
    type,
    cases: possible
      .flatMap(({ when, value }) =>
        value.cases.map((each) => ({ when: and(when, each.when), term: each.term })),
      )
      .filter(({ when }) => when !== false),
    ...(elements ? { elements, again } : {}),
  }
}
