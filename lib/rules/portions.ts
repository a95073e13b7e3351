import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'

/** So many relations, with all they have, stay in a processor's cache while rule after rule looks at them. */
const usual = 128

/**
 * The facts with some relations at a time, in order: `governed`, `roots` and `views` are those of the portion, all else,
 * and what is remembered with `ofFacts` and `perFacts`, is of the whole database.
 */
export function* portionsOf(whole: Facts, size: number = usual): Generator<Facts> {
  const { governed, views } = whole
  for (let at = 0; at < governed.length || at < views.length; at += size) {
    const tables = governed.slice(at, at + size)
    yield portion(whole, tables, views.slice(at, at + size))
  }
}

const portion = (whole: Facts, governed: readonly Relation[], views: readonly Relation[]): Facts =>
  Object.create(whole, {
    whole: { value: whole },
    governed: { value: governed },
    roots: { value: governed.filter((relation) => !relation.isPartition) },
    views: { value: views },
  }) as Facts
