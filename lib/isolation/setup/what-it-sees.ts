import { connected, inTransaction, type Limits, type Session } from '@/lib/catalog/session'
import type { RoutineId, Snapshot } from '@/lib/catalog/types'
import { ident, literal } from '@/lib/clone/spelling'
import { settingsOf } from '../export/regression-sql'
import type { Principal } from '../types'

/** One thing that PostgreSQL was asked as a principal. `error` says why there is no value. */
export interface Answer {
  readonly asked: string
  /** Its text; `null` is NULL. */
  readonly value: string | null
  readonly error: string | null
}

/** How PostgreSQL sees a request: who it is, what it sets, and what the helpers of policies make of it. */
export interface Seen {
  /** The role could not be taken, so that nothing below is what the request would see. */
  readonly refused: string | null
  readonly identity: readonly Answer[]
  readonly settings: readonly Answer[]
  readonly functions: readonly Answer[]
}

const limits: Limits = { statementTimeout: 2_000, lockTimeout: 100, connectTimeout: 5_000 }

/**
 * Becomes the principal in a read-only transaction that is rolled back, and asks. Runs the functions without arguments
 * that policies call anyway, nothing else.
 * @throws CatalogError when the server does not answer
 */
export function whatPostgresSees(url: string, snapshot: Snapshot, principal: Principal): Promise<Seen> {
  return connected(url, limits, (client) =>
    inTransaction(client, limits, async (session) => {
      const settings = Object.entries(settingsOf(principal))
      for (const [name, value] of settings)
        await session.rows(`select pg_catalog.set_config(${literal(name)}, ${literal(value)}, true)`)
      await session.run('set local search_path to default')
      const { login } = principal
      // Only a superuser, as on a clone, may log in as somebody else; what nobody took is not shown.
      const entered =
        login !== null && (await attempt(session, `set local session authorization ${ident(login)}`)) === null
      const refused = await attempt(session, `set local role ${ident(principal.role)}`)
      const ask = async (asked: string, sql = asked): Promise<Answer> => answer(session, asked, sql)
      const identity = []
      for (const name of entered ? ['current_user', 'session_user'] : ['current_user'])
        identity.push(await ask(name))
      identity.push(
        await ask(
          'rolsuper or rolbypassrls',
          'select (rolsuper or rolbypassrls)::text from pg_catalog.pg_roles where rolname = current_user',
        ),
      )
      const seen = []
      for (const [name] of settings)
        seen.push(await ask(name, `select pg_catalog.current_setting(${literal(name)}, true)`))
      const functions = []
      for (const id of helpers(snapshot)) functions.push(await ask(id, `select (${id})::text`))
      return { refused, identity, settings: seen, functions }
    }),
  )
}

/** Functions without arguments that policies call, of nobody's extension, that promise to change nothing. */
function helpers(snapshot: Snapshot): readonly RoutineId[] {
  const called = new Set(snapshot.relations.flatMap(({ policies }) => policies.flatMap(({ calls }) => calls)))
  return snapshot.routines
    .filter(
      ({ id, arguments: list, kind, extension, volatility, schema }) =>
        called.has(id) &&
        list.trim() === '' &&
        kind === 'function' &&
        extension === null &&
        volatility !== 'volatile' &&
        schema !== 'pg_catalog',
    )
    .map(({ id }) => id)
    .sort()
}

/** Runs it in a savepoint; answers why it failed, or null. */
async function attempt(session: Session, sql: string): Promise<string | null> {
  await session.run('savepoint attempt')
  try {
    await session.run(sql)
    await session.run('release savepoint attempt')
    return null
  } catch (error) {
    await session.run('rollback to savepoint attempt')
    return reasonOf(error)
  }
}

async function answer(session: Session, asked: string, sql: string): Promise<Answer> {
  await session.run('savepoint answer')
  try {
    const [row] = await session.rows<readonly (string | null)[]>(
      sql.startsWith('select') ? sql : `select ${sql}`,
    )
    await session.run('release savepoint answer')
    return { asked, value: row?.[0] ?? null, error: null }
  } catch (error) {
    await session.run('rollback to savepoint answer')
    return { asked, value: null, error: reasonOf(error) }
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
