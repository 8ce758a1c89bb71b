import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Intake, ReportElement } from '../../ingest/intake/intake.ts'
import type { DeviceEventReport, FixReport } from '../../core/model/fix.ts'
import type { RefusedElement } from '../../ingest/intake/refusals.ts'
import { senderOf } from '../intake-exchange.ts'
import {
  heartbeatOfArrival,
  readUnreadable,
  withoutNetworkNames,
  type PhoneReading,
} from './phone-reading.ts'

/**
 * Hands a phone's readings to the intake and resolves when all are committed or in
 * quarantine. Throws the 503 of an intake that cannot take them now: these apps keep what was
 * not answered and send it again.
 */
export async function takeReadings(
  deps: { readonly intake: Intake; readonly clock: Clock },
  request: FastifyRequest,
  understood: readonly PhoneReading[],
): Promise<void> {
  const receivedAtMs = deps.clock.nowMs()
  const { unreadableText } = request
  const readings =
    unreadableText === null ? understood : readUnreadable(unreadableText, receivedAtMs)
  const fixes: ReportElement<FixReport>[] = []
  const events: ReportElement<DeviceEventReport>[] = []
  const refused: RefusedElement[] = []
  for (const [index, reading] of readings.entries()) {
    const common = { index, serialNumber: null, body: withoutNetworkNames(reading.body) }
    if (reading.type === 'fix') fixes.push({ ...common, report: reading.report })
    else if (reading.type === 'device-event') events.push({ ...common, report: reading.report })
    else refused.push({ index, reasons: reading.reasons, body: withoutNetworkNames(reading.body) })
  }
  const sent = { ...senderOf(request), receivedAtMs }
  // A panic must not wait for a backlog of positions, nor fail with it.
  if (events.length > 0)
    await deps.intake.acceptDeviceEvents({ ...sent, reports: events, refused: [] })
  if (fixes.length > 0 || refused.length > 0) {
    const result = await deps.intake.acceptFixes({ ...sent, reports: fixes, refused })
    // The same position again and again, or one that cannot be taken: the phone is there, and says
    // nothing new of where. What cannot be read at all may be of anything.
    const isRead = fixes.length > 0 || refused.some(isUnderstood)
    if (isRead && result.acceptedCount === 0 && events.length === 0) {
      const { report, body } = heartbeatOfArrival(receivedAtMs, null, null)
      const heartbeat = { index: 0, serialNumber: null, report, body }
      await deps.intake.acceptDeviceEvents({ ...sent, reports: [heartbeat], refused: [] })
    }
  }
}

function isUnderstood({ reasons }: RefusedElement): boolean {
  return reasons.every(({ code }) => code !== 'unreadable')
}
