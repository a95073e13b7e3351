import type { Snapshot } from '@/lib/catalog/types'
import type { Config } from '@/lib/config/schema'

/** Schemas that belong to a server, a platform or a tool, whatever is in them. */
const platform = new Set([
  'information_schema',
  '_realtime',
  'supabase_functions',
  'supabase_migrations',
  'graphql',
  'graphql_public',
  'pgsodium',
  'pgsodium_masks',
  'pgbouncer',
  'pgtle',
  '_analytics',
  '_supavisor',
  'neon',
  'neon_auth',
  'neon_migration',
  'hdb_catalog',
  'hdb_views',
  'drizzle',
  'pgboss',
  'graphile_worker',
  'graphile_migrate',
  'partman',
  'repack',
  'pglogical',
  'pglogical_origin',
  'spock',
  'google_ml',
  'tiger',
  'tiger_data',
  'topology',
  'columnar',
  'columnar_internal',
  'tabellion',
])

/** Schemas that are a platform's only where that platform's own schemas, roles or tables show it. */
const supabase = new Set(['auth', 'storage', 'realtime', 'vault', 'extensions', 'net', 'cron'])

/** Names of the governed schemas: configured, or all that are neither the server's, an extension's nor a platform's. */
export function governedSchemas(snapshot: Snapshot, config: Config): ReadonlySet<string> {
  const excluded = new Set(config.excludeSchemas ?? [])
  if (config.schemas) return new Set(config.schemas.filter((name) => !excluded.has(name)))
  const onPlatform = isSupabase(snapshot)
  const owners = new Map(snapshot.schemas.map((schema) => [schema.name, schema.owner]))
  return new Set(
    snapshot.schemas
      .filter((schema) => {
        const { name } = schema
        if (excluded.has(name) || platform.has(name)) return false
        if (name.startsWith('pg_') || name.startsWith('_timescaledb') || name.startsWith('timescaledb_'))
          return false
        if (schema.extension !== null && schema.extension !== 'plpgsql') return false
        if (supabase.has(name)) return !(onPlatform || (owners.get(name) ?? '').startsWith('supabase_'))
        return true
      })
      .map((schema) => schema.name),
  )
}

/** Supabase, or a schema written for it: its API roles exist and `auth` offers `uid()` or `jwt()`. */
export function isSupabase(snapshot: Snapshot): boolean {
  const roles = new Set(snapshot.roles.map((role) => role.name))
  if (!roles.has('anon') || !roles.has('authenticated')) return roles.has('supabase_admin')
  return snapshot.routines.some(
    (routine) => routine.schema === 'auth' && (routine.name === 'uid' || routine.name === 'jwt'),
  )
}
