import { byGrant, grantOf, inOrder, none as noGrants, yes, type Book } from './book'
import type { Draft, Drafts, Writable } from './build-relation'
import type { Expressions } from './expressions'
import { step } from './reading'
import { cells } from './rows'
import type { Session } from './session'
import { columnGrantsSql, typesSql } from './sql/columns'
import type { ColumnGrantRow, ColumnsRow, DefaultRow, LayoutTraits, TypeRow } from './sql/columns'
import type { Column } from './types-relation'

/** A list of columns, and their names by number. */
interface Layout {
  readonly columns: Writable<Column>[]
  readonly names: string[]
}

/**
 * Takes the columns of one relation after the other, and tells the book their names. Tables that are alike to the last
 * default share one list: partitions, or the same tables in schema after schema.
 */
export class Columns {
  /** Of each relation with defaults: number and digest of the tree, with commas between. */
  readonly #defaults = new Map<string, string>()
  readonly #layouts = new Map<string, Layout>()
  readonly #all: Layout[] = []
  readonly #granted: string[] = []
  readonly #drafts: Drafts
  readonly #book: Book
  readonly #expressions: Expressions
  readonly #shared: boolean

  constructor(drafts: Drafts, book: Book, expressions: Expressions, shared: boolean) {
    this.#drafts = drafts
    this.#book = book
    this.#expressions = expressions
    this.#shared = shared
  }

  /** All defaults come before the first columns. */
  takeDefault = (row: DefaultRow) => {
    const before = this.#defaults.get(row[0])
    const added = `${row[1]} ${row[2]}`
    this.#defaults.set(row[0], before === undefined ? added : `${before},${added}`)
  }

  take = ([oid, marked, text]: ColumnsRow) => {
    const draft = this.#drafts.get(oid)
    const known = this.#book.relations.get(oid)
    if (!draft || !known) return
    const defaults = this.#defaults.get(oid) ?? ''
    const granted = yes(marked)
    if (granted) this.#granted.push(oid)
    const own = granted || !this.#shared || this.#book.describesColumns(oid)
    const key = own ? '' : `${text}\n${defaults}`
    let layout = own ? undefined : this.#layouts.get(key)
    const made = layout === undefined
    if (!layout) {
      layout = this.#layout(oid, text)
      this.#all.push(layout)
      if (!own) this.#layouts.set(key, layout)
    }
    draft.columns = layout.columns
    known.columns = layout.names
    // One text for all that share the list: where its relation is lost, nothing of a pass that shares is kept.
    if (made && defaults !== '') this.#wantDefaults(oid, layout, defaults)
  }

  #layout(oid: string, text: string): Layout {
    const book = this.#book
    const [raw, numbers, types, special] = cells(text) as unknown as LayoutTraits
    const specials = new Map(special?.split(',').map((each) => [each.slice(0, each.indexOf(' ')), each]))
    const comments = book.columnComments(oid)
    const names: string[] = []
    const typesOf = items(types)
    const numbersOf = items(numbers)
    const columns = (JSON.parse(raw) as string[]).map((each, i): Writable<Column> => {
      const name = book.same(each)
      const filled = !numbersOf[i]?.startsWith('-')
      const number = numbersOf[i]?.slice(filled ? 0 : 1) ?? ''
      const [, modifier = '-1', identity = '', generated = '', inherited = 'f', sort = '0'] =
        specials.get(number)?.split(' ') ?? []
      names[Number(number)] = name
      return {
        name,
        number: Number(number),
        // By number until `read` has the texts.
        type: `${typesOf[i]} ${modifier}`,
        baseType: '',
        notNull: filled,
        default: null,
        identity: identities[identity] ?? null,
        generated: generations[generated] ?? null,
        comment: comments?.get(number) ?? null,
        label: book.label(oid, number),
        inherited: yes(inherited),
        collation: book.collation(sort),
        grants: noGrants,
      }
    })
    return { columns: inOrder(columns, (a, b) => a.number - b.number), names }
  }

  /** A generation expression names columns. */
  #wantDefaults(relation: string, { columns }: Layout, defaults: string) {
    for (const each of defaults.split(',')) {
      const [text = '', tree = ''] = each.split(' ')
      const number = Number(text)
      const column = columns.find((other) => other.number === number)
      if (!column) continue
      const names = column.generated === null ? none : (this.#book.relations.get(relation)?.columns ?? none)
      this.#expressions.want(
        { relation, part: `default ${relation} ${text}`, tree, names },
        column,
        'default',
      )
    }
  }

  /** Reads what the rows only pointed to: types, and the few grants on columns. Returns relations whose types are gone. */
  async read(session: Session): Promise<Set<string>> {
    const book = this.#book
    const wanted = new Set<string>()
    for (const { columns } of this.#all) for (const { type } of columns) wanted.add(type)
    const texts = new Map<string, { readonly text: string; readonly base: string } | null>()
    const takeType = ([oid, modifier, text, base]: TypeRow) => {
      const baseType = book.baseType(oid, base)
      const gone = text === null || text.includes('???') || baseType === null
      texts.set(`${oid} ${modifier}`, gone ? null : { text, base: baseType })
    }
    const takeGrant = ([relation, number, ...grant]: ColumnGrantRow) => {
      const column = this.#drafts.get(relation)?.columns.find((each) => each.number === Number(number))
      if (column) column.grants = [...column.grants, grantOf(book.role, ...grant)].sort(byGrant)
    }
    const steps = [step<TypeRow>('types', typesSql([...wanted]), takeType)]
    if (this.#granted.length > 0)
      steps.push(step<ColumnGrantRow>('column grants', columnGrantsSql(this.#granted), takeGrant))
    await session.each(...steps)
    const gone = new Set<Draft['columns']>()
    for (const { columns } of this.#all) {
      for (const column of columns) {
        const found = texts.get(column.type)
        column.type = found?.text ?? ''
        column.baseType = found?.base ?? ''
        if (!found) gone.add(columns)
      }
    }
    return gone.size === 0 ? new Set() : new Set(relationsWith(this.#drafts, gone))
  }
}

const relationsWith = (drafts: Drafts, lists: ReadonlySet<Draft['columns']>) =>
  [...drafts].filter(([, draft]) => lists.has(draft.columns)).map(([oid]) => oid)

/** Of an array of numbers. */
const items = (array: string) => array.slice(1, -1).split(',')

const none: readonly string[] = []

const identities: Readonly<Record<string, Column['identity']>> = { a: 'always', d: 'by default' }
const generations: Readonly<Record<string, Column['generated']>> = { s: 'stored', v: 'virtual' }
