import assert from 'node:assert/strict'
import type { BanShape } from '../../../geo/ban-shape.ts'
import { cutAtAntimeridian, shapeBoxes } from '../../../geo/box-index.ts'
import type { Limits } from '../model/limits.ts'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { isBanInForce, nextChangeMs } from './schedule.ts'
import { compileArea } from './shared-areas.ts'

/** The version of the ban that a fix of this moment is judged by. Nearly always the last. */
export function findVersion<V extends RuleVersion>(versions: readonly V[], atMs: number): V {
  for (let index = versions.length - 1; index > 0; index--) {
    const version = versions[index]
    if (version !== undefined && !(version.fromMs > atMs)) return version
  }
  const [first] = versions
  assert(first !== undefined, 'a rule has a version')
  return first
}

export function isInForce(version: RuleVersion, atMs: number): boolean {
  return isListed(version, atMs) && isBanInForce(version.ban, version.order, atMs)
}

/** Part of its order then, in force or not. */
export function isListed({ isRemoved, fromMs }: RuleVersion, atMs: number): boolean {
  // Only the first version of a ban added to a known order begins later than its fixes.
  return !isRemoved && atMs >= fromMs
}

/** The first moment after `startMs`, when the ban was in force, at which it no longer is. */
export function findCeasing(rule: BanRule | PairRule, startMs: number): number {
  const versions: readonly RuleVersion[] = rule.versions
  const first = Math.max(0, versions.indexOf(findVersion(versions, startMs)))
  let atMs = startMs
  for (const [index, version] of versions.entries()) {
    if (index < first) continue
    if (!isInForce(version, atMs)) return atMs
    const changeMs = nextChangeMs(version.ban, version.order, atMs) ?? Infinity
    const untilMs = versions[index + 1]?.fromMs ?? Infinity
    if (changeMs < untilMs || untilMs === Infinity) return changeMs
    atMs = untilMs
  }
  return Infinity
}

/**
 * `fromMs` is -Infinity for the bans of an order not seen before: the order's own validity says
 * from when.
 */
export function createBanRule(
  slot: number,
  order: ProtectionOrder,
  ban: LocationBan,
  { fromMs, limits }: Beginning,
): BanRule {
  const version = compileBanVersion(order, ban, { fromMs, limits }, null)
  const names = { orderId: order.id, banId: ban.id }
  return { type: 'location', slot, ...names, versions: [version], beginning: null }
}

export function createPairRule(
  slot: number,
  victimSlot: number,
  order: ProtectionOrder,
  ban: ProximityBan,
  fromMs: number,
): PairRule {
  const version: PairVersion = { fromMs, order, ban, isRemoved: false }
  return {
    type: 'proximity',
    slot,
    orderId: order.id,
    banId: ban.id,
    victimId: ban.victimId,
    victimSlot,
    versions: [version],
    beginning: null,
  }
}

export function amendBanRule(
  rule: BanRule,
  order: ProtectionOrder,
  ban: LocationBan | null,
  { fromMs, limits }: Beginning,
): boolean {
  return amend(rule.versions, order, ban, (last) =>
    ban === null
      ? { ...last, order, fromMs, isRemoved: true }
      : compileBanVersion(order, ban, { fromMs, limits }, last),
  )
}

/** From when on a version holds, and by which limits it is read. */
type Beginning = { readonly fromMs: number; readonly limits: Limits }

export function amendPairRule(
  rule: PairRule,
  order: ProtectionOrder,
  ban: ProximityBan | null,
  nowMs: number,
): boolean {
  return amend(rule.versions, order, ban, (last) => {
    return { fromMs: nowMs, order, ban: ban ?? last.ban, isRemoved: ban === null }
  })
}

/** Whether the position lies in one of the boxes: [west, south, east, north] in a row. */
export function isInBoxes(boxes: Float64Array, longitude: number, latitude: number): boolean {
  for (let at = 0; at < boxes.length; at += 4) {
    if (
      longitude >= (boxes[at] ?? Number.NaN) &&
      longitude <= (boxes[at + 2] ?? Number.NaN) &&
      latitude >= (boxes[at + 1] ?? Number.NaN) &&
      latitude <= (boxes[at + 3] ?? Number.NaN)
    ) {
      return true
    }
  }
  return false
}

export type RuleVersion = {
  /** Fixes recorded from here on are judged by this version. */
  readonly fromMs: number
  readonly order: ProtectionOrder
  readonly ban: LocationBan | ProximityBan
  readonly isRemoved: boolean
}
export type BanVersion = RuleVersion & {
  readonly ban: LocationBan
  readonly shape: BanShape
  /**
   * Boxes of the ban itself, and grown by the approach band, or as far as a coarse position without
   * an approach may lie about the ban, and a little; cut where longitudes
   * begin again.
   */
  readonly boxes: Float64Array
  readonly nearBoxes: Float64Array
}
export type PairVersion = RuleVersion & { readonly ban: ProximityBan }

export type BanRule = {
  readonly type: 'location'
  readonly slot: number
  readonly orderId: string
  readonly banId: string
  readonly versions: BanVersion[]
  beginning: KnownBeginning | null
}
export type PairRule = {
  readonly type: 'proximity'
  readonly slot: number
  readonly orderId: string
  readonly banId: string
  readonly victimId: string
  readonly victimSlot: number
  readonly versions: PairVersion[]
  beginning: KnownBeginning | null
}

/** What was last answered of when a rule begins (`next-beginning.ts`), and of which moment. */
export type KnownBeginning = {
  readonly newest: RuleVersion
  readonly afterMs: number
  readonly beginsMs: number
}

/** Amendments kept per ban; a late fix older than all of these is judged by the oldest. */
export const versionsKeptMax = 16

/**
 * Nobody further from the band than this is inside it with a probability of one half, whatever the
 * accuracy: half of a round distribution lies on the far side.
 */
const nearSlackMeters = 100

function compileBanVersion(
  order: ProtectionOrder,
  ban: LocationBan,
  { fromMs, limits }: Beginning,
  last: BanVersion | null,
): BanVersion {
  const isSameArea = last !== null && isSame(last.ban.area, ban.area)
  if (isSameArea && last.ban.approachMeters === ban.approachMeters) {
    return { ...last, fromMs, order, ban, isRemoved: false }
  }
  const shape = isSameArea ? last.shape : compileArea(ban.area)
  const nearMeters = Math.max(ban.approachMeters, limits.unclearReachMetersMax)
  return {
    fromMs,
    order,
    ban,
    isRemoved: false,
    shape,
    boxes: packBoxes(shape, 0),
    nearBoxes: packBoxes(shape, nearMeters + nearSlackMeters),
  }
}

function packBoxes(shape: BanShape, growMeters: number): Float64Array {
  const boxes = shapeBoxes(shape, growMeters).flatMap(cutAtAntimeridian)
  return Float64Array.from(boxes.flatMap((box) => [box.west, box.south, box.east, box.north]))
}

/**
 * An amended ban holds from the moment the amendment is registered; what was recorded before is
 * judged by what was in force then. True when anything changed that judging could see.
 */
function amend<V extends RuleVersion>(
  versions: V[],
  order: ProtectionOrder,
  ban: V['ban'] | null,
  next: (last: V) => V,
): boolean {
  const last = lastOf(versions)
  if (hasChanged(last, order, ban)) {
    addVersion(versions, next(last))
    return true
  }
  if (ban !== null) versions[versions.length - 1] = { ...last, order, ban }
  return false
}

function addVersion<V extends RuleVersion>(versions: V[], version: V): void {
  const last = lastOf(versions)
  // Two amendments within one clock tick, or a clock that went back: the newest version wins for
  // that moment.
  if (version.fromMs <= last.fromMs) versions.pop()
  versions.push(version)
  if (versions.length <= versionsKeptMax) return
  const [oldest, next] = versions
  if (oldest !== undefined && next !== undefined) {
    versions.splice(0, 2, { ...next, fromMs: oldest.fromMs })
  }
}

function lastOf<V extends RuleVersion>(versions: readonly V[]): V {
  const last = versions.at(-1)
  assert(last !== undefined, 'a rule has a version')
  return last
}

function hasChanged(
  last: RuleVersion,
  order: ProtectionOrder,
  ban: LocationBan | ProximityBan | null,
): boolean {
  if (ban === null) return !last.isRemoved
  return (
    last.isRemoved ||
    last.order.status !== order.status ||
    last.order.validFromMs !== order.validFromMs ||
    last.order.validUntilMs !== order.validUntilMs ||
    !isSame(last.ban, ban)
  )
}

/** Registry values are plain JSON, and a database may hand their keys back in another order. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false
  }
  const ones = Object.entries(one)
  const others = new Map(Object.entries(other))
  return (
    ones.length === others.size &&
    ones.every(([key, value]) => others.has(key) && isSame(value, others.get(key)))
  )
}
