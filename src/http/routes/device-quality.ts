import { minuteMs, weekMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, formatInstantOrNull, idParamsSchema } from '../../schemas/common.ts'
import { deviceQualitySchema } from '../../schemas/device-quality.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import {
  countRefused,
  findDeviceQuality,
  findWorn,
  type DeviceQuality,
} from '../../store/registry/device-quality.ts'
import { findSeenDevice } from '../../store/registry/registry-rows.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** How well a device is heard: what to change a battery, a plan or a monitor by. */
export function registerDeviceQualityRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/devices/:id/quality',
    config: { roles: ['supervisor'], callCost: 20 },
    schema: {
      operationId: 'getDeviceQuality',
      tags: ['Registry'],
      summary: 'Read how well a device was heard in the last week',
      description:
        'Gaps, radii, battery, what was late, doubted or refused: numbers and times, and no place. ' +
        'Whose reports were counted is recorded before it is answered, as when somebody is silent tells of their days.',
      params: idParamsSchema,
      response: { 200: deviceQualitySchema },
    },
    handler: async (request) => {
      const device = await findSeenDevice(request.db, request.params.id)
      if (device === null) throw new RefusedInput('not-found', 'No device has this id.')
      const untilMs = deps.clock.nowMs()
      const fromMs = untilMs - weekMs
      const stretch = { deviceId: device.id, fromMs, untilMs }
      const { personIds, wornMs } = await findWorn(deps.machinery, stretch)
      const reason = 'reports of a device counted'
      const about = { subjectId: device.id, personIds, reason }
      await recordAct(request.db, actOf(request, untilMs, { kind: 'consultation', ...about }))
      const intervalMs = device.reportIntervalSeconds * 1_000
      const gapMs = Math.max(missedReports * intervalMs, minuteMs)
      const query = { ...stretch, gapMs, lateMs: lateMinutes * minuteMs }
      const { serialNumber } = device
      return {
        deviceId: device.id,
        from: formatInstant(fromMs),
        until: formatInstant(untilMs),
        plannedCount: Math.round(wornMs / intervalMs),
        gapSeconds: gapMs / 1_000,
        ...bodyOf(await findDeviceQuality(deps.machinery, query)),
        refused: [...(await countRefused(request.db, { serialNumber, fromMs }))],
      }
    },
  })
}

/** As silence is counted. */
const missedReports = 3
const lateMinutes = 10

function bodyOf(quality: DeviceQuality) {
  const { gaps, doubts, events, lastRecordedAtMs, radiusMetersMost, ...same } = quality
  return {
    ...same,
    radiusMeters95: radiusMetersMost,
    lastRecordedAt: formatInstantOrNull(lastRecordedAtMs),
    longestGaps: gaps.map(({ fromMs, untilMs }) => ({
      from: formatInstant(fromMs),
      until: formatInstant(untilMs),
    })),
    doubted: [...doubts],
    events: [...events],
  }
}
