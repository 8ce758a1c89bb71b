import type { CaseFix } from '../fixes/case-fix.ts'
import type { PairVersion } from '../rules/ban-versions.ts'
import { findVersion, isInForce } from '../rules/ban-versions.ts'
import type { RuleState } from './fold.ts'
import { composeRuleState } from './fold.ts'
import type { ApartReading, Place } from './place-estimate.ts'
import { noPlaces, notePlace, weighApart } from './place-estimate.ts'
import type { PairScene } from './scene.ts'
import { isSeenRecently } from './support.ts'

/**
 * Takes a fix of either person into what is known of where each of the two stays, by each device.
 * It begins where it may matter, and is forgotten once one of them is far away.
 */
export function notePairPlaces(
  state: RuleState | null,
  scene: PairScene,
  { other, isNear }: OtherSeen,
): readonly Place[] {
  const { judged, rule, limits } = scene
  const { recordedAtMs, deviceSlot } = judged.fix
  if (!isInForce(findVersion(rule.versions, recordedAtMs), recordedAtMs)) return noPlaces
  const before = state?.places ?? noPlaces
  // Hot path: of whoever is not near nothing is known.
  if (!isNear && before.length === 0) return before
  const places = notePlace(before, judged, isNear, limits)
  const isSettled = places.some(({ first }) => first.deviceSlot === deviceSlot)
  return other === null || isNear || isSettled ? places : noPlaces
}

/** The fresh sighting of the other person, and whether the two may be near each other by both. */
export type OtherSeen = { readonly other: CaseFix | null; readonly isNear: boolean }

/** What both places say together, where that is surer than the two positions alone; else null. */
export function readPairPlaces(
  places: readonly Place[],
  { ban }: PairVersion,
  other: CaseFix,
  ownProbability: number,
  scene: PairScene,
): ApartReading | null {
  const { judged, limits } = scene
  // Hot path: neither has stayed anywhere near.
  if (places.length < 2 || !isSeenRecently(scene, other)) return null
  const together = weighApart(places, judged.fix, other, ban.separationMeters, limits)
  if (together === null || together.probability < limits.breachProbabilitySingle) return null
  return together.probability > ownProbability ? together : null
}

/** The same rule, with these places. */
export function withPlaces(state: RuleState | null, places: readonly Place[]): RuleState | null {
  if ((state?.places ?? noPlaces) === places) return state
  const { breach = null, approach = null, unclear, disputes } = state ?? {}
  return composeRuleState(breach, approach, places, unclear, disputes)
}
