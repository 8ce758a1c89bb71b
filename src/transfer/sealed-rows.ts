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
import type { CaseTable } from './case-tables.ts'
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
    person_phones: openPhones,
    protection_order_versions: openBodies,
  }[name]
  return open === undefined ? lines : await open(tx, lines)
}

/** With keys of this server, before it is put in. */
export async function sealRows(
  tx: Db,
  { name }: CaseTable,
  lines: readonly string[],
): Promise<readonly string[]> {
  const seal = {
    alerts: sealAlert,
    enforceability_assessments: sealAssessed,
    person_phones: sealPhone,
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

async function openPhones(tx: Db, lines: readonly string[]): Promise<readonly string[]> {
  const rows = lines.map((line) => JSON.parse(line) as PhoneRow)
  const told = await openTexts(
    tx,
    rows.map(({ personId, phone }) => ({ text: phone ?? '', about: aboutPhone(personId) })),
  )
  return rows.map((row, place) =>
    JSON.stringify({ ...row, phone: row.phone === null ? null : (told[place] ?? null) }),
  )
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

async function sealPhone(tx: Db, line: string): Promise<string> {
  const row = JSON.parse(line) as PhoneRow
  const { personId, phone } = row
  if (phone === null) return line
  const sealed = await sealText(tx, scopeOfPerson(personId), aboutPhone(personId), phone)
  return JSON.stringify({ ...row, phone: sealed })
}

type VersionRow = { readonly protectionOrderId: string; readonly body: StoredOrder }
type AlertRow<E> = {
  readonly id: string
  readonly protectionOrderId: string | null
  readonly evidence: E
}
type PhoneRow = { readonly personId: string; readonly phone: string | null }
