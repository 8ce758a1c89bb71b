import type { Limits } from '../model/limits.ts'
import type { RiskTerms } from '../model/registry.ts'

/** By what an answer to an alert of such a case is held, one that nobody was called for too. */
export function limitsUnder(risk: Pick<RiskTerms, 'recallMinutesMax'> | null, limits: Limits) {
  const most = risk?.recallMinutesMax ?? Infinity
  return {
    ...limits,
    recallMinutes: Math.min(limits.recallMinutes, most),
    recallMinutesListed: Math.min(limits.recallMinutesListed, most),
    recallMinutesMax: Math.min(limits.recallMinutesMax, most),
  }
}
