import { sql } from 'kysely'
import type { Grown } from './judge'
import { Frontier, hashSize, type FullNode } from './merkle'
import { comparingNodes, storedNodes } from './nodes'
import { problemCap, type Problem } from './report'
import { inLedger, type LedgerTx } from './session'

/** A block as the database keeps it. */
export interface Block {
  readonly number: number
  readonly first: number
  readonly size: number
  readonly before: string
  readonly after: string
  readonly root: Buffer
}

/** Blocks that follow one another, by the ends of their row: a log of years has millions of them. */
export interface Span {
  readonly blocks: number
  readonly from: number
  readonly to: number
  /** Snapshots: of the block before the first, and of the last. */
  readonly before: string
  readonly after: string
  /** Number of the first block, and whether the one before it ends where it begins. */
  readonly number: number
  readonly continued: boolean
}

export interface Folded {
  /** Roots of the tree at the sizes that were asked for. */
  readonly roots: ReadonlyMap<number, Buffer>
  readonly content: readonly Problem[]
  readonly tree: readonly Problem[]
  /** Entries that left for an archive: their leaves are taken as sealed. */
  readonly archived: number
}

/** One row of leaves, computed again. */
interface Leaves {
  readonly first: number
  readonly ids: readonly string[] | null
  readonly sealed: Buffer
  /** Null when the entries give the sealed leaves. */
  readonly found: Buffer | null
  readonly misplaced: readonly string[] | null
}

/** A checkpoint of the database itself. */
interface Signed {
  readonly size: number
  readonly note: string
}

/** What begins in positions up to `end`, and the stored subtrees and checkpoints that end there. */
interface Part {
  readonly end: number
  readonly blocks: readonly Block[]
  readonly leaves: readonly Leaves[]
  readonly nodes: readonly FullNode[]
  readonly signed: readonly Signed[]
}

export interface FoldOptions {
  readonly url: string
  readonly name: string
  readonly span: Span
  /** The tree before the span. */
  readonly start: Frontier
  /** Number of the last checkpoint that is asked about. */
  readonly lastSigned: number
  /** Hears each checkpoint of the database in the order of sizes, with the root of that size where a leaf ends there. */
  readonly onCheckpoint: (note: string, at: Grown | null) => void
  /** Sizes whose roots are wanted. */
  readonly sizes: ReadonlySet<number>
  /** Connections that compute leaves at the same time. */
  readonly workers: number
  readonly onProgress?: ((done: number) => void) | undefined
}

/** Positions that one question computes again: enough that asking costs nothing beside it. */
const partWidth = 16_384

/**
 * Computes every leaf of these blocks again from its entry, and the tree from the leaves. Leaves are hashed by the server,
 * on as many connections as asked for, each with positions of its own; the tree is folded here, in order.
 */
export async function fold(options: FoldOptions): Promise<Folded> {
  const { span, start, sizes, onCheckpoint, onProgress } = options
  const content: Problem[] = []
  const tree: Problem[] = []
  const nodes = comparingNodes((problem) => note(tree, [problem]))
  let now: Grown = { size: start.size, root: start.root() }
  const grown = () => (now = now.size === start.size ? now : { size: start.size, root: start.root() })
  const roots = new Map<number, Buffer>([[now.size, now.root]])
  let last = { size: start.size, after: span.before, number: start.size === 0 ? 0 : span.number - 1 }
  const open: Block[] = []
  let archived = 0
  const begins = (block: Block) => {
    if (block.first !== last.size || block.before !== last.after || block.number !== last.number + 1)
      note(tree, [{ kind: 'chain', at: block.first, entry: null, about: `block ${block.number}` }])
    last = block
    open.push(block)
  }
  const ends = (block: Block) => {
    open.shift()
    const { size, root } = grown()
    if (sizes.has(block.size)) roots.set(block.size, root)
    if (size !== block.size || !root.equals(block.root))
      note(tree, [{ kind: 'root', at: block.size, entry: null, about: `block ${block.number}` }])
  }
  const consume = ({ end, blocks, leaves, nodes: stored, signed }: Part) => {
    let told = 0
    const tell = () => {
      for (; (signed[told]?.size ?? Infinity) <= start.size; told++) {
        const { size, note: reached } = signed[told] as Signed
        onCheckpoint(reached, size === start.size ? grown() : null)
      }
    }
    blocks.forEach(begins)
    tell()
    for (const row of leaves) {
      archived += takeArchived(row)
      note(content, contentProblems(row))
      if (row.first !== start.size) note(tree, [{ kind: 'chain', at: row.first, entry: null, about: null }])
      start.append(row.sealed, nodes.came)
      while (open[0] && start.size >= open[0].size) ends(open[0])
      tell()
    }
    for (const { note: unreached } of signed.slice(told)) onCheckpoint(unreached, null)
    nodes.upTo(end, stored)
    onProgress?.(start.size - span.from)
  }
  await inOrder(options, consume)
  nodes.upTo(Number.POSITIVE_INFINITY, [])
  if (start.size !== span.to || open.length > 0)
    note(tree, [{ kind: 'chain', at: start.size, entry: null, about: null }])
  return { roots, content, tree, archived }
}

function contentProblems({ first, ids, sealed, found, misplaced }: Leaves): Problem[] {
  const wrong: Problem[] = (misplaced ?? []).map((id) => ({
    kind: 'misplaced',
    at: null,
    entry: id,
    about: null,
  }))
  if (!found || sealed.equals(found)) return wrong
  for (let at = 0; at * hashSize < found.length; at++) {
    const range = [at * hashSize, (at + 1) * hashSize] as const
    const now = found.subarray(...range)
    if (now.equals(sealed.subarray(...range))) continue
    wrong.push({
      kind: now.equals(gone) ? 'missing' : 'content',
      at: first + at,
      entry: ids?.[at] ?? null,
      about: null,
    })
  }
  return wrong
}

const gone = Buffer.alloc(hashSize)
const left = Buffer.alloc(hashSize, 255)

/** Puts the sealed hash where the entry is in an archive; how many those are. */
function takeArchived({ sealed, found }: Leaves): number {
  let count = 0
  if (!found) return count
  for (let at = found.indexOf(left); at >= 0; at = found.indexOf(left, at + 1)) {
    if (at % hashSize !== 0) continue
    sealed.copy(found, at, at, at + hashSize)
    count++
  }
  return count
}

/** Reads the parts on several connections and hands them over in order, never more than a few ahead. */
async function inOrder(
  { url, name, span: { from, to }, workers, lastSigned }: FoldOptions,
  consume: (part: Part) => void,
): Promise<void> {
  const parts = Math.ceil((to - from) / partWidth)
  let next = 0
  let turn = Promise.resolve()
  const work = () =>
    inLedger(url, name, async (tx) => {
      const ask = () => {
        const [mine, begin] = [next, from + next++ * partWidth]
        const part = mine < parts ? partOf(tx, begin, Math.min(begin + partWidth, to), lastSigned) : null
        // Whoever waits for it hears what went wrong, and nobody may have come to wait.
        part?.catch(() => undefined)
        return part && { mine, part }
      }
      // Always one question beyond the one that is waited for: the server works while the answer is read and folded.
      let [now, ahead] = [ask(), ask()]
      while (now) {
        waiting.set(now.mine, await now.part)
        ;[now, ahead] = [ahead, ask()]
        turn = turn.then(() => new Promise((done) => setImmediate(done))).then(drain)
        if (waiting.size > 4 * workers) await turn
      }
    })
  const waiting = new Map<number, Part>()
  let due = 0
  const drain = () => {
    for (let part = waiting.get(due); part; part = waiting.get(++due)) {
      waiting.delete(due)
      consume(part)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, parts)) }, work))
  await turn
}

async function partOf(tx: LedgerTx, begin: number, end: number, lastSigned: number): Promise<Part> {
  const [leaves, blocks, signed, nodes] = await Promise.all([
    sql<Leaves>`
      select place as first, entries::text[] as ids, sealed, again as found, misplaced::text[] as misplaced
        from ledger.recompute(${begin}, ${end})`.execute(tx),
    sql<Block>`
      select number, first_position as first, tree_size as size, snapshot_before::text as before, snapshot_after::text as after, root
        from ledger.block where first_position >= ${begin} and first_position < ${end} order by first_position`.execute(
      tx,
    ),
    sql<Signed>`
      select tree_size as size, note from ledger.checkpoint
       where tree_size > ${begin} and tree_size <= ${end} and id <= ${lastSigned} order by tree_size, id`.execute(
      tx,
    ),
    storedNodes(tx, begin, end),
  ])
  return { end, blocks: blocks.rows, leaves: leaves.rows, nodes, signed: signed.rows }
}

function note(list: Problem[], more: readonly Problem[]): void {
  for (const problem of more) if (list.length < problemCap) list.push(problem)
}
