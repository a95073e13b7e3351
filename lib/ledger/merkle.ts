import * as crypto from 'node:crypto'

/** Bytes of a hash: SHA-256. */
export const hashSize = 32

/**
 * SHA-256 in one call, its 32 bytes as characters: a string is made in a third of the time that a Buffer takes. `crypto.hash`
 * came with Node 20.12.
 */
const digest: (bytes: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'binary')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest('binary')

export const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(digest(bytes), 'latin1')

const node = Buffer.alloc(1 + 2 * hashSize, 1)

/** Hash of an inner node (RFC 9162, 2.1.1): 0x01, left, right. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1)
  node.set(right, 1 + hashSize)
  return sha256(node)
}

/** Leaves of the subtrees whose roots are kept. */
const tileWidth = 256
const tile = Buffer.alloc(1 + tileWidth * hashSize)
/** Each pair in the tile with the byte before it. */
const pairs = Array.from({ length: tileWidth / 2 }, (_, at) =>
  tile.subarray(2 * at * hashSize, 2 * at * hashSize + node.length),
)

/**
 * Root of 256 leaves, or a smaller power of two, level by level in place: what comes before a pair is used up, so the 0x01 can
 * stand there.
 */
function tileRoot(leaves: Uint8Array): Buffer {
  tile.set(leaves, 1)
  for (let width = leaves.length / hashSize / 2; width >= 1; width /= 2) {
    for (let at = 0; at < width; at++) {
      const pair = pairs[at] as Buffer
      pair[0] = 1
      tile.write(digest(pair), 1 + at * hashSize, hashSize, 'latin1')
    }
  }
  return Buffer.from(tile.subarray(1, 1 + hashSize))
}

/** A full subtree of `256 ** level` leaves, the `position`-th of its level. */
export interface FullNode {
  readonly level: number
  readonly position: number
  readonly hash: Buffer
}

/**
 * The right edge of a growing tree: roots of its full subtrees, largest first, as the bits of its size say. All that is
 * needed to append leaves and to know the root.
 */
export class Frontier {
  #size: number
  readonly #hashes: Buffer[]

  constructor(size = 0, hashes: Uint8Array = Buffer.alloc(0)) {
    if (hashes.length !== hashSize * ones(size))
      throw new RangeError(`A tree of ${size} leaves has another frontier.`)
    this.#size = size
    this.#hashes = Array.from({ length: ones(size) }, (_, at) =>
      Buffer.from(hashes.subarray(at * hashSize, (at + 1) * hashSize)),
    )
  }

  get size(): number {
    return this.#size
  }

  /** Adds leaf hashes, 32 bytes each, one after the other; `onNode` hears of each full subtree of 256, 65,536, … leaves. */
  append(leaves: Uint8Array, onNode?: (node: FullNode) => void): void {
    const whole = tileWidth * hashSize
    for (let at = 0; at < leaves.length;) {
      const full = this.#size % tileWidth === 0 && leaves.length - at >= whole
      const end = at + (full ? whole : hashSize)
      const part = leaves.subarray(at, end)
      if (full) this.#push(tileRoot(part), 8, onNode)
      else this.#push(Buffer.from(part), 0, onNode)
      at = end
    }
  }

  /** Adds the root of `2 ** height` leaves, and what it completes. */
  #push(root: Buffer, height: number, onNode?: (node: FullNode) => void): void {
    const grown = this.#size + 2 ** height
    let [hash, position] = [root, this.#size / 2 ** height]
    for (;;) {
      if (onNode && height > 0 && height % 8 === 0) onNode({ level: height / 8, position, hash })
      if (position % 2 === 0) break
      hash = nodeHash(this.#hashes.pop() as Buffer, hash)
      position = (position - 1) / 2
      height++
    }
    this.#hashes.push(hash)
    this.#size = grown
  }

  /** The tree's root; of no leaves, the hash of nothing. */
  root(): Buffer {
    const [last, ...others] = [...this.#hashes].reverse()
    if (!last) return sha256(Buffer.alloc(0))
    return others.reduce((right, left) => nodeHash(left, right), last)
  }

  /** The form that a block keeps and the constructor takes. */
  bytes(): Buffer {
    return Buffer.concat(this.#hashes)
  }
}

/** Root of a short list of hashes, as a subtree by itself. */
export function rootOf(leaves: Uint8Array): Buffer {
  const count = leaves.length / hashSize
  if (count >= 1 && count <= tileWidth && Number.isInteger(Math.log2(count))) return tileRoot(leaves)
  const tree = new Frontier()
  tree.append(leaves)
  return tree.root()
}

/**
 * Root that an inclusion proof leads to (RFC 9162, 2.1.3.2), or null when the proof has the wrong length.
 * @param position of the leaf, from 0
 */
export function rootFromInclusion(
  leaf: Uint8Array,
  position: number,
  size: number,
  proof: readonly Uint8Array[],
): Buffer | null {
  if (position < 0 || position >= size) return null
  let [at, last] = [position, size - 1]
  let hash: Buffer = Buffer.from(leaf)
  for (const other of proof) {
    if (last === 0) return null
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(other, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = nodeHash(hash, other)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 ? hash : null
}

function ones(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}

/**
 * Whether a tree of `second` leaves holds the tree of `first` leaves as its beginning, by a consistency proof (RFC 9162,
 * 2.1.4.2). Of an empty tree, and of the same size, the proof is empty.
 */
export function isConsistent(
  first: number,
  firstRoot: Uint8Array,
  second: number,
  secondRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (first > second) return false
  if (first === 0) return proof.length === 0
  if (first === second) return proof.length === 0 && Buffer.from(firstRoot).equals(secondRoot)
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof]
  const start = path.shift()
  if (!start) return false
  let [at, last] = [first - 1, second - 1]
  for (; at % 2 === 1; last = Math.floor(last / 2)) at = Math.floor(at / 2)
  let old: Buffer = Buffer.from(start)
  let now: Buffer = Buffer.from(start)
  for (const other of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      old = nodeHash(other, old)
      now = nodeHash(other, now)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else now = nodeHash(now, other)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && old.equals(firstRoot) && now.equals(secondRoot)
}
