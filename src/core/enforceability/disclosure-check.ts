import { compilePolygon } from '../../../geo/ban-shape.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { metersBetween } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { pushAll } from '../model/lists.ts'
import type { Place } from '../roads/points-on-edges.ts'
import type { StreetMap } from '../roads/street-map.ts'
import type { CheckBase, EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import {
  countAddresses,
  countHiddenAmong,
  countPart,
  type CountedPart,
  type HiddenAmong,
} from './hidden-among.ts'
import type { EnforceabilityProposal } from './proposal.ts'
import { centresOfBan, compileBan, splitParts } from './reach.ts'

/** What the outline of a ban tells whoever reads the judgment about where the victim lives. */
export function checkDisclosure(
  proposal: EnforceabilityProposal,
  map: StreetMap | null,
  limits: Limits,
): EnforceabilityCheck {
  const { ban } = proposal
  const { secretAddressMetersMin } = limits
  const isSecret = isAnySecret(proposal)
  const gapMeters = leastKnown(proposal.distanceFromSecretAddressMeters, nearestSecret(proposal))
  const base = {
    code: 'E9',
    value: gapMeters === null ? null : Math.round(gapMeters),
    threshold: secretAddressMetersMin,
    unit: 'meters',
  } as const
  if (ban.kind === 'proximity') {
    return judged(
      base,
      'green',
      'source',
      'A distance that moves with the victim draws no map of where the victim lives.',
      'Een afstand die met het slachtoffer meebeweegt, verraadt niet waar het slachtoffer woont.',
    )
  }
  if (isSecret === false) {
    return judged(
      base,
      'green',
      'source',
      'The address of the victim is no secret from the offender.',
      'Het adres van het slachtoffer is voor de ander niet geheim.',
    )
  }
  return judgeHidden(proposal, { isSecret, gapMeters, map }, base, limits)
}

function judgeHidden(
  proposal: EnforceabilityProposal,
  { isSecret, gapMeters, map }: WhatIsKnown,
  base: CheckBase,
  limits: Limits,
): EnforceabilityCheck {
  const containment = judgeContainment(proposal, gapMeters)
  if (containment === 'outside') {
    return judged(
      base,
      'red',
      'judgement',
      'A secret address lies outside the ban: it is neither protected by it nor hidden in it.',
      'Een geheim adres ligt buiten het gebied: het verbod beschermt het niet en verbergt het niet.',
    )
  }
  if (isSecret === null || gapMeters === null) {
    return unknown(
      base,
      'judgement',
      'Whether the ban would give away a secret address is not known.',
      'Of het verbod een geheim adres zou verraden, is niet bekend.',
    )
  }
  if (gapMeters < limits.secretAddressMetersMin)
    return judgeNear(base, limits.secretAddressMetersMin)
  if (containment === 'not-known') {
    return unknown(
      base,
      'judgement',
      'Whether the secret address lies in the ban at all is not known.',
      'Of het geheime adres wel in het gebied ligt, is niet bekend.',
    )
  }
  return judgeCandidates(proposal, map, base, limits)
}

type WhatIsKnown = {
  readonly isSecret: boolean | null
  readonly gapMeters: number | null
  readonly map: StreetMap | null
}

/** Whether each secret address lies in the ban; by a distance alone only a circle tells. */
function judgeContainment(
  { ban, victimAddresses }: EnforceabilityProposal,
  gapMeters: number | null,
): 'inside' | 'outside' | 'not-known' {
  const secret = victimAddresses?.filter(({ isSecret }) => isSecret) ?? []
  const shape = compileBan(ban)
  if (shape !== null && secret.length > 0) {
    const isInside = secret.every(({ longitude, latitude }) =>
      containsPosition(shape, longitude, latitude),
    )
    return isInside ? 'inside' : 'outside'
  }
  if (ban.kind !== 'circle' || gapMeters === null) return 'not-known'
  return gapMeters < ban.radiusMeters ? 'inside' : 'outside'
}

function judgeNear(base: CheckBase, metersMin: number): EnforceabilityCheck {
  return judged(
    base,
    'red',
    'judgement',
    `The middle of the ban is less than ${metersMin} m from a secret address: whoever reads it can find the victim.`,
    `Het midden van het gebied ligt minder dan ${metersMin} m van een geheim adres: wie het leest, kan het slachtoffer vinden.`,
  )
}

/** Among how many houses somebody would have to look who knows in which part of the ban. */
function judgeCandidates(
  proposal: EnforceabilityProposal,
  map: StreetMap | null,
  base: CheckBase,
  { hiddenAmongAddressCountMin }: Limits,
): EnforceabilityCheck {
  const { count, isWhole, isCut } =
    map === null ? nowhere : countCandidates(proposal, map, hiddenAmongAddressCountMin)
  if (map !== null && count === 0) {
    // No house numbers in the data are no sign that nobody lives there, nor that many do.
    return unknown(
      base,
      'judgement',
      'The map knows no house numbers here, so among how many doors the address is hidden is not known.',
      'De kaart kent hier geen huisnummers, dus tussen hoeveel deuren het adres schuilgaat, is niet bekend.',
    )
  }
  if (count === 0) {
    return unknown(
      base,
      'judgement',
      'The middle of the ban does not point to the secret address; among how many doors it is hidden is not known without a map.',
      'Het midden van het gebied wijst niet naar het geheime adres; tussen hoeveel deuren het schuilgaat, is zonder kaart niet bekend.',
    )
  }
  if (!isWhole && count < hiddenAmongAddressCountMin) return notCountedFarther(base, count)
  const shown = { ...base, value: count, threshold: hiddenAmongAddressCountMin, unit: 'addresses' }
  const hasParts = proposal.ban.kind === 'polygon' && splitParts(proposal.ban.geometry).length > 1
  const area = hasParts
    ? { en: 'part of the ban that holds it', nl: 'deel van het gebied waarin het ligt' }
    : { en: 'ban', nl: 'gebied' }
  return count < hiddenAmongAddressCountMin
    ? judged(
        shown,
        'red',
        'judgement',
        `The ${area.en} holds only ${count} addresses${isCut ? narrow.en : ''}: whoever reads it has few to look at.`,
        `Het ${area.nl} bevat maar ${count} adressen${isCut ? narrow.nl : ''}: wie het leest, hoeft er weinig langs te gaan.`,
      )
    : judged(
        shown,
        'green',
        'judgement',
        `The secret address is one of ${isWhole ? '' : 'at least '}${count} in the ${area.en}, and not in its middle.`,
        `Het geheime adres is een van ${isWhole ? '' : 'ten minste '}${count} in het ${area.nl}, en ligt niet in het midden.`,
      )
}

const narrow = {
  en: ' up to where it is narrower than 50 m',
  nl: ' tot waar het smaller is dan 50 m',
}

/** Few doors as far as was counted, and the ban goes on beyond. */
function notCountedFarther(base: CheckBase, count: number): EnforceabilityCheck {
  return unknown(
    base,
    'judgement',
    `About the secret address there are only ${count} addresses as far as was counted, and the ban goes on: among how many doors it is hidden is not known.`,
    `Rond het geheime adres zijn er maar ${count} adressen, zover is geteld, en het gebied gaat verder: tussen hoeveel deuren het schuilgaat, is niet bekend.`,
  )
}

/**
 * Of each secret address in its part of the ban, and the fewest: a part in another town adds no
 * door to the ones where somebody would look. Without an address all of the ban, which has one part
 * where E9 gets so far.
 */
function countCandidates(
  { ban, victimAddresses }: EnforceabilityProposal,
  map: StreetMap,
  countMin: number,
): Candidates {
  const shape = compileBan(ban)
  const secret = (victimAddresses?.filter(({ isSecret }) => isSecret) ?? []).toSorted(
    // From where too large a region is looked at may not depend on who was named first.
    (one, other) => one.longitude - other.longitude || one.latitude - other.latitude,
  )
  if (shape === null) return nowhere
  if (secret.length === 0) return { ...nowhere, count: countAddresses(map, shape) }
  const shapes =
    ban.kind === 'polygon' ? splitParts(ban.geometry).map((part) => compilePolygon(part)) : [shape]
  const found: HiddenAmong[] = []
  let isAnyUnknown = false
  for (const shape of shapes) {
    const doors = secret.filter((door) => containsPosition(shape, door.longitude, door.latitude))
    if (doors.length === 0) continue
    const part = countPart(map, shape)
    if (part.allCount === 0) isAnyUnknown = true
    else pushAll(found, countOfDoors(part, doors, { found, countMin }))
  }
  const least = leastOf(found, countMin) ?? nowhere
  // A part without house numbers may hide nobody: it is no reason to be green for another one.
  return least.count >= countMin && isAnyUnknown ? nowhere : least
}

function countOfDoors(
  part: CountedPart,
  doors: readonly Place[],
  { found, countMin }: { readonly found: readonly HiddenAmong[]; readonly countMin: number },
): readonly HiddenAmong[] {
  const here: HiddenAmong[] = []
  for (const hidden of doors) {
    const fewest = leastOf([...found, ...here], countMin)
    const leastCount = isRed(fewest, countMin) ? fewest.count : countMin
    here.push(countHiddenAmong(part, { hidden, enoughCount: countMin, leastCount }))
  }
  return here
}

/**
 * One that is known to be among too few decides before one of which not all was counted. Of two
 * among as many the one with more to say of it, whichever was named first.
 */
function leastOf(found: readonly HiddenAmong[], countMin: number): HiddenAmong | undefined {
  const red = found.filter((one) => isRed(one, countMin))
  return (red.length > 0 ? red : found).toSorted(
    (one, other) =>
      one.count - other.count ||
      Number(one.isWhole) - Number(other.isWhole) ||
      Number(other.isCut) - Number(one.isCut),
  )[0]
}

function isRed(one: HiddenAmong | undefined, countMin: number): one is HiddenAmong {
  return one !== undefined && one.isWhole && one.count < countMin
}

type Candidates = Pick<HiddenAmong, 'count' | 'isWhole' | 'isCut'>

const nowhere = { count: 0, isWhole: true, isCut: false } as const

function nearestSecret({ ban, victimAddresses }: EnforceabilityProposal): number | null {
  let least: number | null = null
  for (const centre of centresOfBan(ban)) {
    for (const address of victimAddresses ?? []) {
      if (address.isSecret) least = leastKnown(least, metersBetween(centre, address))
    }
  }
  return least
}

/** Secret if anything says so; null where nothing was said. */
function isAnySecret({ victimAddressSecret, victimAddresses }: EnforceabilityProposal) {
  if (victimAddresses?.some(({ isSecret }) => isSecret) === true) return true
  if (victimAddressSecret !== null) return victimAddressSecret
  return victimAddresses === null || victimAddresses.length === 0 ? null : false
}

function leastKnown(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}
