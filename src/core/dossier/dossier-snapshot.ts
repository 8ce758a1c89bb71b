import assert from 'node:assert/strict'
import {
  insertFix,
  packWindow,
  readDisbelief,
  readFix,
  readRecordedAt,
  unpackWindow,
  writeDisbelief,
} from '../fixes/fix-window.ts'
import { moveSlots } from '../fixes/pack-fix.ts'
import { cloneFoldState } from '../judge/fold.ts'
import type { Effect } from '../model/alert.ts'
import type { RuleVersion } from '../rules/ban-versions.ts'
import { findVersion } from '../rules/ban-versions.ts'
import { findPersonSlot } from './dossier-registry.ts'
import type { Batch, Dossier } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'
import { refold } from './dossier.ts'
import { get } from './names.ts'
import type { PackedReported, PackedState } from './pack-dossier.ts'
import { packReported, packState, unpackReported, unpackState } from './pack-dossier.ts'
import { findBeginDeadline } from './begun.ts'
import type { Restoring } from './pack-episode-state.ts'
import { finiteOrNull } from './pack-episode-state.ts'
import { ReportBook } from './report-book.ts'

/** The dossier without its window, as plain JSON. */
export function snapshotDossier(dossier: Dossier, nowMs: number): DossierSnapshot {
  const { context, window } = dossier
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
    batch: dossier.batch,
    nowMs: nowMs === -Infinity ? null : nowMs,
    beginsMs: finiteOrNull(findBeginDeadline(dossier, nowMs)),
    hasWindow: isJudgedByOneVersion(dossier),
    reported: [...dossier.reported.values()].map(packReported),
    unsupported: dossier.unsupported.map(packReported),
    state: packState(dossier, dossier.state),
  }
}

/**
 * The window apart: it is most of what there is, and only what comes out of order needs it. Null
 * unless all of it would be judged by the rules as they are now; after an amendment the state
 * alone is kept, and what comes late is judged from stored history.
 */
export function snapshotWindow(dossier: Dossier): WindowSnapshot | null {
  return isJudgedByOneVersion(dossier) ? snapshotWholeWindow(dossier) : null
}

/** Also one that several versions judged, for whoever knows them all and from when each counts. */
export function snapshotWholeWindow(dossier: Dossier): WindowSnapshot {
  const { checkpoints, window } = dossier
  return {
    format: snapshotFormat,
    lastMs: window.count === 0 ? null : readRecordedAt(window, window.count - 1),
    base: packState(dossier, checkpoints[0]),
    fixes: packWindow(window),
  }
}

/** As kept: what has to be known of a dossier that sleeps comes first, on a line of its own. */
export function writeSnapshot(snapshot: DossierSnapshot): string {
  return `${JSON.stringify(headOf(snapshot))}\n${JSON.stringify(snapshot)}`
}

/** Refuses what cannot be read any more, or not yet. */
export function readHead(text: string): SnapshotHead {
  const end = text.indexOf('\n')
  // Written before there were heads.
  if (end === -1) return headOf(readSnapshot<DossierSnapshot>(text))
  const head = JSON.parse(text.slice(0, end)) as SnapshotHead
  refuseOther(head)
  return head
}

/** Refuses, before anything is touched, what cannot be read any more, or not yet. */
export function readSnapshot<Snapshot extends DossierSnapshot | WindowSnapshot>(
  text: string,
): Snapshot {
  const snapshot = JSON.parse(text.slice(text.indexOf('\n') + 1)) as Snapshot
  refuseOther(snapshot)
  return snapshot
}

function headOf({ format, persons, reported, beginsMs = null }: DossierSnapshot): SnapshotHead {
  const isGoingOn = reported.some(({ endMs, isHeld }) => endMs === null || isHeld === true)
  const isOpen = beginsMs !== null || isGoingOn
  return { format, persons, isOpen }
}

/** Puts the dossier back as it was, without its window: older fixes than its last are not known. */
export function restoreDossier(dossier: Dossier, snapshot: DossierSnapshot): void {
  assert(dossier.offenderId === snapshot.offenderId)
  const { reported, restoring } = openRestoring(dossier, snapshot)
  const { window, checkpoints } = dossier
  dossier.batch = findBatch(dossier, snapshot)
  dossier.reported = new ReportBook(reported)
  dossier.unsupported = unpackAll(dossier, snapshot, snapshot.unsupported)
  dossier.state = unpackState(restoring, snapshot.state)
  window.count = 0
  checkpoints.splice(0, checkpoints.length, cloneFoldState(dossier.state))
  dossier.evictedMs = snapshot.lastMs ?? snapshot.evictedMs ?? -Infinity
}

/**
 * Puts the window back into a dossier to which nothing has happened since `restoreDossier`. Its
 * rules come from the registry and may be newer than the snapshot: then it stays as it is, so that
 * what was judged by the older rules is not judged again. Effects come of what the clock did in
 * between, and of what is judged otherwise than it was.
 */
export function restoreWindow(
  dossier: Dossier,
  snapshot: DossierSnapshot,
  saved: WindowSnapshot,
  nowMs: number,
): Effect[] {
  const isSameRules =
    dossier.reported.size === snapshot.reported.length &&
    isDeepEqual(snapshot.orderVersions, listOrderVersions(dossier))
  // The two are saved as one.
  if (!isSameRules || saved.lastMs !== snapshot.lastMs) return []
  const { restoring } = openRestoring(dossier, snapshot)
  const base = unpackState(restoring, saved.base)
  const packed = unpackWindow(saved.fixes)
  const { window, checkpoints } = dossier
  checkpoints.splice(0, checkpoints.length, base)
  dossier.evictedMs = snapshot.evictedMs ?? -Infinity
  for (let index = 0; index < packed.count; index++) {
    insertFix(window, index, moveSlots(restoring, readFix(packed, index)))
    writeDisbelief(window, index, readDisbelief(packed, index))
  }
  const clockMs = Math.max(nowMs, snapshot.nowMs ?? -Infinity)
  return refold(dossier, 0, { learnedAtMs: clockMs, nowMs: clockMs })
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
  /** Reports that were held up, for which what the clock finds waits; since format 45. */
  readonly batch?: Batch | null
  /** How far the clock had been advanced: it may have ended what no fix did. */
  readonly nowMs: number | null
  /** When a ban begins next over where the offender was last seen; before 32 not told. */
  readonly beginsMs?: number | null
  /** There is a window to go with it. */
  readonly hasWindow: boolean
  readonly reported: readonly PackedReported[]
  readonly unsupported: readonly PackedReported[]
  readonly state: PackedState
}

export type SnapshotHead = Pick<DossierSnapshot, 'format' | 'persons'> & {
  /** Something goes on, which the clock may end, or begins by it. */
  readonly isOpen: boolean
}

export type WindowSnapshot = {
  readonly format: number
  /** As in the snapshot of the dossier that it belongs to. */
  readonly lastMs: number | null
  readonly base: PackedState
  readonly fixes: string
}

/**
 * One is added with each change of what is written, and the formats from `oldestFormatRead` on are
 * read: without a snapshot the whole journal is read, five minutes for a million rows. 24 added
 * `disputes` of a rule; 23 knows of none. 25 added the `way` of a track, 26 its
 * `ahead`, 27 its `newJumps`, 28 its `given`, and which devices showed an
 * episode, 29 its `restPlaces`, 30 when an
 * offender's device last showed an episode, 31 its `jumpPlaces`, 32 `beginsMs` and
 * episodes that the clock found, 33 when a vendor was heard between its incidents, 34 its
 * `provenAtMs`, 35 its `restProvenMs`, 36 its `provenStarts`, 37 its `otherPlaces` and
 * `sharpStarts`, 38 the position before the last one of each device, 39 its
 * `sharpest`, 40 what was not heard since a breach that is over by
 * others, 41 the `own` run of a leaving, 42 the `run` of what was not heard, 43 the `nearerCount`
 * of what goes on, 45 the `batch`; those before have none.
 */
const snapshotFormat = 45
const oldestFormatRead = 23

function refuseOther({ format }: { readonly format: number }): void {
  assert(format >= oldestFormatRead && format <= snapshotFormat, 'this version reads the format')
}

/**
 * Before 45 what begins within the minute tells as much: it may have begun, and wait for newer
 * reports until then. Nobody would look at it again.
 */
function findBatch(
  { context }: Dossier,
  { batch, beginsMs = null, nowMs }: DossierSnapshot,
): Batch | null {
  if (batch !== undefined) return batch
  const { situationPollMs, troublePollMs } = context.limits
  if (beginsMs === null || nowMs === null || beginsMs - nowMs > troublePollMs) return null
  return { firstMs: beginsMs - troublePollMs, newestMs: beginsMs - situationPollMs }
}

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
  const reported = unpackAll(dossier, snapshot, snapshot.reported)
  const episodes = new Map(reported.map(({ episode }) => [episode.id, episode]))
  return { reported, restoring: { dossier, personSlots, deviceSlots, episodes } }
}

function unpackAll(
  dossier: Dossier,
  { nowMs }: Pick<DossierSnapshot, 'nowMs'>,
  packed: readonly PackedReported[],
): Reported[] {
  return packed
    .map((one) => unpackReported(dossier, one, nowMs ?? -Infinity))
    .filter((known) => known !== null)
}
