import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CatalogError } from '@/lib/catalog/error'
import { connected, defaultLimits, supported, type Connection } from '@/lib/catalog/session'
import { Failure } from '@/lib/cli/failure'
import type { GovernedDatabase, Settings } from '@/lib/env'

/** The address a server binds to: `localhost` is IPv4's, which every browser tries. */
export const bindAddress = (host: string) => (host === 'localhost' ? '127.0.0.1' : host)

/**
 * Waits a moment for a port, since a process that was killed just now may still hold it.
 * @throws Failure with one sentence when it stays taken or may not be used.
 */
export async function needPort({ host, port }: Settings, hint: string | null): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const code = await occupied(bindAddress(host), port)
    if (code === null) break
    if (code === 'EADDRINUSE' && tries < 20) {
      await sleep(100)
      continue
    }
    if (code === 'EADDRINUSE')
      throw new Failure(hint ?? `Port ${port} is taken by another program: choose one with PORT or --port.`)
    if (code === 'EACCES')
      throw new Failure(
        `This user may not listen on port ${port}: choose one above 1023 with PORT or --port.`,
      )
    throw new Failure(`Cannot listen on ${host}:${port} (${code}).`)
  }
  if (await refusedByBrowsers(port))
    throw new Failure(
      `Browsers open no page on port ${port}, which another protocol has: choose one with PORT or --port.`,
    )
}

/** Whether the Fetch standard lists a port as bad; an engine that follows it says so before it connects (to a free port, to nobody). */
async function refusedByBrowsers(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/`).catch((error: Error) => error)
  return answer instanceof Error && answer.cause instanceof Error && answer.cause.message === 'bad port'
}

function occupied(host: string, port: number): Promise<string | null> {
  return new Promise((answer) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => answer(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => answer(null)))
  })
}

/** @throws CatalogError when a governed database cannot be reached, is too old or lets this role read no catalog. */
export async function needGoverned(url: string): Promise<void> {
  await connected(url, defaultLimits, async (client) => {
    await needVersion(client)
    await client.query('select oid from pg_catalog.pg_class limit 1')
  })
}

/** Why a governed database cannot be looked at now, by its name. */
export type Away = ReadonlyMap<string, CatalogError>

/**
 * Which governed databases cannot be looked at now: the pages start without them and say so until they are back.
 * @throws CatalogError when none can, since then nothing could be shown.
 */
export async function needAnyGoverned(databases: readonly GovernedDatabase[]): Promise<Away> {
  const found = await Promise.all(databases.map(async (each) => [each.name, await wrongWith(each)] as const))
  const away = new Map(found.flatMap(([name, error]) => (error ? [[name, error] as const] : [])))
  const [first] = away.values()
  if (first && away.size === databases.length) throw first
  return away
}

async function wrongWith({ scanUrl, recordsUrl }: GovernedDatabase): Promise<CatalogError | null> {
  try {
    for (const url of new Set([scanUrl, recordsUrl])) await needGoverned(url)
    return null
  } catch (error) {
    if (error instanceof CatalogError) return error
    throw error
  }
}

/**
 * @throws CatalogError when the store cannot be reached or is too old, Failure when it is read only or this role may
 * neither use nor make its schema.
 */
export async function needStore(url: string): Promise<void> {
  const found = await connected(url, defaultLimits, async (client) => {
    await needVersion(client)
    const { rows } = await client.query(`
      select current_user as role, current_database() as database, pg_is_in_recovery() as secondary,
             has_database_privilege(current_database(), 'create')
             or exists (select from pg_namespace
                         where nspname = 'tabellion' and pg_has_role(current_user, nspowner, 'usage')) as ready`)
    return rows[0] as { role: string; database: string; ready: boolean; secondary: boolean }
  })
  if (found.secondary)
    throw new Failure(
      `TABELLION_STORE_URL is a read-only replica: the store must be a database that takes writes.`,
    )
  if (found.ready) return
  throw new Failure(
    `Role "${found.role}" may not make the schema tabellion in database "${found.database}": ` +
      `grant create on database "${found.database}" to "${found.role}".`,
  )
}

async function needVersion(client: Connection) {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as text`,
  )
  const [version] = rows as { number: number; text: string }[]
  if (version) supported(version.number, version.text)
}
