import type { z } from 'zod'
import type { FixedAddress, ProtectionOrder } from '../../core/model/registry.ts'
import type { ProtectionOrderRecord } from '../../store/registry/protection-orders.ts'
import type { Advisory } from '../../schemas/read-order.ts'
import { formatInstant } from '../../schemas/common.ts'
import { orderBodyOf, type protectionOrderSchema } from '../../schemas/protection-order-answer.ts'

/**
 * An order as it is shown. Fixed addresses are part of it only for somebody who may see them;
 * others get null. Writes refuse null, so sending an answer back cannot erase the addresses.
 */
export function orderAnswer(
  record: ProtectionOrderRecord,
  advisories: readonly Advisory[],
  fixedAddressAccess: FixedAddressAccess,
): z.output<typeof protectionOrderSchema> {
  const body = orderBodyOf(record.order)
  const isShown = (addresses: readonly FixedAddress[]): boolean =>
    addresses.length === 0 || fixedAddressAccess === 'shown'
  return {
    ...body,
    proximityBans: body.proximityBans.map((ban) => ({
      ...ban,
      fixedAddresses: isShown(ban.fixedAddresses) ? ban.fixedAddresses : null,
    })),
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
