import { disbeliefBits } from '../belief/believe-fix.ts'
import type { SeenPlace, Track } from '../belief/track-state.ts'
import { findRestSinceMs } from '../belief/whereabouts.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { BanRule } from '../rules/ban-versions.ts'
import { findVersion, isInBoxes } from '../rules/ban-versions.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { Fact, Judgement } from './episode.ts'
import { noFacts } from './episode.ts'
import type { FoldContext, FoldState, RuleState } from './fold.ts'
import { composeRuleState, getTrack } from './fold.ts'
import { findAgedMeters, listElsewhere } from './judge-doubtful-sighting.ts'
import { readPosition } from './judge-location-ban.ts'
import { judgeRings } from './judge-rings.ts'
import { noPlaces } from './place-estimate.ts'
import type { Reading } from './reading.ts'
import type { Scene } from './scene.ts'
import { findSpreadMeters } from './spread.ts'
import { createScene } from './scene.ts'

/**
 * A ban comes into force over somebody who was seen before it did, and not since: by the last
 * believed sighting, by the places where he may be as well, and by how far anybody may have come
 * from there, the ban is judged at that very moment. It opens a breach or an approach, or it
 * changes nothing: what was seen before says nothing of who left since.
 */
export function judgeBanBeginning(
  state: FoldState,
  context: FoldContext,
  rule: BanRule,
  atMs: number,
  now: CaseFix | null,
): Judgement<RuleState | null> {
  const before = state.bans[rule.slot] ?? null
  const mine = getTrack(state, offenderSlot)
  const version = findVersion(rule.versions, atMs)
  const judge = (aged: Aged): Judgement<RuleState | null> => {
    const { sighting, disbelief } = aged
    // Hot path: nearly everybody is elsewhere.
    if (!isInBoxes(version.nearBoxes, sighting.longitude, sighting.latitude)) return leave(before)
    const judged = { fix: aged.fix, disbelief, movedMeters: 0 }
    const scene = createScene({ context, state, judged, mine }, rule, null)
    const reading = readPosition(version, noPlaces, scene)
    return openOrLeave(before, sighting, scene, (known) =>
      judgeRings(known, describeLast(reading, aged, atMs), scene),
    )
  }
  const places = [...listAged(mine, context, atMs), ...listAgedElsewhere(mine, context, atMs)]
  const asked = now === null ? places : places.filter((aged) => !isBySame(aged, now))
  return findGravest(
    before,
    asked.map((aged) => () => judge(aged)),
  )
}

/** By the device that reports at this very moment: its own position is judged by itself. */
export function isBySame({ sighting }: Aged, { personSlot, deviceSlot }: CaseFix): boolean {
  return sighting.personSlot === personSlot && sighting.deviceSlot === deviceSlot
}

/** A breach, or else the first approach, or nothing, of places where somebody may be. */
export function findGravest(
  before: RuleState | null,
  asked: readonly (() => Judgement<RuleState | null>)[],
): Judgement<RuleState | null> {
  let approach: Judgement<RuleState | null> | null = null
  for (const judge of asked) {
    const found = judge()
    if (found.facts.some(isBreach)) return found
    if (found.facts.length > 0) approach ??= found
  }
  return approach ?? leave(before)
}

function leave(before: RuleState | null): Judgement<RuleState | null> {
  return { state: before, facts: noFacts }
}

function isBreach({ episode }: Fact): boolean {
  return episode.kind === 'location-ban-breach' || episode.kind === 'proximity-breach'
}

/**
 * Where the wearer may be by what was seen last; and where each other device was, minutes ago or as
 * long as it misses no report of its plan: of those in several places each may be the one that is
 * worn.
 */
function listLastSeen(
  { sighting, otherPlaces }: Track,
  atMs: number,
  { limits, confirmWindows }: FoldContext,
): readonly SeenPlace[] {
  if (sighting === null) return []
  const ofLate = otherPlaces.filter(({ fix: { deviceSlot, recordedAtMs } }) => {
    const windowMs = findConfirmWindowMs(confirmWindows, deviceSlot, atMs)
    return atMs - recordedAtMs <= Math.max(limits.sightingAgeMsMax, windowMs)
  })
  return [{ fix: sighting, disbelief: 0 }, ...ofLate.toReversed()]
}

export type Aged = {
  readonly sighting: CaseFix
  readonly fix: CaseFix
  /** Why the sighting is doubted, as bits. */
  readonly disbelief: number
  /** Another device of the same person was seen since. */
  readonly isOfOther: boolean
}

export function listAged(track: Track, context: FoldContext, atMs: number): readonly Aged[] {
  return listLastSeen(track, atMs, context).map(({ fix: sighting, disbelief }) => {
    const isNewest = sighting === track.sighting
    const fix = isNewest
      ? ageSighting(track, sighting, context, atMs)
      : ageOther(sighting, context, atMs)
    // What only another device speaks against may open, and a jump alone would not.
    const doubt = disbelief === 0 ? 0 : disbeliefBits.unreachable
    return { sighting, fix, disbelief: doubt, isOfOther: !isNewest }
  })
}

function listAgedElsewhere(track: Track, { limits }: FoldContext, atMs: number): readonly Aged[] {
  return listElsewhere(track, atMs, limits).map(({ place, isAhead }) => {
    const agedMeters = findAgedMeters(place, atMs, limits)
    const accuracyMeters = Math.hypot(place.accuracyMeters, agedMeters)
    const fix = { ...place, recordedAtMs: atMs, accuracyMeters }
    const disbelief = disbeliefBits[isAhead ? 'future-clock' : 'unreachable']
    return { sighting: place, fix, disbelief, isOfOther: false }
  })
}

/**
 * How the wearer of another device went is not known: as on foot, and about the place while it
 * misses no report.
 */
function ageOther(
  sighting: CaseFix,
  { limits, confirmWindows }: FoldContext,
  atMs: number,
): CaseFix {
  const ageMs = atMs - sighting.recordedAtMs
  const isDue = ageMs > findConfirmWindowMs(confirmWindows, sighting.deviceSlot, atMs)
  const walkMeters = (limits.ageingSpeedMetersPerSecondMin * ageMs) / 1000
  const awayMeters = isDue ? walkMeters : Math.min(walkMeters, limits.heldRadiusMeters)
  const accuracyMeters = Math.hypot(sighting.accuracyMeters, awayMeters)
  return { ...sighting, recordedAtMs: atMs, accuracyMeters }
}

/**
 * The sighting as it stands at that moment. Whoever rests is there until a report is missed, and
 * about the house after it; anybody else may have gone on as last seen.
 */
function ageSighting(track: Track, sighting: CaseFix, context: FoldContext, atMs: number): CaseFix {
  const { limits, confirmWindows } = context
  const windowMs = findConfirmWindowMs(confirmWindows, sighting.deviceSlot, atMs)
  const isResting = findRestSinceMs(track, limits) !== null
  const isDue = atMs - sighting.recordedAtMs > windowMs
  const spreadMeters = findSpreadMeters(track, sighting, atMs, context)
  const restMeters = isDue
    ? Math.hypot(sighting.accuracyMeters, limits.heldRadiusMeters)
    : sighting.accuracyMeters
  const accuracyMeters = isResting ? Math.min(spreadMeters, restMeters) : spreadMeters
  return { ...sighting, recordedAtMs: atMs, accuracyMeters }
}

export function describeLast(
  reading: Reading,
  { sighting, disbelief, isOfOther }: Omit<Aged, 'fix'>,
  atMs: number,
): Reading {
  const seenBeforeMs = atMs - sighting.recordedAtMs
  const doubt = disbelief === 0 ? {} : { isSeenDoubtfully: true }
  const since = isOfOther ? { isOtherSeenSince: true } : {}
  // No pace: from the sighting to itself nobody moves.
  return { ...reading, before: null, facts: { ...reading.facts, seenBeforeMs, ...doubt, ...since } }
}

/** What the record shows is the sighting itself, with its own time and radius. */
export function openOrLeave(
  before: RuleState | null,
  sighting: CaseFix,
  { mine }: Scene,
  judge: (before: RuleState | null) => Judgement<RuleState | null>,
): Judgement<RuleState | null> {
  if (before?.breach?.episode != null) return { state: before, facts: noFacts }
  const { state, facts } = judge(before)
  if (!facts.some(({ type }) => type === 'opened')) return { state: before, facts: noFacts }
  const { places, unclear, disputes } = before ?? {}
  // Not seen at this moment, it asks no question that the next fix could answer.
  const breach = state?.breach?.episode == null ? (before?.breach ?? null) : state.breach
  const shown = facts.map((fact): Fact => {
    if (fact.type !== 'opened') return fact
    const { opening } = fact
    const last = { fix: sighting, beginning: sighting, before: mine.previous }
    return { ...fact, opening: { ...opening, ...last } }
  })
  return {
    state: composeRuleState(breach, state?.approach ?? null, places, unclear, disputes),
    facts: shown,
  }
}
