import { expect, it } from 'vitest'
import { addLeaf, emptyEdge, hashLeaf, rootOf } from '../../src/record/tree.ts'

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
