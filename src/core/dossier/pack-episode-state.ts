import type { PackedFix, Slots } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import type { Episode, EpisodeState, Following, Telling } from '../judge/episode.ts'
import { reopen } from '../judge/episode.ts'
import type { Leaving } from '../judge/leaving.ts'
import type { Run } from '../judge/leaving-run.ts'
import type { Dossier } from './dossier-state.ts'
import { get } from './names.ts'

/** What one rule remembers of a breach or an approach. */
export function packEpisodeState(state: EpisodeState): PackedEpisodeState {
  const { episode, question, leaving, nearestMeters, following } = state
  return {
    episodeId: episode === null ? null : episode.id,
    question: question && packFix(question.fix),
    questionDisbelief: question === null ? 0 : question.disbelief,
    leaving: leaving.map(packLeaving),
    nearestMeters: finiteOrNull(nearestMeters),
    following: following && packFollowing(following),
    tellings: episode === null ? [] : episode.tellings,
    calledMs: episode === null ? null : episode.calledMs,
  }
}

export function unpackEpisodeState(restoring: Restoring, packed: PackedEpisodeState): EpisodeState {
  const {
    episodeId,
    question,
    questionDisbelief: disbelief,
    following,
    tellings,
    calledMs,
  } = packed
  const episode = episodeId === null ? undefined : restoring.episodes.get(episodeId)
  return {
    // As of this state; what was reported may know more.
    episode: episode === undefined ? null : { ...reopen(episode), tellings, calledMs },
    question: question && { fix: unpackFix(restoring, question), disbelief },
    leaving: packed.leaving.map((entry) => unpackLeaving(restoring, entry)),
    nearestMeters: packed.nearestMeters ?? Infinity,
    following: following && unpackFollowing(restoring, following),
  }
}

function packFollowing(following: Following): PackedFollowing {
  const { lastInsideMs, isSeenOutside, toldMeters, lastNearMs, isHurryTold } = following
  const { fastestMetersPerSecond, shownBySlots, shownMs, nearerCount } = following
  return [
    lastInsideMs,
    isSeenOutside,
    finiteOrNull(toldMeters),
    lastNearMs,
    isHurryTold,
    fastestMetersPerSecond,
    shownBySlots,
    finiteOrNull(shownMs),
    nearerCount,
  ]
}

function unpackFollowing(slots: Slots, packed: PackedFollowing): Following {
  const [lastInsideMs, isSeenOutside, told, lastNearMs, isHurryTold, ...later] = packed
  const [fastestMetersPerSecond, shownBy = [], shownMs = lastInsideMs, nearerCount = 0] = later
  const toldMeters = told ?? Number.NaN
  return {
    lastInsideMs,
    isSeenOutside,
    toldMeters,
    lastNearMs,
    nearerCount,
    isHurryTold,
    fastestMetersPerSecond,
    shownBySlots: shownBy.map((slot) => get(slots.deviceSlots, slot)),
    shownMs: shownMs ?? -Infinity,
  }
}

function packLeaving(entry: Leaving): PackedLeaving {
  return [
    entry.personSlot,
    entry.deviceSlot,
    ...packRun(entry),
    entry.isElsewhere ? 1 : 0,
    entry.isUnheard ? 2 : entry.isSeenInside ? 1 : 0,
    packRun(entry.own),
  ]
}

export function packRun(run: Run): PackedRun {
  return [
    run.count,
    finiteOrNull(run.sinceMs),
    finiteOrNull(run.lastMs),
    run.nearCount,
    finiteOrNull(run.nearSinceMs),
    finiteOrNull(run.nearLastMs),
  ]
}

function unpackLeaving(slots: Slots, packed: PackedLeaving): Leaving {
  const [person, device, ...run] = packed
  const [count, sinceMs, lastMs, nearCount, nearSinceMs, nearLastMs, isElsewhere, told, own] = run
  const ofAll: PackedRun = [count, sinceMs, lastMs, nearCount, nearSinceMs, nearLastMs]
  // Of before it was kept: whatever has not begun to leave was seen inside.
  const word = told ?? (isElsewhere === 0 && count === 0 && nearCount === 0 ? 1 : 0)
  return {
    personSlot: get(slots.personSlots, person),
    deviceSlot: get(slots.deviceSlots, device),
    ...unpackRun(ofAll),
    own: unpackRun(own ?? ofAll),
    isElsewhere: isElsewhere === 1,
    isSeenInside: word > 0,
    isUnheard: word === 2,
  }
}

export function unpackRun([
  count,
  sinceMs,
  lastMs,
  nearCount,
  nearSinceMs,
  nearLastMs,
]: PackedRun): Run {
  return {
    count,
    sinceMs: sinceMs ?? Number.NaN,
    lastMs: lastMs ?? Number.NaN,
    nearCount,
    nearSinceMs: nearSinceMs ?? Number.NaN,
    nearLastMs: nearLastMs ?? Number.NaN,
  }
}

/** JSON has no infinity, and no not-a-number. */
export function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null
}

export type Restoring = Slots & {
  readonly dossier: Dossier
  /** As reported, by id; without those whose rule is gone. */
  readonly episodes: ReadonlyMap<number, Episode>
}

export type PackedEpisodeState = {
  readonly episodeId: number | null
  readonly question: PackedFix | null
  readonly questionDisbelief: number
  readonly leaving: readonly PackedLeaving[]
  readonly nearestMeters: number | null
  readonly following: PackedFollowing | null
  readonly tellings: readonly Telling[]
  readonly calledMs: number | null
}
type PackedFollowing = readonly [
  lastInsideMs: number,
  isSeenOutside: boolean,
  toldMeters: number | null,
  lastNearMs: number,
  isHurryTold: boolean,
  fastestMetersPerSecond: number,
  // Since format 28.
  shownBySlots?: readonly number[],
  // Since format 30.
  shownMs?: number | null,
  // Since format 43.
  nearerCount?: number,
]
type PackedLeaving = readonly [
  personSlot: number,
  deviceSlot: number,
  ...ofAll: PackedRun,
  isElsewhere: 0 | 1,
  // Since format 40: last seen inside, and with 2 waited for no longer.
  word?: 0 | 1 | 2,
  // Since format 41.
  own?: PackedRun,
]
export type PackedRun = readonly [
  count: number,
  sinceMs: number | null,
  lastMs: number | null,
  nearCount: number,
  nearSinceMs: number | null,
  nearLastMs: number | null,
]
