import { signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { findVersion, isInBoxes, isInForce } from '../rules/ban-versions.ts'
import type { Case } from '../dossier/dossier-state.ts'
import type { EpisodeState } from '../judge/episode.ts'
import type { RuleState } from '../judge/fold.ts'
import type { Whereabouts } from '../belief/held-sighting.ts'
import { findHeldUntilMs, findWhereabouts } from '../belief/held-sighting.ts'
import type { Situation } from '../watch/situation.ts'
import { offenderSlot } from '../judge/step-dossier.ts'

/** What is known of a person now, over every case he or she is part of. */
export function findSituation(
  members: readonly { readonly item: Case; readonly personSlot: number }[],
): Situation {
  let isInOpenApproach = false
  let isNearDanger: boolean | null = false
  let lastBelievedAtMs: number | null = null
  let heldUntilMs: number | null = null
  let whereabouts: Whereabouts | null = null
  for (const { item, personSlot } of members) {
    const track = item.state.tracks[personSlot]
    const sighting = track?.sighting ?? null
    if (track !== undefined && sighting !== null) {
      // Every case has read the same fixes of this person, but for those from before it began.
      if (sighting.recordedAtMs > (lastBelievedAtMs ?? -Infinity)) {
        lastBelievedAtMs = sighting.recordedAtMs
        const untilMs = findHeldUntilMs(track, item.context.limits)
        heldUntilMs = untilMs === -Infinity ? null : untilMs
        whereabouts = findWhereabouts(track, item.context.limits)
      }
    }
    if (isInAnyEpisode(item, personSlot)) isInOpenApproach = true
    isNearDanger = either(isNearDanger, isNear(item, personSlot, sighting))
  }
  const isClearOfBans =
    whereabouts !== null && members.every((member) => isClear(member, whereabouts))
  return {
    isInOpenApproach,
    isNearDanger,
    lastBelievedAtMs,
    heldUntilMs,
    whereabouts,
    isClearOfBans,
  }
}

/** When each pair's two people were last seen, for whoever watches by the clock. Null is never. */
export function listPairFreshness(cases: Iterable<Case>): PairFreshness[] {
  const pairs: PairFreshness[] = []
  for (const item of cases) {
    for (const rule of item.context.pairRules) {
      if (rule.versions.at(-1)!.isRemoved) continue
      const { tracks } = item.state
      pairs.push({
        protectionOrderId: rule.orderId,
        proximityBanId: rule.banId,
        offenderId: item.offenderId,
        victimId: rule.victimId,
        offenderSeenAtMs: tracks[offenderSlot]?.sighting?.recordedAtMs ?? null,
        victimSeenAtMs: tracks[rule.victimSlot]?.sighting?.recordedAtMs ?? null,
      })
    }
  }
  return pairs
}

export type PairFreshness = {
  readonly protectionOrderId: string
  readonly proximityBanId: string
  readonly offenderId: string
  readonly victimId: string
  readonly offenderSeenAtMs: number | null
  readonly victimSeenAtMs: number | null
}

function isInAnyEpisode(item: Case, personSlot: number): boolean {
  const { state, context } = item
  if (personSlot === offenderSlot && state.bans.some(hasEpisode)) return true
  return context.pairRules.some(
    (rule) =>
      (personSlot === offenderSlot || rule.victimSlot === personSlot) &&
      hasEpisode(state.pairs[rule.slot] ?? null),
  )
}

function hasEpisode(state: RuleState | null): boolean {
  return state !== null && (isOpen(state.breach) || isOpen(state.approach))
}

/** The clock may have ended an episode that the fold still carries. */
function isOpen(state: EpisodeState | null): boolean {
  return state !== null && state.episode !== null && state.episode.endMs === null
}

function isNear(item: Case, personSlot: number, sighting: CaseFix | null): boolean | null {
  if (sighting === null) return null
  const isNearBan = personSlot === offenderSlot && isNearAnyBan(item, sighting)
  if (isNearBan) return true
  let isNearPerson: boolean | null = false
  for (const rule of item.context.pairRules) {
    if (personSlot !== offenderSlot && rule.victimSlot !== personSlot) continue
    const version = findVersion(rule.versions, sighting.recordedAtMs)
    if (!isInForce(version, sighting.recordedAtMs)) continue
    const otherSlot = personSlot === offenderSlot ? rule.victimSlot : offenderSlot
    const other = item.state.tracks[otherSlot]?.sighting ?? null
    isNearPerson = either(isNearPerson, isWithin(item, sighting, other, version.ban.approachMeters))
  }
  return isNearPerson
}

function isNearAnyBan(item: Case, sighting: CaseFix): boolean {
  const { longitude, latitude, recordedAtMs } = sighting
  return item.context.banRules.some((rule) => {
    const version = findVersion(rule.versions, recordedAtMs)
    return (
      isInBoxes(version.nearBoxes, longitude, latitude) &&
      isInForce(version, recordedAtMs) &&
      signedDistanceMeters(version.shape, longitude, latitude) <= version.ban.approachMeters
    )
  })
}

/** Whatever the schedule says now: it may say something else by the time anybody looks. */
function isClear(
  { item, personSlot }: { readonly item: Case; readonly personSlot: number },
  { longitude, latitude, reachMeters }: Whereabouts,
): boolean {
  if (personSlot !== offenderSlot) return true
  return item.context.banRules.every((rule) => {
    const version = rule.versions.at(-1)!
    if (version.isRemoved) return true
    const borderMeters = signedDistanceMeters(version.shape, longitude, latitude)
    return borderMeters > version.ban.approachMeters + reachMeters
  })
}

/** Null when the two sightings do not describe one moment. */
function isWithin(
  item: Case,
  sighting: CaseFix,
  other: CaseFix | null,
  meters: number,
): boolean | null {
  if (other === null) return null
  const gapMs = Math.abs(sighting.recordedAtMs - other.recordedAtMs)
  if (gapMs > item.context.limits.sightingGapMsMax) return null
  const { longitude, latitude } = sighting
  return distanceMeters(longitude, latitude, other.longitude, other.latitude) <= meters
}

function either(one: boolean | null, other: boolean | null): boolean | null {
  if (one === true || other === true) return true
  return one === null || other === null ? null : false
}
