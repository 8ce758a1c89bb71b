import type { DeviceEvent, Fix } from '../../core/model/fix.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Log } from '../../log.ts'
import { encodeDeviceEvents, encodeFixes } from '../../store/journal/journal-codec.ts'
import { sealFixes } from '../../store/keys/sealed-fixes.ts'
import { journalKinds, type JournalKind } from '../../store/journal/journal-kinds.ts'
import { appendJournal } from '../../store/journal/journal.ts'
import { createRowNumbers, type RowNumbers } from '../../store/journal/row-numbers.ts'
import { appendInTurn, type Turn } from '../../store/journal/turns.ts'
import type { Db } from '../../store/pg/pool.ts'
import { createGroupCommit, type GroupCommitOptions } from './group-commit.ts'
import type { Lane } from './lane.ts'
import { tellPressesApart } from './presses.ts'
import { createPriming, type Priming } from './priming.ts'
import { createRecentDeviceEvents } from './recent-device-events.ts'
import { createRecentFixes } from './recent-fixes.ts'

/**
 * The two ways into the journal, fixes and device events being rows of their own kind, and what
 * gives them the memory by which doubles are known.
 */
export function createLanes(deps: LanesDeps) {
  const { db, shard } = deps
  const recentFixes = createRecentFixes()
  const recentDeviceEvents = createRecentDeviceEvents(deps.limits)
  const priming = createPriming({ ...deps, recentFixes, recentDeviceEvents })
  const { follow, isToRecall, recall } = priming
  const { nowMs } = deps.clock
  const createLane = <Entry extends { readonly deviceId: string }>(
    recent: Lane<Entry>['recent'],
    kind: JournalKind,
    encode: Encode<Entry>,
    admit: Lane<Entry>['admit'],
  ): Lane<Entry> => ({
    recent,
    isToRecall,
    recall,
    admit,
    groups: createGroupCommit<Entry>({
      entriesPerGroupMax,
      nowMs,
      onCommitted: deps.onCommitted,
      append: createAppend({ db, shard, follow, kind, encode }),
      onFailed: (groupId, entries) => {
        for (const deviceId of new Set(entries.map((entry) => entry.deviceId)))
          recent.forget(deviceId, groupId)
      },
    }),
  })
  const sealed: Encode<Fix> = (fixes, numbers) => {
    const atMs = nowMs()
    return sealFixes(db, encodeFixes(fixes), atMs, numbers.next(atMs))
  }
  const fixLane = createLane(recentFixes, journalKinds.fixes, sealed, null)
  const eventLane = createLane<DeviceEvent>(
    recentDeviceEvents,
    journalKinds.deviceEvents,
    (events) => Promise.resolve(encodeDeviceEvents(events)),
    (events) => tellPressesApart(db, recentDeviceEvents, events),
  )
  return { fixLane, eventLane, priming }
}

type Encode<Entry> = (entries: readonly Entry[], numbers: RowNumbers) => Promise<Buffer>

function createAppend<Entry>(way: {
  readonly db: Db
  readonly shard: number
  readonly follow: Priming['follow']
  readonly kind: JournalKind
  readonly encode: Encode<Entry>
}): GroupCommitOptions<Entry>['append'] {
  const { db, shard, kind } = way
  // Either way appends one group after the other.
  const numbers = { atOnce: createRowNumbers(), inTurn: createRowNumbers() }
  const append = async (entries: readonly Entry[], turn: Turn | null): Promise<number | null> => {
    const encode = (part: readonly Entry[]): Promise<Buffer> =>
      way.encode(part, turn === null ? numbers.atOnce : numbers.inTurn)
    if (turn === null) {
      const payload = await encode(entries)
      return await appendJournal(db, { shard, kind, entryCount: entries.length, payload })
    }
    const parts: { entryCount: number; payload: Buffer }[] = []
    for (let at = 0; at < entries.length; at += entriesPerTurnMax) {
      const part = entries.slice(at, at + entriesPerTurnMax)
      parts.push({ entryCount: part.length, payload: await encode(part) })
    }
    await appendInTurn(db, { shard, kind, turn, parts })
    return null
  }
  return async (entries, turn) => {
    try {
      await way.follow(() => append(entries, turn))
    } catch (error) {
      numbers[turn === null ? 'atOnce' : 'inTurn'].renew()
      throw error
    }
  }
}

export type LanesDeps = {
  readonly db: Db
  readonly log: Log
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
/** A turn is judged in one go, while nobody else is: some ten milliseconds. */
const entriesPerTurnMax = 250

/** Two signs of life; then the next tries for itself, as senders may have gone quiet meanwhile. */
const refusalMs = 10_000

/** False while the database has just refused what came in, or takes very long. */
export function isStoring({
  groups,
}: {
  readonly groups: Pick<Lane<never>['groups'], 'stats'>
}): boolean {
  const { refusedMsAgo, appendingMs } = groups.stats()
  return (refusedMsAgo ?? Infinity) > refusalMs && (appendingMs ?? 0) <= appendMsMax
}

/** Milliseconds as a rule; on a line that passes nothing any more an append takes for ever. */
const appendMsMax = 5_000
