import { isRefusedByDatabase } from '../../store/pg/pool.ts'

/**
 * Commits together what arrives together: while one append is on its way, later entries
 * gather, and go as one when it is done. Whoever added entries waits for the append that
 * held them, and for no other.
 */
export function createGroupCommit<Entry>(options: GroupCommitOptions<Entry>): GroupCommit<Entry> {
  const state: State<Entry> = {
    options,
    waiting: [],
    groups: new Map(),
    nextGroupId: 1,
    isPumping: false,
    queuedEntryCount: 0,
    committedGroupCount: 0,
    committedEntryCount: 0,
    failedGroupCount: 0,
    commitMsLast: 0,
    refusedAtMs: null,
    startedAtMs: null,
  }
  return {
    open(entryCountMax) {
      const group = findOrMakeGroup(state, entryCountMax)
      if (!state.isPumping) {
        state.isPumping = true
        // One turn of the event loop, so that requests read from the sockets together go together.
        setImmediate(() => void pump(state))
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
      appendingMs: state.startedAtMs === null ? null : performance.now() - state.startedAtMs,
    }),
    async drained() {
      await Promise.allSettled([...state.groups.values()].map((group) => group.done))
    },
  }
}

export type GroupCommitOptions<Entry> = {
  /** Resolves once the entries are durable. */
  readonly append: (entries: readonly Entry[]) => Promise<void>
  readonly onCommitted: (commit: { readonly entryCount: number; readonly commitMs: number }) => void
  readonly onFailed: (groupId: number, entries: readonly Entry[]) => void
  readonly entriesPerGroupMax: number
  readonly nowMs: () => number
}

export type GroupCommit<Entry> = {
  /**
   * A place for at most this many entries, to be pushed before the caller yields to the event loop.
   */
  readonly open: (entryCountMax: number) => OpenGroup<Entry>
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
  /** How long the append that is on its way has taken so far; null when none is. */
  readonly appendingMs: number | null
}

type Group<Entry> = CommitTicket & {
  readonly entries: Entry[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

type State<Entry> = {
  readonly options: GroupCommitOptions<Entry>
  readonly waiting: Group<Entry>[]
  /** Waiting and on their way. */
  readonly groups: Map<number, Group<Entry>>
  nextGroupId: number
  isPumping: boolean
  queuedEntryCount: number
  committedGroupCount: number
  committedEntryCount: number
  failedGroupCount: number
  commitMsLast: number
  /** By a clock that never goes back. */
  refusedAtMs: number | null
  startedAtMs: number | null
}

function findOrMakeGroup<Entry>(state: State<Entry>, entryCount: number): Group<Entry> {
  const last = state.waiting.at(-1)
  if (last !== undefined && last.entries.length + entryCount <= state.options.entriesPerGroupMax) {
    return last
  }
  const group = newGroup<Entry>(state.nextGroupId)
  state.nextGroupId += 1
  state.groups.set(group.id, group)
  state.waiting.push(group)
  return group
}

async function pump<Entry>(state: State<Entry>): Promise<void> {
  for (let group = state.waiting.shift(); group !== undefined; group = state.waiting.shift()) {
    await commit(state, group)
  }
  state.isPumping = false
}

async function commit<Entry>(state: State<Entry>, group: Group<Entry>): Promise<void> {
  const { options } = state
  const startedAtMs = options.nowMs()
  state.startedAtMs = performance.now()
  try {
    await options.append(group.entries)
  } catch (error) {
    state.startedAtMs = null
    state.failedGroupCount += 1
    if (isRefusedByDatabase(error)) state.refusedAtMs = performance.now()
    // Before anyone hears of the failure: a request that tries again must not meet its own traces.
    options.onFailed(group.id, group.entries)
    settle(state, group)
    group.reject(error)
    return
  }
  state.startedAtMs = null
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

function newGroup<Entry>(id: number): Group<Entry> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Everyone who pushed entries awaits `done` too; without this line a failure nobody happens to
  // await yet would end the process.
  promise.catch(() => {})
  return { id, entries: [], done: promise, resolve, reject }
}
