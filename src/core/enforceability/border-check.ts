import type { BanShape } from '../../../geo/ban-shape.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import { containsPosition, signedDistanceMeters } from '../../../geo/containment.ts'
import { distanceMeters } from '../../../geo/distance.ts'
import type { Limits } from '../model/limits.ts'
import { maxOf } from '../model/lists.ts'
import type { Place } from '../roads/points-on-edges.ts'
import type { EnforceabilityCheck } from './check-result.ts'
import { judged, unknown } from './check-result.ts'
import { areasNear, municipalityCode, type NamedArea, type NamedAreas } from './named-areas.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/**
 * In which municipalities the ban, its approach band and the offender's addresses lie: who must act
 * has to be agreed with each. What lies in none may be abroad, or be missing in the file.
 */
export function checkBorders(
  { approachMeters, offenderFixedAddresses }: EnforceabilityProposal,
  shape: BanShape,
  areas: NamedAreas,
  limits: Limits,
): EnforceabilityCheck {
  const band = bandOf(shape, approachMeters, limits)
  if (band.placeCount > limits.borderPlaceCountMax) return tooManyParts()
  const near = areasNear(areas, municipalityCode, band.boxes)
  const places = listPlaces(shape, near, band)
  const inBan = gather(places, near)
  const all = areasNear(areas, municipalityCode, (offenderFixedAddresses ?? []).map(boxOf))
  const ofHis = gather(offenderFixedAddresses ?? [], all)
  const names = [...new Set([...inBan.names, ...ofHis.names])].toSorted()
  const base = { code: 'E12', value: names.join(', '), threshold: 1, unit: 'municipalities' }
  if (inBan.isAnyOutside || ofHis.isAnyOutside) {
    return unknown(
      { ...base, value: names.length === 0 ? null : base.value },
      'judgement',
      'Part of the ban, of its approach band or of the addresses of the offender lies in no municipality that is known: it may lie abroad. Abroad a European protection order is needed.',
      'Een deel van het gebied, van de strook eromheen of van de adressen van de verdachte of veroordeelde ligt in geen gemeente die bekend is: het kan in het buitenland liggen. Daar is een Europees beschermingsbevel nodig.',
    )
  }
  if (names.length === 1 && offenderFixedAddresses === null) {
    return unknown(
      base,
      'judgement',
      `The ban and its approach band lie in one municipality (${base.value}); where the offender lives and works is not known.`,
      `Het gebied en de strook eromheen liggen in één gemeente (${base.value}); waar de verdachte of veroordeelde woont en werkt, is niet bekend.`,
    )
  }
  return names.length > 1
    ? judged(
        base,
        'amber',
        'judgement',
        `The ban, its approach band or the addresses of the offender lie in ${names.length} municipalities (${base.value}): agree with the police of each who acts.`,
        `Het gebied, de strook eromheen of de adressen van de verdachte of veroordeelde liggen in ${names.length} gemeenten (${base.value}): spreek met de politie van elk af wie optreedt.`,
      )
    : judged(
        base,
        'green',
        'judgement',
        `The ban, its approach band and the known addresses of the offender lie in one municipality: ${base.value}.`,
        `Het gebied, de strook eromheen en de bekende adressen van de verdachte of veroordeelde liggen in één gemeente: ${base.value}.`,
      )
}

function tooManyParts(): EnforceabilityCheck {
  return unknown(
    { code: 'E12', value: null, threshold: 1, unit: 'municipalities' },
    'judgement',
    'The ban has so many parts that its municipalities were not looked for.',
    'Het gebied heeft zoveel delen dat niet naar de gemeenten is gekeken.',
  )
}

function gather(places: readonly Place[], near: readonly NamedArea[]) {
  const names = new Set<string>()
  let isAnyOutside = false
  for (const { longitude, latitude } of places) {
    const holding = near.filter(({ shape }) => containsPosition(shape, longitude, latitude))
    if (holding.length === 0) isAnyOutside = true
    for (const { name } of holding) names.add(name)
  }
  return { names, isAnyOutside }
}

/**
 * Places all over the ban and its band and a step beyond, a step apart, and every corner of a
 * municipality that lies there: a strip that is narrower than a step still has its corners.
 */
function listPlaces(shape: BanShape, near: readonly NamedArea[], asked: AskedBand): Place[] {
  const { boxes, outerMeters } = asked
  const places: Place[] = []
  const add = (longitude: number, latitude: number) => {
    if (signedDistanceMeters(shape, longitude, latitude) <= outerMeters) {
      places.push({ longitude, latitude })
    }
  }
  for (const box of boxes) addGrid(box, asked.stepMeters, add)
  for (const { geometry } of near) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
    for (const [longitude = 0, latitude = 0] of polygons.flat(2)) {
      // Rounding may put a corner into none of those that meet there; that says nothing.
      if (isHeld(near, longitude, latitude)) add(longitude, latitude)
    }
  }
  return places
}

type AskedBand = {
  readonly boxes: readonly Box[]
  readonly outerMeters: number
  readonly stepMeters: number
  /** So many places are asked. */
  readonly placeCount: number
}

/** The band and a step more: nothing lies between two places of the grid that none of them sees. */
function bandOf(shape: BanShape, approachMeters: number, limits: Limits): AskedBand {
  const widest = shapeBoxes(shape, approachMeters).map(wideMeters)
  const stepMeters = Math.max(limits.borderStepMeters, maxOf(widest) / limits.borderStepCountMax)
  const outerMeters = approachMeters + stepMeters
  const boxes = shapeBoxes(shape, outerMeters)
  let placeCount = 0
  for (const box of boxes) placeCount += (Math.ceil(wideMeters(box) / stepMeters) + 1) ** 2
  return { boxes, outerMeters, stepMeters, placeCount }
}

function wideMeters({ west, south, east, north }: Box): number {
  return Math.max(
    distanceMeters(west, south, west, north),
    distanceMeters(west, south, east, south),
  )
}

function addGrid(
  box: Box,
  stepMeters: number,
  add: (longitude: number, latitude: number) => void,
): void {
  const { west, south, east, north } = box
  const stepCount = Math.ceil(wideMeters(box) / stepMeters)
  for (let row = 0; row <= stepCount; row++) {
    const latitude = south + ((north - south) * row) / stepCount
    for (let column = 0; column <= stepCount; column++) {
      add(west + ((east - west) * column) / stepCount, latitude)
    }
  }
}

function isHeld(near: readonly NamedArea[], longitude: number, latitude: number): boolean {
  return near.some(({ shape }) => containsPosition(shape, longitude, latitude))
}

function boxOf({ longitude, latitude }: Place) {
  return { west: longitude, east: longitude, south: latitude, north: latitude }
}
