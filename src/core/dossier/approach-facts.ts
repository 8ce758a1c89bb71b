import type { Plans } from '../belief/witness.ts'
import { findSecondsToBreach } from '../judge/closing-pace.ts'
import type { ClosingFacts } from '../judge/closing-pace.ts'
import type { Episode, Opening } from '../judge/episode.ts'
import type { Limits } from '../model/limits.ts'

/**
 * What a desk needs to know of an approach to decide how fast to act: the pace at which
 * the gap closes, the time left until the ban itself at that pace, and how many approaches
 * of the same ban there were within a day. Null is not known; a gap that stays or grows
 * has a pace and no time left.
 */
export function describeApproach(
  episodes: readonly Episode[],
  episode: Episode,
  opening: Opening,
  plans: Plans,
): ApproachFacts {
  return {
    ...findSecondsToBreach(episode.rule, opening, plans),
    recentApproachCount: countRecent(episodes, episode, plans.limits),
    ...describeLower(episode),
  }
}

export type ApproachFacts = ClosingFacts & {
  /** This one included. */
  readonly recentApproachCount: number
  /** How near he usually comes, when he is there day after day; null when he is not. */
  readonly usualMeters: number | null
  /** How near they came within the day before it, when this one is no nearer; null otherwise. */
  readonly dayNearestMeters: number | null
  /** It is listed because the way leads past: what was nearer between two fixes is over. */
  readonly isPassingBy?: true
}

/** Of an approach that ranks lower no more it says nothing. */
function describeLower({
  lower,
  calledMs,
}: Episode): Pick<ApproachFacts, 'usualMeters' | 'dayNearestMeters' | 'isPassingBy'> {
  const by = calledMs === null ? lower : null
  return {
    usualMeters: by?.by === 'habit' ? by.usualMeters : null,
    dayNearestMeters: by?.by === 'day' ? by.nearestMeters : null,
    ...(by?.by === 'passing' ? { isPassingBy: true } : {}),
  }
}

function countRecent(episodes: readonly Episode[], episode: Episode, limits: Limits): number {
  const fromMs = episode.startMs - limits.recentApproachMsMax
  const recent = episodes.filter(
    ({ rule, kind, startMs }) =>
      rule === episode.rule &&
      kind === episode.kind &&
      startMs <= episode.startMs &&
      startMs >= fromMs,
  )
  // One that began in a breach and outlasted it is told from then on, and is
  // one approach all the same.
  const isGoneOn = (one: Episode): boolean =>
    one.isCovered && recent.some(({ startMs }) => startMs === one.endMs)
  return recent.filter((one) => one.id !== episode.id && !isGoneOn(one)).length + 1
}
