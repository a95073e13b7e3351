import type { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import type { Membership, Setup, TableContent } from '../../types'
import { enter, identityOf, leave } from '../session/identity'
import { limited } from '../session/limited'

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
      const asked = () => client.query([...enter(as), ask, ...leave].join(';\n'))
      const results = (await limited(client, asked)) as unknown as {
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

/** Who belongs where, that the given content does not say already. */
export interface Belonging {
  readonly membership: Membership
  readonly rows: readonly { readonly user: string; readonly tenant: string }[]
}

export function belongings(
  setup: Setup,
  users: ReadonlyMap<string, string>,
  content: readonly TableContent[],
): Belonging | null {
  const { membership } = setup
  if (!membership) return null
  const known = content.find(({ relation }) => relation === membership.relation)?.rows ?? []
  const rows = setup.principals.flatMap(({ name, tenants }) => {
    const user = users.get(name)
    if (user === undefined || known.some((row) => row[membership.user] === user)) return []
    return tenants.map((tenant) => ({ user, tenant }))
  })
  const distinct = [...new Map(rows.map((row) => [`${row.user} ${row.tenant}`, row])).values()]
  return { membership, rows: distinct }
}
