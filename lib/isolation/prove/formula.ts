import { usesFree, type Term } from './term'

/** Two-valued: what is unknown to SQL is told by a pair of these (lib/isolation/prove/value.ts). */
export type Formula = boolean | Atom | Joined | Negated

/** `flag`: something that may be so; `equal`: two terms are; `holds`: a Boolean term is true. */
export type Atom =
  | {
      readonly op: 'flag'
      readonly name: string
      readonly free: boolean
      /** What the flag stands for, when it is only a name for something larger. */
      readonly means?: Formula
    }
  | { readonly op: 'equal'; readonly left: Term; readonly right: Term }
  | { readonly op: 'holds'; readonly term: Term }

export type Joined =
  | { readonly op: 'and'; readonly args: readonly Formula[] }
  | { readonly op: 'or'; readonly args: readonly Formula[] }

export interface Negated {
  readonly op: 'not'
  readonly arg: Atom
}

export const flag = (name: string, free = false): Formula => ({ op: 'flag', name, free })

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
    if (typeof arg === 'object' && arg.op === op) kept.push(...arg.args)
    else if (!kept.includes(arg)) kept.push(arg)
  }
  if (kept.length === 0) return neutral
  return kept.length === 1 ? kept[0]! : { op, args: kept }
}

const negations = new WeakMap<object, Formula>()

/** Negation, pushed down to the atoms. */
export function not(formula: Formula): Formula {
  if (typeof formula === 'boolean') return !formula
  if (formula.op === 'not') return formula.arg
  let found = negations.get(formula)
  if (found === undefined) negations.set(formula, (found = negate(formula)))
  return found
}

function negate(formula: Atom | Joined): Formula {
  if (formula.op === 'and') return or(...formula.args.map(not))
  if (formula.op === 'or') return and(...formula.args.map(not))
  return { op: 'not', arg: formula }
}

export const implies = (when: Formula, then: Formula) => or(not(when), then)

const sizes = new WeakMap<object, number>()

function sizeOf(formula: Formula): number {
  if (typeof formula === 'boolean' || !('args' in formula)) return 1
  let size = sizes.get(formula)
  if (size === undefined) {
    size = formula.args.reduce((sum, arg) => sum + sizeOf(arg), 1)
    sizes.set(formula, size)
  }
  return size
}

const most = 16
const names = new WeakMap<object, Formula>()
let count = 0

/** A name for a formula that has grown large, so that using it several times does not multiply it. */
export function named(formula: Formula): Formula {
  if (typeof formula === 'boolean' || sizeOf(formula) <= most) return formula
  let name = names.get(formula)
  if (name === undefined) {
    name = { op: 'flag', name: `=${++count}`, free: false, means: formula }
    names.set(formula, name)
  }
  return name
}

const free = new WeakMap<object, boolean>()

/** Does it use something that nobody chose, or a function that was not evaluated? */
export function isLoose(formula: Formula): boolean {
  if (typeof formula === 'boolean') return false
  let found = free.get(formula)
  if (found === undefined) free.set(formula, (found = loose(formula)))
  return found
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
