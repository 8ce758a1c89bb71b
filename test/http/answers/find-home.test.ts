import { describe, expect, it } from 'vitest'
import type { EvidenceFix } from '../../../src/core/model/alert.ts'
import {
  alertBodyFor,
  alertDetailBodyOf,
  coarseAlertDetailBodyOf,
} from '../../../src/http/answers/alert-answer.ts'
import { coarsenDetail, isShownWhole } from '../../../src/http/answers/alert-disclosure.ts'
import { cellMeters, cellOf } from '../../../src/http/answers/coarse-cell.ts'
import type { AlertDetail } from '../../../src/store/alerts/alerts.ts'
import { makeAlertDraft } from '../../support/alert-drafts.ts'
import { createRandom, type Random } from '../../support/random.ts'

/**
 * An operator who reads everything and knows the rules looks for the home of somebody: the
 * offender comes on foot from anywhere, reports each minute, and is told of within the ring. What
 * is read is what the API writes, as it was at its time: an alert read while there were few stays
 * in the operator's head.
 */
const separationMeters = 1_000
const stepMeters = 84
const homeCount = 100
const metersPerDegree = 111_195
const center = { longitude: 5.1, latitude: 52.1 }
const longitudeMeters = metersPerDegree * Math.cos((center.latitude * Math.PI) / 180)

type Point = { readonly x: number; readonly y: number }

function placeOf({ x, y }: Point) {
  return {
    longitude: center.longitude + x / longitudeMeters,
    latitude: center.latitude + y / metersPerDegree,
  }
}

function pointOf({ longitude, latitude }: { longitude: number; latitude: number }): Point {
  return {
    x: (longitude - center.longitude) * longitudeMeters,
    y: (latitude - center.latitude) * metersPerDegree,
  }
}

type Told = keyof typeof radiusMeters

const radiusMeters = { 'proximity-breach': separationMeters, 'location-ban-breach': 300 } as const

/** Of a pair the ring is that of the order; of an area about a home its border is. */
function tellOf(home: Point, random: Random, kind: Told = 'proximity-breach'): AlertDetail {
  const isOfPair = kind === 'proximity-breach'
  const angle = random() * 2 * Math.PI
  const distanceMeters = radiusMeters[kind] - random() * stepMeters
  const at = {
    x: home.x + distanceMeters * Math.cos(angle),
    y: home.y + distanceMeters * Math.sin(angle),
  }
  const atMs = Date.UTC(2026, 10, 1) + Math.floor(random() * 20 * 86_400_000)
  const { evidence, ...draft } = makeAlertDraft({
    kind,
    ...(isOfPair ? { victimId, locationBanId: null } : {}),
    occurredAtMs: atMs,
    learnedAtMs: atMs + 900,
    lastSeenAtMs: atMs,
    distanceMeters,
    probability: 0.97,
    reason: `The offender and the victim are about ${Math.round(distanceMeters)} m apart.`,
  })
  const fix: EvidenceFix = {
    role: 'offender',
    personId: draft.offenderId ?? '',
    deviceId: draft.id,
    recordedAtMs: atMs,
    receivedAtMs: atMs + 900,
    ...placeOf(at),
    accuracyMeters: 8,
    isBelieved: true,
    disbelief: [],
    probability: 0.97,
  }
  return {
    alert: {
      ...draft,
      status: 'closed',
      raisedAtMs: atMs + 1_000,
      clearedAtMs: atMs + 300_000,
      lastSeenAtMs: atMs + 240_000,
      toldAtMs: atMs + 1_000,
      unsupportedReason: null,
      partOfAlertId: null,
      acknowledgedAtMs: atMs + 20_000,
      acknowledgedBy: victimId,
      closedAtMs: atMs + 600_000,
      closedBy: victimId,
      outcome: 'confirmed',
      recallAtMs: null,
      recallMinutes: null,
      permittedUntilMs: null,
    },
    evidence: { ...evidence, fixes: [fix], facts: { sigmaMeters: 11.3, distanceMeters } },
    transitions: [
      { kind: 'raised', actor: null, note: null, detail: { distanceMeters }, atMs: atMs + 1_000 },
    ],
  }
}

const victimId = '0192f000-0000-7000-8000-00000000000c'
const standingOf = () => ({ victimIds: [victimId], isOfArea: false, handlerIds: [] })

/** The offender was in this square when the distance to the home was about that of the ring. */
type Observation = {
  readonly longitude: number
  readonly latitude: number
  readonly sizeMeters: number
}

/**
 * The mean of where the home can be, each place weighed by how well it explains the squares: first
 * wide, then closely about what was found.
 */
function meanOfPosterior(seen: readonly Observation[], random: Random, ring: Ring): Point {
  const middles = seen.map(pointOf)
  const reach = 2 * separationMeters + 2_500
  const wide = {
    west: Math.max(...middles.map(({ x }) => x)) - reach,
    east: Math.min(...middles.map(({ x }) => x)) + reach,
    south: Math.max(...middles.map(({ y }) => y)) - reach,
    north: Math.min(...middles.map(({ y }) => y)) + reach,
  }
  const counts = new Map<number, number>()
  for (const area of seen) {
    const key = keyOf(area, area.sizeMeters)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const sizes = [...new Set(seen.map(({ sizeMeters }) => sizeMeters))]
  const { x, y } = meanWithin(wide, 30, [counts, sizes, ring], random)
  const near = { west: x - 700, east: x + 700, south: y - 700, north: y + 700 }
  return meanWithin(near, 20, [counts, sizes, ring], random)
}

function meanWithin(
  { west, east, south, north }: { west: number; east: number; south: number; north: number },
  steps: number,
  known: Parameters<typeof logOf> extends [Point, ...infer Known] ? Known : never,
  random: Random,
): Point {
  const weighed: { readonly at: Point; readonly log: number }[] = []
  for (let column = 0; column < steps; column += 1) {
    for (let row = 0; row < steps; row += 1) {
      const at = {
        x: west + ((column + random()) * (east - west)) / steps,
        y: south + ((row + random()) * (north - south)) / steps,
      }
      weighed.push({ at, log: logOf(at, ...known) })
    }
  }
  const best = Math.max(...weighed.map(({ log }) => log))
  let [sum, x, y] = [0, 0, 0]
  for (const { at, log } of weighed) {
    const weight = Math.exp(log - best)
    sum += weight
    x += weight * at.x
    y += weight * at.y
  }
  return { x: x / sum, y: y / sum }
}

function ringOf(kind: Told) {
  const meters = radiusMeters[kind] - stepMeters / 2
  return Array.from({ length: 36 }, (_, turn) => {
    const angle = ((turn + 0.5) / 36) * 2 * Math.PI
    return {
      longitude: (meters * Math.cos(angle)) / longitudeMeters,
      latitude: (meters * Math.sin(angle)) / metersPerDegree,
    }
  })
}

type Ring = ReturnType<typeof ringOf>

function logOf(
  home: Point,
  counts: ReadonlyMap<number, number>,
  sizes: readonly number[],
  ring: Ring,
): number {
  const { longitude, latitude } = placeOf(home)
  const shares = new Map<number, number>()
  for (const step of ring) {
    const place = { longitude: longitude + step.longitude, latitude: latitude + step.latitude }
    for (const size of sizes) {
      const key = keyOf(place, size)
      shares.set(key, (shares.get(key) ?? 0) + 1 / ring.length)
    }
  }
  let log = 0
  for (const [key, count] of counts) log += count * Math.log((shares.get(key) ?? 0) + 1e-4)
  return log
}

/** The net as whoever has read our source knows it; a test compares it with the real one. */
function keyOf(
  { longitude, latitude }: { readonly longitude: number; readonly latitude: number },
  sizeMeters: number,
): number {
  const band = Math.floor((latitude * metersPerDegree) / 5_000)
  const steps = 5_000 / sizeMeters
  const row = Math.floor((latitude * metersPerDegree) / sizeMeters)
  const width = sizeMeters / metersPerDegree / cosOf(band)
  return (row * 100_000 + Math.floor(longitude / width)) * 10 + steps
}

const cosines = new Map<number, number>()

function cosOf(band: number): number {
  const known = cosines.get(band)
  if (known !== undefined) return known
  const found = Math.cos(((((band + 0.5) * 5_000) / metersPerDegree) * Math.PI) / 180)
  cosines.set(band, found)
  return found
}

/** Where the circles about exact places meet: what an answer of before let anybody do. */
function meetingOfCircles(seen: readonly { readonly at: Point; readonly meters: number }[]): Point {
  let home = { x: 0, y: 0 }
  for (const { at } of seen)
    home = { x: home.x + at.x / seen.length, y: home.y + at.y / seen.length }
  for (let round = 0; round < 200; round += 1) {
    let [x, y] = [0, 0]
    for (const { at, meters } of seen) {
      const found = Math.hypot(home.x - at.x, home.y - at.y) || 1
      x += at.x + ((home.x - at.x) / found) * meters
      y += at.y + ((home.y - at.y) / found) * meters
    }
    home = { x: x / seen.length, y: y / seen.length }
  }
  return home
}

function errorsOf(
  alertCount: number,
  find: (told: readonly AlertDetail[], random: Random) => Point,
  kind: Told = 'proximity-breach',
) {
  const random = createRandom(20261126 + alertCount)
  const errors = Array.from({ length: homeCount }, () => {
    const home = { x: (random() - 0.5) * 20_000, y: (random() - 0.5) * 20_000 }
    const told = Array.from({ length: alertCount }, () => tellOf(home, random, kind))
    const found = find(told, random)
    return Math.hypot(found.x - home.x, found.y - home.y)
  }).toSorted((left, right) => left - right)
  return { median: errors[homeCount / 2] ?? 0, p10: errors[homeCount / 10] ?? 0 }
}

/** The square that an operator reads of an alert, or with it whole the very place. */
function squareOf(detail: AlertDetail): Observation {
  const { offenderArea } = coarseAlertDetailBodyOf(coarsenDetail(detail)).evidence
  if (offenderArea === null) throw new Error('expected where the offender was')
  return offenderArea
}

describe('what an operator can compute of a home', () => {
  it.each([
    ['pair', 'proximity-breach', 6],
    ['pair', 'proximity-breach', 20],
    ['pair', 'proximity-breach', 100],
    ['area about it', 'location-ban-breach', 6],
    ['area about it', 'location-ban-breach', 20],
    ['area about it', 'location-ban-breach', 100],
  ] as const)(
    'a home is not found to 250 m by alerts of the %s (%s), %i of them',
    (about, kind, alertCount) => {
      const { median, p10 } = errorsOf(
        alertCount,
        (told, random) => meanOfPosterior(told.map(squareOf), random, ringOf(kind)),
        kind,
      )
      process.stdout.write(
        `home after ${alertCount} alerts of the ${about}: median ${Math.round(median)} m, p10 ${Math.round(p10)} m\n`,
      )
      expect(median).toBeGreaterThanOrEqual(250)
    },
  )

  it('an alert of an area or a pair is whole to nobody in a list, and by its id to a supervisor and to whoever has taken it over', () => {
    const handler = '0192f000-0000-7000-8000-00000000000d'
    const ofArea = { victimIds: [], isOfArea: true, handlerIds: [handler] }
    const ofPair = { victimIds: [victimId], isOfArea: false, handlerIds: [handler] }
    for (const standing of [ofArea, ofPair]) {
      const seenBy = (id: string, role: 'operator' | 'supervisor') =>
        (['list', 'detail'] as const).map((place) => isShownWhole(standing, { id, role, place }))
      expect(seenBy(victimId, 'operator')).toEqual([false, false])
      expect(seenBy(handler, 'operator')).toEqual([false, true])
      expect(seenBy(victimId, 'supervisor')).toEqual([false, true])
    }
  })

  it('the net of the attack is the net of the answers', () => {
    const random = createRandom(5)
    for (let time = 0; time < 2_000; time += 1) {
      const place = placeOf({ x: (random() - 0.5) * 30_000, y: (random() - 0.5) * 30_000 })
      expect(keyOf(cellOf(place), cellMeters)).toBe(keyOf(place, cellMeters))
    }
  })

  it('six alerts answered whole give the home to 10 m: the attack works where nothing is held back', () => {
    const { median } = errorsOf(6, (told) =>
      meetingOfCircles(
        told.map((detail) => {
          const body = alertDetailBodyOf(detail, detail.evidence.fixes)
          const [fix] = body.evidence.fixes
          if (fix === undefined) throw new Error('expected a fix')
          return { at: pointOf(fix), meters: body.distanceMeters ?? 0 }
        }),
      ),
    )
    process.stdout.write(`home after 6 whole alerts: median ${median.toFixed(2)} m\n`)
    expect(median).toBeLessThan(10)
  })

  it('a coarse answer holds no number, no minute and no sentence of before, in a list or by its id', () => {
    const detail = tellOf({ x: 0, y: 0 }, createRandom(1))
    const body = coarseAlertDetailBodyOf(coarsenDetail(detail))
    const operator = { id: victimId, role: 'operator', place: 'list' } as const
    const listed = alertBodyFor(detail.alert, standingOf(), operator)
    for (const shown of [body, listed]) {
      expect(shown).toMatchObject({
        detailLevel: 'coarse',
        distanceBand: 'within-separation',
        distanceMeters: null,
        probability: null,
        reason: 'The offender and the victim are closer than the order allows.',
      })
      const times = JSON.stringify(shown).match(/T\d\d:[0-9:.]+Z/g) ?? []
      expect(times.length).toBeGreaterThan(5)
      expect(times.filter((time) => !time.endsWith(':00:00.000Z'))).toEqual([])
    }
    expect(body.evidence).toMatchObject({ fixes: [], withheldFixCount: 1, facts: {} })
    expect(body.history).toMatchObject([{ kind: 'raised', detail: null }])
  })
})
