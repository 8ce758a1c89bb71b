import assert from 'node:assert/strict'
import type { Effect } from '../core/model/alert.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyRegistryChange,
  createEngine,
  nextDeadlineMs,
  rejudge,
  rejudgeLookbackMs,
} from '../core/engine/engine.ts'
import type { Engine } from '../core/engine/engine-state.ts'
import type { Fix } from '../core/model/fix.ts'
import type { Limits } from '../core/model/limits.ts'
import type { QuietMode } from '../core/quiet/trail.ts'
import { createAlertBook, recordEffect } from './alert-line.ts'
import type { AlertBook, AlertLine } from './alert-line.ts'
import { createEmptyTime, nextLookMs, noteLook } from './empty-time.ts'
import type { EmptyTime } from './empty-time.ts'
import { fixAt, receivedAtMsOf, rowsByReceipt } from './fix-columns.ts'
import { createFixMemory, recallFixes, rememberRow } from './fix-memory.ts'
import type { FixMemory } from './fix-memory.ts'
import type { LoadedScenario } from './scenario.ts'
import { registryChanges } from '../core/model/registry.ts'
import { minOf } from '../core/model/lists.ts'

/**
 * Judges a recorded scenario with the server's own evaluator, on a clock that is moved by the
 * recording. The same scenario gives the same lines, byte for byte, in each mode of quiet fixes.
 */
export function* replayScenario(
  scenario: LoadedScenario,
  limits: Limits,
  untilMs: number | null,
  onProgress: (counts: ReplayCounts) => void,
  quietMode: QuietMode = 'on',
): Generator<AlertLine> {
  const rows = rowsByReceipt(scenario.fixes)
  const events = scenario.deviceEvents.toSorted(
    (one, other) => one.receivedAtMs - other.receivedAtMs,
  )
  const run = startRun(
    scenario,
    createEngine(limits, quietMode),
    startMs(scenario, rows, events[0]?.receivedAtMs ?? Infinity, untilMs),
  )
  for (const change of registryChanges(scenario.registry)) {
    yield* record(run, applyRegistryChange(run.engine, change, run.nowMs))
  }
  const counts = { fixCount: 0, deviceEventCount: 0, nowMs: run.nowMs }
  let row = 0
  let event = 0
  while (row < rows.length || event < events.length) {
    const fixRow = rows[row]
    const deviceEvent = events[event]
    const fixMs = fixRow === undefined ? Infinity : receivedAtMsOf(scenario.fixes, fixRow)
    const eventMs = deviceEvent?.receivedAtMs ?? Infinity
    const nextMs = Math.min(fixMs, eventMs)
    if (untilMs !== null && nextMs > untilMs) break
    yield* moveClock(run, nextMs)
    run.heardMs = nextMs
    // Received together: fixes first, as they are the ground on which an event is weighed.
    if (fixRow !== undefined && fixMs <= eventMs) {
      const fix = fixAt(scenario.fixes, fixRow)
      rememberRow(run.memory, fixRow)
      yield* record(run, applyFix(run.engine, fix))
      row++
      counts.fixCount = row
    } else if (deviceEvent !== undefined) {
      yield* record(run, applyDeviceEvent(run.engine, deviceEvent))
      event++
      counts.deviceEventCount = event
    }
    if ((row + event) % progressEveryCount === 0) {
      onProgress({ ...counts, nowMs: run.nowMs })
    }
  }
  yield* moveClock(run, Math.max(run.nowMs, untilMs ?? run.nowMs))
  yield* judgeAgain(run)
  onProgress({ ...counts, nowMs: run.nowMs })
}

export type ReplayCounts = {
  readonly fixCount: number
  readonly deviceEventCount: number
  readonly nowMs: number
}

type Run = {
  readonly engine: Engine
  readonly alerts: AlertBook
  readonly memory: FixMemory
  /** Stretches to judge again, by offender, from their earliest moment. */
  readonly rejudgeFromMs: Map<string, number>
  readonly empty: EmptyTime
  nowMs: number
  /** When something was last received. */
  heardMs: number
}

const progressEveryCount = 50_000

function startRun(scenario: LoadedScenario, engine: Engine, nowMs: number): Run {
  return {
    engine,
    alerts: createAlertBook(),
    memory: createFixMemory(scenario.registry, scenario.fixes),
    rejudgeFromMs: new Map(),
    empty: createEmptyTime(scenario.registry, engine.limits),
    nowMs,
    heardMs: nowMs,
  }
}

/** Without a line there is still the clock to run from the first order to `untilMs`. */
function startMs(
  scenario: LoadedScenario,
  rows: Uint32Array,
  firstEventMs: number,
  untilMs: number | null,
): number {
  const [firstRow] = rows
  const firstFixMs = firstRow === undefined ? Infinity : receivedAtMsOf(scenario.fixes, firstRow)
  const first = Math.min(firstFixMs, firstEventMs)
  if (first !== Infinity) {
    return untilMs === null ? first : Math.min(first, untilMs)
  }
  const orders = scenario.registry.protectionOrders.map((order) => order.validFromMs)
  return orders.length > 0 ? minOf(orders) : 0
}

function* moveClock(run: Run, toMs: number): Generator<AlertLine> {
  if (toMs > run.nowMs) {
    yield* judgeAgain(run)
  }
  for (;;) {
    const deadlineMs = nextDeadlineMs(run.engine)
    if (deadlineMs === null || deadlineMs > toMs) {
      break
    }
    const { nowMs, heardMs } = run
    const lookMs = nextLookMs(run.empty, run.engine, { deadlineMs, nowMs, heardMs, untilMs: toMs })
    run.nowMs = Math.max(nowMs, lookMs)
    const effects = advanceTo(run.engine, run.nowMs)
    noteLook(run.empty, effects.length > 0)
    yield* record(run, effects)
    const followingMs = nextDeadlineMs(run.engine)
    // A deadline that stays due after it was judged would stop the clock for ever.
    assert(followingMs === null || followingMs > run.nowMs, 'a judged deadline is still due')
  }
  run.nowMs = Math.max(run.nowMs, toMs)
}

/**
 * One pass for everything that arrived at one moment: a late upload of a
 * thousand fixes is judged once.
 */
function* judgeAgain(run: Run): Generator<AlertLine> {
  const pending = [...run.rejudgeFromMs]
  run.rejudgeFromMs.clear()
  for (const [offenderId, fromMs] of pending) {
    const sinceMs = fromMs - rejudgeLookbackMs(run.engine.limits)
    const fixes: readonly Fix[] = recallFixes(run.memory, offenderId, sinceMs)
    yield* record(run, rejudge(run.engine, offenderId, fixes, fromMs, run.nowMs))
  }
}

function* record(run: Run, effects: readonly Effect[]): Generator<AlertLine> {
  for (const effect of effects) {
    if (effect.type === 'rejudge-needed') {
      const known = run.rejudgeFromMs.get(effect.offenderId) ?? Infinity
      run.rejudgeFromMs.set(effect.offenderId, Math.min(known, effect.fromMs))
      continue
    }
    const line = recordEffect(run.alerts, effect, run.nowMs)
    if (line !== null) {
      yield line
    }
  }
}
