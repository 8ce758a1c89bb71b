import type { AlertPriority } from '../model/alert.ts'
import type { Due } from '../model/deadlines.ts'
import type { Limits } from '../model/limits.ts'

/** One receipt of a device: when it came, and the newest moment that it was of. */
export type Receipt = {
  readonly receivedAtMs: number
  readonly recordedAtMs: number
  /** What was recorded up to here may have been stored while the device was not heard. */
  readonly storedUntilMs: number
}

/** Receipts in a row that are all older than the plan explains, by about one amount. */
export type ClockRun = {
  readonly fromMs: number
  readonly firstRecordedMs: number
  readonly lastMs: number
  readonly lastRecordedMs: number
  readonly storedUntilMs: number
  readonly youngestMs: number
  readonly oldestMs: number
  readonly lastAgeMs: number
  readonly count: number
  /** Each younger than the one before: a device that catches up. Each older: one that lags. */
  readonly isFalling: boolean
  readonly isRising: boolean
  /** In a row older than the others: held up on the way, or the clock has stepped back again. */
  readonly strayCount: number
}

/** The newest receipt, and the run before it: more may come with that receipt. */
export type OldReports = { readonly run: ClockRun | null; readonly last: Receipt }

/** A stretch of receipts in which a device's clock was so far behind. */
export type ClockSpan = {
  readonly fromMs: number
  /** Null while it goes on; the first receipt after it. */
  readonly untilMs: number | null
  readonly behindMs: number
  /** Receipt of the report that made it plain. */
  readonly foundMs: number
  /** What the clock showed at the first of its reports. */
  readonly firstRecordedMs: number
}

/** What is known of the clock of a device. */
export type DeviceClock = {
  /** The newest moment, by that clock, that a fix of the last receipt was of. */
  lastFixRecordedMs: number | null
  /** Null when the last report was as young as it should be. */
  clock: OldReports | null
  /** When it was behind, the oldest first; what came then is dated by them. */
  clockSpans: readonly ClockSpan[]
  clockBehind: { readonly alertId: string; priority: AlertPriority } | null
}

export type DueWithClock = Due & DeviceClock

/**
 * A report older than this is late by more than its plan and the network explain: a device may send
 * at the end of an interval what it measured at its beginning.
 */
export function explainedAgeMs(intervalMs: number, limits: Limits): number {
  return Math.max(limits.lateMs, intervalMs + limits.clockSlackMs)
}

/** A receipt that goes on where the device fell silent may bring what was stored meanwhile. */
export function toReceipt(
  before: { readonly receivedAtMs: number; readonly recordedAtMs: number } | null,
  receivedAtMs: number,
  recordedAtMs: number,
  explainedMs: number,
): Receipt {
  const isGoneOn =
    before !== null &&
    receivedAtMs - before.receivedAtMs > explainedMs &&
    recordedAtMs > before.recordedAtMs &&
    recordedAtMs - before.recordedAtMs <= explainedMs
  return { receivedAtMs, recordedAtMs, storedUntilMs: isGoneOn ? receivedAtMs : -Infinity }
}

/** Null when the receipt is as young as it should be. */
export function extendRun(
  run: ClockRun | null,
  receipt: Receipt,
  explainedMs: number,
  limits: Limits,
): ClockRun | null {
  const ageMs = receipt.receivedAtMs - receipt.recordedAtMs
  if (ageMs <= explainedMs) return null
  if (run === null) return startRun(receipt, -Infinity)
  const youngestMs = Math.min(run.youngestMs, ageMs)
  const oldestMs = Math.max(run.oldestMs, ageMs)
  if (oldestMs - youngestMs <= limits.clockSpreadMsMax) {
    return {
      ...run,
      lastMs: receipt.receivedAtMs,
      lastRecordedMs: receipt.recordedAtMs,
      youngestMs,
      oldestMs,
      lastAgeMs: ageMs,
      count: run.count + 1,
      isFalling: run.isFalling && ageMs < run.lastAgeMs,
      isRising: run.isRising && ageMs > run.lastAgeMs,
      strayCount: 0,
    }
  }
  // Nothing arrives before it was measured: a younger one shows that the clock is less behind.
  const isStray = ageMs > run.youngestMs && run.strayCount < limits.clockStrayCountMax
  return isStray ? { ...run, strayCount: run.strayCount + 1 } : startRun(receipt, run.storedUntilMs)
}

/** How far the clock is behind, once that is plain; null before. */
export function findBehindMs(run: ClockRun | null, limits: Limits): number | null {
  if (run === null || run.count < limits.clockBehindCountMin) return null
  if (run.lastMs - run.fromMs < limits.clockBehindMsMin) return null
  if (run.lastRecordedMs <= run.storedUntilMs) return null
  const isMoving = run.isFalling || run.isRising
  const isSteady = run.oldestMs - run.youngestMs <= limits.clockAheadMsTolerated
  return isMoving && !isSteady ? null : run.youngestMs
}

function startRun(receipt: Receipt, storedUntilMs: number): ClockRun {
  const { receivedAtMs, recordedAtMs } = receipt
  const ageMs = receivedAtMs - recordedAtMs
  return {
    fromMs: receivedAtMs,
    firstRecordedMs: recordedAtMs,
    lastMs: receivedAtMs,
    lastRecordedMs: recordedAtMs,
    storedUntilMs: Math.max(receipt.storedUntilMs, storedUntilMs),
    youngestMs: ageMs,
    oldestMs: ageMs,
    lastAgeMs: ageMs,
    count: 1,
    isFalling: true,
    isRising: true,
    strayCount: 0,
  }
}
