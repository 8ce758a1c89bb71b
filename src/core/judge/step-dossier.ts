import { distanceMeters } from '../../../geo/distance.ts'
import { followStandstill } from '../belief/frozen.ts'
import { canSupport, judgeBelief } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { isSameFix } from '../fixes/case-fix.ts'
import type { FoldContext, FoldState } from './fold.ts'
import { judgeLocationBan } from './judge-location-ban.ts'
import { judgePassage } from './judge-passage.ts'
import { judgeSeparation } from './judge-separation.ts'
import type { Track } from '../belief/track-state.ts'
import { extendTrack } from '../belief/track.ts'

/**
 * One step of the fold: belief, then bans, then separations, then what is known of the person. Changes `state` and
 * the log of the context; answers why the fix is not believed, 0 when it is.
 */
export function stepDossier(context: FoldContext, state: FoldState, fix: CaseFix): number {
  const track = state.tracks[fix.personSlot]!
  const { sighting, standstill, last } = track
  // Told again under another number: the first in the one order has been judged, and stands.
  if (last !== null && isSameFix(last, fix)) return track.lastDisbelief
  const movedMeters =
    sighting === null
      ? 0
      : distanceMeters(sighting.longitude, sighting.latitude, fix.longitude, fix.latitude)
  const { limits } = context
  track.standstill = followStandstill(track, fix, limits)
  const jammedAtMs = context.jammedAtMs[fix.deviceSlot]
  const disbelief = judgeBelief(track, fix, movedMeters, jammedAtMs, limits)
  // A null island is no other position: it ends no standstill.
  if (!canSupport(disbelief)) track.standstill = standstill
  if (fix.personSlot === offenderSlot) {
    judgeLocationBans(context, state, fix, disbelief, movedMeters, track)
  }
  judgeSeparations(context, state, fix, disbelief, movedMeters, track)
  extendTrack(track, fix, disbelief, movedMeters, limits)
  return disbelief
}

export const offenderSlot = 0

function judgeLocationBans(
  context: FoldContext,
  state: FoldState,
  fix: CaseFix,
  disbelief: number,
  movedMeters: number,
  track: Track,
): void {
  const { banRules, limits } = context
  const { sighting } = track
  const canPass = disbelief === 0 && sighting !== null && isPathKnown(sighting, fix, limits)
  // From outside, deeper than both accuracies takes a path longer than both.
  const isLong = canPass && movedMeters > Math.max(sighting.accuracyMeters, fix.accuracyMeters)
  for (let slot = 0; slot < banRules.length; slot++) {
    const rule = banRules[slot]!
    const before = state.bans[slot]!
    const after = judgeLocationBan(context, rule, before, fix, disbelief, track)
    state.bans[slot] = after
    // A breach that is still a question: the path may begin inside.
    const mayPass = isLong || (canPass && before?.breach != null)
    if (mayPass) judgePassage(context, rule, before, after, sighting, fix, movedMeters)
  }
}

function judgeSeparations(
  context: FoldContext,
  state: FoldState,
  fix: CaseFix,
  disbelief: number,
  movedMeters: number,
  mine: Track,
): void {
  const { pairRules } = context
  const isOffender = fix.personSlot === offenderSlot
  for (let slot = 0; slot < pairRules.length; slot++) {
    const rule = pairRules[slot]!
    if (!isOffender && rule.victimSlot !== fix.personSlot) continue
    const theirs = state.tracks[isOffender ? rule.victimSlot : offenderSlot]!
    const before = state.pairs[slot]!
    state.pairs[slot] = judgeSeparation(
      context,
      rule,
      before,
      fix,
      disbelief,
      movedMeters,
      mine,
      theirs,
    )
  }
}

function isPathKnown(from: CaseFix, to: CaseFix, limits: FoldContext['limits']): boolean {
  const gapMs = to.recordedAtMs - from.recordedAtMs
  return gapMs > 0 && gapMs <= limits.passageGapMsMax
}
