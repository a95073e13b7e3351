import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import { rolesOf } from '@/lib/rules/roles'
import type { Force } from './battery'
import { callable, callsOf } from '../calls/calls'
import { isReached, opened, opening } from './dictated'
import { names } from '../schema/mentions'
import type { Raid } from '../observe/raid'
import { reachableRoles } from './variants'

const most = 12

/**
 * Who may send any SQL and put triggers on a table has whoever changes it next run a function of its own: here it opens a
 * relation, and is set off by a function that changes the table with the rights of its owner.
 */
export async function planted(raid: Raid, relation: Relation, force: Force): Promise<void> {
  if (isReached(raid, relation)) return
  const { identity, scope } = raid
  const roles = rolesOf(scope.snapshot)
  const mine = [...reachableRoles(identity, scope.snapshot)]
  const open = scope.snapshot.relations.filter(
    ({ kind, owner, grants }) =>
      ['table', 'partitioned'].includes(kind) &&
      (mine.includes(owner) || mine.some((role) => roles.holds(role, grants, 'TRIGGER'))),
  )
  if (open.length === 0) return
  const movers = (await callable(raid)).filter(
    ({ definer, owner, body }) =>
      definer && !mine.includes(owner) && open.some((each) => names(body ?? '', each)),
  )
  for (const routine of movers)
    for (const table of open.filter((each) => names(routine.body ?? '', each)))
      for (const { sql } of callsOf(raid, routine, 4).slice(0, most)) {
        const moves = [...plant(table, opening(relation, identity.role)), sql]
        const effect = {
          en: `${routine.id} changes ${table.id}, where the caller's own trigger then runs as ${routine.owner}`,
          pt: `${routine.id} altera ${table.id}, onde então roda o gatilho de quem chama, como ${routine.owner}`,
        }
        if (await opened(raid, relation, { as: identity, sql: moves.join(';\n'), effect }, force)) return
      }
}

const plant = (table: Relation, sql: string): string[] => [
  `create function pg_temp.tabellion_planted() returns trigger language plpgsql as $planted$ begin ${sql};
     return coalesce(new, old); exception when others then return coalesce(new, old); end $planted$`,
  `create trigger "000_planted" before insert or update or delete on ${ident(table.schema)}.${ident(table.name)}
     for each row execute function pg_temp.tabellion_planted()`,
]
