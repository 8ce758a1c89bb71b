import type { Limits } from '../../core/model/limits.ts'
import type { RefusalReason } from './refusals.ts'
import { dayMs, weekMs } from '../../core/model/units.ts'

/**
 * Refuses a device time that detection could not use: null when it can be taken. A GPS receiver
 * counts weeks in 10 bits, so old firmware is suddenly 1,024 weeks off; that is named apart,
 * because the vendor must repair firmware and not a clock.
 */
export function findRefusalOfTime(
  recordedAtMs: number,
  receivedAtMs: number,
  limits: Pick<Limits, 'clockAheadMsMax' | 'fixAgeMsMax'>,
): RefusalReason | null {
  const aheadMs = recordedAtMs - receivedAtMs
  if (aheadMs <= limits.clockAheadMsMax && aheadMs >= -limits.fixAgeMsMax) return null
  if (Math.abs(Math.abs(aheadMs) - gpsWeekCycleMs) < dayMs) {
    return {
      field: 'recordedAt',
      code: 'gps-week-rollover',
      detail: `Expected a time near now, got one that is 1,024 weeks ${aheadMs > 0 ? 'ahead' : 'behind'}: the receiver's week counter has rolled over.`,
    }
  }
  if (aheadMs > 0) {
    return {
      field: 'recordedAt',
      code: 'future',
      detail: `Expected a time at most ${limits.clockAheadMsMax / 60_000} minutes ahead of the server's clock, got one ${describeSpan(aheadMs)} ahead.`,
    }
  }
  // Also the way out for NaN, which compares false with everything above.
  return {
    field: 'recordedAt',
    code: 'too-old',
    detail: `Expected a time at most ${limits.fixAgeMsMax / dayMs} days old, got one ${describeSpan(-aheadMs)} old.`,
  }
}

const gpsWeekCycleMs = 1024 * weekMs

/** Rounded up: "at most 35 days old, got one 35 days old" would help nobody. */
function describeSpan(spanMs: number): string {
  if (spanMs < 2 * 3_600_000) return `${Math.ceil(spanMs / 60_000)} minutes`
  if (spanMs < 2 * dayMs) return `${Math.ceil(spanMs / 3_600_000)} hours`
  return `${Math.ceil(spanMs / dayMs)} days`
}
