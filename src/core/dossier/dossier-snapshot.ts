import assert from 'node:assert/strict'
import type { Effect } from '../model/alert.ts'
import { findPersonSlot } from './dossier-registry.ts'
import type { Dossier } from './dossier-state.ts'
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
 * The dossier as plain JSON. The window goes along only while all of it would be judged by the rules as they are now;
 * after an amendment the state alone is kept, and what comes late is judged from stored history.
 */
export function snapshotDossier(dossier: Dossier, nowMs: number): DossierSnapshot {
  const { context, checkpoints } = dossier
  const { episodes } = context.log
  const places = new Map(episodes.map((episode, place) => [episode, place]))
  const base = checkpoints[0]!
  const isWhole = isJudgedByOneVersion(dossier)
  const fixes: PackedFix[] = []
  for (let index = 0; isWhole && index < dossier.window.count; index++) {
    fixes.push([...packFix(readFix(dossier.window, index)), readDisbelief(dossier.window, index)])
  }
  const { window } = dossier
  const lastMs = window.count === 0 ? null : readRecordedAt(window, window.count - 1)
  return {
    format: snapshotFormat,
    offenderId: dossier.offenderId,
    persons: dossier.persons,
    devices: dossier.devices,
    jammedAtMs: context.jammedAtMs,
    confirmWindows: context.confirmWindows.map((versions) =>
      versions.map(({ fromMs, windowMs }) => [fromMs === -Infinity ? null : fromMs, windowMs]),
    ),
    orderVersions: listOrderVersions(dossier),
    evictedMs: dossier.evictedMs === -Infinity ? null : dossier.evictedMs,
    lastMs,
    nowMs: nowMs === -Infinity ? null : nowMs,
    episodes: episodes.map(packEpisode),
    unsupported: dossier.unsupported.map(packEpisode),
    baseEpisodeCount: base.episodeCount - dossier.episodesDropped,
    base: isWhole ? packState(dossier, base.state, places) : null,
    state: packState(dossier, dossier.state, places),
    fixes,
  }
}

/** Refuses, before anything is touched, what another version of this program wrote. */
export function readSnapshot(json: string): DossierSnapshot {
  const snapshot = JSON.parse(json) as DossierSnapshot
  assert(snapshot.format === snapshotFormat, 'a snapshot is of the format this version writes')
  return snapshot
}

/**
 * Puts the dossier back as it was. Its rules are already there, from the registry, perhaps newer than the snapshot: then
 * the state is taken over and the window is not, so that what was judged by the older rules is not judged again.
 * Effects come only of what the clock did in between.
 */
export function restoreDossier(
  dossier: Dossier,
  snapshot: DossierSnapshot,
  nowMs: number,
): Effect[] {
  assert(dossier.offenderId === snapshot.offenderId)
  const restoring = openRestoring(dossier, snapshot)
  const { episodes } = dossier.context.log
  episodes.splice(0, episodes.length, ...restoring.episodes.filter((episode) => episode !== null))
  dossier.unsupported = snapshot.unsupported
    .map((packed) => unpackEpisode(dossier, packed))
    .filter((episode) => episode !== null)
  for (const [place, jammedAtMs] of snapshot.jammedAtMs.entries()) {
    dossier.context.jammedAtMs[restoring.deviceSlots[place]!] = jammedAtMs
  }
  for (const [place, versions] of snapshot.confirmWindows.entries()) {
    dossier.context.confirmWindows[restoring.deviceSlots[place]!] = versions.map(
      ([fromMs, windowMs]) => ({ fromMs: fromMs ?? -Infinity, windowMs }),
    )
  }
  dossier.episodesDropped = 0
  dossier.window.count = 0
  const isSameRules =
    restoring.episodes.length === episodes.length &&
    isDeepEqual(snapshot.orderVersions, listOrderVersions(dossier))
  if (snapshot.base !== null && isSameRules) {
    const state = unpackState(restoring, snapshot.base)
    dossier.checkpoints.splice(0, dossier.checkpoints.length, {
      state,
      episodeCount: snapshot.baseEpisodeCount,
    })
    dossier.evictedMs = snapshot.evictedMs ?? -Infinity
    for (const [index, packed] of snapshot.fixes.entries()) {
      insertFix(dossier.window, index, unpackFix(restoring, packed))
      writeDisbelief(dossier.window, index, packed.at(-1)!)
    }
    const clockMs = Math.max(nowMs, snapshot.nowMs ?? -Infinity)
    return refold(dossier, 0, clockMs, clockMs)
  }
  dossier.state = unpackState(restoring, snapshot.state)
  dossier.checkpoints.splice(0, dossier.checkpoints.length, {
    state: cloneFoldState(dossier.state),
    episodeCount: episodes.length,
  })
  dossier.evictedMs = snapshot.lastMs ?? snapshot.evictedMs ?? -Infinity
  return []
}

export type DossierSnapshot = {
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

const snapshotFormat = 7

function isJudgedByOneVersion(dossier: Dossier): boolean {
  const firstMs = dossier.window.count === 0 ? Infinity : readRecordedAt(dossier.window, 0)
  const rules = [...dossier.context.banRules, ...dossier.context.pairRules]
  return rules.every(({ versions }) => versions.length === 1 || versions.at(-1)!.fromMs <= firstMs)
}

function listOrderVersions(dossier: Dossier): (readonly [string, number])[] {
  const versions = new Map<string, number>()
  for (const rule of [...dossier.context.banRules, ...dossier.context.pairRules]) {
    versions.set(rule.orderId, rule.versions.at(-1)!.order.version)
  }
  return [...versions].toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function openRestoring(dossier: Dossier, snapshot: DossierSnapshot): Restoring {
  const personSlots = snapshot.persons.map((personId) => findPersonSlot(dossier, personId))
  const deviceSlots = snapshot.devices.map((deviceId) => dossier.devices.indexOf(deviceId))
  assert(!deviceSlots.includes(-1), 'devices of the snapshot are given slots before it is restored')
  const episodes = snapshot.episodes.map((packed) => unpackEpisode(dossier, packed))
  return { dossier, personSlots, deviceSlots, episodes }
}
