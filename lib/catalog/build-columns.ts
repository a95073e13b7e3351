import { inOrder, none, once, type Book } from './book'
import type { Drafts, Writable } from './build-relation'
import type { Expressions } from './expressions'
import type { ColumnGrantRow, ColumnsRow, DefaultRow } from './sql/columns'
import type { Column } from './types'

/** Takes the columns of one relation after the other, and tells the book their names. */
export function columnTaker(
  drafts: Drafts,
  book: Book,
  granted: ReadonlyMap<string, ColumnGrantRow>,
  lost: Set<string>,
): (row: ColumnsRow) => void {
  // Arrays of numbers, flags or single letters, no text with a comma in it; thousands of relations have the same.
  const items = once((array: string) => array.slice(1, -1).split(','))
  return (row) => {
    const oid = row[0]
    const draft = drafts.get(oid)
    const names = book.relations.get(oid)?.columns
    if (!draft || !names) return
    const numbers = items(row[2])
    const types = items(row[3])
    const modifiers = items(row[4])
    const notNull = items(row[5])
    const identity = items(row[6])
    const generated = items(row[7])
    const inherited = items(row[8])
    const sorts = items(row[9])
    const comments = book.columnComments(oid)
    const columns = (JSON.parse(row[1]) as string[]).map((raw, i): Writable<Column> => {
      const name = book.same(raw)
      const number = numbers[i] ?? ''
      const type = book.type(types[i] ?? '', modifiers[i] ?? '')
      const baseType = book.baseType(types[i] ?? '')
      if (type === null || baseType === null) lost.add(oid)
      const own = granted.size === 0 ? undefined : granted.get(`${oid} ${number}`)
      names[Number(number)] = name
      return {
        name,
        number: Number(number),
        type: type ?? '',
        baseType: baseType ?? '',
        notNull: notNull[i] === 't',
        default: null,
        identity: identities[identity[i] ?? ''] ?? null,
        generated: generations[generated[i] ?? ''] ?? null,
        comment: comments?.get(number) ?? null,
        label: book.label(oid, number),
        inherited: inherited[i] !== '0',
        collation: book.collation(sorts[i] ?? '0'),
        grants: own ? book.grants('c', own[2], own[3]) : none,
      }
    })
    draft.columns = inOrder(columns, (a, b) => a.number - b.number)
  }
}

/** Takes the defaults; a generation expression names columns. */
export const defaultTaker =
  (drafts: Drafts, book: Book, expressions: Expressions): ((row: DefaultRow) => void) =>
  (row) => {
    const [relation = '', text = '', tree = ''] = row[0].split(' ')
    const number = Number(text)
    const column = drafts.get(relation)?.columns.find((each) => each.number === number)
    if (!column) return
    const names = column.generated === null ? '' : namesOf(book, relation)
    expressions.want({ relation, part: `default ${relation} ${number}`, tree, names }, column, 'default')
  }

/** The names of all columns as one text, where it is not known which of them an expression names. */
export const namesOf = (book: Book, relation: string) =>
  (book.relations.get(relation)?.columns ?? []).join('\0')

const identities: Readonly<Record<string, Column['identity']>> = { a: 'always', d: 'by default' }
const generations: Readonly<Record<string, Column['generated']>> = { s: 'stored', v: 'virtual' }
