import type { RawNode } from '@/lib/sql/leaves'
import { literally, uncommented } from '@/lib/sql/source-text'
import { nameOf } from '../expression/assigned'

const known = new WeakMap<RawNode, readonly string[]>()

/** Whether a name is declared again inside its scope: which of the two is meant is not followed. Counters of loops may repeat. */
export function hidesAName(datums: readonly RawNode[], action: RawNode): boolean {
  const names = datums.map((datum) => nameOf(datum)).filter((name) => name !== '')
  if (new Set(names).size === names.length) return false
  let counters = known.get(action)
  if (!counters) known.set(action, (counters = countersIn(action)))
  return names.some(
    (name, at) => names.indexOf(name) !== at && occurrences(names, name) !== occurrences(counters, name),
  )
}

const occurrences = (list: readonly string[], name: string) => list.filter((each) => each === name).length

function countersIn(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return []
  const loop = (node as RawNode)['PLpgSQL_stmt_fori'] as RawNode | undefined
  const own = loop ? [nameOf(loop['var'] as RawNode | undefined)] : []
  return [...own, ...Object.values(node).flatMap(countersIn)]
}

/** What a record begins with, from the source, for the parser does not tell it; null for nothing, undefined where it is not clear. */
export function startOfRecord(name: string, text: string): string | null | undefined {
  if (starts.size > limit) starts.clear()
  let begun = starts.get(text)
  if (!begun) starts.set(text, (begun = new Map<string, string | null | undefined>()))
  if (!begun.has(name)) begun.set(name, readStart(name, text))
  return begun.get(name)
}

const limit = 10_000
/** By the source of a function, then by the name of a record. */
const starts = new Map<string, Map<string, string | null | undefined>>()

function readStart(name: string, text: string): string | null | undefined {
  const given = new RegExp(
    `(?<![\\w."])"?${literally(name)}"?\\s+[^;:=]*?(?::=|=|\\bdefault\\b)([^;]+);`,
    'gi',
  )
  const [first, ...more] = [...declarations(text).matchAll(given)]
  return more.length > 0 ? undefined : (first?.[1] ?? null)
}

/** All that stands between DECLARE and BEGIN. */
export const declarations = (text: string) =>
  (uncommented(text).match(/\bdeclare\b[\s\S]*?\bbegin\b/gi) ?? []).join(';')

/** Whether an expression names one of these. */
export function mentions(text: string, names: ReadonlySet<string>): boolean {
  return (text.match(/\w+/g) ?? []).some((word) => names.has(word.toLowerCase()))
}
