import type { Effect } from '../../src/core/model/alert.ts'
import type { DeviceEvent, DeviceEventKind, Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { ProtectionOrder, RegistryChange } from '../../src/core/model/registry.ts'
import {
  applyChange,
  createRegistryIndex,
  findWearer,
} from '../../src/core/model/registry-index.ts'
import type { Situation } from '../../src/core/watch/situation.ts'
import {
  advanceWatch,
  createWatch,
  nextWatchDeadlineMs,
  watchDeviceEvent,
  watchFix,
  watchRegistryChange,
} from '../../src/core/watch/watch.ts'

export const startMs = Date.parse('2026-11-23T12:00:00Z')
export const second = 1_000
export const minute = 60_000
export const day = 86_400_000

/**
 * A watch with its registry and what is known of people, driven by a clock
 * that visits every deadline.
 */
export function createWorld(limits: Limits = defaultLimits) {
  const index = createRegistryIndex()
  const situations = new Map<string, Situation>()
  const findSituation = (personId: string): Situation => situations.get(personId) ?? far
  const watch = createWatch(limits, index, findSituation)
  let nowMs = startMs
  const world = {
    index,
    watch,
    situations,
    findSituation,
    now: () => nowMs,
    register(...changes: readonly RegistryChange[]): void {
      for (const change of changes) {
        if (applyChange(index, change)) watchRegistryChange(watch, change, nowMs)
      }
    },
    /** Up to and including the instant, through every deadline on the way. */
    advanceTo(untilMs: number): Effect[] {
      const effects: Effect[] = []
      for (;;) {
        const dueMs = nextWatchDeadlineMs(watch)
        if (dueMs === null || dueMs > untilMs) break
        nowMs = Math.max(nowMs, dueMs)
        effects.push(...advanceWatch(watch, nowMs))
      }
      nowMs = untilMs
      return effects
    },
    advance(durationMs: number): Effect[] {
      return world.advanceTo(nowMs + durationMs)
    },
    /** A believed fix received now. */
    fix(deviceId: string, changes: Partial<Fix> & { isBelieved?: boolean } = {}): Effect[] {
      const { isBelieved = true, ...rest } = changes
      const fix: Fix = { ...someFix, deviceId, recordedAtMs: nowMs, receivedAtMs: nowMs, ...rest }
      const personId = findWearer(index, deviceId, fix.recordedAtMs)
      if (isBelieved && personId !== null) {
        const known = findSituation(personId)
        const lastBelievedAtMs = Math.max(known.lastBelievedAtMs ?? 0, fix.recordedAtMs)
        situations.set(personId, { ...known, lastBelievedAtMs, provenAtMs: lastBelievedAtMs })
      }
      return watchFix(watch, fix, personId)
    },
    event(deviceId: string, kind: DeviceEventKind, changes: Partial<DeviceEvent> = {}): Effect[] {
      const event: DeviceEvent = {
        deviceId,
        kind,
        recordedAtMs: nowMs,
        receivedAtMs: nowMs,
        batteryFraction: null,
        sequence: null,
        ...changes,
      }
      const personId = findWearer(index, deviceId, event.recordedAtMs)
      return watchDeviceEvent(watch, event, personId)
    },
    /** Both report every minute for so long; effects of the clock and of the fixes together. */
    report(deviceIds: readonly string[], durationMs: number, everyMs: number = minute): Effect[] {
      const effects: Effect[] = []
      for (const untilMs = nowMs + durationMs; nowMs < untilMs;) {
        for (const deviceId of deviceIds) effects.push(...world.fix(deviceId))
        effects.push(...world.advance(everyMs))
      }
      return effects
    },
    situate(personId: string, changes: Partial<Situation>): void {
      situations.set(personId, { ...findSituation(personId), ...changes })
    },
  }
  return world
}

/**
 * One offender with a monitor, one victim with a device, one order with a pair;
 * both report every minute.
 */
export function createPairWorld(changes: Partial<ProtectionOrder> = {}) {
  const world = createWorld()
  world.register(
    { type: 'vendor', vendor: { id: 'vendor', name: 'vendor' } },
    person('otto', 'offender'),
    person('vera', 'victim'),
    device('monitor', 'ankle-monitor'),
    device('pendant', 'victim-device'),
    assignment('monitor', 'otto'),
    assignment('pendant', 'vera'),
    orderChange({ proximityBans: [pairBan('vera')], ...changes }),
  )
  return world
}

/** One offender with a monitor and one order with a location ban. */
export function createBanWorld(changes: Partial<ProtectionOrder> = {}) {
  const world = createWorld()
  world.register(
    { type: 'vendor', vendor: { id: 'vendor', name: 'vendor' } },
    person('otto', 'offender'),
    device('monitor', 'ankle-monitor'),
    assignment('monitor', 'otto'),
    orderChange({ locationBans: [locationBan], ...changes }),
  )
  return world
}

/** So many offenders with a monitor each, of one vendor, under an order each. */
export function createFleet(count: number) {
  const world = createWorld()
  for (let number = 0; number < count; number++) {
    world.register(
      person(`p${number}`, 'offender'),
      device(`d${number}`, 'ankle-monitor'),
      assignment(`d${number}`, `p${number}`),
      orderChange({
        id: `o${number}`,
        offenderId: `p${number}`,
        locationBans: [locationBan],
      }),
    )
  }
  world.advance(0)
  return world
}

export function person(id: string, role: 'offender' | 'victim'): RegistryChange {
  return { type: 'person', person: { id, role, reference: id } }
}

export function device(
  id: string,
  kind: 'ankle-monitor' | 'victim-device',
  reportIntervalSeconds: number = 60,
  vendorId: string = 'vendor',
): RegistryChange {
  return { type: 'device', device: { id, vendorId, serialNumber: id, kind, reportIntervalSeconds } }
}

export function assignment(
  deviceId: string,
  personId: string,
  validFromMs: number = startMs - day,
  validUntilMs: number | null = null,
): RegistryChange {
  const id = `${deviceId}-${personId}`
  const deviceAssignment = { id, deviceId, personId, validFromMs, validUntilMs }
  return { type: 'device-assignment', deviceAssignment }
}

export function orderChange(changes: Partial<ProtectionOrder> = {}): RegistryChange {
  return { type: 'protection-order', protectionOrder: { ...someOrder, ...changes } }
}

export function pairBan(victimId: string) {
  return { id: `pair-${victimId}`, victimId, separationMeters: 1_000, approachMeters: 2_000 }
}

export const locationBan = {
  id: 'ban',
  label: 'home',
  area: { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 500 },
  approachMeters: 500,
  schedule: null,
} as const

const someOrder: ProtectionOrder = {
  id: 'order',
  version: 1,
  reference: 'order',
  legalBasis: 'prosecutor-behaviour-order',
  offenderId: 'otto',
  validFromMs: startMs - day,
  validUntilMs: startMs + 60 * day,
  status: 'active',
  locationBans: [],
  proximityBans: [],
  escalation: null,
}

export function raisedOf(effects: readonly Effect[], kind?: string) {
  const alerts = effects.flatMap((effect) => (effect.type === 'alert-raised' ? [effect.alert] : []))
  return kind === undefined ? alerts : alerts.filter((alert) => alert.kind === kind)
}

export function endedOf(effects: readonly Effect[]) {
  return effects.flatMap((effect) => (effect.type === 'alert-ended' ? [effect] : []))
}

export function revisedOf(effects: readonly Effect[]) {
  return effects.flatMap((effect) => (effect.type === 'alert-revised' ? [effect] : []))
}

const far: Situation = {
  isInOpenApproach: false,
  openSinceMs: null,
  isInUnusualApproach: false,
  isTakenInside: false,
  isNearDanger: false,
  lastBelievedAtMs: null,
  heldUntilMs: null,
  restSinceMs: null,
  restSeenSinceMs: null,
  restProvenMs: 0,
  provenAtMs: null,
  whereabouts: null,
  danger: null,
  unclear: null,
  disputed: null,
  jumps: null,
  unclearPairs: [],
  listLastPlaces: () => [],
  fault: null,
}

const someFix: Fix = {
  deviceId: '',
  recordedAtMs: 0,
  receivedAtMs: 0,
  longitude: 5,
  latitude: 52,
  accuracyMeters: 10,
  speedMetersPerSecond: null,
  headingDegrees: null,
  source: 'gnss',
  hdop: null,
  satellites: null,
  batteryFraction: null,
  sequence: null,
}
