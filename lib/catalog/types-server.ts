import type { Grant, RelationId, RoutineId } from './types'

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
  /** Quoted names that `why` lists, for who says it in another language; stored snapshots of before have none. */
  readonly names?: readonly string[]
}
