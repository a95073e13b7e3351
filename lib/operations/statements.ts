import type { Client } from 'pg'
import { withoutConstants } from './plan'

/** One statement as pg_stat_statements sums it up: its text normalised, its times in milliseconds. */
export interface StatementTimes {
  readonly text: string
  readonly calls: number
  readonly total: number
  readonly mean: number
  readonly rows: number
}

/** The statements of this database that took most time together; or why nobody can say. */
export type TopStatements =
  | { readonly state: 'read'; readonly statements: readonly StatementTimes[]; readonly since: string | null }
  | { readonly state: 'missing' | 'denied' }

/**
 * Reads `pg_stat_statements`, whatever schema it lives in. Only statements about rows are listed: a utility statement is
 * kept as it was written, passwords included. Constants are taken out of the others once more.
 */
export async function topStatements(client: Client, most = 15): Promise<TopStatements> {
  const { rows: found } = await client.query(
    `select quote_ident(n.nspname) as schema, has_schema_privilege(n.oid, 'usage') as usable
       from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements'`,
  )
  const [extension] = found as { schema: string; usable: boolean }[]
  if (!extension) return { state: 'missing' }
  if (!extension.usable) return { state: 'denied' }
  try {
    await client.query(
      `begin read only; set local statement_timeout = '5s'; set local lock_timeout = '100ms'`,
    )
    const { rows } = await client.query(
      `select s.query as text, s.calls::float8, s.total_exec_time as total, s.mean_exec_time as mean, s.rows::float8
         from ${extension.schema}.pg_stat_statements s
        where s.dbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
          and s.query ~* '^\\s*(/\\*.*\\*/)?\\s*(select|with|insert|update|delete|merge)\\y'
        order by s.total_exec_time desc
        limit $1`,
      [most],
    )
    const { rows: reset } = await client.query(
      `select stats_reset::text as since from ${extension.schema}.pg_stat_statements_info`,
    )
    const statements = (rows as StatementTimes[]).map((one) => ({
      ...one,
      text: withoutConstants(one.text).slice(0, 2000),
    }))
    // A role without pg_read_all_stats sees everybody's times but not their texts.
    if (statements.length > 0 && statements.every((one) => one.text === '<insufficient privilege>'))
      return { state: 'denied' }
    return {
      state: 'read',
      statements,
      since: (reset[0] as { since: string | null } | undefined)?.since ?? null,
    }
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '42501') return { state: 'denied' }
    // Installed, but the library is not loaded.
    if (code === '55000') return { state: 'missing' }
    throw error
  } finally {
    await client.query('rollback')
  }
}
