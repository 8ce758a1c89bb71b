import type { Effect } from '../model/alert.ts'
import type { FlappingAlert } from './open-alerts.ts'
import { wakeStillSilent } from './vendor-silence.ts'
import type { Watch, WatchedVendor } from './watch-state.ts'
import { ensureVendor } from './watch-state.ts'

/** Where vendors are not judged: what was found of them, before their devices are judged here. */
export function putVendors(watch: Watch, vendors: Iterable<ToldVendor>, nowMs: number): void {
  for (const told of vendors) {
    const vendor = ensureVendor(watch, told.id)
    const isOver = vendor.incident !== null && told.incident === null
    vendor.incident = told.incident
    vendor.incidentSinceMs = told.incidentSinceMs
    vendor.toldMs = told.toldMs
    vendor.returnedAtMs = told.returnedAtMs
    vendor.heardBetween = told.heardBetween
    vendor.flapping = keepToldIds(vendor.flapping, told.flapping)
    if (isOver) wakeStillSilent(watch, vendor, nowMs)
  }
}

export type ToldVendor = Pick<
  WatchedVendor,
  'id' | 'incident' | 'incidentSinceMs' | 'toldMs' | 'returnedAtMs' | 'heardBetween' | 'flapping'
>

/** Who was told of by themselves is known only here; it goes as `noteMissed` lets it go. */
function keepToldIds(own: FlappingAlert | null, told: FlappingAlert | null): FlappingAlert | null {
  const toldIds = own?.toldIds?.filter((id) => told?.missed?.[id] !== undefined) ?? []
  if (told === null || own?.alertId !== told.alertId || toldIds.length === 0) return told
  return { ...told, toldIds }
}

/**
 * Where vendors are judged: which devices are silent by an alert of their own, told elsewhere. From
 * when their silence counts goes by it; that it ended is heard here.
 */
export function noteSilencesTold(watch: Watch, effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.type !== 'alert-raised' || effect.alert.kind !== 'device-silent') continue
    const { id: alertId, deviceId, priority } = effect.alert
    const device = deviceId === null ? undefined : watch.devices.get(deviceId)
    if (device !== undefined) device.silence = { alertId, priority }
  }
}
