import { isWhole, listAwaited, restoreSnapshot, windowScope } from '../../core/engine/engine.ts'
import type { Engine } from '../../core/engine/engine-state.ts'
import { CorruptJournal } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { loadSnapshotsOf } from '../../store/evaluator/evaluator-snapshots.ts'
import {
  decodeDeviceEvents,
  decodeFixes,
  decodeRegistryChange,
} from '../../store/journal/journal-codec.ts'
import { journalKinds } from '../../store/journal/journal-kinds.ts'
import type { JournalRow } from '../../store/journal/journal.ts'
import type { Db } from '../../store/pg/pool.ts'

/**
 * Brings in what the next rows touch and a start has left behind. Gives how many of the rows can be
 * judged now, one at least: rows about thousands of people bring in as many windows at once as fit
 * into one step.
 */
export async function loadWindowsFor(
  db: Db,
  deps: WindowDeps,
  rows: readonly JournalRow[],
): Promise<number> {
  if (isWhole(deps.engine)) return rows.length
  const offenderIds = new Set<string>()
  let rowCount = 0
  for (const row of rows) {
    for (const offenderId of listTouched(deps.engine, row)) offenderIds.add(offenderId)
    if (rowCount > 0 && offenderIds.size > windowCountMax) break
    rowCount += 1
  }
  await loadWindows(db, deps, [...offenderIds])
  return rowCount
}

/** Makes some more dossiers whole; false when all are. */
export async function loadMoreWindows(db: Db, deps: WindowDeps): Promise<boolean> {
  if (isWhole(deps.engine)) return false
  await loadWindows(db, deps, listAwaited(deps.engine, null).slice(0, windowCountMax))
  return true
}

/**
 * Of these offenders. One that is missing or cannot be read costs only the speed with which late
 * fixes are judged: from stored history then.
 */
export async function loadWindows(
  db: Db,
  { engine, log, shard }: WindowDeps,
  offenderIds: readonly string[],
): Promise<void> {
  if (offenderIds.length === 0) return
  for (const offenderId of offenderIds) engine.dossiers.get(offenderId)
  const scopes = offenderIds.map((offenderId) => `${windowScope}${offenderId}`)
  for (const { scope, state } of await loadSnapshotsOf(db, shard, scopes)) {
    try {
      const found = restoreSnapshot(engine, scope, state)
      if (found.length > 0) log.info({ scope }, 'a window is judged otherwise than it was saved')
    } catch (error) {
      log.warn({ err: error, scope }, 'a window cannot be read; its dossier goes on without it')
    }
  }
  for (const offenderId of offenderIds) {
    const dossier = engine.dossiers.get(offenderId)
    if (dossier !== undefined) engine.awaited.delete(dossier)
  }
}

export type WindowDeps = {
  readonly engine: Engine
  readonly log: Log
  readonly shard: number
}

/** A hundred milliseconds of work, and less than one vendor's request may name. */
const windowCountMax = 250

function listTouched(engine: Engine, row: JournalRow): readonly string[] {
  try {
    switch (row.kind) {
      case journalKinds.fixes:
        return listAwaited(
          engine,
          new Set(decodeFixes(row.payload).map(({ deviceId }) => deviceId)),
        )
      case journalKinds.deviceEvents:
        return listAwaited(
          engine,
          decodeDeviceEvents(row.payload).map(({ deviceId }) => deviceId),
        )
      case journalKinds.registryChange: {
        const change = decodeRegistryChange(row.payload)
        if (change.type === 'device') return listAwaited(engine, [change.device.id])
        if (change.type === 'device-assignment') {
          return listAwaited(engine, [change.deviceAssignment.deviceId])
        }
        return change.type === 'protection-order' ? [change.protectionOrder.offenderId] : []
      }
      case journalKinds.outage:
      case journalKinds.turn:
        return []
      default:
        // Of no kind we know: whoever judges the row sets it aside.
        return []
    }
  } catch (error) {
    // Whoever judges the row sets it aside.
    if (!(error instanceof CorruptJournal)) throw error
    return []
  }
}
