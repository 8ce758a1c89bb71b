import { retentionTerms } from '../../core/model/retention-terms.ts'
import { dayMs } from '../../core/model/units.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { recordAct } from '../record/audit-entries.ts'
import { heldSql } from './retention-holds.ts'

/** What is erased when its time is over; the others do not end by themselves. */
export const erasedPurposes = ['monitoring', 'evidence'] as const
export type ErasedPurpose = (typeof erasedPurposes)[number]

/**
 * Orders that protect nobody any more, whose time for this purpose is over, which nobody holds and
 * about which no alert is open. The oldest first.
 */
export async function listErasable(db: Db, query: ErasableQuery): Promise<readonly string[]> {
  const days = retentionTerms.purposes[query.purpose].days ?? Infinity
  const { rows } = await db.query<{ id: string }>(
    `select o.id from protection_orders o
      where o.status = 'ended' and o.changed_at < to_timestamp($1::float8 / 1000)
        and not exists (select from erasures e where e.protection_order_id = o.id and e.purpose = $3 and e.done_at is not null)
        and not exists (select from alerts a where a.protection_order_id = o.id and a.status <> 'closed')
        and not ${heldSql('o.id', '$2')}
      order by o.changed_at, o.id limit $4`,
    [query.nowMs - days * dayMs, query.nowMs, query.purpose, query.limit],
  )
  return rows.map(({ id }) => id)
}

export type ErasableQuery = {
  readonly nowMs: number
  readonly purpose: ErasedPurpose
  readonly limit: number
}

/** From here on it is on its way, whatever stops in between; true the first time. */
export async function beginErasure(tx: Db, erasure: Erasing): Promise<void> {
  await tx.query(
    `insert into erasures (protection_order_id, purpose, terms_version, began_at)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000)) on conflict do nothing`,
    [erasure.orderId, erasure.purpose, retentionTerms.version, erasure.nowMs],
  )
}

export type Erasing = {
  readonly orderId: string
  readonly purpose: ErasedPurpose
  readonly nowMs: number
}

/**
 * Whom nothing else keeps: for monitoring nobody whom an order still protects, binds or is held
 * with; for evidence nobody of another case that is not erased.
 */
export async function listErasablePeople(db: Db, erasure: Erasing): Promise<readonly string[]> {
  const { orderId, purpose, nowMs } = erasure
  const endedBefore = nowMs - (retentionTerms.purposes.monitoring.days ?? Infinity) * dayMs
  const needs = {
    monitoring: `o.status <> 'ended' or o.changed_at >= to_timestamp($3::float8 / 1000) or ${heldSql('o.id', '$2')}`,
    evidence: `o.id <> $1 and not exists (select from erasures e
        where e.protection_order_id = o.id and e.purpose = 'evidence' and e.done_at is not null)
      and $2::float8 >= $3::float8`,
  }[purpose]
  const { rows } = await db.query<{ id: string }>(
    `select p.id from hoede_people_of($1::uuid) as p (id)
      where p.id not in (select hoede_people_of(o.id) from protection_orders o where ${needs})
      order by 1`,
    [orderId, nowMs, endedBefore],
  )
  return rows.map(({ id }) => id)
}

/** A piece of what a case says to be erased: asked again until it finds no more. Gives how many. */
export async function erasePiece(tx: Db, piece: ErasedPiece, of: PieceOf): Promise<number> {
  const { rowCount } = await tx.query(piece.sql, [
    piece.by === 'order' ? of.orderId : of.personIds,
    pieceRowCount,
  ])
  return rowCount ?? 0
}

type PieceOf = { readonly orderId: string; readonly personIds: readonly string[] }

export type ErasedPiece = {
  readonly what: string
  readonly by: 'order' | 'people'
  readonly sql: string
}

/** A second or less each. */
export const pieceRowCount = 1_000

/** Keys first: from then on nobody reads where the bans lay, nor what somebody had said. */
export async function destroyKeys(tx: Db, of: PieceOf, nowMs: number): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select hoede_destroy_keys_of_case($1, $2, to_timestamp($3::float8 / 1000)) as count',
    [of.orderId, of.personIds, nowMs],
  )
  return rows[0]?.count ?? 0
}

/** What was erased stands beside the order, and on record, for good. */
export async function endErasure(
  tx: Db,
  erasure: Erasing,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  const { orderId, purpose, nowMs } = erasure
  await tx.query(
    `update erasures set done_at = to_timestamp($3::float8 / 1000), counts = $4 where protection_order_id = $1 and purpose = $2`,
    [orderId, purpose, nowMs, JSON.stringify(counts)],
  )
  const { rows } = await tx.query<{ organisationId: string }>(
    'select organisation_id as "organisationId" from protection_orders where id = $1',
    [orderId],
  )
  await recordAct(tx, {
    organisationId: rows[0]?.organisationId ?? '',
    name: 'eraseCase',
    kind: 'erasure',
    outcome: 'allowed',
    atMs: nowMs,
    by: { kind: 'system', id: null, role: null },
    door: 'the end of a term',
    personIds: [],
    alertId: null,
    protectionOrderId: orderId,
    subjectId: null,
    reason: `${purpose}, terms ${retentionTerms.version}`,
    secondPersonId: null,
    detail: counts,
  })
}

export async function listErasures(db: Db, orderId: string): Promise<readonly Erasure[]> {
  const { rows } = await db.query<Erasure>(
    `select purpose, terms_version as "termsVersion", ${epochMs('began_at')} as "beganAtMs",
            ${epochMs('done_at')} as "doneAtMs", counts from erasures where protection_order_id = $1 order by began_at, id`,
    [orderId],
  )
  return rows
}

export type Erasure = {
  readonly purpose: ErasedPurpose
  readonly termsVersion: number
  readonly beganAtMs: number
  readonly doneAtMs: number | null
  readonly counts: Readonly<Record<string, number>>
}

const some = (table: string, where: string): string =>
  `ctid = any(array(select ctid from ${table} where ${where} limit $2))`
const gone = (table: string, where: string): string =>
  `delete from ${table} where ${some(table, where)}`
const blank = (table: string, set: string, where: string): string =>
  `update ${table} set ${set} where ${some(table, where)}`

const ofOrder = 'protection_order_id = $1'
const ofPeople = 'person_id = any($1::uuid[])'
const ofAlerts = 'alert_id in (select id from alerts where protection_order_id = $1)'
/** As the program reads it, with nothing of what was seen. */
const noEvidence = `reason = '', distance_meters = null, probability = null, evidence = jsonb_build_object('isErased', true,
  'fixes', '[]'::jsonb, 'facts', '{}'::jsonb, 'limitsVersion', evidence -> 'limitsVersion',
  'algorithmVersion', evidence -> 'algorithmVersion', 'protectionOrderVersion', evidence -> 'protectionOrderVersion')`
const hasEvidence = `not evidence ? 'isErased'`

/**
 * How somebody is reached and what they wish: needed while they are protected. Where they were seen
 * last goes with it.
 */
const monitoringPieces: readonly ErasedPiece[] = [
  { what: 'phones', by: 'people', sql: gone('person_phones', ofPeople) },
  { what: 'wishes', by: 'people', sql: gone('person_wishes', ofPeople) },
  { what: 'consents', by: 'people', sql: gone('person_consents', ofPeople) },
  { what: 'lastSeen', by: 'people', sql: gone('latest_sightings', ofPeople) },
]

/**
 * What a court may ask for. Kinds, times and outcomes stay: a year that was told is told the same
 * again. Ids stay, and lead to nobody.
 */
const evidencePieces: readonly ErasedPiece[] = [
  {
    what: 'alerts',
    by: 'order',
    sql: blank('alerts', noEvidence, `${ofOrder} and ${hasEvidence}`),
  },
  {
    what: 'diary',
    by: 'order',
    sql: blank(
      'alert_transitions',
      'note = null, detail = null',
      `${ofAlerts} and (note is not null or detail is not null)`,
    ),
  },
  { what: 'sightings', by: 'order', sql: gone('person_sightings', ofOrder) },
  { what: 'screenings', by: 'order', sql: gone('screenings', ofOrder) },
  { what: 'caseRoles', by: 'order', sql: gone('case_roles', ofOrder) },
  { what: 'protectionStates', by: 'order', sql: gone('protection_states', ofOrder) },
  { what: 'decisions', by: 'order', sql: gone('decisions', ofOrder) },
  {
    what: 'notices',
    by: 'order',
    sql: blank(
      'partner_notices',
      'receipt_reference = null, last_error = null',
      `${ofOrder} and (receipt_reference is not null or last_error is not null)`,
    ),
  },
  {
    what: 'proposals',
    by: 'order',
    sql: blank(
      'proposals',
      `reason = '', decision_note = null, changes = '[]', change = null`,
      `${ofOrder} and (reason <> '' or decision_note is not null or changes <> '[]' or change is not null)`,
    ),
  },
  {
    what: 'acts',
    by: 'order',
    sql: blank(
      'order_acts',
      'reason = null, document_reference = null',
      `${ofOrder} and (reason is not null or document_reference is not null)`,
    ),
  },
  {
    what: 'reminders',
    by: 'order',
    sql: blank(
      'order_reminders',
      'note = null, document_reference = null',
      `${ofOrder} and (note is not null or document_reference is not null)`,
    ),
  },
  {
    what: 'versions',
    by: 'order',
    // A process may know the key for another minute; places from before they were sealed stand in
    // the row itself.
    sql: blank(
      'protection_order_versions',
      `body = (body - 'sealed') || jsonb_build_object('reference', 'erased', 'locationBans', '[]'::jsonb, 'proximityBans',
         (select coalesce(jsonb_agg(b - 'fixedAddresses'), '[]') from jsonb_array_elements(body -> 'proximityBans') as b))`,
      `${ofOrder} and body ->> 'reference' <> 'erased'`,
    ),
  },
  {
    what: 'orders',
    by: 'order',
    // When it ended is what its time is counted from.
    sql: `update protection_orders set reference = 'erased ' || id where id = $1 and reference <> 'erased ' || id and $2 > 0`,
  },
  {
    what: 'alertsOfPeople',
    by: 'people',
    sql: blank(
      'alerts',
      noEvidence,
      `protection_order_id is null and (offender_id = any($1::uuid[]) or victim_id = any($1::uuid[])) and ${hasEvidence}`,
    ),
  },
  {
    what: 'tellings',
    by: 'people',
    // That they were told, and whether as they wished, is a figure of the year.
    sql: blank(
      'person_tellings',
      `text = '', reason = null`,
      `${ofPeople} and (text <> '' or reason is not null)`,
    ),
  },
  {
    what: 'people',
    by: 'people',
    sql: blank(
      'persons',
      `reference = 'erased ' || id`,
      `id = any($1::uuid[]) and reference <> 'erased ' || id`,
    ),
  },
]

export const piecesOf: Readonly<Record<ErasedPurpose, readonly ErasedPiece[]>> = {
  monitoring: monitoringPieces,
  evidence: [...monitoringPieces, ...evidencePieces],
}
