import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import type { Effect } from '../../core/model/alert.ts'
import { rejudgeLookbackMs } from '../../core/engine/engine.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { Log } from '../../log.ts'
import {
  listReadyRejudgements,
  loadFixesOfCases,
  type CaseFixes,
  type FixesOfCases,
  type Rejudgement,
} from '../../store/evaluator/rejudgements.ts'
import { loadHistoryPlace } from '../../store/history/history.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import type { RowToJudge } from '../../store/journal/turns.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'

/**
 * Reads what old stretches are judged from, many in one statement and on a connection of its own,
 * while rows of now are judged. What was read stands as long as nothing came that it would lack:
 * the history had everything that was judged when it was read, what came since is in the window of
 * the dossier as long as nothing has left that, and neither was an earlier beginning asked for nor
 * the registry changed. One that does not stand is read anew. What was tried before, or cannot be
 * read or kept, is for `isAloneDue`: whoever judges it reads it by itself, with nothing between.
 */
export function createStretchReader(deps: StretchReaderDeps): StretchReader {
  const state: State = {
    deps,
    ready: [],
    isReading: false,
    askedSince: new Set(),
    registryChangeCount: 0,
    dueAtMs: performance.now(),
    countMax: countMaxFirst,
    isAloneDue: false,
    droppedCount: 0,
  }
  return {
    isReading: () => state.isReading,
    isReadingDue: () =>
      !state.isReading && state.ready.length === 0 && performance.now() >= state.dueAtMs,
    dueAtMs: () => state.dueAtMs,
    isAloneDue: () => state.isAloneDue,
    noteAlone(request) {
      state.isAloneDue = false
      state.droppedCount = 0
      if (request !== null) forget(state, request.offenderId)
    },
    noteJudged: (rows, effects) => noteJudged(state, rows, effects),
    begin(inHand) {
      state.isReading = true
      state.askedSince.clear()
      void read(state, inHand)
        .catch((error: unknown) => {
          deps.log.warn({ err: error }, 'old stretches cannot be read together')
          state.isAloneDue = true
        })
        .finally(() => {
          state.isReading = false
        })
    },
    take: (fixCountMax) => take(state, fixCountMax),
  }
}

export type StretchReader = {
  readonly isReading: () => boolean
  /** Nothing is at hand or on its way, and it is time to look. */
  readonly isReadingDue: () => boolean
  /** When it is time to look again. */
  readonly dueAtMs: () => number
  /** One is to be judged by itself. */
  readonly isAloneDue: () => boolean
  /** That is done now, with this one: what was read of it is of no use. Null: with none. */
  readonly noteAlone: (request: Pick<Rejudgement, 'offenderId'> | null) => void
  /** With everything that is judged: what was read may not stand after it. */
  readonly noteJudged: (rows: readonly RowToJudge[], effects: readonly Effect[]) => void
  /** With everything saved that was asked for; but for these, which are being judged. */
  readonly begin: (inHand: readonly StretchAtHand[]) => void
  /** The next ones that stand, with about so many fixes; one where any does. */
  readonly take: (fixCountMax: number) => readonly StretchAtHand[]
}

export type StretchAtHand = {
  readonly request: Rejudgement
  readonly fixes: CaseFixes
  /** Up to where fixes had left the window when it was read. */
  readonly evictedMs: number | null
}

export type StretchReaderDeps = {
  readonly limits: Limits
  readonly log: Pick<Log, 'warn'>
  readonly memory: Pick<EvaluatorMemory, 'engine' | 'journalId'>
  readonly pool: pg.Pool
  readonly shard: number
  /** From so many on a stretch is a long one. */
  readonly longFixCount?: number
}

type State = {
  readonly deps: StretchReaderDeps
  ready: readonly StretchAtHand[]
  isReading: boolean
  /** Offenders of whom one was asked for, or judged, since the reading under way began. */
  readonly askedSince: Set<string>
  registryChangeCount: number
  dueAtMs: number
  /** So many are read at once. */
  countMax: number
  isAloneDue: boolean
  /** That did not stand, since one was judged by itself: that others stood helps none of them. */
  droppedCount: number
}

const lookMs = 1_000
const countMaxFirst = 2
const countMaxOfAll = 64
/** Some hundred milliseconds of judging: they are not at hand for long, and seldom in vain. */
const fixCountAtOnce = 8_000
/** One with more is read by itself, beside too. */
export const longFixCountUsual = 50_000
/** Of somebody who reports without a pause. */
const droppedCountMax = 8
const historyLookMs = 25
/** A history that is behind is enough for one that is judged at once: what lacks is in memory. */
const historyMsMax = 2_000

async function read(state: State, inHand: readonly StretchAtHand[]): Promise<void> {
  const { deps, registryChangeCount, countMax } = state
  const { limits, memory, pool, shard } = deps
  const exceptIds = inHand.map(({ request }) => request.id)
  const listed = await listReadyRejudgements(pool, { shard, limit: countMax, exceptIds })
  state.dueAtMs = performance.now() + (listed.length === 0 ? lookMs : 0)
  const requests = listed.filter(({ attemptCount }) => attemptCount === 0)
  if (requests.length === 0) {
    state.isAloneDue ||= listed.length > 0
    return
  }
  const evictedMs = requests.map(({ offenderId }) => findEvictedMs(deps, offenderId))
  if (!(await waitForHistory(deps, memory.journalId))) {
    state.isAloneDue = true
    return
  }
  const lookbackMs = rejudgeLookbackMs(limits)
  const cases = requests.map(({ offenderId, fromMs }) => ({
    offenderId,
    fromMs: fromMs - lookbackMs,
  }))
  const { found, wholeCount, fixCount } = await loadCases(deps, cases)
  if (wholeCount === 0) state.isAloneDue = true
  const perStretch = Math.max(1, fixCount / Math.max(1, wholeCount))
  state.countMax = Math.max(1, Math.min(countMaxOfAll, Math.floor(fixCountAtOnce / perStretch)))
  const whole = requests.slice(0, wholeCount)
  const isSame = registryChangeCount === state.registryChangeCount
  const stretches = whole.map((request, at): StretchAtHand => ({
    request,
    fixes: found[at] ?? [],
    evictedMs: evictedMs[at] ?? null,
  }))
  const stands = ({ request }: StretchAtHand): boolean =>
    isSame && !state.askedSince.has(request.offenderId)
  noteDropped(
    state,
    stretches.filter((one) => !stands(one)),
  )
  state.ready = stretches.filter(stands)
}

/** As many as may be held beside; the first one in full where it has more by itself. */
async function loadCases(deps: StretchReaderDeps, cases: Cases): Promise<FixesOfCases> {
  const { limits, pool, longFixCount = longFixCountUsual } = deps
  const loaded = await loadFixesOfCases(pool, { cases, limit: longFixCount })
  if (loaded.wholeCount > 0) return loaded
  const first = { cases: cases.slice(0, 1), limit: limits.rejudgeFixCountMax }
  return await loadFixesOfCases(pool, first)
}

type Cases = Parameters<typeof loadFixesOfCases>[1]['cases']

/** Until it holds everything that is judged by now; false when that takes long. */
async function waitForHistory(
  { pool, shard }: StretchReaderDeps,
  journalId: number,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < historyMsMax; waitedMs += historyLookMs) {
    if ((await loadHistoryPlace(pool, shard)) >= journalId) return true
    await delay(historyLookMs)
  }
  return false
}

function noteJudged(state: State, rows: readonly RowToJudge[], effects: readonly Effect[]): void {
  if (rows.some(({ kind }) => kind === journalKinds.registryChange)) {
    state.registryChangeCount += 1
    noteDropped(state, state.ready)
    state.ready = []
  }
  for (const effect of effects) {
    if (effect.type === 'rejudge-needed') noteDropped(state, forget(state, effect.offenderId))
  }
}

/** What was read of this offender, or is being read, does not stand. Gives what is let go. */
function forget(state: State, offenderId: string): readonly StretchAtHand[] {
  if (state.isReading) state.askedSince.add(offenderId)
  const isOfThem = ({ request }: StretchAtHand): boolean => request.offenderId === offenderId
  const dropped = state.ready.filter(isOfThem)
  if (dropped.length > 0) state.ready = state.ready.filter((one) => !isOfThem(one))
  return dropped
}

function take(state: State, fixCountMax: number): readonly StretchAtHand[] {
  const taken: StretchAtHand[] = []
  let fixCount = 0
  let at = 0
  for (const stretch of state.ready) {
    if (taken.length > 0 && fixCount + stretch.fixes.length > fixCountMax) break
    at += 1
    if (findEvictedMs(state.deps, stretch.request.offenderId) !== stretch.evictedMs) {
      noteDropped(state, [stretch])
      continue
    }
    fixCount += stretch.fixes.length
    taken.push(stretch)
  }
  state.ready = state.ready.slice(at)
  return taken
}

/** A long one is not read in vain a second time. */
function noteDropped(state: State, dropped: readonly StretchAtHand[]): void {
  const { longFixCount = longFixCountUsual } = state.deps
  for (const { fixes } of dropped)
    state.droppedCount += fixes.length >= longFixCount ? droppedCountMax : 1
  if (state.droppedCount >= droppedCountMax) state.isAloneDue = true
}

function findEvictedMs({ memory }: StretchReaderDeps, offenderId: string): number | null {
  return memory.engine.dossiers.get(offenderId)?.evictedMs ?? null
}
