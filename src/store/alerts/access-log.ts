import { defaultOrganisationId, type Actor } from '../../record/act.ts'
import type { Db } from '../pg/pool.ts'
import { entriesOf } from '../record/audit-entries.ts'

/**
 * Records that somebody read whose position: in the record, which proves it, and in the access log,
 * which is quick to ask. One statement, written before the answer leaves, or there is no answer.
 */
export async function insertAccess(db: Db, access: Access): Promise<void> {
  const { by, action, alertId, personIds, nowMs } = access
  const entries = entriesOf({
    organisationId: defaultOrganisationId,
    name: action,
    kind: 'consultation',
    outcome: 'allowed',
    atMs: nowMs,
    by,
    door: access.door,
    personIds,
    alertId,
    protectionOrderId: access.protectionOrderId,
    subjectId: null,
    reason: access.reason,
    secondPersonId: null,
    detail: {},
  })
  await db.query(
    `with logged as (
       insert into access_log (api_client_id, action, alert_id, person_ids, at)
       values ($1, $2, $3, $4::uuid[], to_timestamp($5::float8 / 1000)))
     select audit_append($6, $7::bytea[])`,
    [by.id ?? nobodysId, action, alertId, personIds, nowMs, defaultOrganisationId, entries],
  )
}

export type Access = {
  readonly by: Actor
  /** The route or the command. */
  readonly door: string
  readonly action: string
  readonly alertId: string | null
  readonly protectionOrderId: string | null
  readonly personIds: readonly string[]
  /** What it was read for. */
  readonly reason: string
  readonly nowMs: number
}

/** Whoever could run a program on this machine is nobody's API client. */
const nobodysId = '00000000-0000-0000-0000-000000000000'
