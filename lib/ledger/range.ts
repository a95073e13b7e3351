import { sql } from 'kysely'
import { Frontier, hashSize, nodeHash, rootOf } from './merkle'
import { inLedger, type LedgerTx } from './session'

/** Hashes of one level that follow one another. */
export interface Run {
  readonly level: number
  /** Position of the first in its level. */
  readonly start: number
  readonly hashes: Buffer
}

/** Hashes at hand; what is not there is read. */
type Known = readonly Run[]

/**
 * Root of the leaves `[start, end)` of the sealed tree, as RFC 9162 defines it for that list alone. Reads full subtrees of
 * 256 ** n leaves where they fit, and single leaves at the edges: a few hundred hashes at any size.
 */
export async function rangeRoot(
  tx: LedgerTx,
  start: number,
  end: number,
  known: Known = [],
): Promise<Buffer> {
  const width = end - start
  if (width === 1) return leavesOf(tx, start, end, known)
  if (width < 256) return rootOf(await leavesOf(tx, start, end, known))
  let unit = 256
  while (unit * 256 <= width && start % (unit * 256) === 0) unit *= 256
  // Aligned to a unit and a whole power of two of it: a list of stored roots is the tree above them.
  const units = width / unit
  if (start % unit === 0 && Number.isInteger(units) && units <= 256 && Number.isInteger(Math.log2(units)))
    return rootOf(await nodesOf(tx, Math.log2(unit) / 8, start / unit, start / unit + units, known))
  const split = largestPowerBelow(width)
  return nodeHash(
    await rangeRoot(tx, start, start + split, known),
    await rangeRoot(tx, start + split, end, known),
  )
}

/**
 * PATH of RFC 9162, 2.1.3.1: the hashes that lead from one leaf to the root of the first `size` leaves.
 * @param root what gives the root of a range; one that remembers makes many proofs cheap
 */
export async function inclusionProof(
  tx: LedgerTx,
  position: number,
  size: number,
  root: (tx: LedgerTx, start: number, end: number) => Promise<Buffer> = rangeRoot,
): Promise<Buffer[]> {
  const proof: Buffer[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start)
    if (position < middle) {
      proof.unshift(await root(tx, middle, end))
      end = middle
    } else {
      proof.unshift(await root(tx, start, middle))
      start = middle
    }
  }
  return proof
}

/** Largest power of two below `n`, for n > 1. */
export function largestPowerBelow(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

/**
 * What gives the root of a range for one proof, with what that proof is made of read in one question: the tiles of 256 on the way
 * from its leaf to the root, and those at the right edge.
 */
export async function rootsAround(tx: LedgerTx, position: number, size: number): Promise<typeof rangeRoot> {
  const { rows } = await sql<Run>`
    select level, start, hashes from ledger.tiles_around(${position}, ${size})`.execute(tx)
  return rootsOf(rows)
}

/** The same of tiles that were read already, in their order. */
export function rootsOf(tiles: readonly Run[]): typeof rangeRoot {
  const known = joined(tiles)
  return (of, start, end) => rangeRoot(of, start, end, known)
}

/** Runs that go on where another ends as one, each in the order of its level. */
function joined(runs: readonly Run[]): Run[] {
  const found: Run[] = []
  for (const run of runs) {
    const last = found.at(-1)
    if (last?.level === run.level && last.start + last.hashes.length / hashSize === run.start)
      found[found.length - 1] = { ...last, hashes: Buffer.concat([last.hashes, run.hashes]) }
    else found.push(run)
  }
  return found
}

/** The hashes of one level that are at hand, when all of these are. */
function atHand(known: Known, level: number, start: number, end: number): Buffer | null {
  const run = known.find(
    (one) => one.level === level && one.start <= start && end <= one.start + one.hashes.length / hashSize,
  )
  return run?.hashes.subarray((start - run.start) * hashSize, (end - run.start) * hashSize) ?? null
}

/** Leaf hashes `[start, end)`, one after the other. */
export async function leavesOf(tx: LedgerTx, start: number, end: number, known: Known = []): Promise<Buffer> {
  const held = atHand(known, 0, start, end)
  if (held) return held
  const { rows } = await sql<{ part: Buffer }>`
    select substring(l.hashes from (greatest(l.first_position, ${start}::bigint) - l.first_position)::int * 32 + 1
                              for (least(l.first_position + octet_length(l.hashes) / 32, ${end}::bigint) - greatest(l.first_position, ${start}::bigint))::int * 32) as part
      from ledger.leaves l
     where l.first_position >= coalesce((select max(p.first_position) from ledger.leaves p where p.first_position <= ${start}), 0)
       and l.first_position < ${end}
     order by l.first_position`.execute(tx)
  return whole(Buffer.concat(rows.map((row) => row.part)), end - start)
}

async function nodesOf(
  tx: LedgerTx,
  level: number,
  start: number,
  end: number,
  known: Known,
): Promise<Buffer> {
  const held = atHand(known, level, start, end)
  if (held) return held
  const { rows } = await sql<{ hash: Buffer }>`
    select hash from ledger.node where level = ${level} and position >= ${start} and position < ${end} order by position`.execute(
    tx,
  )
  return whole(Buffer.concat(rows.map((row) => row.hash)), end - start)
}

function whole(hashes: Buffer, count: number): Buffer {
  if (hashes.length !== count * hashSize) throw new LacksHashes()
  return hashes
}

/** Somebody took stored hashes away. */
export class LacksHashes extends Error {
  override message = 'The sealed tree lacks hashes that it should have.'
}

/**
 * The right edge of the sealed tree when it had `size` leaves, from the tiles that it ends in.
 * @throws LacksHashes
 */
export async function frontierAt(tx: LedgerTx, size: number): Promise<Frontier> {
  const root = await rootsAround(tx, size, size)
  const hashes: Buffer[] = []
  for (let start = 0; start < size;) {
    const end = start + largestPowerBelow(size - start + 1)
    hashes.push(await root(tx, start, end))
    start = end
  }
  return new Frontier(size, Buffer.concat(hashes))
}

/** PROOF of RFC 9162, 2.1.4.1: the hashes that lead from the tree of `first` leaves to that of `second`. */
export async function consistencyProof(tx: LedgerTx, first: number, second: number): Promise<Buffer[]> {
  const proof: Buffer[] = []
  if (first === 0 || first === second) return proof
  let [start, end, whole] = [0, second, true]
  while (first !== end) {
    const middle = start + largestPowerBelow(end - start)
    if (first <= middle) {
      proof.unshift(await rangeRoot(tx, middle, end))
      end = middle
    } else {
      proof.unshift(await rangeRoot(tx, start, middle))
      start = middle
      whole = false
    }
  }
  return whole ? proof : [await rangeRoot(tx, start, end), ...proof]
}

/** The same for whoever has no transaction: a witness asks when it is shown a checkpoint. */
export const provingIn = (url: string, name: string) => (first: number, second: number) =>
  inLedger(url, name, (tx) => consistencyProof(tx, first, second))
