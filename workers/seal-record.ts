import type { KeyObject } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import type pg from 'pg'
import { OperatingError } from '../src/errors.ts'
import type { Log } from '../src/log.ts'
import { originOf, readNote, writeNote } from '../src/record/signed-note.ts'
import { addLeaf, emptyEdge, hashLeaf, rootOf, type TreeEdge } from '../src/record/tree.ts'
import { listAuditEntries } from '../src/store/record/audit-entries.ts'
import {
  findLastHead,
  findWitnessed,
  insertHead,
  listHeads,
  listRecordOwners,
  saveWitnessed,
} from '../src/store/record/audit-heads.ts'

/**
 * Signs the head of each organisation's record, where it has grown, and gives it to the witnesses.
 * Hashes come from the bytes of the entries, so that what was changed since is signed by nobody
 * without the difference to what a witness has. To be run each minute: what is younger than the
 * last head that a witness has can be rewritten unseen.
 */
export function createRecordSealer(deps: RecordSealerDeps): () => Promise<void> {
  return async () => {
    const faults: unknown[] = []
    for (const organisationId of await listRecordOwners(deps.pool)) {
      await sealOne(deps, organisationId)
      for (const witness of witnessesOf(deps)) {
        await tellWitness(deps, organisationId, witness).catch((error: unknown) => {
          faults.push(error)
        })
      }
    }
    // Each witness and each organisation has had its turn; the sweep says what failed.
    if (faults.length > 0) throw new AggregateError(faults, 'A witness did not take a head.')
  }
}

export type RecordSealing = {
  readonly key: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  /** A file that heads are added to; null: none. */
  readonly witnessPath: string | null
  /** Where heads are sent; null: nowhere. */
  readonly witnessUrl: string | null
}

type RecordSealerDeps = RecordSealing & { readonly pool: pg.Pool; readonly log: Log }

const pageCount = 2_000
const headsPerCall = 100
const witnessMsMax = 10_000

async function sealOne(deps: RecordSealerDeps, organisationId: string): Promise<void> {
  const { pool, log, key } = deps
  const last = await findLastHead(pool, organisationId)
  const begin: TreeEdge = last === null ? emptyEdge : { size: last.size, roots: last.edge }
  if (last !== null && !rootOf(begin).equals(last.root)) {
    throw new OperatingError('internal-error', 'The last head of the record is not as it was.')
  }
  if (last !== null && readNote(last.note, key.publicKey) === null) {
    log.warn({ organisationId }, 'the last head of the record is signed by another key')
  }
  const edge = await growEdge(pool, organisationId, begin)
  if (edge.size === begin.size) return
  const head = { origin: originOf(organisationId), size: edge.size, root: rootOf(edge) }
  const note = writeNote(head, key.privateKey, key.publicKey)
  await insertHead(pool, organisationId, { ...head, edge: edge.roots, note })
}

async function growEdge(pool: pg.Pool, organisationId: string, begin: TreeEdge) {
  const all = { organisationId, subjectId: null, fromMs: null, untilMs: null, limit: pageCount }
  let edge = begin
  for (;;) {
    const rows = await listAuditEntries(pool, { ...all, afterIndex: edge.size - 1 })
    for (const { index, body } of rows) {
      if (index !== edge.size) {
        throw new OperatingError('internal-error', 'An entry of the record is gone.')
      }
      edge = addLeaf(edge, hashLeaf(body))
    }
    if (rows.length < pageCount) return edge
  }
}

type Witness = { readonly name: string; readonly take: (notes: readonly string[]) => Promise<void> }

/** By their address: another one gets all heads from the first. */
function witnessesOf({ witnessPath, witnessUrl }: RecordSealerDeps): readonly Witness[] {
  const witnesses: Witness[] = []
  if (witnessPath !== null) {
    witnesses.push({ name: witnessPath, take: (notes) => append(witnessPath, notes) })
  }
  if (witnessUrl !== null) {
    witnesses.push({ name: witnessUrl, take: (notes) => post(witnessUrl, notes) })
  }
  return witnesses
}

/** In order, and marked when it was taken: a witness that was away gets what it missed. */
async function tellWitness(
  { pool }: RecordSealerDeps,
  organisationId: string,
  { name, take }: Witness,
): Promise<void> {
  const after = await findWitnessed(pool, organisationId, name)
  const heads = await listHeads(pool, organisationId, after, headsPerCall)
  const last = heads.at(-1)
  if (last === undefined) return
  await take(heads.map(({ note }) => note))
  await saveWitnessed(pool, organisationId, name, last.size)
}

async function append(file: string, notes: readonly string[]): Promise<void> {
  await appendFile(file, notes.map((note) => `${note}\n`).join(''), { flush: true })
}

/** A redirect is refused: heads go to whom the administrator named. */
async function post(url: string, notes: readonly string[]): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: notes.map((note) => `${note}\n`).join(''),
    redirect: 'error',
    signal: AbortSignal.timeout(witnessMsMax),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new OperatingError('internal-error', `A witness answered ${answer.status}.`)
}
