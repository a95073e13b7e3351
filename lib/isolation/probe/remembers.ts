import type { Client } from 'pg'
import { literal } from '@/lib/clone/spelling'
import type { Domains } from './domain'
import type { Influence } from './influence'
import { conditionsOf } from './mine'
import { ownRoutines } from './scope'

/** The name of a setting that is put together when it is asked for. */
const composed = /\bcurrent_setting\s*\(\s*(?!')[^)]*(\|\||\bformat|\bconcat)|'[a-z_]\w*\.'\s*\|\|/i
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
  const asking = influence.asking(['current_setting'])
  const keepPlans = new Set<string>(
    routines.filter(({ language }) => language === 'plpgsql').map(({ id }) => id),
  )
  if (
    texts.some((text) => composed.test(text) || kept.test(text)) ||
    routines.some(({ language }) => !['sql', 'plpgsql', 'internal', 'c'].includes(language)) ||
    ownRoutines(snapshot).some(
      ({ id, volatility }) =>
        volatility === 'immutable' &&
        asking.has(id) &&
        (keepPlans.has(id) || [...influence.dependents(id)].some((each) => keepPlans.has(each))),
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

/** How a session stands now. */
export async function stateOf(client: Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ state: string }>(sql)
  return rows[0]?.state ?? ''
}
