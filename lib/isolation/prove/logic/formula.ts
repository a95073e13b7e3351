import { usesFree, type Term } from './term'

/** Two-valued: what is unknown to SQL is told by a pair of these (lib/isolation/prove/logic/value.ts). */
export type Formula = boolean | Atom | Joined | Negated

/**
 * What was once found out about a formula is kept with it: maps beside it cost more than the work. All of a kind are made in
 * one place, with all that may be kept, so that the engine finds it where it found the last.
 */
interface Kept {
  negation: Formula | undefined
  alias: Formula | undefined
  loose: boolean | undefined
  /** The search that met it last, by its number, and what it is there. */
  search: number
  literal: number
}

/** `flag`: something that may be so; `equal`: two terms are; `holds`: a Boolean term is true. */
export type Atom =
  | (Kept & {
      readonly op: 'flag'
      readonly name: string
      readonly free: boolean
      /** What the flag stands for, when it is only a name for something larger. */
      readonly means: Formula | undefined
      /** Finds out what it stands for, which is said where a model makes use of it. */
      readonly reveal: (() => Formula) | undefined
    })
  | (Kept & { readonly op: 'equal'; readonly left: Term; readonly right: Term })
  | (Kept & { readonly op: 'holds'; readonly term: Term })

interface Parts extends Kept {
  readonly args: readonly Formula[]
  /** Parts, those that are shared counted as often as they are used. */
  readonly size: number
  /** In the search that met it last: is it tied to its parts where it holds (1), where it does not (2)? */
  tied: number
}

export type Joined = (Parts & { readonly op: 'and' }) | (Parts & { readonly op: 'or' })

export interface Negated {
  readonly op: 'not'
  readonly arg: Atom
}

let made = 0

/** How many parts all formulas have that were made so far: a measure of work that no machine's speed changes. */
export const partsMade = () => made

const flagged = (name: string, free: boolean, means?: Formula, reveal?: () => Formula): Atom => ({
  op: 'flag',
  name,
  free,
  means,
  reveal,
  negation: undefined,
  alias: undefined,
  loose: undefined,
  search: 0,
  literal: 0,
})

export const flag = (name: string, free = false): Formula => flagged(name, free)

/** Stands for a formula that is large to find, and that hardly any model needs. */
export const veiled = (name: string, reveal: () => Formula): Formula =>
  flagged(name, false, undefined, reveal)

/** Are these two terms one? */
export const equal = (left: Term, right: Term): Formula =>
  left.key === right.key
    ? true
    : {
        op: 'equal',
        left,
        right,
        negation: undefined,
        alias: undefined,
        loose: undefined,
        search: 0,
        literal: 0,
      }

/** Is this Boolean true? */
export const holds = (term: Term): Formula => ({
  op: 'holds',
  term,
  negation: undefined,
  alias: undefined,
  loose: undefined,
  search: 0,
  literal: 0,
})

export function and(...args: readonly Formula[]): Formula {
  return joined('and', args)
}

export function or(...args: readonly Formula[]): Formula {
  return joined('or', args)
}

function joined(op: 'and' | 'or', args: readonly Formula[]): Formula {
  const neutral = op === 'and'
  let count = 0
  for (const arg of args) {
    if (arg === neutral) continue
    if (arg === !neutral) return arg
    const parts = typeof arg === 'object' && arg.op === op ? arg.args : null
    for (let at = 0; at < (parts?.length ?? 1); at++) {
      const each = parts === null ? arg : parts[at]!
      // Past this they would cost more to compare than they save.
      if (count < few) {
        if (isAmong(each, count)) continue
        const denial = denialOf(each)
        if (denial !== undefined && isAmong(denial, count)) return !neutral
      }
      gathered[count++] = each
    }
  }
  if (count === 0) return neutral
  if (count === 1) return gathered[0]!
  let size = 1
  for (let at = 0; at < count; at++) size += sizeOf(gathered[at]!)
  made += count
  return {
    op,
    args: gathered.slice(0, count),
    size,
    negation: undefined,
    alias: undefined,
    loose: undefined,
    search: 0,
    literal: 0,
    tied: 0,
  }
}

const few = 16

/** What is being joined: kept, since most joins come to one part or none. */
const gathered: Formula[] = []

function isAmong(formula: Formula, count: number): boolean {
  for (let at = 0; at < count; at++) if (gathered[at] === formula) return true
  return false
}

/** Its negation, as far as that was made. */
const denialOf = (formula: Formula): Formula | undefined =>
  typeof formula === 'boolean' ? undefined : formula.op === 'not' ? formula.arg : formula.negation

/** Negation, pushed down to the atoms. */
export function not(formula: Formula): Formula {
  if (typeof formula === 'boolean') return !formula
  if (formula.op === 'not') return formula.arg
  return (formula.negation ??= negate(formula))
}

function negate(formula: Atom | Joined): Formula {
  if (formula.op === 'and') return joined('or', formula.args.map(not))
  if (formula.op === 'or') return joined('and', formula.args.map(not))
  return { op: 'not', arg: formula }
}

export const implies = (when: Formula, then: Formula) => or(not(when), then)

/** Its parts, those that are shared counted as often as they are used. */
export const sizeOf = (formula: Formula): number =>
  typeof formula === 'object' && 'size' in formula ? formula.size : 1

const most = 16
let count = 0

/** A name for a formula that has grown large, so that using it several times does not multiply it. */
export function named(formula: Formula): Formula {
  if (typeof formula === 'boolean' || formula.op === 'not' || sizeOf(formula) <= most) return formula
  return (formula.alias ??= flagged(`=${++count}`, false, formula))
}

/** A formula as a text; the same for formulas that say the same with the same parts. */
export function textOf(formula: Formula): string {
  if (typeof formula === 'boolean') return String(formula)
  switch (formula.op) {
    case 'flag':
      return formula.name
    case 'equal':
      return `${formula.left.key} = ${formula.right.key}`
    case 'holds':
      return formula.term.key
    case 'not':
      return `not ${textOf(formula.arg)}`
    default:
      return `(${formula.args.map(textOf).join(` ${formula.op} `)})`
  }
}

/** Does it use something that nobody chose, or a function that was not evaluated? */
export function isLoose(formula: Formula): boolean {
  if (typeof formula === 'boolean') return false
  if (formula.op === 'not') return isLoose(formula.arg)
  return (formula.loose ??= loose(formula))
}

function loose(formula: Atom | Joined): boolean {
  switch (formula.op) {
    case 'flag':
      return formula.means === undefined ? formula.free : isLoose(formula.means)
    case 'equal':
      return usesFree(formula.left) || usesFree(formula.right)
    case 'holds':
      return formula.term.kind === 'application' || usesFree(formula.term)
    default:
      return formula.args.some(isLoose)
  }
}
