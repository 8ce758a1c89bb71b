import {
  openAssessments,
  sealAssessment,
  type AssessmentTexts,
} from '../store/keys/sealed-assessments.ts'
import { openEvidences, sealEvidence, type StoredEvidence } from '../store/keys/sealed-evidence.ts'
import type { Evidence } from '../core/model/alert.ts'
import { openOrders, sealOrder, type StoredOrder } from '../store/keys/sealed-orders.ts'
import { openTexts, sealText } from '../store/keys/sealed-text.ts'
import type { Db } from '../store/pg/pool.ts'
import { aboutPhone, scopeOfPerson } from '../store/registry/person-phones.ts'
import { aboutSighting } from '../store/cases/sightings.ts'
import type { CaseTable } from './case-tables.ts'
import { sealPlaced } from './placed-rows.ts'
import { requireReadable } from './readable-order.ts'

/** What is sealed with a key of this server opens nowhere else: it leaves as it was said. */
export async function openRows(
  tx: Db,
  { name }: CaseTable,
  lines: readonly string[],
): Promise<readonly string[]> {
  const open = {
    alerts: openAlerts,
    enforceability_assessments: openAssessed,
    person_phones: openWords(phoneWords),
    person_sightings: openWords(sightingWords),
    protection_order_versions: openBodies,
  }[name]
  return open === undefined ? lines : await open(tx, lines)
}

/** With keys of this server, before it is put in. */
export async function sealRows(
  tx: Db,
  { name, sortedBy }: CaseTable,
  lines: readonly string[],
): Promise<readonly string[]> {
  if (sortedBy !== undefined) return await sealPlaced(tx, lines)
  const seal = {
    alerts: sealAlert,
    enforceability_assessments: sealAssessed,
    person_phones: sealWords(phoneWords),
    person_sightings: sealWords(sightingWords),
    protection_order_versions: sealBody,
  }[name]
  if (seal === undefined) return lines
  const sealed: string[] = []
  for (const line of lines) sealed.push(await seal(tx, line))
  return sealed
}

async function openBodies(tx: Db, lines: readonly string[]): Promise<readonly string[]> {
  const rows = lines.map((line) => JSON.parse(line) as VersionRow)
  const opened = await openOrders(
    tx,
    rows.map(({ body }) => body),
  )
  return rows.map((row, place) => JSON.stringify({ ...row, body: opened[place] }))
}

function openWords({ column, about }: SealedWords) {
  return async (tx: Db, lines: readonly string[]): Promise<readonly string[]> => {
    const rows = lines.map((line) => JSON.parse(line) as WordsRow)
    const told = await openTexts(
      tx,
      rows.map((row) => ({ text: row[column] ?? '', about: about(row) })),
    )
    return rows.map((row, place) =>
      JSON.stringify({ ...row, [column]: row[column] === null ? null : (told[place] ?? null) }),
    )
  }
}

async function openAlerts(tx: Db, lines: readonly string[]): Promise<readonly string[]> {
  const rows = lines.map((line) => JSON.parse(line) as AlertRow<StoredEvidence>)
  const opened = await openEvidences(tx, rows)
  return rows.map((row, place) => JSON.stringify({ ...row, evidence: opened[place] }))
}

async function openAssessed(tx: Db, lines: readonly string[]): Promise<readonly string[]> {
  const rows = lines.map((line) => JSON.parse(line) as AssessmentTexts)
  return (await openAssessments(tx, rows)).map((row) => JSON.stringify(row))
}

async function sealAlert(tx: Db, line: string): Promise<string> {
  const row = JSON.parse(line) as AlertRow<Evidence>
  return JSON.stringify({ ...row, evidence: await sealEvidence(tx, row) })
}

async function sealAssessed(tx: Db, line: string): Promise<string> {
  return JSON.stringify(await sealAssessment(tx, JSON.parse(line) as AssessmentTexts))
}

async function sealBody(tx: Db, line: string): Promise<string> {
  const row = JSON.parse(line) as VersionRow
  requireReadable(row.body, row.protectionOrderId)
  return JSON.stringify({ ...row, body: await sealOrder(tx, row.body) })
}

/** With the key of the person they are of. */
function sealWords({ column, about }: SealedWords) {
  return async (tx: Db, line: string): Promise<string> => {
    const row = JSON.parse(line) as WordsRow
    const words = row[column] ?? null
    if (words === null) return line
    const sealed = await sealText(tx, scopeOfPerson(row['personId'] ?? ''), about(row), words)
    return JSON.stringify({ ...row, [column]: sealed })
  }
}

const phoneWords = {
  column: 'phone',
  about: (row: WordsRow) => aboutPhone(row['personId'] ?? ''),
}
const sightingWords = {
  column: 'note',
  about: (row: WordsRow) => aboutSighting(row['alertId'] ?? ''),
}

type SealedWords = {
  readonly column: string
  readonly about: (row: WordsRow) => string
}
type WordsRow = Readonly<Record<string, string | null>>
type VersionRow = { readonly protectionOrderId: string; readonly body: StoredOrder }
type AlertRow<E> = {
  readonly id: string
  readonly protectionOrderId: string | null
  readonly evidence: E
}
