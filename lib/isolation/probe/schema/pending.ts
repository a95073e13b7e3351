import type { Column, Constraint, Relation } from '@/lib/catalog/types-relation'
import { constraintSql } from '@/lib/clone/make-keys'
import { ident } from '@/lib/clone/spelling'

/** Constraints that were never validated: rows that were there before them may break them. */
export const pending = (relation: Relation): readonly Constraint[] =>
  relation.constraints.filter(
    ({ kind, validated, enforced, inherited }) =>
      ['check', 'foreign', 'not null'].includes(kind) && enforced && !validated && !inherited,
  )

/** May a row hold NULL there that came before the column was NOT NULL? */
export const mayBeNull = (relation: Relation, column: Column) =>
  !column.notNull ||
  pending(relation).some(({ kind, columns }) => kind === 'not null' && columns.includes(column.name))

/** For each of them what takes it away, so that such rows can come, and what puts it back as it was. */
export const withoutPending = (relations: readonly Relation[]): readonly { drop: string; add: string }[] =>
  relations.flatMap((relation) =>
    pending(relation).map((each) => ({
      drop: `alter table ${relation.id} drop constraint ${ident(each.name)}`,
      add: `alter table ${relation.id} add constraint ${ident(each.name)} ${constraintSql(relation, each)}`,
    })),
  )
