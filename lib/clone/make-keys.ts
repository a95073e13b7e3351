import type { Constraint, Index, IndexKey, Relation } from '@/lib/catalog/types-relation'
import { isStored } from './make-tables'
import { ident, idents } from './spelling'
import { build, govern, type Statement } from './statement'

const part = (relation: Relation, kind: string, name: string) => `${relation.id} ${kind} ${ident(name)}`

const add = (relation: Relation, constraint: Constraint, definition: string) =>
  build(
    part(relation, 'constraint', constraint.name),
    `alter table ${constraint.kind === 'foreign' ? '' : 'only '}${relation.id} add constraint ${ident(constraint.name)} ${definition}`,
  )

/** What follows `add constraint name`: of a check, a key or a foreign key as it was. */
export function constraintSql(relation: Relation, each: Constraint): string {
  if (each.definition !== undefined) return each.definition
  if (each.kind === 'check') return `check (${each.expression})${tail(each)}`
  if (each.kind === 'not null')
    return `not null ${ident(each.columns[0] ?? '')}${each.validated ? '' : ' not valid'}`
  return each.kind === 'foreign' ? foreignSql(each) : keySql(relation, each)
}

/** Checks, inherited ones too: a child needs them before it finds its parent. */
export const checkStatements = (relations: readonly Relation[]): Statement[] =>
  relations.filter(isStored).flatMap((relation) =>
    relation.constraints.flatMap((each) => {
      const wanted = each.kind === 'check' || (each.kind === 'not null' && !each.validated)
      return wanted ? add(relation, each, constraintSql(relation, each)) : []
    }),
  )

/** Primary keys, unique and exclusion constraints of each table alone; `indexStatements` joins them to a tree. */
export const keyStatements = (relations: readonly Relation[]): Statement[] =>
  relations
    .filter(isStored)
    .flatMap((relation) =>
      relation.constraints
        .filter((each) => ['primary', 'unique', 'exclusion'].includes(each.kind))
        .map((each) => add(relation, each, constraintSql(relation, each))),
    )

function keySql(relation: Relation, constraint: Constraint): string {
  const index = relation.indexes.find((each) => each.constraint === constraint.name)
  return [
    constraint.kind === 'primary' ? 'primary key' : 'unique',
    index?.nullsNotDistinct ? ' nulls not distinct' : '',
    ` (${idents(constraint.columns.filter((name) => !index?.include.includes(name)))})`,
    index && index.include.length > 0 ? ` include (${idents(index.include)})` : '',
    tail(constraint),
  ].join('')
}

/** Foreign keys, where they were made: partitions get theirs from the parent. */
export const foreignStatements = (relations: readonly Relation[]): Statement[] =>
  relations
    .filter(isStored)
    .flatMap((relation) =>
      relation.constraints
        .filter((each) => each.kind === 'foreign' && !each.inherited && each.references !== null)
        .map((each) => add(relation, each, constraintSql(relation, each))),
    )

function foreignSql(constraint: Constraint): string {
  const to = constraint.references
  if (!to) return ''
  return [
    `foreign key (${idents(constraint.columns)}) references ${to.relation} (${idents(to.columns)})`,
    to.match === 'simple' ? '' : ` match ${to.match}`,
    to.onUpdate === 'no action' ? '' : ` on update ${to.onUpdate}`,
    to.onDelete === 'no action' ? '' : ` on delete ${to.onDelete}`,
    tail(constraint),
  ].join('')
}

const tail = (constraint: Constraint) =>
  `${constraint.deferrable ? ' deferrable' : ''}${
    constraint.enforced ? (constraint.validated ? '' : ' not valid') : ' not enforced'
  }`

/** Indexes that no constraint brings, then the tree of partitioned ones, then what replication goes by. */
export function indexStatements(relations: readonly Relation[]): Statement[] {
  const all = relations.flatMap((relation) => relation.indexes.map((index) => ({ relation, index })))
  return [
    ...all
      .filter(({ index }) => index.constraint === null)
      .map(({ relation, index }) => build(`index ${index.id}`, indexSql(relation, index))),
    ...all.flatMap(({ index }) =>
      index.parent === null
        ? []
        : build(`index ${index.id}`, `alter index ${index.parent} attach partition ${index.id}`),
    ),
    ...relations.flatMap((relation) => {
      if (relation.replicaIdentity === 'default' || !isStored(relation) || relation.kind === 'foreign')
        return []
      const index = relation.indexes.find((each) => each.replicaIdentity)
      const by =
        relation.replicaIdentity === 'index' && index
          ? `using index ${ident(index.name)}`
          : relation.replicaIdentity
      return build(relation.id, `alter table only ${relation.id} replica identity ${by}`)
    }),
  ]
}

/** CREATE INDEX as it was, of an index that no constraint brings. */
export function indexSql(relation: Relation, index: Index, how: '' | 'concurrently ' = ''): string {
  return [
    `create ${index.unique ? 'unique ' : ''}index ${how}${ident(index.name)}`,
    ` on ${relation.kind === 'partitioned' ? 'only ' : ''}${relation.id} using ${ident(index.method)}`,
    ` (${index.keys.map(keyPart).join(', ')})`,
    index.include.length > 0 ? ` include (${idents(index.include)})` : '',
    index.nullsNotDistinct ? ' nulls not distinct' : '',
    index.predicate === null ? '' : ` where ${index.predicate}`,
  ].join('')
}

function keyPart(key: IndexKey): string {
  const order = key.descending
    ? key.nullsFirst
      ? ' desc'
      : ' desc nulls last'
    : key.nullsFirst
      ? ' nulls first'
      : ''
  return [
    key.column === null ? `(${key.expression})` : ident(key.column),
    key.collation === null ? '' : ` collate ${key.collation}`,
    key.opclass === '' ? '' : ` ${key.opclass}`,
    order,
  ].join('')
}

/** A build that failed leaves an invalid index; the catalog of a clone is told so. */
export const invalidStatements = (relations: readonly Relation[]): Statement[] =>
  relations
    .filter((relation) => relation.kind !== 'partitioned')
    .flatMap((relation) => relation.indexes)
    .filter((index) => !index.valid || !index.ready || !index.live)
    .map((index) =>
      govern(
        `index ${index.id}`,
        `update pg_catalog.pg_index set indisvalid = ${index.valid}, indisready = ${index.ready}, indislive = ${index.live}
          where indexrelid = '${index.id.replaceAll("'", "''")}'::regclass`,
      ),
    )
