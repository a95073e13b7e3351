import type { Json, JsonRow } from './types'

/** What an entry says about a row, as the log holds it. */
export interface Recorded {
  readonly changedFields: readonly string[] | null
  readonly oldValues: JsonRow | null
  readonly newValues: JsonRow | null
}

/** One side of a change; `absent` is not the same as a stored null. */
export type Side =
  { readonly kind: 'value'; readonly value: Json } | { readonly kind: 'absent' } | { readonly kind: 'masked' }

export interface Piece {
  readonly kind: 'same' | 'old' | 'new'
  readonly text: string
}

export interface Change {
  /** Column, or a path into its JSON: `settings.colour`, `items[2].dose`. */
  readonly field: string
  readonly kind: 'added' | 'removed' | 'changed' | 'masked'
  readonly before: Side
  readonly after: Side
  /** Columns that the database keeps for itself; shown behind "2 more". */
  readonly bookkeeping: boolean
  /** Long text, by word. */
  readonly pieces: readonly Piece[] | null
}

const bookkeepingColumns: ReadonlySet<string> = new Set([
  'id',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'row_version',
])

const absent: Side = { kind: 'absent' }
const masked: Side = { kind: 'masked' }

/**
 * The changes an entry records, in column-name order, bookkeeping last.
 * A field the log names without a value is masked; so is every field for which `isMasked` says yes, even where the
 * log holds a value (a log that somebody else filled). Nothing un-masks.
 */
export function changesOf(entry: Recorded, isMasked: (column: string) => boolean = () => false): Change[] {
  const before = entry.oldValues ?? {}
  const after = entry.newValues ?? {}
  const names = new Set([...(entry.changedFields ?? []), ...Object.keys(before), ...Object.keys(after)])
  return [...names]
    .flatMap((name) => changesOfColumn(name, side(before, name), side(after, name), isMasked(name)))
    .sort((a, b) => Number(a.bookkeeping) - Number(b.bookkeeping) || compare(a.field, b.field))
}

function changesOfColumn(name: string, before: Side, after: Side, hide: boolean): Change[] {
  const bookkeeping = bookkeepingColumns.has(name)
  if (hide || (before.kind === 'absent' && after.kind === 'absent')) {
    return [{ field: name, kind: 'masked', before: masked, after: masked, bookkeeping, pieces: null }]
  }
  return compareSides(name, before, after).map((change) => ({ ...change, bookkeeping }))
}

type Bare = Omit<Change, 'bookkeeping'>

function compareSides(field: string, before: Side, after: Side): Bare[] {
  if (before.kind !== 'value') return [{ field, kind: 'added', before, after, pieces: null }]
  if (after.kind !== 'value') return [{ field, kind: 'removed', before, after, pieces: null }]
  const old = before.value
  const now = after.value
  if (isObject(old) && isObject(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort(compare)
    return keys.flatMap((key) => unlessSame(`${field}.${key}`, side(old, key), side(now, key)))
  }
  if (
    Array.isArray(old) &&
    Array.isArray(now) &&
    [...old, ...now].some((item) => item !== null && typeof item === 'object')
  ) {
    return Array.from({ length: Math.max(old.length, now.length) }, (_, i) => i).flatMap((i) =>
      unlessSame(`${field}[${i}]`, item(old, i), item(now, i)),
    )
  }
  if (same(old, now)) return []
  const pieces = typeof old === 'string' && typeof now === 'string' ? byWord(old, now) : null
  return [{ field, kind: 'changed', before, after, pieces }]
}

const unlessSame = (field: string, before: Side, after: Side): Bare[] =>
  before.kind === 'value' && after.kind === 'value' && same(before.value, after.value)
    ? []
    : compareSides(field, before, after)

const side = (row: JsonRow, name: string): Side =>
  Object.hasOwn(row, name) ? { kind: 'value', value: row[name] ?? null } : absent

const item = (list: readonly Json[], at: number): Side =>
  at < list.length ? { kind: 'value', value: list[at] ?? null } : absent

const isObject = (value: Json): value is JsonRow =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const same = (a: Json, b: Json): boolean => canonical(a) === canonical(b)

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).sort(compare)
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join()}}`
}

/** Longest common subsequence of words; null where the texts are short, or too long for it to help. */
export function byWord(old: string, now: string): Piece[] | null {
  if (Math.max(old.length, now.length) < 60) return null
  const a = old.split(/(?<=\s)/)
  const b = now.split(/(?<=\s)/)
  if (a.length > 400 || b.length > 400) return null
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  const at = (i: number, j: number) => table[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const pieces: { kind: Piece['kind']; text: string }[] = []
  const add = (kind: Piece['kind'], text: string) => {
    const last = pieces.at(-1)
    if (last?.kind === kind) last.text += text
    else pieces.push({ kind, text })
  }
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      add('same', a[i]!)
      i++
      j++
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) add('old', a[i++]!)
    else add('new', b[j++]!)
  }
  return pieces
}

/** A value as text: strings bare, an empty string as `""`, JSON compact; null is the caller's dash. */
export function shown(value: Json): string | null {
  if (value === null) return null
  if (typeof value === 'string') return value === '' ? '""' : value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
