import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findCeasing } from '../rules/ban-versions.ts'
import type { Dossier } from './dossier-state.ts'
import type { Episode, EpisodeKind, EpisodeState } from '../judge/episode.ts'
import type { FoldState, RuleState } from '../judge/fold.ts'
import { createFoldState } from '../judge/fold.ts'
import type { Leaving } from '../judge/leaving.ts'
import type { PackedFix, Slots } from '../fixes/pack-fix.ts'
import { packFix, unpackFix } from '../fixes/pack-fix.ts'
import type { PackedTrack } from './pack-track.ts'
import { packTrack, unpackTrack } from './pack-track.ts'

export function packEpisode(episode: Episode): PackedEpisode {
  const { kind, startMs, settledMs, endMs, isCovered, usualMeters, isUnsupported, alertId } =
    episode
  return {
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

export function unpackEpisode(dossier: Dossier, packed: PackedEpisode): Episode | null {
  const rule = findRule(dossier, packed.rule)
  if (rule === null) return null
  const { kind, startMs, settledMs, endMs, isCovered, usualMeters, isUnsupported, alertId } = packed
  const ceasesAtMs = findCeasing(rule, startMs)
  return {
    kind,
    rule,
    startMs,
    settledMs,
    endMs,
    ceasesAtMs,
    isCovered,
    nearestMeters: packed.nearestMeters ?? Infinity,
    usualMeters,
    isUnsupported,
    alertId,
    opening: null,
  }
}

export function packState(
  dossier: Dossier,
  state: FoldState,
  places: ReadonlyMap<Episode, number>,
): PackedState {
  const { banRules, pairRules } = dossier.context
  const rules: PackedRuleState[] = []
  const packRules = (
    states: readonly (RuleState | null)[],
    of: readonly (BanRule | PairRule)[],
  ) => {
    for (const [slot, packed] of states.entries()) {
      if (packed === null) continue
      rules.push({
        rule: nameRule(of[slot]!),
        breach: packEpisodeState(packed.breach, places),
        approach: packEpisodeState(packed.approach, places),
      })
    }
  }
  packRules(state.bans, banRules)
  packRules(state.pairs, pairRules)
  const tracks = state.tracks.map(packTrack)
  return { tracks, rules }
}

export function unpackState(restoring: Restoring, packed: PackedState): FoldState {
  const { dossier } = restoring
  const { banRules, pairRules } = dossier.context
  const state = createFoldState(dossier.persons.length, banRules.length, pairRules.length)
  for (const [slot, track] of packed.tracks.entries()) {
    const into = state.tracks[restoring.personSlots[slot]!]!
    Object.assign(into, unpackTrack(restoring, track))
  }
  for (const { rule: name, breach, approach } of packed.rules) {
    const rule = findRule(dossier, name)
    if (rule === null) continue
    const states = rule.type === 'location' ? state.bans : state.pairs
    states[rule.slot] = {
      breach: unpackEpisodeState(restoring, breach),
      approach: unpackEpisodeState(restoring, approach),
    }
  }
  return state
}

function packEpisodeState(
  state: EpisodeState | null,
  places: ReadonlyMap<Episode, number>,
): PackedEpisodeState | null {
  if (state === null) return null
  return {
    episode: state.episode === null ? null : (places.get(state.episode) ?? null),
    question: state.question && packFix(state.question),
    questionDisbelief: state.questionDisbelief,
    leaving: state.leaving.map(packLeaving),
    nearestMeters: finiteOrNull(state.nearestMeters),
  }
}

function unpackEpisodeState(
  restoring: Restoring,
  packed: PackedEpisodeState | null,
): EpisodeState | null {
  if (packed === null) return null
  return {
    episode: packed.episode === null ? null : restoring.episodes[packed.episode]!,
    question: packed.question && unpackFix(restoring, packed.question),
    questionDisbelief: packed.questionDisbelief,
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
    personSlot: slots.personSlots[person]!,
    deviceSlot: slots.deviceSlots[device]!,
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
export type PackedEpisode = {
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
  readonly episode: number | null
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
}

export type Restoring = Slots & {
  readonly dossier: Dossier
  /** By place in the snapshot; null when the rule is gone. */
  readonly episodes: readonly (Episode | null)[]
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
