import { dayMs } from '../../core/model/units.ts'
import { CorruptJournal } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { deviceEventKinds, type DeviceEventKind } from '../../core/model/fix.ts'
import { decodeDeviceEvents, decodeFixes } from '../../store/journal/journal-codec.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import type { JournalRow } from '../../store/journal/journal.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  loadJournalTail,
  loadRecentDeviceEvents,
  loadRecentFixes,
} from '../../store/history/load-recent-fixes.ts'
import type { DeviceEventKey } from './recent-device-events.ts'
import { committedGroupId, type RecentEntries } from './recent-entries.ts'
import type { FixKey } from './recent-fixes.ts'

/**
 * Gives a fresh process the memory of what was sent before it started: the end of the journal once,
 * and the stored history of each device when that device is first heard.
 */
export function createPriming(options: PrimingOptions): Priming {
  const { db, recentFixes, recentDeviceEvents } = options
  let tail: Promise<number> | null = null
  let unreadableRowCount = 0

  const primeFromTail = async (): Promise<void> => {
    tail ??= replayTail(options).catch((error: unknown) => {
      // The request fails and comes again; the next one tries anew.
      tail = null
      throw error
    })
    unreadableRowCount = await tail
  }

  return {
    async primeFixes(reports) {
      await primeFromTail()
      const sinceMs = options.clock.nowMs() - historyMs
      await primeDevices(recentFixes, reports, (unprimed) =>
        loadRecentFixes(db, unprimed, { sinceMs, fixCountMax: historyCountMax }),
      )
    },
    async primeDeviceEvents(reports) {
      await primeFromTail()
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
    unreadableRowCount: () => unreadableRowCount,
  }
}

export type PrimingOptions = {
  readonly db: Db
  readonly log: Log
  readonly shard: number
  readonly clock: { readonly nowMs: () => number }
  readonly recentFixes: RecentEntries<FixKey>
  readonly recentDeviceEvents: RecentEntries<DeviceEventKey>
}

export type Priming = {
  /** With the devices of these. */
  readonly primeFixes: (reports: readonly OfDevice[]) => Promise<void>
  readonly primeDeviceEvents: (reports: readonly OfDevice[]) => Promise<void>
  /** Rows at the end of the journal that could not be read when this process began. */
  readonly unreadableRowCount: () => number
}

type OfDevice = { readonly deviceId: string }

/**
 * A sender that lost its answer tries again within minutes or hours; older
 * repetitions are harmless.
 */
const historyMs = 2 * dayMs
const historyCountMax = 64
/**
 * Some seconds of a busy stream, minutes of a quiet one: what a sender may
 * not have had an answer to.
 */
const tailRowsMax = 200

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

/**
 * Gives the number of rows that cannot be read. They are passed over, or nothing would be taken in
 * any more and they would stay at the end for ever; the evaluator sets them aside with an alert.
 */
async function replayTail(options: PrimingOptions): Promise<number> {
  const journalIds: number[] = []
  for (const row of await loadJournalTail(options.db, options.shard, tailRowsMax)) {
    try {
      replayRow(options, row)
    } catch (error) {
      if (!(error instanceof CorruptJournal)) throw error
      journalIds.push(row.id)
    }
  }
  if (journalIds.length > 0) {
    options.log.error({ journalIds }, 'damaged rows of the journal are unknown to the intake')
  }
  return journalIds.length
}

/** Read to its end before anything of it is remembered. */
function replayRow(
  { recentFixes, recentDeviceEvents }: PrimingOptions,
  row: Pick<JournalRow, 'kind' | 'payload'>,
): void {
  if (row.kind === journalKinds.fixes) {
    for (const fix of decodeFixes(row.payload)) recentFixes.add(fix.deviceId, fix, committedGroupId)
  } else if (row.kind === journalKinds.deviceEvents) {
    for (const event of decodeDeviceEvents(row.payload)) {
      recentDeviceEvents.add(event.deviceId, event, committedGroupId)
    }
  }
}

function isDeviceEventKind(kind: string): kind is DeviceEventKind {
  return (deviceEventKinds as readonly string[]).includes(kind)
}
