import type { Turn } from '../../store/journal/turns.ts'
import { isRefusedByDatabase } from '../../store/pg/pool.ts'

/**
 * Commits together what arrives together: while one append is on its way, later entries
 * gather, and go as one when it is done. Whoever added entries waits for the append that
 * held them, and for no other. What is judged in turn goes a way of its own, sender after sender:
 * nobody waits for the commits of somebody who sends without end.
 */
export function createGroupCommit<Entry>(options: GroupCommitOptions<Entry>): GroupCommit<Entry> {
  const state: State<Entry> = {
    options,
    atOnce: createPump(),
    inTurn: createPump(),
    groups: new Map(),
    nextGroupId: 1,
    queuedEntryCount: 0,
    committedGroupCount: 0,
    committedEntryCount: 0,
    failedGroupCount: 0,
    commitMsLast: 0,
    refusedAtMs: null,
  }
  return {
    open(entryCountMax, turn = null) {
      const pump = turn === null ? state.atOnce : state.inTurn
      const group = findOrMakeGroup(state, pump, turn, entryCountMax)
      if (!pump.isRunning) {
        pump.isRunning = true
        // One turn of the event loop, so that requests read from the sockets together go together.
        setImmediate(() => void run(state, pump))
      }
      return {
        id: group.id,
        done: group.done,
        push(entry) {
          group.entries.push(entry)
          state.queuedEntryCount += 1
        },
      }
    },
    findUncommitted: (groupId) => state.groups.get(groupId) ?? null,
    stats: () => ({
      queuedEntryCount: state.queuedEntryCount,
      committedGroupCount: state.committedGroupCount,
      committedEntryCount: state.committedEntryCount,
      failedGroupCount: state.failedGroupCount,
      commitMsLast: state.commitMsLast,
      refusedMsAgo: state.refusedAtMs === null ? null : performance.now() - state.refusedAtMs,
      appendingMs: findAppendingMs(state),
    }),
    async drained() {
      await Promise.allSettled([...state.groups.values()].map((group) => group.done))
    },
  }
}

export type GroupCommitOptions<Entry> = {
  /** Resolves once the entries are durable; without a turn they are judged at their place. */
  readonly append: (entries: readonly Entry[], turn: Turn | null) => Promise<void>
  readonly onCommitted: (commit: { readonly entryCount: number; readonly commitMs: number }) => void
  readonly onFailed: (groupId: number, entries: readonly Entry[]) => void
  readonly entriesPerGroupMax: number
  readonly nowMs: () => number
}

export type GroupCommit<Entry> = {
  /**
   * A place for at most this many entries, to be pushed before the caller yields to the event loop.
   */
  readonly open: (entryCountMax: number, turn?: Turn | null) => OpenGroup<Entry>
  /** The group, while it is waiting or on its way; null when it is committed or failed. */
  readonly findUncommitted: (groupId: number) => CommitTicket | null
  readonly stats: () => GroupCommitStats
  /** Resolves when everything added so far is committed or failed. */
  readonly drained: () => Promise<void>
}

export type CommitTicket = { readonly id: number; readonly done: Promise<void> }

export type OpenGroup<Entry> = CommitTicket & { readonly push: (entry: Entry) => void }

export type GroupCommitStats = {
  readonly queuedEntryCount: number
  readonly committedGroupCount: number
  readonly committedEntryCount: number
  readonly failedGroupCount: number
  readonly commitMsLast: number
  /** Since the database refused the last append; null when the last one went well. */
  readonly refusedMsAgo: number | null
  /** How long the longest append that is on its way has taken so far; null when none is. */
  readonly appendingMs: number | null
}

type Group<Entry> = CommitTicket & {
  readonly turn: Turn | null
  readonly entries: Entry[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** One append after the other; of several queues, one of each in turn. */
type Pump<Entry> = {
  readonly queues: Map<string, Group<Entry>[]>
  isRunning: boolean
  /** By a clock that never goes back; null while no append is on its way. */
  startedAtMs: number | null
}

type State<Entry> = {
  readonly options: GroupCommitOptions<Entry>
  readonly atOnce: Pump<Entry>
  readonly inTurn: Pump<Entry>
  /** Waiting and on their way. */
  readonly groups: Map<number, Group<Entry>>
  nextGroupId: number
  queuedEntryCount: number
  committedGroupCount: number
  committedEntryCount: number
  failedGroupCount: number
  commitMsLast: number
  /** By a clock that never goes back. */
  refusedAtMs: number | null
}

function createPump<Entry>(): Pump<Entry> {
  return { queues: new Map(), isRunning: false, startedAtMs: null }
}

function findOrMakeGroup<Entry>(
  state: State<Entry>,
  { queues }: Pump<Entry>,
  turn: Turn | null,
  entryCount: number,
): Group<Entry> {
  const key = turn === null ? '' : `${turn.lane} ${turn.senderId}`
  const queue = queues.get(key) ?? []
  queues.set(key, queue)
  const last = queue.at(-1)
  if (last !== undefined && last.entries.length + entryCount <= state.options.entriesPerGroupMax) {
    return last
  }
  const group = newGroup<Entry>(state.nextGroupId, turn)
  state.nextGroupId += 1
  state.groups.set(group.id, group)
  queue.push(group)
  return group
}

async function run<Entry>(state: State<Entry>, pump: Pump<Entry>): Promise<void> {
  for (let group = takeNext(pump); group !== null; group = takeNext(pump)) {
    await commit(state, pump, group)
  }
  pump.isRunning = false
}

function takeNext<Entry>({ queues }: Pump<Entry>): Group<Entry> | null {
  for (const [key, queue] of queues) {
    const group = queue.shift()
    queues.delete(key)
    // Behind the others, for as long as it has more.
    if (queue.length > 0) queues.set(key, queue)
    if (group !== undefined) return group
  }
  return null
}

function findAppendingMs<Entry>({ atOnce, inTurn }: State<Entry>): number | null {
  const startedAtMs = Math.min(atOnce.startedAtMs ?? Infinity, inTurn.startedAtMs ?? Infinity)
  return startedAtMs === Infinity ? null : performance.now() - startedAtMs
}

async function commit<Entry>(
  state: State<Entry>,
  pump: Pump<Entry>,
  group: Group<Entry>,
): Promise<void> {
  const { options } = state
  const startedAtMs = options.nowMs()
  pump.startedAtMs = performance.now()
  try {
    await options.append(group.entries, group.turn)
  } catch (error) {
    pump.startedAtMs = null
    state.failedGroupCount += 1
    if (isRefusedByDatabase(error)) state.refusedAtMs = performance.now()
    // Before anyone hears of the failure: a request that tries again must not meet its own traces.
    options.onFailed(group.id, group.entries)
    settle(state, group)
    group.reject(error)
    return
  }
  pump.startedAtMs = null
  state.refusedAtMs = null
  state.committedGroupCount += 1
  state.committedEntryCount += group.entries.length
  state.commitMsLast = options.nowMs() - startedAtMs
  settle(state, group)
  group.resolve()
  options.onCommitted({ entryCount: group.entries.length, commitMs: state.commitMsLast })
}

function settle<Entry>(state: State<Entry>, group: Group<Entry>): void {
  state.groups.delete(group.id)
  state.queuedEntryCount -= group.entries.length
}

function newGroup<Entry>(id: number, turn: Turn | null): Group<Entry> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Everyone who pushed entries awaits `done` too; without this line a failure nobody happens to
  // await yet would end the process.
  promise.catch(() => {})
  return { id, turn, entries: [], done: promise, resolve, reject }
}
