import type { Relation } from '@/lib/catalog/types'
import type { RawNode } from '@/lib/sql/leaves'
import type { Sentence } from '../types'
import { Constraints } from './constraints'
import { flag, type Formula } from './formula'
import type { Evaluated } from './session'
import { variable, type Constant, type Term } from './term'
import type { SessionView } from './session-view'
import type { Element, Value } from './value'
import type { World } from './world'
import { literal } from './session'

/** A row of a relation that may be any row its constraints allow, or one whose content is known. */
export interface Row {
  readonly name: string
  readonly relation: Relation | null
  readonly columns: ReadonlyMap<string, Value>
  /** Whether it is there at all. */
  readonly exists: Formula
  /** Made up by the prover rather than read from a table. */
  readonly symbolic: boolean
}

/** What the prover knows of the content of tables, and of values that PostgreSQL computed. */
export interface Knowledge {
  /** Undefined: not known yet, and asked for; the work is done again when the answers are there. */
  ask(session: SessionView, sql: string): Evaluated | undefined
  /** Rows of a table that this session cannot change; `null` when they may be any. */
  frozen(relation: Relation): readonly ReadonlyMap<string, string | null>[] | null
  /** Is an answer still outstanding? Then nothing needs to be decided yet. */
  waiting(): boolean
  /** Settings that the session may set by calling functions. */
  assigned(problem: Problem): readonly Assignment[]
  /** How rows of it may come to be that were not there: `null` when this session cannot write it. */
  written(relation: Relation): Writing | null
}

/** What a session may do to a table that decides who sees what. */
export interface Writing {
  /** Rows may be taken away or changed. */
  readonly removes: boolean
  /** Makes a row that the session may have put there; `null` when it may be any row. */
  readonly row: ((problem: Problem, depth: number) => { readonly row: Row; readonly when: Formula }[]) | null
}

/** A question that grows without measure: it stays unknown. */
export class TooMuch extends Error {}

const mostSteps = 16_000

/** Milliseconds for one look at a question; the steps above take less on a quiet machine. */
const patience = 2_000

/** One question while it is being worked on: what must hold beside it, and what was used for it. */
export class Problem {
  readonly constraints: Constraints
  readonly rows: Row[]
  readonly assumptions: Map<string, Sentence>
  readonly unclear: Map<string, Sentence>
  readonly memo = new Map<string, unknown>()
  /** A custom setting that is not set was read. */
  readsUnset = false
  /** How deep the rows that a session wrote are made of others that it wrote. */
  writing = 0
  private count = 0
  private steps = 0
  private readonly until = performance.now() + patience

  constructor(
    readonly world: World,
    readonly knowledge: Knowledge,
    readonly session: SessionView,
    readonly judge: Judge,
    private readonly parent: Problem | null = null,
  ) {
    this.constraints = parent?.constraints ?? new Constraints()
    this.rows = parent?.rows ?? []
    this.assumptions = parent?.assumptions ?? new Map()
    this.unclear = parent?.unclear ?? new Map()
  }

  /** The same problem as another session sees it: what is found there counts here. */
  as(session: SessionView): Problem {
    const key = `as ${session.key}`
    const known = this.memo.get(key) as Problem | undefined
    if (known) return known
    const other = new Problem(this.world, this.knowledge, session, this.judge, this)
    this.memo.set(key, other)
    return other
  }

  /** Has the time for one look at a question run out? */
  get late(): boolean {
    return performance.now() > (this.parent?.until ?? this.until)
  }

  /** Counts an expression that is worked out; @throws TooMuch when a question grows without measure. */
  step(cost = 1): void {
    if (this.parent) this.parent.step(cost)
    else if ((this.steps += cost) > mostSteps || this.late) throw new TooMuch()
  }

  /** Made by `as`. */
  get derived(): boolean {
    return this.parent !== null
  }

  name(what: string): string {
    if (this.parent) return this.parent.name(what)
    return `${what}#${++this.count}`
  }

  flag(what: string, free = false): Formula {
    return flag(this.name(what), free)
  }

  /** Stands for something that was not understood; the reason is kept for the answer. */
  free(what: string, type: string | null, why?: Sentence): Term {
    if (why) this.unclear.set(why.en, why)
    return variable(this.name(what), type, true)
  }

  assume(sentence: Sentence): void {
    this.assumptions.set(sentence.en, sentence)
  }
}

/** What the setup says of rows: who they belong to. */
export interface Judge {
  /** Does a row of this relation belong to a tenant at all? */
  isTenantTable(relation: string): boolean
  foreign(row: Row, reading: boolean, problem: Problem): Formula
}

/** A name that stands for a row in a query. */
export interface Binding {
  readonly columns: ReadonlyMap<string, Value>
  readonly relation: Relation | null
}

export interface Scope {
  readonly aliases: ReadonlyMap<string, Binding>
  readonly outer: Scope | null
}

/** Where an expression stands: whose rights, which names. */
export interface Context {
  readonly problem: Problem
  /** `current_user`, and whose rights functions run with. */
  readonly user: string
  /** Whose rights relations are read with: the owner's inside a view of his. */
  readonly as: string
  readonly path: readonly string[]
  readonly scope: Scope | null
  readonly parameters: readonly Value[]
  readonly names: ReadonlyMap<string, Value>
  /** Rows of WITH queries and transition tables, by name. */
  readonly tables: ReadonlyMap<string, Table>
  readonly depth: number
  /** Relations whose policies are being expanded: meeting one again is PostgreSQL's infinite recursion. */
  readonly expanding: readonly string[]
  /** Settings that the function being run puts in the place of the session's. */
  readonly settings: ReadonlyMap<string, string>
  /** The caller may put a temporary table of his before one that is named without its schema. */
  readonly shadowed: boolean
  /** Statements that change rows, met on the way; `null` where none can be. */
  readonly effects: Effect[] | null
  /** What a materialized view holds was computed in another session. */
  readonly stale: boolean
  /** Rows of tenants that the result depends on are noted here; `null` inside policies. */
  readonly reads: Read[] | null
}

/** Makes the rows of a named query anew each time it is read. */
export type Table = () => readonly TableRow[]

export interface TableRow {
  readonly when: Formula
  readonly columns: readonly { readonly name: string; readonly value: Value }[]
  readonly symbolic: boolean
  readonly reads: readonly Read[]
}

/** A setting that a function sets; `name` null when it may be any. `stays` unless it is set for the transaction only. */
export interface Assignment {
  readonly name: string | null
  readonly value: Value
  readonly stays: Formula
  readonly when: Formula
}

/** A statement inside a function, trigger or rule that changes rows; `statement` null when it may be any. */
export interface Effect {
  readonly statement: RawNode | null
  readonly context: Context
  readonly when: Formula
  /** It sets this setting, and changes no row. */
  readonly sets?: Omit<Assignment, 'when'>
}

export interface Read {
  readonly row: Row
  readonly when: Formula
}

export const nothing: readonly Element[] = []

/** A term as SQL. */
export function render(term: Term): string {
  if (term.kind === 'constant') return renderConstant(term)
  if (term.kind === 'variable') return 'null'
  return term.sql.replaceAll(/\$(\d+)/g, (_, number) => {
    const arg = term.args[Number(number) - 1]
    return arg ? render(arg) : 'null'
  })
}

const renderConstant = (term: Constant) =>
  term.type === null ? literal(term.text) : `${literal(term.text)}::${term.type}`
