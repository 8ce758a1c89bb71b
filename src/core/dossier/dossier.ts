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
import { stepCase } from '../judge/step-dossier.ts'
import type { Case, Checkpoint, EpisodesBefore, CarriedEpisode } from './dossier-state.ts'

/**
 * Everything about one offender: his orders, his fixes and those of the people he must stay away from, and the
 * episodes that follow from them. The episodes are a fold over the fixes in their one order; a fix that comes out
 * of order is put in its place and the fold is done again from the checkpoint before it.
 */
export function createCase(offenderId: string, limits: Limits): Case {
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
export function applyToCase(item: Case, fix: CaseFix, nowMs: number): Effect[] {
  if (isWeekRollover(fix, item.context.limits)) {
    return [reportDisbelief(item, fix, disbeliefBits['week-rollover'], fix.receivedAtMs)]
  }
  if (fix.recordedAtMs <= item.evictedMs) {
    return [{ type: 'rejudge-needed', offenderId: item.offenderId, fromMs: fix.recordedAtMs }]
  }
  const place = findPlace(item.window, fix, item)
  if (place === null) return nothing
  if (place < item.window.count) {
    insertFix(item.window, place, fix)
    return refold(item, place, fix.receivedAtMs, nowMs)
  }
  const disbelief = appendFix(item, fix)
  const { opened, ended } = item.context.log
  // Hot path: nothing to tell.
  if (disbelief === 0 && opened.length === 0 && ended.length === 0) return nothing
  const effects: Effect[] = []
  if (disbelief !== 0) effects.push(reportDisbelief(item, fix, disbelief, fix.receivedAtMs))
  effects.push(...reportNew(item, fix.receivedAtMs))
  for (const episode of ended) effects.push(...reportEnded(episode, fix.receivedAtMs))
  clearLog(item)
  dropSettledEpisodes(item)
  return effects
}

/** Does the fold again from the checkpoint before `place`, and tells what came out differently. */
export function refold(item: Case, place: number, learnedAtMs: number, nowMs: number): Effect[] {
  const { window, checkpoints, context } = item
  const first = Math.floor(place / checkpointInterval)
  const checkpoint = checkpoints[first]!
  const before = rewind(item, checkpoint)
  checkpoints.length = first + 1
  item.state = cloneFoldState(checkpoint.state)
  const effects: Effect[] = []
  for (let index = first * checkpointInterval; index < window.count; index++) {
    if (index % checkpointInterval === 0 && index > first * checkpointInterval) addCheckpoint(item)
    const fix = readFix(window, index)
    const disbelief = stepCase(context, item.state, fix)
    if (disbelief !== readDisbelief(window, index)) {
      writeDisbelief(window, index, disbelief)
      effects.push(reportDisbelief(item, fix, disbelief, learnedAtMs))
    }
  }
  endCeasedEpisodes(item, nowMs)
  effects.push(...reportChanges(item, before, checkpoint.episodeCount, learnedAtMs))
  clearLog(item)
  evictOldest(item)
  dropSettledEpisodes(item)
  return effects
}

/** Ends the episodes whose ban has ceased to be in force by now, though no fix came since. */
export function advanceCase(item: Case, nowMs: number): Effect[] {
  endCeasedEpisodes(item, nowMs)
  const effects = item.context.log.ended.flatMap((episode) => reportEnded(episode, nowMs))
  clearLog(item)
  return effects
}

/** When `advanceCase` has something to do; Infinity when it has not. */
export function findCaseDeadline(item: Case): number {
  let deadlineMs = Infinity
  for (const episode of item.context.log.episodes) {
    if (episode.endMs === null) deadlineMs = Math.min(deadlineMs, episode.ceasesAtMs)
  }
  return deadlineMs
}

/** Adds the newest fix: the fold goes one step on. */
export function appendFix(item: Case, fix: CaseFix): number {
  const { window, context } = item
  if (window.count % checkpointInterval === 0 && window.count > 0) addCheckpoint(item)
  insertFix(window, window.count, fix)
  const disbelief = stepCase(context, item.state, fix)
  if (disbelief !== 0) writeDisbelief(window, window.count - 1, disbelief)
  evictOldest(item)
  return disbelief
}

/** Makes room in every state for persons and rules that were registered since. */
export function extendCase(item: Case): void {
  const personCount = item.persons.length
  extendFoldState(item.state, item.context, personCount)
  for (const { state } of item.checkpoints) extendFoldState(state, item.context, personCount)
}

export function clearLog(item: Case): void {
  item.context.log.opened.length = 0
  item.context.log.ended.length = 0
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
function rewind(item: Case, checkpoint: Checkpoint): EpisodesBefore {
  const { episodes } = item.context.log
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
  return { carried, found: episodes.splice(checkpoint.episodeCount - item.episodesDropped) }
}

/**
 * What the clock says of episodes no fix has ended. The state of the fold is left alone: a fix recorded before the
 * ban ceased may still come, and finds the episode going on.
 */
export function endCeasedEpisodes(item: Case, nowMs: number): void {
  const { log } = item.context
  for (const episode of log.episodes) {
    if (episode.endMs === null && episode.ceasesAtMs <= nowMs) {
      endEpisode(log, episode, episode.ceasesAtMs)
    }
  }
}

function addCheckpoint(item: Case): void {
  const episodeCount = item.episodesDropped + item.context.log.episodes.length
  item.checkpoints.push({ state: cloneFoldState(item.state), episodeCount })
}

function evictOldest(item: Case): void {
  const { caseWindowFixCount } = item.context.limits
  if (item.window.count < caseWindowFixCount + checkpointInterval) return
  item.evictedMs = readRecordedAt(item.window, checkpointInterval - 1)
  dropOldest(item.window, checkpointInterval)
  item.checkpoints.shift()
}

/**
 * Only those that ended before the window began can no longer change by themselves. Whatever still goes on stays,
 * wherever it stands; all of them began before every checkpoint, whose counts hold as they are.
 */
function dropSettledEpisodes(item: Case): void {
  const { episodes } = item.context.log
  const excess = episodes.length - episodesKeptMax
  if (excess <= 0) return
  const settledCount = item.checkpoints[0]!.episodeCount - item.episodesDropped
  const settled = episodes
    .slice(0, settledCount)
    .filter(({ endMs }) => endMs !== null && endMs <= item.evictedMs)
  if (settled.length === 0) return
  const dropped = new Set(settled.slice(0, excess))
  const kept = episodes.filter((episode) => !dropped.has(episode))
  episodes.splice(0, episodes.length, ...kept)
  item.episodesDropped += dropped.size
}

export function reportDisbelief(
  item: Case,
  fix: CaseFix,
  disbelief: number,
  learnedAtMs: number,
): Effect {
  return {
    type: 'fix-disbelieved',
    deviceId: item.devices[fix.deviceSlot]!,
    recordedAtMs: fix.recordedAtMs,
    longitude: fix.longitude,
    latitude: fix.latitude,
    reasons: listDisbelief(disbelief),
    learnedAtMs,
  }
}
