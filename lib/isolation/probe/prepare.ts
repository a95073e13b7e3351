import type { Client } from 'pg'
import type { Setup, TableContent } from '../types'
import { refreshes } from './refreshes'
import type { Domains } from './domain'
import { Lawful } from './lawful'
import { calm, taken, withoutEventTriggers } from './quiet'
import { belongings, usersOf } from './scene'
import { Seeder } from './seed'

export interface Supplies {
  readonly content?: readonly TableContent[]
  readonly signal?: AbortSignal
}

/** Fills the clone: what was given of support tables, who belongs where, made-up rows for the rest, views from them. */
export async function prepare(
  client: Client,
  domains: Domains,
  setup: Setup,
  { content = [], signal }: Supplies,
): Promise<void> {
  const { snapshot } = domains.scope
  const users = await usersOf(client, snapshot, setup)
  const belonging = belongings(setup, users, content)
  await withoutEventTriggers(client, async () => {
    await calm(client, snapshot)
    await new Seeder(client, domains, content, belonging, new Lawful(domains, users), signal).run()
    await client.query('set session_replication_role = origin')
    for (const sql of refreshes(domains.scope)) await taken(client, sql)
  })
}
