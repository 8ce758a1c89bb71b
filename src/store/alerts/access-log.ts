import type { Db } from '../pg/pool.ts'

/**
 * Records that somebody read whose position. Written before the answer
 * leaves, or there is no answer.
 */
export async function insertAccess(db: Db, access: Access): Promise<void> {
  await db.query(
    `insert into access_log (api_client_id, action, alert_id, person_ids, at)
     values ($1, $2, $3, $4::uuid[], to_timestamp($5::float8 / 1000))`,
    [access.apiClientId, access.action, access.alertId, access.personIds, access.nowMs],
  )
}

export type Access = {
  readonly apiClientId: string
  readonly action: string
  readonly alertId: string | null
  readonly personIds: readonly string[]
  readonly nowMs: number
}
