import type { DeviceEvent } from '../../core/model/fix.ts'
import { countFromArrival } from '../../core/model/urgent-event.ts'
import { findAnsweredPanics } from '../../store/alerts/answered-panics.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { RecentDeviceEvents } from './recent-device-events.ts'

/**
 * Presses of a panic button, before doubles are left out. The same bytes soon after are a sender
 * that tries again, unless somebody has answered in between: then it is somebody who calls again.
 * A press whose time was given before counts from its arrival: that clock stands still.
 */
export async function tellPressesApart(
  db: Db,
  recent: RecentDeviceEvents,
  events: readonly DeviceEvent[],
): Promise<readonly DeviceEvent[]> {
  const again = new Set(
    events.filter((event) => event.kind === 'panic' && recent.hasTime(event.deviceId, event)),
  )
  if (again.size === 0) return events
  const doubles = [...again].filter((event) => recent.find(event.deviceId, event) !== null)
  const answered = await findAnsweredPanics(db, [
    ...new Set(doubles.map(({ deviceId }) => deviceId)),
  ])
  for (const event of doubles) {
    if (answered.has(event.deviceId)) recent.forgetEvent(event.deviceId, event)
    else again.delete(event)
  }
  return events.map((event) =>
    again.has(event) && event.deviceClockAtMs === undefined
      ? countFromArrival(event, event.receivedAtMs)
      : event,
  )
}
