import type { Db } from '../pg/pool.ts'

/** Those of the devices whose presses have all been answered by somebody. */
export async function findAnsweredPanics(
  db: Db,
  deviceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (deviceIds.length === 0) return new Set()
  const { rows } = await db.query<{ readonly device_id: string }>({
    name: 'find-answered-panics',
    text: `select device_id from alerts
            where kind = 'panic' and device_id = any($1::uuid[])
            group by device_id
           having bool_and(status <> 'open')`,
    values: [deviceIds],
  })
  return new Set(rows.map((row) => row.device_id))
}
