import { signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { findVersion, isInBoxes, isInForce } from '../rules/ban-versions.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { isGoingOn } from '../dossier/dossier.ts'
import type { Fault } from '../belief/fault.ts'
import { findFault } from '../belief/fault.ts'
import type { Jumps } from '../belief/jumping.ts'
import { findJumps } from '../belief/jumping.ts'
import { findHeldUntilMs } from '../belief/held-sighting.ts'
import type { Limits } from '../model/limits.ts'
import { pushAll } from '../model/lists.ts'
import { readSeenMs } from '../quiet/read-seen.ts'
import type { Track } from '../belief/track-state.ts'
import type { Whereabouts } from '../belief/whereabouts.ts'
import { findRestSinceMs, findWhereabouts } from '../belief/whereabouts.ts'
import type { Plans } from '../belief/witness.ts'
import type {
  Danger,
  DisputedSituation,
  LastPlace,
  Situation,
  UnclearPair,
  UnclearSituation,
} from '../watch/situation.ts'
import { isUnusual } from '../judge/lower-rank.ts'
import type { RuleState } from '../judge/fold.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import { isTakenToBeInside } from './taken-inside.ts'
import { findDanger } from './find-danger.ts'
import { findDisputed, findUnclear, listUnclearPairs } from './find-unclear.ts'
import { listLastPlaces } from './last-places.ts'

/** What is known of a person now, over every dossier he or she is part of. */
export function findSituation(members: readonly Member[], nowMs: number): Situation {
  let isInOpenApproach = false
  let openSinceMs = Infinity
  let isInUnusualApproach = false
  let isTakenInside = false
  let seen: Seen = neverSeen
  let fault: Fault | null = null
  let jumps: Jumps | null = null
  let unclear: UnclearSituation | null = null
  let disputed: DisputedSituation | null = null
  const unclearPairs: UnclearPair[] = []
  for (const { dossier, personSlot } of members) {
    const track = dossier.state.tracks[personSlot]
    const sighting = track?.sighting ?? null
    if (track !== undefined) {
      fault ??= findFault(track, dossier.context.limits)
      jumps ??= findJumpsNow(track, dossier.context.limits, nowMs)
    }
    if (track !== undefined && sighting !== null) {
      // Every dossier has read the same fixes of this person, but for those from before it began.
      if (sighting.recordedAtMs > (seen.lastBelievedAtMs ?? -Infinity)) {
        seen = describeSeen(track, sighting, dossier.context)
      }
    }
    for (const rule of listGoingOnOf(dossier, personSlot)) {
      isInOpenApproach = true
      openSinceMs = Math.min(openSinceMs, findStartMs(rule))
      if (isUnusualRule(rule)) isInUnusualApproach = true
    }
    if (isTakenToBeInside(dossier, personSlot, nowMs)) isTakenInside = true
    if (personSlot !== offenderSlot) continue
    unclear ??= findUnclear(dossier)
    disputed ??= findDisputed(dossier, nowMs)
    pushAll(unclearPairs, listUnclearPairs(dossier))
  }
  return new FoundSituation(members, seen, {
    isTakenInside: isTakenInside && !isInOpenApproach,
    isInOpenApproach: isInOpenApproach || isTakenInside,
    openSinceMs: isInOpenApproach ? openSinceMs : null,
    isInUnusualApproach: isInUnusualApproach || isTakenInside,
    fault,
    jumps,
    unclear,
    disputed,
    unclearPairs,
  })
}

/** By numbers alone, where they say all that is to be said (`watch.findSeenMs`). */
export function findSeenMs(members: readonly Member[]): number {
  let seenMs = members.length === 0 ? Number.NaN : -Infinity
  for (const { dossier, personSlot } of members) {
    seenMs = Math.max(seenMs, readSeenMs(dossier.trail, personSlot))
  }
  return seenMs
}

type Found = Omit<Situation, keyof Seen | 'isNearDanger' | 'danger' | 'listLastPlaces'>

/**
 * Hot path: most who ask want to know neither what is near nor whether, and both measure how far
 * every ban is. So these are worked out when they are asked for.
 */
class FoundSituation implements Situation {
  readonly isInOpenApproach: boolean
  readonly openSinceMs: number | null
  readonly isInUnusualApproach: boolean
  readonly isTakenInside: boolean
  readonly lastBelievedAtMs: number | null
  readonly provenAtMs: number | null
  readonly heldUntilMs: number | null
  readonly restSinceMs: number | null
  readonly restSeenSinceMs: number | null
  readonly restProvenMs: number
  readonly whereabouts: Whereabouts | null
  readonly fault: Fault | null
  readonly jumps: Jumps | null
  readonly unclear: UnclearSituation | null
  readonly disputed: DisputedSituation | null
  readonly unclearPairs: readonly UnclearPair[]
  readonly #members: readonly Member[]
  #danger: Danger | null = null
  constructor(members: readonly Member[], seen: Seen, found: Found) {
    this.isInOpenApproach = found.isInOpenApproach
    this.openSinceMs = found.openSinceMs
    this.isInUnusualApproach = found.isInUnusualApproach
    this.isTakenInside = found.isTakenInside
    this.lastBelievedAtMs = seen.lastBelievedAtMs
    this.provenAtMs = seen.provenAtMs
    this.heldUntilMs = seen.heldUntilMs
    this.restSinceMs = seen.restSinceMs
    this.restSeenSinceMs = seen.restSeenSinceMs
    this.restProvenMs = seen.restProvenMs
    this.whereabouts = seen.whereabouts
    this.fault = found.fault
    this.jumps = found.jumps
    this.unclear = found.unclear
    this.disputed = found.disputed
    this.unclearPairs = found.unclearPairs
    this.#members = members
  }
  get isNearDanger(): boolean | null {
    return isNearAny(this.#members)
  }
  get danger(): Danger | null {
    if (this.whereabouts === null) return null
    return (this.#danger ??= findDanger(this.#members, this.whereabouts))
  }
  listLastPlaces(): readonly LastPlace[] {
    return listLastPlaces(this.#members)
  }
}

type Member = { readonly dossier: Dossier; readonly personSlot: number }

type Seen = Pick<
  Situation,
  | 'lastBelievedAtMs'
  | 'provenAtMs'
  | 'heldUntilMs'
  | 'restSinceMs'
  | 'restSeenSinceMs'
  | 'restProvenMs'
  | 'whereabouts'
>

const neverSeen: Seen = {
  lastBelievedAtMs: null,
  provenAtMs: null,
  heldUntilMs: null,
  restSinceMs: null,
  restSeenSinceMs: null,
  restProvenMs: 0,
  whereabouts: null,
}

function describeSeen(track: Track, sighting: CaseFix, plans: Plans): Seen {
  const { limits } = plans
  const restSinceMs = findRestSinceMs(track, limits)
  return {
    lastBelievedAtMs: sighting.recordedAtMs,
    provenAtMs: track.provenAtMs,
    heldUntilMs: findHeldUntilMs(track, limits),
    restSinceMs,
    restSeenSinceMs: restSinceMs === null ? null : track.anchorSeenMs,
    restProvenMs: restSinceMs === null ? 0 : track.restProvenMs,
    whereabouts: findWhereabouts(track, plans),
  }
}

/** Those of which not all are a day old. */
function findJumpsNow(track: Track, limits: Limits, nowMs: number): Jumps | null {
  const jumps = findJumps(track, limits)
  return jumps !== null && nowMs <= jumps.untilMs ? jumps : null
}

/** What goes on under each rule that this person is a side of. */
function listGoingOnOf(dossier: Dossier, personSlot: number): readonly RuleState[] {
  const { state, context } = dossier
  let found: RuleState[] | null = null
  const note = (rule: RuleState | null): void => {
    // Hot path: nothing goes on.
    if (rule !== null && isGoingOn(dossier, rule)) (found ??= []).push(rule)
  }
  if (personSlot === offenderSlot) for (const rule of state.bans) note(rule)
  for (const { slot, victimSlot } of context.pairRules) {
    if (personSlot === offenderSlot || victimSlot === personSlot) note(state.pairs[slot] ?? null)
  }
  return found ?? nothing
}
const nothing: readonly RuleState[] = []

/** Of the one of its two episodes that began first. */
function findStartMs({ breach, approach }: RuleState): number {
  const startMs = breach?.episode?.startMs ?? Infinity
  return Math.min(startMs, approach?.episode?.startMs ?? Infinity)
}

function isUnusualRule({ breach, approach }: RuleState): boolean {
  return breach?.episode != null || isUnusual(approach?.episode)
}

function isNearAny(members: readonly Member[]): boolean | null {
  let isNearOne: boolean | null = false
  for (const { dossier, personSlot } of members) {
    const sighting = dossier.state.tracks[personSlot]?.sighting ?? null
    isNearOne = either(isNearOne, isNear(dossier, personSlot, sighting))
  }
  return isNearOne
}

function isNear(dossier: Dossier, personSlot: number, sighting: CaseFix | null): boolean | null {
  if (sighting === null) return null
  const isNearBan = personSlot === offenderSlot && isNearAnyBan(dossier, sighting)
  if (isNearBan) return true
  let isNearPerson: boolean | null = false
  for (const rule of dossier.context.pairRules) {
    if (personSlot !== offenderSlot && rule.victimSlot !== personSlot) continue
    const version = findVersion(rule.versions, sighting.recordedAtMs)
    if (!isInForce(version, sighting.recordedAtMs)) continue
    const otherSlot = personSlot === offenderSlot ? rule.victimSlot : offenderSlot
    const other = dossier.state.tracks[otherSlot]?.sighting ?? null
    isNearPerson = either(
      isNearPerson,
      isWithin(dossier, sighting, other, version.ban.approachMeters),
    )
  }
  return isNearPerson
}

function isNearAnyBan(dossier: Dossier, sighting: CaseFix): boolean {
  const { longitude, latitude, recordedAtMs } = sighting
  return dossier.context.banRules.some((rule) => {
    const version = findVersion(rule.versions, recordedAtMs)
    return (
      isInBoxes(version.nearBoxes, longitude, latitude) &&
      isInForce(version, recordedAtMs) &&
      signedDistanceMeters(version.shape, longitude, latitude) <= version.ban.approachMeters
    )
  })
}

/** Null when the two sightings do not describe one moment. */
function isWithin(
  dossier: Dossier,
  sighting: CaseFix,
  other: CaseFix | null,
  meters: number,
): boolean | null {
  if (other === null) return null
  const gapMs = Math.abs(sighting.recordedAtMs - other.recordedAtMs)
  if (gapMs > dossier.context.limits.sightingGapMsMax) return null
  const { longitude, latitude } = sighting
  return distanceMeters(longitude, latitude, other.longitude, other.latitude) <= meters
}

function either(one: boolean | null, other: boolean | null): boolean | null {
  if (one === true || other === true) return true
  return one === null || other === null ? null : false
}
