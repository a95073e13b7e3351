import type { Routine } from '@/lib/catalog/types-object'
import { ident, literal } from '@/lib/clone/spelling'
import { readings, uncommented } from '@/lib/sql/source-text'
import { runsWhatItIsTold } from '../../told'
import { requestSettings, type Identity } from '../session/identity'
import type { Raid } from '../observe/raid'
import type { Scope } from '../schema/scope'

/** It may set what the session keeps: by `set_config`, by SET as a statement (not that of an UPDATE), or by dynamic SQL. */
export function settles(routine: Pick<Routine, 'body'>): boolean {
  const text = routine.body ?? ''
  if (!/\bset|\bexecute\b/i.test(text)) return false
  let found = settling.get(routine)
  if (found === undefined) settling.set(routine, (found = readings(text).some((each) => sets.test(each))))
  return found
}

const settling = new WeakMap<object, boolean>()

const sets = /\bset_config\b|(?:^|;|\b(?:begin|then|else|loop|as))\s*set\s|\bexecute\b[^;]*\bset\b/i

/** It may change definitions or rights. */
export const redefining = ({ body }: Pick<Routine, 'body'>) =>
  /\b(alter|grant|revoke|drop|create)\s+(?:or\s+replace\s+)?(?:table|select|insert|update|delete|all|policy|trigger|role|function|view|rule|[a-z_]+\s+to\b)/i.test(
    uncommented(body ?? ''),
  )

/** Does it run statements that are put together? Asked for each argument that is tried. */
export function isDynamic(routine: Routine): boolean {
  let found = dynamic.get(routine)
  if (found === undefined)
    dynamic.set(routine, (found = /\bexecute\b|\bquery_to_xml\w*\s*\(/i.test(routine.body ?? '')))
  return found
}

const dynamic = new WeakMap<Routine, boolean>()

/** A text that becomes part of a statement. */
export const injections = (routine: Routine) =>
  isDynamic(routine)
    ? [`x' or true --`, `x' or 'a' = 'a`, `%' or true --`, 'true', 'true or null', '1=1', `') or true --`]
    : []

/** Does a statement set what a session keeps by a text that becomes part of another? */
export const impersonates = (sql: string) => sql.includes(settingFunction)

const settingFunction = 'pg_catalog.set_config('

/** It hands a text to what runs queries for XML. */
const runsQueries = ({ body }: Routine) => /\bquery_to_xml\w*\s*\(/i.test(body ?? '')

/** Texts that become part of a statement and set what the sessions of others have set. */
export function impersonations({ scope, identity }: Raid, routine: Routine): readonly string[] {
  if (!isDynamic(routine)) return []
  const { tenants } = identity.principal
  const strangers = scope.setup.principals.filter((each) =>
    each.tenants.some((one) => !tenants.includes(one)),
  )
  const texts = strangers.map((each) =>
    Object.entries(requestSettings(each))
      .map(([name, value]) => ` or ${settingFunction}${literal(name)}, ${literal(value)}, true) = 'x'`)
      .join(''),
  )
  const told = strangers.flatMap((each) =>
    Object.entries(requestSettings(each)).map(([name, value]) => [name, value] as const),
  )
  const first = told[0] && `${settingFunction}${literal(told[0][0])}, ${literal(told[0][1])}, true)`
  return [
    ...[...new Set(texts)]
      .filter((text) => text !== '')
      .slice(0, 2)
      .map((text) => `x'${text} --`),
    // Where an expression may stand, or a whole statement.
    ...(first ? [first, `1, ${first}`] : []),
    ...limits(scope, identity),
    ...(runsWhatItIsTold(routine) || runsQueries(routine)
      ? told
          .slice(0, 3)
          .map(([name, value]) => `select ${settingFunction}${literal(name)}, ${literal(value)}, true)`)
      : []),
  ]
}

/** What may stand behind ORDER BY: as many rows as there are of others. */
function limits({ targets, setup }: Scope, { principal }: Identity): string[] {
  const declared = setup.tenants.find(
    ({ relation, column }) =>
      column !== null && targets.some(({ id, kind }) => id === relation && kind === 'table'),
  )
  if (!declared?.column) return []
  const own = principal.tenants.map(literal).join(', ') || 'null'
  return [
    `1 limit (select case when exists (select from ${declared.relation} t where t.${ident(declared.column)}::text not in (${own})) then 0 end)`,
  ]
}

/** Names of settings and tenants of others, for a function that sets what it is told. */
export const settingsFor = ({ identity }: Raid, routine: Routine, others: readonly string[]) =>
  settles(routine) && isDynamic(routine)
    ? [...Object.keys(identity.settings).slice(0, 3), ...others.slice(0, 2)]
    : []

/** Statements for a function that runs the text it is given. */
export const whole = ({ scope }: Raid, routine: Routine) =>
  runsWhatItIsTold(routine)
    ? scope.targets
        .filter(({ kind }) => kind === 'table')
        .slice(0, 6)
        .map(({ id }) => `delete from ${id}`)
    : []
