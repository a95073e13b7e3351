import type { Client } from 'pg'
import { ident, literal } from './spelling'

export const clonePrefix = 'tabellion_clone_'

interface Mark {
  readonly tabellion: 'clone'
  readonly pid: number
  readonly since: string
  /** Roles that were made for it. */
  readonly roles: readonly string[]
}

/** Writes on the database what it is and which roles were made for it: a comment, which no snapshot holds. */
export async function mark(guard: Client, database: string, roles: readonly string[]): Promise<void> {
  const said: Mark = { tabellion: 'clone', pid: process.pid, since: new Date().toISOString(), roles }
  await guard.query(`comment on database ${ident(database)} is ${literal(JSON.stringify(said))}`)
}

/** Drops what a killed process left. The caller holds the lock of clones, so no clone is in use. */
export async function dropStaleClones(guard: Client): Promise<string[]> {
  const { rows } = await guard.query<{ name: string; said: string | null }>(
    `select datname as name, shobj_description(oid, 'pg_database') as said from pg_database where not datistemplate`,
  )
  const stale = rows.filter(({ name, said }) => name.startsWith(clonePrefix) || marked(said) !== null)
  for (const { name, said } of stale) await dropClone(guard, name, marked(said)?.roles ?? [])
  return stale.map(({ name }) => name)
}

function marked(said: string | null): Mark | null {
  if (!said?.startsWith('{"tabellion":"clone"')) return null
  try {
    return JSON.parse(said) as Mark
  } catch {
    return null
  }
}

/** Drops the database whoever is connected, and the roles made for it that nothing else depends on. */
export async function dropClone(guard: Client, database: string, roles: readonly string[]): Promise<void> {
  await guard.query(`drop database if exists ${ident(database)} with (force)`)
  let waiting = roles
  while (waiting.length > 0) {
    const kept: string[] = []
    for (const role of waiting) {
      try {
        await guard.query(`drop role if exists ${ident(role)}`)
      } catch (error) {
        // 2BP01: something in another database depends on it, or another of these roles does.
        if ((error as { code?: string }).code !== '2BP01') throw error
        kept.push(role)
      }
    }
    if (kept.length === waiting.length) return
    waiting = kept
  }
}
