import { castTo } from './cast'
import { anything } from './compile'
import { typed } from './operate'
import type { Context } from '../problem'
import type { Value } from '../logic/value'

/** Types that PostgreSQL makes one of several alternatives, each of those after it where both come. */
const ladders = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['name', 'character varying', 'text'],
  ['character', 'text'],
]

const bare = (type: string) => type.replace(/\(.*\)/, '').replace(/^bpchar$/, 'character')

/**
 * Alternatives of CASE, COALESCE, UNION and the like, as values of the one type that PostgreSQL makes of theirs
 * (PostgreSQL's manual, "UNION, CASE, and Related Constructs"); of types that are not known to have one, anything.
 */
export function ofOneType(context: Context, values: readonly Value[]): readonly Value[] {
  const types = new Set(values.map(({ type }) => type).filter((type) => type !== null))
  const [first] = types
  if (first === undefined || values.some((value) => value.token || value.fields)) return values
  if (types.size === 1) return values.map((value) => typed(context, value, first))
  const plain = [...new Set([...types].map(bare))]
  const ladder = ladders.find((each) => plain.every((type) => each.includes(type)))
  const common = ladder?.findLast((type) => plain.includes(type)) ?? (plain.length === 1 ? plain[0]! : null)
  if (common !== null) return values.map((value) => castTo(context, value, common))
  return values.map((value) => (value.elements ? value : anything(context, 'one of several types')))
}
