import { createHash } from 'node:crypto'
import type pg from 'pg'
import { linesOf } from '../backup/line-file.ts'
import type { Clock } from '../clock.ts'
import { recordAct } from '../store/record/audit-entries.ts'
import { lockAlertEvents } from '../store/alerts/alert-events.ts'
import { inTransaction, type Db } from '../store/pg/pool.ts'
import { insertRecord } from './case-record.ts'
import { insertRows, readRows, settleText } from './case-rows.ts'
import { findCaseScope } from './case-scope.ts'
import { caseTables, type CaseTable } from './case-tables.ts'
import { journalCase } from './journal-case.ts'
import { fileOfCase, refused, type CaseManifest, type FileManifest } from './manifest.ts'

/**
 * Brings one case in, whole or not at all: its files are checked before anything is written, and
 * what was written is read again and compared with what was exported before it is kept. A case
 * that is here already is compared, and nothing is changed.
 */
export async function importCase(
  pool: pg.Pool,
  given: CaseManifest,
  request: ImportRequest,
): Promise<'imported' | 'was here'> {
  const { orderId } = given
  await checkFiles(given, request.folder)
  const into = request.into ?? given.organisationId
  return await inTransaction(pool, async (tx) => {
    await settleText(tx)
    await requireOrganisation(tx, into)
    const isHere = (await findCaseScope(tx, orderId)) !== null
    if (!isHere) {
      await knowPeople(tx, given, request.folder, into)
      await giveWay(tx, given, request.folder, into)
      for (const table of caseTables.filter(({ name }) => name !== 'alert_events'))
        await putTable(tx, table, { given, into, folder: request.folder })
      // From here on no alert of this server can be told until this is kept.
      await lockAlertEvents(tx)
      for (const table of caseTables.filter(({ name }) => name === 'alert_events'))
        await putTable(tx, table, { given, into, folder: request.folder })
    }
    await compare(tx, given, { into, wasHere: isHere, folder: request.folder })
    if (isHere) return 'was here'
    await putRecord(tx, given, { ...request, into })
    const scope = await journalCase(tx, orderId)
    await recordAct(tx, {
      organisationId: into,
      name: 'importCase',
      kind: 'collection',
      outcome: 'allowed',
      atMs: request.clock.nowMs(),
      by: { kind: 'command', id: null, role: null },
      door: 'npm run import-cases',
      personIds: scope.personIds,
      alertId: null,
      protectionOrderId: orderId,
      subjectId: null,
      reason: request.reason,
      secondPersonId: null,
      detail: { exportId: request.exportId },
    })
    return 'imported'
  })
}

export type ImportRequest = {
  readonly folder: string
  readonly exportId: string
  /** Null: the organisation of the same id. */
  readonly into: string | null
  readonly reason: string
  readonly clock: Clock
}

type Put = { readonly given: CaseManifest; readonly into: string; readonly folder: string }

/** Every file is there, is what the list says, and there is none that is not known here. */
async function checkFiles({ orderId, files }: CaseManifest, folder: string): Promise<void> {
  const names = [...caseTables.map(({ name }) => name), 'record'].toSorted()
  const listed = files.map(({ name }) => name).toSorted()
  if (names.join() !== listed.join())
    throw refused(`case ${orderId} has other files than this version reads`)
  for (const { name, rowCount, sha256 } of files) {
    const hash = createHash('sha256')
    let count = 0
    for await (const line of readLines(fileOfCase(folder, orderId, name), orderId)) {
      hash.update(`${line}\n`)
      count += 1
      if (count > rowCount) break
    }
    if (count !== rowCount || hash.digest('hex') !== sha256) throw changed(orderId, name)
  }
}

function changed(orderId: string, name: string): Error {
  return refused(
    `${name} of case ${orderId} is not as it was written. Nothing of this case was imported`,
  )
}

async function* readLines(file: string, orderId: string): AsyncGenerator<string> {
  try {
    yield* linesOf(file)
  } catch (error) {
    throw refused(`a file of case ${orderId} cannot be read`, error)
  }
}

async function requireOrganisation(tx: Db, id: string): Promise<void> {
  const { rows } = await tx.query('select 1 from organisations where id = $1', [id])
  if (rows.length === 0)
    throw refused(
      `organisation ${id} is not here, and nobody would see its cases. Make it, or name another with --into`,
    )
}

/** An order is of people whom its organisation knows. */
async function knowPeople(tx: Db, given: CaseManifest, folder: string, into: string) {
  await putTable(tx, tableOf('persons'), { given, into, folder })
  const ids: string[] = []
  for await (const line of readLines(fileOfCase(folder, given.orderId, 'persons'), given.orderId)) {
    ids.push((JSON.parse(line) as { id: string }).id)
  }
  await tx.query(
    `insert into persons_in (organisation_id, person_id)
     select $1, p.id from persons p where p.id = any($2::uuid[]) on conflict do nothing`,
    [into, ids],
  )
}

/** A document that came here too, and was never carried out, is that which the case brings. */
async function giveWay(tx: Db, given: CaseManifest, folder: string, into: string): Promise<void> {
  const lines = readLines(fileOfCase(folder, given.orderId, 'decisions'), given.orderId)
  await inBatches(lines, async (some) => {
    await tx.query(
      `delete from decisions d using json_to_recordset($1::json) as x (source text, "documentReference" text)
        where d.organisation_id = $2 and d.status in ('incomplete', 'refused', 'set-aside')
          and d.protection_order_id is null
          and d.source = x.source and d.document_reference = x."documentReference"`,
      [`[${some.join(',')}]`, into],
    )
  })
}

function tableOf(name: string): CaseTable {
  const table = caseTables.find((one) => one.name === name)
  if (table === undefined) throw new Error(`expected ${name} among the tables of a case`)
  return table
}

async function putTable(tx: Db, table: CaseTable, { given, into, folder }: Put): Promise<void> {
  const { orderId, organisationId: from } = given
  const base = table.name === 'alert_events' ? await numberBelow(tx, fileNamed(given, table)) : 0
  let putCount = 0
  const put = async (lines: readonly string[]) => {
    await insertRows(tx, { table, lines, from, into, firstNumber: base + putCount })
    putCount += lines.length
  }
  await inBatches(readLines(fileOfCase(folder, orderId, table.name), orderId), put)
}

/** Numbers of events that were told elsewhere: nobody here follows from below nought. */
async function numberBelow(tx: Db, { rowCount }: FileManifest): Promise<number> {
  const { rows } = await tx.query<{ least: string }>(
    'select least(0, min(sequence))::text as least from alert_events',
  )
  return Number(rows[0]?.least ?? 0) - rowCount - 1
}

async function putRecord(
  tx: Db,
  given: CaseManifest,
  { folder, exportId, into }: ImportRequest & { readonly into: string },
): Promise<void> {
  const insert = { organisationId: into, orderId: given.orderId, exportId }
  const lines = readLines(fileOfCase(folder, given.orderId, 'record'), given.orderId)
  await inBatches(lines, (some) => insertRecord(tx, insert, some))
}

/** By count and by size: a row can be large. */
async function inBatches(
  lines: AsyncGenerator<string>,
  put: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  let batch: string[] = []
  let length = 0
  for await (const line of lines) {
    batch.push(line)
    length += line.length
    if (batch.length < batchCountMax && length < batchLengthMax) continue
    await put(batch)
    batch = []
    length = 0
  }
  if (batch.length > 0) await put(batch)
}

const batchCountMax = 2_000
const batchLengthMax = 4 * 1024 * 1024

/**
 * Reads what is here now in the way of an export, and compares the hashes. Of people and devices
 * that came with another case before, more may be here: what they were told since, and what their
 * devices reported; and of a case that was here, what it was asked here. Every line of the export
 * is there all the same.
 */
async function compare(
  tx: Db,
  given: CaseManifest,
  { folder, into, wasHere }: { into: string; wasHere: boolean; folder: string },
): Promise<void> {
  const scope = await findCaseScope(tx, given.orderId)
  if (scope === null || scope.organisationId !== into)
    throw refused(`case ${given.orderId} is of another organisation here, or is no case`)
  for (const table of caseTables) {
    const hash = createHash('sha256')
    let count = 0
    for await (const lines of readRows(tx, table, scope, given.organisationId)) {
      hash.update(lines.map((line) => `${line}\n`).join(''))
      count += lines.length
    }
    const { rowCount, sha256 } = fileNamed(given, table)
    if (hash.digest('hex') === sha256) continue
    const mayBeMore = wasHere ? table.isAskedHere === true : table.of !== 'order'
    const rows =
      mayBeMore && count > rowCount ? readRows(tx, table, scope, given.organisationId) : null
    const lines = readLines(fileOfCase(folder, given.orderId, table.name), given.orderId)
    if (rows !== null && (await isWithin(rows, lines))) continue
    const what = `${table.name}: ${count} here, ${rowCount} exported`
    throw refused(
      wasHere
        ? `case ${given.orderId} is here already, and differs (${what}). Nothing was changed`
        : `case ${given.orderId} would not be the same here (${what}): rows of it are here already, or point at what is not. Nothing of it was imported`,
    )
  }
}

/** Whether every line is among the rows, which come in the same order. */
async function isWithin(
  rows: AsyncGenerator<readonly string[]>,
  lines: AsyncGenerator<string>,
): Promise<boolean> {
  let next = await lines.next()
  for await (const some of rows) {
    for (const row of some) if (next.done !== true && row === next.value) next = await lines.next()
  }
  return next.done === true
}

function fileNamed({ orderId, files }: CaseManifest, { name }: CaseTable): FileManifest {
  const file = files.find((one) => one.name === name)
  if (file === undefined) throw refused(`case ${orderId} has no ${name}`)
  return file
}
