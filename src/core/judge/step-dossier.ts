import { distanceMeters } from '../../../geo/distance.ts'
import { canSupport, judgeBelief } from '../belief/believe-fix.ts'
import { followStandstill } from '../belief/frozen.ts'
import { extendTrack } from '../belief/track.ts'
import type { Track } from '../belief/track-state.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { isSameFix, offenderSlot } from '../fixes/case-fix.ts'
import { findBansNear } from '../rules/ban-finder.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findNextBeginning } from '../rules/next-beginning.ts'
import { judgeBanBeginning } from './ban-begins.ts'
import type { Episode, Fact, Judgement } from './episode.ts'
import { isNews, joinFacts, noFacts, nothingGoingOn } from './episode.ts'
import type { FoldContext, FoldState, RuleState } from './fold.ts'
import { getTrack } from './fold.ts'
import { isFarFromBan, judgeLocationBan } from './judge-location-ban.ts'
import { judgePassage, listPathsFrom, mayCross, measurePath } from './judge-passage.ts'
import { endCeased } from './judge-rings.ts'
import { isFarApart, judgeSeparation } from './judge-separation.ts'
import { idsPerJudgement } from './opening.ts'
import { judgePairBeginning } from './pair-begins.ts'
import type { JudgedFix, Stage } from './scene.ts'
import { createScene } from './scene.ts'
import { resolveUnheard } from './unheard.ts'

/**
 * One step of the fold: belief, then bans, then separations, then what is known of the person.
 * Moves `state` on, and answers what was found.
 */
export function stepDossier(context: FoldContext, state: FoldState, fix: CaseFix): Step {
  const mine = getTrack(state, fix.personSlot)
  // Told again under another number: the first in the one order has been judged, and stands.
  if (mine.last !== null && isSameFix(mine.last, fix)) return answer(mine.lastDisbelief, noFacts)
  const judged = judgeFix(context, mine, fix)
  const begun = beginBans(context, state, fix.recordedAtMs + 1, {
    personSlot: fix.personSlot,
    // A position that is not believed judges nothing at its moment: the ban that begins then does.
    now: judged.disbelief === 0 ? fix : null,
  })
  const stage = { context, state, judged, mine }
  const inBans = fix.personSlot === offenderSlot ? judgeLocationBans(stage) : noFacts
  const apart = judgeSeparations(stage)
  const heard = resolveUnheard(stage)
  extendTrack(mine, fix, judged.disbelief, judged.movedMeters, context)
  const found = joinFacts(inBans, apart)
  return answer(judged.disbelief, joinFacts(begun, joinFacts(heard, found)))
}

/**
 * What bans find that come into force before `untilMs`, and after the last fix of their people: of
 * one person, or with null of all. `now` is judged by itself, and says nothing of where the other
 * devices are: of a ban that begins at its very moment those are asked as at any other.
 */
export function beginBans(
  context: FoldContext,
  state: FoldState,
  untilMs: number,
  { personSlot, now }: { readonly personSlot: number | null; readonly now: CaseFix | null },
): readonly Fact[] {
  let facts = noFacts
  const lastOffenderMs = findLastMs(state, offenderSlot)
  const isOffender = personSlot === null || personSlot === offenderSlot
  const { heldSightingMsMax } = context.limits
  for (const rule of isOffender ? context.banRules : []) {
    // Hot path: nearly every ban was in force before.
    if (findNextBeginning(rule, lastOffenderMs) >= untilMs) continue
    const endMs = Math.min(untilMs, lastOffenderMs + heldSightingMsMax)
    const judge = (atMs: number, fix: CaseFix | null) =>
      judgeBanBeginning(state, context, rule, atMs, fix)
    const stretch = { lastMs: lastOffenderMs, untilMs: endMs, now }
    facts = joinFacts(facts, beginRule(state, state.bans, rule, judge, stretch))
  }
  for (const rule of context.pairRules) {
    if (!isOffender && rule.victimSlot !== personSlot) continue
    const lastMs = Math.max(lastOffenderMs, findLastMs(state, rule.victimSlot, -Infinity))
    if (findNextBeginning(rule, lastMs) >= untilMs) continue
    const endMs = Math.min(untilMs, lastMs + heldSightingMsMax)
    const judge = (atMs: number, fix: CaseFix | null) =>
      judgePairBeginning(state, context, rule, atMs, fix)
    const stretch = { lastMs, untilMs: endMs, now }
    facts = joinFacts(facts, beginRule(state, state.pairs, rule, judge, stretch))
  }
  return facts
}

/** For as long as anybody is taken to be where they were seen. */
function beginRule(
  state: FoldState,
  states: (RuleState | null)[],
  rule: BanRule | PairRule,
  judge: (atMs: number, now: CaseFix | null) => Judgement<RuleState | null>,
  { lastMs, untilMs, now }: Stretch,
): readonly Fact[] {
  let facts = noFacts
  let atMs = findNextBeginning(rule, lastMs)
  while (atMs < untilMs) {
    const before = states[rule.slot] ?? null
    const ceased = before === null ? nothingGoingOn : endCeased(before, atMs)
    states[rule.slot] = ceased.state
    const begun = judge(atMs, nowAt(now, atMs))
    // What ceased before a fix of that very moment ends with it, when it is judged by itself.
    const isLeft = nowAt(now, atMs) !== null && begun.facts.length === 0
    states[rule.slot] = isLeft ? before : begun.state
    if (!isLeft) {
      facts = joinFacts(facts, joinFacts(ceased.facts, begun.facts))
      record(state, ceased.facts)
      record(state, begun.facts)
    }
    atMs = findNextBeginning(rule, atMs)
  }
  return facts
}

type Stretch = { readonly lastMs: number; readonly untilMs: number; readonly now: CaseFix | null }

function nowAt(now: CaseFix | null, atMs: number): CaseFix | null {
  return now?.recordedAtMs === atMs ? now : null
}

/** Of an offender who was never seen: nothing began before. */
function findLastMs(state: FoldState, personSlot: number, never = Infinity): number {
  return getTrack(state, personSlot).last?.recordedAtMs ?? never
}

export type Step = {
  /** Why the fix is not believed, as bits; 0 when it is. */
  readonly disbelief: number
  readonly facts: readonly Fact[]
}

/** Hot path: most fixes are believed and change nothing. */
function answer(disbelief: number, facts: readonly Fact[]): Step {
  return disbelief === 0 && facts.length === 0 ? quietStep : { disbelief, facts }
}
const quietStep: Step = { disbelief: 0, facts: noFacts }

function judgeFix(context: FoldContext, track: Track, fix: CaseFix): JudgedFix {
  const { limits } = context
  const { sighting, standstill } = track
  const movedMeters =
    sighting === null
      ? 0
      : distanceMeters(sighting.longitude, sighting.latitude, fix.longitude, fix.latitude)
  track.standstill = followStandstill(track, fix, limits)
  const disbelief = judgeBelief(track, fix, movedMeters, context)
  // A null island is no other position, so it ends no standstill.
  if (!canSupport(disbelief)) track.standstill = standstill
  return { fix, disbelief, movedMeters }
}

function judgeLocationBans(stage: Stage): readonly Fact[] {
  const { context, state, judged } = stage
  const { fix } = judged
  const paths = listPathsFrom(stage)
  // From outside, deeper than both accuracies takes a path longer than both; so does across an area
  // with both ends surely outside it.
  const isLong = (from: CaseFix): boolean =>
    measurePath(from, judged, stage.mine) > Math.max(from.accuracyMeters, fix.accuracyMeters)
  const long = paths.filter(isLong)
  // Hot path: nearly always there is one path, or none.
  const near = long.length > 1 ? null : findBansNear(context.banFinder, long[0] ?? fix, fix)
  let facts = noFacts
  for (const rule of context.banRules) {
    const before = state.bans[rule.slot] ?? null
    // Nothing is going on, and neither the fix nor the way to it touches the ban's box: both judges
    // would say so.
    if (before === null && near !== null && near[rule.slot] === 0) continue
    // While a breach is only a question the path may begin inside, however short it is.
    const asked = before?.breach == null ? long : paths
    const crossing = asked.length === 0 ? asked : asked.filter((from) => mayCross(rule, from, fix))
    // Hot path: nothing is going on, and he is nowhere near.
    if (before === null && crossing.length === 0 && isFarFromBan(rule, fix)) continue
    facts = joinFacts(facts, judgeBan(stage, rule, before, crossing))
  }
  return facts
}

/** `paths` are where those begin that may lead through the ban: the first that does is told. */
function judgeBan(
  stage: Stage,
  rule: BanRule,
  before: RuleState | null,
  paths: readonly CaseFix[],
): readonly Fact[] {
  const { state, judged } = stage
  const ceased = endFirst(state, before, judged.fix)
  const scene = createScene(stage, rule, null)
  const isFar = before === null && isFarFromBan(rule, judged.fix)
  const after = isFar ? nothingGoingOn : judgeLocationBan(ceased.state, scene)
  const isOpen = hasBreach(before) || hasBreach(after.state)
  let passed = noFacts
  for (const from of isOpen ? [] : paths) {
    passed = judgePassage(from, scene)
    if (passed.length > 0) break
  }
  state.bans[rule.slot] = after.state
  return joinFacts(ceased.facts, record(state, joinFacts(after.facts, passed)))
}

function judgeSeparations(stage: Stage): readonly Fact[] {
  const { context, state, judged, mine } = stage
  const { personSlot } = judged.fix
  const isOffender = personSlot === offenderSlot
  let facts = noFacts
  for (const rule of context.pairRules) {
    if (!isOffender && rule.victimSlot !== personSlot) continue
    const theirs = getTrack(state, isOffender ? rule.victimSlot : offenderSlot)
    const before = state.pairs[rule.slot] ?? null
    if (before === null && isFarApart(rule, judged, { mine, theirs }, context.limits)) continue
    facts = joinFacts(facts, judgePair(stage, rule, before, theirs))
  }
  return facts
}

function judgePair(
  stage: Stage,
  rule: PairRule,
  before: RuleState | null,
  theirs: Track,
): readonly Fact[] {
  const { state, judged } = stage
  const ceased = endFirst(state, before, judged.fix)
  const after = judgeSeparation(ceased.state, createScene(stage, rule, theirs))
  state.pairs[rule.slot] = after.state
  return joinFacts(ceased.facts, record(state, after.facts))
}

/** What ceased before this fix is over before anything else is said of it. */
function endFirst(
  state: FoldState,
  before: RuleState | null,
  fix: CaseFix,
): Judgement<RuleState | null> {
  if (before === null) return nothingGoingOn
  const ceased = endCeased(before, fix.recordedAtMs)
  record(state, ceased.facts)
  return ceased
}

function record(state: FoldState, facts: readonly Fact[]): readonly Fact[] {
  if (facts.length === 0) return facts
  let isBegun = false
  for (const fact of facts) {
    const { episode } = fact
    if (!isNews(fact)) continue
    if (fact.type === 'seen' || fact.type === 'ended') {
      state.episodes = replaceEpisode(state.episodes, episode)
      if (fact.type === 'ended' && fact.unheard !== undefined) {
        state.unheard = [...state.unheard, ...fact.unheard]
      }
    } else if (fact.type !== 'heard') {
      state.episodes = [...state.episodes, episode]
      isBegun = true
    }
  }
  if (isBegun) state.nextEpisodeId += idsPerJudgement
  return facts
}

/** Hot path: what is going on is among the newest of hundreds. */
function replaceEpisode(episodes: readonly Episode[], episode: Episode): readonly Episode[] {
  const place = episodes.findLastIndex(({ id }) => id === episode.id)
  return place === -1 ? episodes : episodes.with(place, episode)
}

function hasBreach(state: RuleState | null): boolean {
  return state?.breach?.episode != null
}
