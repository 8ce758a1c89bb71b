import type { RecordKey } from '../../src/record-key.ts'
import { encodeAct, type Act } from '../../src/record/act.ts'
import { originOf, writeNote } from '../../src/record/signed-note.ts'
import { addLeaf, emptyEdge, hashLeaf, rootOf } from '../../src/record/tree.ts'

export const organisationId = '00000000-0000-7000-8000-000000000001'

/** Entries that differ, in the bytes that are stored. */
export function makeBodies(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, place) => encodeAct(actOf(place), traceOf(place)).at(0)!)
}

/** An export of these entries with a head after each so many, and one at the end. */
export function writeExport(
  bodies: readonly Buffer[],
  key: RecordKey,
  headInterval: number,
): readonly string[] {
  let edge = emptyEdge
  const lines = [JSON.stringify({ format: 'hoede-record-1', organisationId })]
  for (const [index, body] of bodies.entries()) {
    lines.push(JSON.stringify({ index, body: body.toString('base64') }))
    edge = addLeaf(edge, hashLeaf(body))
    if (edge.size % headInterval !== 0 && edge.size !== bodies.length) continue
    const head = { origin: originOf(organisationId), size: edge.size, root: rootOf(edge) }
    lines.push(JSON.stringify({ head: writeNote(head, key.privateKey, key.publicKey) }))
  }
  return lines
}

export function notesOf(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const { head } = JSON.parse(line) as { readonly head?: string }
    return head === undefined ? [] : [head]
  })
}

function actOf(place: number): Act {
  return {
    organisationId,
    name: 'getAlert',
    kind: 'consultation',
    outcome: 'allowed',
    atMs: Date.UTC(2026, 10, 26) + place * 1_000,
    by: { kind: 'api-client', id: uuidOf(place % 7), role: 'operator' },
    door: 'GET /v1/alerts/:id',
    personIds: [uuidOf(100 + (place % 13))],
    alertId: uuidOf(1_000 + place),
    protectionOrderId: null,
    subjectId: null,
    reason: 'handling of an alert',
    secondPersonId: null,
    detail: {},
  }
}

function traceOf(place: number) {
  const digits = place.toString(16)
  return { id: digits.padStart(32, '0'), spanIds: [digits.padStart(16, '0')] }
}

function uuidOf(number: number): string {
  return `019ab2f4-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}
