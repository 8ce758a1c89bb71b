import type { Effect } from '../model/alert.ts'
import { tellAlert } from '../model/alert-kinds/alert-kinds.ts'
import type { ProtectionOrder, ProximityBan } from '../model/registry.ts'
import { raisePriority } from './draft-alert.ts'
import { findFreshnessMs } from './judge-side.ts'
import type { UnclearPair } from './situation.ts'
import type { Watch, WatchedPair } from './watch-state.ts'
import { ensurePerson } from './watch-state.ts'

/**
 * Both are seen, and for so long nothing but positions too coarse to say whether they keep the
 * distance. Null when not. Once told it is over when better positions say so, not when none come.
 */
export function findUnclearPair(
  watch: Watch,
  { degraded }: Pick<WatchedPair, 'degraded'>,
  order: ProtectionOrder,
  ban: ProximityBan,
  nowMs: number,
): UnclearPair | null {
  const found = watch
    .findSituation(order.offenderId)
    .unclearPairs.find(
      ({ protectionOrderId, proximityBanId }) =>
        protectionOrderId === order.id && proximityBanId === ban.id,
    )
  if (found === undefined) return null
  if (degraded?.isUnclearTold === true) return found
  const devices = [order.offenderId, ban.victimId]
    .flatMap((personId) => ensurePerson(watch, personId).deviceIds)
    .map((deviceId) => watch.devices.get(deviceId))
    .filter((device) => device !== undefined)
  const isRecent = nowMs - found.lastMs <= findFreshnessMs(watch, devices)
  return found.isLasting && isRecent ? found : null
}

/** That one of them is not seen was told before; that both are, and it is unclear, is told once. */
export function tellUnclearPair(pair: WatchedPair, isListed: boolean, nowMs: number): Effect[] {
  const { degraded } = pair
  if (degraded === null) return []
  degraded.isUnclearTold = true
  if (degraded.priority !== 'P3' || isListed) return []
  degraded.priority = 'P2'
  const reason = tellAlert('protection-degraded', { isDistanceUnclear: true })
  return [raisePriority(degraded.alertId, 'P2', reason, nowMs)]
}
