import { findDeviceIds } from '../../store/registry/device-lookup.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { Sender } from './submit.ts'

/**
 * Serial numbers to device ids, per vendor. A serial number that is not known is asked again after
 * a second at most, so that a device another process registered a moment ago can report at once.
 */
export function createDeviceDirectory(options: {
  readonly db: Db
  readonly nowMs: () => number
}): DeviceDirectory {
  const known = new Map<string, Map<string, string>>()
  const absentUntilMs = new Map<string, number>()

  return {
    async resolve(vendorId, serialNumbers) {
      let devices = known.get(vendorId)
      if (devices === undefined) {
        devices = new Map()
        known.set(vendorId, devices)
      }
      const nowMs = options.nowMs()
      const unknown = new Set<string>()
      for (const serialNumber of serialNumbers) {
        if (devices.has(serialNumber)) continue
        if ((absentUntilMs.get(absenceKey(vendorId, serialNumber)) ?? 0) > nowMs) continue
        unknown.add(serialNumber)
      }
      if (unknown.size === 0) return devices
      for (const row of await findDeviceIds(options.db, vendorId, [...unknown])) {
        devices.set(row.serialNumber, row.id)
        unknown.delete(row.serialNumber)
      }
      if (absentUntilMs.size + unknown.size > absentCountMax) absentUntilMs.clear()
      for (const serialNumber of unknown) {
        absentUntilMs.set(absenceKey(vendorId, serialNumber), nowMs + absenceMsMax)
      }
      return devices
    },
  }
}

export type DeviceDirectory = {
  /** The devices of one vendor, complete for the serial numbers asked. */
  readonly resolve: (
    vendorId: string,
    serialNumbers: Iterable<string>,
  ) => Promise<ReadonlyMap<string, string>>
}

const absenceMsMax = 1_000
/** A sender of made-up serial numbers fills this and no more. */
const absentCountMax = 10_000

function absenceKey(vendorId: string, serialNumber: string): string {
  return `${vendorId} ${serialNumber}`
}

/** Names the device of each report of a request; null for one that is not its sender's. */
export async function resolveDevices(
  directory: DeviceDirectory,
  request: { readonly sender: Sender; readonly reports: readonly Element[] },
): Promise<(element: Element) => string | null> {
  const { sender } = request
  if (sender.type === 'device') return () => sender.deviceId
  const serialNumbers: string[] = []
  for (const { serialNumber } of request.reports) {
    if (serialNumber !== null) serialNumbers.push(serialNumber)
  }
  if (serialNumbers.length === 0) return () => null
  const devices = await directory.resolve(sender.vendorId, serialNumbers)
  return ({ serialNumber }) => (serialNumber === null ? null : (devices.get(serialNumber) ?? null))
}

/** Without a serial number where the sender is a device. */
type Element = { readonly serialNumber: string | null }
