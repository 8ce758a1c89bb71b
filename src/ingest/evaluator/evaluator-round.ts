import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Effect } from '../../core/model/alert.ts'
import { countEngine, isWhole as isEngineWhole } from '../../core/engine/engine.ts'
import type { DueBound } from '../../core/watch/due-items.ts'
import { readJournalToJudge, rowsToJudgeMax, type RowToJudge } from '../../store/journal/turns.ts'
import { createKeyWait, type KeyWait } from '../../store/journal/withheld.ts'
import { createOrderMender, type OrderMender } from '../../store/registry/mended-orders.ts'
import type { EvaluatorProgress } from './evaluator-deps.ts'
import type { EvaluatorRound, RoundDeps } from './round-deps.ts'
import { loadMoreWindows, loadWindowsFor, type WindowDeps } from './awaited-windows.ts'
import { clockDifferenceMsMax, createTimeBound, type TimeBound } from './bound-time.ts'
import { createEffectsToSave, type EffectsToSave } from './effects-to-save.ts'
import { createFixRate, type FixRate } from './fix-rate.ts'
import { saveStep, takeMemory, writeMemory } from './evaluator-saving.ts'
import { judgeUnread } from './judge-unread.ts'
import { isNothingAside, noteSetAside, nothingAside, type SetAside } from './quarantine-poison.ts'
import { createMemoryKeeper, type MemoryKeeper } from './memory-keeper.ts'
import { createPlaceDue, type PlaceDue } from './place-due.ts'
import { createReadAgain, type ReadAgain } from './read-again.ts'
import { createRejudger, type Rejudger } from './rejudger.ts'
import { createSnapshotDue, type SnapshotDue } from './snapshot-due.ts'
import { createStanding, wantedInMs, type Standing, type StandingChange } from './standing.ts'
import { createTurnGiver, type TurnGiver } from './turn-giver.ts'

/**
 * The work from one loading of memory to the next: steps of reading, judging
 * and saving, one at a time.
 */
export function createEvaluatorRound(deps: RoundDeps): EvaluatorRound {
  const { devices } = deps.memory.engine.index
  const vendorOf = (deviceId: string): string | null => devices.get(deviceId)?.vendorId ?? null
  const turns = createTurnGiver({ ...deps, vendorOf, elapsedMs: () => performance.now() })
  const keeper = createMemoryKeeper(deps)
  const state: State = {
    deps,
    standing: createStanding(deps.memory.engine, deps.recorded),
    rate: createFixRate(),
    time: createTimeBound(deps),
    windows: { ...deps, engine: deps.memory.engine },
    turns,
    mender: createOrderMender(deps),
    keyWait: createKeyWait(deps),
    toSave: createEffectsToSave(() => performance.now()),
    place: deps.place,
    unread: [],
    readAgain: createReadAgain(),
    placeDue: createPlaceDue(() => performance.now()),
    snapshotDue: createSnapshotDue({
      journalId: deps.memory.journalId,
      everyMs: deps.snapshotMs,
      elapsedMs: () => performance.now(),
    }),
    keeper,
    rejudger: createRejudger({
      ...deps,
      keeper,
      turns,
      flush: async (nowMs) => {
        if (!state.toSave.isEmpty()) await saveEffects(state, [], nowMs)
      },
      saveWithMemory: async (effects, nowMs, work) =>
        await saveWithMemory(state, effects, nowMs, work),
    }),
    isTimeHeld: false,
    progress: { journalId: null, lagMs: null, evaluatedAtMs: null, lastReceivedAtMs: null },
  }
  return {
    step: () => step(state),
    finish: () => finish(state),
    ended: () => state.keeper.ended(),
    count: () => countEngine(deps.memory.engine),
    progress: () => ({
      ...state.progress,
      fixesPerSecond: state.rate.perSecond(),
      clockAheadMs: state.time.aheadMs(),
    }),
  }
}

const restMsMax = 1_000
/**
 * Of hundreds of people some deadline falls due each few milliseconds, and each step asks the
 * database what came: those of so long are looked at together. What comes in cuts the rest short.
 */
const dueRestMs = 40
/** Some fifty milliseconds of dossiers that sleep: as long as whoever is seen now waits for it. */
const dueAtOnce: DueBound = { wholeMax: 100, countMax: 100, deviceIds: [], isEveryDevice: false }

type State = {
  readonly deps: RoundDeps
  readonly standing: Standing
  readonly rate: FixRate
  readonly time: TimeBound
  readonly windows: WindowDeps
  readonly turns: TurnGiver
  readonly mender: OrderMender
  readonly keyWait: KeyWait
  readonly toSave: EffectsToSave
  /** What follows from rows up to here is saved. */
  place: number
  unread: readonly RowToJudge[]
  readonly readAgain: ReadAgain
  /** By the clock that only counts, as all that is due: one that is set would stop it for hours. */
  readonly placeDue: PlaceDue
  readonly snapshotDue: SnapshotDue
  readonly keeper: MemoryKeeper
  readonly rejudger: Rejudger
  isTimeHeld: boolean
  /** As of the end of the last step, when what follows of its rows is saved and not only judged. */
  readonly progress: Writable<Omit<EvaluatorProgress, 'fixesPerSecond' | 'clockAheadMs'>>
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

async function step(state: State): Promise<number> {
  const { client, clock, memory } = state.deps
  state.keeper.check()
  const { nowMs, audibleMs } = await state.time.read()
  const isEndRead = await fillUnread(state)
  await state.time.admit(state.unread)
  const readyCount = await loadWindowsFor(client, state.windows, state.unread)
  const ready = state.unread.slice(0, readyCount)
  const judged = judgeUnread({ ...state.deps, ...state, unread: ready })
  state.unread = state.unread.slice(judged.rowCount)
  const { effects, withheld, lastReceivedAtMs } = judged
  const isAtEnd = isEndRead && state.unread.length === 0
  state.toSave.add(effects)
  state.rejudger.noteJudged(ready.slice(0, judged.rowCount), effects)
  const isBacklogged = !isAtEnd || !state.turns.isEmpty()
  state.placeDue.note(isBacklogged)
  const isPlaceOld = memory.journalId > state.place && state.placeDue.isDue()
  const isSaveDue = state.toSave.isDue(isBacklogged) || (isAtEnd && isPlaceOld)
  if (isSaveDue || withheld.length > 0) await saveEffects(state, [], nowMs, judged)
  // While rows wait, time is what they say it is: a backlog of ours may not
  // look like silence of theirs.
  const passed = isAtEnd ? memory.advance(audibleMs, dueAtOnce) : []
  state.rejudger.noteJudged([], passed)
  const isDueLeft = memory.isDueLeft()
  // While the clock is held, silences go unseen: then nobody's protection is vouched for.
  state.isTimeHeld = memory.clockMs() < nowMs
  const isAhead = state.time.aheadMs() > clockDifferenceMsMax
  const isSure = !state.isTimeHeld && !isAhead && !state.deps.isFailing()
  const isAllSaid = isAtEnd && !isDueLeft
  await saveStanding(state, passed, nowMs, isAllSaid && isSure)
  const isWhole = isAllSaid && !(await loadMoreWindows(client, state.windows))
  if (isWhole) await state.rejudger.judgeSome(nowMs)
  if (isAtEnd) await state.mender.mend(memory.engine.index.protectionOrders)
  if (isAtEnd) state.turns.add(await state.keyWait.release())
  // Also behind a backlog: after a crash the whole of it would be read again.
  if (state.snapshotDue.isDue(memory.journalId, isAtEnd)) await beginSnapshot(state, nowMs)
  const { progress } = state
  if (state.toSave.isEmpty()) progress.journalId = memory.journalId
  progress.lagMs = isAtEnd ? 0 : Math.max(0, nowMs - (state.unread[0]?.committedAtMs ?? nowMs))
  progress.lastReceivedAtMs = lastReceivedAtMs ?? progress.lastReceivedAtMs
  progress.evaluatedAtMs = clock.nowMs()
  // History waits until everything of now is judged, and told.
  if (isWhole && !(await state.turns.give())) return findRestMs(state)
  await yieldToOthers()
  return 0
}

/** True when the journal has been read to its end. */
async function fillUnread(state: State): Promise<boolean> {
  if (state.unread.length > 0) return false
  const { client, memory, shard } = state.deps
  const afterId = memory.journalId
  state.unread = await readJournalToJudge(client, { shard, afterId, limit: rowsToJudgeMax })
  return state.unread.length < rowsToJudgeMax
}

async function saveEffects(
  state: State,
  effects: readonly Effect[],
  nowMs: number,
  setAside: SetAside = nothingAside,
): Promise<void> {
  const { deps } = state
  const alongside = isNothingAside(setAside) ? null : () => noteSetAside(deps, setAside)
  await save(state, { effects, nowMs, change: null, alongside })
  deps.counts.poison += setAside.unreadable.length
}

/** Saves what time brought about with what it did to the protection of the orders, as one. */
async function saveStanding(
  state: State,
  passed: readonly Effect[],
  nowMs: number,
  isAllJudged: boolean,
): Promise<void> {
  const { standing, deps } = state
  const due = isAllJudged ? standing.collectDue(nowMs, isEngineWhole(deps.memory.engine)) : null
  const change = due ?? standing.collectWanted(nowMs)
  const isEmpty = change === null || change.isEmpty
  if (passed.length > 0 || !isEmpty)
    await save(state, { effects: passed, nowMs, change, alongside: null })
}

/** Memory is written beside what is judged next, once what follows from its rows is saved. */
async function beginSnapshot(state: State, nowMs: number): Promise<void> {
  const { deps, keeper } = state
  if (keeper.isWriting()) return
  const startedAtMs = performance.now()
  if (!state.toSave.isEmpty() || deps.memory.journalId > state.place)
    await saveEffects(state, [], nowMs)
  const taken = await takeMemory(deps)
  const { journalId } = deps.memory
  const onEnded = (isWritten: boolean): void => {
    if (isWritten) state.snapshotDue.noteSaved(journalId, performance.now() - startedAtMs)
    else state.snapshotDue.noteFailed()
  }
  if (taken === null) onEnded(true)
  else keeper.begin(taken, onEnded)
}

/** Puts what memory has become beside the place; memory and place then stand for the same rows. */
async function finish(state: State): Promise<void> {
  await saveWithMemory(state, [], state.deps.clock.nowMs(), async () => {})
}

async function saveWithMemory(
  state: State,
  effects: readonly Effect[],
  nowMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const { deps, keeper } = state
  await keeper.settle()
  const taken = await takeMemory(deps)
  const whole = taken === null ? null : keeper.join(taken)
  const alongside = async (): Promise<void> => {
    await work()
    if (whole !== null) await writeMemory(deps.client, whole)
  }
  await save(state, { effects, nowMs, change: null, alongside })
  if (whole !== null) keeper.noteSaved()
}

async function save(state: State, saving: Saving): Promise<void> {
  const { client, counts, doorbell, fence, limits, memory, shard } = state.deps
  const { nowMs, change } = saving
  const isUnchanged = change === null || change.isEmpty
  state.toSave.add(saving.effects)
  const effects = state.toSave.list()
  // While memory is rebuilt below the saved place, the place stays.
  const journalId = Math.max(state.place, memory.journalId)
  let eventCount = 0
  const alongside = async (): Promise<void> => {
    eventCount = (await change?.save(client, shard)) ?? 0
    await saving.alongside?.()
  }
  const saved = await saveStep(client, {
    shard,
    fence,
    expected: state.place,
    journalId,
    nowMs,
    limits,
    effects,
    findOrder: memory.findOrder,
    alongside: isUnchanged && saving.alongside === null ? null : alongside,
  })
  change?.confirm()
  state.toSave.clear()
  state.place = journalId
  state.placeDue.noteSaved()
  counts.alerts += saved.raised
  if (saved.events + eventCount > 0) doorbell.ring('alert-events')
}

type Saving = {
  readonly effects: readonly Effect[]
  readonly nowMs: number
  readonly change: StandingChange | null
  /** Saved in the same transaction; null: nothing. */
  readonly alongside: (() => Promise<void>) | null
}

function findRestMs(state: State): number {
  const { clock, memory } = state.deps
  const nowMs = clock.nowMs()
  // A deadline that may not fire yet is no reason to look again at once.
  const dueMs = (state.isTimeHeld ? null : memory.nextDeadlineMs()) ?? Number.POSITIVE_INFINITY
  const rejudgeInMs = state.rejudger.dueInMs()
  const dueInMs = Math.max(dueRestMs, dueMs - nowMs)
  const isPlaceSaved = memory.journalId <= state.place
  const placeInMs = isPlaceSaved ? restMsMax : state.placeDue.dueInMs()
  return Math.max(1, Math.min(restMsMax, dueInMs, rejudgeInMs, placeInMs, wantedInMs(nowMs)))
}
