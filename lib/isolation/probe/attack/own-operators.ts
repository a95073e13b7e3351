import { ident, literal } from '@/lib/clone/spelling'
import type { Identity } from '../session/identity'
import type { Raid } from '../observe/raid'
import { ownRoutines } from '../schema/scope'

/** Types that tenants and keys have. */
const compared = ['integer', 'bigint', 'text', 'uuid']

/**
 * A session that makes operators of its own and puts their schema first: a function that takes the caller's path, and runs with the
 * rights of its owner, then compares by what the caller says is equal.
 */
export async function ownOperators(raid: Raid): Promise<Identity[]> {
  const { identity, arena, scope } = raid
  const isFooled = ownRoutines(scope.snapshot).some(
    ({ atomic, settings, definer, language }) =>
      definer && !atomic && settings['search_path'] === undefined && ['sql', 'plpgsql'].includes(language),
  )
  if (!isFooled) return []
  const [place] = await arena.ask<{ schema: string }>(
    `select nspname as schema from pg_catalog.pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema'
        and pg_catalog.has_schema_privilege(${literal(identity.role)}, oid, 'CREATE')
        and pg_catalog.has_schema_privilege(${literal(identity.role)}, oid, 'USAGE')
      order by nspname limit 1`,
  )
  if (!place) return []
  const schema = ident(place.schema)
  const operators = compared.flatMap((type) => [
    `create function ${schema}.tabellion_same(${type}, ${type}) returns boolean language sql as 'select true'`,
    `create operator ${schema}.= (function = ${schema}.tabellion_same, leftarg = ${type}, rightarg = ${type})`,
  ])
  return [
    { ...identity, own: [...identity.own, ...operators, `set search_path = ${schema}, pg_catalog, public`] },
  ]
}
