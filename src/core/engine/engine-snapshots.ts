import assert from 'node:assert/strict'
import {
  readSnapshot,
  restoreDossier,
  restoreWindow,
  snapshotDossier,
  snapshotWindow,
  writeSnapshot,
  type DossierSnapshot,
  type WindowSnapshot,
} from '../dossier/dossier-snapshot.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import type { Effect } from '../model/alert.ts'
import { setTouched } from '../quiet/trail.ts'
import { layBackDue } from '../watch/due-items.ts'
import { restoreWatch, snapshotWatch } from '../watch/watch-snapshot.ts'
import { findDossierDevice, noteChanged } from './engine-dossiers.ts'
import type { Engine } from './engine-state.ts'
import { restoreIncidents, takeIncidents } from './incidents.ts'

/**
 * What changed since it was last taken, or all there is, each part under its scope:
 * `case:<offenderId>` and `window:<offenderId>`, `incidents:<offenderId>`, and `watch`. A window
 * that is still to come is not among them.
 */
export function takeSnapshots(engine: Engine, isEverything = false): Snapshot[] {
  const snapshots = isEverything ? takeUntouched(engine) : []
  for (const dossier of engine.changed) {
    const { offenderId } = dossier
    setTouched(dossier.trail, false)
    const state = writeSnapshot(snapshotDossier(dossier, engine.nowMs))
    snapshots.push({ scope: `${dossierScope}${offenderId}`, state })
    const window = snapshotWindow(dossier)
    if (window === null) continue
    snapshots.push({ scope: `${windowScope}${offenderId}`, state: JSON.stringify(window) })
  }
  engine.changed.clear()
  for (const { offenderId, state } of takeIncidents(engine.incidents)) {
    snapshots.push({ scope: `${incidentsScope}${offenderId}`, state })
  }
  layBackDue(engine.watch)
  snapshots.push({ scope: watchScope, state: snapshotWatch(engine.watch, engine.nowMs) })
  return snapshots
}

/** Marks what is known as changed; gives dossiers that nobody touched since they were put back. */
function takeUntouched({ awaited, changed, dossiers, incidents }: Engine): Snapshot[] {
  const snapshots: Snapshot[] = []
  const take = (offenderId: string, state: string): void => {
    snapshots.push({ scope: `${dossierScope}${offenderId}`, state })
  }
  for (const dossier of dossiers.valuesAwake()) {
    const snapshot = awaited.get(dossier)
    if (snapshot === undefined || changed.has(dossier)) changed.add(dossier)
    else take(dossier.offenderId, writeSnapshot(snapshot))
  }
  for (const offenderId of dossiers.listAsleep()) {
    const state = dossiers.findAsleep(offenderId)?.sleeper.state ?? null
    if (state !== null) take(offenderId, state)
  }
  for (const offenderId of incidents.byOffender.keys()) incidents.changed.add(offenderId)
  return snapshots
}

/**
 * Puts a part back, after the registry was loaded. A dossier whose orders are all gone is left out.
 * A window comes after its dossier, at any time before the dossier is touched: the dossier then is
 * as if it had come with it. One that comes later, or never, is left out, and what is older than
 * the dossier's last fix is judged from stored history. Gives what the window says beyond its
 * dossier, as by newer rules: it is not told, and the window is left out for it.
 */
export function restoreSnapshot(engine: Engine, scope: string, state: string): Effect[] {
  if (scope === watchScope) {
    // What comes before the clock is advanced again is judged by the moment it was judged by.
    engine.nowMs = Math.max(engine.nowMs, restoreWatch(engine.watch, state) ?? -Infinity)
    return []
  }
  if (scope.startsWith(incidentsScope)) {
    restoreIncidents(engine.incidents, scope.slice(incidentsScope.length), state)
    return []
  }
  if (scope.startsWith(windowScope)) {
    return restoreAwaited(engine, scope.slice(windowScope.length), state)
  }
  assert(scope.startsWith(dossierScope), 'a snapshot is of a dossier or of the watch')
  const dossier = engine.dossiers.get(scope.slice(dossierScope.length))
  if (dossier !== undefined) putBack(engine, dossier, state)
  return []
}

/** Into a dossier that knows its orders. */
export function putBack(engine: Engine, dossier: Dossier, state: string): void {
  const snapshot = readSnapshot<DossierSnapshot>(state)
  for (const deviceId of snapshot.devices) findDossierDevice(engine, dossier, deviceId)
  restoreDossier(dossier, snapshot)
  engine.dossiers.enlist(dossier)
  noteChanged(engine, dossier)
  engine.changed.delete(dossier)
  if (snapshot.hasWindow) engine.awaited.set(dossier, snapshot)
}

/**
 * Offenders whose dossiers are not whole yet, because their windows have not come or they sleep: of
 * these devices' wearers, or all.
 */
export function listAwaited(engine: Engine, deviceIds: Iterable<string> | null): string[] {
  const { awaited, dossiers, index } = engine
  if (deviceIds === null) {
    return [...Array.from(awaited.keys(), ({ offenderId }) => offenderId), ...dossiers.listAsleep()]
  }
  const offenderIds = new Set<string>()
  for (const deviceId of isWhole(engine) ? [] : deviceIds) {
    for (const { personId } of index.assignmentsByDevice.get(deviceId) ?? []) {
      for (const { dossier } of dossiers.membersOf(personId)) {
        if (awaited.has(dossier)) offenderIds.add(dossier.offenderId)
      }
    }
  }
  return [...offenderIds]
}

/** Nothing is awaited, and nobody sleeps. */
export function isWhole({ awaited, dossiers }: Engine): boolean {
  return awaited.size === 0 && !dossiers.hasAsleep()
}

export type Snapshot = { readonly scope: string; readonly state: string }

export const windowScope = 'window:'

export const dossierScope = 'case:'
const incidentsScope = 'incidents:'
const watchScope = 'watch'

/**
 * As of its own time, and not of now: nothing has happened to it since. What it says beyond that
 * would be taken for told: without the window the next fix finds it, and tells it.
 */
function restoreWhole(
  dossier: Dossier,
  snapshot: DossierSnapshot,
  window: WindowSnapshot,
): Effect[] {
  try {
    const effects = restoreWindow(dossier, snapshot, window, -Infinity)
    if (effects.some(isTelling)) restoreDossier(dossier, snapshot)
    return effects
  } catch (error) {
    // Half of a window would be worse than none.
    restoreDossier(dossier, snapshot)
    throw error
  }
}

function isTelling({ type }: Effect): boolean {
  return type !== 'fix-disbelieved'
}

function restoreAwaited(engine: Engine, offenderId: string, state: string): Effect[] {
  const dossier = engine.dossiers.get(offenderId)
  const snapshot = dossier && engine.awaited.get(dossier)
  if (dossier === undefined || snapshot === undefined) return []
  engine.awaited.delete(dossier)
  const effects = restoreWhole(dossier, snapshot, readSnapshot<WindowSnapshot>(state))
  const isChanged = engine.changed.has(dossier)
  noteChanged(engine, dossier)
  if (!isChanged) engine.changed.delete(dossier)
  return effects
}
