import type { Relation } from '@/lib/catalog/types-relation'
import type { Membership, Setup } from '../types'
import type { Formula } from './logic/formula'
import { isForAll } from './routine/for-all'
import type { Assignment, Problem, Row } from './problem'
import type { Asker } from './prompt'
import type { Evaluated, Rows } from './session'
import { identityOf, type SessionView } from './session-view'

/** What the prover knows of the content of tables, and of values that PostgreSQL computed. */
export interface Knowledge {
  /** Counts the times that PostgreSQL answered. */
  readonly generation: number
  /** Undefined: not known yet, and asked for; the work is done again when the answers are there. */
  ask(session: SessionView, sql: string): Evaluated | undefined
  /**
   * Rows that a table has, beside which `written` says what the session may add; `null` when they may be any, `any` when
   * they are taken to be any though they are known, undefined when they are not read yet.
   */
  frozen(relation: Relation): readonly ReadonlyMap<string, string | null>[] | null | 'any' | undefined
  /** How a table's rows say who belongs where, where the setup says that it does. */
  said(relation: Relation): readonly Membership[]
  /** What the session may set a setting to by calling functions. */
  assigned(problem: Problem, name: string): readonly Assignment[]
  /** Others used the connection before, and may have left plans there. */
  readonly keepsPlans: boolean
  /** How rows of it may come to be that were not there: `null` when this session cannot write it. */
  written(relation: Relation): Writing | null
}

/** What a session may do to a table that decides who sees what. */
export interface Writing {
  /** Rows may be taken away or changed. */
  readonly removes: boolean
  /** Makes the rows that the session may have put there; `null` when they may be any. */
  readonly made: ((problem: Problem) => Made) | null
  /** In how many ways it may be written, views and functions one by one. */
  readonly ways: number
}

export interface Made {
  readonly rows: readonly { readonly row: Row; readonly when: Formula }[]
  /** Columns that each row has as one that was there before the session began: none where it adds rows. */
  readonly lasting: ReadonlySet<string>
}

const mostRows = 2000

/** What PostgreSQL was asked, for the whole run: answers by session, content by relation. */
export class Answers {
  private readonly known = new Map<string, Map<string, Evaluated>>()
  /** What is the same for every role, by what settings of PostgreSQL's own the session has. */
  private readonly shared = new Map<string, Map<string, Evaluated>>()
  private readonly content = new Map<string, readonly ReadonlyMap<string, string | null>[] | null>()
  private readonly asked = new Map<string, { readonly view: SessionView; readonly texts: Set<string> }>()
  private readonly wanted = new Set<Relation>()
  /** How often it was asked. */
  generation = 0

  constructor(private readonly session: Asker) {}

  value(view: SessionView, sql: string): Evaluated | undefined {
    const found = this.known.get(view.asker)?.get(sql) ?? this.shared.get(view.settled)?.get(sql)
    if (found) return found
    if ('atOnce' in this.session) {
      this.keep(view, [sql], this.session.evaluate(identityOf(view), [sql]))
      return this.value(view, sql)
    }
    let asked = this.asked.get(view.asker)
    if (!asked) this.asked.set(view.asker, (asked = { view, texts: new Set() }))
    asked.texts.add(sql)
    return undefined
  }

  /** Undefined while it was not read yet; `null` when it may not be read. */
  rows(relation: Relation): readonly ReadonlyMap<string, string | null>[] | null | undefined {
    const found = this.content.get(relation.id)
    if (found !== undefined || this.content.has(relation.id)) return found
    if ('atOnce' in this.session)
      return this.read(relation, this.session.rows(relation.id, namesOf(relation), mostRows))
    this.wanted.add(relation)
    return undefined
  }

  /** Asks what was wanted meanwhile; false when nothing was. */
  async fetch(): Promise<boolean> {
    const asked = [...this.asked.values()]
    const wanted = [...this.wanted]
    this.asked.clear()
    this.wanted.clear()
    for (const { view, texts } of asked) {
      const list = [...texts]
      this.keep(view, list, await this.session.evaluate(identityOf(view), list))
    }
    for (const relation of wanted)
      this.read(relation, await this.session.rows(relation.id, namesOf(relation), mostRows))
    if (asked.length === 0 && wanted.length === 0) return false
    this.generation++
    return true
  }

  private keep(view: SessionView, texts: readonly string[], answers: readonly Evaluated[]): void {
    const [own, everybodys] = [of(this.known, view.asker), of(this.shared, view.settled)]
    texts.forEach((text, at) => {
      const answer = answers[at] ?? { error: 'not answered' }
      const known = !('error' in answer) && isForAll(text) ? everybodys : own
      known.set(text, answer)
    })
  }

  private read(relation: Relation, rows: Rows): readonly ReadonlyMap<string, string | null>[] | null {
    const names = namesOf(relation)
    const found = rows && rows.map((row) => new Map(names.map((name, at) => [name, row[at] ?? null])))
    this.content.set(relation.id, found)
    return found
  }
}

const namesOf = (relation: Relation) => relation.columns.map(({ name }) => name)

function of<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let found = map.get(key)
  if (!found) map.set(key, (found = new Map()))
  return found
}

/** How much of the content of tables a question takes as it stands. */
export type Level = 'none' | 'support' | 'all'

/**
 * What one question may use. Tables of tenants may hold any rows, and all tables with level `none`; those that decide who belongs where, and with level
 * `all` every table, are taken with the rows they have and those this session may write there.
 */
export function knowledgeOf(
  answers: Answers,
  setup: Setup,
  level: Level,
  writing: (relation: Relation) => Writing | null,
  assigned: (problem: Problem, name: string) => readonly Assignment[],
  keepsPlans: boolean,
): Knowledge {
  const tenants = new Set([...setup.tenants, ...setup.tenantVia].map((each) => each.relation))
  const saying = [...(setup.membership ? [setup.membership] : []), ...setup.ownRows]
  const members = new Set(saying.map((each) => each.relation))
  return {
    get generation() {
      return answers.generation
    },
    ask: (view, sql) => answers.value(view, sql),
    frozen(relation) {
      if (level === 'none' || !['table', 'partitioned', 'matview'].includes(relation.kind)) return null
      if (tenants.has(relation.id) && !members.has(relation.id)) {
        // Where the session may put any row, those that are there say nothing.
        if (writing(relation)?.made === null) return null
        if (level === 'support') return 'any'
      }
      if (setup.identity && !members.has(relation.id) && level === 'support') return null
      return answers.rows(relation)
    },
    said: ({ id }) => saying.filter(({ relation }) => relation === id),
    written: (relation) => writing(relation),
    assigned,
    keepsPlans,
  }
}
