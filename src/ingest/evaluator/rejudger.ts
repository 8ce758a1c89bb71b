import type { Effect } from '../../core/model/alert.ts'
import { findSnapshotKey } from '../../store/evaluator/evaluator-snapshots.ts'
import { finishRejudgements, listReadyRejudgements } from '../../store/evaluator/rejudgements.ts'
import type { RowToJudge } from '../../store/journal/turns.ts'
import { judgeStretch, judgeStretches } from './judge-stretch.ts'
import type { MemoryKeeper } from './memory-keeper.ts'
import type { RoundDeps } from './round-deps.ts'
import { createStretchReader, longFixCountUsual } from './stretch-reader.ts'
import type { TurnGiver } from './turn-giver.ts'

/**
 * Judges old stretches again from stored history, some at a time. It changes memory in a way the
 * journal does not tell, so memory is saved with it. While others report, or wait for a turn, it
 * rests as long as it took, from its end on: also where a machine takes a second for one, what is
 * of now and what waits get as much time as it does.
 */
export function createRejudger(deps: RejudgerDeps): Rejudger {
  const state: State = {
    deps,
    reader: createStretchReader(deps),
    restedAtMs: performance.now(),
    msPerFix: msPerFixFirst,
  }
  const { reader } = state
  return {
    noteJudged: reader.noteJudged,
    async judgeSome(nowMs) {
      const startedAtMs = performance.now()
      if (startedAtMs < state.restedAtMs) return
      const isDone = await judgeNext(state, nowMs)
      const endedAtMs = performance.now()
      const isAlone = deps.turns.isEmpty() && !deps.turns.isLive()
      if (isDone) state.restedAtMs = endedAtMs + (isAlone ? 0 : endedAtMs - startedAtMs)
      else if (!reader.isReading()) state.restedAtMs = endedAtMs + idleMs
    },
    dueInMs() {
      const inMs = Math.max(state.restedAtMs, reader.dueAtMs()) - performance.now()
      return Math.max(reader.isReading() ? readingLookMs : 1, inMs)
    },
  }
}

export type Rejudger = {
  /** With everything that is judged in between. */
  readonly noteJudged: (rows: readonly RowToJudge[], effects: readonly Effect[]) => void
  /** When everything of now is judged: some of what is at hand, and begins to read more. */
  readonly judgeSome: (nowMs: number) => Promise<void>
  readonly dueInMs: () => number
}

export type RejudgerDeps = RoundDeps & {
  readonly keeper: Pick<MemoryKeeper, 'isSaved'>
  readonly turns: Pick<TurnGiver, 'isEmpty' | 'isLive'>
  /** Saves all that was decided. */
  readonly flush: (nowMs: number) => Promise<void>
  /** Saves this with memory, and what `work` does, as one. */
  readonly saveWithMemory: (
    effects: readonly Effect[],
    nowMs: number,
    work: () => Promise<void>,
  ) => Promise<void>
}

type State = {
  readonly deps: RejudgerDeps
  readonly reader: ReturnType<typeof createStretchReader>
  /** Of the clock that only counts. */
  restedAtMs: number
  msPerFix: number
}

const readingLookMs = 5
/** Nothing is on its way: memory is being written, or cannot be, or nothing waits. */
const idleMs = 100
/** As a turn of a backlog; a longer one only where a single stretch is. */
const pieceMsAmongOthers = 30
const pieceMsAlone = 100
const msPerFixFirst = 0.015
const paceWeight = 0.2

/** True when something was judged. */
async function judgeNext(state: State, nowMs: number): Promise<boolean> {
  const { deps, reader } = state
  // Nobody waits for a writing with it, and while one is refused it would be undone with it. For
  // how long is watched from the rows (`workers/watch-stretches.ts`).
  if (!deps.keeper.isSaved()) return false
  if (reader.isAloneDue()) return await judgeAlone(state, nowMs)
  const isAmongOthers = !deps.turns.isEmpty() || deps.turns.isLive()
  const pieceMs = isAmongOthers ? pieceMsAmongOthers : pieceMsAlone
  const piece = reader.take(pieceMs / state.msPerFix)
  const fixCount = piece.reduce((sum, { fixes }) => sum + fixes.length, 0)
  // Two long ones at once would be held in memory.
  const mayRead = fixCount < longFixCountUsual && reader.isReadingDue()
  if (mayRead && (await findSnapshotKey(deps.client)) !== null) {
    // An earlier beginning must be in the request before it is read, or would be done with it.
    await deps.flush(nowMs)
    reader.begin(piece)
  }
  if (piece.length === 0) return false
  const startedAtMs = performance.now()
  const { effects, doneIds } = await judgeStretches(
    { ...deps, onSetAside: () => noteSetAside(state) },
    piece,
  )
  const msPerFix = (performance.now() - startedAtMs) / Math.max(1, fixCount)
  state.msPerFix += (msPerFix - state.msPerFix) * paceWeight
  if (doneIds.length > 0) await finish(state, effects, nowMs, doneIds)
  return true
}

/** One that was tried before, or is long, or never at hand for long enough. */
async function judgeAlone(state: State, nowMs: number): Promise<boolean> {
  const { deps, reader } = state
  const { client, shard } = deps
  if ((await findSnapshotKey(client)) === null) return false
  await deps.flush(nowMs)
  const [request] = await listReadyRejudgements(client, { shard, limit: 1 })
  reader.noteAlone(request ?? null)
  if (request === undefined) return false
  const effects = await judgeStretch({ ...deps, onSetAside: () => noteSetAside(state) }, request)
  if (effects !== null) await finish(state, effects, nowMs, [request.id])
  return true
}

async function finish(
  { deps }: State,
  effects: readonly Effect[],
  nowMs: number,
  ids: readonly number[],
): Promise<void> {
  const { client, memory } = deps
  await deps.saveWithMemory(effects, nowMs, () => finishRejudgements(client, ids, memory.clockMs()))
}

function noteSetAside({ deps }: State): void {
  deps.counts.stretchesSetAside += 1
  deps.doorbell.ring('alert-events')
}
