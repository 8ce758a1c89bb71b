import type { KeyObject } from 'node:crypto'
import type pg from 'pg'
import type { Clock } from '../clock.ts'
import { UsageFault } from '../command-line.ts'
import { StartError } from '../errors.ts'
import { askImported } from './ask-imported.ts'
import { importCase } from './import-case.ts'
import { readManifest, type CaseManifest } from './manifest.ts'

/**
 * Brings the cases of an export in, each whole or not at all; one that is refused does not keep the
 * others out, and is named.
 */
export async function importCases(pool: pg.Pool, request: ImportAll): Promise<ImportReport> {
  const manifest = await readManifest(request.folder, request.key)
  const cases = chosen(manifest.cases, request)
  const report = { importedCount: 0, hereCount: 0, questionCount: 0, refusals: [] as string[] }
  const here: { readonly orderId: string; readonly organisationId: string }[] = []
  for (const [place, one] of cases.entries()) {
    try {
      const done = await importCase(pool, one, { ...request, exportId: manifest.exportId })
      if (done === 'imported') report.importedCount += 1
      else report.hereCount += 1
      here.push({ orderId: one.orderId, organisationId: request.into ?? one.organisationId })
    } catch (error) {
      if (!isRefusal(error)) throw error
      report.refusals.push(sentenceOf(error, one))
    }
    request.tell?.(`case ${place + 1} of ${cases.length}`)
  }
  const nowMs = request.clock.nowMs()
  for (const [organisationId, own] of Map.groupBy(here, (one) => one.organisationId)) {
    const orderIds = own.map(({ orderId }) => orderId)
    const arrived = { organisationId, orderIds, nowMs, reason: request.reason }
    report.questionCount += await askImported(pool, arrived)
  }
  return report
}

export type ImportAll = {
  readonly folder: string
  /** Of whoever exported; null: taken unsigned. */
  readonly key: KeyObject | null
  readonly caseId: string | null
  readonly into: string | null
  readonly reason: string
  readonly clock: Clock
  readonly tell?: (progress: string) => void
}

export type ImportReport = {
  readonly importedCount: number
  /** Here already, and the same. */
  readonly hereCount: number
  /** What a move means for an order, asked as a case and a move that were apart have met. */
  readonly questionCount: number
  readonly refusals: readonly string[]
}

function chosen(cases: readonly CaseManifest[], { caseId, into }: ImportAll) {
  const found = cases.filter(({ orderId }) => caseId === null || orderId === caseId)
  if (found.length === 0) throw new UsageFault('The export has no such case.')
  const owners = new Set(found.map(({ organisationId }) => organisationId))
  if (into !== null && owners.size > 1)
    throw new UsageFault(
      `The cases are of ${owners.size} organisations: they cannot all go --into one. Take them one --case at a time.`,
    )
  return found
}

/** Of what was given, and not of this server: a row that the tables refuse is one. */
function isRefusal(error: unknown): error is Error {
  if (error instanceof StartError) return error.code === 'data-folder-unusable'
  if (error instanceof SyntaxError) return true
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code))
}

/** The state alone of what the database says: its message may quote a position. */
function sentenceOf(error: Error, { orderId }: CaseManifest): string {
  if (error instanceof StartError) return error.message
  const state = 'code' in error ? String(error.code) : 'no JSON'
  return `The export cannot be used: the tables refuse a row of case ${orderId} (${state}). Nothing of it was imported.`
}
