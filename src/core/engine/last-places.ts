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
import { findWayBetween, measureDanger } from './find-danger.ts'

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
  const { pathStart, pathStartPrevious, pathStartsBefore, sighting } = track
  const { limits } = dossier.context
  const places = [{ fix: pathStart, previous: pathStartPrevious }, ...pathStartsBefore]
  return places.map(({ fix, previous }) => ({
    deviceId: nameDevice(dossier, fix.deviceSlot),
    atMs: fix.recordedAtMs,
    bandMeters: findBandMeters(dossier, fix),
    isLeft: sighting !== null && !isOnePlace(fix, sighting, limits),
    ...measureWay(dossier, previous, fix),
    others: places
      .filter((other) => other.fix !== fix)
      .map(({ fix: other }) => ({
        deviceId: nameDevice(dossier, other.deviceSlot),
        atMs: other.recordedAtMs,
        beyondMeters: measureBeyond(fix, other, limits),
      })),
  }))
}

/** How the device came to its last position, and how far the border is to which that leads. */
function measureWay(dossier: Dossier, from: CaseFix | null, fix: CaseFix): WayOfDevice {
  const { limits } = dossier.context
  const way = from && findWayBetween(from, fix, limits)
  const seconds = (fix.recordedAtMs - (from?.recordedAtMs ?? fix.recordedAtMs)) / 1000
  const pace = way !== null && seconds > 0 ? way.movedMeters / seconds : 0
  return {
    radiusMeters: limits.accuracySureFactor * fix.accuracyMeters + limits.heldRadiusMeters,
    paceMetersPerSecond: Math.min(
      Math.max(pace, limits.ageingSpeedMetersPerSecondMin),
      limits.travelMetersPerSecondMax,
    ),
    closingMeters: measureDanger(dossier, offenderSlot, fix, way).closingMeters,
  }
}
type WayOfDevice = Pick<LastPlace, 'radiusMeters' | 'paceMetersPerSecond' | 'closingMeters'>

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
