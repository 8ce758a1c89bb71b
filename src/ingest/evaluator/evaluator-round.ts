import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Effect } from '../../core/model/alert.ts'
import { countEngine, rejudgeLookbackMs, type EngineCounts } from '../../core/engine/engine.ts'
import { readJournal, type JournalRow } from '../../store/journal/journal.ts'
import { findReceptionEndMs } from '../../store/evaluator/reception.ts'
import { saveSnapshots } from '../../store/evaluator/evaluator-snapshots.ts'
import type { Db } from '../../store/pg/pool.ts'
import {
  finishRejudgement,
  listReadyRejudgements,
  loadCaseFixes,
} from '../../store/evaluator/rejudgements.ts'
import type { EvaluatorCounts, EvaluatorDeps, EvaluatorProgress } from './evaluator-deps.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'
import { saveStep } from './evaluator-saving.ts'
import { judgeRow } from './judge-row.ts'
import {
  createStanding,
  nothingRecorded,
  type RecordedStanding,
  type StandingChange,
} from './standing.ts'

/** The work from one loading of memory to the next: steps of reading, judging and saving, one at a time. */
// oxlint-disable-next-line max-lines-per-function -- a holder of state: each function in it is short, and they share it
export function createEvaluatorRound(deps: RoundDeps): EvaluatorRound {
  const { client, clock, counts, limits, memory, shard } = deps
  const standing = createStanding(memory.engine, deps.standing ?? nothingRecorded)
  let place = deps.place
  let unread: JournalRow[] = []
  let placeSavedAtMs = clock.nowMs()
  let snapshotDueAtMs = placeSavedAtMs + (deps.snapshotMs ?? snapshotMs)
  let rejudgeDueAtMs = placeSavedAtMs
  let receptionDueAtMs = Number.NEGATIVE_INFINITY
  let receptionEndMs = Number.POSITIVE_INFINITY
  let isTimeHeld = false
  const rate = createRate()
  /** Told to who asks: what of these rows follows is saved, not only judged. */
  let finishedJournalId: number | null = null
  let lagMs: number | null = null
  let evaluatedAtMs: number | null = null
  let lastReceivedAtMs: number | null = null

  async function step(): Promise<number> {
    const nowMs = clock.nowMs()
    const timeMs = await boundTime(nowMs)
    const isEndRead = await fillUnread()
    const effects = judgeUnread()
    const isAtEnd = isEndRead && unread.length === 0
    const isPlaceOld = memory.journalId > place && nowMs - placeSavedAtMs >= placeMs
    if (effects.length > 0 || (isAtEnd && isPlaceOld)) await save(effects, nowMs)
    // While rows wait, time is what they say it is: a backlog of ours may not look like silence of theirs.
    const passed = isAtEnd ? memory.advance(timeMs) : []
    // While the clock is held, silences go unseen: then nobody's protection is vouched for.
    isTimeHeld = memory.clockMs() < nowMs
    const isJudged = isAtEnd && !isTimeHeld
    await saveWithProtection(passed, isJudged && standing.isDue(nowMs), nowMs)
    if (isAtEnd) {
      if (nowMs >= rejudgeDueAtMs) await rejudgeOne(nowMs)
      if (nowMs >= snapshotDueAtMs) await snapshot()
    }
    finishedJournalId = memory.journalId
    lagMs = isAtEnd ? 0 : Math.max(0, nowMs - (unread[0]?.committedAtMs ?? nowMs))
    evaluatedAtMs = clock.nowMs()
    if (!isAtEnd) await yieldToOthers()
    return isAtEnd ? restMs() : 0
  }

  /**
   * How far time may pass. Not beyond what we could hear: while the intake is down, silence is ours, and what there is
   * to say of it is in the journal before anything that is received later.
   */
  async function boundTime(nowMs: number): Promise<number> {
    if (nowMs >= receptionDueAtMs) {
      const endMs = await findReceptionEndMs(client, { shard, nowMs })
      receptionEndMs = endMs ?? Number.POSITIVE_INFINITY
      receptionDueAtMs = nowMs + receptionMs
    }
    return Math.min(nowMs, receptionEndMs)
  }

  async function fillUnread(): Promise<boolean> {
    if (unread.length > 0) return false
    unread = await readJournal(client, { shard, afterId: memory.journalId, limit: rowCountMax })
    return unread.length < rowCountMax
  }

  /** Judges rows until the time for one step is up; the rest waits for the next, so that alerts found are saved soon. */
  function judgeUnread(): Effect[] {
    const effects: Effect[] = []
    const startedAtMs = performance.now()
    let judgedCount = 0
    for (const row of unread) {
      if (judgedCount > 0 && performance.now() - startedAtMs > stepMsMax) break
      const outcome = judgeRow(memory, row)
      // A row below the saved place was judged and saved before; it only rebuilds memory.
      if (row.id > place) {
        for (const effect of outcome.effects) effects.push(effect)
        counts.fixes += outcome.fixCount
        rate.add(outcome.fixCount)
      }
      memory.journalId = row.id
      lastReceivedAtMs = outcome.lastReceivedAtMs ?? lastReceivedAtMs
      judgedCount += 1
    }
    unread = unread.slice(judgedCount)
    return effects
  }

  /** What time brought about, and what it did to the protection of the orders: saved as one, if it is anything. */
  async function saveWithProtection(
    passed: readonly Effect[],
    isDue: boolean,
    nowMs: number,
  ): Promise<void> {
    if (!isDue) {
      if (passed.length > 0) await save(passed, nowMs)
      return
    }
    const startedAtMs = performance.now()
    const change = standing.collect(nowMs, true)
    standing.rest(nowMs, performance.now() - startedAtMs)
    if (passed.length > 0 || !change.isEmpty) await save(passed, nowMs, undefined, change)
  }

  async function save(
    effects: readonly Effect[],
    nowMs: number,
    alongside?: () => Promise<void>,
    change: StandingChange = standing.collect(nowMs, false),
  ): Promise<void> {
    // While memory is rebuilt below the saved place, the place stays.
    const journalId = Math.max(place, memory.journalId)
    let eventCount = 0
    const saved = await saveStep(client, {
      shard,
      expected: place,
      journalId,
      nowMs,
      limits,
      effects,
      findOrder: memory.findOrder,
      alongside: async () => {
        eventCount = await change.save(client, shard)
        await alongside?.()
      },
    })
    change.confirm()
    place = journalId
    placeSavedAtMs = nowMs
    counts.alerts += saved.raised
    if (saved.events + eventCount > 0) deps.doorbell.ring('alert-events')
  }

  /** Puts what memory has become beside the place; memory and place then stand for the same rows. */
  async function snapshot(): Promise<void> {
    const startedAtMs = clock.nowMs()
    await save([], startedAtMs, saveMemory)
    const tookMs = clock.nowMs() - startedAtMs
    // Taking snapshots may cost a twentieth of the time; the rest of the safety is reading the journal again.
    const restMsMin = Math.max(deps.snapshotMs ?? snapshotMs, tookMs * 20)
    snapshotDueAtMs = clock.nowMs() + restMsMin
  }

  async function saveMemory(): Promise<void> {
    await saveSnapshots(client, {
      shard,
      journalId: memory.journalId,
      clockMs: memory.clockMs(),
      snapshots: memory.takeSnapshots(),
    })
  }

  /**
   * Judges one old stretch again from stored history. It changes memory in a way the journal does not tell,
   * so memory is saved with it.
   */
  async function rejudgeOne(nowMs: number): Promise<void> {
    const [request] = await listReadyRejudgements(client, { shard, limit: 1 })
    rejudgeDueAtMs = request === undefined ? nowMs + rejudgeMs : nowMs
    if (request === undefined) return
    const fixes = await loadCaseFixes(client, {
      offenderId: request.offenderId,
      fromMs: request.fromMs - rejudgeLookbackMs(limits),
      limit: rejudgeFixCountMax,
    })
    const effects = memory
      .rejudge(request.offenderId, fixes, request.fromMs)
      .filter((effect) => effect.type !== 'rejudge-needed')
    await save(effects, nowMs, async () => {
      await finishRejudgement(client, request.id, memory.clockMs())
      await saveMemory()
    })
  }

  function restMs(): number {
    const nowMs = clock.nowMs()
    // A deadline that may not fire yet is no reason to look again at once.
    const dueMs = (isTimeHeld ? null : memory.nextDeadlineMs()) ?? Number.POSITIVE_INFINITY
    return Math.max(1, Math.min(restMsMax, dueMs - nowMs, Math.max(rejudgeDueAtMs - nowMs, 1)))
  }

  return {
    step,
    finish: snapshot,
    count: () => countEngine(memory.engine),
    progress: () => ({
      journalId: finishedJournalId,
      lagMs,
      evaluatedAtMs,
      lastReceivedAtMs,
      fixesPerSecond: rate.perSecond(),
    }),
  }
}

export type RoundDeps = EvaluatorDeps & {
  /** The connection that holds the shard's lock; everything is read and written over it. */
  readonly client: Db
  readonly memory: EvaluatorMemory
  /** Effects of rows up to here have been saved. */
  readonly place: number
  /** What was last on record of protection and wanted intervals. Absent: nothing. */
  readonly standing?: RecordedStanding
  readonly counts: EvaluatorCounts
}

export type EvaluatorRound = {
  /** Resolves with how long to rest before the next step; 0 when rows are waiting. */
  readonly step: () => Promise<number>
  /** Saves memory, before letting go of the shard. */
  readonly finish: () => Promise<void>
  /** Walks over every dossier. */
  readonly count: () => EngineCounts
  readonly progress: () => EvaluatorProgress
}

const rowCountMax = 64
/** Longer steps would make the first alert of a full batch wait for the last fix of it. */
const stepMsMax = 40
/** A place without effects is only a saving on restart; it need not cost a commit each time. */
const placeMs = 1_000
const snapshotMs = 30_000
/** Well within `intake_grace()`, so that the clock of a quiet evaluator does not stand still. */
const receptionMs = 1_000
const restMsMax = 1_000
const rejudgeMs = 1_000
/** Six people reporting each 15 s for the 35 days that are judged at all. */
const rejudgeFixCountMax = 1_250_000

/** Fixes per second over the last seconds, for people who look at it. */
function createRate(): { add: (count: number) => void; perSecond: () => number } {
  const windowMs = 5_000
  let windowStartMs = performance.now()
  let counted = 0
  let latest = 0
  function roll(): void {
    const elapsedMs = performance.now() - windowStartMs
    if (elapsedMs < windowMs) return
    latest = (counted * 1000) / elapsedMs
    counted = 0
    windowStartMs = performance.now()
  }
  return {
    add(count) {
      roll()
      counted += count
    },
    perSecond() {
      roll()
      return latest
    },
  }
}
