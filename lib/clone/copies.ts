import type { Client } from 'pg'
import { ident, literal } from './spelling'
import { clonePrefix, dropClone } from './stale'
import { connected, type Clone } from './with-clone'

/**
 * Gives `work` the URL of the clone and those of up to `count` databases that hold the same, so that several sessions can
 * change the same rows at once. Nobody may be connected to the clone meanwhile. The copies go with the work; those of a
 * killed process go as clones do.
 */
export async function withCopies<T>(
  clone: Clone,
  count: number,
  work: (urls: readonly string[]) => Promise<T>,
): Promise<T> {
  if (count <= 0) return work([clone.url])
  const guard = await connected(at(clone.url, 'postgres'))
  const names: string[] = []
  try {
    for (let n = 1; n <= count; n++) {
      const name = `${clonePrefix}${process.pid}_${Date.now().toString(36)}_${n}`
      if (!(await copied(guard, clone.database, name))) break
      names.push(name)
    }
    return await work([clone.url, ...names.map((name) => at(clone.url, name))])
  } finally {
    for (const name of names) await dropClone(guard, name, []).catch(() => undefined)
    await guard.end().catch(() => undefined)
  }
}

/** False when the server does not make one now, for want of room or because somebody is connected. */
async function copied(guard: Client, from: string, name: string): Promise<boolean> {
  try {
    await guard.query(`create database ${ident(name)} template ${ident(from)}`)
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return false
  }
  // Rights on a database and settings for it are not part of what a template gives.
  await guard.query(
    `insert into pg_catalog.pg_db_role_setting
       select c.oid, s.setrole, s.setconfig
         from pg_catalog.pg_db_role_setting s
         join pg_catalog.pg_database d on d.oid = s.setdatabase and d.datname = ${literal(from)}
         join pg_catalog.pg_database c on c.datname = ${literal(name)};
     update pg_catalog.pg_database c set datacl = d.datacl
       from pg_catalog.pg_database d where d.datname = ${literal(from)} and c.datname = ${literal(name)}`,
  )
  return true
}

function at(url: string, database: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(database)}`
  return other.href
}
