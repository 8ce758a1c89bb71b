import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import type { Clock } from '../src/clock.ts'
import type { Limits } from '../src/core/model/limits.ts'
import { watchedStores, type StorageLow, type WatchedStore } from '../src/core/watch/storage-low.ts'
import type { Log } from '../src/log.ts'
import { alignStorageAlert } from '../src/store/alerts/raise-storage-low.ts'
import { measureDatabase, type DatabaseRoom } from '../src/store/pg/database-room.ts'
import { inTransaction } from '../src/store/pg/pool.ts'
import {
  diskSpanHours,
  hoursLeftBy,
  judgeDatabase,
  judgeDisk,
  type DiskSample,
} from './storage-levels.ts'

/**
 * Looks how much is left of the disk and of what the database has, and calls people while rows can
 * still be written. Something is told when two looks in a row agree, and over when it was well for
 * five minutes.
 */
export function createStorageWatch(deps: StorageWatchDeps): StorageWatch {
  const { clock, dataDir, log, pool } = deps
  const samples: DiskSample[] = []
  let room: DatabaseRoom | null = null
  let before: ReadonlySet<WatchedStore> = new Set()
  const wellSinceMs = new Map<WatchedStore, number>()

  async function align(store: WatchedStore, low: StorageLow | null, nowMs: number): Promise<void> {
    if (low === null) {
      const sinceMs = wellSinceMs.get(store) ?? nowMs
      wellSinceMs.set(store, sinceMs)
      if (nowMs - sinceMs < wellMsMin) return
    } else {
      wellSinceMs.delete(store)
      if (!before.has(store)) return
    }
    const { limits } = deps
    const work = { store, low, nowMs, limits }
    const events = await inTransaction(pool, (tx) => alignStorageAlert(tx, work))
    if (events === 0) return
    deps.onEvent()
    if (low === null) log.info({ store }, 'there is enough again')
    else log.error({ ...low }, 'something runs out')
  }

  return {
    async run() {
      const nowMs = clock.nowMs()
      if (dataDir !== null) await takeSample(samples, dataDir, nowMs)
      room = await measureDatabase(pool, nowMs)
      const disk = judgeDisk(samples)
      const lows = [...(disk === null ? [] : [disk]), ...judgeDatabase(room)]
      for (const store of watchedStores) {
        await align(store, lows.find((low) => low.store === store) ?? null, nowMs)
      }
      before = new Set(lows.map(({ store }) => store))
    },
    stats: () => ({
      diskFreeBytes: samples.at(-1)?.freeBytes ?? null,
      diskHoursLeft: hoursLeftBy(samples, 1),
      isDiskFull: (samples.at(-1)?.freeBytes ?? Infinity) < fullBytesMax,
      databaseBytes: room?.bytes ?? null,
      connectionShare: room?.connectionShare ?? null,
      sequenceShare: room?.sequenceShare ?? null,
      partitionDaysAhead: room?.partitionDaysAhead ?? null,
    }),
  }
}

export type StorageWatch = {
  readonly run: () => Promise<void>
  readonly stats: () => StorageStats
}

export type StorageStats = {
  /** Null: the database is on a machine of its own, whose disk cannot be asked. */
  readonly diskFreeBytes: number | null
  readonly diskHoursLeft: number | null
  readonly isDiskFull: boolean
  readonly databaseBytes: number | null
  readonly connectionShare: number | null
  readonly sequenceShare: number | null
  readonly partitionDaysAhead: number | null
}

export type StorageWatchDeps = {
  readonly pool: pg.Pool
  readonly clock: Clock
  readonly log: Log
  readonly limits: Limits
  /** Null: the database is not on this machine. */
  readonly dataDir: string | null
  /** An alert event was added. */
  readonly onEvent: () => void
}

const wellMsMin = 300_000
/** Less than a few segments of the write-ahead log: nothing more can be taken for long. */
const fullBytesMax = 64 * 1024 * 1024

/** Also while the database does not answer: the pace is known when it does again. */
async function takeSample(samples: DiskSample[], dataDir: string, atMs: number): Promise<void> {
  const freeBytes = await findLeastFreeBytes(dataDir)
  // A clock that was set back would show a pace that never was.
  if ((samples.at(-1)?.atMs ?? 0) > atMs) samples.length = 0
  samples.push({ atMs, freeBytes })
  const keptFromMs = atMs - (diskSpanHours + 1) * 3_600_000
  while ((samples[0]?.atMs ?? atMs) < keptFromMs) samples.shift()
}

/**
 * Of the disks that the database writes to: its log may be on one of its own, and nothing is taken
 * in when that is full, however much room the tables have.
 */
async function findLeastFreeBytes(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dataDir)
  let leastBytes = bavail * bsize
  for (const folder of innerFolders) {
    // Made with the database, and on another disk only where somebody has put it there.
    const inner = await statfs(join(dataDir, folder)).catch(() => null)
    if (inner !== null) leastBytes = Math.min(leastBytes, inner.bavail * inner.bsize)
  }
  return leastBytes
}

const innerFolders = ['postgres', 'postgres/base', 'postgres/pg_wal']
