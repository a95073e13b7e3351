import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import type { GovernedDatabase } from '@/lib/env'
import type { Cluster } from './cluster'
import { passwordOf } from './kept-secret'
import { scramVerifier } from './migrate'
import { recipes, versionOf, type Recipe } from './recipes'

/** Who the web process is in the governed demonstration databases; their passwords come from the server's secret. */
const logins = ['tabellion_scanner', 'tabellion_web', 'tabellion_meter'] as const

export interface DemonstrationOptions {
  readonly cluster: Cluster
  /** Throw away what is there and make it anew. */
  readonly fresh: boolean
  readonly say: (text: string) => void
  /** Where the clinic's recipe says whose signatures to believe. */
  readonly trustFolder?: string | undefined
}

/**
 * Makes each demonstration database once and says how to reach it. One of this version is never touched again, since
 * people have recorded things in it; one of another version is replaced, and that is said.
 */
export async function demonstrate({
  cluster,
  fresh,
  say,
  trustFolder,
}: DemonstrationOptions): Promise<readonly GovernedDatabase[]> {
  for (const recipe of recipes) await bringUp(cluster, recipe, { fresh, say, trustFolder })
  for (const role of logins) await letIn(cluster, role)
  return recipes.map(({ name, operations }) => ({
    name,
    scanUrl: urlAs(cluster, 'tabellion_scanner', name),
    recordsUrl: urlAs(cluster, 'tabellion_web', name),
    ...(operations ? { measureUrl: urlAs(cluster, 'tabellion_meter', name), operations } : {}),
  }))
}

/** A URL of the embedded server for one of our own login roles. */
export function urlAs(cluster: Cluster, role: string, database: string): string {
  const url = new URL(cluster.url(database))
  url.username = role
  url.password = passwordOf(role, cluster.password)
  return url.href
}

/** Whether the embedded server has a database of that name. */
export async function exists(cluster: Cluster, name: string): Promise<boolean> {
  const rows = await once(
    cluster,
    'postgres',
    `select 1 from pg_database where datname = ${escapeLiteral(name)}`,
  )
  return rows.length > 0
}

/** Gives a login role its password, as a SCRAM verifier so that no server log ever holds it; once, then it fits. */
async function letIn(cluster: Cluster, role: string) {
  const client = new Client({ connectionString: urlAs(cluster, role, recipes[0]?.name ?? 'postgres') })
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch {
    await once(
      cluster,
      'postgres',
      `alter role ${role} password '${scramVerifier(passwordOf(role, cluster.password))}'`,
    )
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Makes one demonstration database, unless one of this version is there. */
export async function bringUp(
  cluster: Pick<Cluster, 'url'>,
  recipe: Recipe,
  { fresh, say, trustFolder }: Omit<DemonstrationOptions, 'cluster'>,
): Promise<void> {
  const { name } = recipe
  const mark = `Demonstration of Tabellion, version ${versionOf(recipe)}`
  const [there] = await once(
    cluster,
    'postgres',
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = ${escapeLiteral(name)}`,
  )
  if (there && !fresh && there.mark === mark) return
  say(
    there && !fresh
      ? `The demonstration database ${name} is of another version: it is made anew, and what was recorded in it goes …`
      : `Loading the demonstration database ${name} (once) …`,
  )
  await make(cluster, recipe, mark, trustFolder)
}

/**
 * Under another name first, and renamed when it is whole: one that was cut off in the middle is thrown away by the next
 * start, and what was there before stays until then.
 */
async function make(
  cluster: Pick<Cluster, 'url'>,
  { name, load }: Recipe,
  mark: string,
  trustFolder: string | undefined,
) {
  const half = `${name}_being_made`
  const [made, wanted] = [escapeIdentifier(half), escapeIdentifier(name)]
  await once(cluster, 'postgres', `drop database if exists ${made} with (force)`)
  await once(cluster, 'postgres', `create database ${made}`)
  await load(cluster.url(half), { trustFolder })
  await once(cluster, 'postgres', `comment on database ${made} is ${escapeLiteral(mark)}`)
  await once(cluster, 'postgres', `drop database if exists ${wanted} with (force)`)
  await once(cluster, 'postgres', `alter database ${made} rename to ${wanted}`)
}

/** Runs statements as the superuser in one database; rows of the last one. */
export async function once(
  cluster: Pick<Cluster, 'url'>,
  database: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: cluster.url(database) })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const result: unknown = await client.query(sql)
    const last = Array.isArray(result) ? result.at(-1) : result
    return (last as { rows: Record<string, unknown>[] }).rows
  } finally {
    await client.end()
  }
}
