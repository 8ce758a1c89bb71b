import type { CaseFix } from '../fixes/case-fix.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import type { Leaving, Unheard } from './leaving.ts'

/** As it was while it went on. */
export function reopen(episode: Episode): Episode {
  return {
    ...episode,
    endMs: null,
    nearestMeters: Infinity,
    fastestMetersPerSecond: 0,
    lastInsideMs: Number.NaN,
    isOfRest: false,
  }
}

/** Null when the state carries no episode, and there is nothing to end. */
export function endEpisode(state: EpisodeState, endMs: number): Ended | null {
  const { episode, nearestMeters, following } = state
  if (episode === null) return null
  const lastInsideMs = following?.lastInsideMs ?? episode.settledMs
  const fastestMetersPerSecond = following?.fastestMetersPerSecond ?? 0
  const known = { nearestMeters, fastestMetersPerSecond, lastInsideMs }
  return { type: 'ended', episode: { ...episode, endMs, ...known } }
}

type Ended = Extract<Fact, { readonly type: 'ended' }>

/** One stretch in which one rule was broken by one subject. At most one alert comes of it. */
export type Episode = {
  /**
   * Given once in the life of a dossier: a repeated fold finds the same stretch under another one.
   */
  readonly id: number
  readonly kind: EpisodeKind
  readonly rule: BanRule | PairRule
  readonly startMs: number
  /** When the fix was recorded that settled it: fixes after that one cannot undo it. */
  readonly settledMs: number
  readonly endMs: number | null
  /** When the ban stops being in force, whoever is inside then. */
  readonly ceasesAtMs: number
  /** An approach that began inside its breach: it has no alert of its own. */
  readonly isCovered: boolean
  /**
   * How near its middle, border or person the offender came, by believed fixes;
   * Infinity until it has ended.
   */
  readonly nearestMeters: number
  /** The fastest they closed in, of an approach; 0 until it has ended, and where none is known. */
  readonly fastestMetersPerSecond: number
  /** Why it began by ranking lower than its kind does; null when it did not. */
  readonly lower: Lower | null
  /** The fix from which it ranks as its kind does; null while it is listed and nobody is called. */
  readonly calledMs: number | null
  /** The newest reading inside; NaN until it has ended, while it is in `Following`. */
  readonly lastInsideMs: number
  /** Of a breach that is over: seen at one place outside before and after (`isWithinRest`). */
  readonly isOfRest: boolean
  /** What was told of it while it went on: the newest of them, in order. */
  readonly tellings: readonly Telling[]
}

/**
 * Within an episode that goes on, a fix by which staff hear of it again. `again`: seen inside after
 * a time in which nobody knows where they were. `inside-again`: seen surely outside in between.
 * `nearer`: markedly nearer than when last told, or soon there. `other-device`: inside by a device
 * that has not shown it before, as when one is exchanged.
 */
export type Telling = {
  readonly cause: 'again' | 'inside-again' | 'nearer' | 'other-device'
  readonly atMs: number
  /** The last reading inside before it: what lay between is not known. */
  readonly sinceMs: number
  /** What is measured of nearness then (`measureNearness`). */
  readonly meters: number
}

/**
 * Why an approach ranks lower. `habit`: the offender comes this near day after day. `day`: a
 * further one within a day of one that was called out, when so much was left of the way, at this
 * pace, the longest so long. `travel`: the two travel on one road or railway.
 * `passing`: seen to move, and not towards the border or the other person.
 */
export type Lower =
  | ({ readonly by: 'habit' } & Usual)
  | {
      readonly by: 'day'
      readonly nearestMeters: number
      readonly metersPerSecond: number
      readonly longestMs: number
    }
  | { readonly by: 'travel' | 'passing' }

/** Of somebody who is there day after day. */
export type Usual = {
  readonly usualMeters: number
  /** Null of somebody who lives or works there, and may stay for any time. */
  readonly longestMs: number | null
}

/** Why it ranks lower no more. */
export type Rise = 'nearer' | 'faster' | 'lasting' | 'turned' | 'stopped'

export type EpisodeKind =
  | 'location-ban-breach'
  | 'location-ban-approach'
  | 'location-ban-passage'
  | 'proximity-breach'
  | 'proximity-approach'
  | 'proximity-passage'

/** What the alert of an episode is drafted from. */
export type Opening = {
  /** The fix that settled it, and the one it began with (the same, or the first of two). */
  readonly fix: CaseFix
  readonly disbelief: number
  readonly beginning: CaseFix
  readonly beginningDisbelief: number
  /** The sighting of the other person, or the sighting before on the path. */
  readonly other: CaseFix | null
  /**
   * Where the device of the fix was before it, and that of `other`: how fast the two close in.
   */
  readonly before: CaseFix | null
  readonly otherBefore: CaseFix | null
  readonly probability: number | null
  readonly distanceMeters: number | null
  readonly facts: Readonly<Record<string, string | number | boolean | null>>
}

/**
 * What one rule remembers between fixes. Null stands for: nothing going on.
 * Never changed, only replaced.
 */
export type EpisodeState = {
  /** Null while there is only a question. */
  readonly episode: Episode | null
  /** A fix within the ban that waits for a second one to confirm it. */
  readonly question: Question | null
  readonly leaving: readonly Leaving[]
  /** Of the episode so far; Infinity before any believed fix of it. */
  readonly nearestMeters: number
  /** Null while there is no episode. */
  readonly following: Following | null
}

/**
 * What is remembered of an episode that goes on, so that what is new in it is told: that they are
 * seen again after a time in which nobody knows where they were, that they come nearer, that they
 * are inside again after having been seen outside. By recorded times alone.
 */
export type Following = {
  /** When the newest reading inside was recorded; the fix that settled it is the first. */
  readonly lastInsideMs: number
  /** Seen outside by the margin since then. */
  readonly isSeenOutside: boolean
  /** How near they were when it was last told (`measureNearness`). */
  readonly toldMeters: number
  /** The newest reading that was about as near as that. */
  readonly lastNearMs: number
  /** Readings in a row that are nearer than told by more than half of what they err by. */
  readonly nearerCount: number
  /** That there is little time left has been told, which is done once. */
  readonly isHurryTold: boolean
  /** Of an approach, so far; 0 where no pace is known. */
  readonly fastestMetersPerSecond: number
  /**
   * The devices of the offender that have shown it so far, and when one last did. Empty when its
   * past is no longer at hand.
   */
  readonly shownBySlots: readonly number[]
  readonly shownMs: number
}

export type Question = { readonly fix: CaseFix; readonly disbelief: number }

/**
 * What a judge found. A moment was seen only between two fixes: it is over as soon as it is known.
 */
export type Fact =
  | { readonly type: 'opened' | 'moment'; readonly episode: Episode; readonly opening: Opening }
  /** `unheard`: devices that saw it, and may be there still. */
  | { readonly type: 'ended'; readonly episode: Episode; readonly unheard?: readonly Unheard[] }
  /** It had ended, and the last device that saw it has been heard since, or is worn no more. */
  | { readonly type: 'heard'; readonly episode: Episode }
  /** A reading inside while it goes on, described as an opening is; most tell nothing new. */
  | {
      readonly type: 'seen'
      readonly episode: Episode
      readonly opening: Opening
      readonly telling: Telling | null
      readonly rise: Rise | null
    }

/** What staff hear of; a reading inside that tells nothing new is none. */
export function isNews(fact: Fact): boolean {
  return fact.type !== 'seen' || fact.telling !== null || fact.rise !== null
}

/** What a judge answers: the state after the fix, and what began or ended with it. */
export type Judgement<State> = { readonly state: State; readonly facts: readonly Fact[] }

/** Shared, for most fixes change nothing. */
export const noFacts: readonly Fact[] = []
export const nothingGoingOn: Judgement<null> = { state: null, facts: noFacts }

export function joinFacts(one: readonly Fact[], other: readonly Fact[]): readonly Fact[] {
  if (one.length === 0) return other
  return other.length === 0 ? one : [...one, ...other]
}

export const idle: EpisodeState = {
  episode: null,
  question: null,
  leaving: [],
  nearestMeters: Infinity,
  following: null,
}
