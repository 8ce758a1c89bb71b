import type { Dossier } from '../dossier/dossier-state.ts'
import { isLastingDispute } from '../judge/disputed-stay.ts'
import type { RuleState } from '../judge/fold.ts'
import { findStayGapMsMax, isLastingStay } from '../judge/unclear-stay.ts'
import type { Limits } from '../model/limits.ts'
import type { DisputedSituation, UnclearPair, UnclearSituation } from '../watch/situation.ts'

/** The one that has lasted, if any has. */
export function findUnclear({ state, context }: Dossier): UnclearSituation | null {
  let found: UnclearSituation | null = null
  for (const rule of state.bans) {
    if (rule === null) continue
    found = findLasting(rule, context.limits, found)
    if (found?.isLasting === true) return found
  }
  return found
}

function findLasting(
  { unclear }: RuleState,
  limits: Limits,
  before: UnclearSituation | null,
): UnclearSituation | null {
  let found = before
  for (const stay of unclear) {
    const { sinceMs, lastMs, isApproached } = stay
    const isLasting = isLastingStay(stay, limits)
    if (isLasting || found === null) found = { sinceMs, lastMs, isApproached, isLasting }
    if (isLasting) return found
  }
  return found
}

/** Lasting, and not over: one whose device says no more of the area is. */
export function findDisputed({ state, context }: Dossier, nowMs: number): DisputedSituation | null {
  const { limits, confirmWindows } = context
  for (const rule of state.bans) {
    for (const stay of rule?.disputes ?? []) {
      const { deviceSlot, sinceMs, lastMs } = stay
      const last = { deviceSlot, recordedAtMs: lastMs }
      const untilMs = lastMs + findStayGapMsMax(last, confirmWindows, limits)
      if (nowMs <= untilMs && isLastingDispute(stay, limits)) return { sinceMs, untilMs }
    }
  }
  return null
}

export function listUnclearPairs({ state, context }: Dossier): UnclearPair[] {
  return context.pairRules.flatMap(({ slot, orderId, banId }) => {
    const going = state.pairs[slot] ?? null
    const found = going === null ? null : findLasting(going, context.limits, null)
    return found === null ? [] : [{ ...found, protectionOrderId: orderId, proximityBanId: banId }]
  })
}
