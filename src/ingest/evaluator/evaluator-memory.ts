import { AssertionError } from 'node:assert'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Effect } from '../../core/model/alert.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyHeard,
  applyOutage,
  applyRegistryChange,
  createEngine,
  endLaying,
  findLatestMs,
  isDueLeft,
  layChange,
  layNamed,
  laySnapshot,
  nextDeadlineMs,
  rejudge,
  setClockBack,
  SnapshotFault,
  takeSnapshots,
  windowScope,
} from '../../core/engine/engine.ts'
import type { Engine } from '../../core/engine/engine-state.ts'
import type { Fix } from '../../core/model/fix.ts'
import type { DueBound } from '../../core/watch/due-items.ts'
import type { QuietMode } from '../../core/quiet/trail.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { ProtectionOrder, RegistryChange } from '../../core/model/registry.ts'
import type { Log } from '../../log.ts'
import {
  findSnapshotPlace,
  loadSnapshots,
  noPlace,
  usualSnapshotKey,
  type SnapshotPlace,
} from '../../store/evaluator/evaluator-snapshots.ts'
import { asRegistryWas, listOrderVersions } from '../../store/evaluator/evaluator-place.ts'
import { listPoison } from '../../store/journal/poison.ts'
import type { Db } from '../../store/pg/pool.ts'
import { readAlone, type ReadTogether } from '../../store/pg/readers.ts'
import { registryOf, registryReadings } from '../../store/registry/load-registry.ts'
import { ClockFailure, type Judge } from './judge-row.ts'
import { registryChanges } from '../../core/model/registry.ts'
import { loadWindows } from './awaited-windows.ts'

/**
 * What the evaluator knows, as it was at the last snapshot: from there the journal is read
 * again, and ends in the same state, because nothing else goes into it. Run inside one
 * repeatable-read transaction.
 */
export async function loadMemory(db: Db, options: MemoryOptions): Promise<EvaluatorMemory> {
  const place = await findSnapshotPlace(db, options.shard)
  const passOver = async (): Promise<EvaluatorMemory> => {
    options.onPassedOver?.()
    const memory = await restoreMemory(db, options, noPlace)
    if (place !== noPlace) memory.savedPlace = place.journalId
    return memory
  }
  if (options.isFromStart === true) return await passOver()
  try {
    return await restoreMemory(db, options, place)
  } catch (error) {
    if (!unreadable.some((kind) => error instanceof kind) || place === noPlace) throw error
    // Another version of this program wrote them, or they are damaged. They only save
    // time: the journal has it all.
    options.log.warn({ err: error }, 'snapshots cannot be read; the journal is read from its start')
    return await passOver()
  }
}

/** What reading a snapshot of another shape ends in. */
const unreadable = [AssertionError, SyntaxError, TypeError, RangeError, SnapshotFault] as const

async function restoreMemory(
  db: Db,
  options: MemoryOptions,
  saved: SnapshotPlace,
): Promise<EvaluatorMemory> {
  const read = options.read ?? readAlone(db)
  const [snapshots, ...found] = await read([
    async (reader) =>
      saved === noPlace ? [] : await loadSnapshots(reader, options.shard, windowScope),
    ...registryReadings,
  ])
  const place = { shard: options.shard, journalId: saved.journalId }
  const registry = await asRegistryWas(db, place, registryOf(found))
  const { orderVersions, named } = await listOrderVersions(db, place)
  const poison = await listPoison(db)
  const engine = createEngine(options.limits, options.quietMode)
  const clockMs = saved.clockMs ?? 0
  const memory = createMemory(engine, {
    savedWith: saved === noPlace ? null : usualSnapshotKey,
    savedPlace: saved === noPlace ? null : saved.journalId,
    journalId: saved.journalId,
    clockMs,
    isClockHeld: options.isClockHeld,
    poison: new Set(poison.map(({ journalId, entryIndex }) => `${journalId}:${entryIndex}`)),
  })
  layNamed(engine, named)
  await inTurns(registryChanges(registry), (change) => {
    const former = change.type === 'protection-order' ? change.protectionOrder : null
    // Amended orders come version by version: what comes late is judged by the one of its
    // time, as before the restart.
    for (const { order, learnedAtMs } of orderVersions.get(former?.id ?? '') ?? []) {
      layChange(engine, { type: 'protection-order', protectionOrder: order }, learnedAtMs)
    }
    layChange(engine, change, clockMs)
  })
  const goingOn: string[] = []
  await inTurns(snapshots, ({ scope, state }) => {
    const offenderId = laySnapshot(engine, scope, state)
    if (offenderId !== null) goingOn.push(offenderId)
  })
  endLaying(engine, goingOn, clockMs)
  // The clock may end what goes on, or begin a ban, before any report touches it.
  const due = new Set([...engine.ceasing.atMs.keys(), ...engine.beginning.atMs.keys()])
  await loadWindows(
    db,
    { ...options, engine },
    Array.from(due, ({ offenderId }) => offenderId),
  )
  return memory
}

/** Lets the rest of the process live meanwhile: tens of thousands take seconds. */
async function inTurns<T>(items: Iterable<T>, apply: (item: T) => unknown): Promise<void> {
  let startedAtMs = performance.now()
  for (const item of items) {
    apply(item)
    if (performance.now() - startedAtMs < turnMsMax) continue
    await yieldToOthers()
    startedAtMs = performance.now()
  }
}

const turnMsMax = 25

export type EvaluatorMemory = Judge & {
  /** The journal has been judged up to here. */
  journalId: number
  /** The key that all of what is saved of it was sealed with; null: none of it is. */
  savedWith: string | null
  /** Where it was last saved, or is being saved; null: nowhere yet. */
  savedPlace: number | null
  readonly clockMs: () => number
  /** No moment later than this is taken for true, whatever a row or a clock says. */
  clockBoundMs: number
  /** Takes the clock back to `nowMs` where it is ahead of the bound; true when it was. */
  readonly keepWithinBound: (nowMs: number) => boolean
  /** The latest version of an order, or null. */
  readonly findOrder: (id: string) => ProtectionOrder | null
  readonly nextDeadlineMs: () => number | null
  /** Some of what the clock brought about is not judged yet. */
  readonly isDueLeft: () => boolean
  readonly rejudge: (offenderId: string, fixes: readonly Fix[], fromMs: number) => readonly Effect[]
  readonly takeSnapshots: (
    isEverything: boolean,
  ) => readonly { readonly scope: string; readonly state: string }[]
  readonly engine: Engine
}

export type MemoryOptions = {
  readonly log: Log
  readonly shard: number
  readonly limits: Limits
  readonly quietMode?: QuietMode
  /** While true, time stands still: deadlines do not fire, and fixes are judged all the same. */
  readonly isClockHeld: () => boolean
  /** Leave the snapshots alone: one of them was found to be damaged. */
  readonly isFromStart?: boolean
  /** What was saved is left alone, and the journal is read from its start. */
  readonly onPassedOver?: () => void
  /** On more connections than one; absent: one thing after the other. */
  readonly read?: ReadTogether
}

type MemoryStart = {
  readonly savedWith: string | null
  readonly savedPlace: number | null
  readonly journalId: number
  readonly clockMs: number
  readonly poison: ReadonlySet<string>
  readonly isClockHeld: () => boolean
}

function createMemory(engine: Engine, start: MemoryStart): EvaluatorMemory {
  let clockMs = start.clockMs
  const bound = { clockBoundMs: Number.POSITIVE_INFINITY }
  const within = (atMs: number): number => Math.min(atMs, bound.clockBoundMs)
  return Object.assign(bound, {
    engine,
    journalId: start.journalId,
    savedWith: start.savedWith,
    savedPlace: start.savedPlace,
    clockMs: () => clockMs,
    isPoison: (journalId: number, entryIndex: number) =>
      start.poison.size > 0 && start.poison.has(`${journalId}:${entryIndex}`),
    keepWithinBound(nowMs: number) {
      if (Math.max(clockMs, findLatestMs(engine)) <= bound.clockBoundMs) return false
      clockMs = Math.min(clockMs, nowMs)
      setClockBack(engine, nowMs)
      return true
    },
    isDueLeft: () => isDueLeft(engine),
    advance(toMs: number, bound?: DueBound) {
      const nowMs = within(toMs)
      if (start.isClockHeld() || (nowMs <= clockMs && !isDueLeft(engine))) return []
      clockMs = Math.max(clockMs, nowMs)
      try {
        const dueMs = nextDeadlineMs(engine)
        return dueMs === null || dueMs > clockMs ? [] : advanceTo(engine, clockMs, bound)
      } catch (cause) {
        throw new ClockFailure('Letting time pass failed.', { cause })
      }
    },
    ...takeReports(engine, within),
    applyRegistryChange(change: RegistryChange, toMs: number) {
      return applyRegistryChange(engine, change, within(toMs))
    },
    findOrder: (id: string) => engine.index.protectionOrders.get(id) ?? null,
    nextDeadlineMs: () => nextDeadlineMs(engine),
    rejudge: (offenderId: string, fixes: readonly Fix[], fromMs: number) =>
      rejudge(engine, offenderId, fixes, fromMs, clockMs),
    takeSnapshots: (isEverything: boolean) => takeSnapshots(engine, isEverything),
  })
}

/** Reports as they were heard, never later than it is. */
function takeReports(
  engine: Engine,
  within: (atMs: number) => number,
): Pick<Judge, 'applyFix' | 'applyDeviceEvent' | 'applyHeard' | 'applyOutage'> {
  const asHeard = <T extends { readonly receivedAtMs: number }>(report: T): T => {
    const receivedAtMs = within(report.receivedAtMs)
    return receivedAtMs === report.receivedAtMs ? report : { ...report, receivedAtMs }
  }
  return {
    applyFix: (fix) => applyFix(engine, asHeard(fix)),
    applyDeviceEvent: (event) => applyDeviceEvent(engine, asHeard(event)),
    applyHeard: (heard) => applyHeard(engine, asHeard(heard)),
    applyOutage: ({ fromMs, untilMs }) =>
      applyOutage(engine, { fromMs: within(fromMs), untilMs: within(untilMs) }),
  }
}
