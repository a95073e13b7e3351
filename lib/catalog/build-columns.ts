import type { Book } from './book'
import { yes } from './book'
import type { Draft, Drafts, Texts } from './build-relation'
import type { ColumnRow } from './sql/columns'
import type { Column, Grant } from './types'

const noGrants: readonly Grant[] = []

/** Adds the columns, in order of their number, and tells the book their names. */
export function addColumns(
  rows: readonly ColumnRow[],
  drafts: Drafts,
  book: Book,
  texts: Texts,
  lost: Set<string>,
) {
  const defaults = texts.get('default')
  let last = ''
  let draft: Draft | undefined
  let names: string[] | undefined
  for (const [oid, number, name, type, modifier, notNull, marks, inherited, collation, acl, owner] of rows) {
    if (oid !== last) {
      last = oid
      draft = drafts.get(oid)
      names = book.relations.get(oid)?.columns
    }
    if (!draft || !names) continue
    const typeText = book.type(type, modifier)
    const baseType = book.baseType(type)
    if (typeText === null || baseType === null) {
      lost.add(oid)
      continue
    }
    names[Number(number)] = name
    draft.columns.push({
      name,
      number: Number(number),
      type: typeText,
      baseType,
      notNull: yes(notNull),
      default: defaults?.get(`${oid} ${number}`) ?? null,
      ...decoded(marks),
      comment: book.comment('pg_class', oid, number),
      label: book.label(oid, number),
      inherited: inherited !== '0',
      collation: book.collation(collation),
      grants: acl === null ? noGrants : book.grants('c', owner, acl),
    })
  }
  for (const each of drafts.values()) each.columns.sort((a, b) => a.number - b.number)
}

/** `attidentity` and `attgenerated` in one text: at most one of them is set. */
function decoded(marks: string): Pick<Column, 'identity' | 'generated'> {
  if (marks === '') return { identity: null, generated: null }
  if (marks === 's') return { identity: null, generated: 'stored' }
  if (marks === 'v') return { identity: null, generated: 'virtual' }
  return { identity: marks === 'a' ? 'always' : 'by default', generated: null }
}
