import type { DeviceEventKind } from '../../../src/core/model/fix.ts'
import type { DevicePlan } from './device-plan.ts'
import { dayMs } from '../../../src/core/model/units.ts'

/** Runs the battery on to this moment and says what the device reports of it. */
export function runBattery(
  battery: Battery,
  plan: DevicePlan,
  atMs: number,
): readonly DeviceEventKind[] {
  const hours = (atMs - battery.atMs) / 3_600_000
  battery.atMs = atMs
  const isCharging = isOnCharger(plan, atMs)
  battery.fraction = isCharging
    ? Math.min(1, battery.fraction + hours * chargePerHour)
    : Math.max(0, battery.fraction - hours * plan.drainPerHour)
  const told: DeviceEventKind[] = []
  if (isCharging !== battery.isCharging) {
    told.push(isCharging ? 'charging-started' : 'charging-stopped')
    battery.isCharging = isCharging
  }
  const level = battery.fraction <= 0.05 ? 2 : battery.fraction <= 0.2 ? 1 : 0
  if (!isCharging && level > battery.level) {
    told.push(level === 2 ? 'battery-critical' : 'battery-low')
  }
  if (battery.fraction > 0.25 || level > battery.level) battery.level = level
  return told.length === 0 ? nothing : told
}

/**
 * When it is next on a charger, from an empty battery on; Infinity when never again in this run.
 */
export function nextChargeMs(plan: DevicePlan, atMs: number): number {
  for (let tryMs = atMs; tryMs < plan.endMs; tryMs += chargeLookMs) {
    if (isOnCharger(plan, tryMs)) return tryMs
  }
  return Infinity
}

export type Battery = {
  atMs: number
  fraction: number
  isCharging: boolean
  /** What was warned of: 0 nothing, 1 low, 2 critical. */
  level: 0 | 1 | 2
}

export function createBattery(plan: DevicePlan, fraction: number): Battery {
  return { atMs: plan.startMs, fraction, isCharging: false, level: 0 }
}

const chargePerHour = 0.5
const chargingHours = 2.2
const chargeLookMs = 300_000
const nothing: readonly DeviceEventKind[] = []

function isOnCharger(plan: DevicePlan, atMs: number): boolean {
  const sinceStartMs = atMs - plan.startMs
  const day = Math.floor(sinceStartMs / dayMs)
  const hour = (sinceStartMs - day * dayMs) / 3_600_000
  // Past midnight it is still the evening before.
  const evening = hour < plan.chargingHour ? day - 1 : day
  if (plan.skippedDays.has(evening)) return false
  const sinceHours = hour - plan.chargingHour + (evening === day ? 0 : 24)
  return sinceHours < chargingHours
}
