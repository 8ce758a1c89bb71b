import type { z } from 'zod'
import type { FixedAddress, LocationBan, ProtectionOrder } from '../../core/model/registry.ts'
import type { ProtectionOrderRecord } from '../../store/registry/protection-orders.ts'
import type { Advisory } from '../orders/order-body.ts'
import { formatInstant } from '../../schemas/common.ts'
import type { protectionOrderSchema } from '../../schemas/protection-order-answer.ts'

/**
 * An order as it is shown. Where the victim can be found is part of it only for somebody who may see that; else
 * null, which no write accepts, so that an answer sent back cannot erase what it kept back.
 */
export function orderAnswer(
  record: ProtectionOrderRecord,
  advisories: readonly Advisory[],
  fixedAddressAccess: FixedAddressAccess,
): z.output<typeof protectionOrderSchema> {
  const { order } = record
  const isShown = (addresses: readonly FixedAddress[]): boolean =>
    addresses.length === 0 || fixedAddressAccess === 'shown'
  return {
    id: order.id,
    version: order.version,
    status: order.status,
    reference: order.reference,
    legalBasis: order.legalBasis,
    offenderId: order.offenderId,
    validFrom: formatInstant(order.validFromMs),
    validUntil: formatInstant(order.validUntilMs),
    locationBans: order.locationBans.map(locationBanAnswer),
    proximityBans: order.proximityBans.map(
      ({ id, victimId, separationMeters, approachMeters, fixedAddresses = [] }) => ({
        id,
        victimId,
        separationMeters,
        approachMeters,
        fixedAddresses: isShown(fixedAddresses)
          ? fixedAddresses.map((address) => ({ ...address }))
          : null,
      }),
    ),
    escalation: order.escalation === null ? null : order.escalation.map((step) => ({ ...step })),
    createdAt: formatInstant(record.createdAtMs),
    changedAt: formatInstant(record.changedAtMs),
    advisories: [...advisories],
  }
}

/** `shown` to whoever just sent them, and to a supervisor whose reading is on record. */
export type FixedAddressAccess = 'shown' | 'kept-back'

/** The victims whose fixed addresses an order holds. */
export function victimsWithFixedAddresses({ proximityBans }: ProtectionOrder): readonly string[] {
  return proximityBans
    .filter(({ fixedAddresses = [] }) => fixedAddresses.length > 0)
    .map(({ victimId }) => victimId)
}

/** What `If-Match` is compared with: the version is all that changes. */
export function orderTag(version: number): string {
  return `"${version}"`
}

/** All positions are longitude and latitude in WGS 84 (ADR-GEO, content-crs-response-header). */
export const contentCrs = '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>'

function locationBanAnswer(ban: LocationBan) {
  const { area } = ban
  return {
    id: ban.id,
    label: ban.label,
    ...(area.type === 'geometry'
      ? { geometry: area.geometry }
      : {
          circle: {
            longitude: area.longitude,
            latitude: area.latitude,
            radiusMeters: area.radiusMeters,
          },
        }),
    approachMeters: ban.approachMeters,
    schedule:
      ban.schedule === null
        ? null
        : {
            timeZone: ban.schedule.timeZone,
            weekly:
              ban.schedule.weekly === null
                ? null
                : ban.schedule.weekly.map((window) => ({ ...window, days: [...window.days] })),
            exceptions: ban.schedule.exceptions.map(({ fromMs, untilMs, reason }) => ({
              from: formatInstant(fromMs),
              until: formatInstant(untilMs),
              reason,
            })),
          },
  }
}
