import type { Fix } from '../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { readRuns } from '../../lab/quality/read-runs.ts'
import { createSimulation } from '../../lab/simulate/simulation.ts'
import { makeBan, makeOrder, makePair, startMs } from '../core/engine-world.ts'
import type { Random } from './random.ts'

/** Two people's fixes of the same minutes, with bans laid on their way. */
export type Stretch = {
  readonly name: string
  readonly fixes: readonly Fix[]
  readonly orders: readonly ProtectionOrder[]
}

/** What one device recorded, in order of receipt. */
export type Track = {
  readonly name: string
  readonly fixes: readonly Omit<Fix, 'deviceId' | 'sequence' | 'batteryFraction'>[]
}

/** Devices that went together, or people of one case: any two of a group may meet. */
export async function readRecordedTracks(folder: string): Promise<Track[][]> {
  const runs = await readRuns(folder)
  return runs.map(({ source, devices }) =>
    devices.map(({ name, fixes }) => ({ name: `${source} ${name}`, fixes })),
  )
}

export function makeSimulatedTracks(seed: number, caseCount: number): Track[][] {
  const simulation = createSimulation({
    seed,
    caseCount,
    days: 2,
    network: null,
    storiesPerCase: null,
  })
  return Array.from({ length: caseCount }, (_, index) => {
    const stream = simulation.buildCase(index)
    const byDevice = new Map<string, Fix[]>()
    for (const record of stream.records()) {
      if (record.type !== 'fix') continue
      const known = byDevice.get(record.fix.deviceId)
      if (known === undefined) byDevice.set(record.fix.deviceId, [record.fix])
      else known.push(record.fix)
    }
    return [...byDevice.values()].map((fixes, device) => ({
      name: `simulated ${stream.key} device ${device}`,
      fixes,
    }))
  })
}

/** Null when the pick holds too little to say anything. */
export function cutStretch(tracks: readonly Track[], random: Random): Stretch | null {
  const offender = pick(tracks, random)
  const victim = pick(tracks, random)
  const from = random.integer(0, Math.max(0, offender.fixes.length - 1))
  const first = offender.fixes[from]
  if (first === undefined) return null
  const lastingMs = random.integer(3, 60) * 60_000
  const his = takeFixes(offender, first.recordedAtMs, lastingMs, 'offender-device', 0, random)
  // Two devices carried together are nearly one; moved in time they meet,
  // follow and pass each other.
  const lagMs = random.chance(0.5) ? 0 : random.integer(-300, 300) * 1_000
  const hers = takeFixes(
    victim,
    first.recordedAtMs - lagMs,
    lastingMs,
    'victim-device',
    lagMs,
    random,
  )
  if (his.length < 4) return null
  const middle = pick(his, random)
  const separationMeters = random.between(100, 1_000)
  const order = makeOrder({
    locationBans: [
      makeBan({
        approachMeters: random.between(50, 500),
        area: {
          type: 'circle',
          longitude: middle.longitude + random.normal() * 0.002,
          latitude: middle.latitude + random.normal() * 0.001,
          radiusMeters: random.between(30, 400),
        },
      }),
    ],
    proximityBans: [makePair({ separationMeters, approachMeters: 2 * separationMeters })],
  })
  const shiftMs = startMs - first.recordedAtMs
  const fixes = [...his, ...hers].map((fix) => ({
    ...fix,
    recordedAtMs: fix.recordedAtMs + shiftMs,
    // Long after, in one upload: the rules that look at our clock stay out of it.
    receivedAtMs: startMs + 86_400_000 + Math.round((fix.recordedAtMs - first.recordedAtMs) / 1000),
  }))
  return { name: `${offender.name} and ${victim.name}`, fixes, orders: [order] }
}

const fixCountMax = 16

/** Thinned to a number that can be shuffled a hundred times. */
function takeFixes(
  { fixes }: Track,
  fromMs: number,
  lastingMs: number,
  deviceId: string,
  lagMs: number,
  random: Random,
): Fix[] {
  const inside = fixes.filter(
    ({ recordedAtMs }) => recordedAtMs >= fromMs && recordedAtMs <= fromMs + lastingMs,
  )
  const stride = Math.ceil(inside.length / fixCountMax)
  return inside
    .filter((_, index) => index % stride === 0)
    .map((fix, index) => ({
      ...fix,
      recordedAtMs: fix.recordedAtMs + lagMs,
      deviceId,
      sequence: random.chance(0.9) ? index : null,
      batteryFraction: null,
    }))
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(0, items.length - 1)]!
}
