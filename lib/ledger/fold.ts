import { sql } from 'kysely'
import { Frontier, hashSize, type FullNode } from './merkle'
import { problemCap, type Problem } from './report'
import { inLedger, type LedgerTx } from './session'

/** A block as the database keeps it. */
export interface Block {
  readonly number: number
  readonly first: number
  readonly size: number
  readonly before: string
  readonly after: string
  readonly frontier: Buffer
  readonly root: Buffer
}

export interface Folded {
  /** Roots of the tree at the end of each block, by size. */
  readonly roots: ReadonlyMap<number, Buffer>
  readonly content: readonly Problem[]
  readonly tree: readonly Problem[]
  readonly nodes: number
  /** Entries that left for an archive: their leaves are taken as sealed. */
  readonly archived: number
}

interface Chunk {
  readonly first: number
  readonly ids: readonly string[] | null
  readonly sealed: Buffer
  /** Null when the entries give the sealed leaves. */
  readonly found: Buffer | null
  readonly misplaced: readonly string[] | null
}

export interface FoldOptions {
  readonly url: string
  readonly name: string
  readonly blocks: readonly Block[]
  /** Connections that compute leaves at the same time. */
  readonly workers: number
  readonly onProgress?: ((done: number) => void) | undefined
}

/**
 * Computes every leaf of these blocks again from its entry, and the tree from the leaves. Leaves are hashed by the server,
 * on as many connections as asked for; the tree is folded here, in order.
 */
export async function fold({ url, name, blocks, workers, onProgress }: FoldOptions): Promise<Folded> {
  const [begin] = blocks
  const end = blocks.at(-1)
  if (!begin || !end) return { roots: new Map(), content: [], tree: [], nodes: 0, archived: 0 }
  const start = await frontierAt(url, name, begin)
  const firsts = await inLedger(url, name, (tx) => chunksOf(tx, begin.first, end.size))
  const content: Problem[] = []
  const tree: Problem[] = chainProblems(blocks, start)
  const nodes: FullNode[] = []
  const roots = new Map<number, Buffer>()
  const ends = new Map(blocks.map((block) => [block.size, block]))
  let archived = 0
  const consume = (chunk: Chunk) => {
    archived += takeArchived(chunk)
    note(content, contentProblems(chunk))
    if (chunk.first !== start.size) note(tree, [{ kind: 'chain', at: chunk.first, entry: null, about: null }])
    start.append(chunk.sealed, (node) => nodes.push(node))
    const block = ends.get(start.size)
    if (block) {
      const root = start.root()
      roots.set(start.size, root)
      if (!root.equals(block.root) || !start.bytes().equals(block.frontier))
        note(tree, [{ kind: 'root', at: start.size, entry: null, about: `block ${block.number}` }])
    }
    onProgress?.(start.size - begin.first)
  }
  await inOrder(url, name, firsts, workers, consume)
  if (start.size !== end.size) note(tree, [{ kind: 'chain', at: start.size, entry: null, about: null }])
  const wrongNodes = await inLedger(url, name, (tx) => nodeProblems(tx, nodes, begin.first, start.size))
  note(tree, wrongNodes)
  return { roots, content, tree, nodes: nodes.length, archived }
}

/** Where the tree stood before the first of these blocks. */
async function frontierAt(url: string, name: string, block: Block): Promise<Frontier> {
  if (block.first === 0) return new Frontier()
  const before = await inLedger(url, name, async (tx) => {
    const { rows } = await sql<{
      frontier: Buffer
    }>`select frontier from ledger.block where tree_size = ${block.first}`.execute(tx)
    return rows[0]?.frontier
  })
  return new Frontier(block.first, before)
}

async function chunksOf(tx: LedgerTx, from: number, to: number): Promise<readonly number[]> {
  const { rows } = await sql<{ first: number }>`
    select first_position as first from ledger.leaves where first_position >= ${from} and first_position < ${to} order by 1`.execute(
    tx,
  )
  return rows.map((row) => row.first)
}

/** Each block begins where the one before ended, in positions and in snapshots. */
function chainProblems(blocks: readonly Block[], start: Frontier): Problem[] {
  let [size, after, number] = [start.size, blocks[0]?.before, (blocks[0]?.number ?? 1) - 1]
  const found: Problem[] = []
  for (const block of blocks) {
    if (block.first !== size || block.before !== after || block.number !== number + 1)
      found.push({ kind: 'chain', at: block.first, entry: null, about: `block ${block.number}` })
    ;({ size, after, number } = block)
  }
  return found
}

function contentProblems({ first, ids, sealed, found, misplaced }: Chunk): Problem[] {
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
function takeArchived({ sealed, found }: Chunk): number {
  let count = 0
  if (!found) return count
  for (let at = found.indexOf(left); at >= 0; at = found.indexOf(left, at + 1)) {
    if (at % hashSize !== 0) continue
    sealed.copy(found, at, at, at + hashSize)
    count++
  }
  return count
}

/** Reads the chunks on several connections and hands them over in order, never more than a few ahead. */
async function inOrder(
  url: string,
  name: string,
  firsts: readonly number[],
  workers: number,
  consume: (chunk: Chunk) => void,
): Promise<void> {
  let next = 0
  let turn = Promise.resolve()
  const work = () =>
    inLedger(url, name, async (tx) => {
      for (let mine = next++; mine < firsts.length; mine = next++) {
        const { rows } = await sql<Omit<Chunk, 'first'>>`
          select ids::text[] as ids, sealed, again as found, misplaced::text[] as misplaced from ledger.recompute(${firsts[mine]})`.execute(
          tx,
        )
        waiting.set(mine, { first: firsts[mine] as number, ...(rows[0] as Omit<Chunk, 'first'>) })
        // The next question goes out before the answer is folded: the server works meanwhile.
        turn = turn.then(() => new Promise((done) => setImmediate(done))).then(drain)
        if (waiting.size > 4 * workers) await turn
      }
    })
  const waiting = new Map<number, Chunk>()
  let due = 0
  const drain = () => {
    for (let chunk = waiting.get(due); chunk; chunk = waiting.get(++due)) {
      waiting.delete(due)
      consume(chunk)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, firsts.length)) }, work))
  await turn
}

/** Stored roots of full subtrees against those the fold came through. */
async function nodeProblems(
  tx: LedgerTx,
  nodes: readonly FullNode[],
  from: number,
  to: number,
): Promise<Problem[]> {
  const { rows } = await sql<{ level: number; position: number; hash: Buffer }>`
    select n.level, n.position, n.hash
      from generate_series(1, 6) as l (level)
      join ledger.node n on n.level = l.level and n.position >= ${from}::bigint / (256 ^ l.level)::bigint
                        and n.position < ${to}::bigint / (256 ^ l.level)::bigint`.execute(tx)
  const there = new Map(rows.map((row) => [`${row.level} ${row.position}`, row.hash]))
  return nodes
    .filter((node) => !there.get(`${node.level} ${node.position}`)?.equals(node.hash))
    .map(({ level, position }) => ({
      kind: 'node',
      at: position * 256 ** level,
      entry: null,
      about: `level ${level}`,
    }))
}

function note(list: Problem[], more: readonly Problem[]): void {
  for (const problem of more) if (list.length < problemCap) list.push(problem)
}
