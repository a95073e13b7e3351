import { sql } from 'kysely'
import { readCheckpoint } from './checkpoint'
import type { Span } from './fold'
import { signedByOne } from './note'
import { LacksHashes, rangeRoot } from './range'
import { problemCap, type Problem } from './report'
import type { LedgerTx } from './session'

/** What checkpoints are judged by. */
export interface Bench {
  readonly origin: string
  /** Entries that are sealed, and those that were looked at. */
  readonly sealed: number
  readonly to: number
  /** Whether only a part was asked for: what lies beyond is then nobody's business. */
  readonly part: boolean
  readonly trusted: readonly Uint8Array[]
}

/** What a checkpoint says about the tree; `by` is who holds it, null the database itself. */
interface Claim {
  readonly size: number
  readonly root: Buffer
  readonly by: string | null
}

/** The root of the tree at one size, where it is known. */
export interface Grown {
  readonly size: number
  readonly root: Buffer
}

/**
 * Hears checkpoints one after the other and keeps what is wrong with them, and those alone whose size the fold did not come
 * through: a log has millions.
 */
export function judge(bench: Bench) {
  const problems: Problem[] = []
  const open: Claim[] = []
  const found = (problem: Problem | null) => {
    if (problem && problems.length < problemCap) problems.push(problem)
  }
  let heard = 0
  return {
    problems,
    heard: () => heard,
    /** @param at where the fold is, when it stands at the checkpoint's size */
    hear(note: string, by: string | null, at: Grown | null): void {
      heard++
      const said = claimOf(bench, note, by)
      if (!said || 'kind' in said) found(said)
      else if (at?.size === said.size) found(compare(said, at.root))
      else open.push(said)
    },
    /** Compares what is left with roots that the fold kept, or else with the stored tree. */
    async finish(tx: LedgerTx, roots: ReadonlyMap<number, Buffer>): Promise<void> {
      for (const claim of open) found(await weighed(tx, claim, roots.get(claim.size)))
    },
  }
}

/** What a note claims of the tree; a problem where it need not be compared, null where there is nothing to ask. */
function claimOf(bench: Bench, note: string, by: string | null): Claim | Problem | null {
  const said = readCheckpoint(note)
  const at = said?.size ?? null
  if (!said || (bench.trusted.length > 0 && !signedByOne(said.note, said.origin, bench.trusted)))
    return { kind: 'signature', at, entry: null, about: by }
  if (by === null && said.origin !== bench.origin)
    return { kind: 'signature', at, entry: null, about: said.origin }
  if (said.size > bench.sealed) return { kind: 'truncated', at, entry: null, about: by }
  return bench.part && said.size > bench.to ? null : { size: said.size, root: said.root, by }
}

async function weighed(tx: LedgerTx, claim: Claim, known: Buffer | undefined): Promise<Problem | null> {
  try {
    return compare(claim, known ?? (await rangeRoot(tx, 0, claim.size)))
  } catch (error) {
    if (!(error instanceof LacksHashes)) throw error
    return { kind: 'chain', at: claim.size, entry: null, about: claim.by }
  }
}

const compare = ({ size, root, by }: Claim, is: Buffer): Problem | null =>
  is.equals(root) ? null : { kind: 'forked', at: size, entry: null, about: by }

/** The checkpoints of a database that say something about a part of its log: how many there were when it was asked. */
export interface Own {
  /** Number of the last one, and the least size that counts. */
  readonly last: number
  readonly least: number
  readonly newest: string | null
}

export async function ownCheckpoints(tx: LedgerTx, from: number): Promise<Own> {
  const { rows } = await sql<Own>`
    select coalesce((select max(id) from ledger.checkpoint), 0) as last,
           least(${from}::bigint, (select max(tree_size) from ledger.checkpoint)) as least,
           (select note from ledger.checkpoint order by tree_size desc, id desc limit 1) as newest`.execute(
    tx,
  )
  return rows[0] ?? { last: 0, least: from, newest: null }
}

const pageSize = 1000

/** Those whose sizes the fold of this span does not come through: up to its beginning, and beyond its end. */
export async function* besideSpan(
  tx: LedgerTx,
  { last, least }: Own,
  span: Span | null,
): AsyncGenerator<string, void> {
  const { from, to } = span ?? { from: 0, to: 0 }
  const ranges = [
    [least, from],
    [Math.max(least, to + 1), Number.MAX_SAFE_INTEGER],
  ] as const
  for (const [low, high] of ranges)
    for (let after = { size: low, id: 0 }; after.size <= high;) {
      const { rows } = await sql<{ size: number; id: number; note: string }>`
        select tree_size as size, id, note from ledger.checkpoint
         where id <= ${last} and (tree_size, id) > (${after.size}::bigint, ${after.id}::bigint) and tree_size <= ${high}
         order by tree_size, id limit ${pageSize}`.execute(tx)
      yield* rows.map(({ note }) => note)
      const end = rows.at(-1)
      if (!end || rows.length < pageSize) break
      after = end
    }
}
