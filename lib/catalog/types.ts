/**
 * What one read of a PostgreSQL catalog says: plain, readonly, JSON-safe, sorted by name, without OIDs, so that two
 * snapshots of two servers compare. Names come twice where they are needed twice: raw (`name`) and quoted (`id`).
 */
declare const identity: unique symbol

/** `format('%I.%I', schema, name)`: unambiguous, safe to paste into SQL. Only lib/catalog makes one. */
export type RelationId = string & { readonly [identity]: 'relation' }
/** `schema.name(argument types)`, quoted, as `regprocedure` prints it under an empty search_path. */
export type RoutineId = string & { readonly [identity]: 'routine' }

export type Command = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
export const commands: readonly Command[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** One entry of an ACL, expanded by `aclexplode(coalesce(acl, acldefault(…)))`. */
export interface Grant {
  /** Role name; `null` is PUBLIC. */
  readonly grantee: string | null
  readonly grantor: string
  readonly privilege: string
  readonly grantable: boolean
}

export interface Snapshot {
  readonly format: 1
  readonly database: string
  /** ISO 8601, server clock. */
  readonly takenAt: string
  /** How long the read took, milliseconds; left out of comparisons. */
  readonly tookMs: number
  readonly server: Server
  readonly schemas: readonly Schema[]
  /** Relations of kind r, p, v, m and f, extension members included and marked. */
  readonly relations: readonly Relation[]
  readonly routines: readonly Routine[]
  readonly sequences: readonly Sequence[]
  readonly enums: readonly EnumType[]
  /** Enums, domains, composite and range types, with what makes them again; absent in snapshots made without it. */
  readonly types?: readonly OwnType[]
  readonly roles: readonly Role[]
  readonly memberships: readonly Membership[]
  readonly defaultPrivileges: readonly DefaultPrivilege[]
  readonly extensions: readonly Extension[]
  readonly eventTriggers: readonly EventTrigger[]
  readonly publications: readonly Publication[]
  readonly roleSettings: readonly RoleSetting[]
  readonly foreignServers: readonly ForeignServer[]
  /** What is left behind on the server; absent in snapshots that were made without it. */
  readonly operations?: Operations
  /** What the scanner's role could not see, each with the GRANT that would help. */
  readonly unreadable: readonly BlindSpot[]
}

/** Rounded down, so that two reads of a quiet server agree. Ages in hours are told from one hour on. */
export interface Operations {
  /** Age of the oldest transaction id of this database, in millions. */
  readonly xidAgeMillions: number
  readonly multixactAgeMillions: number
  readonly inactiveSlots: readonly { readonly name: string; readonly retainedGb: number }[]
  readonly prepared: readonly { readonly name: string; readonly hours: number }[]
  /** Sessions idle in a transaction, by role; others' are seen by members of pg_read_all_stats only. */
  readonly idleInTransaction: readonly { readonly role: string; readonly hours: number }[]
  /** Roles beside superusers that may set session_replication_role; `null` is PUBLIC. Since 15. */
  readonly maySetReplicationRole: readonly (string | null)[]
  /** Roles whose stored verifier is md5; `null` when pg_authid is not readable. */
  readonly md5Roles: readonly string[] | null
  /** Rules of pg_hba.conf as `type method address`, distinct; `null` when not readable. */
  readonly hba: readonly string[] | null
  readonly sessionsVisible: boolean
}

export interface Server {
  /** `server_version_num`, for example 170010. */
  readonly version: number
  readonly versionText: string
  readonly currentUser: string
  readonly currentUserSuperuser: boolean
  readonly currentUserBypassesRls: boolean
  readonly databaseOwner: string
  readonly databaseGrants: readonly Grant[]
  readonly encoding: string
  readonly inRecovery: boolean
  /** ISO times; `null` when never or not known. */
  readonly startedAt: string | null
  readonly statisticsResetAt: string | null
  /** Database size in bytes; `null` when not readable. */
  readonly size: number | null
  /** `pg_settings` that this role may see: name to value in `pg_settings` form. */
  readonly settings: Readonly<Record<string, string>>
  readonly pendingRestart: readonly string[]
}

export interface Schema {
  readonly name: string
  readonly id: string
  readonly owner: string
  readonly grants: readonly Grant[]
  readonly comment: string | null
  readonly extension: string | null
}

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

export interface Routine {
  readonly id: RoutineId
  readonly schema: string
  readonly name: string
  readonly arguments: string
  readonly kind: 'function' | 'procedure' | 'aggregate' | 'window'
  readonly returns: string
  readonly returnsSet: boolean
  readonly language: string
  readonly languageTrusted: boolean
  readonly owner: string
  readonly definer: boolean
  readonly volatility: 'immutable' | 'stable' | 'volatile'
  readonly leakproof: boolean
  readonly strict: boolean
  /** `proconfig`: setting name to value. */
  readonly settings: Readonly<Record<string, string>>
  /** `prosrc`, or the SQL-standard body; `null` for C and internal functions and extension members. */
  readonly body: string | null
  /** True for a SQL-standard body (`BEGIN ATOMIC`, `RETURN`), bound when it was created. */
  readonly atomic: boolean
  readonly reads: readonly ColumnUse[]
  readonly grants: readonly Grant[]
  readonly comment: string | null
  readonly extension: string | null
}

export interface Sequence {
  readonly id: RelationId
  readonly schema: string
  readonly name: string
  readonly owner: string
  readonly type: string
  readonly start: string
  readonly increment: string
  /** With `cache` absent in snapshots made without it. */
  readonly min?: string
  readonly cache?: string
  readonly max: string
  readonly cycle: boolean
  /** `null` when unused or not readable; see `readable`. */
  readonly last: string | null
  readonly readable: boolean
  readonly ownedBy: { readonly relation: RelationId; readonly column: string } | null
  readonly grants: readonly Grant[]
  readonly extension: string | null
}

export interface EnumType {
  readonly id: string
  readonly schema: string
  readonly name: string
  readonly values: readonly string[]
  readonly extension: string | null
}

/** A type that somebody made; the row types of relations are not among them. */
export interface OwnType {
  readonly id: string
  readonly schema: string
  readonly name: string
  readonly owner: string
  /** `null` is the default: everybody may use it. */
  readonly grants: readonly Grant[] | null
  readonly comment: string | null
  readonly extension: string | null
  readonly shape: TypeShape
}

export type TypeShape =
  | { readonly kind: 'enum' }
  | {
      readonly kind: 'domain'
      readonly base: string
      readonly collation: string | null
      readonly notNull: boolean
      readonly default: string | null
      /** Each as `pg_get_constraintdef` gives it. */
      readonly checks: readonly { readonly name: string; readonly definition: string }[]
    }
  | {
      readonly kind: 'composite'
      readonly attributes: readonly {
        readonly name: string
        readonly type: string
        readonly collation: string | null
      }[]
    }
  | {
      readonly kind: 'range'
      readonly subtype: string
      readonly opclass: string
      readonly collation: string | null
      readonly canonical: string | null
      readonly difference: string | null
      readonly multirange: string
    }

export interface Role {
  readonly name: string
  readonly superuser: boolean
  readonly bypassRls: boolean
  readonly login: boolean
  readonly inherit: boolean
  readonly createRole: boolean
  readonly createDb: boolean
  readonly replication: boolean
  readonly connectionLimit: number
  readonly validUntil: string | null
  /** A `pg_…` role that the server made. */
  readonly predefined: boolean
  readonly comment: string | null
}

/** `member` is a member of `role`. Before 16, `inherit` is the member's own attribute and `set` is true. */
export interface Membership {
  readonly role: string
  readonly member: string
  readonly inherit: boolean
  readonly set: boolean
  readonly admin: boolean
}

export interface DefaultPrivilege {
  readonly role: string
  /** `null` is every schema. */
  readonly schema: string | null
  readonly objects: 'tables' | 'sequences' | 'functions' | 'types' | 'schemas' | 'large objects'
  readonly grants: readonly Grant[]
}

export interface Extension {
  readonly name: string
  readonly schema: string
  readonly version: string
  readonly available: string | null
}

export interface EventTrigger {
  readonly name: string
  readonly event: string
  readonly routine: RoutineId
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled'
  readonly tags: readonly string[]
}

export interface Publication {
  readonly name: string
  readonly allTables: boolean
  readonly relations: readonly { readonly relation: RelationId; readonly filtered: boolean }[]
}

/** `pg_db_role_setting`: `role` null is every role, `thisDatabase` false is every database. */
export interface RoleSetting {
  readonly role: string | null
  readonly thisDatabase: boolean
  readonly name: string
  readonly value: string
}

export interface ForeignServer {
  readonly name: string
  readonly wrapper: string
  readonly owner: string
  /** Roles with a user mapping; `null` is PUBLIC. Options are never read. */
  readonly mappings: readonly (string | null)[]
}

export interface BlindSpot {
  /** What stays hidden, a short stable key: 'settings', 'sequences', 'hba', 'authid', 'statistics', … */
  readonly what: string
  /** One English sentence. */
  readonly why: string
  /** The GRANT that would help, or `null` where only a superuser sees it. */
  readonly grant: string | null
  /** Number of objects hidden, where it is known. */
  readonly count: number | null
}
