import { snapshotDossier, snapshotWholeWindow, writeSnapshot } from '../dossier/dossier-snapshot.ts'
import type { Dossier } from '../dossier/dossier-state.ts'
import { createDossier } from '../dossier/dossier.ts'
import type { WatchPart } from '../watch/hand-over.ts'
import { putIntoWatch, takeFromWatch } from '../watch/hand-over.ts'
import type { Sleeper } from './dossier-book.ts'
import { forgetWearer } from './engine-dossiers.ts'
import { isWhole, restoreSnapshot, windowScope } from './engine-snapshots.ts'
import type { Engine } from './engine-state.ts'
import { restoreIncidents, takeOutIncidents } from './incidents.ts'

/**
 * Everything that is known of these people and devices, who are judged elsewhere from now on; as
 * data, so that it can go to another process. The engine is whole: nobody is asleep in it.
 */
export function takeOut(engine: Engine, ids: ReadonlySet<string>): Part {
  if (!isWhole(engine)) throw new Error('only what is whole is handed over')
  const cases: CasePart[] = []
  for (const offenderId of ids) {
    const incidents = takeOutIncidents(engine.incidents, offenderId)
    const dossier = engine.dossiers.get(offenderId)
    if (dossier === undefined && incidents === null) continue
    cases.push({ offenderId, incidents, dossier: dossier ? packDossier(dossier, engine) : null })
    if (dossier === undefined) continue
    engine.dossiers.remove(dossier)
    for (const { atMs } of [engine.ceasing, engine.beginning]) atMs.delete(dossier)
    engine.changed.delete(dossier)
    for (const personId of dossier.persons) forgetWearer(engine, personId)
  }
  return { cases, watch: takeFromWatch(engine.watch, ids) }
}

/**
 * Goes on with them as if they had always been judged here. `learned` is each version of each order
 * of an offender with the moment it was learned, in order; the registry is loaded.
 */
export function putIn(
  engine: Engine,
  { cases, watch }: Part,
  learned: (offenderId: string) => Sleeper['orders'],
): void {
  for (const { offenderId, dossier: packed, incidents } of cases) {
    if (incidents !== null) {
      restoreIncidents(engine.incidents, offenderId, incidents)
      engine.incidents.changed.add(offenderId)
    }
    if (packed === null) continue
    const dossier = createDossier(offenderId, engine.limits, engine.quiet, engine.index)
    engine.dossiers.add(dossier)
    engine.dossiers.layToSleep(dossier, { orders: learned(offenderId), state: packed.state })
    engine.dossiers.get(offenderId)
    engine.dossiers.enlist(dossier)
    restoreSnapshot(engine, `${windowScope}${offenderId}`, packed.window)
    engine.changed.add(dossier)
  }
  putIntoWatch(engine.watch, watch)
}

/** What goes from one shard to another. */
export type Part = { readonly cases: readonly CasePart[]; readonly watch: WatchPart }

type CasePart = {
  readonly offenderId: string
  readonly dossier: PackedDossier | null
  readonly incidents: string | null
}

/** As in a restart, and with what a restart leaves out: the rules come with all their versions. */
type PackedDossier = {
  readonly state: string
  readonly window: string
}

function packDossier(dossier: Dossier, { nowMs }: Engine): PackedDossier {
  return {
    state: writeSnapshot({ ...snapshotDossier(dossier, nowMs), hasWindow: true }),
    window: JSON.stringify(snapshotWholeWindow(dossier)),
  }
}
