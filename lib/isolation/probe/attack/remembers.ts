import type { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import type { Routine } from '@/lib/catalog/types-object'
import { literal } from '@/lib/clone/spelling'
import { isVeiled, literally, withoutTexts } from '@/lib/sql/source-text'
import { namedIn } from '../../prove/routine/mentions'
import type { Domains } from '../schema/domain'
import type { Influence } from '../schema/influence'
import { conditionsOf } from '../schema/mine'
import { ownRoutines } from '../schema/scope'
import { isDynamic } from '../calls/texts'

/** A name of a setting that is put together where it is asked for, or where something is called that asks. */
const composed = /\bcurrent_setting\s*\(\s*(?!')[^)]*(\|\||\bformat|\bconcat)/i
const prefixed = /'[a-z_]\w*\.'\s*\|\|/i
/** What a session keeps beside settings, and a query may ask. */
const kept = /\b(lastval|currval)\s*\(/i

/**
 * SQL whose answer differs where something that a condition or a function can ask of a session differs: roles, settings,
 * objects of its own. `null` where the schema asks for more: names of settings that are put together, what a sequence gave
 * last, languages with variables of their own, plans that hold an answer.
 */
export function stateSql({ scope, mined }: Domains, influence: Influence): string | null {
  const { snapshot, setup } = scope
  const routines = snapshot.routines.filter(({ extension }) => extension === null)
  const texts = [
    ...routines.map(({ body }) => body ?? ''),
    ...snapshot.relations.flatMap((each) => conditionsOf(each)),
  ]
  const keepPlans = new Set<string>(
    routines.filter(({ language }) => language === 'plpgsql').map(({ id }) => id),
  )
  if (
    texts.some((text) => composed.test(text) || kept.test(text)) ||
    isPutTogether(texts, routines) ||
    routines.some(({ language }) => !['sql', 'plpgsql', 'internal', 'c'].includes(language)) ||
    foldedAskers(snapshot, influence).some(
      ({ id }) => keepPlans.has(id) || [...influence.dependents(id)].some((each) => keepPlans.has(each)),
    )
  )
    return null
  const names = new Set([
    ...mined.settings,
    ...[...mined.literals].filter((each) => /^[a-z_]\w*(\.\w+)+$/i.test(each)),
    ...setup.principals.flatMap((each) => Object.keys(each.settings)),
    'request.jwt.claims',
  ])
  const values = [...names].sort().map((name) => `pg_catalog.current_setting(${literal(name)}, true)`)
  return `select pg_catalog.to_json(array[current_user::text, session_user::text, pg_catalog.pg_my_temp_schema()::text, ${values.join(', ')}])::text
    || (select coalesce(pg_catalog.string_agg(s.name || '=' || s.setting, ' ' order by s.name), '')
          from pg_catalog.pg_settings s where s.source = 'session') as state`
}

/** Is the beginning of a name put before something where a function is called that asks for the setting it is given? */
function isPutTogether(texts: readonly string[], routines: readonly Routine[]): boolean {
  const likely = texts.filter((text) => prefixed.test(text))
  const asks = (name: string) =>
    new RegExp(
      `\\b${literally(name)}"?\\s*\\(\\s*(?!'[^']*'\\s*(?:::\\s*(?:pg_catalog\\.)?text\\s*)?[,)])`,
      'i',
    )
  const asking = new Set(['current_setting'])
  for (const name of asking) {
    if (likely.some((text) => asks(name).test(text))) return true
    for (const each of routines) if (asks(name).test(each.body ?? '')) asking.add(each.name)
  }
  return false
}

/** A relation where a statement names it, not a variable or a field that is called like it. */
const readFrom = (name: string) =>
  new RegExp(
    `(?:\\b(?:from|join|into|update|only|table|using)\\s+|\\.\\s*|,\\s*)"?${literally(name)}\\b"?(?!\\s*[-+*/<>=:])`,
    'i',
  )

/** Functions that claim to be immutable and may ask the session for a setting: plans hold what they said once. */
export function foldedAskers(snapshot: Snapshot, influence: Influence): readonly Routine[] {
  const asking = influence.asking(['current_setting'])
  const relations = snapshot.relations.filter(({ id }) => asking.has(id)).map(({ name }) => readFrom(name))
  return ownRoutines(snapshot).filter((routine) => {
    if (routine.volatility !== 'immutable' || !asking.has(routine.id)) return false
    const called = new Set([routine])
    const said: string[] = []
    for (const each of called) {
      // A text that it only returns is not run.
      const text = isDynamic(each) ? (each.body ?? '') : withoutTexts(each.body ?? '')
      said.push(text)
      for (const other of namedIn([text], snapshot.routines)) called.add(other)
    }
    const asks = [/\bcurrent_setting\b/i, ...relations]
    return said.some((text) => isVeiled(text) || asks.some((each) => each.test(text)))
  })
}

/** How a session stands now. */
export async function stateOf(client: Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ state: string }>(sql)
  return rows[0]?.state ?? ''
}
