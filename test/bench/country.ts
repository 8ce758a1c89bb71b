import type {
  Device,
  LocationBan,
  ProtectionOrder,
  RegistryChange,
} from '../../src/core/model/registry.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { createRandom, type Random } from '../support/random.ts'

/**
 * A seeded country of orders for benchmarks: people clustered in towns, one to three
 * bans each (circles and irregular polygons), half of them with a victim, and rounds of
 * fixes along random walks.
 */
export function createCountry(options: {
  readonly orderCount: number
  readonly seed: number
}): Country {
  const random = createRandom(options.seed)
  const towns = Array.from({ length: 60 }, () => ({
    longitude: 3.6 + random() * 3.2,
    latitude: 51 + random() * 2.2,
  }))
  const changes: RegistryChange[] = [{ type: 'vendor', vendor: { id: 'vendor', name: 'Bench' } }]
  const walkers: Walker[] = []
  const bansOf = new Map<string, readonly LocationBan[]>()
  for (let index = 0; index < options.orderCount; index += 1) {
    const town = towns[Math.floor(random() * towns.length)]!
    const home = {
      longitude: town.longitude + gauss(random) * 0.06,
      latitude: town.latitude + gauss(random) * 0.04,
    }
    const offenderId = `offender-${index}`
    walkers.push(addWearer(changes, 'offender', offenderId, home, random))
    const victimId = index % 2 === 0 ? `victim-${index}` : null
    if (victimId !== null) {
      const near = { longitude: home.longitude + 0.02, latitude: home.latitude + 0.02 }
      walkers.push(addWearer(changes, 'victim', victimId, near, random))
    }
    const bans = Array.from({ length: 1 + (index % 3) }, (_, number) =>
      createBan(`ban-${index}-${number}`, home, random),
    )
    bansOf.set(offenderId, bans)
    changes.push({
      type: 'protection-order',
      protectionOrder: createOrder(index, offenderId, victimId, bans),
    })
  }
  return { changes, walkers, bansOf, random }
}

/** One fix of everybody, ten seconds after the round before. */
export function nextRound(country: Country, round: number): Fix[] {
  return country.walkers.map((walker) => {
    const { random } = country
    walker.heading += gauss(random) * 0.3
    walker.longitude += Math.cos(walker.heading) * 0.00018
    walker.latitude += Math.sin(walker.heading) * 0.00011
    const atMs = benchStartMs + round * 10_000 + walker.offsetMs
    return {
      deviceId: walker.deviceId,
      recordedAtMs: atMs,
      receivedAtMs: atMs + 1_500,
      longitude: walker.longitude + gauss(random) * 0.00008,
      latitude: walker.latitude + gauss(random) * 0.00005,
      accuracyMeters: 5 + random() * 25,
      speedMetersPerSecond: 1.4,
      headingDegrees: null,
      source: 'gnss',
      hdop: 1.1,
      satellites: 9,
      batteryFraction: 0.8,
      sequence: round,
    }
  })
}

export type Country = {
  readonly changes: readonly RegistryChange[]
  readonly walkers: readonly Walker[]
  readonly bansOf: ReadonlyMap<string, readonly LocationBan[]>
  readonly random: Random
}

export type Walker = {
  readonly personId: string
  readonly deviceId: string
  readonly offsetMs: number
  longitude: number
  latitude: number
  heading: number
}

/** 2026-11-23T12:00:00Z: benchmarks know no clock but this one. */
export const benchStartMs = 1_795_435_200_000

function addWearer(
  changes: RegistryChange[],
  role: 'offender' | 'victim',
  personId: string,
  home: { readonly longitude: number; readonly latitude: number },
  random: Random,
): Walker {
  const device: Device = {
    id: `device-${personId}`,
    vendorId: 'vendor',
    serialNumber: `SN-${personId}`,
    kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
    reportIntervalSeconds: 10,
  }
  changes.push({ type: 'person', person: { id: personId, role, reference: personId } })
  changes.push({ type: 'device', device })
  changes.push({
    type: 'device-assignment',
    deviceAssignment: {
      id: `assignment-${personId}`,
      deviceId: device.id,
      personId,
      validFromMs: benchStartMs - 86_400_000,
      validUntilMs: null,
    },
  })
  return {
    personId,
    deviceId: device.id,
    offsetMs: Math.floor(random() * 9_000),
    longitude: home.longitude + gauss(random) * 0.01,
    latitude: home.latitude + gauss(random) * 0.006,
    heading: random() * Math.PI * 2,
  }
}

function createBan(
  id: string,
  home: { readonly longitude: number; readonly latitude: number },
  random: Random,
): LocationBan {
  const longitude = home.longitude + gauss(random) * 0.015
  const latitude = home.latitude + gauss(random) * 0.009
  const radiusMeters = 200 + random() * 1_300
  if (random() < 0.5) {
    return {
      id,
      label: id,
      area: { type: 'circle', longitude, latitude, radiusMeters },
      approachMeters: 500,
      schedule: null,
    }
  }
  const vertexCount = 20 + Math.floor(random() * 180)
  const ring = Array.from({ length: vertexCount }, (_, index): [number, number] => {
    const angle = (index / vertexCount) * Math.PI * 2
    const radius = radiusMeters * (0.75 + 0.25 * Math.sin(angle * 5 + radiusMeters))
    return [
      longitude + (Math.cos(angle) * radius) / 68_000,
      latitude + (Math.sin(angle) * radius) / 111_200,
    ]
  })
  ring.push(ring[0]!)
  return {
    id,
    label: id,
    area: { type: 'geometry', geometry: { type: 'Polygon', coordinates: [ring] } },
    approachMeters: 500,
    schedule: null,
  }
}

function createOrder(
  index: number,
  offenderId: string,
  victimId: string | null,
  locationBans: readonly LocationBan[],
): ProtectionOrder {
  return {
    id: `order-${index}`,
    version: 1,
    reference: `bench-${index}`,
    legalBasis: 'liberty-restricting-measure',
    offenderId,
    validFromMs: benchStartMs - 86_400_000,
    validUntilMs: benchStartMs + 400 * 86_400_000,
    status: 'active',
    locationBans,
    proximityBans:
      victimId === null
        ? []
        : [{ id: `pair-${index}`, victimId, separationMeters: 500, approachMeters: 1_000 }],
    escalation: null,
  }
}

function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
