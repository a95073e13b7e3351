import type { Draft } from './build-relation'
import { readCarefully } from './careful'
import { step } from './reading'
import type { Session } from './session'
import { exactSizesSql, type SizeRow } from './sql/sizes'

/** Up to here every relation is opened and measured; above, what the last vacuum or analyze counted is enough. */
const mostMeasured = 500

/** Bytes of relations and indexes by OID; `pages` is what pg_class says, used where nothing was measured. */
export interface Sizes {
  readonly estimated: boolean
  of(oid: string, pages: number | null): number | null
}

export async function readSizes(
  session: Session,
  relations: readonly string[],
  blockSize: number,
): Promise<Sizes> {
  if (relations.length > mostMeasured) {
    return { estimated: true, of: (_, pages) => (pages === null ? null : pages * blockSize) }
  }
  const bytes = new Map<string, number>()
  const take = ([oid, size]: SizeRow) => {
    if (size !== null) bytes.set(oid, Number(size))
  }
  await readCarefully(session, (among) => step('sizes', exactSizesSql(among), take), relations)
  return { estimated: false, of: (oid) => bytes.get(oid) ?? null }
}

/** Gives each relation its size, with its indexes, and each partitioned table the sum of its leaves. */
export function addSizes(
  drafts: ReadonlyMap<string, Draft>,
  sizes: Sizes,
  pages: ReadonlyMap<string, number | null>,
) {
  const children = new Map<string, Draft[]>()
  for (const draft of drafts.values()) {
    if (!draft.isPartition) continue
    for (const parent of draft.parents) {
      const known = children.get(parent)
      if (known) known.push(draft)
      else children.set(parent, [draft])
    }
  }
  for (const [oid, draft] of drafts) {
    if (draft.kind !== 'table' && draft.kind !== 'matview') continue
    const size = sizes.of(oid, pages.get(oid) ?? null)
    draft.size =
      !sizes.estimated || size === null
        ? size
        : draft.indexes.reduce((sum, index) => sum + (index.size ?? 0), size)
  }
  const sum = (draft: Draft): number | null => {
    if (draft.kind !== 'partitioned') return draft.size
    let total = 0
    for (const child of children.get(draft.id) ?? []) {
      // A foreign partition lies elsewhere and has no size here.
      if (child.kind === 'foreign') continue
      const size = sum(child)
      if (size === null) return null
      total += size
    }
    return total
  }
  for (const draft of drafts.values()) if (draft.kind === 'partitioned') draft.size = sum(draft)
}
