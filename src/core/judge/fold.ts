import assert from 'node:assert/strict'
import { cloneTrack, createTrack } from '../belief/track.ts'
import type { Track } from '../belief/track-state.ts'
import type { Limits } from '../model/limits.ts'
import type { BanFinder } from '../rules/ban-finder.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { ConfirmWindows } from '../rules/confirm-window.ts'
import type { Episode, EpisodeState } from './episode.ts'
import type { Unheard } from './leaving.ts'
import type { Place } from './place-estimate.ts'
import { noPlaces } from './place-estimate.ts'
import type { DisputedStay } from './disputed-stay.ts'
import { noDisputes } from './disputed-stay.ts'
import type { UnclearStay } from './unclear-stay.ts'
import { noUnclear } from './unclear-stay.ts'

/**
 * What a dossier knows after the fixes read so far, and all it knows: the next
 * step depends on nothing else.
 */
export type FoldState = {
  /** By person slot. */
  tracks: readonly Track[]
  /** By slot of the rule; null while nothing is going on. */
  bans: (RuleState | null)[]
  pairs: (RuleState | null)[]
  /**
   * Those found so far, in the order found, but for the oldest. Never changed, only
   * replaced: checkpoints share it.
   */
  episodes: readonly Episode[]
  /** What saw a breach that is over by others, and was not heard since. Never changed. */
  unheard: readonly Unheard[]
  nextEpisodeId: number
}

/** Never changed, only replaced, so that checkpoints may share it. */
export type RuleState = {
  readonly breach: EpisodeState | null
  readonly approach: EpisodeState | null
  /** What fixes of one place say together: of an area, or of where two people stay. */
  readonly places: readonly Place[]
  /** How long positions too coarse to judge have lain about the area, or the other person. */
  readonly unclear: readonly UnclearStay[]
  /** Of an area: how often receiver and network have spoken against each other about it. */
  readonly disputes: readonly DisputedStay[]
}

/** What the judges are given beside the state. */
export type FoldContext = {
  readonly limits: Limits
  readonly banRules: readonly BanRule[]
  readonly banFinder: BanFinder
  readonly pairRules: readonly PairRule[]
  /** Two fixes further apart than this do not confirm each other. */
  readonly confirmWindows: ConfirmWindows
  /** Whether this person wears that device then, by the assignments that are known now. */
  readonly isWorn: (deviceSlot: number, personSlot: number, atMs: number) => boolean
  /** When the assignment ends by which that is so; null when it is not so then. */
  readonly findWornUntilMs: (deviceSlot: number, personSlot: number, atMs: number) => number | null
  /** By device slot, ascending: when the device suspected that it was being jammed. */
  readonly jammedAtMs: readonly (readonly number[] | undefined)[]
}

export function createFoldState(
  personCount: number,
  banCount: number,
  pairCount: number,
): FoldState {
  return {
    tracks: Array.from({ length: personCount }, createTrack),
    bans: Array.from({ length: banCount }, () => null),
    pairs: Array.from({ length: pairCount }, () => null),
    episodes: [],
    unheard: nobody,
    nextEpisodeId: 0,
  }
}

const nobody: readonly Unheard[] = []

export function cloneFoldState(state: FoldState): FoldState {
  return {
    tracks: state.tracks.map(cloneTrack),
    bans: state.bans.slice(),
    pairs: state.pairs.slice(),
    episodes: state.episodes,
    unheard: state.unheard,
    nextEpisodeId: state.nextEpisodeId,
  }
}

/** Makes room for persons and rules registered since the state was made. */
export function extendFoldState(state: FoldState, context: FoldContext, personCount: number): void {
  const { tracks, bans, pairs } = state
  const [banCount, pairCount] = [context.banRules.length, context.pairRules.length]
  // Hot path while orders change: most name nobody and nothing more.
  if (tracks.length < personCount) state.tracks = fillUp(tracks, personCount, createTrack)
  if (bans.length < banCount) state.bans = fillUp(bans, banCount, () => null)
  if (pairs.length < pairCount) state.pairs = fillUp(pairs, pairCount, () => null)
}

/** As long as it has to be: to a list that is pushed to, room for sixteen is added. */
function fillUp<T>(list: readonly T[], count: number, make: () => T): T[] {
  return list.concat(Array.from({ length: Math.max(0, count - list.length) }, make))
}

/** An amended ban may cease at another moment. */
export function reviseCeasing(state: FoldState): void {
  const revise = (episode: Episode): Episode => {
    const ceasesAtMs = findCeasing(episode.rule, episode.startMs)
    return episode.ceasesAtMs === ceasesAtMs ? episode : { ...episode, ceasesAtMs }
  }
  const reviseState = (going: EpisodeState | null): EpisodeState | null =>
    going === null || going.episode === null ? going : { ...going, episode: revise(going.episode) }
  for (const states of [state.bans, state.pairs]) {
    for (const [slot, rule] of states.entries()) {
      if (rule === null) continue
      states[slot] = composeRuleState(
        reviseState(rule.breach),
        reviseState(rule.approach),
        rule.places,
        rule.unclear,
        rule.disputes,
      )
    }
  }
  // One that has ended too: a fold that is done again may find it going on.
  state.episodes = state.episodes.map(revise)
}

export function getTrack(state: FoldState, personSlot: number): Track {
  const track = state.tracks[personSlot]
  assert(track !== undefined, 'every person of a dossier has a track')
  return track
}

/** The episodes that go on, in the order of the rules, each breach before its approach. */
export function listGoingOn(state: FoldState): Episode[] {
  return [...state.bans, ...state.pairs]
    .flatMap((rule) => [rule?.breach?.episode, rule?.approach?.episode])
    .filter((episode) => episode != null)
}

/** The newest reading inside of an episode, whether it goes on or has ended. */
export function findLastInsideMs(state: FoldState, { id, rule, ...episode }: Episode): number {
  const going = (rule.type === 'location' ? state.bans : state.pairs)[rule.slot] ?? null
  for (const one of [going?.breach, going?.approach]) {
    if (one?.episode?.id === id && one.following !== null) return one.following.lastInsideMs
  }
  return Number.isNaN(episode.lastInsideMs) ? episode.settledMs : episode.lastInsideMs
}

export function composeRuleState(
  breach: EpisodeState | null,
  approach: EpisodeState | null,
  places: readonly Place[] = noPlaces,
  unclear: readonly UnclearStay[] = noUnclear,
  disputes: readonly DisputedStay[] = noDisputes,
): RuleState | null {
  const isQuiet = breach === null && approach === null && places.length === 0
  if (isQuiet && unclear.length === 0 && disputes.length === 0) return null
  return { breach, approach, places, unclear, disputes }
}
