import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { addLeaf, emptyEdge, hashLeaf, pathTo, rootOf } from '../../src/record/tree.ts'

/** The entries and roots that implementations of Certificate Transparency are tested with. */
const entries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

it.each([
  [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
])('the root of %i entries is the published one', (count, root) => {
  const leaves = entries.slice(0, count).map((hex) => hashLeaf(Buffer.from(hex, 'hex')))
  expect(rootOf(leaves.reduce(addLeaf, emptyEdge)).toString('hex')).toBe(root)
})

it('a tree is held by as many hashes as its size has binary digits of one', () => {
  const leaf = hashLeaf(Buffer.of(1))
  let edge = emptyEdge
  for (let place = 0; place < 4_095; place += 1) edge = addLeaf(edge, leaf)
  expect(edge).toMatchObject({ size: 4_095 })
  expect(edge.roots).toHaveLength(12)
  expect(addLeaf(edge, leaf).roots).toHaveLength(1)
})

it('the path of each entry leads to the root of every tree up to forty entries, and of no other entry', () => {
  const all = Array.from({ length: 40 }, (_, place) => hashLeaf(Buffer.of(place)))
  for (let size = 1; size <= all.length; size += 1) {
    const leaves = all.slice(0, size)
    const root = rootOf(leaves.reduce(addLeaf, emptyEdge))
    for (const [index, leaf] of leaves.entries()) {
      const path = pathTo(leaves, index)
      expect(climb(leaf, { index, size, path }).equals(root)).toBe(true)
      const other = leaves[(index + 1) % size] ?? leaf
      if (size > 1) expect(climb(other, { index, size, path }).equals(root)).toBe(false)
    }
  }
})

/** As RFC 9162 checks an inclusion (2.1.3.2). */
function climb(
  leaf: Buffer,
  { index, size, path }: { index: number; size: number; path: readonly Buffer[] },
): Buffer {
  const join = (left: Buffer, right: Buffer): Buffer =>
    createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()
  let [node, last, hash] = [index, size - 1, leaf]
  for (const step of path) {
    if (node % 2 === 1 || node === last) {
      hash = join(step, hash)
      for (; node % 2 === 0 && node > 0; node /= 2) last = Math.floor(last / 2)
    } else hash = join(hash, step)
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return hash
}
