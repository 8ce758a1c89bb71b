import type { PackedFix, Slots } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import type { EpisodeKind, Lower, Telling } from '../judge/episode.ts'
import type { FoldState } from '../judge/fold.ts'
import { createFoldState, getTrack, listGoingOn } from '../judge/fold.ts'
import type { Unheard } from '../judge/leaving.ts'
import { noRun } from '../judge/leaving-run.ts'
import type { Place, PlaceSum } from '../judge/place-estimate.ts'
import type { DisputedStay } from '../judge/disputed-stay.ts'
import type { UnclearStay } from '../judge/unclear-stay.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Dossier } from './dossier-state.ts'
import type { LateRank, Reported } from './reported-episode.ts'
import { get } from './names.ts'
import type { PackedEpisodeState, PackedRun, Restoring } from './pack-episode-state.ts'
import {
  finiteOrNull,
  packEpisodeState,
  packRun,
  unpackEpisodeState,
  unpackRun,
} from './pack-episode-state.ts'
import type { PackedTrack } from './pack-track.ts'
import { packTrack, unpackTrack } from './pack-track.ts'

export function packReported({
  episode,
  seenMs,
  insideLearnedMs,
  ...report
}: Reported): PackedReported {
  const { id, kind, startMs, settledMs, endMs, isCovered, tellings } = episode
  const { fastestMetersPerSecond, lower, calledMs } = episode
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
    fastestMetersPerSecond,
    lower,
    calledMs,
    lastInsideMs: finiteOrNull(episode.lastInsideMs),
    isOfRest: episode.isOfRest,
    tellings,
    seenMs: finiteOrNull(seenMs),
    insideLearnedMs: finiteOrNull(insideLearnedMs),
  }
}

/** Null when its rule is gone. Nothing of it was learned later than `savedMs`. */
export function unpackReported(
  dossier: Dossier,
  packed: PackedReported,
  savedMs: number,
): Reported | null {
  const rule = findRule(dossier, packed.rule)
  if (rule === null) return null
  const { id, kind, startMs, settledMs, endMs, isCovered, tellings } = packed
  const { fastestMetersPerSecond, lower, calledMs } = packed
  const { alertId, isUnsupported, isLate, isOrdinary, isHeld = false, told } = packed
  const { lateRank = 'none', insideLearnedMs = savedMs } = packed
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
      fastestMetersPerSecond,
      lower,
      calledMs,
      lastInsideMs: packed.lastInsideMs ?? Number.NaN,
      isOfRest: packed.isOfRest ?? false,
      tellings,
    },
    alertId,
    isUnsupported,
    isLate,
    isOrdinary,
    lateRank,
    isHeld,
    seenMs: packed.seenMs ?? -Infinity,
    insideLearnedMs: insideLearnedMs ?? -Infinity,
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
      disputes: going.disputes,
    })
  }
  return {
    tracks: state.tracks.map(packTrack),
    rules,
    episodeIds: state.episodes.map(({ id }) => id),
    unheard: state.unheard.map((one) => ({ ...one, run: packRun(one.run) })),
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
  for (const { rule: name, breach, approach, places, unclear, disputes } of packed.rules) {
    const rule = findRule(dossier, name)
    if (rule === null) continue
    const states = rule.type === 'location' ? state.bans : state.pairs
    states[rule.slot] = {
      breach: breach && unpackEpisodeState(restoring, breach),
      approach: approach && unpackEpisodeState(restoring, approach),
      places: places.map((place) => unpackPlace(restoring, place)),
      unclear: unclear.map((stay) => unpackStay(restoring, stay)),
      disputes: (disputes ?? []).map((stay) => unpackStay(restoring, stay)),
    }
  }
  const going = new Map(listGoingOn(state).map((episode) => [episode.id, episode]))
  state.episodes = packed.episodeIds
    .map((id) => going.get(id) ?? restoring.episodes.get(id))
    .filter((episode) => episode !== undefined)
  state.unheard = (packed.unheard ?? []).map(({ episodeId, personSlot, deviceSlot, run }) => ({
    episodeId,
    personSlot: get(restoring.personSlots, personSlot),
    deviceSlot: get(restoring.deviceSlots, deviceSlot),
    run: run === undefined ? noRun : unpackRun(run),
  }))
  state.nextEpisodeId = packed.nextEpisodeId
  return state
}

function unpackStay<Stay extends { readonly deviceSlot: number }>(
  { deviceSlots }: Slots,
  stay: Stay,
): Stay {
  return { ...stay, deviceSlot: get(deviceSlots, stay.deviceSlot) }
}

function packPlace({ first, last, strayCount, strayAccuracyMeters, sums }: Place): PackedPlace {
  return [packFix(first), packFix(last), strayCount, strayAccuracyMeters, sums]
}

function unpackPlace(slots: Slots, packed: PackedPlace): Place {
  const [first, last, strayCount, strayAccuracyMeters, sums] = packed
  return {
    first: unpackFix(slots, first),
    last: unpackFix(slots, last),
    strayCount,
    strayAccuracyMeters,
    sums,
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
  readonly fastestMetersPerSecond: number
  readonly lower: Lower | null
  readonly calledMs: number | null
  readonly lastInsideMs: number | null
  /** Since format 28. */
  readonly isOfRest?: boolean
  readonly tellings: readonly Telling[]
  readonly isUnsupported: boolean
  readonly alertId: string | null
  readonly isLate: boolean
  readonly isOrdinary: boolean
  /** Since format 40. */
  readonly isHeld?: boolean
  /** Since format 44. */
  readonly lateRank?: LateRank
  readonly seenMs: number | null
  /** Since format 44; before, when it was saved. */
  readonly insideLearnedMs?: number | null
  readonly told: readonly Telling[]
}
type PackedPlace = readonly [
  first: PackedFix,
  last: PackedFix,
  strayCount: number,
  strayAccuracyMeters: number,
  sums: readonly PlaceSum[],
]
type PackedRuleState = {
  readonly places: readonly PackedPlace[]
  readonly unclear: readonly UnclearStay[]
  /** Absent of what was written before they were known. */
  readonly disputes?: readonly DisputedStay[]
  readonly rule: RuleName
  readonly breach: PackedEpisodeState | null
  readonly approach: PackedEpisodeState | null
}
export type PackedState = {
  readonly tracks: readonly PackedTrack[]
  readonly rules: readonly PackedRuleState[]
  /** In the order found; what they are is said once, by the list of those reported. */
  readonly episodeIds: readonly number[]
  /** Since format 40. */
  readonly unheard?: readonly PackedUnheard[]
  readonly nextEpisodeId: number
}

/** The run since format 42. */
type PackedUnheard = Omit<Unheard, 'run'> & { readonly run?: PackedRun }

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
