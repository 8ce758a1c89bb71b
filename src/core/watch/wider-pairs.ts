import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { ordersOfOffender } from '../model/registry-index.ts'
import type { Watch, WatchedPair } from './watch-state.ts'

/** The other bans in force that keep these two people at least as far apart. */
export function listAtLeastAsWide(
  watch: Watch,
  order: ProtectionOrder,
  ban: ProximityBan,
): WatchedPair[] {
  const pairIds = ordersOfOffender(watch.index, order.offenderId).flatMap(
    ({ id }) => watch.orders.get(id)?.pairIds ?? [],
  )
  return pairIds.flatMap((pairId) => {
    const other = watch.pairs.get(pairId)
    if (other === undefined) return []
    if (other.protectionOrderId === order.id && other.proximityBanId === ban.id) return []
    const theirs = watch.index.protectionOrders
      .get(other.protectionOrderId)
      ?.proximityBans.find(({ id }) => id === other.proximityBanId)
    const isSame = theirs?.victimId === ban.victimId
    return isSame && theirs.separationMeters >= ban.separationMeters ? [other] : []
  })
}
