import type { Effect } from '../model/alert.ts'
import { isWeekRollover } from '../belief/week-rollover.ts'
import { disbeliefBits, listDisbelief } from '../belief/believe-fix.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { reportChanges, reportEnded, reportNew } from './episode-report.ts'
import type { Episode } from '../judge/episode.ts'
import { endEpisode } from '../judge/episode.ts'
import {
  createFixWindow,
  dropOldest,
  findPlace,
  insertFix,
  readDisbelief,
  readFix,
  readRecordedAt,
  writeDisbelief,
} from '../fixes/fix-window.ts'
import { cloneFoldState, createFoldState, extendFoldState } from '../judge/fold.ts'
import type { Limits } from '../model/limits.ts'
import { stepDossier } from '../judge/step-dossier.ts'
import type { Dossier, Checkpoint, EpisodesBefore, CarriedEpisode } from './dossier-state.ts'

/**
 * Everything about one offender: his orders, his fixes and those of the people he must stay away from, and the
 * episodes that follow from them. The episodes are a fold over the fixes in their one order; a fix that comes out
 * of order is put in its place and the fold is done again from the checkpoint before it.
 */
export function createDossier(offenderId: string, limits: Limits): Dossier {
  const episodes: Episode[] = []
  const base = createFoldState(1, 0, 0)
  return {
    offenderId,
    persons: [offenderId],
    devices: [],
    context: {
      limits,
      banRules: [],
      pairRules: [],
      confirmWindows: [],
      jammedAtMs: [],
      log: { episodes, opened: [], ended: [] },
    },
    window: createFixWindow(),
    state: cloneFoldState(base),
    checkpoints: [{ state: base, episodeCount: 0 }],
    evictedMs: -Infinity,
    episodesDropped: 0,
    unsupported: [],
  }
}

/** Takes one fix in, wherever in time it belongs. `nowMs` is the furthest the clock has been advanced. */
export function applyToDossier(dossier: Dossier, fix: CaseFix, nowMs: number): Effect[] {
  if (isWeekRollover(fix, dossier.context.limits)) {
    return [reportDisbelief(dossier, fix, disbeliefBits['week-rollover'], fix.receivedAtMs)]
  }
  if (fix.recordedAtMs <= dossier.evictedMs) {
    return [{ type: 'rejudge-needed', offenderId: dossier.offenderId, fromMs: fix.recordedAtMs }]
  }
  const place = findPlace(dossier.window, fix, dossier)
  if (place === null) return nothing
  if (place < dossier.window.count) {
    insertFix(dossier.window, place, fix)
    return refold(dossier, place, fix.receivedAtMs, nowMs)
  }
  const disbelief = appendFix(dossier, fix)
  const { opened, ended } = dossier.context.log
  // Hot path: nothing to tell.
  if (disbelief === 0 && opened.length === 0 && ended.length === 0) return nothing
  const effects: Effect[] = []
  if (disbelief !== 0) effects.push(reportDisbelief(dossier, fix, disbelief, fix.receivedAtMs))
  effects.push(...reportNew(dossier, fix.receivedAtMs))
  for (const episode of ended) effects.push(...reportEnded(episode, fix.receivedAtMs))
  clearLog(dossier)
  dropSettledEpisodes(dossier)
  return effects
}

/** Does the fold again from the checkpoint before `place`, and tells what came out differently. */
export function refold(
  dossier: Dossier,
  place: number,
  learnedAtMs: number,
  nowMs: number,
): Effect[] {
  const { window, checkpoints, context } = dossier
  const first = Math.floor(place / checkpointInterval)
  const checkpoint = checkpoints[first]!
  const before = rewind(dossier, checkpoint)
  checkpoints.length = first + 1
  dossier.state = cloneFoldState(checkpoint.state)
  const effects: Effect[] = []
  for (let index = first * checkpointInterval; index < window.count; index++) {
    if (index % checkpointInterval === 0 && index > first * checkpointInterval)
      addCheckpoint(dossier)
    const fix = readFix(window, index)
    const disbelief = stepDossier(context, dossier.state, fix)
    if (disbelief !== readDisbelief(window, index)) {
      writeDisbelief(window, index, disbelief)
      effects.push(reportDisbelief(dossier, fix, disbelief, learnedAtMs))
    }
  }
  endCeasedEpisodes(dossier, nowMs)
  effects.push(...reportChanges(dossier, before, checkpoint.episodeCount, learnedAtMs))
  clearLog(dossier)
  evictOldest(dossier)
  dropSettledEpisodes(dossier)
  return effects
}

/** Ends the episodes whose ban has ceased to be in force by now, though no fix came since. */
export function advanceDossier(dossier: Dossier, nowMs: number): Effect[] {
  endCeasedEpisodes(dossier, nowMs)
  const effects = dossier.context.log.ended.flatMap((episode) => reportEnded(episode, nowMs))
  clearLog(dossier)
  return effects
}

/** When `advanceDossier` has something to do; Infinity when it has not. */
export function findDossierDeadline(dossier: Dossier): number {
  let deadlineMs = Infinity
  for (const episode of dossier.context.log.episodes) {
    if (episode.endMs === null) deadlineMs = Math.min(deadlineMs, episode.ceasesAtMs)
  }
  return deadlineMs
}

/** Adds the newest fix: the fold goes one step on. */
export function appendFix(dossier: Dossier, fix: CaseFix): number {
  const { window, context } = dossier
  if (window.count % checkpointInterval === 0 && window.count > 0) addCheckpoint(dossier)
  insertFix(window, window.count, fix)
  const disbelief = stepDossier(context, dossier.state, fix)
  if (disbelief !== 0) writeDisbelief(window, window.count - 1, disbelief)
  evictOldest(dossier)
  return disbelief
}

/** Makes room in every state for persons and rules that were registered since. */
export function extendDossier(dossier: Dossier): void {
  const personCount = dossier.persons.length
  extendFoldState(dossier.state, dossier.context, personCount)
  for (const { state } of dossier.checkpoints) extendFoldState(state, dossier.context, personCount)
}

export function clearLog(dossier: Dossier): void {
  dossier.context.log.opened.length = 0
  dossier.context.log.ended.length = 0
}

/** A refold repeats at most this many steps more than it must; a checkpoint costs some 600 bytes. */
export const checkpointInterval = 32

/**
 * Episodes kept to be compared with when old fixes come in. Those forgotten are not doubled: an equal start gives
 * an equal id.
 */
const episodesKeptMax = 256

const nothing: Effect[] = []

/** Takes back what was found after the checkpoint, and remembers it for comparison. */
function rewind(dossier: Dossier, checkpoint: Checkpoint): EpisodesBefore {
  const { episodes } = dossier.context.log
  const carried: CarriedEpisode[] = []
  for (const state of [...checkpoint.state.bans, ...checkpoint.state.pairs]) {
    for (const going of [state?.breach, state?.approach]) {
      const episode = going?.episode ?? null
      if (going == null || episode === null) continue
      carried.push({ episode, endMs: episode.endMs })
      episode.endMs = null
      episode.nearestMeters = going.nearestMeters
    }
  }
  return { carried, found: episodes.splice(checkpoint.episodeCount - dossier.episodesDropped) }
}

/**
 * What the clock says of episodes no fix has ended. The state of the fold is left alone: a fix recorded before the
 * ban ceased may still come, and finds the episode going on.
 */
export function endCeasedEpisodes(dossier: Dossier, nowMs: number): void {
  const { log } = dossier.context
  for (const episode of log.episodes) {
    if (episode.endMs === null && episode.ceasesAtMs <= nowMs) {
      endEpisode(log, episode, episode.ceasesAtMs)
    }
  }
}

function addCheckpoint(dossier: Dossier): void {
  const episodeCount = dossier.episodesDropped + dossier.context.log.episodes.length
  dossier.checkpoints.push({ state: cloneFoldState(dossier.state), episodeCount })
}

function evictOldest(dossier: Dossier): void {
  const { caseWindowFixCount } = dossier.context.limits
  if (dossier.window.count < caseWindowFixCount + checkpointInterval) return
  dossier.evictedMs = readRecordedAt(dossier.window, checkpointInterval - 1)
  dropOldest(dossier.window, checkpointInterval)
  dossier.checkpoints.shift()
}

/**
 * Only those that ended before the window began can no longer change by themselves. Whatever still goes on stays,
 * wherever it stands; all of them began before every checkpoint, whose counts hold as they are.
 */
function dropSettledEpisodes(dossier: Dossier): void {
  const { episodes } = dossier.context.log
  const excess = episodes.length - episodesKeptMax
  if (excess <= 0) return
  const settledCount = dossier.checkpoints[0]!.episodeCount - dossier.episodesDropped
  const settled = episodes
    .slice(0, settledCount)
    .filter(({ endMs }) => endMs !== null && endMs <= dossier.evictedMs)
  if (settled.length === 0) return
  const dropped = new Set(settled.slice(0, excess))
  const kept = episodes.filter((episode) => !dropped.has(episode))
  episodes.splice(0, episodes.length, ...kept)
  dossier.episodesDropped += dropped.size
}

export function reportDisbelief(
  dossier: Dossier,
  fix: CaseFix,
  disbelief: number,
  learnedAtMs: number,
): Effect {
  return {
    type: 'fix-disbelieved',
    deviceId: dossier.devices[fix.deviceSlot]!,
    recordedAtMs: fix.recordedAtMs,
    longitude: fix.longitude,
    latitude: fix.latitude,
    reasons: listDisbelief(disbelief),
    learnedAtMs,
  }
}
