import type { Limits } from '../model/limits.ts'
import { readNumber } from '../model/number-slab.ts'
import { dossierRow } from './quiet-rows.ts'

/**
 * A report that was held up says where somebody was, and newer ones come behind it: what the clock
 * finds by it waits until they have been read, or a minute. True where this is the first of now. By
 * numbers (`at` is the row of the dossier), as a quiet fix may be held up too, and an order that is
 * changed next may begin a ban.
 */
export function noteHeldUp(
  numbers: Float64Array,
  at: number,
  { recordedAtMs, receivedAtMs }: Moments,
  limits: Limits,
): boolean {
  if (receivedAtMs - recordedAtMs <= limits.clockSpreadMsMax) {
    // Hot path: nothing is held up, and this is of now.
    const isFirst = numbers[at + dossierRow.heldUpNewestMs] !== 0
    numbers[at + dossierRow.heldUpNewestMs] = 0
    return isFirst
  }
  const isOn = receivedAtMs < findBatchEndMs(numbers, at, limits)
  if (!isOn) numbers[at + dossierRow.heldUpFirstMs] = receivedAtMs
  numbers[at + dossierRow.heldUpNewestMs] = receivedAtMs
  return false
}

/** Until when newer ones are waited for; -Infinity: for none. */
export function findBatchEndMs(
  numbers: Float64Array,
  at: number,
  { situationPollMs, troublePollMs }: Limits,
): number {
  const newestMs = readNumber(numbers, at + dossierRow.heldUpNewestMs)
  if (newestMs === 0) return -Infinity
  const firstMs = readNumber(numbers, at + dossierRow.heldUpFirstMs)
  return Math.min(newestMs + situationPollMs, firstMs + troublePollMs)
}

type Moments = { readonly recordedAtMs: number; readonly receivedAtMs: number }
