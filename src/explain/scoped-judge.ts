import type { AlertDraft, Effect } from '../core/model/alert.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyHeard,
  applyOutage,
  applyRegistryChange,
  createEngine,
  nextDeadlineMs,
  rejudge,
  rejudgeLookbackMs,
} from '../core/engine/engine.ts'
import type { Engine } from '../core/engine/engine-state.ts'
import type { Fix } from '../core/model/fix.ts'
import type { Limits } from '../core/model/limits.ts'
import type { Judge } from '../ingest/evaluator/judge-row.ts'
import type { Scope } from './scope.ts'
import { isInScope } from './scope.ts'
import { pushAll } from '../core/model/lists.ts'

/**
 * The evaluator's engine, given only what concerns the scope. `clock` says when time-driven rules
 * fire: at the moments the evaluator is known to have looked, or at each deadline as it falls due.
 */
export function createScopedJudge(options: ScopedJudgeOptions): ScopedJudge {
  const { scope } = options
  const engine = createEngine(options.limits)
  const counts = { fixes: 0, deviceEvents: 0, registryChanges: 0 }
  const seen: Fix[] = []
  const seenKeys = new Set<string>()
  const time = { engine, clockMs: 0 }

  return {
    counts,
    clockMs: () => time.clockMs,
    advance(nowMs) {
      if (nowMs <= time.clockMs) return []
      const effects = options.clock === 'deadlines' ? fireDeadlines(time, nowMs) : []
      time.clockMs = nowMs
      const dueMs = nextDeadlineMs(engine)
      if (dueMs !== null && dueMs <= nowMs) pushAll(effects, advanceTo(engine, nowMs))
      return effects
    },
    applyFix(fix) {
      if (!scope.deviceIds.has(fix.deviceId)) return []
      counts.fixes += 1
      // The history keeps the first of equal ones, and judging again reads the history.
      const key = `${fix.deviceId} ${fix.recordedAtMs} ${fix.longitude} ${fix.latitude}`
      if (options.isRejudging && !seenKeys.has(key)) {
        seenKeys.add(key)
        seen.push(fix)
      }
      return applyFix(engine, fix)
    },
    applyDeviceEvent(event) {
      if (!scope.deviceIds.has(event.deviceId)) return []
      counts.deviceEvents += 1
      return applyDeviceEvent(engine, event)
    },
    applyRegistryChange(change, nowMs) {
      if (!isInScope(scope, change)) return []
      counts.registryChanges += 1
      return applyRegistryChange(engine, change, nowMs)
    },
    applyHeard: (heard) => (scope.deviceIds.has(heard.deviceId) ? applyHeard(engine, heard) : []),
    applyOutage: (outage) => applyOutage(engine, outage),
    isPoison: (journalId, entryIndex) => options.poison.has(`${journalId}:${entryIndex}`),
    rejudge(offenderId, fromMs) {
      const since = fromMs - rejudgeLookbackMs(options.limits)
      const fixes = seen.filter((fix) => fix.recordedAtMs >= since)
      return rejudge(engine, offenderId, fixes, fromMs, time.clockMs)
    },
  }
}

export type ScopedJudgeOptions = {
  readonly limits: Limits
  readonly scope: Scope
  readonly clock: ClockMode
  /** Stretches will be judged again, so the fixes are remembered. */
  readonly isRejudging: boolean
  /** As `journalId:entryIndex`. */
  readonly poison: ReadonlySet<string>
}

export type ClockMode = 'readings' | 'deadlines'

export type ScopedJudge = Judge & {
  readonly counts: { fixes: number; deviceEvents: number; registryChanges: number }
  readonly clockMs: () => number
  readonly rejudge: (offenderId: string, fromMs: number) => readonly Effect[]
}

/** Each deadline before `nowMs`, as it falls due. */
function fireDeadlines(
  time: { readonly engine: Engine; clockMs: number },
  nowMs: number,
): Effect[] {
  const { engine } = time
  const effects: Effect[] = []
  // Bounded: a deadline that asks for itself again at the same moment would never let time pass.
  for (let round = 0; round < deadlinesMax; round++) {
    const dueMs = nextDeadlineMs(engine)
    if (dueMs === null || dueMs >= nowMs) break
    time.clockMs = Math.max(time.clockMs, dueMs)
    pushAll(effects, advanceTo(engine, time.clockMs))
    if (nextDeadlineMs(engine) === dueMs) break
  }
  return effects
}

/** The alerts among effects. */
export function raisedOf(effects: readonly Effect[]): readonly AlertDraft[] {
  return effects.flatMap((effect) => (effect.type === 'alert-raised' ? [effect.alert] : []))
}

const deadlinesMax = 100_000
