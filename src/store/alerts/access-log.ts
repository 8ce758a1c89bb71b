import { defaultOrganisationId, type Actor } from '../../record/act.ts'
import type { Db } from '../pg/pool.ts'
import { entriesOf } from '../record/audit-entries.ts'
import { splitByOwner } from '../record/whose-record.ts'

/**
 * Records that somebody read whose position: in the record, which proves it, and in the access log,
 * which is quick to ask; of whom the person belongs to. Written before the answer leaves, or there
 * is no answer.
 */
export async function insertAccess(db: Db, access: Access): Promise<void> {
  for (const part of await splitByOwner(db, access)) await insertOwnAccess(db, part)
}

async function insertOwnAccess(db: Db, access: Access): Promise<void> {
  const { organisationId, by, action, alertId, personIds, nowMs } = access
  const entries = entriesOf({
    organisationId,
    name: action,
    kind: 'consultation',
    outcome: access.outcome ?? 'allowed',
    atMs: nowMs,
    by,
    door: access.door,
    personIds,
    alertId,
    protectionOrderId: access.protectionOrderId,
    subjectId: access.subjectId ?? null,
    reason: access.reason,
    secondPersonId: access.secondPersonId ?? null,
    detail: {},
  })
  await db.query(
    `with logged as (
       insert into access_log (api_client_id, action, alert_id, person_ids, at, organisation_id)
       values ($1, $2, $3, $4::uuid[], to_timestamp($5::float8 / 1000), $6))
     select audit_append($6, $7::bytea[])`,
    [by.id ?? nobodysId, action, alertId, personIds, nowMs, organisationId, entries],
  )
}

export type Access = {
  /** Of whoever read; the reading itself belongs to whose case it was. */
  readonly organisationId: string
  readonly by: Actor
  /** The route or the command. */
  readonly door: string
  readonly action: string
  /** Absent: it was answered. */
  readonly outcome?: 'refused'
  readonly alertId: string | null
  readonly protectionOrderId: string | null
  readonly personIds: readonly string[]
  /** By which break-glass; absent: by none. */
  readonly subjectId?: string
  /** Who opened that. */
  readonly secondPersonId?: string | null
  /** What it was read for. */
  readonly reason: string
  readonly nowMs: number
}

/** Whose record says that somebody looked at an alert: of whose case it is, else the first. */
export async function organisationOfAlert(db: Db, alertId: string): Promise<string> {
  const { rows } = await db.query<{ readonly id: string | null }>(
    'select organisation_id as id from alerts where id = $1',
    [alertId],
  )
  return rows[0]?.id ?? defaultOrganisationId
}

/** Whoever could run a program on this machine is nobody's API client. */
const nobodysId = '00000000-0000-0000-0000-000000000000'

/** Newest first, before an id. */
export async function listAccesses(
  db: Db,
  beforeId: string | null,
  limit: number,
): Promise<readonly AccessRecord[]> {
  const { rows } = await db.query<AccessRecord>(
    `select id, at, action, api_client_id as "apiClientId", alert_id as "alertId", person_ids as "personIds"
       from access_log where $1::uuid is null or id < $1 order by id desc limit $2`,
    [beforeId, limit],
  )
  return rows
}

export type AccessRecord = Pick<Access, 'action' | 'alertId' | 'personIds'> & {
  readonly id: string
  readonly at: Date
  readonly apiClientId: string
}
