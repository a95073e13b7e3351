import type { Routine } from '@/lib/catalog/types-object'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import { compare } from '../calls/dependence'
import { tablesFor } from '../calls/call-values'
import { functionLooks, viewLooks } from '../calls/looks'
import { Lawful } from '../fill/lawful'
import type { Raid, Statement } from '../observe/raid'
import type { Influence } from '../schema/influence'
import { nearTenants } from '../schema/near-tenants'
import { foreignKeys, spread } from '../schema/plan-rows'
import { basesOf, isHidden, type Scope } from '../schema/scope'
import { insertSql, only } from '../schema/statements'
import { renewed, templatesOf, type Values } from '../schema/templates'
import { quietly } from '../session/quiet'
import { attempts } from './battery'
import { chains } from './chains'
import { leftWith, tablesOf } from './narrowed'
import { stillOpen, type IsOpen } from './still-open'

/** Rows that are made for all tables together. */
const rows = 1_500

/** Rows of each table that are copied. */
const few = 3

/**
 * Tenants that a condition could take for one's own, though they are others, and nothing else of others: what has not crossed
 * and is not proved is tried again among them. Their rows come as an import would put them, through all constraints and triggers.
 */
export async function amongNearTenants(
  raid: Raid,
  influence: Influence,
  isOpen: IsOpen,
  budget: number,
): Promise<void> {
  const { scope, arena } = raid
  const left = stillOpen(raid, isOpen)
  const { principal } = raid.identity
  const others = [
    ...scope.tenants.filter((each) => isHidden(each, principal, scope.setup)).slice(0, 1),
    ...principal.tenants.slice(0, 2).flatMap((each) => nearTenants(scope, each)),
  ]
  const read = scope.attacked.filter(({ id }) => left.to(id, 'SELECT'))
  const written = scope.attacked.filter(({ id }) => left.toWrite(id))
  const looks = [
    ...(await viewLooks(
      raid,
      read.filter(({ kind }) => kind === 'view' || kind === 'matview'),
    )),
    ...([...scope.declaredRoutines].some((id) => left.to(id, 'SELECT'))
      ? await functionLooks(raid, 6, budget)
      : []),
  ].filter(({ target }) => left.to(target, 'SELECT'))
  if (read.length + written.length + looks.length === 0) return
  const functions = looks.flatMap(({ target }) => scope.snapshot.routines.filter(({ id }) => id === target))
  const made = await copies(raid, others, involved(scope, [...read, ...written], functions))
  const drafts = [...made].flatMap(([id, all]) =>
    all.map(({ values }) => insertSql(id, values, ' on conflict do nothing', true)),
  )
  if (drafts.length === 0) return
  const { statements, tables } = leftWith(raid, influence, { own: 1_000, others: 0 })
  if (tables.length === 0) return
  const until = arena.attempts + budget
  const whole = `do ${literal(`begin ${drafts.map(taking).join(' ')} end`)}`
  await arena.arrange([...quietly(statements), whole], tables)
  try {
    for (const relation of read) if (arena.attempts < until) await raid.read(relation)
    await compare(raid, looks)
    if (read.some(({ id }) => left.to(id, 'SELECT'))) await chains(raid, influence, Math.min(200, budget))
    for (const relation of written)
      for (const statement of [
        ...(await again(raid, relation, made.get(relation.id) ?? [])),
        ...(await attempts(raid, relation, { rows: 4, statements: 24 })),
      ]) {
        if (arena.attempts >= until) break
        if (statement.command === null || left.to(relation.id, statement.command))
          await raid.write(relation.id, statement)
      }
  } finally {
    await arena.back()
  }
}

const taking = (sql: string) => `begin ${sql}; exception when others then null; end;`

/** A row like one of the session's own, of another tenant. */
interface Copy {
  readonly tenant: string
  readonly values: Values
}

/** The same rows as the session itself would make them, one for each tenant. */
async function again(raid: Raid, relation: Relation, made: readonly Copy[]): Promise<readonly Statement[]> {
  const { insert } = await raid.rights.of(raid.identity.role, relation.id)
  if (insert.length === 0) return []
  const templates = templatesOf(raid, relation, 1)
  return [...byTenant(made).values()].map((values) => ({
    sql: insertSql(relation.id, only(renewed(raid, relation, templates, values), insert)),
    command: 'INSERT',
  }))
}

/** The first copy of each. */
const byTenant = (made: readonly Copy[]) =>
  new Map(made.toReversed().map(({ tenant, values }) => [tenant, values]))

/** The session's own rows once more as those of each of these tenants, parents before what points to them. */
async function copies(
  raid: Raid,
  others: readonly string[],
  among: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Copy[]>> {
  const tables = tablesOf(raid.scope).filter(
    ({ relation }) => !relation.isPartition && among.has(relation.id),
  )
  const each = Math.max(2, Math.floor(rows / Math.max(1, tables.length)))
  const lawful = new Lawful(raid.domains, new Map())
  const out = new Map<string, readonly Copy[]>()
  const first = new Map<string, ReadonlyMap<string, Values>>()
  for (const { relation } of tables) {
    const templates = templatesOf(raid, relation, 60)
    const given = relation.columns.filter(({ generated }) => !generated).map(({ name }) => name)
    const made = spread(
      (await shownFirst(raid, relation, templates.own)).flatMap((row) =>
        others.map((tenant) => ({ row, tenant })),
      ),
      each,
    ).flatMap(({ row, tenant }) => {
      const values = new Map(only(renewed(raid, relation, templates, row), given))
      for (const name of given)
        if (raid.domains.isTenant(relation, name) && isOwn(raid, values.get(name))) values.set(name, tenant)
      for (const { columns, references } of foreignKeys(relation)) {
        const parent = first.get(references.relation)?.get(tenant)
        if (parent)
          columns.forEach((name, at) => values.set(name, parent.get(references.columns[at] ?? '') ?? null))
      }
      return lawful.allows(relation, values) ? [{ tenant, values }] : []
    })
    out.set(relation.id, made)
    first.set(relation.id, byTenant(made))
  }
  return out
}

/** The tables that these hang on: what views and functions read, what a policy asks, what rows point to. */
function involved(
  scope: Scope,
  relations: readonly Relation[],
  functions: readonly Routine[],
): ReadonlySet<string> {
  const found = new Set<string>(
    functions.flatMap((each) => tablesFor(scope, each).map(({ relation }) => relation.id)),
  )
  for (const { id } of relations) for (const base of basesOf(scope, id)) found.add(base)
  for (const id of found) {
    const relation = scope.relations.get(id)
    if (!relation) continue
    for (const parent of relation.parents) found.add(parent)
    for (const { references } of foreignKeys(relation)) found.add(references.relation)
    for (const { reads } of relation.policies) for (const each of reads) found.add(each.relation)
  }
  return found
}

/** A few of these rows, those first that the session sees: what is like one of them may be shown, too. */
async function shownFirst(
  raid: Raid,
  relation: Relation,
  own: readonly Values[],
): Promise<readonly Values[]> {
  const { select } = await raid.rights.of(raid.identity.role, relation.id)
  if (select.length === 0 || own.length <= few) return own.slice(0, few)
  const list = select.map((name) => `${ident(name)}::text`).join(', ')
  const { rows: seen } = await raid.try([`select array[${list}]::text[] as v from ${relation.id}`])
  const shown = new Set(seen.map(({ v }) => JSON.stringify(v)))
  const isShown = (row: Values) => shown.has(JSON.stringify(select.map((name) => row.get(name) ?? null)))
  return [...spread(own.filter(isShown), few - 1), ...own.filter((row) => !isShown(row))].slice(0, few)
}

const isOwn = ({ identity }: Raid, value: string | null | undefined) =>
  value != null && identity.principal.tenants.includes(value)
