import type { Kysely } from 'kysely'
import { connection } from './client'
import type { StoreTables } from './types'

/**
 * The connection of the sign-in library, which runs its own statements: every connection acts as `tabellion_auth`,
 * which reaches users, sessions, credentials and nothing else. No other code may use it.
 */
export const signInDatabase = (url: string): Kysely<StoreTables> =>
  connection<StoreTables>(
    url,
    'sign-in',
    5,
    `select set_config('search_path', 'tabellion, pg_temp', false),
            set_config('tabellion.duty', 'auth', false),
            set_config('tabellion.component', 'sign-in', false),
            set_config('statement_timeout', '10s', false),
            set_config('lock_timeout', '3s', false),
            set_config('role', case when pg_catalog.pg_get_userbyid(nspowner) = 'tabellion_owner'
                                    then 'tabellion_auth' else current_user end, false)
       from pg_catalog.pg_namespace
      where nspname = 'tabellion'`,
  )
