import type { Snapshot } from '@/lib/catalog/types'
import type { Waiver } from '@/lib/config/schema'
import type { Facts } from './facts'

/** Words in both languages of the product, written where the fact is known. */
export interface Text {
  readonly en: string
  readonly pt: string
}

export type Severity = 'critical' | 'high' | 'medium' | 'low'
/** Worst first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low']
export type Outcome = 'pass' | 'fail' | 'notApplicable' | 'unknown'
export type Group =
  | 'tenancy'
  | 'audit'
  | 'keys'
  | 'indexes'
  | 'protection'
  | 'privileges'
  | 'settings'
  | 'operations'
  | 'documentation'
  | 'scanner'

/** What a finding is about. `part` names the policy, index, trigger, constraint, role or function signature. */
export interface FindingObject {
  readonly kind:
    | 'table'
    | 'view'
    | 'matview'
    | 'foreign table'
    | 'function'
    | 'schema'
    | 'sequence'
    | 'role'
    | 'database'
    | 'extension'
  readonly schema: string | null
  readonly name: string
  readonly column: string | null
  readonly part: string | null
}

export interface Fix {
  /** Statements in order, each without its semicolon; empty where only a person can decide. */
  readonly sql: readonly string[]
  /** The strongest lock taken and what it stops, or '' where there is none. */
  readonly lock: string
  /** What to think of before running it; the whole answer where `sql` is empty. */
  readonly advice: Text
}

export interface Hit {
  readonly object: FindingObject
  /** What is so, and who can now do what: one or two sentences, subject first. */
  readonly message: Text
  /** Catalog facts that show it, JSON-safe. */
  readonly evidence: Readonly<Record<string, unknown>>
  readonly fix: Fix
  /** When this one is worse or milder than the rule's default. */
  readonly severity?: Severity
}

export interface Verdict {
  readonly hits: readonly Hit[]
  /** How many objects the rule looked at; 0 without hits means not applicable. */
  readonly checked: number
  /** Why it could not be decided (for some objects); with no hit the outcome is then unknown, never pass. */
  readonly unknown: readonly Text[]
}

export interface Example {
  /**
   * SQL after which the rule is silent. Roles are shared by all databases of a server: write `:role` (or `:role_b` …)
   * for a role; the test puts in a name of this run, creates nothing, and drops the role afterwards.
   */
  readonly clean: string
  /** SQL, run after `clean`, that brings the defect. */
  readonly broken: string
  /** Keys without the rule's id: what the rule must then find, exactly. */
  readonly hits: readonly string[]
  /** First major version that has what the example uses. */
  readonly since?: number
  /** Configuration the example needs, if any (merged over what is detected). */
  readonly config?: Readonly<Record<string, unknown>>
}

export interface Rule<Item = unknown> {
  /** kebab-case, stable for ever. */
  readonly id: string
  /** Number in the catalogue, as T01. */
  readonly code: string
  readonly group: Group
  readonly severity: Severity
  readonly title: Text
  /** Why it matters: what an attacker, a mistake or an auditor does with it. */
  readonly why: Text
  readonly references: readonly string[]
  check(snapshot: Snapshot, facts: Facts, gathered: readonly Item[]): Verdict
  /**
   * For a rule that can only judge when it has seen all tables: what it takes along from a portion of them, in their order.
   * `check` gets all that was gathered.
   */
  gather?(facts: Facts): readonly Item[]
  /**
   * What it says of the tables and views of the facts is what it says of each of them, in their order: then the engine asks
   * it about a portion of them at a time (see `portions.ts`).
   */
  readonly oneByOne?: true
  readonly example: Example
}

export const defineRule = <Item = unknown>(rule: Rule<Item>): Rule => rule

export interface Finding extends Hit {
  /** rule id, colon, object identity: stable across runs. */
  readonly key: string
  readonly rule: string
  readonly code: string
  readonly title: Text
  readonly group: Group
  readonly severity: Severity
  readonly references: readonly string[]
  /** Accepted by a person until a day; the finding stays visible. */
  readonly waiver: Waiver | null
}
