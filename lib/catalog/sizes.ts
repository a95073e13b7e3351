import type { Draft } from './build-relation'
import { readCarefully } from './careful'
import type { Session } from './session'
import { estimatedSizesSql, exactSizesSql, type SizeRow } from './sql/sizes'

/** Up to here every relation is opened and measured; above, what the last vacuum counted is enough. */
export const mostMeasured = 2_000

export interface Sizes {
  readonly bytes: ReadonlyMap<string, number>
  readonly estimated: boolean
}

export async function readSizes(session: Session, relations: readonly string[]): Promise<Sizes> {
  const estimated = relations.length > mostMeasured
  const rows = estimated
    ? await session.rows<SizeRow>(estimatedSizesSql)
    : (await readCarefully<SizeRow>(session, exactSizesSql, relations)).rows
  const bytes = new Map<string, number>()
  for (const [oid, size] of rows) if (size !== null) bytes.set(oid, Number(size))
  return { bytes, estimated }
}

/** Gives each relation its size, and each partitioned table the sum of its leaves. */
export function addSizes(drafts: ReadonlyMap<string, Draft>, { bytes }: Sizes) {
  const children = new Map<string, Draft[]>()
  for (const draft of drafts.values()) {
    if (!draft.isPartition) continue
    for (const parent of draft.parents) {
      const known = children.get(parent)
      if (known) known.push(draft)
      else children.set(parent, [draft])
    }
  }
  const sum = (draft: Draft): number | null => {
    if (draft.kind !== 'partitioned') return bytes.get(draft.oid) ?? null
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
  for (const draft of drafts.values()) draft.size = sum(draft)
}
