import assert from 'node:assert/strict'
import type { Effect } from '../model/alert.ts'
import { findPersonSlot } from './dossier-registry.ts'
import type { Case } from './dossier-state.ts'
import { refold } from './dossier.ts'
import {
  insertFix,
  readDisbelief,
  readFix,
  readRecordedAt,
  writeDisbelief,
} from '../fixes/fix-window.ts'
import { cloneFoldState } from '../judge/fold.ts'
import type { PackedEpisode, PackedState, Restoring } from './pack-dossier.ts'
import { packEpisode, packState, unpackEpisode, unpackState } from './pack-dossier.ts'
import type { PackedFix } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'

/**
 * The case as plain JSON. The window goes along only while all of it would be judged by the rules as they are now;
 * after an amendment the state alone is kept, and what comes late is judged from stored history.
 */
export function snapshotCase(item: Case, nowMs: number): CaseSnapshot {
  const { context, checkpoints } = item
  const { episodes } = context.log
  const places = new Map(episodes.map((episode, place) => [episode, place]))
  const base = checkpoints[0]!
  const isWhole = isJudgedByOneVersion(item)
  const fixes: PackedFix[] = []
  for (let index = 0; isWhole && index < item.window.count; index++) {
    fixes.push([...packFix(readFix(item.window, index)), readDisbelief(item.window, index)])
  }
  const { window } = item
  const lastMs = window.count === 0 ? null : readRecordedAt(window, window.count - 1)
  return {
    format: snapshotFormat,
    offenderId: item.offenderId,
    persons: item.persons,
    devices: item.devices,
    jammedAtMs: context.jammedAtMs,
    confirmWindows: context.confirmWindows.map((versions) =>
      versions.map(({ fromMs, windowMs }) => [fromMs === -Infinity ? null : fromMs, windowMs]),
    ),
    orderVersions: listOrderVersions(item),
    evictedMs: item.evictedMs === -Infinity ? null : item.evictedMs,
    lastMs,
    nowMs: nowMs === -Infinity ? null : nowMs,
    episodes: episodes.map(packEpisode),
    unsupported: item.unsupported.map(packEpisode),
    baseEpisodeCount: base.episodeCount - item.episodesDropped,
    base: isWhole ? packState(item, base.state, places) : null,
    state: packState(item, item.state, places),
    fixes,
  }
}

/** Refuses, before anything is touched, what another version of this program wrote. */
export function readSnapshot(json: string): CaseSnapshot {
  const snapshot = JSON.parse(json) as CaseSnapshot
  assert(snapshot.format === snapshotFormat, 'a snapshot is of the format this version writes')
  return snapshot
}

/**
 * Puts the case back as it was. Its rules are already there, from the registry, perhaps newer than the snapshot: then
 * the state is taken over and the window is not, so that what was judged by the older rules is not judged again.
 * Effects come only of what the clock did in between.
 */
export function restoreCase(item: Case, snapshot: CaseSnapshot, nowMs: number): Effect[] {
  assert(item.offenderId === snapshot.offenderId)
  const restoring = openRestoring(item, snapshot)
  const { episodes } = item.context.log
  episodes.splice(0, episodes.length, ...restoring.episodes.filter((episode) => episode !== null))
  item.unsupported = snapshot.unsupported
    .map((packed) => unpackEpisode(item, packed))
    .filter((episode) => episode !== null)
  for (const [place, jammedAtMs] of snapshot.jammedAtMs.entries()) {
    item.context.jammedAtMs[restoring.deviceSlots[place]!] = jammedAtMs
  }
  for (const [place, versions] of snapshot.confirmWindows.entries()) {
    item.context.confirmWindows[restoring.deviceSlots[place]!] = versions.map(
      ([fromMs, windowMs]) => ({ fromMs: fromMs ?? -Infinity, windowMs }),
    )
  }
  item.episodesDropped = 0
  item.window.count = 0
  const isSameRules =
    restoring.episodes.length === episodes.length &&
    isDeepEqual(snapshot.orderVersions, listOrderVersions(item))
  if (snapshot.base !== null && isSameRules) {
    const state = unpackState(restoring, snapshot.base)
    item.checkpoints.splice(0, item.checkpoints.length, {
      state,
      episodeCount: snapshot.baseEpisodeCount,
    })
    item.evictedMs = snapshot.evictedMs ?? -Infinity
    for (const [index, packed] of snapshot.fixes.entries()) {
      insertFix(item.window, index, unpackFix(restoring, packed))
      writeDisbelief(item.window, index, packed.at(-1)!)
    }
    const clockMs = Math.max(nowMs, snapshot.nowMs ?? -Infinity)
    return refold(item, 0, clockMs, clockMs)
  }
  item.state = unpackState(restoring, snapshot.state)
  item.checkpoints.splice(0, item.checkpoints.length, {
    state: cloneFoldState(item.state),
    episodeCount: episodes.length,
  })
  item.evictedMs = snapshot.lastMs ?? snapshot.evictedMs ?? -Infinity
  return []
}

export type CaseSnapshot = {
  readonly format: number
  readonly offenderId: string
  readonly persons: readonly string[]
  readonly devices: readonly string[]
  /** By place in `devices`. */
  readonly jammedAtMs: readonly (readonly number[])[]
  readonly confirmWindows: readonly (readonly (readonly [
    fromMs: number | null,
    windowMs: number,
  ])[])[]
  readonly orderVersions: readonly (readonly [orderId: string, version: number])[]
  readonly evictedMs: number | null
  readonly lastMs: number | null
  /** How far the clock had been advanced: it may have ended what no fix did. */
  readonly nowMs: number | null
  readonly episodes: readonly PackedEpisode[]
  readonly unsupported: readonly PackedEpisode[]
  readonly baseEpisodeCount: number
  readonly base: PackedState | null
  readonly state: PackedState
  readonly fixes: readonly PackedFix[]
}

const snapshotFormat = 6

function isJudgedByOneVersion(item: Case): boolean {
  const firstMs = item.window.count === 0 ? Infinity : readRecordedAt(item.window, 0)
  const rules = [...item.context.banRules, ...item.context.pairRules]
  return rules.every(({ versions }) => versions.length === 1 || versions.at(-1)!.fromMs <= firstMs)
}

function listOrderVersions(item: Case): (readonly [string, number])[] {
  const versions = new Map<string, number>()
  for (const rule of [...item.context.banRules, ...item.context.pairRules]) {
    versions.set(rule.orderId, rule.versions.at(-1)!.order.version)
  }
  return [...versions].toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function openRestoring(item: Case, snapshot: CaseSnapshot): Restoring {
  const personSlots = snapshot.persons.map((personId) => findPersonSlot(item, personId))
  const deviceSlots = snapshot.devices.map((deviceId) => item.devices.indexOf(deviceId))
  assert(!deviceSlots.includes(-1), 'devices of the snapshot are given slots before it is restored')
  const episodes = snapshot.episodes.map((packed) => unpackEpisode(item, packed))
  return { item, personSlots, deviceSlots, episodes }
}
