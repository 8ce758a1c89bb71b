import type { TurnLane, WaitingRow } from '../../store/journal/turns.ts'

/**
 * Whose turn is next. Each sender is given as many entries as any other that waits, however much it
 * has sent; of one sender what is of now comes before its history, and the oldest first. A sender
 * that comes anew begins level with the others: it has saved up nothing, and owes nothing.
 */
export function createFairQueue(rows: readonly WaitingRow[]): FairQueue {
  const state: State = { waiting: new Map(), senders: new Map(), levelEntryCount: 0 }
  for (const row of rows) add(state, row)
  return {
    add: (row) => add(state, row),
    remove: (journalId) => remove(state, journalId),
    isEmpty: () => state.waiting.size === 0,
    hasOfNow: (senderId) => (state.senders.get(senderId)?.now.size ?? 0) > 0,
    take(entryCount) {
      const taken: WaitingRow[] = []
      for (let left = entryCount; left > 0;) {
        const row = takeNext(state)
        if (row === null) break
        taken.push(row)
        left -= row.entryCount
      }
      return taken
    },
  }
}

export type FairQueue = {
  /** In the order of the journal; one that waits already does not wait twice. */
  readonly add: (row: WaitingRow) => void
  /** Its turn has come. */
  readonly remove: (journalId: number) => void
  readonly isEmpty: () => boolean
  /** What this sender reports of now waits behind more of the same. */
  readonly hasOfNow: (senderId: string) => boolean
  /** The next rows, until they hold so many entries together; at least one where any waits. */
  readonly take: (entryCount: number) => readonly WaitingRow[]
}

type Sender = { givenEntryCount: number } & Readonly<Record<TurnLane, Set<number>>>

type State = {
  readonly waiting: Map<number, WaitingRow>
  /** Those with a row that waits. */
  readonly senders: Map<string, Sender>
  /** What the last one whose turn came had been given before. */
  levelEntryCount: number
}

function add({ waiting, senders, levelEntryCount }: State, row: WaitingRow): void {
  const { journalId, turn } = row
  if (waiting.has(journalId)) return
  waiting.set(journalId, row)
  let sender = senders.get(turn.senderId)
  if (sender === undefined) {
    sender = { givenEntryCount: levelEntryCount, now: new Set(), history: new Set() }
    senders.set(turn.senderId, sender)
  }
  sender[turn.lane].add(journalId)
}

function remove({ waiting, senders }: State, journalId: number): void {
  const row = waiting.get(journalId)
  if (row === undefined) return
  waiting.delete(journalId)
  const { senderId, lane } = row.turn
  const sender = senders.get(senderId)
  sender?.[lane].delete(journalId)
  if (sender !== undefined && sender.now.size + sender.history.size === 0) senders.delete(senderId)
}

function takeNext(state: State): WaitingRow | null {
  const sender = findLeastGiven(state.senders.values())
  if (sender === null) return null
  const [journalId] = sender.now.size > 0 ? sender.now : sender.history
  const row = journalId === undefined ? undefined : state.waiting.get(journalId)
  if (row === undefined) return null
  state.levelEntryCount = sender.givenEntryCount
  sender.givenEntryCount += row.entryCount
  remove(state, row.journalId)
  return row
}

function findLeastGiven(senders: Iterable<Sender>): Sender | null {
  let least: Sender | null = null
  for (const sender of senders) {
    if (least === null || sender.givenEntryCount < least.givenEntryCount) least = sender
  }
  return least
}
