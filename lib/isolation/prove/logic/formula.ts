import { usesFree, type Term } from './term'

/** Two-valued: what is unknown to SQL is told by a pair of these (lib/isolation/prove/logic/value.ts). */
export type Formula = boolean | Atom | Joined | Negated

/** What was once found out about a formula is kept with it: maps beside it cost more than the work. */
interface Kept {
  negation?: Formula
  alias?: Formula
  loose?: boolean
}

/** `flag`: something that may be so; `equal`: two terms are; `holds`: a Boolean term is true. */
export type Atom =
  | (Kept & {
      readonly op: 'flag'
      readonly name: string
      readonly free: boolean
      /** What the flag stands for, when it is only a name for something larger. */
      readonly means?: Formula
      /** Finds out what it stands for, which is said where a model makes use of it. */
      readonly reveal?: () => Formula
    })
  | (Kept & { readonly op: 'equal'; readonly left: Term; readonly right: Term })
  | (Kept & { readonly op: 'holds'; readonly term: Term })

interface Parts extends Kept {
  readonly args: readonly Formula[]
  /** Parts, those that are shared counted as often as they are used. */
  readonly size: number
}

export type Joined = (Parts & { readonly op: 'and' }) | (Parts & { readonly op: 'or' })

export interface Negated extends Kept {
  readonly op: 'not'
  readonly arg: Atom
}

let made = 0

/** How many parts all formulas have that were made so far: a measure of work that no machine's speed changes. */
export const partsMade = () => made

export const flag = (name: string, free = false): Formula => ({ op: 'flag', name, free })

/** Stands for a formula that is large to find, and that hardly any model needs. */
export const veiled = (name: string, reveal: () => Formula): Formula => ({
  op: 'flag',
  name,
  free: false,
  reveal,
})

export function and(...args: readonly Formula[]): Formula {
  return joined('and', args)
}

export function or(...args: readonly Formula[]): Formula {
  return joined('or', args)
}

function joined(op: 'and' | 'or', args: readonly Formula[]): Formula {
  const neutral = op === 'and'
  const kept: Formula[] = []
  for (const arg of args) {
    if (arg === neutral) continue
    if (arg === !neutral) return arg
    for (const each of typeof arg === 'object' && arg.op === op ? arg.args : [arg]) {
      // Past this they would cost more to compare than they save.
      if (kept.length < few) {
        if (kept.includes(each)) continue
        if (isDenied(each, kept)) return !neutral
      }
      kept.push(each)
    }
  }
  if (kept.length === 0) return neutral
  if (kept.length === 1) return kept[0]!
  let size = 1
  for (const arg of kept) size += sizeOf(arg)
  made += kept.length
  return { op, args: kept, size }
}

const few = 16

/** Is its negation, as far as that was made, among these? */
function isDenied(formula: Formula, kept: readonly Formula[]): boolean {
  if (typeof formula === 'boolean') return false
  const other = formula.op === 'not' ? formula.arg : formula.negation
  return other !== undefined && kept.includes(other)
}

/** Negation, pushed down to the atoms. */
export function not(formula: Formula): Formula {
  if (typeof formula === 'boolean') return !formula
  if (formula.op === 'not') return formula.arg
  return (formula.negation ??= negate(formula))
}

function negate(formula: Atom | Joined): Formula {
  if (formula.op === 'and') return or(...formula.args.map(not))
  if (formula.op === 'or') return and(...formula.args.map(not))
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
  if (typeof formula === 'boolean' || sizeOf(formula) <= most) return formula
  return (formula.alias ??= { op: 'flag', name: `=${++count}`, free: false, means: formula })
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
  return (formula.loose ??= loose(formula))
}

function loose(formula: Exclude<Formula, boolean>): boolean {
  switch (formula.op) {
    case 'flag':
      return formula.means === undefined ? formula.free : isLoose(formula.means)
    case 'equal':
      return usesFree(formula.left) || usesFree(formula.right)
    case 'holds':
      return formula.term.kind === 'application' || usesFree(formula.term)
    case 'not':
      return isLoose(formula.arg)
    default:
      return formula.args.some(isLoose)
  }
}
