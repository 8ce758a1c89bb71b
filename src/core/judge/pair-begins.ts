import { metersBetween } from '../../../geo/distance.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { PairRule } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { findConfirmWindowMs } from '../rules/confirm-window.ts'
import type { Aged } from './ban-begins.ts'
import { describeLast, findGravest, isBySame, listAged, openOrLeave } from './ban-begins.ts'
import type { Judgement } from './episode.ts'
import type { FoldContext, FoldState, RuleState } from './fold.ts'
import { getTrack } from './fold.ts'
import { judgeDoubtfulSightings } from './judge-doubtful-sighting.ts'
import { judgeFixedAddresses } from './judge-fixed-addresses.ts'
import { judgeHeldSighting } from './judge-held-sighting.ts'
import { judgeRings } from './judge-rings.ts'
import { readSeparation } from './judge-separation.ts'
import { noPlaces } from './place-estimate.ts'
import type { PairScene } from './scene.ts'
import { createScene } from './scene.ts'

/**
 * A ban on a distance comes into force: by where each of the two was last seen, by each device of
 * either, and by the places where either may be as well. It opens something, or changes nothing. Of
 * whoever reports at that very moment the other devices are asked.
 */
export function judgePairBeginning(
  state: FoldState,
  context: FoldContext,
  rule: PairRule,
  atMs: number,
  now: CaseFix | null,
): Judgement<RuleState | null> {
  const before = state.pairs[rule.slot] ?? null
  const offender = getTrack(state, offenderSlot)
  const victim = getTrack(state, rule.victimSlot)
  const isHers = isNewer(victim.sighting, offender.sighting)
  const [mine, theirs] = isHers ? [victim, offender] : [offender, victim]
  const isAsked = (aged: Aged): boolean => now === null || !isBySame(aged, now)
  const isOneNow = (personSlot: number): boolean => now?.personSlot === personSlot
  const [amINow, areTheyNow] = isHers
    ? [isOneNow(rule.victimSlot), isOneNow(offenderSlot)]
    : [isOneNow(offenderSlot), isOneNow(rule.victimSlot)]
  const others = listAged(theirs, context, atMs).filter(
    (aged) => isAsked(aged) && isExpected(aged.sighting, context, atMs),
  )
  const ask = (aged: Aged, by: Pick<PairScene, 'mine' | 'theirs'>, judge: Judge) => () => {
    const judged = { fix: aged.fix, disbelief: aged.disbelief, movedMeters: 0 }
    const scene = createScene({ context, state, judged, mine: by.mine }, rule, by.theirs)
    return openOrLeave(before, aged.sighting, scene, (known) => judge(known, scene))
  }
  const ours = { mine, theirs }
  const own = listAged(mine, context, atMs).filter(isAsked)
  const seen = own.flatMap((aged) =>
    others.map((other) => ask(aged, ours, judgeApart(aged, other, atMs))),
  )
  const doubtful = [
    ...(areTheyNow ? [] : own).map((aged) => ask(aged, ours, judgeDoubtfulSightings)),
    ...(amINow ? [] : others).map((aged) =>
      ask(aged, { mine: theirs, theirs: mine }, judgeDoubtfulSightings),
    ),
  ]
  const seenMs = theirs.sighting?.recordedAtMs ?? -Infinity
  const isSeenNow = areTheyNow || atMs - seenMs <= context.limits.sightingGapMsMax
  const judgePlace = isHers ? judgeHeldSighting : judgeUnseen
  const unseen = isSeenNow ? [] : own.map((aged) => ask(aged, ours, judgePlace))
  return findGravest(before, [...seen, ...doubtful, ...unseen])
}

type Judge = (state: RuleState | null, scene: PairScene) => Judgement<RuleState | null>

/** By two places as they stand at that moment: whoever rests has not gone on from there. */
function judgeApart(aged: Aged, other: Aged, atMs: number): Judge {
  return (known, scene) => {
    const version = findVersion(scene.rule.versions, atMs)
    const apartMeters = metersBetween(aged.fix, other.sighting)
    const placed = { ...scene, places: noPlaces, otherSpreadMeters: other.fix.accuracyMeters }
    const reading = readSeparation(version, other.sighting, apartMeters, null, placed)
    const last = {
      sighting: aged.sighting,
      disbelief: aged.disbelief | other.disbelief,
      isOfOther: aged.isOfOther || other.isOfOther,
    }
    return judgeRings(known, describeLast(reading, last, atMs), scene)
  }
}

/** No report of this device has been missed, however slow its plan is. */
function isExpected(
  { deviceSlot, recordedAtMs }: CaseFix,
  { limits, confirmWindows }: FoldContext,
  atMs: number,
): boolean {
  const windowMs = findConfirmWindowMs(confirmWindows, deviceSlot, atMs)
  return atMs - recordedAtMs <= Math.max(limits.sightingGapMsMax, windowMs)
}

/** It is not known where she is: by where she was last seen at rest, or by her addresses. */
function judgeUnseen(state: RuleState | null, scene: PairScene): Judgement<RuleState | null> {
  const held = judgeHeldSighting(state, scene)
  return held.facts.length > 0 ? held : judgeFixedAddresses(state, scene)
}

function isNewer(one: Track['sighting'], other: Track['sighting']): boolean {
  return (one?.recordedAtMs ?? -Infinity) > (other?.recordedAtMs ?? -Infinity)
}
