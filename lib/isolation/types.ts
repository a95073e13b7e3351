/**
 * The words of isolation, shared by the prover, the probe, the command line and the page. A relation is named as the
 * snapshot names it: a `RelationId`, or a `RoutineId` for a function that returns or changes rows of tenants.
 */

/** Who writes the statements: the application (`dml`), or the caller, who may also SET, SET ROLE and make temporary objects. */
export type Threat = 'dml' | 'sql'

/** The identity of a request: what the application sets before it runs the caller's statements. */
export interface Principal {
  readonly name: string
  /** Tenants whose rows it may reach, as the tenant column's text; empty: none. */
  readonly tenants: readonly string[]
  /** `session_user`; `null`: not known, so any for the prover, and for an attack the role itself. */
  readonly login: string | null
  readonly role: string
  /** Custom settings, all others being unset. */
  readonly settings: Readonly<Record<string, string>>
  /** What `request.jwt.claims` holds; `null` when it is not set. */
  readonly claims: Readonly<Record<string, unknown>> | null
}

export interface TenantColumn {
  readonly relation: string
  /** `null`: a function whose result names no tenant; what it returns must not depend on another tenant's rows. */
  readonly column: string | null
}

/** A child without a tenant column of its own: its tenant is that of the parent row it points to. */
export interface TenantVia {
  readonly relation: string
  readonly column: string
  readonly parent: string
  readonly parentColumn: string
}

/** The tenants of a session are those of the rows where `user` is the session's and `when` holds, as of its start. */
export interface Membership {
  readonly relation: string
  readonly user: string
  readonly tenant: string
  readonly when: string | null
  readonly session: string
}

/** What is asked about a database: the configuration's `isolation` block with what was detected filled in. */
export interface Setup {
  readonly threat: Threat
  /**
   * Rows without tenant belong to nobody (`foreign`), are readable, never writable, by all (`shared`), or are the
   * `platform`'s own, as entries of a log that concern no tenant: all may read and add them, nobody change or remove them.
   */
  readonly nullTenant: 'foreign' | 'shared' | 'platform'
  readonly tenants: readonly TenantColumn[]
  readonly tenantVia: readonly TenantVia[]
  readonly principals: readonly Principal[]
  readonly membership: Membership | null
  /**
   * Further tables whose rows name a user, such as a patient's own record: as of the start, those that name the session's
   * user belong to its tenants. Detected, never beside configured principals.
   */
  readonly ownRows: readonly Membership[]
  /** Parts of the session that the caller chooses, for example `claims.user_metadata`. */
  readonly untrusted: readonly string[]
  /**
   * Where principals were detected: the parts of a session that say who asks (`settings.app.clinic`, `claims.sub`), which
   * they set, or leave unset on purpose. What else a request sets is not known. Absent where somebody named the principals.
   */
  readonly identity?: readonly string[]
}

/**
 * Of a function the commands stand for what a call of it does: SELECT for what it returns or depends on, INSERT, UPDATE
 * and DELETE for what it changes. A cascade or trigger counts for the table it hits, TRUNCATE for DELETE as well.
 */
export type IsolationCommand = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'TRUNCATE' | 'EXECUTE'

/**
 * `row`: rows are read, made, changed, moved or removed. `covert`: only existence or a value in an error text gets out.
 * `session`: a later request on the same pooled connection sees what an earlier one left.
 */
export type Channel = 'row' | 'covert' | 'session'

/** One question: can a session of this principal cross to another tenant's row by this command on this relation? */
export interface Question {
  readonly relation: string
  readonly principal: string
  readonly role: string
  readonly command: IsolationCommand
  readonly channel: Channel
}

export type Verdict = 'isolated' | 'leaks' | 'unknown' | 'unreachable'

/** One statement of a story that crosses, with what it did. */
export interface Step {
  /** Principal that runs it; `null` is whoever set the scene (rows that stood there before). */
  readonly as: string | null
  readonly sql: string
  readonly effect: string
}

/** What was executed on a clone and crossed, to be pasted into psql there. */
export interface Counterexample {
  readonly steps: readonly Step[]
  /** The foreign row it reached, by column; synthetic values, never one of the governed database. */
  readonly row: Readonly<Record<string, string | null>>
  readonly tenant: string | null
  /** What the last statement did; results stored before had only its step's English. */
  readonly said?: Sentence
  /** What had to be opened first, and by which function; absent where the session came by its own rights. */
  readonly through?: Opening
}

/** What is said of a function that opens what is closed; results stored before do not name it. */
export interface Opening extends Sentence {
  readonly routine?: string
}

/** Rows and a command that should cross if the prover's model is right; the probe executes it to know. */
export interface Witness {
  readonly relation: string
  readonly command: IsolationCommand
  readonly principal: string
  /** Rows to put there first, in any order: relation and column texts (`null` is NULL). */
  readonly rows: readonly {
    readonly relation: string
    readonly values: Readonly<Record<string, string | null>>
  }[]
  /** New values of an INSERT or an UPDATE. */
  readonly values: Readonly<Record<string, string | null>> | null
  /** What a function is called with, by place; a place that is left out may be anything. */
  readonly arguments?: Readonly<Record<number, string | null>>
}

/**
 * Rows of a table that belong to no tenant and decide who may see what (memberships, settings, lookups), column by column
 * as texts, as they stood in the governed database. A table that is not given has no known content.
 */
export interface TableContent {
  readonly relation: string
  readonly rows: readonly Readonly<Record<string, string | null>>[]
  /** It has a row for each tenant: of those that are known what conditions look at is taken, and others are made up beside them. */
  readonly ofTenants?: boolean
}

/** What the static prover says of one question. A model that uses a value nobody chose is not exact. */
export type Proof = Question & {
  readonly outcome: 'proved' | 'model' | 'unknown' | 'unreachable'
  /** Names of policies, views, functions, constraints that decide, the guilty one marked. */
  readonly doors: readonly { readonly kind: string; readonly name: string; readonly guilty: boolean }[]
  /** What the proof rests on beside the catalog: content of a support table, threat, NULL tenants. */
  readonly assumptions: readonly Sentence[]
  readonly because: readonly Sentence[]
  readonly witness: Witness | null
  readonly exact: boolean
}

/** What the dynamic probe saw on the clone. `alive`: this principal reached rows of its own, so silence means something. */
export type Observation = Question & {
  readonly crossed: Counterexample | null
  readonly alive: boolean
  readonly attempts: number
  readonly because: readonly Sentence[]
}

/** The two together: the only thing pages, reports and rules look at. */
export type Finding = Question & {
  readonly verdict: Verdict
  readonly by: 'proof' | 'probe' | 'both'
  readonly counterexample: Counterexample | null
  readonly doors: Proof['doors']
  readonly assumptions: readonly Sentence[]
  readonly because: readonly Sentence[]
}

export interface Sentence {
  readonly en: string
  readonly pt: string
}
