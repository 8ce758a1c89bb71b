import { signedDistanceMeters } from '../../../geo/containment.ts'
import { metersPerDegree } from '../../../geo/distance.ts'
import { isCrossed } from '../../../geo/path.ts'
import type { Move } from '../belief/relative-motion.ts'
import {
  closingMetersPerSecond,
  findGap,
  findVelocity,
  subtract,
} from '../belief/relative-motion.ts'
import type { Plans } from '../belief/witness.ts'
import { findPathMsMax } from '../belief/witness.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { Opening } from './episode.ts'

/**
 * The pace at which the gap to an area or person closes, and the time left at it until the ban
 * itself is broken. Null is not known; a gap that stays or grows has a pace and no time left.
 */
export function findSecondsToBreach(
  rule: BanRule | PairRule,
  opening: Opening,
  plans: Plans,
): ClosingFacts {
  const closing =
    rule.type === 'location' ? findBorderPace(rule, opening, plans) : findPairPace(opening, plans)
  const leftMeters = (opening.distanceMeters ?? Number.NaN) - findBreachMeters(opening)
  const secondsToBreach = leftMeters / (closing ?? Number.NaN)
  return {
    closingMetersPerSecond: closing,
    secondsToBreach: closing !== null && closing > 0 && leftMeters >= 0 ? secondsToBreach : null,
  }
}

export type ClosingFacts = {
  readonly closingMetersPerSecond: number | null
  readonly secondsToBreach: number | null
}

/** The separation of a pair; an area's border is its own zero. */
export function findBreachMeters({ facts }: Opening): number {
  const { separationMeters } = facts
  return typeof separationMeters === 'number' ? separationMeters : 0
}

function findBorderPace(rule: BanRule, { fix, before }: Opening, plans: Plans): number | null {
  if (before === null) return null
  const velocity = findPlannedVelocity(before, fix, plans)
  if (velocity === null) return null
  if (velocity === standing) return 0
  const { shape } = findVersion(rule.versions, fix.recordedAtMs)
  const fromMeters = signedDistanceMeters(shape, before.longitude, before.latitude)
  const toMeters = signedDistanceMeters(shape, fix.longitude, fix.latitude)
  return (1000 * (fromMeters - toMeters)) / (fix.recordedAtMs - before.recordedAtMs)
}

function findPairPace({ fix, before, other, otherBefore }: Opening, plans: Plans): number | null {
  if (before === null || other === null || otherBefore === null) return null
  const my = findPlannedVelocity(before, fix, plans)
  const their = findPlannedVelocity(otherBefore, other, plans)
  if (my === null || their === null) return null
  const gap = findGap(fix, other, their, (fix.recordedAtMs - other.recordedAtMs) / 1000)
  const closing = closingMetersPerSecond(gap, subtract(their, my))
  return Number.isFinite(closing) ? closing : null
}

/** Between two reports of a slow plan too: that they close in is better told than not known. */
function findPlannedVelocity(from: CaseFix, to: CaseFix, plans: Plans): Move | null {
  return findSeenVelocity(from, to, findPathMsMax(to, plans))
}

/**
 * A move shorter than both radii together is the receivers', not the person's:
 * whoever made it stands still.
 */
function findSeenVelocity(from: CaseFix, to: CaseFix, gapMsMax: number): Move | null {
  const velocity = findVelocity(from, to, gapMsMax)
  if (velocity === null) return null
  const seconds = (to.recordedAtMs - from.recordedAtMs) / 1000
  const movedMeters = Math.hypot(velocity.east, velocity.north) * seconds
  return movedMeters > from.accuracyMeters + to.accuracyMeters ? velocity : standing
}

const standing: Move = { east: 0, north: 0 }

/**
 * How much of the way now gone leads to the border, and at what pace it does if it errs as
 * far towards it as both radii allow. Seen over one step, not between two fixes: whoever has
 * just driven past the area is nearer to it than before, and on the way out. Null is not
 * known, or standing still.
 */
export function findWayAhead(rule: BanRule, opening: Opening, limits: Limits): WayAhead | null {
  const way = findWay(opening, limits)
  if (way === null) return null
  const { fix } = opening
  const { shape } = findVersion(rule.versions, fix.recordedAtMs)
  const [longitude, latitude] = goOn(fix, way, limits.aheadStepMeters, 0)
  const hereMeters = signedDistanceMeters(shape, fix.longitude, fix.latitude)
  const nearerMeters = hereMeters - signedDistanceMeters(shape, longitude, latitude)
  const towardsShare = nearerMeters / limits.aheadStepMeters
  return { towardsShare, metersPerSecond: way.metersPerSecond * (towardsShare + way.slack) }
}

type WayAhead = {
  /** 1: straight at the border; 0: along it; -1: straight away. */
  readonly towardsShare: number
  readonly metersPerSecond: number
}

/**
 * The way now gone leads into the area before police may be there, if it goes straight on, or as
 * far to either side of that as both radii allow: a border may bend across it further on.
 */
export function isLedInside(rule: BanRule, opening: Opening, limits: Limits): boolean {
  const way = findWay(opening, limits)
  if (way === null) return false
  const { fix } = opening
  const { shape } = findVersion(rule.versions, fix.recordedAtMs)
  const meters = (way.metersPerSecond * limits.responseMs) / 1000
  return [0, -way.slack, way.slack].some((aside) => {
    const [longitude, latitude] = goOn(fix, way, meters, aside)
    return isCrossed(shape, fix.longitude, fix.latitude, longitude, latitude)
  })
}

/**
 * Null is not known, or standing still. By minutes alone, whatever the plan: whoever is to rank
 * lower for passing by is seen to.
 */
function findWay({ fix, before }: Opening, { passageGapMsMax }: Limits): Way | null {
  const velocity = before === null ? null : findSeenVelocity(before, fix, passageGapMsMax)
  if (before === null || velocity === null || velocity === standing) return null
  const metersPerSecond = Math.hypot(velocity.east, velocity.north)
  const movedMeters = (metersPerSecond * (fix.recordedAtMs - before.recordedAtMs)) / 1000
  return {
    east: velocity.east / metersPerSecond,
    north: velocity.north / metersPerSecond,
    metersPerSecond,
    slack: (before.accuracyMeters + fix.accuracyMeters) / movedMeters,
  }
}

/** Where the way leads; `aside` is metres to the left for each metre ahead. */
function goOn(fix: CaseFix, { east, north }: Move, meters: number, aside: number): Position {
  const scale = metersPerDegree(fix.latitude)
  return [
    fix.longitude + (meters * (east - aside * north)) / scale.longitude,
    fix.latitude + (meters * (north + aside * east)) / scale.latitude,
  ]
}

/** One metre of the way, and how fast it is gone. */
type Way = Move & {
  readonly metersPerSecond: number
  /** So many metres it may err to either side in one. */
  readonly slack: number
}
type Position = readonly [longitude: number, latitude: number]
