import type { Relation } from '@/lib/catalog/types-relation'
import type { RawNode } from '@/lib/sql/leaves'
import type { Sentence } from '../types'
import type { Judge } from './foreign'
import { Constraints } from './constraints'
import { Account, Notes, TooMuch, type Kept } from './notes'
import { flag, type Formula } from './logic/formula'
import type { Knowledge } from './knowledge'
import type { Moment } from './moment'
import type { Evaluated } from './session'
import { variable, type Term } from './logic/term'
import type { SessionView } from './session-view'
import type { Value } from './logic/value'
import { Verdicts } from './verdicts'
import type { World } from './world'

/** A row of a relation that may be any row its constraints allow, or one whose content is known. */
export interface Row {
  readonly name: string
  readonly relation: Relation | null
  readonly columns: ReadonlyMap<string, Value>
  /** Whether it is there at all. */
  readonly exists: Formula
  /** Made up by the prover rather than read from a table. */
  readonly symbolic: boolean
  /** It was there at some time, and need not be there now. */
  readonly past?: boolean
  /** When it was there so. */
  readonly moment?: Moment
}

/**
 * What is worked out for one state of a session: all rows and conditions that its questions speak of. What one question
 * needs and another does too is kept; each has an account of its own.
 */
export class Problem {
  readonly constraints: Constraints
  readonly rows: Row[]
  private readonly kept = new Map<string, Kept<unknown>>()
  /** How deep the rows that a session wrote are made of others that it wrote. */
  writing = 0
  private count = 0
  private same = false
  private account = new Account()
  private readonly fresh: Formula

  constructor(
    readonly world: World,
    readonly knowledge: Knowledge,
    readonly session: SessionView,
    readonly judge: Judge,
    private readonly parent: Problem | null = null,
    /** While functions that set settings are followed: those that they may have set before. */
    readonly aside: Aside | null = null,
    readonly verdicts: Verdicts = new Verdicts(),
  ) {
    this.constraints =
      parent?.constraints ??
      new Constraints({
        work: (say) => this.apart(say).notes,
        charge: (notes) => this.notes.add(notes),
      })
    this.rows = parent?.rows ?? []
    this.fresh = flag(`fresh connection of ${session.key}`)
  }

  /** The same problem as another session sees it: what is found there counts here. */
  as(session: SessionView): Problem {
    const key = `as ${session.key}`
    return this.once(key, () => new Problem(this.world, this.knowledge, session, this.judge, this))
  }

  /** The same problem while functions that set settings are followed. */
  following(aside: Aside): Problem {
    return new Problem(this.world, this.knowledge, this.session, this.judge, this, aside)
  }

  private get root(): Problem {
    return this.parent?.root ?? this
  }

  get notes(): Notes {
    return this.root.account.notes
  }

  /** Works on something with an account of its own; with `told` false what is to be said of it is left to the caller. */
  apart<T>(work: () => T, told = true): { readonly value: T; readonly notes: Notes } {
    const { root } = this
    const before = root.account
    const own = (root.account = new Account())
    try {
      return { value: work(), notes: own.notes }
    } finally {
      root.account = before
      before.close(own, told)
    }
  }

  /** Works something out that questions share: once, unless it waited for an answer that has come since. */
  once<T>(key: string, work: () => T): T {
    const full = this.writing > 0 ? `${key} ${this.writing}` : key
    const known = this.kept.get(full) as Kept<T> | undefined
    return this.recall(known, work, (kept) => this.kept.set(full, kept))
  }

  /** What is known where it still holds, else worked out and kept; what came up then is told again each time. */
  recall<T>(known: Kept<T> | undefined, work: () => T, keep: (kept: Kept<T>) => void): T {
    const { generation } = this.knowledge
    if (known && !(known.notes.waiting && known.generation !== generation) && this.holds(known.notes)) {
      this.notes.add(known.notes)
      if ('failed' in known) throw known.failed
      return known.value
    }
    let notes: Notes | null = null
    try {
      const { value } = this.apart(() => {
        notes = this.notes
        return work()
      })
      keep({ value, notes: notes!, generation })
      return value
    } catch (failed) {
      if (failed instanceof TooMuch) keep({ failed, notes: notes ?? new Notes(), generation })
      throw failed
    }
  }

  /** Takes it for proved that no row of another tenant is concerned by this; false when it is known not to be. */
  assumeHeld(relation: string, command: string): boolean {
    const claim = claimOf(relation, command)
    const doubt = this.root.verdicts.doubted.get(claim)
    if (doubt !== undefined) {
      this.notes.anyRows ||= doubt
      return false
    }
    this.notes.hold(claim)
    return true
  }

  /** Is nothing in doubt that was taken for proved? */
  holds(notes: Notes): boolean {
    const { doubted } = this.root.verdicts
    return doubted.size === 0 || !notes.restsOn((each) => doubted.has(each))
  }

  /** Counts an expression that is worked out; @throws TooMuch when a question grows without measure. */
  step(cost = 1): void {
    this.root.account.step(cost)
  }

  /** What PostgreSQL computes for this session; undefined while it has not answered. */
  ask(sql: string): Evaluated | undefined {
    const answer = this.knowledge.ask(this.session, sql)
    if (!answer) this.notes.waiting = true
    return answer
  }

  /** The rows of a table that this session cannot change; `null` when they may be any. */
  frozen(relation: Relation): readonly ReadonlyMap<string, string | null>[] | null {
    const found = this.knowledge.frozen(relation)
    if (found === 'any') this.notes.anyRows = true
    if (found === undefined) this.notes.waiting = true
    return found === 'any' ? null : (found ?? null)
  }

  /** Works on what comes to the same whether an unset setting reads as NULL or as `''`. */
  alike<T>(same: boolean, work: () => T): T {
    const before = this.isAlike
    this.root.same = same
    try {
      return work()
    } finally {
      this.root.same = before
    }
  }

  get isAlike(): boolean {
    return this.root.same
  }

  /** NULL is what an unset custom setting reads as: on a fresh connection, not where one was set and left before. */
  get isFresh(): Formula {
    return this.aside && this.parent ? this.parent.isFresh : this.fresh
  }

  /** Stands for what another session sees. */
  get derived(): boolean {
    return this.parent !== null
  }

  name(what: string): string {
    const { root } = this
    return `${what}#${++root.count}`
  }

  flag(what: string, free = false): Formula {
    return flag(this.name(what), free)
  }

  /** Stands for something that was not understood; the reason is kept for the answer. */
  free(what: string, type: string | null, why?: Sentence): Term {
    if (why) this.notes.leaveOpen(why.en, why)
    return variable(this.name(what), type, true)
  }

  assume(sentence: Sentence): void {
    this.notes.assume(sentence)
  }
}

/** The claim that no row the session writes there names another tenant, in the place of a command. */
export const joining = 'JOIN'

export const claimOf = (relation: string, command: string) => `${relation}\n${command}`

/** Settings and the functions that set them: which may have been set before (`null`: any), what was read as it was at first. */
export interface Aside {
  readonly set: ReadonlySet<string | null>
  readonly read: Map<string, Value>
}

/** A name that stands for a row in a query. */
export interface Binding {
  readonly columns: ReadonlyMap<string, Value>
  readonly relation: Relation | null
  /** A name may mean a column of it that is not known. */
  readonly open?: boolean
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
  /** `#variable_conflict use_variable`: a name that is both means the variable. */
  readonly variablesFirst?: boolean
  /** Rows of WITH queries and transition tables, by name. */
  readonly tables: ReadonlyMap<string, Table>
  readonly depth: number
  /** Relations whose policies are being expanded: meeting one again is PostgreSQL's infinite recursion. */
  readonly expanding: readonly string[]
  /** Settings that the function being run puts in the place of the session's. */
  readonly settings: ReadonlyMap<string, string>
  /** The caller may put a temporary table before one named without its schema; `made`: where a routine makes it. */
  readonly shadowed: boolean | 'made'
  /** Statements that change rows, met on the way; `null` where none can be. */
  readonly effects: Effect[] | null
  readonly moment: Moment
  /** How many of them the moment counts. */
  readonly told: number
  /** In another session it was worked out: what a materialized view holds, by its owner; what else is kept, by anybody. */
  readonly stale: false | 'refreshed' | 'kept'
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

/** A row that was read; `row` null when it may be any of any table. */
export interface Read {
  readonly row: Row | null
  readonly when: Formula
}
