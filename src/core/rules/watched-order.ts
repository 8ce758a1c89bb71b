import type { Limits } from '../model/limits.ts'
import type { LocationBan, ProtectionOrder, RegistryChange, RiskTerms } from '../model/registry.ts'

import { shareAreas } from './shared-areas.ts'

/**
 * The order as it is watched: with the bands that the risk profile of its case asks for. What is
 * stored stays as the court said it; each version names the profile that it was watched by, so what
 * was judged then is judged by it again.
 */
export function asWatched(order: ProtectionOrder): ProtectionOrder {
  const leastMeters = order.risk?.approachMetersMin ?? 0
  if (leastMeters === 0) return order
  const widen = (ban: LocationBan): LocationBan => {
    return { ...ban, approachMeters: Math.max(ban.approachMeters, leastMeters) }
  }
  const proximityBans = order.proximityBans.map((ban) => {
    const meters = ban.separationMeters + leastMeters
    return { ...ban, approachMeters: Math.max(ban.approachMeters, meters) }
  })
  let known: readonly LocationBan[] | null = null
  // Read when they are first asked for, as areas are nearly all of what there is.
  const locationBans = {
    enumerable: true,
    configurable: true,
    get: () => (known ??= order.locationBans.map(widen)),
  }
  const { locationBans: _unread, ...own } = Object.getOwnPropertyDescriptors(order)
  const terms = Object.defineProperties({}, { ...own, locationBans }) as ProtectionOrder
  return Object.assign(terms, { proximityBans })
}

/** As detection takes it in: its areas are kept once for all orders. */
export function watchedChange(change: RegistryChange): RegistryChange {
  if (change.type !== 'protection-order') return change
  return { ...change, protectionOrder: asWatched(shareAreas(change.protectionOrder)) }
}

/** By what an answer to an alert of such a case is held. */
export function limitsUnder(risk: Pick<RiskTerms, 'recallMinutesMax'> | null, limits: Limits) {
  const most = risk?.recallMinutesMax ?? Infinity
  return {
    ...limits,
    recallMinutes: Math.min(limits.recallMinutes, most),
    recallMinutesMax: Math.min(limits.recallMinutesMax, most),
  }
}
