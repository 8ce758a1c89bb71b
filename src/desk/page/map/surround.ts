import type { AlertDetail, Order } from '../net/api.ts'
import type { Framed } from './places-of.ts'
import type { Place } from './projection.ts'
import type { MapFix } from './track.ts'

/**
 * What a map may say of somebody who has no fix on it: the offender of a coarse alert as a square,
 * and the protected person as a band around the offender. It says no more than the kind of the
 * alert and the distances of the order do.
 */
export type Surround = Place & {
  /** The side of the square that the offender was in; null: the fix itself is shown. */
  readonly squareMeters: number | null
  /** How far from there the protected person is; null: it is not known, or they have fixes. */
  readonly band: { readonly innerMeters: number; readonly outerMeters: number } | null
}

/** Null: there is nothing to draw beside what is measured. */
export function surroundOf(
  detail: Pick<AlertDetail, 'distanceBand' | 'proximityBanId' | 'evidence'>,
  order: Pick<Order, 'proximityBans'> | null,
  fixes: readonly MapFix[],
): Surround | null {
  const cell = detail.evidence.offenderArea
  const fix = fixes.findLast(({ role, isBelieved }) => role === 'offender' && isBelieved)
  // From the middle of a square to its corner.
  const unsureMeters = cell === null ? (fix?.accuracyMeters ?? 0) : cell.sizeMeters * Math.SQRT1_2
  const middle = cell ?? fix
  if (middle === undefined) return null
  const { longitude, latitude } = middle
  const squareMeters = cell?.sizeMeters ?? null
  const isHerShown = fixes.some(({ role }) => role === 'victim')
  const band = isHerShown ? null : bandOf(detail, order, unsureMeters)
  return band === null && squareMeters === null ? null : { longitude, latitude, squareMeters, band }
}

function bandOf(
  { distanceBand, proximityBanId }: Parameters<typeof surroundOf>[0],
  order: Parameters<typeof surroundOf>[1],
  unsureMeters: number,
): Surround['band'] {
  const ban = order?.proximityBans.find(({ id }) => id === proximityBanId)
  if (ban === undefined || distanceBand === null) return null
  if (distanceBand === 'within-separation')
    return { innerMeters: 0, outerMeters: ban.separationMeters + unsureMeters }
  return {
    innerMeters: Math.max(0, ban.separationMeters - unsureMeters),
    outerMeters: ban.approachMeters + unsureMeters,
  }
}

/** What the view must hold of it. */
export function frameOf(surround: Surround | null): readonly Framed[] {
  if (surround === null) return []
  const { longitude, latitude, squareMeters, band } = surround
  const aroundMeters = Math.max(band?.outerMeters ?? 0, (squareMeters ?? 0) / 2)
  return [{ longitude, latitude, aroundMeters }]
}
