import type { Client } from 'pg'
import type { Left } from '@/lib/clone/statement'
import type { Setup, TableContent } from '../../types'
import { refreshes } from '../schema/refreshes'
import type { Domains } from '../schema/domain'
import { Lawful } from './lawful'
import { calm, taken, withoutEventTriggers } from '../session/quiet'
import { belongings, usersOf } from './scene'
import { Seeder } from './seed'

export interface Supplies {
  readonly content?: readonly TableContent[]
  readonly signal?: AbortSignal
}

/**
 * Fills the clone: what was given of support tables, who belongs where, made-up rows for the rest, views from them.
 * Answers with what it lacks nevertheless.
 */
export async function prepare(
  client: Client,
  domains: Domains,
  setup: Setup,
  { content = [], signal }: Supplies,
): Promise<Left[]> {
  const { snapshot } = domains.scope
  const users = await usersOf(client, snapshot, setup)
  const belonging = belongings(setup, users, content)
  const empty: string[] = []
  await withoutEventTriggers(client, async () => {
    await calm(client, snapshot)
    await new Seeder(client, domains, content, belonging, new Lawful(domains, users), signal).run()
    await client.query('set session_replication_role = origin')
    for (const sql of refreshes(domains.scope)) if (!(await taken(client, sql))) empty.push(sql)
  })
  return empty.map((sql) => ({
    object: sql.replace(/^refresh /, 'the content of '),
    why: {
      en: 'It cannot be worked out of the rows that were made up.',
      pt: 'Não se obtém das linhas inventadas.',
    },
  }))
}
