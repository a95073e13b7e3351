import { ident, literal } from '@/lib/clone/spelling'
import { attempts } from './battery'
import { compare } from '../calls/dependence'
import type { Influence } from '../schema/influence'
import { functionLooks, tableLooks, viewLooks } from '../calls/looks'
import { foreignKeys, inOrder } from '../schema/plan-rows'
import { quietly } from '../session/quiet'
import type { Raid } from '../observe/raid'
import { tenantSql, type Scope, type Table } from '../schema/scope'
import { stillOpen, type IsOpen } from './still-open'

/** Rows of each table that stay: one's own, and those of others. */
interface World {
  readonly own: number
  readonly others: number
}

const worlds: readonly World[] = [
  { own: 1, others: 1 },
  { own: 1, others: 2 },
  { own: 2, others: 1 },
  { own: 1, others: 40 },
  { own: 2, others: 3 },
  { own: 0, others: 40 },
]

/** Tables past which a world of few rows takes longer than it tells. */
const most = 120

/** Tables that are thinned for all principals together, one world after the other. */
const pains = 3_000

/**
 * Many rows hide what few would show: that one is the highest, that there is none, that a name is free. Where nothing has
 * crossed yet, and is not proved, it is tried again among few rows of each table.
 */
export async function narrowed(
  raid: Raid,
  influence: Influence,
  isOpen: IsOpen,
  budget: number,
): Promise<void> {
  const { scope, arena } = raid
  const left = stillOpen(raid, isOpen)
  const tables = tablesOf(scope)
  if (tables.length === 0 || tables.length > most) return
  const deciding = new Set<string>(influence.deciders().map(({ id }) => id))
  const until = arena.attempts + budget
  const views = scope.attacked.filter(({ kind }) => kind === 'view' || kind === 'matview')
  const all = [
    ...(await viewLooks(raid, views)),
    ...(await tableLooks(raid, influence)),
    ...(await functionLooks(raid, 6, budget)),
  ]
  const some = Math.max(1, Math.floor(pains / (tables.length * scope.setup.principals.length)))
  for (const [turn, world] of worlds.slice(0, some).entries()) {
    const looks = all.filter(({ target, ownRows }) => ownRows || left.to(target, 'SELECT'))
    const written = scope.attacked.filter(({ id }) => left.toWrite(id))
    if (looks.length + written.length === 0 || arena.attempts >= until) return
    await arena.arrange(
      quietly(tables.map((table) => thinned(raid, table, world, turn, deciding))),
      tables.map(({ relation }) => relation.id),
    )
    try {
      await compare(raid, looks)
      if (world.own !== 1) continue
      // Where little is left, more is tried of it: two columns changed together, in a table of one row.
      const statements = Math.min(120, Math.max(40, Math.floor(budget / Math.max(1, written.length))))
      for (const relation of written)
        for (const statement of await attempts(raid, relation, { rows: 1, statements })) {
          if (arena.attempts >= until) break
          if (statement.command === null || left.to(relation.id, statement.command))
            await raid.write(relation.id, statement)
        }
    } finally {
      await arena.back()
    }
  }
}

/** What empties the tables with tenants but of rows that say who the session is; nothing where there are too many. */
export const emptied = (raid: Raid, influence: Influence) => leftWith(raid, influence, { own: 0, others: 0 })

/** What leaves only some rows of the tables with tenants. */
export function leftWith(
  raid: Raid,
  influence: Influence,
  world: World,
): { readonly statements: string[]; readonly tables: string[] } {
  const deciding = new Set<string>(influence.deciders().map(({ id }) => id))
  const tables = tablesOf(raid.scope)
  const some = tables.length > most ? [] : tables
  return {
    statements: some.map((table) => thinned(raid, table, world, 0, deciding)),
    tables: some.map(({ relation }) => relation.id),
  }
}

/** Tables with tenants, those first that others point to. */
export function tablesOf({ tables }: Scope): readonly Table[] {
  const stored = [...tables.values()].filter(({ tenancy }) => tenancy !== null)
  const byId = new Map<string, Table>(stored.map((each) => [each.relation.id, each]))
  return inOrder(stored.map(({ relation }) => relation)).flatMap(({ id }) => byId.get(id) ?? [])
}

/** Leaves some rows of a table, chosen by chance; none that points nowhere, all by which it is decided who the session is. */
function thinned(
  raid: Raid,
  { relation, tenancy }: Table,
  { own, others }: World,
  turn: number,
  deciding: ReadonlySet<string>,
): string {
  const { setup } = raid.scope
  const { principal } = raid.identity
  const tenant = (alias: string) => tenantSql(tenancy, setup, alias)
  const mine = principal.tenants.map(literal).join(', ') || 'null'
  const stands = (alias: string) =>
    foreignKeys(relation)
      .filter(({ enforced, validated, off }) => enforced && validated && !off)
      .map(({ columns, references }, at) => {
        const empty = columns.map((name) => `${alias}.${ident(name)} is null`)
        const same = columns.map(
          (name, n) => `k${at}.${ident(references.columns[n] ?? '')} = ${alias}.${ident(name)}`,
        )
        const there = `exists (select from ${references.relation} k${at} where ${same.join(' and ')})`
        return ` and (${[...empty, there].join(' or ')})`
      })
      .join('')
  const some = (which: string, count: number) =>
    `t.ctid <> all (array(select s.ctid from only ${relation.id} s where ${which}${stands('s')}
      order by pg_catalog.md5(s.ctid::text || '${turn}') limit ${count}))`
  const says = toldOf(raid).map((value) => `pg_catalog.strpos(t::text, ${literal(value)}) > 0`)
  const tellsWho = says.length > 0 && deciding.has(relation.id) ? `not (${says.join(' or ')}) and ` : ''
  const isShared = setup.nullTenant !== 'foreign'
  const theirs = `coalesce(${tenant('s')} not in (${mine}), ${!isShared})`
  const shared = isShared ? ` and (${tenant('t')} is not null or not (true${stands('t')}))` : ''
  return `delete from only ${relation.id} t where ${tellsWho}${some(`${tenant('s')} in (${mine})`, own)}
    and ${some(theirs, others)}${shared}`
}

/** Texts of the session that say who it is, beside its tenants: settings, claims, its role. */
export function toldOf({ identity: { principal, settings, role }, scope }: Raid): readonly string[] {
  return [role, principal.login, ...Object.values(settings), ...Object.values(principal.claims ?? {})]
    .filter((value): value is string => typeof value === 'string' && value.length > 1)
    .filter((value) => !scope.tenants.includes(value) && !value.startsWith('{'))
}
