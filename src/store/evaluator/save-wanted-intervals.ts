import type { Db } from '../pg/pool.ts'

/**
 * Device ids with the seconds between reports they are asked for; who is not
 * among them is on its own plan.
 */
export async function loadWantedIntervals(db: Db): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ readonly id: string; readonly seconds: number }>(
    `select device_id as id, report_interval_seconds as seconds
       from wanted_intervals where until_at is null`,
  )
  return new Map(rows.map((row) => [row.id, row.seconds]))
}

/**
 * Ends and begins what changed, in the transaction of the effects that go with it. Commands of one
 * moment go by their devices: the order in which they came about tells his side of her.
 */
export async function saveWantedIntervals(
  tx: Db,
  changes: readonly WantedIntervalChange[],
  nowMs: number,
): Promise<void> {
  if (changes.length === 0) return
  await tx.query(
    `update wanted_intervals set until_at = to_timestamp($2::float8 / 1000)
      where device_id = any($1::uuid[]) and until_at is null`,
    [changes.map((change) => change.deviceId), nowMs],
  )
  await tx.query(
    `insert into wanted_intervals (device_id, report_interval_seconds, since_at)
     select "deviceId", seconds, to_timestamp($2::float8 / 1000)
       from jsonb_to_recordset($1::jsonb) as c("deviceId" uuid, seconds integer)
      where seconds is not null`,
    [JSON.stringify(changes), nowMs],
  )
  await tx.query(
    `insert into device_commands (device_id, report_interval_seconds, at)
     select "deviceId", seconds, to_timestamp($2::float8 / 1000)
       from jsonb_to_recordset($1::jsonb) as c("deviceId" uuid, seconds integer) order by "deviceId"`,
    [JSON.stringify(changes), nowMs],
  )
}

/** Null: back to its own plan. */
export type WantedIntervalChange = { readonly deviceId: string; readonly seconds: number | null }
