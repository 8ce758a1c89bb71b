import type { CaseFix } from '../fixes/case-fix.ts'
import type { Limits } from '../model/limits.ts'
import { weekMs } from '../model/units.ts'

/**
 * Recorded, by its own word, 1,024 weeks before or after we received it, give or take how late an
 * upload may be: the week counter of the receiver wrapped round. Intake refuses these; here they
 * are kept from moving anything.
 */
export function isWeekRollover(fix: CaseFix, limits: Limits): boolean {
  const offMs = Math.abs(fix.receivedAtMs - fix.recordedAtMs)
  // Hot path: nothing is so late.
  return offMs > limits.fixAgeMsMax && Math.abs(offMs - rolloverMs) <= limits.fixAgeMsMax
}

/** Ten bits of weeks. */
const rolloverMs = 1024 * weekMs
