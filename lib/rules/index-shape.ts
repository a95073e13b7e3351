import type { Index, IndexKey } from '@/lib/catalog/types-relation'

/** What makes two key parts the same to the planner. */
export const keyText = (key: IndexKey): string =>
  JSON.stringify([key.column, key.expression, key.opclass, key.collation, key.descending, key.nullsFirst])

/** What makes two indexes of one table do the same work; uniqueness and storage options apart. */
export const shapeOf = (index: Index): string =>
  JSON.stringify([index.method, index.keys.map(keyText), [...index.include].sort(), index.predicate])

/** Nothing but speed hangs on it: no constraint, no uniqueness, no replica identity, no partitioned parent. */
export const isDroppable = (index: Index): boolean => isDroppableUnique(index) && !index.unique

/** As `isDroppable`, for an index that may be unique without being a constraint. */
export const isDroppableUnique = (index: Index): boolean =>
  !index.primary &&
  !index.exclusion &&
  !index.replicaIdentity &&
  index.constraint === null &&
  index.parent === null

/** CONCURRENTLY where PostgreSQL allows it: not for an index of a partitioned table. */
export const dropSql = (index: Index, partitioned: boolean): string =>
  `drop index ${partitioned ? '' : 'concurrently '}${index.id}`

export const dropLock = (partitioned: boolean): string =>
  partitioned
    ? 'ACCESS EXCLUSIVE for a moment on the table and its partitions'
    : 'SHARE UPDATE EXCLUSIVE (CONCURRENTLY): reads and writes go on; not inside a transaction'
