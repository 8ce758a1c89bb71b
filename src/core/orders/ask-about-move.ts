import { compileCircle, compilePolygon } from '../../../geo/ban-shape.ts'
import { metersBetween } from '../../../geo/distance.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { MoveReason, MoveSubject } from '../model/contract-words.ts'
import type { BanArea, ProtectionOrder } from '../model/registry.ts'

/**
 * What a move makes of an order to be asked about: every ban and fixed address that names where
 * somebody lived, or may, as where that was is not known; every ban that a person bound by the
 * order has moved into or beside; and the order itself where it does not reach where somebody
 * protected by it lives now. And who lived with them.
 */
export function askAboutMove(
  order: ProtectionOrder,
  move: Move,
  links: readonly { readonly id: string }[],
): readonly MoveQuestion[] {
  return [
    ...askAboutBans(order, move),
    ...askAboutAddresses(order, move),
    ...askAboutNew(order, move),
    ...links.map(({ id }) => {
      return { about: 'household', because: 'lived-with', subjectId: id, placeIndex: null } as const
    }),
  ]
}

export type Move = {
  readonly personId: string
  readonly oldAddress: MoveAddress | null
  readonly newAddress: MoveAddress | null
}

/** As somebody wrote it, and where it lies if that is known. */
export type MoveAddress = {
  readonly text: string
  readonly longitude: number | null
  readonly latitude: number | null
}

export type MoveQuestion = {
  readonly about: MoveSubject
  readonly because: MoveReason
  /** The ban, or the link; null: the order itself. */
  readonly subjectId: string | null
  /** Of a fixed address: which one of its ban. */
  readonly placeIndex: number | null
}

/**
 * Of a move that is known already, what a later order or version of one is asked: what names the
 * old place, what a person bound by it lives in now, and, in an order that was not asked yet,
 * whether it reaches where somebody lives now. What may name a place that nobody knows is asked
 * once, of what there was then.
 */
export function askAboutKnownMove(
  order: ProtectionOrder,
  move: Move,
  known: {
    /** Nobody has moved since. */
    readonly isNewest: boolean
    /** The order was asked about it before. */
    readonly isAsked: boolean
    /** It was kept a moment ago, and what there is may name a place that nobody knows. */
    readonly isNew: boolean
    /** What of it was asked, by `placeKey`. */
    readonly askedPlaces: ReadonlySet<string>
  },
): readonly MoveQuestion[] {
  const isLater: Readonly<Record<MoveReason, boolean>> = {
    'names-old': true,
    'old-unknown': known.isNew,
    'holds-new': known.isNewest,
    'new-not-protected': known.isNewest && !known.isAsked && move.newAddress !== null,
    'lived-with': false,
  }
  return askAboutMove(order, move, []).filter(
    (question) => isLater[question.because] && !known.askedPlaces.has(placeKey(order, question)),
  )
}

/** Which place a question is about, and in which sense, whatever the ban is called by. */
export function placeKey(order: ProtectionOrder, question: MoveQuestion): string {
  return `${question.because === 'holds-new' ? 'new' : 'old'} ${placeAsked(order, question)}`
}

/**
 * Whether something that was asked about is another place since, or none; of the order, whether it
 * reaches more. How grave a case is, a term or a distance answers no question about a place.
 */
function isPlaceChanged(
  question: MoveQuestion,
  before: ProtectionOrder,
  after: ProtectionOrder,
): boolean {
  const now = placesOf(after)
  if (question.about === 'order') {
    const known = new Set(placesOf(before))
    return now.some((place) => !known.has(place))
  }
  return !now.includes(placeAsked(before, question))
}

/**
 * Whether a change of an order answers a question: that place is another, and the move does not ask
 * the same of the order any more, as far as it is known where they lived or live.
 */
export function isAnsweredByChange(
  question: MoveQuestion,
  move: Move,
  { before, after }: { readonly before: ProtectionOrder; readonly after: ProtectionOrder },
): boolean {
  if (!isPlaceChanged(question, before, after)) return false
  const { about, because, placeIndex, subjectId } = question
  if (because === 'old-unknown') return true
  if (because === 'new-not-protected' && placeOf(move.newAddress) === null) return true
  return !askAboutMove(after, move, []).some(
    (one) =>
      one.about === about &&
      one.because === because &&
      one.subjectId === subjectId &&
      one.placeIndex === placeIndex,
  )
}

function placeAsked(order: ProtectionOrder, question: MoveQuestion): string {
  const { about, placeIndex, subjectId } = question
  if (about === 'location-ban') {
    const ban = order.locationBans.find(({ id }) => id === subjectId)
    return ban === undefined ? `${about} ${subjectId}` : areaKey(ban.area)
  }
  const ban = order.proximityBans.find(({ id }) => id === subjectId)
  const address = ban?.fixedAddresses?.[placeIndex ?? 0]
  if (ban === undefined || address === undefined) return `${about} ${subjectId}`
  return addressKey(ban.victimId, address)
}

function placesOf(order: ProtectionOrder): readonly string[] {
  return [
    ...order.locationBans.map(({ area }) => areaKey(area)),
    ...order.proximityBans.flatMap(({ fixedAddresses = [], victimId }) =>
      fixedAddresses.map((address) => addressKey(victimId, address)),
    ),
  ]
}

function areaKey(area: BanArea): string {
  return area.type === 'circle'
    ? ['circle', area.longitude, area.latitude, area.radiusMeters].join(' ')
    : JSON.stringify([area.geometry.type, area.geometry.coordinates])
}

function addressKey(
  victimId: string,
  { latitude, longitude, radiusMeters }: Place & { readonly radiusMeters: number },
): string {
  return ['address', victimId, longitude, latitude, radiusMeters].join(' ')
}

/** By then somebody has said what follows, or whoever answers for them is asked. */
export const moveAnsweredWithinHours = 24

function askAboutBans(order: ProtectionOrder, move: Move): readonly MoveQuestion[] {
  const isBound = move.personId === order.offenderId
  return order.locationBans.flatMap((ban): MoveQuestion[] => {
    const because =
      whyOld(move.oldAddress, ban.label, (place) => distanceTo(ban.area, place)) ??
      (isBound && isWithin(move.newAddress, ban.area, ban.approachMeters) ? 'holds-new' : null)
    if (because === null) return []
    return [{ about: 'location-ban', because, subjectId: ban.id, placeIndex: null }]
  })
}

function askAboutAddresses(order: ProtectionOrder, move: Move): readonly MoveQuestion[] {
  return order.proximityBans.flatMap((ban) =>
    (ban.fixedAddresses ?? []).flatMap((address, placeIndex): MoveQuestion[] => {
      const because = whyOld(
        move.oldAddress,
        address.label,
        (place) => metersBetween(address, place) - address.radiusMeters,
      )
      if (because === null) return []
      return [{ about: 'fixed-address', because, subjectId: ban.id, placeIndex }]
    }),
  )
}

function askAboutNew(order: ProtectionOrder, move: Move): readonly MoveQuestion[] {
  const own = order.proximityBans.filter(({ victimId }) => victimId === move.personId)
  // An order of areas alone names nobody whom it protects: a move in it of anybody else is hers.
  const isForAreas = order.proximityBans.length === 0 && move.personId !== order.offenderId
  if (own.length === 0 && !isForAreas) return []
  const isReached =
    order.locationBans.some(({ area }) => isWithin(move.newAddress, area, 0)) ||
    own.some(({ fixedAddresses = [] }) =>
      fixedAddresses.some((address) => {
        const place = placeOf(move.newAddress)
        return place !== null && metersBetween(address, place) <= address.radiusMeters
      }),
    )
  if (isReached) return []
  return [{ about: 'order', because: 'new-not-protected', subjectId: null, placeIndex: null }]
}

function whyOld(
  old: MoveAddress | null,
  label: string,
  distanceOf: (place: Place) => number,
): MoveReason | null {
  const place = placeOf(old)
  const text = old?.text.trim().toLowerCase() ?? ''
  if (text !== '' && label.toLowerCase().includes(text)) return 'names-old'
  if (place === null) return 'old-unknown'
  return distanceOf(place) <= besideMeters ? 'names-old' : null
}

function isWithin(address: MoveAddress | null, area: BanArea, bandMeters: number): boolean {
  const place = placeOf(address)
  return place !== null && distanceTo(area, place) <= bandMeters
}

function distanceTo(area: BanArea, { longitude, latitude }: Place): number {
  const shape =
    area.type === 'circle'
      ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
      : compilePolygon(area.geometry)
  return signedDistanceMeters(shape, longitude, latitude)
}

function placeOf(address: MoveAddress | null): Place | null {
  if (address === null || address.longitude === null || address.latitude === null) return null
  return { longitude: address.longitude, latitude: address.latitude }
}

type Place = { readonly longitude: number; readonly latitude: number }

/** An area drawn about a home need not hold the place on the map that stands for its address. */
const besideMeters = 100
