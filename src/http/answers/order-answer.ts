import type { z } from 'zod'
import type { FixedAddress, ProtectionOrder } from '../../core/model/registry.ts'
import type { ProtectionOrderRecord } from '../../store/registry/protection-orders.ts'
import type { Advisory } from '../../schemas/read-order.ts'
import { chosenRiskBodyOf as riskProfileOf } from '../../schemas/risk-profile.ts'
import { formatInstant } from '../../schemas/common.ts'
import { orderBodyOf, type protectionOrderSchema } from '../../schemas/protection-order-answer.ts'

/**
 * An order as it is shown. Fixed addresses and areas are part of it only for somebody who may see
 * them; others get null. Writes refuse null, so sending an answer back cannot erase anything.
 */
export function orderAnswer(
  record: ProtectionOrderRecord,
  advisories: readonly Advisory[],
  access: PlaceAccess,
): z.output<typeof protectionOrderSchema> {
  const body = orderBodyOf(record.order)
  const isShown = (addresses: readonly FixedAddress[]): boolean =>
    addresses.length === 0 || access === 'all'
  return {
    ...body,
    locationBans: access === 'none' ? body.locationBans.map(withoutArea) : body.locationBans,
    proximityBans: body.proximityBans.map((ban) => ({
      ...ban,
      fixedAddresses: isShown(ban.fixedAddresses) ? ban.fixedAddresses : null,
    })),
    createdAt: formatInstant(record.createdAtMs),
    changedAt: formatInstant(record.changedAtMs),
    assessmentId: record.assessmentId,
    conditions: [...(record.order.conditions ?? [])],
    riskProfile: riskProfileOf(record.order.risk),
    advisories: [...advisories],
  }
}

/**
 * `all` to whoever just sent them, and to a supervisor whose reading is on record; `areas` to an
 * operator who handles an alert of the order; `none` in lists, and to everybody else.
 */
export type PlaceAccess = 'all' | 'areas' | 'none'

/** An area about a home is as good as the address, and which areas are is written nowhere. */
function withoutArea({ id, label, approachMeters, schedule }: BanBody) {
  return { id, label, geometry: null, circle: null, approachMeters, schedule }
}

type BanBody = ReturnType<typeof orderBodyOf>['locationBans'][number]

/** Whose place the areas and addresses of an order give away, or of nobody else, the offender's. */
export function peoplePlacedBy({ offenderId, proximityBans }: ProtectionOrder): readonly string[] {
  const victimIds = proximityBans.map(({ victimId }) => victimId)
  return victimIds.length === 0 ? [offenderId] : [...new Set(victimIds)]
}

/** What `If-Match` is compared with: the version is all that changes. */
export function orderTag(version: number): string {
  return `"${version}"`
}

/** All positions are longitude and latitude in WGS 84 (ADR-GEO, content-crs-response-header). */
export const contentCrs = '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>'
