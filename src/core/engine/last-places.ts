import { signedDistanceMeters } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import { isOnePlace } from '../belief/whereabouts.ts'
import { nameDevice } from '../dossier/names.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { findVersion } from '../rules/ban-versions.ts'
import type { LastPlace } from '../watch/situation.ts'

/** Where each device of the offender was last, by its own positions. */
export function listLastPlaces(members: readonly Member[]): readonly LastPlace[] {
  return members.flatMap(({ dossier, personSlot }) =>
    personSlot === offenderSlot ? listPlacesIn(dossier) : [],
  )
}

type Member = { readonly dossier: Dossier; readonly personSlot: number }

function listPlacesIn(dossier: Dossier): LastPlace[] {
  const track = dossier.state.tracks[offenderSlot]
  if (track === undefined || track.pathStart === null) return []
  const { pathStart, pathStartsBefore, sighting } = track
  const { limits } = dossier.context
  const places = [pathStart, ...pathStartsBefore.map(({ fix }) => fix)]
  return places.map((fix) => ({
    deviceId: nameDevice(dossier, fix.deviceSlot),
    atMs: fix.recordedAtMs,
    bandMeters: findBandMeters(dossier, fix),
    isLeft: sighting !== null && !isOnePlace(fix, sighting, limits),
    others: places
      .filter((other) => other !== fix)
      .map((other) => ({
        deviceId: nameDevice(dossier, other.deviceSlot),
        atMs: other.recordedAtMs,
        beyondMeters: measureBeyond(fix, other, limits),
      })),
  }))
}

function measureBeyond(one: CaseFix, other: CaseFix, limits: Limits): number {
  const radii = one.accuracyMeters + other.accuracyMeters
  return metersBetween(one, other) - limits.accuracySureFactor * radii - limits.heldRadiusMeters
}

/** Whatever the schedule says now: it may say something else by the time anybody looks. */
function findBandMeters({ context, state }: Dossier, fix: CaseFix): number {
  let bandMeters = Infinity
  for (const rule of context.banRules) {
    const { isRemoved, shape, ban } = findVersion(rule.versions, Infinity)
    if (isRemoved) continue
    const borderMeters = signedDistanceMeters(shape, fix.longitude, fix.latitude)
    bandMeters = Math.min(bandMeters, borderMeters - ban.approachMeters - fix.accuracyMeters)
  }
  for (const rule of context.pairRules) {
    const { isRemoved, ban } = findVersion(rule.versions, Infinity)
    const other = state.tracks[rule.victimSlot]?.sighting ?? null
    if (isRemoved || other === null) continue
    bandMeters = Math.min(bandMeters, metersBetween(fix, other) - ban.approachMeters)
  }
  return bandMeters
}
