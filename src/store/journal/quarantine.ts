import { unlessUnusable } from '../keys/unusable-key.ts'
import { scopeOfDay } from '../keys/day-keys.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { openTexts, sealText } from '../keys/sealed-text.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Keeps refused elements with what was wrong, in one statement: all of them or none. What came is
 * sealed with the key of the day but for the serial number, by which reports are counted.
 */
export async function insertQuarantined(
  db: Db,
  elements: readonly QuarantinedElement[],
): Promise<void> {
  if (elements.length === 0) return
  const bodies: string[] = []
  for (const element of elements) bodies.push(JSON.stringify(await sealRefusedBody(db, element)))
  await db.query({
    name: 'insert-quarantined',
    text: `insert into quarantined_fixes (api_client_id, received_at, element_index, code, detail, body)
           select api_client_id, received_at, element_index, code, detail, body::jsonb
           from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::text[], $5::text[], $6::text[])
             as element (api_client_id, received_at, element_index, code, detail, body)`,
    values: [
      elements.map((element) => element.apiClientId),
      elements.map((element) => new Date(element.receivedAtMs).toISOString()),
      elements.map((element) => element.index),
      elements.map((element) => element.code),
      elements.map((element) => storableText(element.detail)),
      bodies,
    ],
  })
}

/**
 * Refused elements, newest first, before an id. What they say of where
 * somebody was stays in the table.
 */
export async function listQuarantined(
  db: Db,
  beforeId: string | null,
  limit: number,
): Promise<QuarantinedRecord[]> {
  const { rows } = await db.query<{
    id: string
    api_client_id: string | null
    received_at: Date
    element_index: number
    code: string
    detail: string
    serial_number: string | null
  }>(
    `select id, api_client_id, received_at, element_index, code, detail,
       case when jsonb_typeof(body->'serialNumber') = 'string' then left(body->>'serialNumber', 100) end as serial_number
     from quarantined_fixes where $1::uuid is null or id < $1 order by id desc limit $2`,
    [beforeId, limit],
  )
  return rows.map((row) => ({
    id: row.id,
    apiClientId: row.api_client_id,
    receivedAtMs: row.received_at.getTime(),
    elementIndex: row.element_index,
    code: row.code,
    detail: row.detail,
    serialNumber: row.serial_number,
  }))
}

/**
 * What came, of rows of `quarantined_fixes`, in their order; null: its day has been destroyed, or
 * somebody has touched it or laid it in another row. What was kept before it was sealed, and what
 * the server wrote itself, is as it is.
 */
export async function openRefused(
  db: Db,
  rows: readonly RefusedRow[],
): Promise<readonly unknown[]> {
  const texts = rows.map(({ body }) => {
    const isOne = typeof body === 'object' && body !== null && 'sealed' in body
    return isOne && typeof body.sealed === 'string' ? body.sealed : null
  })
  const opened = await openTexts(
    db,
    rows.map((row, place) => ({ text: texts[place] ?? '', about: aboutRow(row) })),
  )
  return rows.map(({ body }, place) => {
    if (texts[place] === null) return body
    return JSON.parse(opened[place] ?? 'null') as unknown
  })
}

/** For `openRefused`. */
export const refusedColumns = `q.api_client_id as "apiClientId", ${epochMs('q.received_at')} as "receivedAtMs",
  q.element_index as index, q.code, q.body`

/** One of them as it is stored, with whoever had the device that it names when it came. */
export async function findRefused(db: Db, id: string): Promise<RefusedReport | null> {
  const { rows } = await db.query<RefusedReport>(
    `select q.organisation_id as "organisationId", ${refusedColumns}, array(
       select a.person_id from devices d join device_assignments a on a.device_id = d.id
        where d.serial_number = q.body ->> 'serialNumber'
          and a.valid_from <= q.received_at and (a.valid_until is null or a.valid_until > q.received_at)
        order by 1)::text[] as "personIds"
       from quarantined_fixes q where q.id = $1`,
    [id],
  )
  return rows[0] ?? null
}

/**
 * Written here by the server itself, not sent by anybody: what had to be set aside,
 * and what was dropped. Few, and some are read by machines, so they do not count
 * towards the bound of the others.
 */
export const ownQuarantineCodes = [
  'poison',
  'history-refused',
  'reports-dropped',
  'reports-counted',
] as const

/** How many of a sender's reports were refused and not kept, so far; gives the id of the row. */
export async function saveRefusedTally(db: Db, tally: RefusedTally): Promise<string> {
  const counts = [...tally.counts].toSorted(([, one], [, other]) => other - one)
  const count = counts.reduce((sum, [, ofCode]) => sum + ofCode, 0)
  const codes = counts.map(([code, ofCode]) => `${ofCode} ${code}`).join(', ')
  const detail = `${count} refused reports were counted and not kept, because more than ${tally.keptPerMinute} came in a minute: ${codes}.`
  const body = JSON.stringify({ count, codes: Object.fromEntries(counts) })
  const { rows } = await db.query<{ readonly id: string }>(
    tally.id === null
      ? `insert into quarantined_fixes (api_client_id, received_at, element_index, code, detail, body)
         values ($4, to_timestamp($1::float8 / 1000), -1, 'reports-counted', $2, $3::jsonb) returning id`
      : `update quarantined_fixes set received_at = to_timestamp($1::float8 / 1000), detail = $2, body = $3::jsonb
          where id = $4 returning id`,
    [tally.receivedAtMs, detail, body, tally.id ?? tally.apiClientId],
  )
  const row = rows[0]
  // Dropped meanwhile, with all that was as old.
  return row === undefined ? await saveRefusedTally(db, { ...tally, id: null }) : row.id
}

export type RefusedTally = {
  /** Null before it was saved. */
  readonly id: string | null
  readonly apiClientId: string
  readonly receivedAtMs: number
  readonly keptPerMinute: number
  readonly counts: ReadonlyMap<string, number>
}

/**
 * Notes that a row of the journal is missing in the history. What it says stays in the
 * journal as long as the note.
 */
export async function insertHistoryRefusal(
  db: Db,
  refusal: { readonly journalId: number; readonly detail: string },
): Promise<void> {
  await db.query(
    `insert into quarantined_fixes (element_index, code, detail, body)
     values (-1, 'history-refused', $1, jsonb_build_object('journalId', $2::bigint))`,
    [refusal.detail, refusal.journalId],
  )
}

/**
 * Rows of the journal that were set aside by a reader: the only place that holds what was in them.
 */
export async function listSetAsideJournalIds(db: Db): Promise<readonly number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select distinct (body ->> 'journalId')::bigint as id from quarantined_fixes
      where code in ('poison', 'history-refused')`,
  )
  return rows.map(({ id }) => id)
}

export type RefusedReport = RefusedRow & {
  readonly organisationId: string
  readonly personIds: readonly string[]
}

/** What its seal is bound to, and what is stored of it. */
export type RefusedRow = Pick<QuarantinedElement, 'receivedAtMs' | 'index' | 'code' | 'body'> & {
  readonly apiClientId: string | null
}

export type QuarantinedRecord = {
  readonly id: string
  readonly apiClientId: string | null
  readonly receivedAtMs: number
  readonly elementIndex: number
  readonly code: string
  readonly detail: string
  /** As sent, when it was a text. */
  readonly serialNumber: string | null
}

export type QuarantinedElement = {
  readonly apiClientId: string
  readonly receivedAtMs: number
  readonly index: number
  readonly code: string
  readonly detail: string
  /** As it came, parsed. */
  readonly body: unknown
}

/** An element is a few hundred bytes; what is far beyond that is kept as a note of its size. */
const bodyCharactersMax = 16_384

/** A text column takes no zero character; half a surrogate pair is no character at all. */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

/** As it is kept in a column of JSON. */
export async function sealRefusedBody(db: Db, row: RefusedRow): Promise<StoredBody> {
  const { body, receivedAtMs } = row
  const text = JSON.stringify(body) ?? 'null'
  const isLong = text.length > bodyCharactersMax
  const kept = isLong ? JSON.stringify({ omittedCharacters: text.length }) : text
  const scope = scopeOfDay('refused', receivedAtMs)
  const serialNumber = serialNumberOf(body)
  const named = serialNumber === null ? {} : { serialNumber }
  const about = aboutRow({ ...row, body: { ...named, isBound: true } })
  const sealed = await sealText(db, scope, about, kept).catch(unlessUnusable)
  // Whoever touches the key of a day keeps nobody from reporting: that it came is kept.
  const what =
    sealed === null ? { omittedCharacters: text.length } : { isBound: true as const, sealed }
  return { ...named, ...what }
}

/** Of which row it is: laid into another one it opens no more. Older ones are of none. */
function aboutRow({ apiClientId, receivedAtMs, index, code, body }: RefusedRow): string {
  if (typeof body !== 'object' || body === null || !('isBound' in body)) return aboutRefused
  return [aboutRefused, apiClientId, receivedAtMs, index, code, serialNumberOf(body)].join('/')
}

/** As the devices of the registry have them: what is far longer is none. */
function serialNumberOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'serialNumber')) return null
  const { serialNumber } = body as { readonly serialNumber: unknown }
  if (typeof serialNumber !== 'string') return null
  return storableText(serialNumber.slice(0, serialNumberCharactersMax))
}

type StoredBody = { readonly serialNumber?: string } & (
  | { readonly isBound?: true; readonly sealed: string }
  | { readonly omittedCharacters: number }
)

const aboutRefused = 'refused'
const serialNumberCharactersMax = 100
