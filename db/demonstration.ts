import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import type { GovernedDatabase } from '@/lib/env'
import type { Cluster } from './cluster'
import { passwordOf } from './kept-secret'
import { scramVerifier } from './migrate'
import { recipes, type Recipe } from './recipes'

/** Who the web process is in the governed demonstration databases; their passwords come from the server's secret. */
const logins = ['tabellion_scanner', 'tabellion_web', 'tabellion_meter'] as const

export interface DemonstrationOptions {
  readonly cluster: Cluster
  /** Throw away what is there and make it anew. */
  readonly fresh: boolean
  readonly say: (text: string) => void
}

/**
 * Makes each demonstration database once and says how to reach it. A database is made under another name and renamed
 * when it is whole, so one that was cut off in the middle is thrown away by the next start; one that is there is never
 * touched again, since people have recorded things in it.
 */
export async function demonstrate({
  cluster,
  fresh,
  say,
}: DemonstrationOptions): Promise<readonly GovernedDatabase[]> {
  for (const recipe of recipes) {
    if (fresh)
      await once(cluster, 'postgres', `drop database if exists ${escapeIdentifier(recipe.name)} with (force)`)
    if (await exists(cluster, recipe.name)) continue
    say(`Loading the demonstration database ${recipe.name} (once) …`)
    await make(cluster, recipe)
  }
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

async function make(cluster: Cluster, { name, load }: Recipe) {
  const half = `${name}_being_made`
  await once(cluster, 'postgres', `drop database if exists ${escapeIdentifier(half)} with (force)`)
  await once(cluster, 'postgres', `create database ${escapeIdentifier(half)}`)
  await load(cluster.url(half))
  await once(
    cluster,
    'postgres',
    `alter database ${escapeIdentifier(half)} rename to ${escapeIdentifier(name)}`,
  )
}

/** Runs statements as the superuser in one database; rows of the last one. */
export async function once(
  cluster: Cluster,
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
