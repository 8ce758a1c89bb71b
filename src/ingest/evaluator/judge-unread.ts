import type { Effect } from '../../core/model/alert.ts'
import { pushAll } from '../../core/model/lists.ts'
import type { Limits } from '../../core/model/limits.ts'
import { wholeRow } from '../../store/journal/poison.ts'
import type { RowToJudge } from '../../store/journal/turns.ts'
import { withheldOf, type Withheld } from '../../store/journal/withheld.ts'
import { callsSomebody } from './effects-to-save.ts'
import type { EvaluatorCounts } from './evaluator-deps.ts'
import type { EvaluatorMemory } from './evaluator-memory.ts'
import type { FixRate } from './fix-rate.ts'
import { judgeReadableRow, PoisonEntry } from './judge-row.ts'
import { tellPoison, type SetAside } from './quarantine-poison.ts'
import type { ReadAgain } from './read-again.ts'
import type { TurnGiver } from './turn-giver.ts'

/**
 * Judges rows until the time for one step is up, so that alerts found are saved soon: before any
 * turn of a backlog that was given behind them.
 */
export function judgeUnread(work: Unread): JudgedRows {
  const { counts, limits, memory, place, rate, readAgain, turns } = work
  const effects: Effect[] = []
  const unreadable: PoisonEntry[] = []
  const withheld: Withheld[] = []
  const startedAtMs = performance.now()
  let lastReceivedAtMs: number | null = null
  let rowCount = 0
  let isCalling = false
  for (const row of work.unread) {
    const rowStartedAtMs = performance.now()
    if (rowCount > 0 && rowStartedAtMs - startedAtMs > stepMsMax) break
    if (isCalling && row.placeId !== row.id) break
    memory.journalId = row.placeId
    rowCount += 1
    const outcome = judgeReadableRow(memory, row)
    turns.note(row, performance.now() - rowStartedAtMs)
    if (outcome instanceof PoisonEntry) {
      unreadable.push(outcome)
      pushAll(effects, tellPoison(outcome, limits))
      continue
    }
    // Also below the saved place: what is missing in memory now is judged later.
    const waiting = memory.isPoison(row.id, wholeRow) ? null : withheldOf(row)
    if (waiting !== null) withheld.push(waiting)
    // A row below the saved place was judged and saved before; it only rebuilds memory.
    if (row.placeId <= place) readAgain.note(outcome.effects)
    else {
      pushAll(effects, readAgain.take())
      pushAll(effects, outcome.effects)
      isCalling ||= callsSomebody(outcome.effects)
      counts.fixes += outcome.fixCount
      rate.add(outcome.fixCount)
    }
    lastReceivedAtMs = outcome.lastReceivedAtMs ?? lastReceivedAtMs
  }
  if (memory.journalId >= place) pushAll(effects, readAgain.take())
  return { rowCount, effects, unreadable, withheld, lastReceivedAtMs }
}

type Unread = {
  readonly unread: readonly RowToJudge[]
  readonly memory: EvaluatorMemory
  /** What follows from rows up to here is saved. */
  readonly place: number
  readonly limits: Limits
  readonly readAgain: ReadAgain
  readonly turns: TurnGiver
  readonly counts: EvaluatorCounts
  readonly rate: FixRate
}

type JudgedRows = SetAside & {
  readonly rowCount: number
  readonly effects: readonly Effect[]
  readonly lastReceivedAtMs: number | null
}

/** Longer steps would make the first alert of a full batch wait for the last fix of it. */
const stepMsMax = 40
