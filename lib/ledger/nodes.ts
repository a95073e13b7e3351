import { sql } from 'kysely'
import type { FullNode } from './merkle'
import type { Problem } from './report'
import type { LedgerTx } from './session'

/** Stored roots of full subtrees that end after `begin` and not after `end`. */
export async function storedNodes(tx: LedgerTx, begin: number, end: number): Promise<readonly FullNode[]> {
  const { rows } = await sql<FullNode>`
    select n.level, n.position, n.hash
      from generate_series(1, 6) as l (level)
      join ledger.node n on n.level = l.level and n.position >= ${begin}::bigint / (256 ^ l.level)::bigint
                        and n.position < ${end}::bigint / (256 ^ l.level)::bigint`.execute(tx)
  return rows
}

/** Compares the full subtrees that a fold comes through with those that the database keeps, part by part. */
export function comparingNodes(found: (problem: Problem) => void) {
  const made = new Map<string, FullNode>()
  return {
    came(node: FullNode): void {
      made.set(keyOf(node), node)
    },
    /** Everything that ended up to here is in `stored`, of this part or an earlier one. */
    upTo(end: number, stored: readonly FullNode[]): void {
      const there = new Map(stored.map((node) => [keyOf(node), node.hash]))
      for (const [key, { level, position, hash }] of made) {
        const width = 256 ** level
        if ((position + 1) * width > end) continue
        made.delete(key)
        if (!there.get(key)?.equals(hash))
          found({ kind: 'node', at: position * width, entry: null, about: `level ${level}` })
      }
    },
  }
}

const keyOf = ({ level, position }: FullNode) => `${level} ${position}`
