import type { Definition, Routine, Sequence, EnumType, OwnType } from './types-object'
import type { Relation } from './types-relation'
import type {
  Operations,
  Server,
  Schema,
  Role,
  Membership,
  DefaultPrivilege,
  Extension,
  EventTrigger,
  Publication,
  RoleSetting,
  ForeignServer,
  BlindSpot,
} from './types-server'

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
  /** Operators, casts, collations and aggregates; absent in snapshots made without them. */
  readonly definitions?: readonly Definition[]
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
