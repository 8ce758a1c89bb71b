import type { Side } from './judge-side.ts'
import type { Situation } from './situation.ts'

/** What an alert about a position that is not known is drafted from. */
export type Unknown = {
  readonly side: Side
  readonly situation: Situation
  readonly priority: 'P2' | 'P3'
  readonly isUnclear: boolean
  /** Seen, and the networks of the device say otherwise. */
  readonly isDisputed: boolean
  /** Seen, by a device that has jumped so often today that any of its positions may be true. */
  readonly isJumping: boolean
}

/** By its name in the evidence, by which it is told; null while it is only not seen. */
export function nameFault(unknown: Omit<Unknown, 'side'>): string | null {
  const { situation, isUnclear, isDisputed, isJumping } = unknown
  if (isUnclear) return 'unclear-in-ban'
  if (isDisputed) return 'disputed-in-ban'
  if (isJumping) return 'jumping-often'
  return situation.fault
}

/** What was told and has become graver since. */
export function tellGraver(priority: 'P2' | 'P3'): string {
  if (priority === 'P2') {
    return 'Still no position is believed, and an approach or breach of the wearer is open, or was being made when last seen, or the device is in two places at once.'
  }
  return 'Still no position is believed, and its wearer may be near a ban by now: it was listed first, and has not passed by itself.'
}

/** Since when that is so. */
export function findSinceMs(unknown: Unknown, nowMs: number): number {
  const { side, situation, isUnclear, isDisputed, isJumping } = unknown
  if (isUnclear) return situation.unclear?.sinceMs ?? nowMs
  if (isDisputed) return situation.disputed?.sinceMs ?? nowMs
  if (isJumping) return situation.jumps?.sinceMs ?? nowMs
  return side.sinceMs
}

/** One of the places it gives is near an area or the other person, and so may its wearer be. */
export function isInReach({ isInOpenApproach, isNearDanger }: Situation): boolean {
  return isInOpenApproach || isNearDanger === true
}

/** Seen or not, there is something to say of where this person is. */
export function isUncertain({ unclear, unclearPairs, disputed, jumps }: Situation): boolean {
  return unclear !== null || unclearPairs.length > 0 || disputed !== null || jumps !== null
}
