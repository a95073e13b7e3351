import type { Command, Grant, RelationId, RoutineId } from './types'

export type RelationKind = 'table' | 'partitioned' | 'view' | 'matview' | 'foreign'

export interface Relation {
  readonly id: RelationId
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
  readonly owner: string
  readonly comment: string | null
  readonly persistence: 'permanent' | 'unlogged' | 'temporary'
  /** Extension that owns it, if any. */
  readonly extension: string | null
  readonly rls: boolean
  readonly rlsForced: boolean
  /** `reloptions` as stored: option name to its text. */
  readonly options: Readonly<Record<string, string>>
  readonly replicaIdentity: 'default' | 'nothing' | 'full' | 'index'
  /** Direct parents in the partition or inheritance tree. */
  readonly parents: readonly RelationId[]
  readonly isPartition: boolean
  /** `pg_get_partkeydef` of a partitioned table; `pg_get_expr(relpartbound)` of a partition. */
  readonly partitionKey: string | null
  readonly partitionBound: string | null
  /** `reltuples`; `null` when the planner does not know (−1). */
  readonly rows: number | null
  /** `pg_total_relation_size` in bytes, of the whole tree for a partitioned table; `null` when not read. */
  readonly size: number | null
  readonly grants: readonly Grant[]
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  readonly indexes: readonly Index[]
  readonly policies: readonly Policy[]
  readonly triggers: readonly Trigger[]
  /** Rewrite rules other than a view's own `_RETURN`. */
  readonly rules: readonly RewriteRule[]
  /** Definition of a view or matview, qualified; `null` for tables and where not read. */
  readonly definition: string | null
  /** Relations a view reads, with the columns, through its rule's `pg_depend`. */
  readonly reads: readonly ColumnUse[]
  /**
   * Commands that a view passes on to its base table by itself (`pg_relation_is_updatable`), without INSTEAD triggers
   * and rules. Only set for views.
   */
  readonly updatable?: readonly Command[]
  /** Routines that a view's rule calls. */
  readonly calls: readonly RoutineId[]
  readonly statistics: TableStatistics | null
}

export interface TableStatistics {
  readonly seqScans: number
  readonly idxScans: number
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly live: number
  readonly dead: number
  readonly lastVacuum: string | null
  readonly lastAnalyze: string | null
}

export interface Column {
  readonly name: string
  readonly number: number
  /** `format_type`, qualified under an empty search_path. */
  readonly type: string
  /** Base type behind a domain, else the same as `type` without its modifier. */
  readonly baseType: string
  readonly notNull: boolean
  /** `pg_get_expr` of the default or of the generation expression. */
  readonly default: string | null
  readonly identity: 'always' | 'by default' | null
  readonly generated: 'stored' | 'virtual' | null
  readonly comment: string | null
  /** Security label of any provider, if any. */
  readonly label: string | null
  readonly inherited: boolean
  readonly collation: string | null
  /** Column grants (`attacl`) only; table grants are in `Relation.grants`. */
  readonly grants: readonly Grant[]
}

export interface Constraint {
  readonly name: string
  readonly kind: 'primary' | 'unique' | 'foreign' | 'check' | 'exclusion' | 'not null' | 'trigger'
  readonly columns: readonly string[]
  readonly validated: boolean
  readonly enforced: boolean
  /** Its triggers are switched off (`DISABLE TRIGGER ALL`): it stands there and is not looked at. Only set where so. */
  readonly off?: boolean
  readonly deferrable: boolean
  readonly inherited: boolean
  /** `pg_get_expr(conbin)` of a check constraint. */
  readonly expression: string | null
  readonly references: ForeignKey | null
  /** `pg_get_constraintdef`, only where the other fields do not say it all: exclusion, deferred, NO INHERIT, SET NULL (column). */
  readonly definition?: string
  readonly comment: string | null
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ForeignKey {
  readonly relation: RelationId
  readonly columns: readonly string[]
  readonly onUpdate: ReferentialAction
  readonly onDelete: ReferentialAction
  readonly match: 'simple' | 'full' | 'partial'
}

export interface Index {
  readonly name: string
  readonly id: string
  readonly method: string
  /** Key parts in order: a column name, or an expression's text. `INCLUDE` columns are apart. */
  readonly keys: readonly IndexKey[]
  readonly include: readonly string[]
  readonly unique: boolean
  readonly primary: boolean
  readonly exclusion: boolean
  readonly nullsNotDistinct: boolean
  readonly valid: boolean
  readonly ready: boolean
  readonly live: boolean
  readonly replicaIdentity: boolean
  /** Name of the constraint it serves, if any. */
  readonly constraint: string | null
  readonly predicate: string | null
  /** Quoted name of the partitioned index it is attached to. */
  readonly parent: string | null
  readonly size: number | null
  /** Scans since `Server.statisticsResetAt`; `null` when not readable. */
  readonly scans: number | null
  /** PostgreSQL 16 and later. */
  readonly lastScan: string | null
  readonly comment: string | null
}

export interface IndexKey {
  readonly column: string | null
  readonly expression: string | null
  readonly opclass: string
  readonly collation: string | null
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface Policy {
  readonly name: string
  /** `null` is ALL. */
  readonly command: Command | null
  readonly permissive: boolean
  /** Role names; `null` is PUBLIC, which is never mixed with names. */
  readonly roles: readonly string[] | null
  readonly using: string | null
  readonly check: string | null
  /** Columns its expressions use, through `pg_depend.refobjsubid`, of its own and of other relations. */
  readonly reads: readonly ColumnUse[]
  readonly calls: readonly RoutineId[]
  readonly comment: string | null
}

export interface ColumnUse {
  readonly relation: RelationId
  /** Empty when the relation as a whole is meant. */
  readonly columns: readonly string[]
}

export interface Trigger {
  readonly name: string
  readonly routine: RoutineId
  readonly timing: 'before' | 'after' | 'instead of'
  readonly level: 'row' | 'statement'
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  /** Columns of `UPDATE OF`. */
  readonly columns: readonly string[]
  readonly when: string | null
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled'
  readonly constraint: boolean
  readonly arguments: readonly string[]
  /** True for the clone that a partitioned parent's trigger put here. */
  readonly cloned: boolean
  readonly oldTable: string | null
  readonly newTable: string | null
  readonly comment: string | null
}

export interface RewriteRule {
  readonly name: string
  readonly event: Command
  readonly instead: boolean
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled'
  readonly definition: string | null
  readonly reads: readonly ColumnUse[]
}
