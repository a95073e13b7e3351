import { names, type RawNode } from '@/lib/sql/leaves'
import { aggregateIn } from '../expression/sub-link'
import type { Context } from '../problem'
import { starOf } from './query'

/** The keys of one grouping set; of the empty one there is one group, whether or not there are rows. */
export interface KeySet {
  readonly kept: readonly RawNode[]
  /** Keys of other sets: NULL in the groups of this one. */
  readonly absent: readonly RawNode[]
}

const most = 32

/**
 * The grouping sets of a GROUP BY, spelled out; null where they are too many, or where what stands beside them looks at
 * other rows or queries by their keys.
 */
export function keySets(select: RawNode, targets: readonly RawNode[], context: Context): KeySet[] | null {
  const all = [targets, select['havingClause']]
  if (targets.some((each) => starOf(each['val'] as RawNode) !== null)) return null
  if (select['distinctClause'] || aggregateIn(select, 'window', context)) return null
  if (JSON.stringify(all).includes('"SubLink":')) return null
  const lists = ((select['groupClause'] ?? []) as RawNode[]).map((item) => setsOf(item))
  if (lists.reduce((product, list) => product * list.length, 1) > most) return null
  const sets = lists.reduce<RawNode[][]>(
    (made, list) => made.flatMap((one) => list.map((other) => [...one, ...other])),
    [[]],
  )
  const meant = sets.map((set) => set.map((key) => ordinal(key, targets)))
  if (meant.some((set) => set.includes(null))) return null
  const keys = meant as RawNode[][]
  return keys.map((kept) => ({
    kept,
    absent: keys.flat().filter((key) => !kept.some((other) => spelled(other) === spelled(key))),
  }))
}

function setsOf(item: RawNode): RawNode[][] {
  const set = item['GroupingSet'] as RawNode | undefined
  if (!set) return [partsOf(item)]
  const content = (set['content'] ?? []) as RawNode[]
  switch (set['kind']) {
    case 'GROUPING_SET_ROLLUP':
      return [...content.keys(), content.length].map((count) => content.slice(0, count).flatMap(partsOf))
    case 'GROUPING_SET_CUBE':
      return content.length > 5
        ? Array.from({ length: most + 1 }, () => [])
        : content.reduce<RawNode[][]>(
            (made, part) => made.flatMap((one) => [one, [...one, ...partsOf(part)]]),
            [[]],
          )
    case 'GROUPING_SET_SETS':
      return content.flatMap(setsOf)
    default:
      return [[]]
  }
}

/** Keys in parentheses count as one. */
const partsOf = (item: RawNode): RawNode[] => {
  const row = item['RowExpr'] as RawNode | undefined
  return row ? ((row['args'] ?? []) as RawNode[]) : [item]
}

/** A key that is a number is the column of that number. */
function ordinal(key: RawNode, targets: readonly RawNode[]): RawNode | null {
  const number = ((key['A_Const'] as RawNode | undefined)?.['ival'] as RawNode | undefined)?.['ival']
  if (number === undefined) return key
  return (targets[Number(number) - 1]?.['val'] as RawNode | undefined) ?? null
}

/** What a part of an expression is in a group of this set: there, NULL, or one of the two where spelling does not tell. */
export function standing(node: RawNode, { kept, absent }: KeySet, targets: readonly RawNode[]) {
  const text = spelled(node)
  if (kept.some((key) => spelled(key) === text)) return 'there'
  const column = lastName(node)
  const mayBeKept =
    kept.some((key) => column !== null && lastName(key) === column) ||
    kept.some((key) => namesTarget(key, node, targets))
  if (absent.some((key) => spelled(key) === text)) return mayBeKept ? 'either' : 'null'
  if (absent.some((key) => namesTarget(key, node, targets))) return 'either'
  return column !== null && absent.some((key) => mentions(key, column)) ? 'either' : null
}

/** A key may be the name that the query gives to this very expression. */
const namesTarget = (key: RawNode, node: RawNode, targets: readonly RawNode[]) =>
  targets.some((each) => {
    const name = lastName(key)
    return (
      each['name'] !== undefined && each['name'] === name && spelled(each['val'] as RawNode) === spelled(node)
    )
  })

const spelled = (node: RawNode) =>
  JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value))

function lastName(node: RawNode): string | null {
  const fields = (node['ColumnRef'] as RawNode | undefined)?.['fields'] as RawNode[] | undefined
  return fields ? (names(fields.filter((field) => 'String' in field)).at(-1) ?? null) : null
}

function mentions(node: unknown, column: string): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => mentions(each, column))
  return lastName(node as RawNode) === column || Object.values(node).some((each) => mentions(each, column))
}
