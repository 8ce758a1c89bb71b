import type { Db } from '../pg/pool.ts'

/** Keeps refused elements with what was wrong, in one statement: all of them or none. */
export async function insertQuarantined(
  db: Db,
  elements: readonly QuarantinedElement[],
): Promise<void> {
  if (elements.length === 0) return
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
      elements.map((element) => bodyText(element.body)),
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

/**
 * JSON that a jsonb column can hold: it takes neither the zero character nor half a surrogate pair,
 * and an element must not escape quarantine by holding one.
 */
function bodyText(body: unknown): string {
  const text = JSON.stringify(body) ?? 'null'
  if (text.length > bodyCharactersMax) return JSON.stringify({ omittedCharacters: text.length })
  return text.replaceAll(/\\(\\|u(?:0000|d[89a-f][0-9a-f]{2}))/gi, (match, after) =>
    after === '\\' ? match : String.raw`\ufffd`,
  )
}
