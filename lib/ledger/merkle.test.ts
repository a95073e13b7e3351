import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { Frontier, nodeHash, rootFromInclusion, rootOf, sha256 } from './merkle'

/** Leaves and roots of the reference tests of Certificate Transparency (RFC 6962 and RFC 9162 share them). */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const leaf = (hex: string) => sha256(Buffer.from(`00${hex}`, 'hex'))

/** The recursive definition of RFC 9162, 2.1.1, word for word. */
function defined(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest()
  if (leaves.length === 1) return leaves[0] as Buffer
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(defined(leaves.slice(0, k)), defined(leaves.slice(k)))
}

/** PATH(m, D) of RFC 9162, 2.1.3.1. */
function path(m: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length === 1) return []
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return m < k
    ? [...path(m, leaves.slice(0, k)), defined(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), defined(leaves.slice(0, k))]
}

test('Roots are those of the published examples', () => {
  const tree = new Frontier()
  for (const [at, hex] of inputs.entries()) {
    tree.append(leaf(hex))
    expect(tree.root().toString('hex')).toBe(roots[at])
  }
})

test('Every tree up to 300 leaves has the root, the frontier and the full subtrees of the definition', () => {
  const leaves = Array.from({ length: 300 }, (_, at) => leaf(at.toString(16).padStart(4, '0')))
  const tree = new Frontier()
  const full: { level: number; position: number; hash: Buffer }[] = []
  for (const [at, one] of leaves.entries()) {
    tree.append(one, (node) => full.push(node))
    const again = new Frontier(at + 1, tree.bytes())
    expect(again.root()).toEqual(defined(leaves.slice(0, at + 1)))
  }
  expect(full).toEqual([{ level: 1, position: 0, hash: defined(leaves.slice(0, 256)) }])
  expect(rootOf(Buffer.concat(leaves.slice(0, 7)))).toEqual(defined(leaves.slice(0, 7)))
})

test('Leaves may come in any portions: whole tiles, halves of them, one by one', () => {
  const leaves = Array.from({ length: 1_300 }, (_, at) => leaf(at.toString(16).padStart(4, '0')))
  const root = defined(leaves)
  const nodes = [0, 1, 2, 3, 4].map((position) => ({
    level: 1,
    position,
    hash: defined(leaves.slice(position * 256, position * 256 + 256)),
  }))
  for (const portions of [[1_300], [1, 255, 1_044], [256, 256, 788], [700, 1, 599], [512, 3, 785]]) {
    const tree = new Frontier()
    const full: unknown[] = []
    for (const size of portions)
      tree.append(Buffer.concat(leaves.slice(tree.size, tree.size + size)), (node) => full.push(node))
    expect([tree.size, tree.root(), full]).toEqual([1_300, root, nodes])
  }
})

test('A proof of inclusion leads to the root from its own leaf and place, and from no other', () => {
  const leaves = Array.from({ length: 70 }, (_, at) => leaf(at.toString(16).padStart(4, '0')))
  for (const size of [1, 2, 3, 5, 8, 33, 64, 70]) {
    const part = leaves.slice(0, size)
    for (let at = 0; at < size; at++) {
      const proof = path(at, part)
      expect(rootFromInclusion(part[at] as Buffer, at, size, proof)).toEqual(defined(part))
      if (size > 1) {
        expect(rootFromInclusion(part[(at + 1) % size] as Buffer, at, size, proof)).not.toEqual(defined(part))
        expect(rootFromInclusion(part[at] as Buffer, (at + 1) % size, size, proof)).not.toEqual(defined(part))
        expect(rootFromInclusion(part[at] as Buffer, at, size, proof.slice(1))).not.toEqual(defined(part))
      }
      expect(rootFromInclusion(part[at] as Buffer, at, size, [...proof, leaf('ff')])).not.toEqual(
        defined(part),
      )
    }
  }
})

test('A frontier that does not fit its size is refused', () => {
  expect(() => new Frontier(3, Buffer.alloc(32))).toThrow(RangeError)
})
