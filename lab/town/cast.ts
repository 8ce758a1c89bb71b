import type { AlertKind } from '../../src/core/model/alert.ts'
import type { DeviceEvent, DeviceEventKind, Fix } from '../../src/core/model/fix.ts'
import type {
  BanSchedule,
  Device,
  DeviceAssignment,
  LegalBasis,
  LocationBan,
  Person,
  PersonRole,
  ProtectionOrder,
  ProximityBan,
  Vendor,
} from '../../src/core/model/registry.ts'
import { createFirstNames } from '../simulate/names.ts'
import { observe } from './observe.ts'
import type { ObservationPlan } from './observe.ts'
import { between, createRandom, pick, randomUuid } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'
import { createTownMap, positionOf } from './town-map.ts'
import type { Spot, TownMap } from './town-map.ts'
import type { Track } from './town-track.ts'

/** Everything of a town while it is being made. */
export type Cast = {
  readonly random: Random
  readonly map: TownMap
  readonly plan: TownPlan
  readonly vendors: Vendor[]
  readonly persons: Person[]
  readonly devices: Device[]
  readonly deviceAssignments: DeviceAssignment[]
  readonly protectionOrders: ProtectionOrder[]
  readonly fixes: Fix[]
  readonly deviceEvents: DeviceEvent[]
  readonly storylines: Storyline[]
  /** First names and places for the terminal, by id. The registry itself knows no names. */
  readonly labels: Map<string, string>
  readonly nextFirstName: () => string
}

export type TownPlan = {
  readonly startMs: number
  readonly durationMs: number
  readonly storyIntervalSeconds: number
  readonly quietIntervalSeconds: readonly [number, number]
  readonly firstStoryAfterMs: number
  readonly storySpacingMs: number
  readonly quietOffenderCount: number
  readonly quietVictimCount: number
  /** Daily trips set out from this long before the start to this long after it. */
  readonly departureMs: readonly [number, number]
}

/** What is true of some people by construction, and what must therefore be seen. */
export type Storyline = {
  readonly key: string
  readonly title: string
  /** People, devices and vendors it is about. */
  readonly subjectIds: readonly string[]
  readonly mustRaise: readonly ExpectedAlert[]
  readonly mayRaise: readonly AlertKind[]
}

export type ExpectedAlert = {
  readonly kind: AlertKind
  readonly isEnded: boolean
  readonly isLate: boolean
}

export type Wearer = {
  readonly personId: string
  readonly deviceId: string
  readonly intervalMs: number
}

export function createCast(seed: number, plan: TownPlan): Cast {
  const random = createRandom(seed)
  const map = createTownMap(random)
  const vendors = ['Zilverband', 'Noorderzicht', 'Waakring'].map((name) => ({
    id: randomUuid(random),
    name: `${name} ${map.name}`,
  }))
  return {
    random,
    map,
    plan,
    vendors,
    persons: [],
    devices: [],
    deviceAssignments: [],
    protectionOrders: [],
    fixes: [],
    deviceEvents: [],
    storylines: [],
    labels: new Map(vendors.map((vendor) => [vendor.id, vendor.name])),
    nextFirstName: createFirstNames(random),
  }
}

export function addPerson(cast: Cast, role: PersonRole): string {
  const id = randomUuid(cast.random)
  const number = String(cast.persons.length + 1).padStart(4, '0')
  const prefix = role === 'offender' ? 'D' : 'S'
  cast.persons.push({ id, role, reference: `${cast.map.name}-${prefix}${number}` })
  cast.labels.set(id, cast.nextFirstName())
  return id
}

export function addWearer(
  cast: Cast,
  role: PersonRole,
  vendorIndex: 0 | 1 | 2,
  intervalSeconds: number,
  validFromMs: number,
): Wearer {
  const personId = addPerson(cast, role)
  const deviceId = randomUuid(cast.random)
  const number = String(cast.devices.length + 1).padStart(6, '0')
  cast.devices.push({
    id: deviceId,
    vendorId: cast.vendors[vendorIndex]!.id,
    serialNumber: `${role === 'offender' ? 'AM' : 'VD'}-${number}`,
    kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
    reportIntervalSeconds: intervalSeconds,
  })
  const id = randomUuid(cast.random)
  cast.deviceAssignments.push({ id, deviceId, personId, validFromMs, validUntilMs: null })
  return { personId, deviceId, intervalMs: intervalSeconds * 1000 }
}

export function addOrder(
  cast: Cast,
  offenderId: string,
  locationBans: readonly LocationBan[],
  proximityBans: readonly ProximityBan[],
  validity: { readonly fromMs: number; readonly untilMs: number },
): void {
  const number = String(cast.protectionOrders.length + 1).padStart(6, '0')
  cast.protectionOrders.push({
    id: randomUuid(cast.random),
    version: 1,
    reference: `${cast.map.name} 09/${number}-26`,
    legalBasis: pick(cast.random, bases),
    offenderId,
    validFromMs: validity.fromMs,
    validUntilMs: validity.untilMs,
    status: 'active',
    locationBans,
    proximityBans,
    escalation: null,
  })
}

export function makeBan(
  cast: Cast,
  label: string,
  area: LocationBan['area'],
  approachMeters: number,
  schedule: BanSchedule | null = null,
): LocationBan {
  const id = randomUuid(cast.random)
  cast.labels.set(id, label)
  return { id, label, area, approachMeters, schedule }
}

export function circleAround(cast: Cast, center: Spot, radiusMeters: number): LocationBan['area'] {
  const position = positionOf(cast.map, center.eastMeters, center.northMeters)
  return { type: 'circle', ...position, radiusMeters }
}

export function makeProximityBan(
  cast: Cast,
  victimId: string,
  separationMeters: number,
): ProximityBan {
  const id = randomUuid(cast.random)
  return { id, victimId, separationMeters, approachMeters: 2 * separationMeters }
}

/** Lets a device report its wearer's way; what is not said is an ordinary good device. */
export function report(
  cast: Cast,
  wearer: Wearer,
  track: Track,
  changes: Partial<ObservationPlan>,
): void {
  const { startMs, durationMs } = cast.plan
  const { fixes, deviceEvents } = observe(cast.random, cast.map, track, {
    deviceId: wearer.deviceId,
    intervalMs: wearer.intervalMs,
    fromMs: startMs + Math.round(between(cast.random, 0, Math.min(wearer.intervalMs, 3_000))),
    untilMs: startMs + durationMs,
    accuracyMeters: [5, 9],
    networkShare: 0,
    duplicateShare: 0.02,
    gaps: [],
    deadZones: [],
    batteryAtStart: between(cast.random, 0.6, 1),
    batteryPerHour: 0.02,
    ...changes,
  })
  // A loop, because a spread of a day's fixes overflows the argument list.
  for (const fix of fixes) {
    cast.fixes.push(fix)
  }
  for (const event of deviceEvents) {
    cast.deviceEvents.push(event)
  }
}

export function sendEvent(cast: Cast, wearer: Wearer, kind: DeviceEventKind, atMs: number): void {
  cast.deviceEvents.push({
    deviceId: wearer.deviceId,
    kind,
    recordedAtMs: atMs,
    receivedAtMs: atMs + 400,
    batteryFraction: null,
    sequence: null,
  })
}

const bases: readonly LegalBasis[] = [
  'prosecutor-behaviour-order',
  'special-condition',
  'pretrial-suspension',
  'conditional-release',
  'liberty-restricting-measure',
]
