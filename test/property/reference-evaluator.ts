import { compilePolygon, compileCircle } from '../../geo/ban-shape.ts'
import { isCrossedAside, pathThrough } from '../../geo/path.ts'
import { signedDistanceMeters } from '../../geo/containment.ts'
import { distanceMeters } from '../../geo/distance.ts'
import { probabilityInside, probabilityWithin, sigmaFromAccuracy } from '../../geo/probability.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'
import { isFarFromBan } from '../../src/core/judge/judge-location-ban.ts'
import { createBanRule } from '../../src/core/rules/ban-versions.ts'
import { isBanInForce } from '../../src/core/rules/schedule.ts'
import { ageLast, ageOthers, findBeginnings } from './reference-beginnings.ts'
import {
  apart,
  believeAll,
  eastOf,
  givenSince,
  isOftenJumping,
  listAhead,
  listDoubtful,
  mayRaise,
} from './reference-belief.ts'
import type { Judged } from './reference-belief.ts'
import { findLeaving, nameOf } from './reference-leaving.ts'
import type { LeavingFound, LeavingPoint } from './reference-leaving.ts'
import { lacksSky } from './reference-satellites.ts'

/**
 * The judge of the fast engine: everything sorted, every ban judged by itself from the first fix to
 * the last, nothing remembered but what the policy names. Slow, and written from the policy, not
 * from the engine. Passages of two people it leaves out: they have tests of their own.
 */
export function evaluateFromScratch(
  orders: readonly ProtectionOrder[],
  fixes: readonly Fix[],
  events: readonly DeviceEvent[],
  personOf: (fix: Fix) => string,
  intervalSeconds: number,
  given: Limits,
  clockMs = -Infinity,
): Stay[] {
  // A witness counts for three reports of a slow plan.
  const witnessMsMax = Math.max(given.witnessMsMax, 3_000 * intervalSeconds)
  const limits = { ...given, witnessMsMax }
  const judged = believeAll(fixes, events, personOf, limits, orders)
  const confirmMs = Math.max(limits.confirmWindowMs, 1500 * intervalSeconds)
  const lastMs = Math.max(clockMs, ...fixes.map(({ recordedAtMs }) => recordedAtMs))
  const by = { confirmMs, limits, untilMs: lastMs }
  return orders.flatMap((order) => [
    ...order.locationBans.flatMap((ban) => judgeBan(order, ban, judged, by)),
    ...order.proximityBans.flatMap((ban) => judgePair(order, ban, judged, by)),
  ])
}

export type Stay = {
  readonly subjectId: string
  readonly kind: string
  readonly startMs: number
  /** When it is told as over; null while it goes on, or nobody knows. */
  readonly endMs: number | null
  /** When it is over for the rules: those who are still heard have left, or the ban is over. */
  readonly leftMs: number | null
  /** At which fix it is told: of one that two fixes show together, the second. */
  readonly openedMs?: number
}

function opens({ doubts }: Judged): boolean {
  return doubts.every(mayRaise)
}

type Point = {
  readonly now: Judged
  /** The other person's, when it is about two. */
  readonly other: Judged | null
  /** When the older of the fixes it rests on was recorded. */
  readonly evidenceMs: number
  /** How likely it must be to open together with another. */
  readonly support: number
  /** How likely it must be to open by itself. */
  readonly single: number
  readonly inForce: boolean
  readonly breach: number
  readonly approach: number
  /** How many sigmas beyond the border of each it lies. */
  readonly breachSigmas: number
  readonly approachSigmas: number
  readonly clearOfBreach: boolean
  readonly clearOfApproach: boolean
  readonly isFarOff?: boolean
  /** That it lies outside says that they are apart: no fixed, held or doubtful place is asked. */
  readonly isMeasured: boolean
  /** Known to have been together between their sightings. */
  readonly isTogether: boolean
  /** A ban comes into force over the last sighting, and nobody reports. */
  readonly isBeginning?: true
}

function judgeBan(
  order: ProtectionOrder,
  ban: LocationBan,
  judged: readonly Judged[],
  { confirmMs, limits, untilMs }: By,
): Stay[] {
  const { area } = ban
  const shape =
    area.type === 'circle'
      ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
      : compilePolygon(area.geometry)
  const own = judged.filter(({ person }) => person === order.offenderId)
  const points = own.map((now, index): Point => {
    const seen = own.slice(0, index).findLast(({ doubts }) => doubts.length === 0)
    const isAtRest = seen !== undefined && findRestSeconds(own.slice(0, index), seen) >= 900
    const { longitude, latitude, recordedAtMs } = now.fix
    const sigma = sigmaFromAccuracy(now.accuracy)
    const meters = signedDistanceMeters(shape, longitude, latitude)
    const margin = Math.max(50, 2 * now.accuracy)
    const alone = probabilityInside(shape, longitude, latitude, sigma, 0)
    const place = readPlace(order, ban, shape, own.slice(0, index + 1))
    const together = place.isTaken ? place.chance : 0
    const breach = together >= 0.95 ? Math.max(alone, together) : alone
    // What a place shows surely outside takes two sure ones to break, or one that is surer.
    const isAgainst = isAtRest && place.count >= 5 && place.chance <= 0.01 && place.sigmas >= 2.3263
    return {
      now,
      other: null,
      evidenceMs: givenSince(own.slice(0, index), now, limits),
      support: isAgainst ? 0.95 : isAtRest ? 0.8 : 0.5,
      single: isAgainst ? 0.99 : 0.95,
      inForce: isBanInForce(ban, order, recordedAtMs),
      breach,
      approach: probabilityInside(shape, longitude, latitude, sigma, ban.approachMeters),
      breachSigmas: meters / sigma,
      approachSigmas: (meters - ban.approachMeters) / sigma,
      clearOfBreach: meters >= margin,
      isFarOff: meters >= 1000,
      clearOfApproach: meters - ban.approachMeters >= margin,
      isMeasured: true,
      isTogether: false,
    }
  })
  const begun = findBeginnings(order, ban, own, untilMs).flatMap((beginning): Point[] => {
    const { atMs, before, isAsked } = beginning
    const last = before.findLast(({ doubts }) => doubts.length === 0)
    const seen =
      last === undefined
        ? []
        : [
            ageLast(before, last, findSeenPace(before, last, confirmMs), atMs, {
              confirmMs,
              limits,
            }),
            ...ageOthers(before, last, atMs, { confirmMs, limits }),
          ]
    // Of two devices in two places each may be the one that is worn: the one that says more.
    // And each place that is doubted, or by a clock that is ahead, of the last five minutes.
    const elsewhere = listElsewhere(before, atMs, limits).map((one) => {
      const seconds = (atMs - one.fix.recordedAtMs) / 1000
      const fix = { ...one.fix, recordedAtMs: atMs }
      return { ...one, fix, accuracy: Math.hypot(one.accuracy, 13.9 * seconds) }
    })
    const begins = [...seen, ...elsewhere].filter(isAsked).flatMap((one): Point[] => {
      const { longitude, latitude } = one.fix
      const sigma = sigmaFromAccuracy(one.accuracy)
      const within = (meters: number) =>
        probabilityInside(shape, longitude, latitude, sigma, meters)
      const point = beginAt(one, null, within(0), within(ban.approachMeters))
      return point.breach >= 0.95 || point.approach >= 0.5 ? [point] : []
    })
    return [begins.find(({ breach }) => breach >= 0.95) ?? begins[0]].filter(
      (one) => one !== undefined,
    )
  })
  const all = putIn(points, begun)
  const stays = judgePoints(order, ban, 'location-ban', all, own, confirmMs, limits)
  // In a breach it is known without one; also at the fix that settles or ends it, and of a way that
  // began before somebody was seen inside, unless the way from the last place after that leads
  // through as well.
  const isKnown = (at: number, fromMs: number): boolean => {
    const place = all.indexOf(points[at]!)
    if (stays.breachAt(place)) return true
    const insideMs = stays.lastInsideMs(place)
    if (insideMs <= fromMs) return false
    const last = own.slice(0, at).findLast(({ doubts }) => doubts.length === 0)
    if (last === undefined || last.fix.recordedAtMs <= insideMs) return true
    const now = own[at]!
    const { longitude, latitude } = last.fix
    const path = pathThrough(shape, longitude, latitude, now.fix.longitude, now.fix.latitude)
    return path.depthMeters <= Math.max(last.accuracy, now.accuracy)
  }
  const passages = findPassages(order, ban, shape, own, { confirmMs, limits }, isKnown).map(
    (atMs) => ({
      subjectId: ban.id,
      kind: passageKind,
      startMs: atMs,
      endMs: atMs,
      leftMs: atMs,
    }),
  )
  return [...stays.all, ...passages]
}

function judgePair(
  order: ProtectionOrder,
  ban: ProximityBan,
  judged: readonly Judged[],
  { confirmMs, limits, untilMs }: By,
): Stay[] {
  const people = [order.offenderId, ban.victimId]
  const both = judged.filter(({ person }) => people.includes(person))
  const chances = readStays(order, ban, both, confirmMs, limits)
  const points = both.flatMap((now, index): Point[] => {
    const other = both
      .slice(0, index)
      .findLast(({ person, doubts }) => person !== now.person && doubts.length === 0)
    const doubtful = readDoubtful(now, both.slice(0, index), order, ban, confirmMs, limits)
    if (other === undefined) return doubtful
    const gapMs = now.fix.recordedAtMs - other.fix.recordedAtMs
    const earlier = both.slice(0, index)
    const seenPace = findSeenPace(earlier, other, confirmMs)
    const pace =
      seenPace === null
        ? limits.ageingSpeedMetersPerSecond
        : Math.max(seenPace, limits.ageingSpeedMetersPerSecondMin)
    const theirs = Math.hypot(other.accuracy, (gapMs / 1000) * pace)
    const spread = Math.hypot(now.accuracy, Math.max(theirs, findGrown(earlier, other)))
    const meters = apart(now.fix, other.fix)
    const margin = Math.max(50, 2 * spread)
    const sigma = sigmaFromAccuracy(spread)
    // The larger radius of a place that is given again hides no approach; only leaving asks for it.
    const ringSigma = sigmaFromAccuracy(Math.hypot(now.accuracy, theirs))
    // Seen so long ago, that the place lies far off says nothing of now.
    const isFresh = gapMs <= limits.sightingGapMsMax
    const alone = probabilityWithin(meters, sigma, ban.separationMeters)
    const together = chances[index]!.chance
    const seen: Point = {
      now,
      other,
      evidenceMs: Math.min(
        givenSince(earlier, now, limits),
        givenSince(earlier.slice(0, earlier.indexOf(other)), other, limits),
      ),
      support: gapMs <= confirmMs ? 0.5 : 0.95,
      single: 0.95,
      inForce: isBanInForce(ban, order, now.fix.recordedAtMs),
      breach: together >= 0.95 ? Math.max(alone, together) : alone,
      approach: probabilityWithin(meters, ringSigma, ban.approachMeters),
      breachSigmas: (meters - ban.separationMeters) / sigma,
      approachSigmas: (meters - ban.approachMeters) / ringSigma,
      clearOfBreach: isFresh && meters - ban.separationMeters >= margin,
      isFarOff: meters - ban.separationMeters >= 1000,
      clearOfApproach: isFresh && meters - ban.approachMeters >= margin,
      isMeasured: isFresh,
      isTogether: isTogether(order, ban, now, other, earlier, confirmMs),
    }
    const heldHours = gapMs / 3_600_000
    if (!isFresh) {
      const isHeld = findRestSeconds(earlier, other) >= 120 && heldHours <= 24
      const met = seen.isTogether ? [seen] : []
      if (!isHeld || isKnownAway(earlier, other, limits)) return [...met, ...doubtful]
      // That one is far from where the other rested says nothing, not even that nobody has left.
      if (apart(now.fix, other.fix) > Math.max(ban.separationMeters, ban.approachMeters)) {
        return [...met, ...doubtful]
      }
      return [...met, readHeld(now, other, order, ban), ...doubtful]
    }
    return [seen, ...doubtful]
  })
  const begun = findBeginnings(order, ban, both, untilMs).flatMap((beginning): Point[] => {
    const { atMs, before, isAsked, nowPerson } = beginning
    const seen = before.filter(({ doubts }) => doubts.length === 0)
    const last = seen.at(-1)
    if (last === undefined) return []
    const other = seen.findLast(({ person }) => person !== last.person)
    // Each device of either says where he or she may be by now, until a report of it is missed.
    const ageSeen = (one: Judged): Judged =>
      ageLast(before, one, findSeenPace(before, one, confirmMs), atMs, { confirmMs, limits })
    const ageRest = (one: Judged): Judged[] => ageOthers(before, one, atMs, { confirmMs, limits })
    const mine = [ageSeen(last), ...ageRest(last)].filter(isAsked)
    const otherAgeMs = other === undefined ? Infinity : atMs - other.fix.recordedAtMs
    const isExpected = otherAgeMs <= Math.max(300_000, confirmMs)
    const theirs =
      other === undefined
        ? []
        : [...(isExpected ? [ageSeen(other)] : []), ...ageRest(other)].filter(isAsked)
    const apartPoints = mine.flatMap((one) =>
      theirs.map((two): Point => {
        const within = (meters: number, radius: number) =>
          probabilityWithin(
            apart(one.fix, two.fix),
            sigmaFromAccuracy(Math.hypot(one.accuracy, radius)),
            meters,
          )
        const grown =
          other === undefined || two.fix.deviceId !== other.fix.deviceId
            ? 0
            : findGrown(before, other)
        const breach = within(ban.separationMeters, Math.max(two.accuracy, grown))
        return beginAt(one, two, breach, within(ban.approachMeters, two.accuracy))
      }),
    )
    const asking = [...mine, ...theirs].filter(
      ({ person }) => nowPerson === null || nowPerson === person,
    )
    const doubtful = asking.flatMap((one) =>
      readDoubtful(one, before, order, ban, confirmMs, limits).map((point) =>
        beginAt(one, point.other, point.breach, point.approach),
      ),
    )
    const isUnseen = other !== undefined && nowPerson !== other.person && otherAgeMs > 300_000
    const isHeld = isUnseen && findRestSeconds(before, other) >= 120 && otherAgeMs <= 86_400_000
    const held =
      isHeld && !isKnownAway(before, other, limits)
        ? mine.map((one) => readHeld(one, other, order, ban))
        : []
    const found = [...apartPoints, ...doubtful, ...held]
    const gravest =
      found.find(({ breach, single }) => breach >= single) ??
      found.find(({ approach }) => approach >= 0.5)
    return gravest === undefined ? [] : [gravest]
  })
  const all = putIn(
    points,
    begun.map((point) => ({ ...point, isBeginning: true })),
  )
  return judgePoints(order, ban, 'proximity', all, both, confirmMs, limits).all
}

type By = { readonly confirmMs: number; readonly limits: Limits; readonly untilMs: number }

/** It opens by itself or says nothing: it asks no question, and ends nothing. */
function beginAt(now: Judged, other: Judged | null, breach: number, approach: number): Point {
  return {
    now,
    other,
    evidenceMs: now.fix.recordedAtMs,
    support: Infinity,
    single: 0.95,
    inForce: true,
    breach,
    approach,
    breachSigmas: 0,
    approachSigmas: 0,
    clearOfBreach: false,
    clearOfApproach: false,
    isMeasured: false,
    isTogether: false,
    isBeginning: true,
  }
}

function putIn(points: readonly Point[], begun: readonly Point[]): Point[] {
  // At one moment the beginning comes first.
  return [...begun, ...points].toSorted(
    (one, other) => one.now.fix.recordedAtMs - other.now.fix.recordedAtMs,
  )
}

/**
 * The place where the other was last seen at rest, taken for where he or she is: 150
 * m, and no end to anything.
 */
function readHeld(now: Judged, other: Judged, order: ProtectionOrder, ban: ProximityBan): Point {
  const meters = apart(now.fix, other.fix)
  const sigma = sigmaFromAccuracy(Math.hypot(now.accuracy, other.accuracy, 150))
  return {
    now,
    other,
    evidenceMs: other.fix.recordedAtMs,
    support: now.person === order.offenderId ? 0.95 : Infinity,
    single: Infinity,
    inForce: isBanInForce(ban, order, now.fix.recordedAtMs),
    breach: probabilityWithin(meters, sigma, ban.separationMeters),
    approach: probabilityWithin(meters, sigma, ban.approachMeters),
    breachSigmas: (meters - ban.separationMeters) / sigma,
    approachSigmas: (meters - ban.approachMeters) / sigma,
    clearOfBreach: false,
    clearOfApproach: false,
    isMeasured: false,
    isTogether: false,
  }
}

/** Where one person may be as well, by what was given in the last five minutes. */
function listElsewhere(reports: readonly Judged[], atMs: number, limits: Limits): Judged[] {
  const seenMs =
    reports.findLast(({ doubts }) => doubts.length === 0)?.fix.recordedAtMs ?? -Infinity
  const elsewhere = listDoubtful(reports, limits).filter(({ fix }) => fix.recordedAtMs >= seenMs)
  return [...elsewhere, ...listAhead(reports, limits)].filter(
    ({ fix }) => atMs - fix.recordedAtMs <= 300_000,
  )
}

/**
 * The other person may be where doubtful fixes of the last minutes say, or those of a clock that is
 * ahead: that ends nothing.
 */
function readDoubtful(
  now: Judged,
  earlier: readonly Judged[],
  order: ProtectionOrder,
  ban: ProximityBan,
  confirmMs: number,
  limits: Limits,
): Point[] {
  const theirs = earlier.filter(
    ({ person, doubts }) => person !== now.person && !doubts.includes('null-island'),
  )
  return listElsewhere(theirs, now.fix.recordedAtMs, limits).flatMap((other) => {
    const gapMs = now.fix.recordedAtMs - other.fix.recordedAtMs
    const meters = apart(now.fix, other.fix)
    if (meters > Math.max(ban.separationMeters, ban.approachMeters)) return []
    const isInForce = isBanInForce(ban, order, now.fix.recordedAtMs)
    const sigma = sigmaFromAccuracy(
      Math.hypot(now.accuracy, other.accuracy, (gapMs / 1000) * limits.ageingSpeedMetersPerSecond),
    )
    return [
      {
        now,
        other,
        evidenceMs: other.fix.recordedAtMs,
        support: gapMs <= confirmMs ? 0.5 : 0.95,
        single: 0.95,
        inForce: isInForce,
        breach: probabilityWithin(meters, sigma, ban.separationMeters),
        approach: probabilityWithin(meters, sigma, ban.approachMeters),
        breachSigmas: (meters - ban.separationMeters) / sigma,
        approachSigmas: (meters - ban.approachMeters) / sigma,
        clearOfBreach: false,
        clearOfApproach: false,
        isMeasured: false,
        isTogether: false,
      },
    ]
  })
}

/**
 * The radius with which a device gives the place of its sighting again, too coarse to be believed,
 * where the one before that says that its wearer came there in traffic. A place that was well seen
 * stays good.
 */
function findGrown(earlier: readonly Judged[], sighting: Judged): number {
  if (sighting.accuracy <= 30) return 0
  const before = findBefore(earlier, sighting)
  const coarse = earlier
    .slice(earlier.indexOf(sighting) + 1)
    .findLast(({ person, doubts }) => person === sighting.person && doubts.join() === poor)
  if (before === undefined || coarse === undefined) return 0
  const [one, other] = [sighting.fix, coarse.fix]
  const degrees = [one.longitude - other.longitude, one.latitude - other.latitude]
  const isSame = degrees.every((degree) => Math.abs(degree) <= 1.000_001e-6)
  const seconds = (one.recordedAtMs - before.fix.recordedAtMs) / 1000
  const isByTraffic = apart(before.fix, one) > 13.9 * seconds
  return isSame && isByTraffic && one.deviceId === other.deviceId ? coarse.accuracy : 0
}
const poor = 'accuracy-too-poor'

/**
 * As the device said, or else from the believed fix of the same person
 * before it; null is not known. Where that is of another device, from the one before that
 * its own device gave, if a way may lead from there; else a pace that nobody travels is not known.
 */
function findSeenPace(
  earlier: readonly Judged[],
  sighting: Judged,
  confirmMs: number,
): number | null {
  if (sighting.fix.speedMetersPerSecond !== null) return sighting.fix.speedMetersPerSecond
  const before = findBefore(earlier, sighting)
  if (before === undefined) return null
  const secondsSince = (from: Judged) => (sighting.fix.recordedAtMs - from.fix.recordedAtMs) / 1000
  const paceFrom = (from: Judged) => apart(from.fix, sighting.fix) / secondsSince(from)
  if (before.fix.deviceId === sighting.fix.deviceId) return paceFrom(before)
  const [own, last] = earlier
    .filter(
      (one) =>
        one.fix.deviceId === sighting.fix.deviceId &&
        opens(one) &&
        !one.doubts.some((doubt) => ['stale-repeat', 'unreachable'].includes(doubt)),
    )
    .slice(-2)
  const planSeconds = Math.max(300, (2 * confirmMs) / 1500)
  const isWay =
    own !== undefined &&
    last === sighting &&
    secondsSince(own) > 0 &&
    secondsSince(own) <= planSeconds
  const pace = paceFrom(isWay ? own : before)
  return pace <= 90 ? pace : null
}

/**
 * For how long, up to this sighting, the person's believed fixes say that nobody
 * moved faster than a walk.
 */
export function findRestSeconds(earlier: readonly Judged[], sighting: Judged): number {
  const mine = earlier.filter(
    ({ person, doubts }) => person === sighting.person && doubts.length === 0,
  )
  let first = mine.indexOf(sighting)
  if ((mine[first]!.fix.speedMetersPerSecond ?? 0) > 2.5) return Number.NaN
  let sinceMs = first === 0 ? mine[0]!.fix.recordedAtMs : Number.NaN
  for (; first > 0; first--) {
    const now = mine[first]!
    const before = mine[first - 1]!
    const seconds = (now.fix.recordedAtMs - before.fix.recordedAtMs) / 1000
    const walk = 2.5 * Math.min(seconds, 120)
    const isSlow = apart(before.fix, now.fix) <= walk + before.accuracy + now.accuracy
    if (!isSlow) break
    sinceMs = before.fix.recordedAtMs
    // A device that said it moved had not come to rest yet; the rest began
    // with the step away from it.
    if ((before.fix.speedMetersPerSecond ?? 0) > 2.5) break
  }
  return (sighting.fix.recordedAtMs - sinceMs) / 1000
}

function findBefore(earlier: readonly Judged[], sighting: Judged): Judged | undefined {
  return earlier
    .slice(0, earlier.indexOf(sighting))
    .findLast(
      ({ person, doubts, fix }) =>
        person === sighting.person &&
        doubts.length === 0 &&
        fix.recordedAtMs < sighting.fix.recordedAtMs,
    )
}

/**
 * The last two coarse fixes of the person since lie outside twice their radius,
 * and 150 m, of the sighting.
 */
export function isKnownAway(earlier: readonly Judged[], sighting: Judged, limits: Limits): boolean {
  const coarse = earlier
    .slice(earlier.indexOf(sighting) + 1)
    .filter(
      ({ person, doubts }) => person === sighting.person && doubts.join() === 'accuracy-too-poor',
    )
    .slice(-limits.heldAwayCountMax)
  return (
    coarse.length === limits.heldAwayCountMax &&
    coarse.every((one) => apart(one.fix, sighting.fix) > 2 * one.accuracy + 150)
  )
}

/**
 * Both straight paths, between two believed sightings of each, end surely within the separation at
 * one moment, and the other's, prolonged to the moment of the fix, still does. None of the three
 * stretches is longer than 300 s, or than two intervals of the plan.
 */
function isTogether(
  order: ProtectionOrder,
  ban: ProximityBan,
  now: Judged,
  other: Judged,
  earlier: readonly Judged[],
  confirmMs: number,
): boolean {
  // By the way of its own device, where that was seen before.
  const mine = earlier.filter(({ person, doubts }) => person === now.person && doubts.length === 0)
  const mineBefore = mine.findLast(({ fix }) => fix.deviceId === now.fix.deviceId) ?? mine.at(-1)
  const ofOther = earlier.filter(({ fix }) => fix.deviceId === other.fix.deviceId)
  const otherBefore = findBefore(ofOther, other)
  if (now.doubts.length > 0 || mineBefore === undefined || otherBefore === undefined) return false
  const fromMs = Math.max(mineBefore.fix.recordedAtMs, otherBefore.fix.recordedAtMs)
  const untilMs = other.fix.recordedAtMs
  const longest = Math.max(
    now.fix.recordedAtMs - mineBefore.fix.recordedAtMs,
    untilMs - otherBefore.fix.recordedAtMs,
    now.fix.recordedAtMs - untilMs,
  )
  if (longest > Math.max(300_000, (2 * confirmMs) / 1.5) || fromMs >= untilMs) return false
  if (!isBanInForce(ban, order, fromMs)) return false
  const mineThen = moveAlong(mineBefore.fix, now.fix, untilMs)
  const foreseen = moveAlong(otherBefore.fix, other.fix, now.fix.recordedAtMs)
  const radii =
    Math.max(now.accuracy, mineBefore.accuracy) + Math.max(other.accuracy, otherBefore.accuracy)
  const sureMeters = ban.separationMeters - 2 * radii
  return apart(mineThen, other.fix) <= sureMeters && apart(now.fix, foreseen) <= sureMeters
}

function moveAlong(from: Fix, to: Fix, atMs: number): Fix {
  const share = (atMs - from.recordedAtMs) / (to.recordedAtMs - from.recordedAtMs)
  const longitude = from.longitude + share * eastOf(from, to)
  const latitude = from.latitude + share * (to.latitude - from.latitude)
  return { ...to, longitude, latitude }
}

function judgePoints(
  order: ProtectionOrder,
  ban: LocationBan | ProximityBan,
  kind: string,
  points: readonly Point[],
  reports: readonly Judged[],
  confirmMs: number,
  limits: Limits,
): Judgements {
  const leavingBy =
    (readingOf: (point: Point) => Omit<LeavingPoint, 'now' | 'seen' | 'evidenceMs'>) =>
    (from: number, openedBy: readonly Judged[]) => {
      const readings = points.map((point) => {
        return { ...point, seen: listSeen(point), ...readingOf(point) }
      })
      return findLeaving(readings, from, openedBy, reports, confirmMs, limits)
    }
  // Between positions that jump true ones come seldom.
  const windowOf = ({ now }: Point): number => {
    const heard = reports
      .slice(0, reports.indexOf(now))
      .filter(({ person, doubts }) => person === now.person && !doubts.includes('null-island'))
    return isOftenJumping(heard, now, limits) ? Math.max(confirmMs, 1_800_000) : confirmMs
  }
  const breaches = findStays(
    order,
    ban,
    points,
    (earlier, point) => {
      if (point.isBeginning) return point.breach >= point.single ? point.now : null
      const windowMs = windowOf(point)
      const sinceMs = findInForceSince(order, ban, point.now.fix.recordedAtMs, windowMs)
      const asked = earlier.filter(
        ({ now, isBeginning }) => now.fix.recordedAtMs >= sinceMs && !isBeginning,
      )
      return findBreachBeginning(asked, point, confirmMs, windowOf)
    },
    leavingBy((point) => ({
      isInside: point.breach >= 0.5,
      isClear: point.clearOfBreach,
      // As far out as the quantiles of a normal error are: 1 and 25 in a hundred.
      isHardlyIn: point.isMeasured && point.breach <= 0.01 && point.breachSigmas >= 2.3263,
      isUnlikely: point.breach <= 0.25 && point.breachSigmas >= 0.6745,
    })),
    true,
  )
  const approaches = findStays(
    order,
    ban,
    points,
    (_earlier, point) => (opens(point.now) && point.approach >= 0.5 ? point.now : null),
    leavingBy((point) => ({
      isInside: point.approach >= 0.5,
      isClear: point.clearOfApproach,
      isHardlyIn: point.isMeasured && point.approach <= 0.01 && point.approachSigmas >= 2.3263,
      isUnlikely: point.approach <= 0.25 && point.approachSigmas >= 0.6745,
    })),
  )
  const isInBreach = (at: number) =>
    breaches.some(({ openedAt, endedAt }) => openedAt <= at && (endedAt === null || endedAt > at))
  const shown = approaches.flatMap(({ stay, openedAt, endedAt }) => {
    if (!isInBreach(openedAt)) return [stay]
    // Begun in a breach, it is told from where it goes on without one.
    const goesOn = points.find(
      (point, at) =>
        at > openedAt &&
        at < (endedAt ?? Infinity) &&
        !isInBreach(at) &&
        opens(point.now) &&
        point.approach >= 0.5,
    )
    return goesOn === undefined ? [] : [{ ...stay, startMs: goesOn.now.fix.recordedAtMs }]
  })
  return {
    all: [
      ...breaches.map(({ stay }) => ({ ...stay, kind: `${kind}-breach` })),
      ...shown.map((stay) => ({ ...stay, kind: `${kind}-approach` })),
    ],
    breachAt: (at) =>
      breaches.some(
        ({ openedAt, endedAt }) => openedAt <= at && (endedAt === null || endedAt >= at),
      ),
    lastInsideMs: (at) => {
      const within = breaches
        .filter(({ openedAt }) => openedAt <= at)
        .flatMap(({ openedAt, endedAt }) => points.slice(openedAt, endedAt ?? points.length))
        .filter((point) => opens(point.now) && point.breach >= 0.5)
      return Math.max(-Infinity, ...within.map(({ now }) => now.fix.recordedAtMs))
    },
  }
}

type Judgements = {
  readonly all: Stay[]
  readonly breachAt: (at: number) => boolean
  /** When somebody was last seen inside in a breach that began up to this point. */
  readonly lastInsideMs: (at: number) => number
}

/**
 * How surely the fixes of the last half hour of one place lie inside together, how many sigmas
 * beyond its border, and whether the newest is one of them; a count of 0 where they say nothing.
 */
function readPlace(
  order: ProtectionOrder,
  ban: LocationBan,
  shape: ReturnType<typeof compileCircle>,
  own: readonly Judged[],
): { count: number; chance: number; sigmas: number; isTaken: boolean } {
  const nothing = { count: 0, chance: 0, sigmas: 0, isTaken: false }
  const rule = createBanRule(0, order, ban, { fromMs: -Infinity, limits: defaultLimits })
  const newest = own.at(-1)!
  let stay = nobody
  let isTaken = false
  for (const now of own) {
    isTaken = false
    if (!isBanInForce(ban, order, now.fix.recordedAtMs)) stay = nobody
    if (now.fix.deviceId !== newest.fix.deviceId || !opens(now)) continue
    if (!isBanInForce(ban, order, now.fix.recordedAtMs)) continue
    const next = takeIn(stay, now, !isFarFromBan(rule, now.fix as never))
    stay = next.stay
    isTaken = next.isTaken
  }
  const { members } = stay
  if (members.length < 5) return nothing
  const { longitude, latitude, sigma, spread, count } = findMean(members)
  if (spread > 1 + 2 / Math.sqrt(count)) return nothing
  const chance = probabilityInside(shape, longitude, latitude, sigma, 0)
  const sigmas = signedDistanceMeters(shape, longitude, latitude) / sigma
  return { count: members.length, chance, sigmas, isTaken }
}

/**
 * Fixes of one place in the last half hour, by stretches of five minutes: one that is three sigmas
 * off is left out, two begin anew.
 */
type Members = { readonly members: readonly Judged[]; readonly strays: readonly number[] }
const nobody: Members = { members: [], strays: [] }

function takeIn(
  before: Members,
  now: Judged,
  mayBegin: boolean,
): { readonly stay: Members; readonly isTaken: boolean } {
  const stretch = Math.floor(now.fix.recordedAtMs / 300_000)
  let members = before.members.filter(
    ({ fix }) => Math.floor(fix.recordedAtMs / 300_000) > stretch - 6,
  )
  let { strays } = before
  const last = members.at(-1)
  if (last !== undefined && isSamePosition(last, now)) {
    return { stay: { members, strays }, isTaken: false }
  }
  if (last !== undefined) {
    const mean = findMean(members)
    const meters = distanceMeters(
      mean.longitude,
      mean.latitude,
      now.fix.longitude,
      now.fix.latitude,
    )
    if (meters > 3 * Math.hypot(sigmaFromAccuracy(now.accuracy), mean.sigma)) {
      strays = [...strays, now.accuracy]
      if (strays.length < 2) return { stay: { members, strays }, isTaken: false }
      members = []
    } else if (strays.some((meters) => now.accuracy > 2 * meters)) {
      return { stay: { members, strays }, isTaken: false }
    }
  }
  if (members.length === 0 && !mayBegin) return { stay: nobody, isTaken: false }
  return { stay: { members: [...members, now], strays: [] }, isTaken: true }
}

function isSamePosition(one: Judged, other: Judged): boolean {
  return (
    Math.abs(one.fix.longitude - other.fix.longitude) <= 1.000001e-6 &&
    Math.abs(one.fix.latitude - other.fix.latitude) <= 1.000001e-6
  )
}

/**
 * How likely the two are nearer than is allowed, at each of these fixes, by the means of what both
 * devices have shown of one place each; 0 where they say nothing.
 */
function readStays(
  order: ProtectionOrder,
  ban: ProximityBan,
  both: readonly Judged[],
  confirmMs: number,
  limits: Limits,
): { readonly chance: number; readonly apartMeters: number | null }[] {
  const nothing = { chance: 0, apartMeters: null }
  const stays = new Map<string, Members>()
  return both.map((now, at) => {
    const { recordedAtMs, deviceId } = now.fix
    if (!isBanInForce(ban, order, recordedAtMs)) {
      stays.clear()
      return nothing
    }
    const other = both
      .slice(0, at)
      .findLast(({ person, doubts }) => person !== now.person && doubts.length === 0)
    const gapMs = other === undefined ? Infinity : recordedAtMs - other.fix.recordedAtMs
    const seen = gapMs <= limits.sightingGapMsMax ? other : undefined
    const meters = seen === undefined ? Infinity : apart(now.fix, seen.fix)
    const isNear =
      meters <= ban.approachMeters ||
      meters - now.accuracy - (seen?.accuracy ?? 0) <= ban.separationMeters
    if (opens(now)) {
      const { stay } = takeIn(stays.get(deviceId) ?? nobody, now, isNear)
      if (stay.members.length > 0) stays.set(deviceId, stay)
      else stays.delete(deviceId)
    }
    if (seen !== undefined && !isNear && !stays.has(deviceId)) stays.clear()
    if (seen === undefined || gapMs > confirmMs) return nothing
    const means = [now, seen].map((one) => {
      const { members } = stays.get(one.fix.deviceId) ?? nobody
      const last = members.at(-1)
      if (last === undefined || members.length < 5) return null
      const isOfIt = last.fix.recordedAtMs === one.fix.recordedAtMs || isSamePosition(last, one)
      const mean = findMean(members)
      return isOfIt && mean.spread <= 1 + 2 / Math.sqrt(mean.count) ? mean : null
    })
    const [mine, theirs] = means
    if (mine === null || theirs === null) return nothing
    const between = distanceMeters(
      mine!.longitude,
      mine!.latitude,
      theirs!.longitude,
      theirs!.latitude,
    )
    const sigma = Math.hypot(mine!.sigma, theirs!.sigma)
    const chance = probabilityWithin(between, sigma, ban.separationMeters)
    return { chance, apartMeters: between }
  })
}

/**
 * At each fix of a case with one ban: how likely the ban is broken by what the fixes of one place
 * say together, and how far apart the places of two people are; 0 and null where they say nothing.
 */
export function readPlaces(
  order: ProtectionOrder,
  fixes: readonly Fix[],
  personOf: (fix: Fix) => string,
  intervalSeconds: number,
  limits: Limits,
): { readonly chance: number; readonly apartMeters: number | null }[] {
  const judged = believeAll(fixes, [], personOf, limits, [order])
  const confirmMs = Math.max(limits.confirmWindowMs, 1500 * intervalSeconds)
  const ban = order.locationBans[0]
  const pairBan = order.proximityBans[0]
  if (pairBan !== undefined) return readStays(order, pairBan, judged, confirmMs, limits)
  if (ban === undefined) return []
  const { area } = ban
  const shape =
    area.type === 'circle'
      ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
      : compilePolygon(area.geometry)
  return judged.map((_, at) => {
    const place = readPlace(order, ban, shape, judged.slice(0, at + 1))
    return { chance: place.isTaken ? place.chance : 0, apartMeters: null }
  })
}

function findMean(members: readonly Judged[]) {
  const weights = members.map(({ accuracy }) => 1 / sigmaFromAccuracy(accuracy) ** 2)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const average = (value: (one: Judged) => number): number =>
    members.reduce((sum, one, at) => sum + weights[at]! * value(one), 0) / total
  const longitude = average(({ fix }) => fix.longitude)
  const latitude = average(({ fix }) => fix.latitude)
  const spanMs = members.at(-1)!.fix.recordedAtMs - members[0]!.fix.recordedAtMs
  const count = Math.min(members.length, 1 + spanMs / 240_000)
  const squares = average(
    ({ fix }) => distanceMeters(longitude, latitude, fix.longitude, fix.latitude) ** 2,
  )
  const spread = (squares * total) / (2 * Math.max(1, members.length - 1))
  const sigma = Math.max(sigmaFromAccuracy(5), Math.sqrt(members.length / total / count))
  return { longitude, latitude, count, spread, sigma }
}

const passageKind = 'location-ban-passage'

/** By pairs of fixes of one device, or of two side by side, whatever others say in between. */
function findPassages(
  order: ProtectionOrder,
  ban: LocationBan,
  shape: ReturnType<typeof compileCircle>,
  own: readonly Judged[],
  { confirmMs, limits }: { readonly confirmMs: number; readonly limits: Limits },
  isKnown: (at: number, fromMs: number) => boolean,
): number[] {
  const found: number[] = []
  for (const [at, now] of own.entries()) {
    if (!opens(now) || now.doubts.includes('unreachable')) continue
    // The last that may open; and of two that are believed, with satellites, the last such one
    // first, whatever lies between.
    const device = own.slice(0, at).filter((one) => one.fix.deviceId === now.fix.deviceId)
    const isProven = (one: Judged) => one.doubts.length === 0 && !lacksSky(own, one, limits)
    const starts = [
      isProven(now) ? findSharp(device.filter(isProven), now, confirmMs) : undefined,
      isProven(now) ? device.findLast(isProven) : undefined,
      findStart(device, own.slice(0, at)),
    ]
    for (const before of new Set(starts)) {
      if (before === undefined) continue
      const [from, to] = [before.fix, now.fix]
      // A way past coarse ones ends at one that is sharp again, or surely outside as it is.
      if (before === starts[0] && isCoarser(device.filter(isProven), now, before, confirmMs)) {
        const sigma = sigmaFromAccuracy(now.accuracy)
        if (probabilityInside(shape, to.longitude, to.latitude, sigma, 0) > 0.05) continue
      }
      const seconds = (to.recordedAtMs - from.recordedAtMs) / 1000
      const planSeconds = Math.max(300, (2 * confirmMs) / 1500)
      if (seconds <= 0 || seconds > planSeconds) continue
      if (apart(from, to) > 350 * seconds) continue
      if (!isBanInForce(ban, order, from.recordedAtMs)) continue
      if (!isBanInForce(ban, order, to.recordedAtMs)) continue
      if (!leadsThrough(shape, before, now)) continue
      if (isKnown(at, from.recordedAtMs)) continue
      if (found.some((atMs) => atMs > from.recordedAtMs)) continue
      const depths = Array.from({ length: 33 }, (_, step) => {
        const place = moveAlong(from, to, from.recordedAtMs + (step / 32) * seconds * 1000)
        return signedDistanceMeters(shape, place.longitude, place.latitude)
      })
      const deepest = depths.indexOf(Math.min(...depths))
      found.push(Math.round(from.recordedAtMs + (deepest / 32) * seconds * 1000))
      break
    }
  }
  return found
}

/** The last of this device that may open, or of another that lay beside that one since. */
function findStart(device: readonly Judged[], all: readonly Judged[]): Judged | undefined {
  const mayStart = (one: Judged): boolean =>
    opens(one) && !one.doubts.some((doubt) => ['stale-repeat', 'unreachable'].includes(doubt))
  const before = device.findLast(mayStart)
  const last = all.findLast(mayStart)
  if (before === undefined || last === undefined) return before
  const isBeside = apart(before.fix, last.fix) <= 50 + before.accuracy + last.accuracy
  return isBeside ? last : before
}

/**
 * The fix before a row of others that are each more than twice as coarse, or more than four times
 * as coarse as the sharpest of the minutes before, up to this one: if each of the row lies within
 * twice its radius of the straight way between the two.
 */
function findSharp(proven: readonly Judged[], now: Judged, confirmMs: number): Judged | undefined {
  let from: Judged | undefined
  let row: Judged[] = []
  for (const [at, one] of proven.entries()) {
    const first: Judged | undefined = from ?? proven[at - 1]
    const isCoarse = first !== undefined && isCoarser(proven.slice(0, at), one, first, confirmMs)
    row = isCoarse ? [...row, one] : []
    from = isCoarse ? first : undefined
    const seconds = from === undefined ? 0 : (one.fix.recordedAtMs - from.fix.recordedAtMs) / 1000
    if (seconds <= Math.max(300, (2 * confirmMs) / 1500) && row.length <= 32) continue
    row = []
    from = undefined
  }
  if (from === undefined) return undefined
  const { longitude, latitude } = from.fix
  const isOnWay = row.every(({ fix, accuracy }) => {
    const circle = compileCircle(fix.longitude, fix.latitude, 2 * accuracy)
    const path = pathThrough(circle, longitude, latitude, now.fix.longitude, now.fix.latitude)
    return path.lengthInsideMeters > 0
  })
  return isOnWay ? from : undefined
}

function isCoarser(
  earlier: readonly Judged[],
  one: Judged,
  first: Judged,
  confirmMs: number,
): boolean {
  const pathMs = Math.max(300_000, (2 * confirmMs) / 1.5)
  const lately = earlier.filter(({ fix }) => one.fix.recordedAtMs - fix.recordedAtMs <= pathMs)
  const sharpest = Math.min(...lately.map(({ accuracy }) => accuracy))
  return one.accuracy > 2 * first.accuracy || one.accuracy > 4 * sharpest
}

/**
 * Deeper than both are sure, or out of it; or across a narrow place, both ends
 * surely outside.
 */
function leadsThrough(
  shape: ReturnType<typeof compileCircle>,
  before: Judged,
  now: Judged,
): boolean {
  const [inner, outer] = [before, now].map(
    ({ fix, accuracy }) => -signedDistanceMeters(shape, fix.longitude, fix.latitude) - accuracy,
  )
  if (outer! > 0) return false
  const ends = [
    before.fix.longitude,
    before.fix.latitude,
    now.fix.longitude,
    now.fix.latitude,
  ] as const
  const { depthMeters, lengthInsideMeters } = pathThrough(shape, ...ends)
  if (inner! > 0 || depthMeters > Math.max(before.accuracy, now.accuracy)) return true
  const chances = [before, now].map(({ fix, accuracy }) =>
    probabilityInside(shape, fix.longitude, fix.latitude, sigmaFromAccuracy(accuracy), 0),
  )
  if (lengthInsideMeters === 0 || chances.some((chance) => chance > 0.05)) return false
  const [lonA, latA, lonB, latB] = ends
  return isCrossedAside(shape, lonA, latA, before.accuracy, lonB, latB, now.accuracy)
}

/**
 * From when on the ban was in force up to this moment without a break, as far back as
 * anything can be confirmed.
 */
function findInForceSince(
  order: ProtectionOrder,
  ban: LocationBan | ProximityBan,
  untilMs: number,
  confirmMs: number,
): number {
  for (let atMs = untilMs; atMs >= untilMs - confirmMs; atMs -= 1000) {
    if (!isBanInForce(ban, order, atMs)) return atMs
  }
  return -Infinity
}

/** The fix a breach settled by this point began with. */
function findBreachBeginning(
  earlier: readonly Point[],
  point: Point,
  confirmMs: number,
  windowOf: (point: Point) => number,
): Judged | null {
  const together = point.isTogether ? point.now : null
  if (point.now.doubts.includes('null-island') || !(point.breach >= point.support)) return together
  const isOpening = opens(point.now)
  const asking = earlier.filter(
    (candidate) =>
      candidate.breach >= candidate.support && !candidate.now.doubts.includes('null-island'),
  )
  // Of one moment one that could open by itself asks, whatever else is reported of it.
  const last = asking.at(-1)
  const question =
    asking.find(({ now }) => now.fix.recordedAtMs === last?.now.fix.recordedAtMs && opens(now)) ??
    last
  const isBorneOut =
    question !== undefined &&
    question.now.fix.recordedAtMs < point.now.fix.recordedAtMs &&
    // Forgotten by the first after which nothing can confirm it any more.
    [...earlier.slice(earlier.indexOf(question) + 1), point].every(
      (later) => later.now.fix.recordedAtMs - question.now.fix.recordedAtMs <= windowOf(later),
    ) &&
    (isOpening || opens(question.now))
  const isSoon =
    isBorneOut && point.now.fix.recordedAtMs - question.now.fix.recordedAtMs <= confirmMs
  if (isSoon) return question.now
  if (isOpening && point.breach >= point.single) return point.now
  return isBorneOut ? question.now : together
}

function listSeen({ now, other }: Point): Judged[] {
  return other === null ? [now] : [now, other]
}

/** A stay with the places in the list at which it was settled and its leaving confirmed. */
type Found = {
  readonly stay: Stay
  readonly openedAt: number
  readonly endedAt: number | null
  /** Devices that saw it and may be there still, by what was seen outside; whose those are. */
  readonly missing: readonly string[]
  readonly openedBy: readonly string[]
}

function findStays(
  order: ProtectionOrder,
  ban: LocationBan | ProximityBan,
  points: readonly Point[],
  findBeginning: (earlier: readonly Point[], point: Point) => Judged | null,
  findEnd: (from: number, openedBy: readonly Judged[]) => LeavingFound | null,
  isHeldByUnheard = false,
): Found[] {
  const found: Found[] = []
  const subjectId = ban.id
  let index = 0
  let freshFrom = 0
  while (index < points.length) {
    if (!points[index]!.inForce) {
      freshFrom = index + 1
      index++
      continue
    }
    const beginning = findBeginning(points.slice(freshFrom, index), points[index]!)
    if (beginning === null) {
      index++
      continue
    }
    const openedAt = index
    const startMs = beginning.fix.recordedAtMs
    const leaving = findEnd(openedAt + 1, [beginning, ...listSeen(points[openedAt]!)])
    const ceased = findCeased(order, ban, startMs, points, openedAt)
    const isCeasing = ceased !== null && (leaving === null || ceased.at <= leaving.at)
    const end = isCeasing ? ceased : leaving
    const leftMs = end?.endMs ?? null
    const openedMs = points[openedAt]!.now.fix.recordedAtMs
    const stay = { subjectId, kind: '', startMs, endMs: leftMs, leftMs, openedMs }
    const missing = isHeldByUnheard && ceased === null ? (leaving?.missing ?? []) : []
    const openedBy = [beginning, ...listSeen(points[openedAt]!)].map(nameOf)
    found.push({ stay, openedAt, endedAt: end?.at ?? null, missing, openedBy })
    if (end === null || end.at >= points.length) break
    // A fix that finds the ban no longer in force, or in force anew, is judged afresh; one
    // that confirms is used up.
    index = isCeasing ? end.at : end.at + 1
    freshFrom = index
  }
  // Told as over once nothing that saw it is missing any more, or the ban is over.
  return found.map((one, place) => {
    const later = found.slice(place + 1)
    const isHeld = one.missing.some((name) => !later.some((stay) => isSeenIn(stay, name, points)))
    return isHeld ? { ...one, stay: { ...one.stay, endMs: null } } : one
  })
}

/** This device has shown that stay, and was heard in it since. */
function isSeenIn(
  { openedAt, endedAt, openedBy }: Found,
  name: string,
  points: readonly Point[],
): boolean {
  const during = points.slice(openedAt, endedAt ?? points.length)
  const shownAt = openedBy.includes(name)
    ? 0
    : during.findIndex(
        (point) => point.breach >= 0.5 && listSeen(point).some((one) => nameOf(one) === name),
      )
  return shownAt !== -1 && during.slice(shownAt).some(({ now }) => nameOf(now) === name)
}

/**
 * The second at which the ban stops being in force, found by asking for every second, and
 * the fix that finds it so.
 */
function findCeased(
  order: ProtectionOrder,
  ban: LocationBan | ProximityBan,
  startMs: number,
  points: readonly Point[],
  openedAt: number,
): { at: number; endMs: number } | null {
  const lastMs = startMs + 86_400_000
  for (let atMs = startMs; atMs <= lastMs; atMs += 1000) {
    if (isBanInForce(ban, order, atMs)) continue
    const at = points.findIndex(
      (point, index) => index > openedAt && point.now.fix.recordedAtMs >= atMs,
    )
    return { at: at === -1 ? points.length : at, endMs: atMs }
  }
  return null
}
