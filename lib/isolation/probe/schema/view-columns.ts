import type { Relation } from '@/lib/catalog/types-relation'

/** The table that a view stands for, and what its columns are called there. */
export interface Below {
  readonly base: Relation
  /** By the view's name of a column. */
  readonly named: ReadonlyMap<string, string>
}

/** One table or view, perhaps with an alias, and then at most a condition. */
const simple =
  /^\s*select\s+([\s\S]+?)\s+from\s+((?:"[^"]+"|\w+)\.(?:"[^"]+"|\w+))(?:\s+(?!where\b)(?:"[^"]+"|\w+))?\s*(?:\bwhere\b[\s\S]*)?;?\s*$/i
const item = /^\s*(?:(?:"[^"]+"|\w+)\.)?("[^"]+"|\w+)(?:\s+as\s+("[^"]+"|\w+))?\s*$/i
const bare = (name: string) => name.replace(/^"|"$/g, '')

export const isStored = ({ kind }: Relation) => kind === 'table' || kind === 'partitioned'

export const itself = (base: Relation): Below => ({
  base,
  named: new Map(base.columns.map(({ name }) => [name, name])),
})

/** Of a view that shows columns of one relation as they are. */
export function through(relations: ReadonlyMap<string, Relation>, relation: Relation): Below | null {
  const [, list = '', from = ''] = simple.exec(relation.definition ?? '') ?? []
  const source = relations.get(from)
  if (!source || relation.kind !== 'view') return null
  const below = isStored(source) ? itself(source) : through(relations, source)
  if (!below) return null
  const named = new Map<string, string>()
  for (const part of list.split(/,(?![^()]*\))/)) {
    const [, column = '', alias] = item.exec(part) ?? []
    const there = below.named.get(bare(column))
    if (there !== undefined) named.set(bare(alias ?? column), there)
  }
  return { base: below.base, named }
}
