import type { Client } from 'pg'

/** `full`: every duty has its own role. `single`: the login may not make roles, so it acts for all of them. */
export type StoreMode = 'full' | 'single'

/** The store cannot be brought up to date; the message is one sentence that says why. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/** Roles of the store; the login may only become one of the duties, and owns nothing. */
export const duties = ['tabellion_auth', 'tabellion_reader', 'tabellion_writer', 'tabellion_system'] as const
export const owner = 'tabellion_owner'
export const login = 'tabellion_store'

/** Decides the mode: what the schema was made with, else whether this login may make and use the roles. */
export async function prepareRoles(client: Client, notes: string[]): Promise<StoreMode> {
  const [schema] = await rows<{ owner: string }>(
    client,
    `select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = 'tabellion'`,
  )
  if (schema && schema.owner !== owner && !(await isEmpty(client))) {
    notes.push(reduced)
    return 'single'
  }
  try {
    await makeRoles(client)
    return 'full'
  } catch (error) {
    const { code } = error as { code?: string }
    if (code !== '42501') throw error
    if (schema?.owner === owner) {
      throw new MigrationRefused(
        `This login may not act as ${owner}, which owns the schema tabellion: migrate with the login that made it.`,
      )
    }
    notes.push(reduced)
    return 'single'
  }
}

const reduced =
  'The store runs in reduced mode: its login may not create roles, so one login stands for every duty. Row-level ' +
  'security is enabled and forced all the same, but a program error can take another duty. To leave it: ' +
  'alter role <login> createrole, before the schema tabellion is made.'

const isEmpty = async (client: Client) =>
  (await rows(client, `select from pg_class where relnamespace = 'tabellion'::regnamespace limit 1`))
    .length === 0

/** Roles are shared by every database of the server, so another migration may make the same ones at this moment. */
async function makeRoles(client: Client) {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query('begin')
      const [facts] = await rows<{
        version: number
        missing: string[]
        unused: string[]
        store_unused: string[]
      }>(
        client,
        `select current_setting('server_version_num')::int as version,
                array(select wanted from unnest($1::text[]) wanted
                       where not exists (select from pg_roles where rolname = wanted)) as missing,
                array(select rolname::text from pg_roles
                       where rolname = any ($1) and rolname <> $2
                         and not (select rolsuper from pg_roles where rolname = current_user)
                         and not exists (select from pg_auth_members m where m.roleid = pg_roles.oid
                                                and m.member = current_user::regrole)) as unused,
                array(select duty from unnest($3::text[]) duty
                       where not exists (select from pg_auth_members m join pg_roles r on r.oid = m.roleid
                                          join pg_roles u on u.oid = m.member
                                         where r.rolname = duty and u.rolname = $2)) as store_unused`,
        [[owner, login, ...duties], login, duties],
      )
      if (!facts) throw new Error('the roles could not be read')
      for (const role of facts.missing) {
        await client.query(`create role ${role} ${role === login ? 'login noinherit' : 'nologin'}`)
      }
      const own = [...new Set([...facts.unused, ...facts.missing])].filter((role) => role !== login)
      const mayUse = await rows<{ super: boolean }>(
        client,
        `select rolsuper as super from pg_roles where rolname = current_user`,
      )
      if (own.length > 0 && !mayUse[0]?.super) {
        const options = facts.version >= 160000 ? ' with set true, inherit false' : ''
        await client.query(`grant ${own.join(', ')} to current_user${options}`)
      }
      if (facts.store_unused.length > 0)
        await client.query(`grant ${facts.store_unused.join(', ')} to ${login}`)
      await client.query('commit')
      return
    } catch (error) {
      await client.query('rollback')
      const { code, message } = error as { code?: string; message?: string }
      const raced =
        code === '42710' || code === '23505' || (code === 'XX000' && /concurrently/.test(message ?? ''))
      if (!raced || attempt === 20) throw error
      await new Promise((later) => setTimeout(later, 20 * attempt))
    }
  }
}

/** Rows of one statement. */
export async function rows<Row extends object>(
  client: Client,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(sql, values)).rows
}
