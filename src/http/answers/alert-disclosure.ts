import type { AlertKind } from '../../core/model/alert.ts'
import { hourOf } from '../../core/model/units.ts'
import type { ApiClientRole } from '../../core/model/contract-words.ts'
import type { AlertDetail, AlertRow } from '../../store/alerts/alerts.ts'
import type { PairStanding } from '../../store/alerts/pair-standing.ts'
import { cellOf, type CoarseCell } from './coarse-cell.ts'

/**
 * Whether an alert is answered whole. Every alert about two people is a circle about the one who is
 * protected, and every alert about an area a place on its border, which may lie about a home:
 * beside the exact place and time of the offender it gives the address away, whatever the distance
 * says. So an operator gets it whole only in the alert of the pair or the area, or the cry for
 * help, that this operator has taken over and not closed; and a list is whole for nobody, as a
 * reading of it is not on record.
 */
export function isShownWhole(standing: PairStanding, viewer: Viewer): boolean {
  if (standing.victimIds.length === 0 && !standing.isOfArea) return true
  if (viewer.place === 'list') return false
  return viewer.role === 'supervisor' || standing.handlerIds.includes(viewer.id)
}

/**
 * Whether the way somebody came is shown. Stricter than the alert itself, also where nobody is at
 * its centre: an hour of exact places, until now, would tell around whom another alert of that hour
 * is a circle.
 */
export function mayFollow(standing: PairStanding, viewer: Viewer): boolean {
  return viewer.role === 'supervisor' || standing.handlerIds.includes(viewer.id)
}

export type Viewer = {
  readonly id: string
  readonly role: ApiClientRole
  readonly place: 'list' | 'detail'
}

/** The same alert without what an address follows from: numbers, exact times, its sentence. */
export function coarsenAlert(alert: AlertRow): AlertRow {
  const isClosed = alert.status === 'closed'
  // Whoever is to answer it goes by how long it waits.
  const answering = isClosed ? hourOf : same
  return {
    ...alert,
    probability: null,
    distanceMeters: null,
    reason:
      sentences[alert.kind] ?? 'See who it is about; the rest is shown to whoever handles it.',
    unsupportedReason:
      alert.unsupportedReason === null ? null : 'With all data now at hand it does not stand.',
    occurredAtMs: hourOf(alert.occurredAtMs),
    learnedAtMs: hourOf(alert.learnedAtMs),
    lastSeenAtMs: hourOf(alert.lastSeenAtMs),
    clearedAtMs: orNull(alert.clearedAtMs, hourOf),
    raisedAtMs: answering(alert.raisedAtMs),
    toldAtMs: answering(alert.toldAtMs),
    acknowledgedAtMs: orNull(alert.acknowledgedAtMs, answering),
    closedAtMs: orNull(alert.closedAtMs, answering),
  }
}

/**
 * The evidence of it: no fix of anybody, no number; of what happened since, what and by whom. Where
 * the offender was told of is a square.
 */
export function coarsenDetail(detail: AlertDetail): CoarseDetail {
  const { evidence, transitions } = detail
  const fix = evidence.fixes.findLast(({ role }) => role === 'offender')
  return {
    detail: {
      alert: coarsenAlert(detail.alert),
      evidence: { ...evidence, facts: {} },
      transitions: transitions.map((transition) => ({
        ...transition,
        atMs: hourOf(transition.atMs),
        detail: null,
      })),
    },
    offenderArea: fix === undefined ? null : cellOf(fix),
  }
}

export type CoarseDetail = {
  readonly detail: AlertDetail
  readonly offenderArea: CoarseCell | null
}

/** As much as the order itself says: within its distance, or on the way there. */
export function distanceBandOf({ kind }: AlertRow): DistanceBand | null {
  if (kind === 'proximity-breach') return 'within-separation'
  return kind === 'proximity-approach' ? 'within-approach' : null
}

type DistanceBand = 'within-separation' | 'within-approach'

function same(atMs: number): number {
  return atMs
}

function orNull(atMs: number | null, change: (atMs: number) => number): number | null {
  return atMs === null ? null : change(atMs)
}

const sentences: Partial<Readonly<Record<AlertKind, string>>> = {
  'location-ban-breach': 'The offender is inside the banned area.',
  'location-ban-approach': 'The offender is near the banned area.',
  'location-ban-passage': 'The way between two sightings leads through the banned area.',
  'proximity-breach': 'The offender and the victim are closer than the order allows.',
  'proximity-approach': 'The offender and the victim are within the approach distance.',
  panic: 'The victim cries for help.',
  'device-tamper': 'A device was opened or its strap was.',
  'device-silent': 'A device is not heard from.',
  'protection-degraded': 'It cannot be said whether the order protects.',
  'position-unreliable': 'Positions of a device cannot be relied on.',
  'battery-low': 'The battery of a device is nearly empty.',
}
