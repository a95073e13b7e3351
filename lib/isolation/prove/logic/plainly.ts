import type { Problem } from '../problem'
import { render } from '../expression/render'
import type { Evaluated } from '../session'
import { family, isCanonical, type Application, type Constant } from './term'

/** What a function, operator or cast of constants comes to; undefined while PostgreSQL has not answered. */
export const computed = (problem: Problem, ground: Application): Evaluated | undefined =>
  plainly(ground) ?? problem.ask(render(ground))

/**
 * What an operator or cast on constants comes to, where nobody need be asked: every time that PostgreSQL is, the work
 * that waits for it is done again. `null` where it is PostgreSQL's to say.
 */
export function plainly({ sql, args, type }: Application): Evaluated | null {
  const [left, right] = args
  if (left?.kind !== 'constant') return null
  if (args.length === 1) return isNone(sql, left) ? { error: `invalid input: ${left.text}` } : null
  return right?.kind === 'constant' && args.length === 2 ? ofTwo(sql, left, right, type) : null
}

/** A number begins with a digit and a UUID has no letter past f, whatever else the input functions let pass. */
const isNone = (sql: string, { text, type }: Constant): boolean =>
  (type === null || family(type) === 'text') &&
  ((/^\(\$1\)::(smallint|integer|bigint)$/.test(sql) && !/^\s*[+-]?\d/.test(text)) ||
    (sql === '($1)::uuid' && /[^0-9a-f{}-]/i.test(text)))

function ofTwo(sql: string, left: Constant, right: Constant, type: string | null): Evaluated | null {
  const [, op = ''] = /^\(\$1 (<|=|\+|-|\*) \$2\)$/.exec(sql) ?? []
  if (op === '' || !isWhole(left) || !isWhole(right)) return null
  const [one, other] = [Number(left.text), Number(right.text)]
  if (op === '<' || op === '=')
    return { text: String(op === '<' ? one < other : one === other), type: 'boolean' }
  if (type !== 'integer' || left.type !== type || right.type !== type) return null
  const made = op === '+' ? one + other : op === '-' ? one - other : one * other
  return Math.abs(made) < 2 ** 31 ? { text: String(made), type } : null
}

const isWhole = ({ text, type }: Constant) =>
  (type === 'integer' || type === 'bigint') && isCanonical(text, type) && Math.abs(Number(text)) < 2 ** 31
