import type { Effect } from '../model/alert.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { compareFixes } from '../fixes/case-fix.ts'
import type { Dossier, CarriedEpisode, EpisodesBefore } from './dossier-state.ts'
import { appendFix, clearLog, endCeasedEpisodes, reportDisbelief } from './dossier.ts'
import { reportChanges } from './episode-report.ts'
import type { Episode, EpisodeKind, EpisodeState } from '../judge/episode.ts'
import { resumeEpisode } from '../judge/episode.ts'
import { readDisbelief, readFix } from '../fixes/fix-window.ts'
import type { FoldState } from '../judge/fold.ts'
import { cloneFoldState, composeRuleState, createFoldState } from '../judge/fold.ts'
import { kindsOf } from '../judge/judge-rings.ts'
import type { Limits } from '../model/limits.ts'
import { stepDossier } from '../judge/step-dossier.ts'

/**
 * Folds a stretch again from stored fixes, on to the newest fix at hand, and tells what came out differently. The
 * given fixes, in any order and with repeats, are those recorded since `rejudgeLookbackMs` before the one that came
 * too late; the window is merged in, so they need not reach further than it. `isWorn` says whether a fix is still that
 * of the person it was taken for. Afterwards the dossier stands as if every fix had come in order.
 */
export function rejudgeDossier(
  dossier: Dossier,
  given: readonly CaseFix[],
  isWorn: (fix: CaseFix) => boolean,
  lateFromMs: number,
  learnedAtMs: number,
  nowMs: number,
): Effect[] {
  const told = new Map<CaseFix, number>()
  const fixes = mergeFixes(dossier, given, isWorn, told)
  const toldUpToMs = dossier.evictedMs
  const fromMs = toldUpToMs === -Infinity ? -Infinity : lateFromMs
  const before = restart(dossier, warmUp(dossier, fixes, fromMs), fromMs)
  const { episodeCount } = dossier.checkpoints[0]!
  const effects: Effect[] = []
  for (const fix of fixes) {
    if (fix.recordedAtMs < fromMs) continue
    const disbelief = appendFix(dossier, fix)
    // What was said of a fix that had left the window is not known here: it is said again, believed or not.
    if (disbelief !== told.get(fix)) {
      effects.push(reportDisbelief(dossier, fix, disbelief, learnedAtMs))
    }
  }
  endCeasedEpisodes(dossier, nowMs)
  effects.push(...reportChanges(dossier, before, episodeCount, learnedAtMs))
  clearLog(dossier)
  return effects
}

/**
 * How far before the late fix the given fixes should begin: the longest that judging looks back, to where somebody was
 * last seen at rest, and many times every other window before that, so that belief, sightings and confirmation are as if
 * nothing had been forgotten.
 */
export function rejudgeLookbackMs(limits: Limits): number {
  return limits.heldSightingMsMax + limits.rejudgeMarginMs
}

/** The state just before `fromMs`, from the fixes of the lookback. Its episodes are not yet those that were told. */
function warmUp(dossier: Dossier, fixes: readonly CaseFix[], fromMs: number): FoldState {
  const { banRules, pairRules } = dossier.context
  const state = createFoldState(dossier.persons.length, banRules.length, pairRules.length)
  const log = { episodes: [], opened: [], ended: [] }
  const context = { ...dossier.context, log }
  for (const fix of fixes) {
    if (fix.recordedAtMs < fromMs) stepDossier(context, state, fix)
  }
  return state
}

/**
 * Empties the window and puts the dossier back to just before `fromMs`. What was settled before that is as it was told: the
 * lookback knows where everybody was, the log knows which stays were going on.
 */
function restart(dossier: Dossier, state: FoldState, fromMs: number): EpisodesBefore {
  const { episodes } = dossier.context.log
  const told = episodes.filter((episode) => episode.settledMs < fromMs)
  const found = episodes.filter((episode) => episode.settledMs >= fromMs)
  const carried: CarriedEpisode[] = []
  const { banRules, pairRules } = dossier.context
  for (const rule of [...banRules, ...pairRules]) {
    const states = rule.type === 'location' ? state.bans : state.pairs
    const warm = states[rule.slot]!
    const { breach: breachKind, approach: approachKind } = kindsOf(rule)
    const known = told.filter((episode) => episode.rule === rule)
    states[rule.slot] = composeRuleState(
      resume(warm?.breach ?? null, known, breachKind, fromMs, carried),
      resume(warm?.approach ?? null, known, approachKind, fromMs, carried),
    )
  }
  const begun = carried.map(({ episode }) => episode).filter((episode) => !told.includes(episode))
  episodes.splice(0, episodes.length, ...told)
  // Going on at `fromMs` but never told: it is found now, as the first of the repeated fold.
  const episodeCount = dossier.episodesDropped + episodes.length
  episodes.push(...begun)
  dossier.checkpoints.splice(0, dossier.checkpoints.length, { state, episodeCount })
  dossier.state = cloneFoldState(state)
  dossier.window.count = 0
  if (fromMs !== -Infinity) dossier.evictedMs = fromMs - 1
  return { carried: carried.filter(({ episode }) => told.includes(episode)), found }
}

/** Gives the episode that is going on at `fromMs` the name it was told by. */
function resume(
  warm: EpisodeState | null,
  known: readonly Episode[],
  kind: EpisodeKind,
  fromMs: number,
  carried: CarriedEpisode[],
): EpisodeState | null {
  const warmEpisode = warm?.episode ?? null
  const episode = known.findLast(
    (candidate) =>
      candidate.kind === kind &&
      (candidate.endMs === null ||
        candidate.endMs >= fromMs ||
        // Left before, but its leaving was confirmed only after.
        (warmEpisode !== null && candidate.endMs >= warmEpisode.startMs)),
  )
  if (episode === undefined) {
    if (warmEpisode !== null) carried.push({ episode: warmEpisode, endMs: null })
    return warm
  }
  carried.push({ episode, endMs: episode.endMs })
  episode.endMs = null
  return warm !== null && warmEpisode !== null ? { ...warm, episode } : resumeEpisode(episode)
}

/**
 * The window's own copies first: of two equal fixes the one that was judged before stays. Notes in `told` why each of
 * these was not believed.
 */
function mergeFixes(
  dossier: Dossier,
  given: readonly CaseFix[],
  isWorn: (fix: CaseFix) => boolean,
  told: Map<CaseFix, number>,
): CaseFix[] {
  const fixes: CaseFix[] = []
  for (let index = 0; index < dossier.window.count; index++) {
    const fix = readFix(dossier.window, index)
    if (!isWorn(fix)) continue
    told.set(fix, readDisbelief(dossier.window, index))
    fixes.push(fix)
  }
  fixes.push(...given)
  const sorted = fixes.toSorted((one, other) => compareFixes(one, other, dossier))
  return sorted.filter(
    (fix, index) => index === 0 || compareFixes(sorted[index - 1]!, fix, dossier) !== 0,
  )
}
