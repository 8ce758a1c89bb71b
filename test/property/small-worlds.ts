import type { Fix } from '../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { home, makeBan, makeFix, makeOrder, makePair, startMs } from '../core/engine-world.ts'
import type { RandomWorld } from './random-world.ts'
import type { Random } from './random.ts'

/**
 * Worlds of a few fixes, each about one rule that a wander of hours hardly meets. What is received
 * comes in one long upload, as in `random-world.ts`.
 */
const uploadMs = startMs + 20_000_000
/** The plain reading asks each second whether a ban is in force. */
const validUntilMs = startMs + 3_600_000

/**
 * One of two people comes somewhere, in traffic or not, and the device gives that place again and
 * again, mostly with a larger radius; the other is about there.
 */
export function makeRide(random: Random): RandomWorld {
  const separationMeters = random.integer(3, 8) * 100
  const approachMeters = separationMeters + random.integer(0, 6) * 100
  const pair = makePair({ separationMeters, approachMeters })
  const [rider, other] = random.chance(0.5) ? ['offender', 'victim'] : ['victim', 'offender']
  const speedMetersPerSecond = [null, 0, 0, 0, 14][random.integer(0, 4)]!
  const first = random.integer(0, 60)
  const arrived = first + random.integer(20, 300)
  const far = (arrived - first) * random.between(8, 40)
  const radius = [25, 30, 31, 60, 110, 200][random.integer(0, 5)]!
  const fixes = [
    send(rider, first, far, { accuracyMeters: 40, speedMetersPerSecond }),
    send(rider, arrived, 0, { accuracyMeters: radius, speedMetersPerSecond }),
  ]
  let seconds = arrived
  const isOfOther = random.chance(0.3)
  for (let count = random.integer(1, 4); count > 0; count--) {
    seconds += random.integer(10, 60)
    const isElsewhere = random.chance(0.1)
    const accuracyMeters = random.chance(0.1) ? radius : random.integer(5, 16) * 100
    const deviceId = `${rider}-device${isOfOther ? '-2' : ''}`
    const values = { accuracyMeters, deviceId, speedMetersPerSecond }
    fixes.push(send(rider, seconds, isElsewhere ? 300 : 0, values))
  }
  let meters = random.between(50, 900)
  const from = random.chance(0.3) ? first + 5 : seconds + random.integer(1, 60)
  for (let at = from; at < seconds + 150; at += random.integer(20, 60)) {
    meters += random.between(-60, 60)
    fixes.push(send(other, at, meters, { speedMetersPerSecond: 3 }))
  }
  const end = seconds + 400
  for (let at = end; at < end + 600; at += 60) {
    fixes.push(send(rider, at, 0, { accuracyMeters: 20 }), send(other, at + 7, 3_000))
  }
  const order = makeOrder({ validUntilMs, locationBans: [], proximityBans: [pair] })
  return makeWorld(random, order, fixes)
}

/**
 * Two monitors on one person about a small area: one shows a stay in it and how it was left, the
 * other, silent meanwhile, a place before it and one after.
 */
export function makeCrossing(random: Random): RandomWorld {
  const radiusMeters = random.integer(60, 300)
  const ban = makeBan({ area: { type: 'circle', ...home, radiusMeters }, approachMeters: 0 })
  const fixes: Fix[] = []
  let seconds = 0
  const see = (side: number, device: string, gaps: readonly number[]): void => {
    seconds += gaps[random.integer(0, gaps.length - 1)]!
    const beyond = radiusMeters + random.between(20, 400)
    const east = side === 0 ? random.between(-0.6, 0.6) * radiusMeters : side * beyond
    const accuracyMeters = [5, 10, 20, 60][random.integer(0, 3)]!
    const north = random.between(-0.5, 0.5) * radiusMeters
    const deviceId = `offender-device${device}`
    fixes.push(send('offender', seconds, east, { accuracyMeters, deviceId }, north))
  }
  const anySide = (): number => random.integer(-1, 1)
  for (let round = random.integer(1, 3); round > 0; round--) {
    const sides = [random.chance(0.5) ? -1 : 1, random.chance(0.5) ? -1 : 1]
    see(sides[0]!, '-2', [30, 90])
    for (let count = random.integer(1, 3); count > 0; count--) see(0, '', [15, 20, 30])
    for (let count = random.integer(1, 4); count > 0; count--) see(sides[1]!, '', [15, 30, 45])
    see(random.chance(0.8) ? -sides[1]! : anySide(), '-2', [15, 30, 60])
    for (let count = random.integer(0, 4); count > 0; count--) {
      see(anySide(), random.chance(0.5) ? '' : '-2', [15, 30, 60, 90, 200])
    }
  }
  return makeWorld(random, makeOrder({ validUntilMs, locationBans: [ban] }), fixes)
}

/** Two people near each other, with a second device each that lies elsewhere, none with a speed. */
export function makePutApart(random: Random): RandomWorld {
  const separationMeters = random.integer(2, 6) * 100
  const pair = makePair({ separationMeters, approachMeters: 2 * separationMeters })
  const fixes = ['offender', 'victim'].flatMap((person) =>
    ['', '-2'].flatMap((device) => {
      const first = random.integer(0, 59)
      const pace = random.chance(0.5) ? 0 : random.between(-2, 2)
      const from = random.between(0, 900) + (device === '' ? 0 : random.integer(1, 9_000))
      const deviceId = `${person}-device${device}`
      return Array.from({ length: random.integer(6, 14) }, (_, count) => {
        const meters = from + pace * 60 * count + random.between(-8, 8)
        return random.chance(0.9) ? [send(person, first + 60 * count, meters, { deviceId })] : []
      }).flat()
    }),
  )
  const order = makeOrder({ validUntilMs, locationBans: [], proximityBans: [pair] })
  return makeWorld(random, order, fixes)
}

/**
 * A ban that begins, once or more, at the second of a fix or near one; of that second there may be
 * a coarse position, one that nobody can have come to, none at all, and a second report.
 */
export function makeBeginning(random: Random): RandomWorld {
  const begins = Array.from({ length: random.integer(1, 3) }, () => 60 * random.integer(4, 14))
  const exceptions = begins.map((second) => {
    const untilMs = startMs + 1000 * (second + (random.chance(0.3) ? random.integer(-3, 3) : 0))
    return { fromMs: untilMs - 1000 * random.integer(20, 240), untilMs, reason: 'visit' }
  })
  const validFromMs = random.chance(0.5)
    ? startMs + 60_000 * random.integer(2, 6)
    : startMs - 86_400_000
  const isOfTwo = random.chance(0.4)
  const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions } as const
  const separationMeters = random.integer(2, 8) * 100
  const pair = makePair({ separationMeters, approachMeters: 2 * separationMeters })
  const order = makeOrder({
    validFromMs,
    validUntilMs,
    locationBans: isOfTwo ? [] : [makeBan({ schedule })],
    proximityBans: isOfTwo ? [pair] : [],
  })
  const people = isOfTwo ? ['offender', 'victim'] : ['offender']
  const fixes = people.flatMap((person) => {
    const pace = random.chance(0.5) ? 0 : random.between(-6, 6)
    const from = random.between(0, 900)
    const until = random.integer(5, 18)
    const own = Array.from({ length: until }, (_, count) => {
      const place = from + pace * 60 * count + random.between(-8, 8)
      return report(random, person, 60 * count, Math.abs(place))
    }).flat()
    return [...own, ...reportElsewhere(random, person)]
  })
  return makeWorld(random, order, fixes)
}

/** Another device of the same person that lies elsewhere, and reports on the minute as well. */
function reportElsewhere(random: Random, person: string): Fix[] {
  if (random.chance(0.6)) return []
  const meters = random.chance(0.5) ? 9_000 : random.between(0, 2_000)
  return Array.from({ length: 18 }, (_, count) => {
    const at = { deviceId: `${person}-device-2` }
    return random.chance(0.7) ? [send(person, 60 * count, meters + random.between(0, 8), at)] : []
  }).flat()
}

function report(random: Random, person: string, seconds: number, meters: number): Fix[] {
  const good = send(person, seconds, meters)
  const bad = [
    send(person, seconds, 3_000, { accuracyMeters: 900 }),
    send(person, seconds, 40_000),
    send(person, seconds, meters, { longitude: 0, latitude: 0, accuracyMeters: 500 }),
    send(person, seconds, meters + 2_000, { accuracyMeters: 15 }),
  ][random.integer(0, 3)]!
  if (random.chance(0.6)) return [good]
  return random.chance(0.5) ? [bad] : random.chance(0.5) ? [good, bad] : []
}

function send(
  person: string,
  seconds: number,
  east: number,
  values: Partial<Fix> = {},
  north = 0,
): Fix {
  const receivedAtMs = uploadMs + seconds
  return makeFix(seconds, east, north, {
    deviceId: `${person}-device`,
    receivedAtMs,
    ...values,
  })
}

function makeWorld(random: Random, order: ProtectionOrder, fixes: readonly Fix[]): RandomWorld {
  const sorted = fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
  const kept = sorted.filter(() => !random.chance(0.05))
  return { victims: ['victim'], orders: [order], fixes: kept, events: [] }
}
