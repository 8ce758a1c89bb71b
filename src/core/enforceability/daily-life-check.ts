import type { BanShape } from '../../../geo/ban-shape.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import type { Limits, TravelMode } from '../model/limits.ts'
import { usualRoadSpeeds } from '../model/road-classes.ts'
import { boxAround } from '../roads/enter-network.ts'
import { featuresIn, middleOf } from '../roads/near-features.ts'
import type { Place } from '../roads/points-on-edges.ts'
import type { FeatureKind, StreetMap } from '../roads/street-map.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import type { GroundedBan } from './ground.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { featureWordsNl } from './tell-dutch.ts'

/**
 * Whether what everybody needs within a quarter of an hour is left outside the ban: a shop, a
 * pharmacy, a doctor, a school. Measured from the first address of the offender, in a straight
 * line.
 */
export function checkDailyLife(
  proposal: EnforceabilityProposal,
  { shape, map }: GroundedBan,
  limits: Limits,
): EnforceabilityCheck {
  const [home] = proposal.offenderFixedAddresses ?? []
  const base = { code: 'E18', threshold: limits.dailyLifeSeconds, unit: 'seconds' } as const
  if (home === undefined) {
    return unknown(
      { ...base, value: null },
      'judgement',
      'Where the offender lives is not known, so what is left to live by is not either.',
      'Waar de verdachte of veroordeelde woont, is niet bekend, en dus ook niet wat er aan dagelijks leven overblijft.',
    )
  }
  const found = waysOf(proposal).map((mode) => findNeeded(home, mode, map, limits))
  const lost = neededKinds.filter((kind) => found.some((near) => isLost(kind, near, shape)))
  // One school on the map says that it was hardly mapped, not that nothing else is needed.
  if (lost.length === 0 && found.some((near) => countKinds(near) < kindsMappedMin)) {
    return unknown(
      { ...base, value: null },
      'judgement',
      'The map shows no shop, doctor or school near the address: that is no proof that there is none.',
      'De kaart toont geen winkel, arts of school bij het adres: dat bewijst niet dat die er niet zijn.',
    )
  }
  const value = lost.join(', ')
  return lost.length > 0
    ? judged(
        { ...base, value },
        'amber',
        'judgement',
        `Within a quarter of an hour of "${home.label}" the ban leaves none of: ${value}.`,
        `Binnen een kwartier van "${home.label}" laat het verbod niets over van: ${lost.map((kind) => featureWordsNl[kind]).join(', ')}.`,
      )
    : judged(
        { ...base, value: '' },
        'green',
        'judgement',
        `What the map shows to live by around "${home.label}" is left outside the ban.`,
        `Wat de kaart aan dagelijkse voorzieningen rond "${home.label}" toont, blijft buiten het verbod.`,
      )
}

/** Who may have a bicycle is asked about both: by bicycle there is more to lose, and more left. */
function waysOf({ travelModes }: EnforceabilityProposal): readonly TravelMode[] {
  if (travelModes === null) return ['walk', 'bicycle']
  return travelModes.includes('bicycle') ? ['bicycle'] : ['walk']
}

/** All that is near lies inside; little mapped is nothing known. */
function isLost(kind: FeatureKind, near: readonly Needed[], shape: BanShape): boolean {
  const such = near.filter((feature) => feature.kind === kind)
  return (
    countKinds(near) >= kindsMappedMin &&
    such.length > 0 &&
    such.every(({ longitude, latitude }) => containsPosition(shape, longitude, latitude))
  )
}

function countKinds(near: readonly Needed[]): number {
  return new Set(near.map(({ kind }) => kind)).size
}

type Needed = Place & { readonly kind: FeatureKind }

/** What everybody needs within a quarter of an hour of home. */
function findNeeded(home: Place, mode: TravelMode, map: StreetMap, limits: Limits): Needed[] {
  const withinMeters = (limits.dailyLifeSeconds * usualRoadSpeeds[mode].residential) / 3.6
  return featuresIn(map, boxAround(home, withinMeters), neededKinds)
    .map((feature) => ({ kind: feature.kind, ...middleOf(feature) }))
    .filter((place) => metersBetween(home, place) <= withinMeters)
}

const kindsMappedMin = 2

const neededKinds = ['shop', 'pharmacy', 'doctor', 'hospital', 'school', 'town-hall'] as const
