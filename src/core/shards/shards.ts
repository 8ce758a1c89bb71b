import { putIn, takeOut } from '../engine/hand-over.ts'
import { advanceDossiers } from '../engine/engine-dossiers.ts'
import {
  applyDeviceEvent,
  applyFix,
  applyHeard,
  applyOutage,
  applyRegistryChange,
  createEngine,
  rejudge,
  takeSnapshots,
} from '../engine/engine.ts'
import type { Snapshot } from '../engine/engine-snapshots.ts'
import type { Engine } from '../engine/engine-state.ts'
import { nameIncidents } from '../engine/incidents.ts'
import type { Effect } from '../model/alert.ts'
import type { DeviceEvent, Fix, Heard, Outage } from '../model/fix.ts'
import type { Limits } from '../model/limits.ts'
import type { ProtectionOrder, RegistryChange } from '../model/registry.ts'
import { shareAreas } from '../rules/shared-areas.ts'
import { noteSilencesTold, putVendors } from '../watch/told-vendors.ts'
import { advanceWatch } from '../watch/watch.ts'
import type { Groups } from './groups.ts'
import { createGroups, joinGroups, listBound, shardOf } from './groups.ts'

/**
 * Detection in as many shards, with the same effects as in one engine: each report is judged in the
 * shard of its device, and the first one, which judges vendors, hears of every report when it came.
 */
export function createShards(limits: Limits, count: number): Shards {
  const split = splitEngines(limits, count)
  const { engines } = split
  const judge = <T extends Heard>(report: T, apply: (engine: Engine, report: T) => Effect[]) => {
    const engine = engineOf(split, report.deviceId)
    // What ends by it is told where the device is judged.
    if (engine !== split.first) applyHeard(split.first, report)
    return inOrder(apply(engine, report))
  }
  return {
    engines,
    applyRegistryChange: (change, nowMs) => changeRegistry(split, change, nowMs),
    applyFix: (fix) => judge(fix, applyFix),
    applyDeviceEvent: (event) => judge(event, applyDeviceEvent),
    applyHeard: (heard) => judge(heard, applyHeard),
    applyOutage(outage) {
      for (const engine of engines) applyOutage(engine, outage)
    },
    advanceTo: (nowMs) => advance(split, nowMs),
    rejudge: (offenderId, fixes, fromMs, nowMs) =>
      rejudge(engineOf(split, offenderId), offenderId, fixes, fromMs, nowMs),
    takeSnapshots: (isEverything) => engines.map((engine) => takeSnapshots(engine, isEverything)),
  }
}

/** As the doors of one engine (`engine.ts`). */
export type Shards = {
  readonly engines: readonly Engine[]
  readonly applyRegistryChange: (change: RegistryChange, nowMs: number) => Effect[]
  readonly applyFix: (fix: Fix) => Effect[]
  readonly applyDeviceEvent: (event: DeviceEvent) => Effect[]
  readonly applyHeard: (heard: Heard) => Effect[]
  readonly applyOutage: (outage: Outage) => void
  readonly advanceTo: (nowMs: number) => Effect[]
  readonly rejudge: (
    offenderId: string,
    fixes: readonly Fix[],
    fromMs: number,
    nowMs: number,
  ) => Effect[]
  /** Of each shard. */
  readonly takeSnapshots: (isEverything?: boolean) => Snapshot[][]
}

type Split = {
  readonly limits: Limits
  readonly groups: Groups
  readonly engines: readonly Engine[]
  /** Judges vendors. */
  readonly first: Engine
  /** Each version of each order of an offender: a case that moves is put together from them. */
  readonly learned: Map<string, Learned[]>
}

type Learned = { readonly order: ProtectionOrder; readonly learnedAtMs: number }

function splitEngines(limits: Limits, count: number): Split {
  const groups = createGroups(count)
  const engines = Array.from({ length: count }, () => createEngine(limits))
  const split = { limits, groups, engines, first: pick(engines, 0), learned: new Map() }
  for (const [shard, { watch }] of engines.entries()) {
    watch.share = {
      isOwn: (id) => shardOf(groups, id) === shard,
      isOfVendors: shard === 0,
      findSituation: (personId) => engineOf(split, personId).watch.findSituation(personId),
    }
  }
  return split
}

/** Whoever comes into one group by it is brought into one shard first. */
function changeRegistry(split: Split, change: RegistryChange, nowMs: number): Effect[] {
  const { limits, groups, engines, learned } = split
  const moves = joinGroups(groups, listBound(change, limits, nowMs))
  for (const { from, to, ids } of moves) {
    const part = takeOut(pick(engines, from), ids)
    putIn(pick(engines, to), part, (offenderId) => learned.get(offenderId) ?? [])
  }
  const effects = engines.flatMap((engine) => applyRegistryChange(engine, change, nowMs))
  learn(split, change, nowMs)
  return inOrder(effects)
}

function learn({ first, learned }: Split, change: RegistryChange, learnedAtMs: number): void {
  if (change.type !== 'protection-order') return
  const order = shareAreas(change.protectionOrder)
  // One that is older than what is known was not taken in.
  if (first.index.protectionOrders.get(order.id)?.version !== order.version) return
  const versions = learned.get(order.offenderId) ?? []
  learned.set(order.offenderId, [...versions, { order, learnedAtMs }])
}

function advance(split: Split, nowMs: number): Effect[] {
  const { engines, first, limits } = split
  if (nowMs < first.nowMs) return []
  // Of all of them before anybody is watched: whoever judges vendors asks where everybody is now.
  const ended = engines.map((engine) => {
    engine.nowMs = nowMs
    return advanceDossiers(engine, nowMs)
  })
  const effects = engines.flatMap((engine, shard) => {
    const watched = advanceWatch(engine.watch, nowMs)
    if (engine === first) shareVendors(split, nowMs)
    else noteSilencesTold(first.watch, watched)
    return nameIncidents(engine.incidents, [...(ended[shard] ?? []), ...watched], limits)
  })
  return inOrder(effects)
}

function shareVendors({ engines, first }: Split, nowMs: number): void {
  for (const { watch } of engines) {
    if (!watch.share.isOfVendors) putVendors(watch, first.watch.vendors.values(), nowMs)
  }
}

function engineOf({ groups, engines }: Split, id: string): Engine {
  return pick(engines, shardOf(groups, id))
}

/**
 * What comes about in one moment, by what it is about, in however many shards, and whichever of the
 * cases of one person came first into its shard: all that is about one thing comes from one of
 * them, and keeps its order.
 */
function inOrder(effects: Effect[]): Effect[] {
  // Hot path: nothing, or one thing.
  if (effects.length < 2) return effects
  return effects.toSorted((one, other) => compare(subjectOf(one), subjectOf(other)))
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}

function subjectOf(effect: Effect): string {
  switch (effect.type) {
    case 'alert-raised':
      return effect.alert.id
    case 'alert-ended':
    case 'alert-revised':
    case 'alert-seen':
      return effect.alertId
    case 'fix-disbelieved':
      return effect.deviceId
    case 'rejudge-needed':
      return effect.offenderId
  }
}

function pick(engines: readonly Engine[], shard: number): Engine {
  const engine = engines[shard]
  if (engine === undefined) throw new Error(`there is no shard ${shard}`)
  return engine
}
