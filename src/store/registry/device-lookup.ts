import type { Db } from '../pg/pool.ts'

/** Ids of the devices of one vendor with these serial numbers; those not registered are absent. */
export async function findDeviceIds(
  db: Db,
  vendorId: string,
  serialNumbers: readonly string[],
): Promise<{ readonly id: string; readonly serialNumber: string }[]> {
  const { rows } = await db.query<{ id: string; serial_number: string }>({
    name: 'find-device-ids',
    text: 'select id, serial_number from devices where vendor_id = $1 and serial_number = any($2::text[])',
    values: [vendorId, serialNumbers],
  })
  return rows.map((row) => ({ id: row.id, serialNumber: row.serial_number }))
}
