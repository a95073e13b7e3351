import { and, type Formula } from '../logic/formula'
import type { Context, Read } from '../problem'

/** Functions of PostgreSQL that read what a text or a name tells them to, with the rights of who calls them. */
const tellers = /^(table|query|cursor|schema|database)_to_xml(_and_xmlschema)?$|^ts_(stat|rewrite)$/

/** Whether a function of pg_catalog reads tables that no statement names. */
export const readsWhatItIsTold = (name: string): boolean => tellers.test(name)

/** A body that is not understood may read and change anything: no answer may rest on what it was not seen to do. */
export function mayDoAnything(context: Context): void {
  context.reads?.push({ row: null, when: true })
  context.effects?.push({ statement: null, context, when: true })
}

/** What was noted from this place on counts only when `when` holds. */
export function onlyWhen(when: Formula, noted: { readonly when: Formula }[], from: number): void {
  for (let at = from; at < noted.length; at++) noted[at] = { ...noted[at]!, when: and(when, noted[at]!.when) }
}

interface Reader {
  readonly when: Formula
  readonly reads: readonly Read[]
}

/** What a row was made of, when `when` holds. */
export const readsOf = ({ reads }: Pick<Reader, 'reads'>, when: Formula): readonly Read[] =>
  reads.map((read) => ({ row: read.row, when: and(when, read.when) }))

/** Notes what rows are made of as read, whatever becomes of them. */
export function noteReads(rows: readonly Reader[], context: Context, when: Formula = true): void {
  for (const row of rows) context.reads?.push(...readsOf(row, and(when, row.when)))
}
