import { CorruptJournal } from '../../errors.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import { giveTurns, type RowToJudge, type WaitingRow } from '../../store/journal/turns.ts'
import { listDevicesOf } from '../../store/keys/sealed-fixes.ts'
import type { Db } from '../../store/pg/pool.ts'
import { createFairQueue } from './fair-queue.ts'

/**
 * Gives waiting rows their turn, a little at a time: as many as are judged within a moment, so that
 * what comes in meanwhile is judged after that moment and not after the whole backlog. A turn is a
 * row of the journal: whoever reads it again judges in the same order, whatever was given when.
 */
export function createTurnGiver(deps: TurnGiverDeps): TurnGiver {
  const queue = createFairQueue(deps.waiting)
  let msPerEntry = msPerEntryFirst
  const { elapsedMs } = deps
  const company = createCompany(deps)
  /** When the last turn was given, and how long was judged since; null: none was just before. */
  let given: { readonly atMs: number; judgedMs: number } | null = null
  let aroundMs = 0
  const isLive = (): boolean => company.isAnybodyElse(queue.hasOfNow)
  return {
    isEmpty: queue.isEmpty,
    isLive,
    add: (rows) => rows.forEach(queue.add),
    note(row, tookMs) {
      if (given !== null) given.judgedMs += tookMs
      if (row.turn !== null) {
        queue.add({ journalId: row.id, turn: row.turn, entryCount: row.entryCount })
      } else if (row.placeId !== row.id) {
        queue.remove(row.id)
        msPerEntry += (tookMs / row.entryCount - msPerEntry) * paceWeight
      } else company.note(row)
    },
    async give() {
      if (queue.isEmpty()) {
        given = null
        return false
      }
      if (given !== null) {
        const restMs = elapsedMs() - given.atMs - given.judgedMs
        aroundMs += (restMs - aroundMs) * paceWeight
      }
      const givenAtMs = elapsedMs()
      const amongMs = Math.min(turnMsAlone, Math.max(turnMsAmongLive, aroundMs))
      const turnMs = isLive() ? amongMs : turnMsAlone
      const entryCount = Math.min(entryCountMax, turnMs / msPerEntry)
      const rows = queue.take(entryCount)
      await giveTurns(
        deps.client,
        deps.shard,
        rows.map(({ journalId }) => journalId),
      )
      given = { atMs: givenAtMs, judgedMs: 0 }
      return true
    },
  }
}

export type TurnGiverDeps = {
  readonly client: Db
  readonly shard: number
  /** Where reading begins; what comes later is noted as it is read. */
  readonly waiting: readonly WaitingRow[]
  /** Null: nobody's. */
  readonly vendorOf: (deviceId: string) => string | null
  /** Never goes back. */
  readonly elapsedMs: () => number
}

export type TurnGiver = {
  readonly isEmpty: () => boolean
  /** Somebody reports who waits for no turn: of one beyond its share the next report waits too. */
  readonly isLive: () => boolean
  /** Rows that were found to wait. */
  readonly add: (rows: readonly WaitingRow[]) => void
  /** With each row that was read, and how long it took to judge. */
  readonly note: (row: RowToJudge, tookMs: number) => void
  /**
   * Only at the end of the journal: what is of now comes first. False when nothing waits.
   */
  readonly give: () => Promise<boolean>
}

/**
 * A row, while others send: with what it costs to save and to read, an alert of now waits
 * some 15 ms. Where that takes longer, as on a busy machine, a turn may take as long as what lies
 * around it: whoever waits for it waits at most twice as long, and a backlog does not grow there
 * by what is spent between its turns. Alone, it is judged in larger pieces, which cost less.
 */
const turnMsAmongLive = 5
const turnMsAlone = 40

/**
 * Whose reports were judged at their place of late. Who sent a row is read from it only when
 * somebody asks, the newest first: it is hardly ever asked, and each row names a hundred devices.
 */
function createCompany({
  vendorOf,
  elapsedMs,
}: Pick<TurnGiverDeps, 'vendorOf' | 'elapsedMs'>): Company {
  const liveAtMs = new Map<string, number>()
  let unread: { readonly atMs: number; readonly row: RowToJudge }[] = []
  const read = ({ atMs, row }: (typeof unread)[number]): void => {
    for (const vendorId of vendorsOf(row, vendorOf))
      liveAtMs.set(vendorId, Math.max(atMs, liveAtMs.get(vendorId) ?? -Infinity))
  }
  const isAnybodyKnown = (sinceMs: number, isWaiting: (vendorId: string) => boolean): boolean => {
    for (const [vendorId, atMs] of liveAtMs) {
      if (atMs < sinceMs) liveAtMs.delete(vendorId)
      else if (!isWaiting(vendorId)) return true
    }
    return false
  }
  return {
    note(row) {
      const atMs = elapsedMs()
      // Now and then, so that few are moved for each that is noted.
      if ((unread[0]?.atMs ?? atMs) < atMs - 2 * liveMs)
        unread = unread.filter((noted) => noted.atMs >= atMs - liveMs)
      unread.push({ atMs, row })
    },
    isAnybodyElse(isWaiting) {
      const sinceMs = elapsedMs() - liveMs
      while (!isAnybodyKnown(sinceMs, isWaiting)) {
        const newest = unread.pop()
        if (newest === undefined || newest.atMs < sinceMs) {
          unread = []
          return false
        }
        read(newest)
      }
      return true
    },
  }
}

type Company = {
  readonly note: (row: RowToJudge) => void
  readonly isAnybodyElse: (isWaiting: (vendorId: string) => boolean) => boolean
}

/** A cry for help, or what cannot be read, is of anybody. */
function vendorsOf(
  { kind, payload }: RowToJudge,
  vendorOf: TurnGiverDeps['vendorOf'],
): ReadonlySet<string> {
  if (kind !== journalKinds.fixes) return ofAnybody
  try {
    return new Set(listDevicesOf(payload).map((deviceId) => vendorOf(deviceId) ?? anybody))
  } catch (error) {
    if (!(error instanceof CorruptJournal)) throw error
    return ofAnybody
  }
}

const anybody = 'anybody'
const ofAnybody: ReadonlySet<string> = new Set([anybody])

/** Whoever reports in this time may report again before a turn is over. */
const liveMs = 2_000
const entryCountMax = 5_000
const msPerEntryFirst = 0.04
/** Rows differ much: some are only kept for later, others repeat an hour of a case. */
const paceWeight = 0.2
