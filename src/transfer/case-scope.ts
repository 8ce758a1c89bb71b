import type { Db } from '../store/pg/pool.ts'

/**
 * Whose rows a case has: everybody whom any version of its order names, the devices they had with
 * them while it was in force, and the alerts about it. Null: there is no such order.
 */
export async function findCaseScope(db: Db, orderId: string): Promise<CaseScope | null> {
  const { rows } = await db.query<{
    organisationId: string
    personIds: string[]
    assessmentIds: string[]
  }>(
    `select o.organisation_id as "organisationId", array(select hoede_people_of(o.id) order by 1)::text[] as "personIds",
            array(select distinct a.assessment_id from order_acts a
                   where a.protection_order_id = o.id and a.assessment_id is not null order by 1)::text[] as "assessmentIds"
       from protection_orders o where o.id = $1`,
    [orderId],
  )
  const [order] = rows
  if (order === undefined) return null
  const worn = await listWorn(db, orderId, order.personIds)
  const deviceIds = distinct(worn.map(({ deviceId }) => deviceId))
  return {
    ...order,
    orderId,
    assignmentIds: worn.map(({ assignmentId }) => assignmentId),
    deviceIds,
    vendorIds: distinct(worn.map(({ vendorId }) => vendorId)),
    alertIds: await listAlertIds(db, { orderId, deviceIds, ...order }),
    windows: await listWindows(db, orderId, order.personIds),
  }
}

export type CaseScope = {
  readonly orderId: string
  readonly organisationId: string
  readonly personIds: readonly string[]
  readonly assignmentIds: readonly string[]
  readonly deviceIds: readonly string[]
  readonly vendorIds: readonly string[]
  /** Those that its acts were made with. */
  readonly assessmentIds: readonly string[]
  readonly alertIds: readonly string[]
  /** When which device was with one of them, while the order was in force. */
  readonly windows: readonly Window[]
}

/** In the text of the database, which has microseconds. */
export type Window = {
  readonly deviceId: string
  readonly from: string
  readonly until: string
}

/** The whole while of the order: from its first start on, until it was ended. */
const caseSpan = 'hoede_span_of($1)'

async function listWorn(db: Db, orderId: string, personIds: readonly string[]) {
  const { rows } = await db.query<{ assignmentId: string; deviceId: string; vendorId: string }>(
    `select a.id as "assignmentId", a.device_id as "deviceId", d.vendor_id as "vendorId"
       from device_assignments a join devices d on d.id = a.device_id
      where a.person_id = any($2::uuid[]) and tstzrange(a.valid_from, a.valid_until) && ${caseSpan} order by a.id`,
    [orderId, personIds],
  )
  return rows
}

/** One device handed from one of them to another is one window, so that no fix comes twice. */
async function listWindows(db: Db, orderId: string, personIds: readonly string[]) {
  const { rows } = await db.query<Window>(
    `select device_id as "deviceId", coalesce(lower(w)::text, '-infinity') as from, coalesce(upper(w)::text, 'infinity') as until
       from (select a.device_id, unnest(range_agg(tstzrange(a.valid_from, a.valid_until) * ${caseSpan})) as w
               from device_assignments a where a.person_id = any($2::uuid[]) group by a.device_id) as worn
      where not isempty(w) order by device_id, w`,
    [orderId, personIds],
  )
  return rows
}

/** Those of the order, and those of no order about its people or their devices meanwhile. */
async function listAlertIds(
  db: Db,
  scope: Pick<CaseScope, 'orderId' | 'organisationId' | 'personIds' | 'deviceIds'>,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from alerts where protection_order_id = $1
     union select id from alerts where protection_order_id is null and organisation_id = $2
        and (offender_id = any($3::uuid[]) or victim_id = any($3::uuid[]) or device_id = any($4::uuid[]))
        and occurred_at <@ ${caseSpan}
      order by id`,
    [scope.orderId, scope.organisationId, scope.personIds, scope.deviceIds],
  )
  return rows.map(({ id }) => id)
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].toSorted((one, other) => (one < other ? -1 : 1))
}
