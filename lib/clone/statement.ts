import type { Sentence } from '@/lib/errors'

/** One step of a clone. What evaluates somebody else's expressions is run by a role without rights of its own. */
export interface Statement {
  readonly object: string
  readonly sql: string
  readonly by: 'builder' | 'superuser'
}

/** What a clone lacks, and why; nothing is left out in silence. */
export interface Left {
  readonly object: string
  readonly why: Sentence
}

export interface Plan {
  readonly statements: readonly Statement[]
  readonly left: readonly Left[]
}

/** The server that a clone is made on. */
export interface Place {
  /** Major version. */
  readonly major: number
  /** Name of the clone's database. */
  readonly database: string
  /** True on a server of our own: nobody else's roles are there, and nobody logs in without a password. */
  readonly own: boolean
}

/** A statement of the builder, who owns what it makes until the owners get it. */
export const build = (object: string, sql: string): Statement => ({ object, sql, by: 'builder' })
/** A statement that only a superuser may run, and that evaluates nothing. */
export const govern = (object: string, sql: string): Statement => ({ object, sql, by: 'superuser' })
export const leave = (object: string, en: string, pt: string): Left => ({ object, why: { en, pt } })
