import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type pg from 'pg'
import { createLineFile } from '../backup/line-file.ts'
import type { Clock } from '../clock.ts'
import { UsageFault } from '../command-line.ts'
import type { RecordKey } from '../record-key.ts'
import { insertAccess } from '../store/alerts/access-log.ts'
import { inTransactionOn } from '../store/pg/pool.ts'
import { readRecord } from './case-record.ts'
import { readRows, settleText } from './case-rows.ts'
import { findCaseScope, type CaseScope } from './case-scope.ts'
import { caseTables } from './case-tables.ts'
import { countInNoCase } from './in-no-case.ts'
import { fileOfCase, writeManifest, type CaseManifest, type FileManifest } from './manifest.ts'

/**
 * Writes one case, or all of them, into a new folder. Each case is as of one moment, and is on
 * record before it is read. Memory does not grow with what is written.
 */
export async function writeExport(pool: pg.Pool, request: ExportRequest): Promise<ExportCounts> {
  const { folder, clock } = request
  const orderIds = await listOrderIds(pool, request.caseId)
  await makeFolder(folder)
  const cases: CaseManifest[] = []
  const counts = { caseCount: 0, rowCount: 0, fixCount: 0 }
  for (const orderId of orderIds) {
    const written = await writeCase(pool, request, orderId)
    cases.push(written)
    counts.caseCount += 1
    counts.rowCount += written.files.reduce((sum, { rowCount }) => sum + rowCount, 0)
    counts.fixCount += written.files.find(({ name }) => name === 'fixes')?.rowCount ?? 0
    request.tell?.(`case ${counts.caseCount} of ${orderIds.length}: ${counts.rowCount} rows`)
  }
  const isEverything = request.caseId === null
  const manifest = {
    format: 'hoede-export-1',
    exportId: randomUUID(),
    madeAt: new Date(clock.nowMs()).toISOString(),
    isEverything,
    migration: await findMigration(pool),
    cases,
    inNoCase: isEverything ? await countInNoCase(pool) : null,
  } as const
  await writeManifest(folder, manifest, request.key)
  return { ...counts, inNoCase: manifest.inNoCase }
}

export type ExportRequest = {
  readonly folder: string
  /** Null: all. */
  readonly caseId: string | null
  /** For whom or what, in the words of whoever asks. */
  readonly reason: string
  readonly clock: Clock
  /** Null: nothing is signed. */
  readonly key: RecordKey | null
  readonly tell?: (progress: string) => void
}

export type ExportCounts = {
  readonly caseCount: number
  readonly rowCount: number
  readonly fixCount: number
  readonly inNoCase: Readonly<Record<string, number>> | null
}

async function listOrderIds(pool: pg.Pool, caseId: string | null): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select id from protection_orders where $1::uuid is null or id = $1 order by id',
    [caseId],
  )
  if (caseId !== null && rows.length === 0) throw new UsageFault('No order has this id.')
  return rows.map(({ id }) => id)
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new UsageFault(`--to cannot be made (${code}): expected a folder that is not there yet.`)
  })
  await mkdir(path.join(folder, 'cases'), { mode: 0o700 })
}

async function writeCase(
  pool: pg.Pool,
  request: ExportRequest,
  orderId: string,
): Promise<CaseManifest> {
  const before = await findCaseScope(pool, orderId)
  if (before === null) throw new Error('an order whose id was read is gone')
  await insertAccess(pool, accessOf(before, request))
  await mkdir(path.dirname(fileOfCase(request.folder, orderId, 'x')), { mode: 0o700 })
  const client = await pool.connect()
  try {
    return await inTransactionOn(client, 'begin isolation level repeatable read', async () => {
      await settleText(client)
      const scope = await findCaseScope(client, orderId)
      if (scope === null) throw new Error('an order whose reading is on record is gone')
      const files: FileManifest[] = []
      const keep = async (name: string, rows: AsyncGenerator<readonly string[]>) => {
        files.push(await writeFile(fileOfCase(request.folder, orderId, name), name, rows))
      }
      for (const table of caseTables) await keep(table.name, readRows(client, table, scope))
      await keep('record', readRecord(client, scope))
      return { orderId, organisationId: scope.organisationId, files }
    })
  } finally {
    client.release()
  }
}

async function writeFile(
  file: string,
  name: string,
  rows: AsyncGenerator<readonly string[]>,
): Promise<FileManifest> {
  const lineFile = createLineFile(file)
  let rowCount = 0
  for await (const lines of rows) {
    await lineFile.add(lines)
    rowCount += lines.length
  }
  return { name, rowCount, sha256: await lineFile.end() }
}

function accessOf({ orderId, organisationId, personIds }: CaseScope, request: ExportRequest) {
  return {
    organisationId,
    by: { kind: 'command', id: null, role: null },
    door: 'npm run export',
    action: 'exportCase',
    alertId: null,
    protectionOrderId: orderId,
    personIds,
    reason: request.reason,
    nowMs: request.clock.nowMs(),
  } as const
}

async function findMigration(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ number: number }>(
    'select max(number) as number from schema_migrations',
  )
  return rows[0]?.number ?? 0
}
