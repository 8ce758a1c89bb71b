import type { Dossier } from '../dossier/dossier-state.ts'
import type { Engine } from '../engine/engine-state.ts'
import { findLastSeen } from '../engine/last-seen.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import {
  findVersion,
  type BanRule,
  type PairRule,
  type RuleVersion,
} from '../rules/ban-versions.ts'
import { isOrderInForce } from '../rules/schedule.ts'

/**
 * Where each person under supervision was last seen: offenders with an order in force, by their
 * latest believed sighting. Nobody who is or was protected by any order is among them. A sighting
 * older than what is judged at all says nothing any more and is left out.
 */
export function listLatestSightings(engine: Engine, nowMs: number): LatestSighting[] {
  const sightings: LatestSighting[] = []
  for (const dossier of engine.dossiers.values()) {
    const sighting = findLastSeen(dossier, offenderSlot)
    if (sighting === null || nowMs - sighting.recordedAtMs > engine.limits.fixAgeMsMax) continue
    if (!isSupervised(dossier, nowMs) || isVictim(engine, dossier.offenderId)) continue
    const { recordedAtMs, longitude, latitude, accuracyMeters } = sighting
    const personId = dossier.offenderId
    sightings.push({ personId, recordedAtMs, longitude, latitude, accuracyMeters })
  }
  return sightings
}

export type LatestSighting = {
  readonly personId: string
  readonly recordedAtMs: number
  readonly longitude: number
  readonly latitude: number
  readonly accuracyMeters: number
}

function isSupervised({ context }: Dossier, nowMs: number): boolean {
  const isOfOrderInForce = ({ versions }: BanRule | PairRule): boolean =>
    isOrderInForce(findVersion<RuleVersion>(versions, Infinity).order, nowMs)
  return context.banRules.some(isOfOrderInForce) || context.pairRules.some(isOfOrderInForce)
}

function isVictim(engine: Engine, personId: string): boolean {
  const members = engine.dossiers.membersOf(personId)
  return members.some(({ personSlot }) => personSlot !== offenderSlot)
}
