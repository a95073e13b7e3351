import { parseArray } from './array'
import { anything } from './compile'
import { and, not, or } from '../logic/formula'
import { compare } from './operate'
import type { Context } from '../problem'
import { literal } from '../session'
import { isNull, ofText, ofTruth, type Value } from '../logic/value'

/** What PostgreSQL cuts a name to, in bytes: a longer text may mean a role of another name. */
const longest = 63

/**
 * `pg_has_role([user,] role, privilege)`: of a user that is known PostgreSQL says which roles these are. A name that no
 * role has is an error.
 */
export function hasRole(args: readonly Value[], context: Context): Value {
  const { problem } = context
  const [user, given, privilege] = args.length === 3 ? args : [ofText(context.user, 'name'), ...args]
  const [who, what] = [textOf(user), textOf(privilege)]
  if (!given || given.type === 'oid' || who === null || what === null)
    return anything(context, 'pg_has_role', 'boolean')
  const answer = problem.ask(
    `(select pg_catalog.array_agg(r.rolname order by r.rolname) from pg_catalog.pg_roles r` +
      ` where pg_catalog.pg_has_role(${literal(who)}, r.oid, ${literal(what)}))`,
  )
  const names = answer && 'text' in answer ? parseArray(answer.text ?? '{}') : null
  if (!names || names.some((each) => Buffer.byteLength(each ?? '') >= longest))
    return anything(context, 'pg_has_role', 'boolean')
  problem.assume({
    en: `It holds for the roles that ${who} is a member of now.`,
    pt: `Vale para os papéis de que ${who} é membro agora.`,
  })
  const role = asText(given)
  const among = or(...names.map((each) => compare(context, '=', role, ofText(each, 'text')).yes))
  const there = not(isNull(role))
  return ofTruth({ yes: and(there, among), no: and(there, not(among)) })
}

/** A text that was made a name is one of these shorter names only when it is that text. */
const asText = (value: Value): Value => ({
  type: 'text',
  cases: value.cases.map(({ when, term }) => {
    const [inner] = term?.kind === 'application' && term.sql === '($1)::name' ? term.args : []
    return { when, term: inner ?? term }
  }),
})

/** The text of a value that is one constant. */
function textOf(value: Value | undefined): string | null {
  const [only] = value?.cases ?? []
  return value?.cases.length === 1 && only?.term?.kind === 'constant' ? only.term.text : null
}
