import type { Effect } from '../../src/core/model/alert.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { BanArea, ProtectionOrder } from '../../src/core/model/registry.ts'
import {
  home,
  makeBan,
  makeFix,
  makeOrder,
  makePair,
  place,
  startMs,
} from '../core/engine-world.ts'
import type { Random } from './random.ts'

/**
 * A world small enough for things to happen in it: a few bans and victims within a few kilometres.
 */
export function makeRandomWorld(random: Random): RandomWorld {
  const victims = Array.from({ length: random.integer(1, 3) }, (_, index) => `victim-${index}`)
  const bans = Array.from({ length: random.integer(1, 3) }, (_, index) => {
    const middle = place(random.between(-2500, 2500), random.between(-2500, 2500))
    const hours = random.integer(0, 23)
    return makeBan({
      id: `ban-${index}`,
      approachMeters: random.between(100, 800),
      area: random.chance(0.3)
        ? makeHollow(random)
        : { type: 'circle', ...middle, radiusMeters: random.between(100, 800) },
      schedule: random.chance(0.3)
        ? {
            timeZone: 'Europe/Amsterdam',
            weekly: random.chance(0.5)
              ? null
              : [
                  {
                    days: ['monday', 'tuesday'],
                    from: `${String(hours).padStart(2, '0')}:00`,
                    until: `${String((hours + random.integer(1, 8)) % 24).padStart(2, '0')}:15`,
                  },
                ],
            exceptions: [
              {
                fromMs: startMs + random.integer(0, 3000) * 1000,
                untilMs: startMs + random.integer(3000, 6000) * 1000,
                reason: 'hearing',
              },
            ],
          }
        : null,
    })
  })
  const pairs = victims.map((victimId, index) =>
    makePair({
      id: `pair-${index}`,
      victimId,
      separationMeters: random.between(150, 1000),
      approachMeters: random.between(1000, 2000),
    }),
  )
  const orders = [
    makeOrder({
      id: 'order-0',
      locationBans: bans.slice(0, 2),
      proximityBans: pairs.slice(0, 2),
      validUntilMs: random.chance(0.3)
        ? startMs + random.integer(2000, 6000) * 1000
        : startMs + 1e9,
    }),
    makeOrder({ id: 'order-1', locationBans: bans.slice(2), proximityBans: pairs.slice(2) }),
  ]
  const people = ['offender', ...victims]
  const fixes = people.flatMap((person) => spoilTrack(random, makeTrack(random, person)))
  const events = fixes.filter(() => random.chance(0.01)).map((fix) => makeJamming(random, fix))
  const world = { victims, orders, fixes, events }
  return random.chance(0.25) ? moveToAntimeridian(world) : world
}

export type RandomWorld = {
  readonly victims: readonly string[]
  readonly orders: readonly ProtectionOrder[]
  readonly fixes: readonly Fix[]
  readonly events: readonly DeviceEvent[]
}

/** A U: the band reaches in from three sides. */
function makeHollow(random: Random): BanArea {
  const [east, north] = [random.between(-2500, 2500), random.between(-2500, 2500)]
  const size = random.between(150, 600)
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [0.6, 1],
    [0.6, -0.6],
    [-0.6, -0.6],
    [-0.6, 1],
    [-1, 1],
    [-1, -1],
  ] as const
  const coordinates = corners.map(([x, y]) => {
    const { longitude, latitude } = place(east + x * size, north + y * size)
    return [longitude, latitude] as const
  })
  return { type: 'geometry', geometry: { type: 'Polygon', coordinates: [coordinates] } }
}

/** The same world where longitudes begin again: home is 180 degrees east. */
function moveToAntimeridian(world: RandomWorld): RandomWorld {
  const move = (longitude: number) => {
    const moved = longitude + 180 - home.longitude
    return moved > 180 ? moved - 360 : moved
  }
  const moveArea = (area: BanArea): BanArea => {
    if (area.type === 'circle') return { ...area, longitude: move(area.longitude) }
    if (area.geometry.type !== 'Polygon') throw new Error('a polygon was expected')
    const coordinates = area.geometry.coordinates.map((ring) =>
      ring.map(([longitude, latitude]) => [move(longitude), latitude] as const),
    )
    return { type: 'geometry', geometry: { type: 'Polygon', coordinates } }
  }
  const orders = world.orders.map((order) => ({
    ...order,
    locationBans: order.locationBans.map((ban) => ({ ...ban, area: moveArea(ban.area) })),
  }))
  const fixes = world.fixes.map((fix) =>
    fix.longitude === 0 ? fix : { ...fix, longitude: move(fix.longitude) },
  )
  return { ...world, orders, fixes }
}

/**
 * What devices do to true positions: repeat old ones, freeze, confuse coordinates,
 * lose satellites, go by air.
 */
function spoilTrack(random: Random, track: readonly Fix[]): Fix[] {
  const spoilt: Fix[] = []
  const countsSatellites = random.chance(0.3)
  let frozen: Fix | null = null
  let eastPerSecond = 0
  let flownSeconds = 0
  for (const fix of track) {
    const before = spoilt.at(-1)
    const passed = before === undefined ? 0 : (fix.recordedAtMs - before.recordedAtMs) / 1000
    if (frozen === null && random.chance(0.02)) frozen = fix
    else if (frozen !== null && random.chance(0.15)) frozen = null
    if (eastPerSecond === 0 && random.chance(0.01)) eastPerSecond = random.between(100, 300)
    else if (eastPerSecond > 0 && random.chance(0.1)) eastPerSecond = flownSeconds = 0
    if (eastPerSecond > 0) flownSeconds += passed
    const old = spoilt[spoilt.length - random.integer(2, 25)]
    const place: Partial<Fix> =
      frozen !== null
        ? { longitude: frozen.longitude, latitude: frozen.latitude }
        : old !== undefined && random.chance(0.04)
          ? { longitude: old.longitude, latitude: old.latitude }
          : random.chance(0.01)
            ? { longitude: fix.latitude, latitude: fix.longitude }
            : random.chance(0.01)
              ? { longitude: 0 - fix.longitude }
              : { longitude: fix.longitude + (eastPerSecond * flownSeconds) / 68_000 }
    const isFixed = countsSatellites && random.chance(0.7)
    spoilt.push({
      ...fix,
      ...place,
      satellites: countsSatellites ? (random.chance(0.2) ? 0 : 8) : null,
      accuracyMeters: isFixed ? 12 : random.chance(0.05) ? null : fix.accuracyMeters,
      speedMetersPerSecond:
        frozen !== null && random.chance(0.7) ? random.between(1, 20) : fix.speedMetersPerSecond,
    })
  }
  return random.chance(0.15) ? rememberHome(random, spoilt) : spoilt
}

/**
 * At home for a while, where a network gives one place, or two in turn, a foot this way or that;
 * and later, for as long as the receiver sees no sky, from memory.
 */
function rememberHome(random: Random, track: readonly Fix[]): Fix[] {
  const [first] = track
  const homeCount = random.integer(5, 40)
  const placeCount = random.integer(1, 2)
  const spreadDegrees = random.chance(0.5) ? 0 : 0.000_003
  let isFromMemory = false
  return track.map((fix, index) => {
    if (random.chance(isFromMemory ? 0.1 : 0.05)) isFromMemory = !isFromMemory
    if (first === undefined || fix.deviceId !== first.deviceId) return fix
    if (index >= homeCount && !isFromMemory) return fix
    return {
      ...fix,
      longitude: first.longitude + (index % placeCount) * 0.0002 + random.normal() * spreadDegrees,
      latitude: first.latitude + random.normal() * spreadDegrees,
    }
  })
}

function makeJamming(random: Random, fix: Fix): DeviceEvent {
  const recordedAtMs = fix.recordedAtMs + random.integer(-90, 90) * 1000
  const receivedAtMs = fix.receivedAtMs + 90_000
  const { deviceId } = fix
  const kind = 'jamming-suspected'
  return { deviceId, kind, recordedAtMs, receivedAtMs, batteryFraction: null, sequence: null }
}

/** Later than anything is recorded. */
const uploadMs = startMs + 20_000_000

/**
 * A wander with noise, jumps, gaps, poor fixes, null islands and a second device.
 * Every fix is received long after it was recorded, in one long upload, so that the rules
 * that look at our clock stay out of it.
 */
function makeTrack(random: Random, person: string): Fix[] {
  const fixes: Fix[] = []
  let seconds = random.integer(0, 60)
  let east = random.between(-3000, 3000)
  let north = random.between(-3000, 3000)
  let speed = random.between(0, 15)
  let heading = random.between(0, 2 * Math.PI)
  const intervalSeconds = random.integer(5, 60)
  const count = random.integer(30, 120)
  for (let sequence = 0; sequence < count; sequence++) {
    const passed = random.chance(0.05)
      ? random.integer(60, 900)
      : Math.max(1, Math.round(intervalSeconds + random.normal() * 2))
    seconds += passed
    if (random.chance(0.1)) speed = random.between(0, 25)
    heading += random.normal() * 0.4
    // Home again when far out, so that something happens.
    if (Math.hypot(east, north) > 3500) heading = Math.atan2(-east, -north)
    east += Math.sin(heading) * speed * passed
    north += Math.cos(heading) * speed * passed
    const accuracyMeters = random.chance(0.05) ? random.between(200, 2000) : random.between(3, 60)
    const jump = random.chance(0.02) ? 60_000 : 0
    const noise = accuracyMeters / 1.5
    fixes.push({
      ...makeFix(seconds, east + jump + random.normal() * noise, north + random.normal() * noise),
      deviceId: random.chance(0.05) ? `${person}-device-2` : `${person}-device`,
      receivedAtMs: uploadMs + seconds,
      accuracyMeters: random.chance(0.1) ? null : accuracyMeters,
      source: random.chance(0.05) ? 'network' : 'gnss',
      hdop: random.chance(0.5) ? random.integer(0, 1) : null,
      speedMetersPerSecond: random.chance(0.5) ? speed : null,
      sequence: random.chance(0.8) ? sequence : null,
      ...(random.chance(0.01) ? { longitude: 0, latitude: 0 } : {}),
    })
    if (random.chance(0.02)) {
      const last = fixes.at(-1)!
      fixes.push({ ...last, ...place(east + 400, north), sequence: null })
    }
    if (random.chance(0.06)) fixes.push(makeCompanion(random, fixes.at(-1)!))
  }
  return random.chance(0.3) ? [...fixes, ...makeLeftBehind(random, person, seconds)] : fixes
}

/** The person's second device, lying somewhere and reporting as if it were worn. */
function makeLeftBehind(random: Random, person: string, untilSeconds: number): Fix[] {
  const fixes: Fix[] = []
  const east = random.between(-1500, 1500)
  const north = random.between(-1500, 1500)
  const intervalSeconds = random.integer(20, 150)
  for (let seconds = random.integer(0, 60); seconds < untilSeconds; seconds += intervalSeconds) {
    fixes.push({
      ...makeFix(seconds, east + random.normal() * 10, north + random.normal() * 10),
      deviceId: `${person}-device-2`,
      receivedAtMs: uploadMs + seconds,
      accuracyMeters: 15,
    })
    // Taken along for a while, or switched off.
    if (random.chance(0.05)) seconds += random.integer(100, 1000)
  }
  return fixes
}

/**
 * What many devices send in the same second as a good fix: none, or a rough one,
 * numbered before it or after.
 */
function makeCompanion(random: Random, fix: Fix): Fix {
  const numbered = { ...fix, sequence: random.chance(0.5) ? null : random.integer(0, 200) }
  if (random.chance(0.3)) return { ...numbered, longitude: 0, latitude: 0 }
  return {
    ...numbered,
    longitude: fix.longitude + random.normal() * 0.005,
    accuracyMeters: random.chance(0.3) ? 500 : random.between(400, 2000),
  }
}

/** What somebody who followed every effect ends up with: the violations that stand, by alert. */
export function followEffects(effects: readonly Effect[], into: Desk = new Map()): Desk {
  for (const effect of effects) {
    if (effect.type === 'alert-raised') {
      const { id, kind, locationBanId, proximityBanId, occurredAtMs } = effect.alert
      if (into.has(id)) throw new Error(`alert ${id} was raised twice`)
      const subjectId = locationBanId ?? proximityBanId ?? ''
      const episodeKind = String(effect.alert.evidence.facts['episodeKind'])
      into.set(id, {
        kind,
        episodeKind,
        subjectId,
        startMs: occurredAtMs,
        endMs: null,
        stands: true,
      })
    } else if (effect.type === 'alert-ended') {
      get(into, effect.alertId).endMs = effect.clearedAtMs
    } else if (effect.type === 'alert-revised') {
      const shown = get(into, effect.alertId)
      if (effect.revision.kind === 'moved') shown.startMs = effect.revision.occurredAtMs
      if (effect.revision.kind === 'unsupported') shown.stands = false
      if (effect.revision.kind === 'part-of') shown.stands = false
      if (effect.revision.kind === 'reopened') {
        shown.stands = true
        shown.endMs = null
      }
    }
  }
  return into
}

/** Sorted, one line each: what two ways of uploading the same fixes must agree on. */
export function listViolations(desk: Desk): string[] {
  return [...desk.values()]
    .filter(({ stands, kind }) => stands && violationKinds.has(kind))
    .map(
      ({ episodeKind, subjectId, startMs: fromMs, endMs }) =>
        `${subjectId} ${episodeKind} ${(fromMs - startMs) / 1000} ${endMs === null ? 'open' : (endMs - startMs) / 1000}`,
    )
    .toSorted()
}

export type Desk = Map<string, Shown>
type Shown = {
  readonly kind: string
  readonly episodeKind: string
  readonly subjectId: string
  startMs: number
  endMs: number | null
  stands: boolean
}

const violationKinds = new Set([
  'location-ban-breach',
  'location-ban-approach',
  'location-ban-passage',
  'proximity-breach',
  'proximity-approach',
])

function get(desk: Desk, alertId: string): Shown {
  const shown = desk.get(alertId)
  if (shown === undefined) throw new Error(`alert ${alertId} was never raised`)
  return shown
}
