import type { Routine } from '@/lib/catalog/types-object'
import { textOf, type Formula } from '../logic/formula'
import type { Term } from '../logic/term'
import type { Value } from '../logic/value'
import type { Context } from '../problem'
import { within } from '../row-security'

/** Calls that ask the same have the same answer: within one statement nothing changes under a STABLE function. */
export function memoKey(context: Context, routine: Routine, args: readonly Value[]): string | null {
  if (routine.volatility === 'volatile') return null
  const terms = args.map(plainKey)
  if (terms.includes(null)) return null
  return `call ${routine.id} ${context.user} ${within(context)} ${terms.join('\u0000')} ${context.reads !== null} ${context.effects !== null}`
}

/** What tells a value from others, where it is one or, by what a flag says, another, and no more than that. */
function plainKey({ type, cases, elements }: Value): string | null {
  const key = (term: Term | null) => term?.key ?? `null ${type}`
  const [only] = cases
  if (!elements && cases.length === 2 && cases.every(({ when }) => isSmall(when)))
    return cases.map(({ when, term }) => `${textOf(when)} ${key(term)}`).join('\u0002')
  if (cases.length !== 1 || only?.when !== true) return null
  if (!elements) return key(only.term)
  const keys = elements.map(({ when, value }) => (when === true ? plainKey(value) : null))
  return keys.includes(null) || only.term === null ? null : `[${keys.join('\u0001')}]`
}

const isSmall = (when: Formula) =>
  typeof when === 'object' && (when.op === 'flag' || (when.op === 'not' && when.arg.op === 'flag'))
