import type { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import { ident } from '@/lib/clone/spelling'

export const silent = 'set local session_replication_role = replica'
export const loud = 'set local session_replication_role to default'

/** Statements of a superuser's transaction that fire nothing: no foreign key, no trigger of a calm table. */
export const quietly = (statements: readonly string[]): string[] => [silent, ...statements, loud]

/**
 * Lets triggers that fire in a replica's session too fire nowhere else than in an ordinary one, where nobody who is
 * looked at sees a difference: rows can then be arranged without altering a table each time.
 */
export async function calm(client: Client, { relations, routines, roleSettings }: Snapshot): Promise<void> {
  const differs = /\bsession_replication_role\b/i
  const seen =
    roleSettings.some(({ name }) => differs.test(name)) ||
    routines.some(({ body, settings }) => differs.test(`${body} ${Object.keys(settings).join(' ')}`))
  if (seen) return
  const statements = relations.flatMap(({ id, triggers }) =>
    triggers.flatMap(({ name, enabled }) =>
      enabled === 'always'
        ? [`alter table ${id} enable trigger ${ident(name)}`]
        : enabled === 'replica'
          ? [`alter table ${id} disable trigger ${ident(name)}`]
          : [],
    ),
  )
  for (const sql of statements) await taken(client, sql)
}

/** True when the server took it; that it refuses is no error: the clone may lack what is named. */
export async function taken(client: Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql)
    return true
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return false
  }
}

/** Runs `work` while no event trigger of the clone fires: what is arranged there is not theirs to follow. */
export async function withoutEventTriggers(client: Client, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; how: string }>(
    `select evtname as name, case evtenabled when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end as how
       from pg_catalog.pg_event_trigger where evtenabled <> 'D'`,
  )
  const each = (how: (row: { name: string; how: string }) => string) =>
    rows.map((row) => `alter event trigger ${ident(row.name)} ${how(row)}`).join(';\n')
  await client.query(each(() => 'disable'))
  await work()
  await client.query(each(({ how }) => how))
}
