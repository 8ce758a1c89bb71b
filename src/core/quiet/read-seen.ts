import type { CaseFix } from '../fixes/case-fix.ts'
import { readNumber } from '../model/number-slab.ts'
import { personRow } from './quiet-rows.ts'
import type { Trail } from './trail.ts'
import { rowOf } from './trail.ts'

/** Where and when, while the numbers are those of now; null where it takes the state to know. */
export function readLastSeen(trail: Trail, personSlot: number): LastSeen | null {
  if (personSlot >= trail.personCount) return null
  const { numbers } = trail.quiet.slab
  const at = rowOf(trail, personSlot)
  if (numbers[at + personRow.isSeen] !== 1) return null
  return {
    recordedAtMs: readNumber(numbers, at + personRow.recordedAtMs),
    longitude: readNumber(numbers, at + personRow.longitude),
    latitude: readNumber(numbers, at + personRow.latitude),
    accuracyMeters: readNumber(numbers, at + personRow.accuracyMeters),
  }
}

export type LastSeen = Pick<CaseFix, 'recordedAtMs' | 'longitude' | 'latitude' | 'accuracyMeters'>

/**
 * When this person was last seen, while nothing but that, and what goes on, is to be said of where;
 * NaN where it takes the state to know. No quiet fix changes any of it but the moment.
 */
export function readSeenMs(trail: Trail, personSlot: number): number {
  if (personSlot >= trail.personCount) return Number.NaN
  const { numbers } = trail.quiet.slab
  const at = rowOf(trail, personSlot)
  const isKnown = numbers[at + personRow.isSeen] === 1 && numbers[at + personRow.isClear] === 1
  return isKnown ? readNumber(numbers, at + personRow.recordedAtMs) : Number.NaN
}
