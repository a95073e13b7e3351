import type { Snapshot } from '@/lib/catalog/types'
import { inventory, type Item } from './inventory'

export type Kind = Item['kind']

/** One difference between two snapshots; values are as the snapshot has them, JSON-safe. */
export interface Change {
  readonly change: 'added' | 'removed' | 'changed'
  readonly kind: Kind
  /** Quoted name, with the part it is about: `public.patients`, `public.patients policy "p"`. */
  readonly object: string
  /** Which of its properties; `null` when the object as a whole came or went. */
  readonly field: string | null
  readonly before: unknown
  readonly after: unknown
}

/**
 * What differs in structure, rights and settings, sorted by object. What only moves by itself (sizes, estimates,
 * statistics, sequence positions, times) and what one of the two server versions cannot express is left out.
 */
export function compareSnapshots(a: Snapshot, b: Snapshot): Change[] {
  const version = Math.min(a.server.version, b.server.version)
  const scope = { version, sameMajor: major(a) === major(b), otherExtensions: otherExtensions(a, b) }
  const before = inventory(a, scope)
  const after = inventory(b, scope)
  const changes: Change[] = []
  const gone = new Set<string>()
  const come = new Set<string>()
  for (const [key, item] of before) {
    const other = after.get(key)
    if (other) changes.push(...fields(item, other))
    else {
      gone.add(key)
      if (!inside(item, gone)) changes.push(whole('removed', item))
    }
  }
  for (const [key, item] of after) {
    if (before.has(key)) continue
    come.add(key)
    if (!inside(item, come)) changes.push(whole('added', item))
  }
  return changes.sort(
    (x, y) => order(x.object, y.object) || order(x.kind, y.kind) || order(x.field ?? '', y.field ?? ''),
  )
}

function otherExtensions(a: Snapshot, b: Snapshot): ReadonlySet<string> {
  const versions = (snapshot: Snapshot) =>
    new Map(snapshot.extensions.map((e) => [e.name, `${e.version} ${e.schema}`]))
  const [before, after] = [versions(a), versions(b)]
  return new Set([...before.keys(), ...after.keys()].filter((name) => before.get(name) !== after.get(name)))
}

const major = (snapshot: Snapshot) => Math.trunc(snapshot.server.version / 10_000)
const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0)

/** Parts of an object that came or went as a whole are not told one by one. */
const inside = (item: Item, set: ReadonlySet<string>) => item.parent !== null && set.has(item.parent)

const whole = (change: 'added' | 'removed', item: Item): Change => ({
  change,
  kind: item.kind,
  object: item.object,
  field: null,
  before: change === 'removed' ? item.fields : null,
  after: change === 'added' ? item.fields : null,
})

function fields(before: Item, after: Item): Change[] {
  const names = [...new Set([...Object.keys(before.fields), ...Object.keys(after.fields)])]
  return names
    .filter((name) => JSON.stringify(before.fields[name]) !== JSON.stringify(after.fields[name]))
    .map((name) => ({
      change: 'changed' as const,
      kind: before.kind,
      object: before.object,
      field: name,
      before: before.fields[name] ?? null,
      after: after.fields[name] ?? null,
    }))
}
