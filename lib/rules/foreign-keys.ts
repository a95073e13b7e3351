import type { Constraint, ForeignKey, ReferentialAction, Relation } from '@/lib/catalog/types-relation'
import { freshName } from './audited'
import type { Facts } from './facts'
import { qualified, quote } from './identity'
import { servedBy } from './trees'

export type ForeignConstraint = Constraint & { readonly references: ForeignKey }

/** Foreign keys that were declared on this table itself: clones of a partitioned parent's key are judged there. */
export const foreignKeysOf = (table: Relation): readonly ForeignConstraint[] =>
  table.constraints.filter(
    (c): c is ForeignConstraint => c.kind === 'foreign' && c.references !== null && !c.inherited,
  )

/** Does the key bind the tenant of the child to the tenant of the parent? */
export const bindsTenant = (key: ForeignConstraint, childTenant: string, parentTenant: string): boolean =>
  key.columns.some((column, at) => column === childTenant && key.references.columns[at] === parentTenant)

/** Quoted names, for a column list. */
export const list = (names: readonly string[]) => names.map(quote).join(', ')

const say = (when: string, action: ReferentialAction) =>
  action === 'no action' ? '' : ` on ${when} ${action}`

/** ` on delete … on update …` of a key, without what is the default. */
function actions(key: ForeignKey, setNull: readonly string[], version: number): string {
  // Since 15 SET NULL may spare the tenant column, which is NOT NULL.
  const columns = key.onDelete === 'set null' && version >= 150_000 ? ` (${list(setNull)})` : ''
  return `${say('delete', key.onDelete)}${columns}${say('update', key.onUpdate)}`
}

/**
 * Statements that replace a plain foreign key by one that carries the tenant: a unique key on the parent where it has
 * none, an index on the child where it has none, the new key, validated, and the old one dropped.
 */
export function tenantSafeKey(
  facts: Facts,
  child: Relation,
  parent: Relation,
  key: ForeignConstraint,
  childTenant: string,
  parentTenant: string,
): string[] {
  const columns = [childTenant, ...key.columns]
  const target = [parentTenant, ...key.references.columns]
  const childId = qualified(child.schema, child.name)
  const parentId = qualified(parent.schema, parent.name)
  const name = quote(
    freshName(
      `${key.name}_${childTenant}`,
      child.constraints.map((c) => c.name),
    ),
  )
  return [
    ...(hasUniqueKey(parent, target) ? [] : [`alter table ${parentId} add unique (${list(target)})`]),
    ...(servedBy(facts, child, columns) ? [] : [indexSql(child, columns)]),
    `alter table ${childId} add constraint ${name} foreign key (${list(columns)}) references ${parentId} (${list(target)})${actions(key.references, key.columns, facts.snapshot.server.version)}${child.kind === 'partitioned' ? '' : ' not valid'}`,
    ...(child.kind === 'partitioned' ? [] : [`alter table ${childId} validate constraint ${name}`]),
    `alter table ${childId} drop constraint ${quote(key.name)}`,
  ]
}

/** A unique key over exactly these columns, in any order, that a foreign key may point at. */
export const hasUniqueKey = (table: Relation, columns: readonly string[]): boolean =>
  table.indexes.some(
    (index) =>
      index.unique &&
      index.valid &&
      index.predicate === null &&
      index.keys.length === columns.length &&
      columns.every((column) => index.keys.some((k) => k.column === column)),
  )

/** CONCURRENTLY where PostgreSQL allows it: not on a partitioned table. */
export const indexSql = (table: Relation, columns: readonly string[]): string =>
  `create index ${table.kind === 'partitioned' ? '' : 'concurrently '}on ${qualified(table.schema, table.name)} (${list(columns)})`

export const indexLock = (table: Relation): string =>
  table.kind === 'partitioned'
    ? 'SHARE on every partition while the index is built: writes wait, reads go on'
    : 'SHARE UPDATE EXCLUSIVE (CONCURRENTLY): reads and writes go on; not inside a transaction'
