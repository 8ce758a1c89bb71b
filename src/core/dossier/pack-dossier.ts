import type { PackedFix, Slots } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import type { Episode, EpisodeKind, EpisodeState } from '../judge/episode.ts'
import { reopen } from '../judge/episode.ts'
import type { FoldState } from '../judge/fold.ts'
import { createFoldState, getTrack, listGoingOn } from '../judge/fold.ts'
import type { Leaving } from '../judge/leaving.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Dossier, Reported } from './dossier-state.ts'
import { get } from './names.ts'
import type { PackedTrack } from './pack-track.ts'
import { packTrack, unpackTrack } from './pack-track.ts'

export function packReported({ episode, alertId, isUnsupported }: Reported): PackedReported {
  const { id, kind, startMs, settledMs, endMs, isCovered, usualMeters } = episode
  return {
    id,
    rule: nameRule(episode.rule),
    kind,
    startMs,
    settledMs,
    endMs,
    isCovered,
    nearestMeters: finiteOrNull(episode.nearestMeters),
    usualMeters,
    isUnsupported,
    alertId,
  }
}

/** JSON has no infinity. */
function finiteOrNull(meters: number): number | null {
  return meters === Infinity ? null : meters
}

/** Null when its rule is gone. */
export function unpackReported(dossier: Dossier, packed: PackedReported): Reported | null {
  const rule = findRule(dossier, packed.rule)
  if (rule === null) return null
  const { id, kind, startMs, settledMs, endMs, isCovered, usualMeters } = packed
  const ceasesAtMs = findCeasing(rule, startMs)
  const nearestMeters = packed.nearestMeters ?? Infinity
  const { isUnsupported, alertId } = packed
  return {
    episode: {
      id,
      kind,
      rule,
      startMs,
      settledMs,
      endMs,
      ceasesAtMs,
      isCovered,
      nearestMeters,
      usualMeters,
    },
    alertId,
    isUnsupported,
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
  for (const { rule: name, breach, approach } of packed.rules) {
    const rule = findRule(dossier, name)
    if (rule === null) continue
    const states = rule.type === 'location' ? state.bans : state.pairs
    states[rule.slot] = {
      breach: breach && unpackEpisodeState(restoring, breach),
      approach: approach && unpackEpisodeState(restoring, approach),
    }
  }
  const going = new Map(listGoingOn(state).map((episode) => [episode.id, episode]))
  state.episodes = packed.episodeIds
    .map((id) => going.get(id) ?? restoring.episodes.get(id))
    .filter((episode) => episode !== undefined)
  state.nextEpisodeId = packed.nextEpisodeId
  return state
}

function packEpisodeState(state: EpisodeState): PackedEpisodeState {
  const { episode, question, leaving, nearestMeters } = state
  return {
    episodeId: episode === null ? null : episode.id,
    question: question && packFix(question.fix),
    questionDisbelief: question === null ? 0 : question.disbelief,
    leaving: leaving.map(packLeaving),
    nearestMeters: finiteOrNull(nearestMeters),
  }
}

function unpackEpisodeState(restoring: Restoring, packed: PackedEpisodeState): EpisodeState {
  const { episodeId, question, questionDisbelief: disbelief } = packed
  const episode = episodeId === null ? undefined : restoring.episodes.get(episodeId)
  return {
    episode: episode === undefined ? null : reopen(episode),
    question: question && { fix: unpackFix(restoring, question), disbelief },
    leaving: packed.leaving.map((entry) => unpackLeaving(restoring, entry)),
    nearestMeters: packed.nearestMeters ?? Infinity,
  }
}

function packLeaving({ personSlot, deviceSlot, count, sinceMs, lastMs }: Leaving): PackedLeaving {
  const isCounting = count > 0
  return [personSlot, deviceSlot, count, isCounting ? sinceMs : null, isCounting ? lastMs : null]
}

function unpackLeaving(slots: Slots, packed: PackedLeaving): Leaving {
  const [person, device, count, sinceMs, lastMs] = packed
  return {
    personSlot: get(slots.personSlots, person),
    deviceSlot: get(slots.deviceSlots, device),
    count,
    sinceMs: sinceMs ?? Number.NaN,
    lastMs: lastMs ?? Number.NaN,
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
  readonly isUnsupported: boolean
  readonly alertId: string | null
}
type PackedEpisodeState = {
  readonly episodeId: number | null
  readonly question: PackedFix | null
  readonly questionDisbelief: number
  readonly leaving: readonly PackedLeaving[]
  readonly nearestMeters: number | null
}
type PackedLeaving = readonly [
  personSlot: number,
  deviceSlot: number,
  count: number,
  sinceMs: number | null,
  lastMs: number | null,
]
type PackedRuleState = {
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
