import type { PackedFix, Slots } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import type { Episode, EpisodeKind, EpisodeState, Following, Telling } from '../judge/episode.ts'
import { reopen } from '../judge/episode.ts'
import type { FoldState } from '../judge/fold.ts'
import { createFoldState, getTrack, listGoingOn } from '../judge/fold.ts'
import type { Place, PlaceSum } from '../judge/place-estimate.ts'
import type { Leaving } from '../judge/leaving.ts'
import type { UnclearStay } from '../judge/unclear-stay.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Dossier, Reported } from './dossier-state.ts'
import { get } from './names.ts'
import type { PackedTrack } from './pack-track.ts'
import { packTrack, unpackTrack } from './pack-track.ts'

export function packReported({ episode, seenMs, ...report }: Reported): PackedReported {
  const { id, kind, startMs, settledMs, endMs, isCovered, usualMeters, tellings } = episode
  return {
    ...report,
    id,
    rule: nameRule(episode.rule),
    kind,
    startMs,
    settledMs,
    endMs,
    isCovered,
    nearestMeters: finiteOrNull(episode.nearestMeters),
    usualMeters,
    lastInsideMs: finiteOrNull(episode.lastInsideMs),
    tellings,
    seenMs: finiteOrNull(seenMs),
  }
}

/** JSON has no infinity, and no not-a-number. */
function finiteOrNull(number: number): number | null {
  return Number.isFinite(number) ? number : null
}

/** Null when its rule is gone. */
export function unpackReported(dossier: Dossier, packed: PackedReported): Reported | null {
  const rule = findRule(dossier, packed.rule)
  if (rule === null) return null
  const { id, kind, startMs, settledMs, endMs, isCovered, usualMeters, tellings } = packed
  const { alertId, isUnsupported, isLate, isOrdinary, told } = packed
  return {
    episode: {
      id,
      kind,
      rule,
      startMs,
      settledMs,
      endMs,
      ceasesAtMs: findCeasing(rule, startMs),
      isCovered,
      nearestMeters: packed.nearestMeters ?? Infinity,
      usualMeters,
      lastInsideMs: packed.lastInsideMs ?? Number.NaN,
      tellings,
    },
    alertId,
    isUnsupported,
    isLate,
    isOrdinary,
    seenMs: packed.seenMs ?? -Infinity,
    told,
  }
}

export function packState({ context }: Dossier, state: FoldState): PackedState {
  const rules: PackedRuleState[] = []
  for (const rule of [...context.banRules, ...context.pairRules]) {
    const going = (rule.type === 'location' ? state.bans : state.pairs)[rule.slot] ?? null
    if (going === null) continue
    rules.push({
      rule: nameRule(rule),
      breach: going.breach && packEpisodeState(going.breach),
      approach: going.approach && packEpisodeState(going.approach),
      places: going.places.map(packPlace),
      unclear: going.unclear,
    })
  }
  return {
    tracks: state.tracks.map(packTrack),
    rules,
    episodeIds: state.episodes.map(({ id }) => id),
    nextEpisodeId: state.nextEpisodeId,
  }
}

export function unpackState(restoring: Restoring, packed: PackedState): FoldState {
  const { dossier } = restoring
  const { banRules, pairRules } = dossier.context
  const state = createFoldState(dossier.persons.length, banRules.length, pairRules.length)
  for (const [slot, track] of packed.tracks.entries()) {
    const into = getTrack(state, get(restoring.personSlots, slot))
    Object.assign(into, unpackTrack(restoring, track))
  }
  for (const { rule: name, breach, approach, places, unclear } of packed.rules) {
    const rule = findRule(dossier, name)
    if (rule === null) continue
    const states = rule.type === 'location' ? state.bans : state.pairs
    states[rule.slot] = {
      breach: breach && unpackEpisodeState(restoring, breach),
      approach: approach && unpackEpisodeState(restoring, approach),
      places: places.map((place) => unpackPlace(restoring, place)),
      unclear: unclear.map((stay) => ({
        ...stay,
        deviceSlot: get(restoring.deviceSlots, stay.deviceSlot),
      })),
    }
  }
  const going = new Map(listGoingOn(state).map((episode) => [episode.id, episode]))
  state.episodes = packed.episodeIds
    .map((id) => going.get(id) ?? restoring.episodes.get(id))
    .filter((episode) => episode !== undefined)
  state.nextEpisodeId = packed.nextEpisodeId
  return state
}

function packPlace({ first, last, strayCount, sums }: Place): PackedPlace {
  return [packFix(first), packFix(last), strayCount, sums]
}

function unpackPlace(slots: Slots, [first, last, strayCount, sums]: PackedPlace): Place {
  return { first: unpackFix(slots, first), last: unpackFix(slots, last), strayCount, sums }
}

function packEpisodeState(state: EpisodeState): PackedEpisodeState {
  const { episode, question, leaving, nearestMeters, following } = state
  return {
    episodeId: episode === null ? null : episode.id,
    question: question && packFix(question.fix),
    questionDisbelief: question === null ? 0 : question.disbelief,
    leaving: leaving.map(packLeaving),
    nearestMeters: finiteOrNull(nearestMeters),
    following: following && packFollowing(following),
    tellings: episode === null ? [] : episode.tellings,
  }
}

function unpackEpisodeState(restoring: Restoring, packed: PackedEpisodeState): EpisodeState {
  const { episodeId, question, questionDisbelief: disbelief, following, tellings } = packed
  const episode = episodeId === null ? undefined : restoring.episodes.get(episodeId)
  return {
    // As of this state; what was reported may know more.
    episode: episode === undefined ? null : { ...reopen(episode), tellings },
    question: question && { fix: unpackFix(restoring, question), disbelief },
    leaving: packed.leaving.map((entry) => unpackLeaving(restoring, entry)),
    nearestMeters: packed.nearestMeters ?? Infinity,
    following: following && unpackFollowing(following),
  }
}

function packFollowing(following: Following): PackedFollowing {
  const { lastInsideMs, isSeenOutside, toldMeters, lastNearMs, isHurryTold } = following
  return [lastInsideMs, isSeenOutside, finiteOrNull(toldMeters), lastNearMs, isHurryTold]
}

function unpackFollowing(packed: PackedFollowing): Following {
  const [lastInsideMs, isSeenOutside, toldMeters, lastNearMs, isHurryTold] = packed
  return {
    lastInsideMs,
    isSeenOutside,
    toldMeters: toldMeters ?? Number.NaN,
    lastNearMs,
    isHurryTold,
  }
}

function packLeaving(entry: Leaving): PackedLeaving {
  return [
    entry.personSlot,
    entry.deviceSlot,
    entry.count,
    finiteOrNull(entry.sinceMs),
    finiteOrNull(entry.lastMs),
    entry.nearCount,
    finiteOrNull(entry.nearSinceMs),
    finiteOrNull(entry.nearLastMs),
  ]
}

function unpackLeaving(slots: Slots, packed: PackedLeaving): Leaving {
  const [person, device, count, sinceMs, lastMs, nearCount, nearSinceMs, nearLastMs] = packed
  return {
    personSlot: get(slots.personSlots, person),
    deviceSlot: get(slots.deviceSlots, device),
    count,
    sinceMs: sinceMs ?? Number.NaN,
    lastMs: lastMs ?? Number.NaN,
    nearCount,
    nearSinceMs: nearSinceMs ?? Number.NaN,
    nearLastMs: nearLastMs ?? Number.NaN,
  }
}

type RuleName = readonly [
  type: 'location' | 'proximity',
  orderId: string,
  banId: string,
  victimId: string | null,
]
export type PackedReported = {
  readonly id: number
  readonly rule: RuleName
  readonly kind: EpisodeKind
  readonly startMs: number
  readonly settledMs: number
  readonly endMs: number | null
  readonly isCovered: boolean
  readonly nearestMeters: number | null
  readonly usualMeters: number | null
  readonly lastInsideMs: number | null
  readonly tellings: readonly Telling[]
  readonly isUnsupported: boolean
  readonly alertId: string | null
  readonly isLate: boolean
  readonly isOrdinary: boolean
  readonly seenMs: number | null
  readonly told: readonly Telling[]
}
type PackedFollowing = readonly [
  lastInsideMs: number,
  isSeenOutside: boolean,
  toldMeters: number | null,
  lastNearMs: number,
  isHurryTold: boolean,
]
type PackedEpisodeState = {
  readonly episodeId: number | null
  readonly question: PackedFix | null
  readonly questionDisbelief: number
  readonly leaving: readonly PackedLeaving[]
  readonly nearestMeters: number | null
  readonly following: PackedFollowing | null
  readonly tellings: readonly Telling[]
}
type PackedLeaving = readonly [
  personSlot: number,
  deviceSlot: number,
  count: number,
  sinceMs: number | null,
  lastMs: number | null,
  nearCount: number,
  nearSinceMs: number | null,
  nearLastMs: number | null,
]
type PackedPlace = readonly [
  first: PackedFix,
  last: PackedFix,
  strayCount: number,
  sums: readonly PlaceSum[],
]
type PackedRuleState = {
  readonly places: readonly PackedPlace[]
  readonly unclear: readonly UnclearStay[]
  readonly rule: RuleName
  readonly breach: PackedEpisodeState | null
  readonly approach: PackedEpisodeState | null
}
export type PackedState = {
  readonly tracks: readonly PackedTrack[]
  readonly rules: readonly PackedRuleState[]
  /** In the order found; what they are is said once, by the list of those reported. */
  readonly episodeIds: readonly number[]
  readonly nextEpisodeId: number
}

export type Restoring = Slots & {
  readonly dossier: Dossier
  /** As reported, by id; without those whose rule is gone. */
  readonly episodes: ReadonlyMap<number, Episode>
}

function nameRule(rule: BanRule | PairRule): RuleName {
  return [rule.type, rule.orderId, rule.banId, rule.type === 'proximity' ? rule.victimId : null]
}

function findRule(dossier: Dossier, name: RuleName): BanRule | PairRule | null {
  const [type, orderId, banId, victimId] = name
  const { banRules, pairRules } = dossier.context
  const isNamed = (rule: BanRule | PairRule) => rule.orderId === orderId && rule.banId === banId
  return type === 'location'
    ? (banRules.find(isNamed) ?? null)
    : (pairRules.find((rule) => isNamed(rule) && rule.victimId === victimId) ?? null)
}
