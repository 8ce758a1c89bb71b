import { createHash } from 'node:crypto'

/**
 * The tree of RFC 6962 over the bytes of entries. A leaf and a node are hashed with different first
 * bytes, so that neither can be passed off as the other.
 */
export function hashLeaf(body: Uint8Array): Buffer {
  return createHash('sha256').update(leafMark).update(body).digest()
}

/**
 * Adds one leaf to the right edge of a tree: the roots of its complete subtrees, the largest
 * first. Memory grows with the logarithm of the size.
 */
export function addLeaf(edge: TreeEdge, leaf: Buffer): TreeEdge {
  const roots = [...edge.roots]
  let joined = leaf
  // As in adding one to a binary number: every 1 at the end is carried.
  for (let size = edge.size; size % 2 === 1; size = Math.floor(size / 2)) {
    joined = hashNode(roots.pop() ?? joined, joined)
  }
  return { size: edge.size + 1, roots: [...roots, joined] }
}

/** The head of the tree. Of no entries it is the hash of nothing. */
export function rootOf({ roots }: TreeEdge): Buffer {
  const root = roots.reduceRight<Buffer | null>(
    (right, left) => (right === null ? left : hashNode(left, right)),
    null,
  )
  return root ?? createHash('sha256').digest()
}

/**
 * What is needed beside one entry to compute the head of a tree of these leaves (RFC 6962, 2.1.1),
 * from the entry upwards.
 */
export function pathTo(leaves: readonly Buffer[], index: number): readonly Buffer[] {
  if (leaves.length <= 1) return []
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return index < half
    ? [...pathTo(left, index), rootOfLeaves(right)]
    : [...pathTo(right, index - half), rootOfLeaves(left)]
}

function rootOfLeaves(leaves: readonly Buffer[]): Buffer {
  return rootOf(leaves.reduce(addLeaf, emptyEdge))
}

export type TreeEdge = { readonly size: number; readonly roots: readonly Buffer[] }

export const emptyEdge: TreeEdge = { size: 0, roots: [] }

const leafMark = Buffer.of(0)
const nodeMark = Buffer.of(1)

function hashNode(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(nodeMark).update(left).update(right).digest()
}
