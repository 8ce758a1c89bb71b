import { disbeliefBits, listDisbelief } from '../belief/believe-fix.ts'
import { isWeekRollover } from '../belief/week-rollover.ts'
import { createBanFinder } from '../rules/ban-finder.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { readDeviceClock } from '../fixes/case-fix.ts'
import {
  dropOldest,
  findPlace,
  insertFix,
  readDisbelief,
  readFix,
  readRecordedAt,
  writeDisbelief,
} from '../fixes/fix-window.ts'
import type { Episode, EpisodeState } from '../judge/episode.ts'
import { joinFacts } from '../judge/episode.ts'
import type { FoldState, RuleState } from '../judge/fold.ts'
import { cloneFoldState, createFoldState, extendFoldState, reviseCeasing } from '../judge/fold.ts'
import type { Step } from '../judge/step-dossier.ts'
import { stepDossier } from '../judge/step-dossier.ts'
import type { Effect } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'
import type { RegistryIndex } from '../model/registry-index.ts'
import { findWornUntilMs } from '../model/registry-index.ts'
import { learnRoom, learnRows } from '../quiet/learn-rows.ts'
import type { QuietRows } from '../quiet/trail.ts'
import { createTrail, takeLate } from '../quiet/trail.ts'
import { findBeginDeadline, listBegun, noteBatch } from './begun.ts'
import { findTakenInMs } from './held-end.ts'
import type { Dossier, Moment } from './dossier-state.ts'
import { FoldingDossier } from './dossier-state.ts'
import { nameDevice } from './names.ts'
import { reportBegun, reportCeased, reportChanges, reportStep } from './episode-report.ts'
import { mayRankLower, reportOver } from './report-over.ts'
import type { Findings } from './report-tellings.ts'
import { createFindings, noteFindings } from './report-tellings.ts'
import { findToldUntilMs } from './told-until.ts'
import { pushAll } from '../model/lists.ts'

/**
 * Everything about one offender: his orders, his fixes and those of the people he must stay away
 * from, and the episodes that follow from them. The episodes are a fold over the fixes in their
 * one order; a fix that comes out of order is put in its place and the fold is done again from
 * the checkpoint before it.
 */
export function createDossier(
  offenderId: string,
  limits: Limits,
  quiet: QuietRows,
  index: RegistryIndex,
): Dossier {
  const base = createFoldState(1, 0, 0)
  const context = {
    limits,
    banRules: [],
    banFinder: createBanFinder(),
    pairRules: [],
    confirmWindows: [],
    isWorn: (deviceSlot: number, personSlot: number, atMs: number): boolean =>
      context.findWornUntilMs(deviceSlot, personSlot, atMs) !== null,
    findWornUntilMs: (deviceSlot: number, personSlot: number, atMs: number): number | null =>
      findWornUntilMs(index, nameDevice(dossier, deviceSlot), dossier.persons[personSlot], atMs),
    jammedAtMs: [],
  }
  const trail = createTrail(cloneFoldState(base), quiet)
  const dossier: Dossier = new FoldingDossier(offenderId, context, base, trail)
  return dossier
}

/** After a fix was judged: which of the next ones will be quiet. */
export function learnQuiet(dossier: Dossier): void {
  if (dossier.trail.quiet.mode === 'off') return
  const { trail, context, evictedMs, batch } = dossier
  const isPutOff = mayRankLower(dossier) || findBeginDeadline(dossier, -Infinity) !== Infinity
  const isHeldUp = batch !== null
  const rowsMax = findRowsMax(dossier)
  // Neither are the oldest episodes forgotten, nor has the clock found any.
  const isSettled =
    trail.state.episodes.length <= episodesKeptMax && listBegun(dossier).length === 0
  const toldUntilMs = (episode: Episode): number => findToldUntilMs(dossier, episode)
  const staff = { findToldUntilMs: toldUntilMs, isSettled }
  learnRows(trail, { context, evictedMs, isPutOff, isHeldUp, rowsMax, staff })
}

/** What adding one more fix in full would do beside its step, where only its row is added. */
export function makeRoom(dossier: Dossier): void {
  const { window, context } = dossier
  noteCheckpoint(dossier)
  if (window.count + 1 >= context.limits.caseWindowFixCount + checkpointInterval) {
    forgetOldest(dossier)
  }
  learnRoom(dossier.trail, findRowsMax(dossier))
}

/** So many in the window without a checkpoint due, and without forgetting. */
function findRowsMax({ checkpoints, context }: Dossier): number {
  const forgettingCount = context.limits.caseWindowFixCount + checkpointInterval - 1
  return Math.min(checkpoints.length * checkpointInterval, forgettingCount)
}

/**
 * Takes one fix in, wherever in time it belongs. `nowMs` is the furthest
 * the clock has been advanced.
 */
export function applyToDossier(dossier: Dossier, fix: CaseFix, nowMs: number): Effect[] {
  const learnedAtMs = fix.receivedAtMs
  if (isWeekRollover(fix, dossier.context.limits)) {
    return [reportDisbelief(dossier, fix, disbeliefBits['week-rollover'], learnedAtMs)]
  }
  if (fix.recordedAtMs <= dossier.evictedMs) {
    return [{ type: 'rejudge-needed', offenderId: dossier.offenderId, fromMs: fix.recordedAtMs }]
  }
  const place = findPlace(dossier.window, fix, dossier)
  if (place === null) return nothing
  const isBatchRead = noteBatch(dossier, fix)
  if (place < dossier.window.count) {
    insertFix(dossier.window, place, fix)
    return refold(dossier, place, { learnedAtMs, nowMs })
  }
  const { disbelief, facts } = appendFix(dossier, fix)
  evictOldest(dossier)
  const all = joinFacts(takeLate(dossier.trail), facts)
  const found = reportStep(dossier, all, learnedAtMs)
  const begun = reportBegun(dossier, { learnedAtMs, nowMs })
  if (isBatchRead) pushAll(found, reportOver(dossier, learnedAtMs))
  // Hot path: nothing to tell.
  if (disbelief === 0 && all.length === 0 && found.length === 0) return begun
  dropSettledEpisodes(dossier)
  if (disbelief !== 0) found.unshift(reportDisbelief(dossier, fix, disbelief, learnedAtMs))
  return [...found, ...begun]
}

/** Does the fold again from the checkpoint before `place`, and tells what came out differently. */
export function refold(dossier: Dossier, place: number, moment: Moment): Effect[] {
  const { window, checkpoints } = dossier
  const first = Math.floor(place / checkpointInterval)
  const base = checkpoints[first] ?? checkpoints[0]
  const fixes: FixBefore[] = []
  for (let index = first * checkpointInterval; index < window.count; index++) {
    fixes.push({ fix: readFix(window, index), disbelief: readDisbelief(window, index) })
  }
  window.count = first * checkpointInterval
  checkpoints.length = first + 1
  return foldAgain(dossier, base, fixes, createFindings(), moment)
}

/**
 * Folds the fixes from `base`, which the window ends before, and compares what is found with what
 * was reported. Every repeated judgement goes this way. `findings` are of episodes of the base
 * that were never reported.
 */
export function foldAgain(
  dossier: Dossier,
  base: FoldState,
  fixes: readonly FixBefore[],
  findings: Findings,
  moment: Moment,
): Effect[] {
  const { nextEpisodeId } = dossier.state
  dossier.state = cloneFoldState(base)
  dossier.state.nextEpisodeId = Math.max(nextEpisodeId, base.nextEpisodeId)
  const effects: Effect[] = []
  for (const { fix, disbelief: before } of fixes) {
    evictOldest(dossier)
    const { disbelief, facts } = appendFix(dossier, fix)
    noteFindings(findings, facts)
    if (disbelief !== before) {
      effects.push(reportDisbelief(dossier, fix, disbelief, moment.learnedAtMs))
    }
  }
  pushAll(effects, reportChanges(dossier, base, findings, moment))
  // The evidence of an alert may lie in what is forgotten now.
  evictOldest(dossier)
  dropSettledEpisodes(dossier)
  return effects
}

/** Judged before, and why it was not believed then; null when that is not known here. */
export type FixBefore = { readonly fix: CaseFix; readonly disbelief: number | null }

/** What the clock says by now, though no fix came since: bans cease to be in force, and begin. */
export function advanceDossier(dossier: Dossier, nowMs: number): Effect[] {
  return reportCeased(dossier, nowMs)
}

/** When something that goes on ceases by the clock, as known at `nowMs`; Infinity: nothing. */
export function findDossierDeadline(dossier: Dossier, nowMs: number): number {
  let deadlineMs = Infinity
  for (const { episode, isHeld } of dossier.reported.goingOn) {
    deadlineMs = Math.min(deadlineMs, episode.ceasesAtMs)
    if (isHeld) deadlineMs = Math.min(deadlineMs, findTakenInMs(dossier, episode, nowMs))
  }
  return deadlineMs
}

/**
 * Whether a breach or approach is open; the clock may have ended one that the fold still carries.
 */
export function isGoingOn({ reported }: Dossier, state: RuleState | null): boolean {
  const isOpen = (going: EpisodeState | null): boolean =>
    going !== null &&
    going.episode !== null &&
    reported.get(going.episode.id)?.episode.endMs === null
  return state !== null && (isOpen(state.breach) || isOpen(state.approach))
}

/** Makes room in every state for persons and rules that were registered since. */
export function extendDossier(dossier: Dossier): void {
  for (const state of [dossier.state, ...dossier.checkpoints]) {
    extendFoldState(state, dossier.context, dossier.persons.length)
  }
}

/** After an amendment: what goes on may cease at another moment. */
export function reviseDossier(dossier: Dossier): void {
  for (const state of [dossier.state, ...dossier.checkpoints]) reviseCeasing(state)
}

/**
 * A refold repeats at most this many steps more than it must; a checkpoint costs some 600 bytes.
 */
export const checkpointInterval = 32

/**
 * Episodes kept to be compared with when old fixes come in. Those forgotten are not doubled: an
 * equal start gives an equal id.
 */
const episodesKeptMax = 256

const nothing: Effect[] = []

/** Adds the newest fix: the fold goes one step on. */
function appendFix(dossier: Dossier, fix: CaseFix): Step {
  const { window, context, state } = dossier
  noteCheckpoint(dossier)
  insertFix(window, window.count, fix)
  const step = stepDossier(context, state, fix)
  if (step.disbelief !== 0) writeDisbelief(window, window.count - 1, step.disbelief)
  return step
}

/** Not when the fold is done again from the checkpoint at this very place. */
function noteCheckpoint({ window, checkpoints, state }: Dossier): void {
  if (window.count !== checkpoints.length * checkpointInterval) return
  checkpoints.push(cloneFoldState(state))
}

function evictOldest(dossier: Dossier): void {
  const { window, context } = dossier
  if (window.count < context.limits.caseWindowFixCount + checkpointInterval) return
  forgetOldest(dossier)
}

function forgetOldest(dossier: Dossier): void {
  const { window, checkpoints } = dossier
  dossier.evictedMs = readRecordedAt(window, checkpointInterval - 1)
  dropOldest(window, checkpointInterval)
  checkpoints.shift()
}

/**
 * Only those that ended before the window began can no longer change by themselves. Whatever still
 * goes on stays, wherever it stands.
 */
function dropSettledEpisodes(dossier: Dossier): void {
  const { checkpoints, evictedMs, state } = dossier
  const excess = state.episodes.length - episodesKeptMax
  if (excess <= 0) return
  const { unheard } = checkpoints[0]
  const settled = checkpoints[0].episodes.filter(
    ({ id, endMs }) =>
      endMs !== null &&
      endMs <= evictedMs &&
      [...unheard, ...state.unheard].every(({ episodeId }) => episodeId !== id),
  )
  if (settled.length === 0) return
  const dropped = new Set(settled.slice(0, excess).map(({ id }) => id))
  for (const one of [state, ...checkpoints]) {
    one.episodes = one.episodes.filter(({ id }) => !dropped.has(id))
  }
  for (const id of dropped) dossier.reported.delete(id)
}

function reportDisbelief(
  dossier: Dossier,
  fix: CaseFix,
  disbelief: number,
  learnedAtMs: number,
): Effect {
  return {
    type: 'fix-disbelieved',
    deviceId: nameDevice(dossier, fix.deviceSlot),
    recordedAtMs: readDeviceClock(fix),
    longitude: fix.longitude,
    latitude: fix.latitude,
    reasons: listDisbelief(disbelief),
    learnedAtMs,
  }
}
