import { metersBetween } from '../../../geo/distance.ts'
import { canOpen, disbeliefBits } from '../belief/believe-fix.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'

/**
 * Takes the fix into how often a device has put its wearer in the area by a network, and in turn
 * elsewhere by its receiver, so far off that both cannot be true. Masts err for hours, and a
 * receiver can be told lies: which of them is true is not known, and no single one says so.
 */
export function noteDispute(
  stays: readonly DisputedStay[],
  { fix, disbelief }: { readonly fix: CaseFix; readonly disbelief: number },
  { mine, borderMeters, gapMsMax, limits }: Noting,
): readonly DisputedStay[] {
  const known = stays.find(({ deviceSlot }) => deviceSlot === fix.deviceSlot) ?? null
  const isGone = known !== null && fix.recordedAtMs - known.lastMs > gapMsMax
  const others = isGone ? stays.filter((one) => one !== known) : stays
  if (!isPoorAlone(disbelief) || borderMeters > 0) return others
  const elsewhere = findElsewhere(fix, mine, gapMsMax, limits)
  const before = isGone ? null : known
  // The first is a turn by the sighting before it; another one takes a new sighting in between.
  if (before === null && elsewhere === null) return others
  const isTurn = elsewhere !== null && (before === null || elsewhere.recordedAtMs > before.lastMs)
  const stay: DisputedStay = {
    deviceSlot: fix.deviceSlot,
    sinceMs: before?.sinceMs ?? fix.recordedAtMs,
    lastMs: fix.recordedAtMs,
    turnCount: (before?.turnCount ?? 0) + (isTurn ? 1 : 0),
  }
  return [...others.filter((one) => one !== known), stay].slice(-staysMax)
}

type Noting = {
  /** Of the wearer, as it was before the fix. */
  readonly mine: Track
  readonly borderMeters: number
  /** After a longer time without a word it begins anew. */
  readonly gapMsMax: number
  readonly limits: Limits
}

/** Often and long enough to be told. */
export function isLastingDispute(
  { sinceMs, lastMs, turnCount }: DisputedStay,
  limits: Limits,
): boolean {
  return turnCount >= limits.disputedTurnCountMin && lastMs - sinceMs >= limits.disputedMsMin
}

/** By the positions of one device. Never changed, only replaced. */
export type DisputedStay = {
  readonly deviceSlot: number
  readonly sinceMs: number
  /** The newest coarse one in the area. */
  readonly lastMs: number
  /** So often the receiver and then a network spoke, each against the other. */
  readonly turnCount: number
}

export const noDisputes: readonly DisputedStay[] = []

/** Nobody wears more at once. */
const staysMax = 8

/** A jump is no objection: that the two places cannot both be true is what is asked. */
function isPoorAlone(disbelief: number): boolean {
  const isPoor = (disbelief & disbeliefBits['accuracy-too-poor']) !== 0
  return isPoor && canOpen(disbelief & ~allowedBits)
}

const allowedBits = disbeliefBits['accuracy-too-poor'] | disbeliefBits.teleport

/** The sighting of the same device that the coarse position speaks against. */
function findElsewhere(
  fix: CaseFix,
  { sighting }: Track,
  gapMsMax: number,
  limits: Limits,
): CaseFix | null {
  if (sighting === null || sighting.deviceSlot !== fix.deviceSlot) return null
  if (fix.recordedAtMs - sighting.recordedAtMs > gapMsMax) return null
  const sureMeters = limits.accuracySureFactor * fix.accuracyMeters + limits.heldRadiusMeters
  return metersBetween(sighting, fix) > sureMeters ? sighting : null
}
