import { dayMs } from '../../core/model/units.ts'
import { deviceEventKinds, type DeviceEventKind } from '../../core/model/fix.ts'
import { loadRecentDeviceEvents, loadRecentFixes } from '../../store/history/load-recent-fixes.ts'
import { createJournalTail, type JournalTail, type TailOptions } from './journal-tail.ts'
import { committedGroupId, type RecentEntries } from './recent-entries.ts'

/**
 * Gives a fresh process the memory of what was sent before it started: the end of the journal once,
 * and again after an append of which nobody knows what became; and the stored history of each
 * device when that device is first heard.
 */
export function createPriming(options: PrimingOptions): Priming {
  const { db, recentFixes, recentDeviceEvents } = options
  const tail = createJournalTail(options)

  return {
    async primeFixes(reports) {
      await tail.read()
      const sinceMs = options.clock.nowMs() - historyMs
      await primeDevices(recentFixes, reports, (unprimed) =>
        loadRecentFixes(db, unprimed, { sinceMs, fixCountMax: historyCountMax }),
      )
    },
    async primeDeviceEvents(reports) {
      await tail.read()
      const sinceMs = options.clock.nowMs() - historyMs
      await primeDevices(recentDeviceEvents, reports, async (unprimed) => {
        const rows = await loadRecentDeviceEvents(db, unprimed, {
          sinceMs,
          eventCountMax: historyCountMax,
        })
        return rows.flatMap((row) =>
          isDeviceEventKind(row.kind) ? [{ ...row, kind: row.kind }] : [],
        )
      })
    },
    isToRecall: tail.isToRead,
    recall: tail.read,
    follow: tail.follow,
    notePlace: tail.notePlace,
    unreadableRowCount: tail.unreadableRowCount,
  }
}

export type PrimingOptions = TailOptions & { readonly clock: { readonly nowMs: () => number } }

export type Priming = {
  /** With the devices of these. */
  readonly primeFixes: (reports: readonly OfDevice[]) => Promise<void>
  readonly primeDeviceEvents: (reports: readonly OfDevice[]) => Promise<void>
  /** Nobody knows what became of an append. */
  readonly isToRecall: () => boolean
  /** What became of appends of which nobody knew, as the journal says by now. */
  readonly recall: () => Promise<void>
} & Pick<JournalTail, 'follow' | 'notePlace' | 'unreadableRowCount'>

type OfDevice = { readonly deviceId: string }

/**
 * A sender that lost its answer tries again within minutes or hours; older
 * repetitions are harmless.
 */
const historyMs = 2 * dayMs
const historyCountMax = 64

async function primeDevices<Entry>(
  recent: RecentEntries<Entry>,
  reports: readonly OfDevice[],
  load: (deviceIds: readonly string[]) => Promise<readonly (Entry & OfDevice)[]>,
): Promise<void> {
  const unprimed = new Set<string>()
  for (const { deviceId } of reports) if (!recent.isPrimed(deviceId)) unprimed.add(deviceId)
  if (unprimed.size === 0) return
  for (const entry of await load([...unprimed])) {
    // Another request may have primed this device meanwhile, and then it
    // knows more than these rows.
    if (!recent.isPrimed(entry.deviceId)) recent.add(entry.deviceId, entry, committedGroupId)
  }
  for (const deviceId of unprimed) recent.markPrimed(deviceId)
}

function isDeviceEventKind(kind: string): kind is DeviceEventKind {
  return (deviceEventKinds as readonly string[]).includes(kind)
}
