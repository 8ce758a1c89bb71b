import type { DeviceEvent, Fix } from '../../core/model/fix.ts'
import type { Limits } from '../../core/model/limits.ts'
import { encodeDeviceEvents, encodeFixes } from '../../store/journal/journal-codec.ts'
import { appendJournal, journalKinds } from '../../store/journal/journal.ts'
import type { Db } from '../../store/pg/pool.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Lane } from './lane.ts'
import { createRecentDeviceEvents } from './recent-device-events.ts'
import { createRecentFixes } from './recent-fixes.ts'

/** The two ways into the journal: fixes and device events are rows of their own kind. */
export function createLanes(deps: LanesDeps) {
  const { db, shard } = deps
  const recentFixes = createRecentFixes()
  const recentDeviceEvents = createRecentDeviceEvents(deps.limits)
  const common = { entriesPerGroupMax, nowMs: deps.clock.nowMs, onCommitted: deps.onCommitted }
  const fixLane: Lane<Fix> = {
    recent: recentFixes,
    groups: createGroupCommit<Fix>({
      ...common,
      append: async (fixes) => {
        const payload = encodeFixes(fixes)
        await appendJournal(db, {
          shard,
          kind: journalKinds.fixes,
          entryCount: fixes.length,
          payload,
        })
      },
      onFailed: (groupId, fixes) => {
        for (const deviceId of new Set(fixes.map((fix) => fix.deviceId)))
          recentFixes.forget(deviceId, groupId)
      },
    }),
  }
  const eventLane: Lane<DeviceEvent> = {
    recent: recentDeviceEvents,
    groups: createGroupCommit<DeviceEvent>({
      ...common,
      append: async (events) => {
        const payload = encodeDeviceEvents(events)
        await appendJournal(db, {
          shard,
          kind: journalKinds.deviceEvents,
          entryCount: events.length,
          payload,
        })
      },
      onFailed: (groupId, events) => {
        for (const event of events) recentDeviceEvents.forget(event.deviceId, groupId)
      },
    }),
  }
  return { fixLane, eventLane, recentFixes, recentDeviceEvents }
}

export type LanesDeps = {
  readonly db: Db
  readonly shard: number
  readonly clock: { readonly nowMs: () => number }
  readonly limits: Pick<Limits, 'panicRetryMs'>
  readonly onCommitted: () => void
}

/**
 * A row of 5,000 fixes is about 200 kB: large enough to make a commit cheap,
 * small enough to read at once.
 */
const entriesPerGroupMax = 5_000
