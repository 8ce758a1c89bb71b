import type { CaseFix } from '../fixes/case-fix.ts'
import { compareFixes } from '../fixes/case-fix.ts'
import { readDisbelief, readFix } from '../fixes/fix-window.ts'
import type { Episode, EpisodeKind, EpisodeState } from '../judge/episode.ts'
import { idle, reopen } from '../judge/episode.ts'
import type { FoldState } from '../judge/fold.ts'
import { composeRuleState, createFoldState, findLastInsideMs, listGoingOn } from '../judge/fold.ts'
import { resumeFollowing } from '../judge/following.ts'
import { kindsOf } from '../judge/kinds.ts'
import type { Unheard } from '../judge/leaving.ts'
import type { Run } from '../judge/leaving-run.ts'
import { noRun } from '../judge/leaving-run.ts'
import { stepDossier } from '../judge/step-dossier.ts'
import type { Effect } from '../model/alert.ts'
import type { Limits } from '../model/limits.ts'
import type { Dossier, Moment } from './dossier-state.ts'
import type { FixBefore } from './dossier.ts'
import { foldAgain } from './dossier.ts'
import type { Findings } from './report-tellings.ts'
import { createFindings, noteFindings } from './report-tellings.ts'
import { maxOf, pushAll } from '../model/lists.ts'

/**
 * Folds a stretch again from stored fixes, on to the newest fix at hand, and tells what came out
 * differently. The given fixes, in any order and with repeats, are those recorded since
 * `rejudgeLookbackMs` before the one that came too late; the window is merged in, so they need not
 * reach further than it. `isWorn` says whether a fix is still that of the person it was taken for.
 * Afterwards the dossier stands as if every fix had come in order.
 */
export function rejudgeDossier(
  dossier: Dossier,
  given: readonly CaseFix[],
  isWorn: (fix: CaseFix) => boolean,
  lateFromMs: number,
  moment: Moment,
): Effect[] {
  const fixes = mergeFixes(dossier, given, isWorn)
  const fromMs = dossier.evictedMs === -Infinity ? -Infinity : lateFromMs
  const isBefore = ({ fix }: FixBefore): boolean => fix.recordedAtMs < fromMs
  const findings = createFindings()
  const base = warmUp(dossier, fixes.filter(isBefore), findings)
  resumeReported(dossier, base, fromMs)
  dossier.checkpoints.splice(0, dossier.checkpoints.length, base)
  dossier.window.count = 0
  if (fromMs !== -Infinity) dossier.evictedMs = fromMs - 1
  const again = fixes.filter((one) => !isBefore(one))
  return foldAgain(dossier, base, again, findings, moment)
}

/**
 * How far before the late fix the given fixes should begin: the longest that judging looks back, to
 * where somebody was last seen at rest, and many times every other window before that, so that
 * belief, sightings and confirmation are as if nothing had been forgotten.
 */
export function rejudgeLookbackMs(limits: Limits): number {
  return limits.heldSightingMsMax + limits.rejudgeMarginMs
}

/** The state after the fixes of the lookback. Its episodes are not yet those that were reported. */
function warmUp(
  { context, persons, state }: Dossier,
  fixes: readonly FixBefore[],
  findings: Findings,
): FoldState {
  const { banRules, pairRules } = context
  const warm = createFoldState(persons.length, banRules.length, pairRules.length)
  warm.nextEpisodeId = state.nextEpisodeId
  for (const { fix } of fixes) noteFindings(findings, stepDossier(context, warm, fix).facts)
  return warm
}

/**
 * Gives the episodes that go on at `fromMs` the names they were reported by. What was settled
 * before that is as it was reported: the lookback knows where everybody was, the report knows
 * which stays were going on.
 */
function resumeReported(dossier: Dossier, warm: FoldState, fromMs: number): void {
  const { banRules, pairRules } = dossier.context
  const settled = listReported(dossier).filter(({ settledMs }) => settledMs < fromMs)
  for (const rule of [...banRules, ...pairRules]) {
    const states = rule.type === 'location' ? warm.bans : warm.pairs
    const state = states[rule.slot] ?? null
    const kinds = kindsOf(rule)
    const known = settled.filter((episode) => episode.rule === rule)
    states[rule.slot] = composeRuleState(
      resume(state?.breach ?? null, known, kinds.breach, fromMs),
      resume(state?.approach ?? null, known, kinds.approach, fromMs),
      state?.places,
    )
  }
  const going = new Map(listGoingOn(warm).map((episode) => [episode.id, episode]))
  const kept = settled.map((episode) => going.get(episode.id) ?? episode)
  const isOverBefore = (id: number): boolean =>
    kept.some((episode) => episode.id === id && (episode.endMs ?? Infinity) < fromMs)
  const runs = listRuns(warm)
  warm.unheard = dossier.state.unheard
    .filter(({ episodeId }) => isOverBefore(episodeId))
    .map((one) => ({ ...one, run: findRun(runs, settled, one) }))
  const keptIds = new Set(kept.map(({ id }) => id))
  // Going on and never reported: it is found now, as the first of the repeated fold.
  const begun = [...going.values()].filter(({ id }) => !keptIds.has(id))
  warm.episodes = [...kept, ...begun]
}

/** What the lookback has seen of devices that were not heard, whatever it calls the breach. */
function listRuns({ unheard, episodes }: FoldState): WarmRun[] {
  return unheard.map((one) => ({ ...one, rule: findRule(episodes, one) }))
}

function findRun(runs: readonly WarmRun[], settled: readonly Episode[], one: Unheard): Run {
  const rule = findRule(settled, one)
  const isSame = (warm: WarmRun): boolean =>
    warm.rule === rule && warm.deviceSlot === one.deviceSlot && warm.personSlot === one.personSlot
  return runs.findLast(isSame)?.run ?? noRun
}

function findRule(episodes: readonly Episode[], { episodeId }: Unheard): Episode['rule'] | null {
  return episodes.find(({ id }) => id === episodeId)?.rule ?? null
}

type WarmRun = Unheard & { readonly rule: Episode['rule'] | null }

/** As reported; of those that go on, with how near the offender has come and when, so far. */
function listReported({ reported, state }: Dossier): Episode[] {
  const nearestMeters = new Map<number, number>()
  for (const rule of [...state.bans, ...state.pairs]) {
    for (const going of [rule?.breach, rule?.approach]) {
      if (going?.episode != null) nearestMeters.set(going.episode.id, going.nearestMeters)
    }
  }
  return [...reported.values()].map(({ episode }) => ({
    ...episode,
    nearestMeters: nearestMeters.get(episode.id) ?? episode.nearestMeters,
    lastInsideMs: findLastInsideMs(state, episode),
  }))
}

function resume(
  warm: EpisodeState | null,
  known: readonly Episode[],
  kind: EpisodeKind,
  fromMs: number,
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
  if (episode === undefined) return warm
  const tellings = episode.tellings.filter(({ atMs }) => atMs < fromMs)
  const { lower, calledMs } = episode
  // What ranked lower may have been called out only by what is judged again.
  const isCalled = lower === null || (calledMs !== null && calledMs < fromMs)
  const resumed = { ...reopen(episode), tellings, calledMs: isCalled ? calledMs : null }
  const toldMeters = tellings.at(-1)?.meters ?? Number.NaN
  if (warm === null || warmEpisode === null || warm.following === null) {
    const following = resumeFollowing(findInsideBefore(episode, fromMs), toldMeters)
    return { ...idle, episode: resumed, nearestMeters: episode.nearestMeters, following }
  }
  // The lookback may have begun after it was last told.
  const isToldBefore = tellings.length > 0 && warmEpisode.tellings.length === 0
  const following = isToldBefore ? { ...warm.following, toldMeters } : warm.following
  return { ...warm, episode: resumed, following }
}

/** The newest reading inside before this moment, as far as what was reported says. */
function findInsideBefore(episode: Episode, fromMs: number): number {
  const { lastInsideMs, settledMs, tellings } = episode
  if (lastInsideMs < fromMs) return lastInsideMs
  const across = tellings.find(({ atMs, sinceMs }) => atMs >= fromMs && sinceMs < fromMs)
  return across?.sinceMs ?? maxOf([settledMs, ...listTimesBefore(tellings, fromMs)])
}

function listTimesBefore(tellings: Episode['tellings'], fromMs: number): number[] {
  return tellings.map(({ atMs }) => atMs).filter((atMs) => atMs < fromMs)
}

/** The window's own copies first: of two equal fixes the one that was judged before stays. */
function mergeFixes(
  dossier: Dossier,
  given: readonly CaseFix[],
  isWorn: (fix: CaseFix) => boolean,
): FixBefore[] {
  const fixes: FixBefore[] = []
  for (let index = 0; index < dossier.window.count; index++) {
    const fix = readFix(dossier.window, index)
    if (isWorn(fix)) fixes.push({ fix, disbelief: readDisbelief(dossier.window, index) })
  }
  // What was said of a fix that had left the window is not known here: it is
  // said again, believed or not.
  pushAll(
    fixes,
    given.map((fix) => ({ fix, disbelief: null })),
  )
  fixes.sort((one, other) => compareFixes(one.fix, other.fix, dossier))
  return fixes.filter(({ fix }, index) => {
    const before = fixes[index - 1]
    return before === undefined || compareFixes(before.fix, fix, dossier) !== 0
  })
}
