import type { AlertPriority } from '../src/core/model/alert.ts'
import type { StorageLow } from '../src/core/watch/storage-low.ts'
import type { DatabaseRoom } from '../src/store/pg/database-room.ts'

/**
 * Whether the disk runs out, and how soon. Each horizon looks back a twelfth of itself, so that a
 * burst of minutes is not taken for the pace of days; below a floor it is told whatever the pace.
 */
export function judgeDisk(samples: readonly DiskSample[]): StorageLow | null {
  const newest = samples.at(-1)
  if (newest === undefined) return null
  const { freeBytes } = newest
  for (const { priority, hours, floorBytes } of diskLevels) {
    const hoursLeft = hoursLeftBy(samples, hours / 12)
    const isSoon = hoursLeft !== null && hoursLeft <= hours
    if (isSoon || freeBytes < floorBytes)
      return { store: 'disk', priority, freeBytes, hoursLeft: isSoon ? hoursLeft : null }
  }
  return null
}

/** Until nothing is left, at the pace of the last `spanHours`; null: not known, or it grows. */
export function hoursLeftBy(samples: readonly DiskSample[], spanHours: number): number | null {
  const newest = samples.at(-1)
  if (newest === undefined) return null
  const fromMs = newest.atMs - spanHours * hourMs
  const oldest = samples.findLast(({ atMs }) => atMs <= fromMs)
  if (oldest === undefined) return null
  const perHour = (oldest.freeBytes - newest.freeBytes) / ((newest.atMs - oldest.atMs) / hourMs)
  return perHour > 0 ? Math.round((newest.freeBytes / perHour) * 10) / 10 : null
}

/** What else can run out in the database. */
export function judgeDatabase(room: DatabaseRoom): readonly StorageLow[] {
  const { connectionShare, sequenceShare, partitionDaysAhead } = room
  const found = [
    { store: 'connections', priority: ofShare(connectionShare, { P1: 0.95, P2: 0.8, P3: 2 }) },
    { store: 'sequences', priority: ofShare(sequenceShare, { P1: 0.95, P2: 0.8, P3: 0.5 }) },
    {
      store: 'partitions',
      // Nothing is lost without one: fixes then lie in the default partition.
      priority: partitionDaysAhead === null || partitionDaysAhead >= 1 ? null : 'P3',
    },
  ] as const
  return found.flatMap(({ store, priority }) =>
    priority === null ? [] : [{ store, priority, hoursLeft: null, freeBytes: null }],
  )
}

export type DiskSample = { readonly atMs: number; readonly freeBytes: number }

/** How far back samples are of use. */
export const diskSpanHours = 6

const hourMs = 3_600_000
const gigabyte = 1024 ** 3

/**
 * Worst first. Three days are a weekend, a day is a shift that orders a disk, four hours are
 * somebody who comes now. Below the last floor the ballast could not be made again.
 */
const diskLevels = [
  { priority: 'P1', hours: 4, floorBytes: gigabyte },
  { priority: 'P2', hours: 24, floorBytes: 2 * gigabyte },
  { priority: 'P3', hours: 72, floorBytes: 5 * gigabyte },
] as const

function ofShare(share: number, from: Readonly<Record<AlertPriority, number>>) {
  if (share >= from.P1) return 'P1'
  if (share >= from.P2) return 'P2'
  return share >= from.P3 ? 'P3' : null
}
