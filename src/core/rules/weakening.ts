import { polygonCovers, type Effort } from '../../../geo/polygon-cover.ts'
import type { AlertPriority } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'
import { orderTypes } from '../model/order-terms.ts'
import type { Answer } from '../model/recall.ts'
import type {
  BanArea,
  ChosenRisk,
  EscalationStep,
  FixedAddress,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
} from '../model/registry.ts'
import { minuteMs } from '../model/units.ts'
import { isGrownBeyondBand } from './grown-area.ts'
import { scheduleCovers } from './schedule-cover.ts'

/**
 * In what a change of an order may make an alert later, or absent. Empty is a proof that it cannot:
 * whatever was in force still is, about as large a place, for as long, and calls the same people as
 * soon. What cannot be shown counts as weakening, also what this program does not know yet.
 */
export function findWeakenings(before: ProtectionOrder, after: ProtectionOrder): Weakening[] {
  const found = new Set<Weakening>()
  const effort = { left: edgesMax }
  const note = (code: Weakening, isWeaker: boolean): void => void (isWeaker && found.add(code))
  note('suspended', before.status === 'active' && after.status === 'suspended')
  note('ended', before.status !== 'ended' && after.status === 'ended')
  note('other-offender', before.offenderId !== after.offenderId)
  note('starts-later', after.validFromMs > before.validFromMs)
  note('ends-earlier', after.validUntilMs < before.validUntilMs)
  note('called-otherwise', isLadderWeaker(before.escalation, after.escalation))
  note('end-told-otherwise', endingOf(before) !== endingOf(after))
  note('condition-removed', isConditionGone(before, after))
  note('risk-lowered', isRiskLower(before.risk, after.risk))
  note('unknown-change', hasOtherChange(before, after, orderFields))
  for (const ban of before.locationBans) {
    const next = after.locationBans.find((one) => one.id === ban.id)
    note('ban-removed', next === undefined)
    if (next !== undefined) findWeakeningsOfBan(ban, next, { note, effort })
  }
  for (const ban of before.proximityBans) {
    const next = after.proximityBans.find((one) => one.id === ban.id)
    note('ban-removed', next === undefined)
    if (next !== undefined) findWeakeningsOfPair(ban, next, note)
  }
  return [...found]
}

export type Weakening =
  | 'suspended'
  | 'ended'
  | 'other-offender'
  | 'starts-later'
  | 'ends-earlier'
  | 'called-otherwise'
  | 'end-told-otherwise'
  | 'risk-lowered'
  | 'condition-removed'
  | 'ban-removed'
  | 'area-smaller'
  /** Too large to be compared with what was there while others wait. */
  | 'area-not-compared'
  /** Somebody far from what was banned may be in it now, all the time: see `isGrownBeyondBand`. */
  | 'grown-beyond-band'
  | 'approach-narrower'
  | 'schedule-narrower'
  | 'other-victim'
  | 'separation-smaller'
  | 'address-removed'
  | 'unknown-change'

/**
 * What protects more, and yet may keep a call from coming: somebody who is about the added place
 * all the time, or between the old band and the new one, is told as going on and not anew.
 */
export function findDoubts(before: ProtectionOrder, after: ProtectionOrder): Doubt[] {
  const found = new Set<Doubt>()
  const banBefore = new Map(
    [...before.locationBans, ...before.proximityBans].map((ban) => [ban.id, ban]),
  )
  for (const ban of [...after.locationBans, ...after.proximityBans]) {
    const was = banBefore.get(ban.id)
    if (was !== undefined && ban.approachMeters > was.approachMeters) found.add('approach-wider')
  }
  for (const { id, fixedAddresses = [] } of after.proximityBans) {
    const was = before.proximityBans.find((one) => one.id === id)
    const known = was?.fixedAddresses ?? []
    const isAdded = fixedAddresses.some(
      (place) => !known.some((other) => circleCovers(other, place)),
    )
    if (was !== undefined && isAdded) found.add('address-added')
  }
  return [...found]
}

export type Doubt = 'approach-wider' | 'address-added'

function isConditionGone(before: ProtectionOrder, after: ProtectionOrder): boolean {
  const left = after.conditions ?? []
  return (before.conditions ?? []).some((one) => !left.includes(one))
}

/**
 * Whether somebody may be called later by the one ladder than by the other, or not at all: unless
 * every step stays. An order without a ladder of its own follows the organisation's, and one with
 * its own does not follow what is added to that.
 */
export function isLadderWeaker(
  before: readonly EscalationStep[] | null,
  after: readonly EscalationStep[] | null,
): boolean {
  if (before === null || after === null) return before !== after
  const left = after.map(writeStep)
  return before.map(writeStep).some((step) => {
    const place = left.indexOf(step)
    if (place >= 0) left.splice(place, 1)
    return place < 0
  })
}

/**
 * Whether a case is watched less by the one than by the other in any of it: each term only adds to
 * none at all. Of two sets of steps nobody can say which is kinder, but for the one that calls the
 * police at once.
 */
function isRiskLower(before: ChosenRisk | undefined, after: ChosenRisk | undefined): boolean {
  const isLater = (name: 'reportIntervalSeconds' | 'recallMinutesMax'): boolean =>
    (after?.[name] ?? Infinity) > (before?.[name] ?? Infinity)
  const [was, is] = [before?.protocol ?? null, after?.protocol ?? null]
  return (
    isLater('reportIntervalSeconds') ||
    isLater('recallMinutesMax') ||
    isLadderWeaker(before?.alsoCalled ?? [], after?.alsoCalled ?? []) ||
    (was !== is && is !== 'high-risk')
  )
}

/**
 * Whether an answer keeps an alert from people for long, or takes a grave one for none: it comes
 * back late (shelved, or permitted), or never, as a P1 that is closed as a test.
 */
export function isAnswerWeakening(
  { priority }: { readonly priority: AlertPriority },
  answer: Pick<Answer, 'outcome' | 'recallAfterMinutes' | 'permittedUntilMs' | 'nowMs'>,
  { recallMinutesMax }: Limits,
): boolean {
  const { outcome, recallAfterMinutes, permittedUntilMs, nowMs } = answer
  if (priority === 'P1' && outcome === 'test') return true
  if ((recallAfterMinutes ?? 0) > recallMinutesMax) return true
  return permittedUntilMs !== null && permittedUntilMs > nowMs + recallMinutesMax * minuteMs
}

/** Of all areas of an order together: a third of a second at most. */
const edgesMax = 1_000_000

type Note = (code: Weakening, isWeaker: boolean) => void

function findWeakeningsOfBan(
  before: LocationBan,
  after: LocationBan,
  { note, effort }: { readonly note: Note; readonly effort: Effort },
): void {
  if (!areaCovers(after.area, before.area, effort)) {
    note(effort.left < 0 ? 'area-not-compared' : 'area-smaller', true)
  }
  note('grown-beyond-band', isGrownBeyondBand(before, after, effort))
  note('area-not-compared', effort.left < 0)
  note('approach-narrower', after.approachMeters < before.approachMeters)
  note('schedule-narrower', !scheduleCovers(after.schedule, before.schedule))
  note('unknown-change', hasOtherChange(before, after, banFields))
}

function findWeakeningsOfPair(before: ProximityBan, after: ProximityBan, note: Note): void {
  note('other-victim', after.victimId !== before.victimId)
  note('separation-smaller', after.separationMeters < before.separationMeters)
  note('grown-beyond-band', after.separationMeters > before.approachMeters)
  note('approach-narrower', after.approachMeters < before.approachMeters)
  const places = after.fixedAddresses ?? []
  note(
    'address-removed',
    !(before.fixedAddresses ?? []).every((place) =>
      places.some((other) => circleCovers(other, place)),
    ),
  )
  note('unknown-change', hasOtherChange(before, after, pairFields))
}

function circleCovers(outer: Circle, inner: Circle): boolean {
  return (
    outer.longitude === inner.longitude &&
    outer.latitude === inner.latitude &&
    outer.radiusMeters >= inner.radiusMeters
  )
}

type Circle = Pick<FixedAddress, 'longitude' | 'latitude' | 'radiusMeters'>

/** A circle grows about its middle; a polygon lies in one of those that are asked for now. */
function areaCovers(outer: BanArea, inner: BanArea, effort: Effort): boolean {
  if (outer === inner) return true
  if (outer.type === 'circle' || inner.type === 'circle') {
    return outer.type === 'circle' && inner.type === 'circle' && circleCovers(outer, inner)
  }
  const parts = partsOf(outer)
  return partsOf(inner).every((part) => parts.some((other) => polygonCovers(other, part, effort)))
}

function partsOf({ geometry }: Extract<BanArea, { type: 'geometry' }>) {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
}

function writeStep({ afterSeconds, target }: EscalationStep): string {
  return `${target} ${afterSeconds}`
}

function endingOf({ legalBasis }: ProtectionOrder): string {
  return orderTypes[legalBasis].endingSteps
}

/** In a field that is not looked at above, as one that a newer program adds. */
function hasOtherChange(before: object, after: object, known: readonly string[]): boolean {
  const write = (fields: object): string =>
    JSON.stringify(
      Object.entries(fields)
        .filter(([name]) => !known.includes(name))
        .toSorted(([one], [other]) => one.localeCompare(other)),
    )
  return write(before) !== write(after)
}

const orderFields = [
  'id',
  'version',
  'reference',
  'legalBasis',
  'offenderId',
  'validFromMs',
  'validUntilMs',
  'status',
  'locationBans',
  'proximityBans',
  'escalation',
  'conditions',
  'risk',
] as const satisfies readonly (keyof ProtectionOrder)[]

const banFields = [
  'id',
  'label',
  'area',
  'approachMeters',
  'schedule',
] as const satisfies readonly (keyof LocationBan)[]

const pairFields = [
  'id',
  'victimId',
  'separationMeters',
  'approachMeters',
  'fixedAddresses',
] as const satisfies readonly (keyof ProximityBan)[]
