import type { Effect } from '../../src/core/model/alert.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyRegistryChange,
  createEngine,
  nextDeadlineMs,
} from '../../src/core/engine/engine.ts'
import { judgeProtection } from '../../src/core/protection/judge-protection.ts'
import type { DeviceEventKind, Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'

/**
 * The plain on which findings are written: metres east and north of (5, 52), seconds after a
 * morning, one offender with a monitor that reports each minute, a clock that visits every
 * deadline. A ban of 150 m around the middle, its band 500 m further; or a pair.
 */
export function createPlain(terms: Partial<ProtectionOrder> = {}): Plain {
  const engine = createEngine(defaultLimits)
  register(engine, { ...plainOrder, ...terms })
  const effects: Effect[] = []
  let nowMs = plainMs
  const advance = (untilMs: number): void => {
    for (;;) {
      const dueMs = nextDeadlineMs(engine)
      if (dueMs === null || dueMs > untilMs) break
      nowMs = Math.max(nowMs, dueMs)
      effects.push(...advanceTo(engine, nowMs))
    }
    nowMs = Math.max(nowMs, untilMs)
    effects.push(...advanceTo(engine, nowMs))
  }
  return {
    engine,
    fix: (seconds, place, values = {}) => {
      const fix = makePlainFix(seconds, place, values)
      advance(fix.receivedAtMs)
      effects.push(...applyFix(engine, fix))
    },
    heard: (seconds, deviceId = 'monitor', kind = 'heartbeat') => {
      const recordedAtMs = plainMs + seconds * 1000
      advance(recordedAtMs)
      const event = { deviceId, kind, recordedAtMs, receivedAtMs: recordedAtMs }
      effects.push(...applyDeviceEvent(engine, { ...event, batteryFraction: null, sequence: null }))
    },
    until: (seconds) => advance(plainMs + seconds * 1000),
    told: (kind) => tellAll(effects).filter((line) => line.includes(kind)),
    state: () => judgeProtection(engine, 'order', nowMs),
  }
}

/** A monitor beside the one that the offender has worn for years. */
export function wearSecond(engine: Engine): void {
  const fromMs = plainMs - 30 * 86_400_000
  const device = { id: 'second', vendorId: 'vendor', serialNumber: 'second' }
  const assignment = { id: 'second', deviceId: 'second', personId: 'offender', validUntilMs: null }
  applyRegistryChange(
    engine,
    { type: 'device', device: { ...device, kind: 'ankle-monitor', reportIntervalSeconds: 60 } },
    fromMs,
  )
  applyRegistryChange(
    engine,
    { type: 'device-assignment', deviceAssignment: { ...assignment, validFromMs: fromMs } },
    fromMs,
  )
}

export type Plain = {
  readonly engine: Engine
  fix(seconds: number, place: readonly [number, number], values?: Partial<Fix>): void
  heard(seconds: number, deviceId?: string, kind?: DeviceEventKind): void
  until(seconds: number): void
  /** In order: 'raised position-unreliable P3 600', 'ended …', 'priority … P2 660'. */
  told(kind: string): string[]
  state(): ReturnType<typeof judgeProtection>
}

export const plainMs = Date.parse('2026-11-10T08:00:00Z')

export const plainBan: LocationBan = {
  id: 'ban',
  label: 'w',
  approachMeters: 500,
  schedule: null,
  area: { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 150 },
}

export const plainPair: ProximityBan = {
  id: 'pair',
  victimId: 'victim',
  separationMeters: 500,
  approachMeters: 1000,
}

/** A noise of a few metres, so that no two positions are equal to the last digit. */
export function jitter(seconds: number, [east, north]: readonly [number, number]): Place {
  return [east + ((seconds * 7) % 17) / 2, north + ((seconds * 5) % 13) / 2]
}
export type Place = readonly [east: number, north: number]

export function makePlainFix(
  seconds: number,
  [east, north]: Place,
  values: Partial<Fix> = {},
): Fix {
  const recordedAtMs = plainMs + seconds * 1000
  return {
    deviceId: 'monitor',
    recordedAtMs,
    receivedAtMs: recordedAtMs + 1000,
    longitude: 5 + east / 68_535,
    latitude: 52 + north / 111_250,
    accuracyMeters: 10,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: null,
    hdop: null,
    satellites: null,
    batteryFraction: null,
    sequence: null,
    ...values,
  }
}

const plainOrder: ProtectionOrder = {
  id: 'order',
  version: 1,
  reference: 'R1',
  legalBasis: 'special-condition',
  offenderId: 'offender',
  validFromMs: plainMs - 30 * 86_400_000,
  validUntilMs: plainMs + 200 * 86_400_000,
  status: 'active',
  locationBans: [plainBan],
  proximityBans: [],
  escalation: null,
}

function register(engine: Engine, order: ProtectionOrder): void {
  const fromMs = plainMs - 30 * 86_400_000
  const worn = [
    ['offender', 'monitor', 'ankle-monitor'],
    ['victim', 'pendant', 'victim-device'],
  ] as const
  for (const [personId, id, kind] of worn) {
    const role = personId
    const person = { id: personId, role, reference: personId }
    const device = { id, vendorId: 'vendor', serialNumber: id, kind, reportIntervalSeconds: 60 }
    const assignment = { id, deviceId: id, personId, validFromMs: fromMs, validUntilMs: null }
    applyRegistryChange(engine, { type: 'person', person }, fromMs)
    applyRegistryChange(engine, { type: 'device', device }, fromMs)
    applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment: assignment }, fromMs)
  }
  applyRegistryChange(engine, { type: 'protection-order', protectionOrder: order }, plainMs - 1000)
}

function tellAll(effects: readonly Effect[]): string[] {
  const kinds = new Map<string, string>()
  const at = (ms: number): number => (ms - plainMs) / 1000
  return effects.flatMap((effect): string[] => {
    switch (effect.type) {
      case 'alert-raised': {
        const { id, kind, priority, late, learnedAtMs } = effect.alert
        kinds.set(id, kind)
        return [`raised ${kind} ${priority} ${at(learnedAtMs)}${late ? ' late' : ''}`]
      }
      case 'alert-ended':
        return [`ended ${kinds.get(effect.alertId)} ${at(effect.clearedAtMs)}`]
      case 'alert-revised': {
        const { kind } = effect.revision
        const priority = effect.revision.kind === 'priority' ? ` ${effect.revision.priority}` : ''
        return [`${kind} ${kinds.get(effect.alertId)}${priority} ${at(effect.learnedAtMs)}`]
      }
      case 'alert-seen':
      case 'fix-disbelieved':
      case 'rejudge-needed':
        return []
    }
  })
}
