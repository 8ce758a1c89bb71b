import type { AlertDraft, Effect, SeenAgain } from '../model/alert.ts'
import { tellCause } from '../model/alert-kinds/repeat-sentences.ts'
import type { Limits } from '../model/limits.ts'
import type { Unknown } from './unknown-position.ts'
import type { WatchedPerson } from './watch-state.ts'

/**
 * The position is lost once more while the approach, or the rest in it, goes on in which somebody
 * was called for that: one trouble. The alert of that call is told again, and has to be answered
 * again; ten of them in one night would be ten rows about one receiver in one house.
 */
export function findLostAgain(
  { calledOut }: WatchedPerson,
  { situation, priority, isDisputed, isJumping }: Unknown,
  limits: Limits,
  nowMs: number,
): string | null {
  const { restSinceMs, openSinceMs, isInOpenApproach, fault } = situation
  if (priority !== 'P2' || isDisputed || isJumping) return null
  if (calledOut === null || !isInOpenApproach || fault !== null) return null
  const isSince = (ms: number | null): boolean => ms !== null && ms <= calledOut.atMs
  if (!isSince(restSinceMs) && !isSince(openSinceMs)) return null
  return nowMs - calledOut.atMs <= limits.quietMsMax ? calledOut.alertId : null
}

/** With the sentence of the alert that it would have been by itself. */
export function tellLostAgain(
  person: WatchedPerson,
  alertId: string,
  { reason, occurredAtMs }: AlertDraft,
  isUnclear: boolean,
  nowMs: number,
): Effect {
  const alert = { alertId, priority: 'P2', isUnclearTold: isUnclear } as const
  person.unreliable = { ...alert, lastingSinceMs: null }
  const revision: SeenAgain = {
    kind: 'repeated',
    cause: 'lost-again',
    recordedAtMs: occurredAtMs,
    notSeenSinceMs: null,
    distanceMeters: null,
    probability: null,
    late: false,
    reason: `${reason} ${tellCause('lost-again', null).english}`,
    isCall: true,
  }
  return { type: 'alert-revised', alertId, revision, learnedAtMs: nowMs }
}
