import { destination } from '../../geo/distance.ts'
import type { AlertRevision, Effect } from '../../src/core/model/alert.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  createEngine,
  nextDeadlineMs,
} from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'
import type { ChosenRisk } from '../../src/core/model/registry.ts'
import type { QuietMode } from '../../src/core/quiet/trail.ts'

/** Plain values for tests of detection: a place in a made-up plain, people, and fixes around it. */
export const startMs = Date.UTC(2026, 10, 2, 12)
export const home = { longitude: 5.1, latitude: 52.1 }

export function makeEngine(world: World = {}): Engine {
  const engine = createEngine({ ...defaultLimits, ...world.limits }, world.quietMode)
  const nowMs = world.nowMs ?? startMs - 3_600_000
  const victims = world.victims ?? ['victim']
  for (const personId of ['offender', ...victims]) {
    const role = personId === 'offender' ? 'offender' : 'victim'
    const deviceIds = [`${personId}-device`, `${personId}-device-2`]
    applyRegistryChange(
      engine,
      { type: 'person', person: { id: personId, role, reference: personId } },
      nowMs,
    )
    for (const id of deviceIds.map((name) => world.nameDevice?.(name) ?? name)) {
      applyRegistryChange(
        engine,
        {
          type: 'device',
          device: {
            id,
            vendorId: 'vendor',
            serialNumber: id,
            kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
            reportIntervalSeconds: world.reportIntervalSeconds ?? 30,
          },
        },
        nowMs,
      )
      applyRegistryChange(
        engine,
        {
          type: 'device-assignment',
          deviceAssignment: {
            id: `assignment-${id}`,
            deviceId: id,
            personId,
            validFromMs: 0,
            validUntilMs: null,
          },
        },
        nowMs,
      )
    }
  }
  for (const order of world.orders ?? [makeOrder()]) {
    applyRegistryChange(engine, { type: 'protection-order', protectionOrder: order }, nowMs)
  }
  return engine
}

export type World = {
  readonly quietMode?: QuietMode
  readonly limits?: Partial<Limits>
  readonly nowMs?: number
  readonly victims?: readonly string[]
  readonly nameDevice?: (name: string) => string
  readonly reportIntervalSeconds?: number
  readonly orders?: readonly ProtectionOrder[]
}

/** One order with a round ban of 500 m around home, an approach band of 500 m, and nothing else. */
export function makeOrder(values: Partial<ProtectionOrder> = {}): ProtectionOrder {
  return {
    id: 'order',
    version: 1,
    reference: '09/000001-26',
    legalBasis: 'prosecutor-behaviour-order',
    offenderId: 'offender',
    validFromMs: startMs - 86_400_000,
    validUntilMs: startMs + 90 * 86_400_000,
    status: 'active',
    locationBans: [makeBan()],
    proximityBans: [],
    escalation: null,
    ...values,
  }
}

/** A risk profile that adds nothing, but for what is named. */
export function makeRisk(values: Partial<ChosenRisk> = {}): ChosenRisk {
  return {
    profile: 'some',
    version: 1,
    name: { nl: 'enig', en: 'some' },
    reportIntervalSeconds: null,
    recallMinutesMax: null,
    alsoCalled: [],
    protocol: null,
    ...values,
  }
}

export function makeBan(values: Partial<LocationBan> = {}): LocationBan {
  return {
    id: 'ban',
    label: 'home',
    area: { type: 'circle', ...home, radiusMeters: 500 },
    approachMeters: 500,
    schedule: null,
    ...values,
  }
}

export function makePair(values: Partial<ProximityBan> = {}): ProximityBan {
  return {
    id: 'pair',
    victimId: 'victim',
    separationMeters: 1000,
    approachMeters: 2000,
    ...values,
  }
}

/**
 * A fix `eastMeters`, `northMeters` from home, `seconds` after the start, received a second later.
 */
export function makeFix(
  seconds: number,
  eastMeters: number,
  northMeters = 0,
  values: Partial<Fix> = {},
): Fix {
  const recordedAtMs = startMs + seconds * 1000
  return {
    deviceId: 'offender-device',
    recordedAtMs,
    receivedAtMs: recordedAtMs + 1000,
    ...place(eastMeters, northMeters),
    accuracyMeters: 10,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'gnss',
    hdop: null,
    satellites: null,
    batteryFraction: null,
    sequence: null,
    ...values,
  }
}

export function place(
  eastMeters: number,
  northMeters: number,
): { longitude: number; latitude: number } {
  const meters = Math.hypot(eastMeters, northMeters)
  const bearing = (Math.atan2(eastMeters, northMeters) * 180) / Math.PI
  return destination(home.longitude, home.latitude, (bearing + 360) % 360, meters)
}

export function makeVictimFix(
  seconds: number,
  eastMeters: number,
  northMeters = 0,
  values: Partial<Fix> = {},
): Fix {
  return makeFix(seconds, eastMeters, northMeters, { deviceId: 'victim-device', ...values })
}

export function applyAll(engine: Engine, fixes: readonly Fix[]): Effect[] {
  return fixes.flatMap((fix) => applyFix(engine, fix))
}

/**
 * Effects in short, times in seconds after the start: 'raised
 * location-ban-breach 30', 'ended … 90'.
 */
export function tell(effects: readonly Effect[]): string[] {
  const kinds = new Map<string, string>()
  return effects.flatMap((effect) => {
    switch (effect.type) {
      case 'alert-raised':
        kinds.set(effect.alert.id, effect.alert.kind)
        return `raised ${effect.alert.kind} ${seconds(effect.alert.occurredAtMs)}${effect.alert.late ? ' late' : ''}`
      case 'alert-ended':
        return `ended ${kinds.get(effect.alertId) ?? 'earlier'} ${seconds(effect.clearedAtMs)}`
      case 'alert-revised':
        return `revised ${kinds.get(effect.alertId) ?? 'earlier'} ${effect.revision.kind}${tellMore(effect.revision)}`
      case 'alert-seen':
        return []
      case 'fix-disbelieved':
        return effect.reasons.length === 0
          ? `believed ${seconds(effect.recordedAtMs)}`
          : `disbelieved ${seconds(effect.recordedAtMs)} ${effect.reasons.join(' ')}`
      case 'rejudge-needed':
        return `rejudge ${seconds(effect.fromMs)}`
    }
  })
}

function tellMore(revision: AlertRevision): string {
  if (revision.kind === 'moved') return ` ${seconds(revision.occurredAtMs)}`
  if (revision.kind !== 'repeated' || !('cause' in revision)) return ''
  const { cause, recordedAtMs, late } = revision
  return ` ${cause} ${seconds(recordedAtMs)}${late ? ' late' : ''}`
}

function seconds(ms: number): number {
  return (ms - startMs) / 1000
}

/** The clock goes from one deadline to the next, and on to this moment. */
export function passTime(engine: Engine, untilMs: number): Effect[] {
  const effects: Effect[] = []
  for (let dueMs = nextDeadlineMs(engine); dueMs !== null && dueMs < untilMs;) {
    effects.push(...advanceTo(engine, dueMs))
    const nextMs = nextDeadlineMs(engine)
    dueMs = nextMs === dueMs ? null : nextMs
  }
  return [...effects, ...advanceTo(engine, untilMs)]
}
