import assert from 'node:assert/strict'
import {
  insertFix,
  readDisbelief,
  readFix,
  readRecordedAt,
  writeDisbelief,
} from '../fixes/fix-window.ts'
import type { PackedFix } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import { cloneFoldState } from '../judge/fold.ts'
import type { Effect } from '../model/alert.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { findPersonSlot } from './dossier-registry.ts'
import type { Dossier, Reported } from './dossier-state.ts'
import { refold } from './dossier.ts'
import { get } from './names.ts'
import type { PackedReported, PackedState } from './pack-dossier.ts'
import { packReported, packState, unpackReported, unpackState } from './pack-dossier.ts'
import type { Restoring } from './pack-episode-state.ts'

/**
 * The dossier as plain JSON. The window goes along only while all of it would be judged by the
 * rules as they are now; after an amendment the state alone is kept, and what comes late is
 * judged from stored history.
 */
export function snapshotDossier(dossier: Dossier, nowMs: number): DossierSnapshot {
  const { context, checkpoints, window } = dossier
  const isWhole = isJudgedByOneVersion(dossier)
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
    reported: [...dossier.reported.values()].map(packReported),
    unsupported: dossier.unsupported.map(packReported),
    base: isWhole ? packState(dossier, checkpoints[0]) : null,
    state: packState(dossier, dossier.state),
    fixes: isWhole ? packWindow(dossier) : [],
  }
}

/** Refuses, before anything is touched, what another version of this program wrote. */
export function readSnapshot(json: string): DossierSnapshot {
  const snapshot = JSON.parse(json) as DossierSnapshot
  assert(snapshot.format === snapshotFormat, 'a snapshot is of the format this version writes')
  return snapshot
}

/**
 * Puts the dossier back as it was. Its rules are already there, from the registry, perhaps newer
 * than the snapshot: then the state is taken over and the window is not, so that what was judged by
 * the older rules is not judged again. Effects come only of what the clock did in between.
 */
export function restoreDossier(
  dossier: Dossier,
  snapshot: DossierSnapshot,
  nowMs: number,
): Effect[] {
  assert(dossier.offenderId === snapshot.offenderId)
  const { reported, restoring } = openRestoring(dossier, snapshot)
  const { window, checkpoints } = dossier
  dossier.reported = new Map(reported.map((known) => [known.episode.id, known]))
  dossier.unsupported = unpackAll(dossier, snapshot.unsupported)
  dossier.state = unpackState(restoring, snapshot.state)
  window.count = 0
  const isSameRules =
    reported.length === snapshot.reported.length &&
    isDeepEqual(snapshot.orderVersions, listOrderVersions(dossier))
  if (snapshot.base !== null && isSameRules) {
    checkpoints.splice(0, checkpoints.length, unpackState(restoring, snapshot.base))
    dossier.evictedMs = snapshot.evictedMs ?? -Infinity
    for (const [index, packed] of snapshot.fixes.entries()) {
      insertFix(window, index, unpackFix(restoring, packed))
      writeDisbelief(window, index, packed.at(-1) ?? 0)
    }
    const clockMs = Math.max(nowMs, snapshot.nowMs ?? -Infinity)
    return refold(dossier, 0, { learnedAtMs: clockMs, nowMs: clockMs })
  }
  checkpoints.splice(0, checkpoints.length, cloneFoldState(dossier.state))
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
  readonly reported: readonly PackedReported[]
  readonly unsupported: readonly PackedReported[]
  readonly base: PackedState | null
  readonly state: PackedState
  readonly fixes: readonly PackedFix[]
}

const snapshotFormat = 19

function isJudgedByOneVersion(dossier: Dossier): boolean {
  const firstMs = dossier.window.count === 0 ? Infinity : readRecordedAt(dossier.window, 0)
  const rules = [...dossier.context.banRules, ...dossier.context.pairRules]
  return rules.every(
    ({ versions }) =>
      versions.length === 1 || findVersion<RuleVersion>(versions, Infinity).fromMs <= firstMs,
  )
}

function listOrderVersions(dossier: Dossier): (readonly [string, number])[] {
  const versions = new Map<string, number>()
  for (const rule of [...dossier.context.banRules, ...dossier.context.pairRules]) {
    versions.set(rule.orderId, findVersion<RuleVersion>(rule.versions, Infinity).order.version)
  }
  return [...versions].toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function packWindow({ window }: Dossier): PackedFix[] {
  return Array.from({ length: window.count }, (_, index) => [
    ...packFix(readFix(window, index)),
    readDisbelief(window, index),
  ])
}

function openRestoring(
  dossier: Dossier,
  snapshot: DossierSnapshot,
): { reported: Reported[]; restoring: Restoring } {
  const personSlots = snapshot.persons.map((personId) => findPersonSlot(dossier, personId))
  const deviceSlots = snapshot.devices.map((deviceId) => dossier.devices.indexOf(deviceId))
  assert(!deviceSlots.includes(-1), 'devices of the snapshot are given slots before it is restored')
  for (const [place, jammedAtMs] of snapshot.jammedAtMs.entries()) {
    dossier.context.jammedAtMs[get(deviceSlots, place)] = jammedAtMs
  }
  for (const [place, versions] of snapshot.confirmWindows.entries()) {
    const slot = get(deviceSlots, place)
    dossier.context.confirmWindows[slot] = versions.map(([fromMs, windowMs]) => ({
      fromMs: fromMs ?? -Infinity,
      windowMs,
    }))
  }
  const reported = unpackAll(dossier, snapshot.reported)
  const episodes = new Map(reported.map(({ episode }) => [episode.id, episode]))
  return { reported, restoring: { dossier, personSlots, deviceSlots, episodes } }
}

function unpackAll(dossier: Dossier, packed: readonly PackedReported[]): Reported[] {
  return packed.map((one) => unpackReported(dossier, one)).filter((known) => known !== null)
}
