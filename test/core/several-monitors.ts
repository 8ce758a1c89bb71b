import { applyDeviceEvent, applyFix, applyRegistryChange } from '../../src/core/engine/engine.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import { makeEngine, makeFix, passTime, startMs } from './engine-world.ts'
import { raisedOf } from './watch-world.ts'

/** Metres east of the middle of the ban; heard without a position; not heard. */
type Said = number | 'heard' | 'silent'
export type Way = (seconds: number) => Said

/**
 * Monitors of one offender on a plan of a minute, each some seconds after the one before. The
 * border lies at 500 m, the band ends at 1,000 m.
 */
export function wearAll(ways: readonly Way[], fromMinutes: number, minutes: number): Effect[] {
  const engine = makeEngine({
    reportIntervalSeconds: 60,
    nowMs: startMs + 60_000 * fromMinutes - 60_000,
  })
  for (let at = 3; at <= ways.length; at++) addMonitor(engine, nameMonitor(at - 1))
  const effects: Effect[] = []
  for (let at = 60 * fromMinutes; at <= 60 * minutes; at += 60) {
    for (const [index, way] of ways.entries()) {
      const deviceId = nameMonitor(index)
      const seconds = at + Math.floor((60 * index) / ways.length)
      const said = way(seconds)
      const fix = makeFix(seconds, Number(said) + 4 * Math.sin(seconds), 0, { deviceId })
      const { recordedAtMs, receivedAtMs } = fix
      effects.push(...passTime(engine, receivedAtMs))
      if (said === 'heard') {
        const event = { deviceId, kind: 'heartbeat', recordedAtMs, receivedAtMs } as const
        effects.push(
          ...applyDeviceEvent(engine, { ...event, batteryFraction: null, sequence: null }),
        )
      } else if (said !== 'silent') effects.push(...applyFix(engine, fix))
    }
  }
  return effects
}

/** "P2 1 12": the rank, which monitor, and how many minutes after the start it was raised to it. */
export function callsOf(
  effects: readonly Effect[],
  kind: 'position-unreliable' | 'device-silent',
): string[] {
  const alerts = raisedOf(effects, kind)
  const told = new Map(alerts.map(({ id, deviceId }) => [id, deviceId]))
  return effects.flatMap((effect) => {
    if (effect.type === 'alert-raised' && effect.alert.kind === kind) {
      const { priority, deviceId, learnedAtMs } = effect.alert
      return [`${priority} ${deviceId} ${minutesOf(learnedAtMs)}`]
    }
    if (effect.type !== 'alert-revised' || effect.revision.kind !== 'priority') return []
    const deviceId = told.get(effect.alertId)
    if (deviceId === undefined) return []
    return [`${effect.revision.priority} ${deviceId} ${minutesOf(effect.learnedAtMs)}`]
  })
}

/** That two monitors are in two places: the minutes at which it was told, and was over. */
export function apartOf(effects: readonly Effect[]): { told: string[]; ended: number[] } {
  const alerts = raisedOf(effects, 'position-unreliable').filter(({ reason }) =>
    reason.includes('in two places'),
  )
  const ended = effects.flatMap((effect) =>
    effect.type === 'alert-ended' && alerts.some(({ id }) => id === effect.alertId)
      ? [minutesOf(effect.clearedAtMs)]
      : [],
  )
  return {
    told: alerts.map(({ deviceId, learnedAtMs }) => `${deviceId} ${minutesOf(learnedAtMs)}`),
    ended,
  }
}

export function nameMonitor(index: number): string {
  return index === 0 ? 'offender-device' : `offender-device-${index + 1}`
}

function addMonitor(engine: ReturnType<typeof makeEngine>, id: string): void {
  const device = { id, vendorId: 'vendor', serialNumber: id, kind: 'ankle-monitor' } as const
  const nowMs = startMs - 86_400_000
  applyRegistryChange(
    engine,
    { type: 'device', device: { ...device, reportIntervalSeconds: 60 } },
    nowMs,
  )
  const valid = { validFromMs: 0, validUntilMs: null }
  const deviceAssignment = { id: `assignment-${id}`, deviceId: id, personId: 'offender', ...valid }
  applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, nowMs)
}

function minutesOf(ms: number): number {
  return Math.floor((ms - startMs) / 60_000)
}
