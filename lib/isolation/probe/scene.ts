import type { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import type { Membership, Setup, TableContent } from '../types'
import { enter, identityOf, leave } from './identity'

/** What the membership's session expression says for each principal. */
export async function usersOf(
  client: Client,
  snapshot: Snapshot,
  setup: Setup,
): Promise<Map<string, string>> {
  const users = new Map<string, string>()
  if (!setup.membership) return users
  for (const principal of setup.principals) {
    const as = identityOf(principal, snapshot)
    await client.query('begin')
    try {
      const ask = `select (${setup.membership.session})::text as user`
      const results = (await client.query([...enter(as), ask, ...leave].join(';\n'))) as unknown as {
        rows: { user?: string | null }[]
      }[]
      const user = results.flatMap(({ rows }) => rows).find((row) => 'user' in row)?.user
      if (user) users.set(principal.name, user)
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error
    } finally {
      await client.query('rollback')
    }
  }
  return users
}

/** Rows that make each principal what the setup says it is, where the real ones were not given. */
export function memberships(
  { relation, user, tenant }: Membership,
  setup: Setup,
  users: ReadonlyMap<string, string>,
): TableContent {
  const rows = setup.principals.flatMap(({ name, tenants }) => {
    const who = users.get(name)
    return who === undefined ? [] : tenants.map((each) => ({ [user]: who, [tenant]: each }))
  })
  return { relation, rows }
}
