import type { KeyObject } from 'node:crypto'
import { originOf, readNote, type Head } from './signed-note.ts'
import { addLeaf, emptyEdge, hashLeaf, rootOf, type TreeEdge } from './tree.ts'

/**
 * Checks an export line by line against the public key, and against heads that somebody outside
 * kept. What the outside heads do not cover can be cut off together with its own heads, unseen: so
 * the report says how far each of the two reaches.
 */
export function verifyExport(lines: Iterable<string>, proof: VerifyProof): VerifyReport {
  const roots = new Map([[0, rootOf(emptyEdge)]])
  const state: State = { faults: [], edge: emptyEdge, roots, origin: null, heads: [] }
  const witnessed = readWitnessed(state, proof)
  const wanted = new Set(witnessed.map(({ size }) => size))
  for (const line of lines) readLine(state, line, wanted, proof.publicKey)
  if (state.origin === null) state.faults.push('The export does not say of which organisation.')
  const own = checkHeads(state, state.heads, 'a head of the export')
  const outside = checkHeads(state, witnessed, 'a head that the witness kept')
  if (state.heads.length === 0) {
    state.faults.push(
      'The export holds no head that this key signed: nothing vouches for its entries.',
    )
  }
  return {
    faults: state.faults.slice(0, faultsToldMax),
    faultCount: state.faults.length,
    entryCount: state.edge.size,
    signedCount: own,
    witnessedCount: outside,
  }
}

export type VerifyProof = {
  readonly publicKey: KeyObject
  /** Notes that a witness kept; null: nobody outside was asked. */
  readonly witnessNotes: readonly string[] | null
}

export type VerifyReport = {
  readonly faults: readonly string[]
  readonly faultCount: number
  readonly entryCount: number
  /** So many entries, from the first, are covered by a head that the key signed. */
  readonly signedCount: number
  /** And so many by one that the witness has. */
  readonly witnessedCount: number
}

type State = {
  readonly faults: string[]
  edge: TreeEdge
  /** Roots at the sizes that heads speak of. */
  readonly roots: Map<number, Buffer>
  origin: string | null
  readonly heads: Head[]
}

const faultsToldMax = 100

function readWitnessed({ faults }: State, proof: VerifyProof): readonly Head[] {
  return (proof.witnessNotes ?? []).flatMap((note) => {
    const head = readNote(note, proof.publicKey)
    if (head === null) faults.push('A head that the witness kept is not signed by this key.')
    return head ?? []
  })
}

function readLine(
  state: State,
  line: string,
  wanted: ReadonlySet<number>,
  publicKey: KeyObject,
): void {
  const value = parse(line)
  if (typeof value?.organisationId === 'string' && state.origin === null) {
    state.origin = originOf(value.organisationId)
  } else if (typeof value?.body === 'string') {
    readEntry(state, value.index, value.body)
    if (wanted.has(state.edge.size)) state.roots.set(state.edge.size, rootOf(state.edge))
  } else if (typeof value?.head === 'string') {
    const head = readNote(value.head, publicKey)
    if (head === null) state.faults.push('A head of the export is not signed by this key.')
    else takeHead(state, head)
  } else {
    state.faults.push('A line of the export is not one of this format.')
  }
}

function readEntry(state: State, index: unknown, text: string): void {
  if (index !== state.edge.size) {
    state.faults.push(`Entry ${state.edge.size} was expected, entry ${String(index)} came.`)
  }
  const body = Buffer.from(text, 'base64')
  if (body.toString('base64') !== text) {
    state.faults.push(`Entry ${state.edge.size} is not written as an export writes it.`)
  }
  state.edge = addLeaf(state.edge, hashLeaf(body))
}

/** An export writes a head where it holds: after the last entry that it covers. */
function takeHead(state: State, head: Head): void {
  if (head.size !== state.edge.size) {
    state.faults.push(
      `A head of ${head.size} entries stands after ${state.edge.size}: some are gone or added.`,
    )
  }
  state.roots.set(state.edge.size, rootOf(state.edge))
  state.heads.push(head)
}

/** How many entries they cover that all fit. */
function checkHeads(state: State, heads: readonly Head[], whose: string): number {
  let covered = 0
  for (const { origin, size, root } of heads) {
    const found = state.roots.get(size)
    if (origin !== state.origin) {
      state.faults.push(`There is ${whose} that is of another log.`)
    } else if (size > state.edge.size) {
      state.faults.push(
        `There is ${whose} of ${size} entries; the export has ${state.edge.size}: the rest was cut off.`,
      )
    } else if (found === undefined || !found.equals(root)) {
      state.faults.push(`The first ${size} entries are not those of ${whose}.`)
    } else covered = Math.max(covered, size)
  }
  return covered
}

function parse(line: string): ExportLine | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

type ExportLine = {
  readonly organisationId?: unknown
  readonly index?: unknown
  readonly body?: unknown
  readonly head?: unknown
}
