import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { Episode, Opening } from '../judge/episode.ts'
import type { FoldContext, FoldState } from '../judge/fold.ts'
import { cloneFoldState, getTrack } from '../judge/fold.ts'
import { beginBans } from '../judge/step-dossier.ts'
import { pushAll } from '../model/lists.ts'
import { findBatchEndMs, noteHeldUp } from '../quiet/held-up.ts'
import type { BanRule, PairRule } from '../rules/ban-versions.ts'
import { findVersion, isInBoxes } from '../rules/ban-versions.ts'
import { findNextBeginning } from '../rules/next-beginning.ts'
import type { Dossier } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'

/**
 * What the clock finds: bans that have come into force since the last fix of their people. The
 * state of the fold is left alone, for a fix recorded before may still come; the next one recorded
 * after finds the same. Their ids are below zero until then.
 */
export function findBegun(dossier: Dossier, nowMs: number): readonly Begun[] {
  const { context } = dossier
  // Hot path: nothing began.
  if (nowMs === -Infinity || !isAnyWaiting(context, dossier.state, nowMs)) return nobody
  const isWithheld = nowMs < findEndMs(dossier)
  const state = cloneFoldState(dossier.state)
  const facts = beginBans(context, state, nowMs + 1, { personSlot: null, now: null })
  const openings = new Map<number, Opening>()
  for (const fact of facts) if (fact.type === 'opened') openings.set(fact.episode.id, fact.opening)
  const told = listBegun(dossier)
  return state.episodes.flatMap((episode) => {
    const opening = openings.get(episode.id)
    const isTold = told.some((known) => isSameBeginning(known.episode, episode))
    if (opening === undefined || (isWithheld && !isTold)) return []
    return [{ episode: { ...episode, id: -1 - episode.id }, opening }]
  })
}

/** True where this is the first of now after reports that were held up (`noteHeldUp`). */
export function noteBatch({ trail, context }: Dossier, fix: CaseFix): boolean {
  return noteHeldUp(trail.quiet.slab.numbers, trail.at, fix, context.limits)
}

function findEndMs({ trail, context }: Dossier): number {
  return findBatchEndMs(trail.quiet.slab.numbers, trail.at, context.limits)
}

function isSameBeginning(one: Episode, other: Episode): boolean {
  return one.rule === other.rule && one.kind === other.kind && one.startMs === other.startMs
}

export type Begun = { readonly episode: Episode; readonly opening: Opening }

/** Found by the clock, and by no fix yet. */
export function listBegun({ reported }: Dossier): readonly Reported[] {
  // Hot path: nearly always.
  if (!reported.isAnyBegun) return nothing
  return [...reported.values()].filter(({ episode }) => episode.id < 0)
}

/** Takes out those that a fix has found now: they go on under its name. */
export function takeBegun(dossier: Dossier, found: readonly Episode[]): readonly Reported[] {
  const taken = listBegun(dossier).filter(({ episode }) =>
    found.some((one) => isSameBeginning(one, episode)),
  )
  for (const { episode } of taken) dossier.reported.delete(episode.id)
  return taken
}

/**
 * When a ban comes into force next under which somebody could be taken to be too near; Infinity
 * when none does.
 */
export function findBeginDeadline(dossier: Dossier, nowMs: number): number {
  const { context, state } = dossier
  // Hot path: whatever began has begun.
  if (!isAnyWaiting(context, state, Number.MAX_VALUE)) return Infinity
  const { sighting, otherPlaces, doubtful, ahead } = getTrack(state, offenderSlot)
  const elsewhere = [...otherPlaces.map(({ fix }) => fix), ...doubtful, ...ahead]
  const places = sighting === null ? elsewhere : [sighting, ...elsewhere]
  if (places.length === 0) return Infinity
  // Only of these can anything be found: of whoever is far from all, a report that was held up puts
  // nothing off.
  const near: (BanRule | PairRule)[] = context.banRules.filter((rule) => {
    const { nearBoxes } = findVersion(rule.versions, Infinity)
    return places.some((one) => isInBoxes(nearBoxes, one.longitude, one.latitude))
  })
  if (sighting !== null) pushAll<BanRule | PairRule>(near, context.pairRules)
  const batchEndMs = findEndMs(dossier)
  const isPutOff = nowMs < batchEndMs && near.some((rule) => isWaiting(state, rule, nowMs))
  let deadlineMs = isPutOff ? batchEndMs : Infinity
  for (const rule of near) {
    const fromMs = Math.max(findSeenMs(state, rule), nowMs)
    deadlineMs = Math.min(deadlineMs, findNextBeginning(rule, fromMs))
  }
  return deadlineMs
}

function isAnyWaiting(context: FoldContext, state: FoldState, nowMs: number): boolean {
  const isAny = (rule: BanRule | PairRule): boolean => isWaiting(state, rule, nowMs)
  return context.banRules.some(isAny) || context.pairRules.some(isAny)
}

/** It has come into force since the last fix of its people. */
function isWaiting(state: FoldState, rule: BanRule | PairRule, nowMs: number): boolean {
  return findNextBeginning(rule, findSeenMs(state, rule)) <= nowMs
}

/** When the last fix of its people was recorded; Infinity where the offender has none. */
function findSeenMs(state: FoldState, rule: BanRule | PairRule): number {
  const offenderMs = state.tracks[offenderSlot]?.last?.recordedAtMs ?? Infinity
  if (rule.type === 'location') return offenderMs
  return Math.max(offenderMs, state.tracks[rule.victimSlot]?.last?.recordedAtMs ?? -Infinity)
}

const nobody: readonly Begun[] = []
const nothing: readonly Reported[] = []
