import type { RegistryChange } from '../model/registry.ts'
import { applyOrderToDossier, findPersonSlot } from '../dossier/dossier-registry.ts'
import { readHead } from '../dossier/dossier-snapshot.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { createDossier } from '../dossier/dossier.ts'
import type { OrderParties } from '../model/registry-index.ts'
import { applyChange, noteNamed } from '../model/registry-index.ts'
import { shareAreasOf } from '../rules/shared-areas.ts'
import { planChange } from '../watch/watch-plan.ts'
import type { Sleeper } from './dossier-book.ts'
import { dossierScope, putBack, restoreSnapshot } from './engine-snapshots.ts'
import type { Engine } from './engine-state.ts'

/** Before the registry is laid: whom orders named, in the order in which that was learned. */
export function layNamed({ index }: Engine, named: readonly OrderParties[]): void {
  for (const parties of named) noteNamed(index, parties)
}

/**
 * Takes in what was registered when the snapshots were saved, without putting dossiers together.
 * Every version of an order comes with the moment it was learned, the latest last.
 */
export function layChange(engine: Engine, registered: RegistryChange, learnedAtMs: number): void {
  const change = shareAreasOf(registered)
  if (!applyChange(engine.index, change) || change.type !== 'protection-order') return
  const order = change.protectionOrder
  const { dossier, sleeper } = findOrLay(engine, order.offenderId)
  for (const { victimId } of order.proximityBans) findPersonSlot(dossier, victimId)
  engine.dossiers.enlist(dossier)
  sleeper.orders.push({ order, learnedAtMs })
}

/**
 * Puts a part back after what was registered, as `restoreSnapshot` does, and leaves dossiers
 * asleep. Gives the offender of one that is to be woken at once: something goes on in it, and the
 * clock may end that.
 */
export function laySnapshot(engine: Engine, scope: string, state: string): string | null {
  if (!scope.startsWith(dossierScope)) {
    restoreSnapshot(engine, scope, state)
    return null
  }
  const offenderId = scope.slice(dossierScope.length)
  const found = engine.dossiers.findAsleep(offenderId)
  if (found === null) return null
  const { dossier, sleeper } = found
  const head = readHead(state)
  for (const personId of head.persons) findPersonSlot(dossier, personId)
  engine.dossiers.enlist(dossier)
  sleeper.state = state
  return head.isOpen ? offenderId : null
}

/**
 * Ends the laying: wakes those of `offenderIds`, and whoever has no snapshot. The watch goes on by
 * the deadlines it had; what it does not know of what is registered, it is told, and all of it when
 * other rules set the deadlines.
 */
export function endLaying(engine: Engine, offenderIds: readonly string[], nowMs: number): void {
  const { dossiers, index, watch } = engine
  // Saved before it was kept with the watch.
  if (engine.nowMs === -Infinity) engine.nowMs = nowMs
  for (const protectionOrder of index.protectionOrders.values()) {
    if (watch.isJudgedAsNow && watch.orders.has(protectionOrder.id)) continue
    planChange(watch, { type: 'protection-order', protectionOrder }, nowMs)
  }
  for (const deviceAssignment of index.deviceAssignments.values()) {
    if (watch.isJudgedAsNow && watch.persons.has(deviceAssignment.personId)) continue
    planChange(watch, { type: 'device-assignment', deviceAssignment }, nowMs)
  }
  for (const offenderId of offenderIds) dossiers.get(offenderId)
  for (const offenderId of dossiers.listAsleep()) {
    if (dossiers.findAsleep(offenderId)?.sleeper.state === null) dossiers.get(offenderId)
  }
}

/** What a snapshot of this version holds cannot be put back; the journal has it all. */
export class SnapshotFault extends Error {
  override readonly name = 'SnapshotFault'
}

/** Puts a dossier together, exactly as if that had been done at the start. */
export function wakeDossier(engine: Engine, dossier: Dossier, sleeper: Sleeper): void {
  try {
    for (const { order, learnedAtMs } of sleeper.orders) {
      applyOrderToDossier(dossier, order, learnedAtMs)
    }
    if (sleeper.state === null) engine.changed.add(dossier)
    else putBack(engine, dossier, sleeper.state)
  } catch (cause) {
    throw new SnapshotFault('A dossier cannot be put together from its snapshot.', { cause })
  }
}

function findOrLay(
  { dossiers, limits, quiet, index }: Engine,
  offenderId: string,
): { readonly dossier: Dossier; readonly sleeper: Sleeper } {
  const known = dossiers.findAsleep(offenderId)
  if (known !== null) return known
  const dossier = createDossier(offenderId, limits, quiet, index)
  const sleeper: Sleeper = { orders: [], state: null }
  dossiers.add(dossier)
  dossiers.layToSleep(dossier, sleeper)
  return { dossier, sleeper }
}
