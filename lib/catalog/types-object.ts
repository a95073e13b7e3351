import type { Grant, RelationId, RoutineId } from './types'
import type { ColumnUse } from './types-relation'

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

/** Something that texts of a schema use and that is neither a routine nor a type. */
export interface Definition {
  readonly kind: 'operator' | 'cast' | 'collation' | 'aggregate'
  /** Name with argument types, as its DROP takes it. */
  readonly id: string
  /** What makes it again, but for what the planner is told of it. */
  readonly sql: string
  readonly operator: Operator | null
  readonly cast: Cast | null
  readonly extension: string | null
}

export interface Operator {
  readonly schema: string
  readonly name: string
  /** `null` for a prefix operator. */
  readonly left: string | null
  readonly right: string
  readonly routine: RoutineId
}

export interface Cast {
  readonly from: string
  readonly to: string
  /** `null` when the value is taken as it is, or by its text. */
  readonly routine: RoutineId | null
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
