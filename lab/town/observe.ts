import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import { between, gaussian } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'
import { positionOf } from './town-map.ts'
import type { TownMap } from './town-map.ts'
import { whereaboutsAt } from './town-track.ts'
import type { Track, Whereabouts } from './town-track.ts'

/**
 * What a device tells of its wearer's way: noise, gaps, network positions, late and double uploads.
 */
export function observe(
  random: Random,
  map: TownMap,
  track: Track,
  plan: ObservationPlan,
): { fixes: Fix[]; deviceEvents: DeviceEvent[] } {
  const fixes: Fix[] = []
  const deviceEvents: DeviceEvent[] = []
  const noise = { eastMeters: 0, northMeters: 0 }
  let sequence = 1
  for (let atMs = plan.fromMs; atMs <= plan.untilMs; atMs += plan.intervalMs) {
    const recordedAtMs = Math.round(atMs)
    const receivedAtMs = receiptMs(random, plan, recordedAtMs)
    const batteryFraction = batteryAt(plan, recordedAtMs)
    sequence++
    if (isWithin(plan.gaps, recordedAtMs)) {
      // No sky, but the link is there: the device says that it lives.
      deviceEvents.push({
        deviceId: plan.deviceId,
        kind: 'heartbeat',
        recordedAtMs,
        receivedAtMs,
        batteryFraction,
        sequence,
      })
      continue
    }
    const isNetwork = random.next() < plan.networkShare
    const where = whereaboutsAt(track, recordedAtMs)
    const measured = isNetwork
      ? measureByNetwork(random, map, where)
      : measureByGnss(random, map, where, noise, plan.accuracyMeters)
    fixes.push({
      deviceId: plan.deviceId,
      recordedAtMs,
      receivedAtMs,
      ...measured,
      batteryFraction,
      sequence,
    })
    if (random.next() < plan.duplicateShare) {
      fixes.push({
        ...fixes.at(-1)!,
        receivedAtMs: receivedAtMs + Math.round(between(random, 500, 20_000)),
      })
    }
  }
  return { fixes, deviceEvents }
}

export type ObservationPlan = {
  readonly deviceId: string
  readonly intervalMs: number
  readonly fromMs: number
  readonly untilMs: number
  /** Range of the accuracy it claims; the error is drawn to match the claim. */
  readonly accuracyMeters: readonly [number, number]
  readonly networkShare: number
  readonly duplicateShare: number
  /** Under a roof or in a tunnel: heartbeats instead of fixes. */
  readonly gaps: readonly Stretch[]
  /** No link: stored on the device, sent when it ends. */
  readonly deadZones: readonly Stretch[]
  readonly batteryAtStart: number
  readonly batteryPerHour: number
}

export type Stretch = { readonly fromMs: number; readonly untilMs: number }

/** Share of the error kept from one fix to the next: GNSS error drifts, it does not jump. */
const noisePersistence = 0.7
/** The radius that holds 68 % of a round normal distribution, in standard deviations. */
const sigmaPerAccuracy = 1 / 1.51
/** Errors are cut here, so that the town's promises hold for every seed. */
const noiseSigmasMax = 2

function measureByGnss(
  random: Random,
  map: TownMap,
  where: Whereabouts,
  noise: { eastMeters: number; northMeters: number },
  accuracyRange: readonly [number, number],
) {
  const accuracyMeters = Math.round(between(random, accuracyRange[0], accuracyRange[1]) * 10) / 10
  const sigma = accuracyMeters * sigmaPerAccuracy
  const fresh = Math.sqrt(1 - noisePersistence ** 2)
  const drift = (before: number): number =>
    clamp(noisePersistence * before + fresh * sigma * gaussian(random), noiseSigmasMax * sigma)
  noise.eastMeters = drift(noise.eastMeters)
  noise.northMeters = drift(noise.northMeters)
  return {
    ...positionOf(map, where.eastMeters + noise.eastMeters, where.northMeters + noise.northMeters),
    accuracyMeters,
    speedMetersPerSecond: Math.round(where.speedMetersPerSecond * 10) / 10,
    headingDegrees: Math.round(where.headingDegrees) % 360,
    source: 'gnss' as const,
    hdop: Math.round(between(random, 0.7, 1.8) * 10) / 10,
    satellites: Math.round(between(random, 6, 14)),
  }
}

function measureByNetwork(random: Random, map: TownMap, where: Whereabouts) {
  const accuracyMeters = Math.round(between(random, 500, 2000))
  const sigma = accuracyMeters * sigmaPerAccuracy
  const offset = (): number => clamp(sigma * gaussian(random), noiseSigmasMax * sigma)
  return {
    ...positionOf(map, where.eastMeters + offset(), where.northMeters + offset()),
    accuracyMeters,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: 'network' as const,
    hdop: null,
    satellites: null,
  }
}

const reconnectMs = 400

function receiptMs(random: Random, plan: ObservationPlan, recordedAtMs: number): number {
  const latencyMs = Math.round(between(random, 200, 900))
  for (const zone of plan.deadZones) {
    if (recordedAtMs >= zone.fromMs && recordedAtMs < zone.untilMs) {
      // One upload, in the order it was stored.
      return Math.round(zone.untilMs) + reconnectMs
    }
  }
  return recordedAtMs + latencyMs
}

function batteryAt(plan: ObservationPlan, atMs: number): number {
  const hours = (atMs - plan.fromMs) / 3_600_000
  return Math.round(Math.max(0.01, plan.batteryAtStart - hours * plan.batteryPerHour) * 1000) / 1000
}

function isWithin(stretches: readonly Stretch[], atMs: number): boolean {
  return stretches.some(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs)
}

function clamp(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value))
}
