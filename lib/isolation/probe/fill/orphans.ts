import type { Client } from 'pg'
import type { Snapshot } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import { isBinding } from './binding'
import { foreignKeys } from '../schema/plan-rows'

/** Rows that point nowhere: circles, and content whose parents were not given. */
export async function dropOrphans(
  client: Client,
  relations: readonly Relation[],
  snapshot: Snapshot,
  signal?: AbortSignal,
): Promise<void> {
  const deletes = relations.flatMap((relation) =>
    foreignKeys(relation)
      .filter((key) => isBinding(key, relation, snapshot))
      .map(({ columns, references }) => {
        const given = columns.map((column) => `c.${ident(column)} is not null`).join(' and ')
        const same = columns
          .map((column, at) => `p.${ident(references.columns[at] ?? '')} = c.${ident(column)}`)
          .join(' and ')
        return `delete from ${relation.id} c where ${given} and not exists (select from ${references.relation} p where ${same})`
      }),
  )
  for (let again = true, pass = 0; again && pass < 4; pass++) {
    again = false
    for (let at = 0; at < deletes.length; at += 50) {
      signal?.throwIfAborted()
      const results = await client.query(deletes.slice(at, at + 50).join(';\n'))
      if ([results].flat().some(({ rowCount }) => rowCount)) again = true
    }
  }
}
