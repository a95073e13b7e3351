import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { isName, type Piece } from './known-text'

const marker = (at: number) => `sort_key_that_is_not_known_${at}`

/**
 * The pieces of a statement without names that are not known and stand behind ORDER BY alone: whichever column they mean,
 * they decide no more than the order, and no function is called by them.
 */
export function withoutSortKeys(pieces: readonly Piece[]): readonly Piece[] {
  if (!pieces.some(isName)) return pieces
  const text = pieces.map((piece, at) =>
    typeof piece === 'string' ? piece : isName(piece) ? marker(at) : '$1',
  )
  const tree = parseStatements(text.join('')) ?? []
  const all = JSON.stringify(tree)
  const sorting = new Map<string, number>()
  countSortKeys(tree, sorting)
  return pieces.map((piece, at) => {
    if (!isName(piece)) return piece
    const isKey = sorting.get(marker(at)) === 1 && all.split(`"${marker(at)}"`).length === 2
    return isKey && standsAlone(text.slice(0, at).join(''), text[at + 1] ?? '') ? 'null' : piece
  })
}

/** Columns by one name that ORDER BY of a query sorts by. */
function countSortKeys(node: unknown, found: Map<string, number>): void {
  if (node === null || typeof node !== 'object') return
  if (Array.isArray(node)) return node.forEach((each) => countSortKeys(each, found))
  for (const each of ((node as RawNode)['sortClause'] ?? []) as RawNode[]) {
    const key = ((each['SortBy'] as RawNode | undefined)?.['node'] ?? {}) as RawNode
    const fields = ((key['ColumnRef'] as RawNode | undefined)?.['fields'] ?? []) as RawNode[]
    const name = (fields[0]?.['String'] as RawNode | undefined)?.['sval']
    if (fields.length === 1 && typeof name === 'string') found.set(name, (found.get(name) ?? 0) + 1)
  }
  Object.values(node).forEach((each) => countSortKeys(each, found))
}

/** A name that may come with quotes of its own stands neither in others nor in a comment, and is no part of what is beside it. */
const standsAlone = (before: string, after: string) =>
  !/\$\w*\$|--|\/\*|\b[eu]&?['"]/i.test(before) &&
  before.split("'").length % 2 === 1 &&
  before.split('"').length % 2 === 1 &&
  !/[\w$."']$/.test(before) &&
  !/^[\w$."'(]/.test(after)
