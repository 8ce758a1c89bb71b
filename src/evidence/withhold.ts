import type { AlertIds } from '../core/model/alert.ts'
import type { LocationBan, ProtectionOrder } from '../core/model/registry.ts'
import type { OrderVersion } from '../store/alerts/evidence-rows.ts'

/**
 * A version of an order without the places that the alert is not about: fixed addresses only of the
 * protected person whom it names, none of anybody where it is about an area, and only that area.
 * Which areas are about a home is written nowhere, so that every other one may be.
 */
export function withholdPlaces({ body, ...version }: OrderVersion, alert: AlertIds): ShownVersion {
  const withheld: string[] = []
  const locationBans = body.locationBans.map((ban, index) => {
    if (ban.id === alert.locationBanId) return ban
    withheld.push(`/locationBans/${index}/area`)
    return { ...ban, area: null }
  })
  const proximityBans = body.proximityBans.map(({ fixedAddresses, ...ban }, index) => {
    if (fixedAddresses === undefined) return ban
    if (alert.locationBanId === null && ban.victimId === alert.victimId) {
      return { ...ban, fixedAddresses }
    }
    withheld.push(`/proximityBans/${index}/fixedAddresses`)
    return ban
  })
  return { ...version, body: { ...body, locationBans, proximityBans }, withheld }
}

export type ShownVersion = Omit<OrderVersion, 'body'> & {
  readonly body: Omit<ProtectionOrder, 'locationBans'> & {
    readonly locationBans: readonly (Omit<LocationBan, 'area'> & {
      readonly area: LocationBan['area'] | null
    })[]
  }
  /** Where in the body something was left out. */
  readonly withheld: readonly string[]
}
