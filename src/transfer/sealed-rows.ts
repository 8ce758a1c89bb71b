import {
  openAssessments,
  sealAssessment,
  type AssessmentTexts,
} from '../store/keys/sealed-assessments.ts'
import { openEvidences, sealEvidence, type StoredEvidence } from '../store/keys/sealed-evidence.ts'
import type { Evidence } from '../core/model/alert.ts'
import {
  openOrders,
  scopeOfCase,
  sealOrder,
  type StoredOrder,
} from '../store/keys/sealed-orders.ts'
import { openTexts, sealText } from '../store/keys/sealed-text.ts'
import type { Db } from '../store/pg/pool.ts'
import {
  aboutNote,
  aboutOfficial,
  aboutTelling,
  scopeOfAlert,
  scopeOfOrganisation,
} from '../store/keys/sealed-words.ts'
import { aboutPhone, scopeOfPerson } from '../store/registry/person-phones.ts'
import { aboutMember } from '../store/cases/household-links.ts'
import { aboutAddress, addressSides, scopeOfMove } from '../store/cases/relocations.ts'
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
    protection_order_versions: openBodies,
  }[name]
  if (open !== undefined) return await open(tx, lines)
  return await openWords(tx, sealedWords[name] ?? [], lines)
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
    protection_order_versions: sealBody,
  }[name]
  const words = sealedWords[name] ?? []
  if (seal === undefined && words.length === 0) return lines
  const sealed: string[] = []
  for (const line of lines) {
    sealed.push(seal === undefined ? await sealWords(tx, words, line) : await seal(tx, line))
  }
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

async function openWords(
  tx: Db,
  words: readonly SealedWords[],
  lines: readonly string[],
): Promise<readonly string[]> {
  if (words.length === 0) return lines
  const rows = lines.map((line) => JSON.parse(line) as WordsRow)
  const opened: Record<string, string | null>[] = rows.map((row) => ({ ...row }))
  for (const { column, about } of words) {
    const told = await openTexts(
      tx,
      rows.map((row) => ({ text: row[column] ?? '', about: about(row) })),
    )
    for (const [place, row] of opened.entries()) {
      row[column] = row[column] === null ? null : (told[place] ?? null)
    }
  }
  return opened.map((row) => JSON.stringify(row))
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

async function sealWords(tx: Db, words: readonly SealedWords[], line: string): Promise<string> {
  const row = JSON.parse(line) as Record<string, string | null>
  for (const { column, about, scope } of words) {
    const told = row[column] ?? null
    if (told !== null) row[column] = await sealText(tx, await scope(row, tx), about(row), told)
  }
  return JSON.stringify(row)
}

const ofPerson = (row: WordsRow) => scopeOfPerson(row['personId'] ?? '')
const ofCase = (row: WordsRow) => scopeOfCase(row['protectionOrderId'] ?? '')

const ofOrganisation = (row: WordsRow) => scopeOfOrganisation(row['organisationId'] ?? '')
const aboutTold = (row: WordsRow) => aboutTelling(row['personId'] ?? '')

/** Columns of words, with what they are sealed by. */
const sealedWords: Readonly<Record<string, readonly SealedWords[]>> = {
  person_phones: [
    { column: 'phone', scope: ofPerson, about: (row) => aboutPhone(row['personId'] ?? '') },
  ],
  person_sightings: [
    { column: 'note', scope: ofPerson, about: (row) => aboutSighting(row['alertId'] ?? '') },
  ],
  person_tellings: ['text', 'reason'].map((column) => {
    return { column, scope: ofPerson, about: aboutTold }
  }),
  alert_transitions: [
    {
      column: 'note',
      scope: async (row, tx) => await scopeOfAlert(tx, row['alertId'] ?? ''),
      about: (row) => aboutNote(row['alertId'] ?? ''),
    },
  ],
  case_roles: (
    [
      ['phone', 'name'],
      ['standInPhone', 'standInName'],
      ['handOverNote', 'name'],
    ] as const
  ).map(([column, name]) => {
    return { column, scope: ofOrganisation, about: (row) => aboutOfficial(row[name] ?? '') }
  }),
  household_links: [
    { column: 'memberReference', scope: ofCase, about: (row) => aboutMember(row['id'] ?? '') },
  ],
  relocations: addressSides.map((side) => ({
    column: `${side}Address`,
    scope: (row) =>
      scopeOfMove({
        protectionOrderId: row['protectionOrderId'] ?? '',
        personId: row['personId'] ?? '',
        copiedFrom: row['copiedFrom'] ?? null,
      }),
    about: (row) => aboutAddress(row['id'] ?? '', side),
  })),
}

type SealedWords = {
  readonly column: string
  /** Of an alert it is asked of the alert, which is put in before. */
  readonly scope: (row: WordsRow, tx: Db) => string | Promise<string>
  readonly about: (row: WordsRow) => string
}
type WordsRow = Readonly<Record<string, string | null>>
type VersionRow = { readonly protectionOrderId: string; readonly body: StoredOrder }
type AlertRow<E> = {
  readonly id: string
  readonly protectionOrderId: string | null
  readonly evidence: E
}
