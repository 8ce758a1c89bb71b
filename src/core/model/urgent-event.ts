import type { DeviceEventKind, DeviceEventReport } from './fix.ts'
import type { Limits } from './limits.ts'

/** A cry for help, and what is done to a device by force: taken whatever its clock says. */
export function isUrgent(kind: DeviceEventKind): boolean {
  return urgentKinds.has(kind)
}

/**
 * The report with a time that can be judged. A receiver that has just lost its power says 1980, and
 * that is when a strap is cut: an urgent event with a clock of no use counts from its arrival.
 */
export function settleTime(
  report: DeviceEventReport,
  receivedAtMs: number,
  limits: Pick<Limits, 'clockAheadMsMax' | 'fixAgeMsMax'>,
): DeviceEventReport {
  if (!isUrgent(report.kind)) return report
  const aheadMs = report.recordedAtMs - receivedAtMs
  if (aheadMs <= limits.clockAheadMsMax && aheadMs >= -limits.fixAgeMsMax) return report
  return countFromArrival(report, receivedAtMs)
}

/** What the device said of the time is kept beside it; NaN is what came without a time. */
export function countFromArrival<Event extends DeviceEventReport>(
  event: Event,
  receivedAtMs: number,
): Event {
  const { recordedAtMs } = event
  const deviceClockAtMs = Number.isFinite(recordedAtMs) ? recordedAtMs : null
  return { ...event, recordedAtMs: receivedAtMs, deviceClockAtMs }
}

const urgentKinds: ReadonlySet<DeviceEventKind> = new Set([
  'panic',
  'strap-tamper',
  'case-tamper',
  'jamming-suspected',
  'link-lost',
])
