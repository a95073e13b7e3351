import { assignments, type Book, yes } from './book'
import type { RelationRow } from './sql/relations'
import type {
  Column,
  ColumnUse,
  Constraint,
  Index,
  Policy,
  Relation,
  RelationKind,
  RewriteRule,
  TableStatistics,
  Trigger,
} from './types-relation'
import type { RelationId, RoutineId } from './types'

export type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** A relation while it is put together. */
export interface Draft extends Writable<Relation> {
  columns: Writable<Column>[]
  constraints: Constraint[]
  indexes: Index[]
  policies: Policy[]
  triggers: Trigger[]
  rules: RewriteRule[]
  parents: RelationId[]
  reads: readonly ColumnUse[]
  calls: readonly RoutineId[]
  statistics: TableStatistics | null
}

/** Definitions the server deparsed: what, then the part's OID, to the text. */
export type Texts = ReadonlyMap<string, ReadonlyMap<string, string>>

export type Drafts = ReadonlyMap<string, Draft>

const kinds: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'matview',
  f: 'foreign',
}
const persistences: Readonly<Record<string, Relation['persistence']>> = {
  p: 'permanent',
  u: 'unlogged',
  t: 'temporary',
}
const identities: Readonly<Record<string, Relation['replicaIdentity']>> = {
  d: 'default',
  n: 'nothing',
  f: 'full',
  i: 'index',
}

/** Takes relations: the governed ones become drafts, the system's get a name in the book only. */
export function relationTaker(drafts: Map<string, Draft>, book: Book): (row: RelationRow) => void {
  return (row) => {
    const [oid, schemaOid, name, kind, owner, persistence, replicaIdentity] = row
    const [, , , , , , , rls, rlsForced, isPartition, tuples, options, acl] = row
    const schema = book.schemas.get(schemaOid)
    if (!schema) return
    const id = `${schema.quoted}.${book.quote(name)}` as RelationId
    book.relations.set(oid, { id, name, columns: [] })
    if (schema.name === 'pg_catalog' || schema.name === 'information_schema') return
    drafts.set(oid, {
      id,
      schema: schema.name,
      name,
      kind: kinds[kind] ?? 'table',
      owner: book.role(owner),
      comment: book.comment('pg_class', oid),
      persistence: persistences[persistence] ?? 'permanent',
      extension: book.extension('pg_class', oid),
      rls: yes(rls),
      rlsForced: yes(rlsForced),
      options: assignments(options),
      replicaIdentity: identities[replicaIdentity] ?? 'default',
      parents: [],
      isPartition: yes(isPartition),
      partitionKey: null,
      partitionBound: null,
      rows: kind === 'v' || Number(tuples) < 0 ? null : Number(tuples),
      size: null,
      grants: book.grants('r', owner, acl),
      columns: [],
      constraints: [],
      indexes: [],
      policies: [],
      triggers: [],
      rules: [],
      definition: null,
      reads: [],
      calls: [],
      statistics: null,
    })
  }
}
