import assert from 'node:assert/strict'
import type { Episode, Fact } from '../judge/episode.ts'
import { isNews } from '../judge/episode.ts'
import type { FoldState } from '../judge/fold.ts'
import { findLastInsideMs, listGoingOn } from '../judge/fold.ts'
import type { Effect } from '../model/alert.ts'
import { draftEpisodeAlert, isOrdinary } from './alert-draft.ts'
import type { Dossier, Moment } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'
import { untold } from './reported-episode.ts'
import type { Begun } from './begun.ts'
import { findBegun, listBegun, takeBegun } from './begun.ts'
import { isFoundInside, isUnheard } from './held-end.ts'
import { findToldEndMs } from './reported-episode.ts'
import { matchEpisodes } from './match-episodes.ts'
import { nameEpisode } from './name-episode.ts'
import { reportGone, reviseCovered } from './report-joined.ts'
import type { Findings } from './report-tellings.ts'
import { createFindings, isLate, isLateNow, noteFindings, reportSeen } from './report-tellings.ts'
import { findFirstRank } from './report-over.ts'
import { ReportBook } from './report-book.ts'
import { reportRanks } from './report-ranks.ts'
import { findSpeakerOf } from './speaker.ts'
import { isToldAlready } from './told-until.ts'
import { pushAll } from '../model/lists.ts'

/**
 * What the newest fix began and ended. An episode that was reported and then
 * not supported may be back.
 */
export function reportStep(
  dossier: Dossier,
  facts: readonly Fact[],
  learnedAtMs: number,
): Effect[] {
  // Hot path: nothing of nearly all that is seen is news.
  if (facts.every((fact) => isToldAlready(dossier, fact))) return []
  const report: Report = { dossier, learnedAtMs, nowMs: -Infinity, effects: [], covered: [] }
  const findings = createFindings()
  noteFindings(findings, facts)
  // First what goes on as it is now: it may speak for what is new.
  for (const { type, episode } of facts) {
    const known = type === 'seen' ? dossier.reported.get(episode.id) : undefined
    if (known === undefined || known.episode.endMs !== null || known.episode === episode) continue
    dossier.reported.put({ ...known, episode })
  }
  // As they stand after all of the fixes: one may have ended. Hot path: hardly any is new.
  const known = findings.openings.size > 0 ? dossier.state.episodes : []
  const found = known.filter(({ id }) => findings.openings.has(id))
  if (found.length > 0) reportFound(report, found, findings, takeBegun(dossier, found))
  pushAll(report.effects, reportSeen(dossier, findings, learnedAtMs, true))
  for (const { type, episode } of facts) {
    if (type !== 'ended' && type !== 'heard') continue
    const known = dossier.reported.get(episode.id)
    if (known === undefined) continue
    const now = { ...known, episode, isHeld: isUnheard(dossier, episode) }
    // The clock may have ended it at this very moment already.
    if (known.episode.endMs === episode.endMs && known.isHeld === now.isHeld) continue
    dossier.reported.put(now)
    pushAll(report.effects, reportEnded(now, learnedAtMs))
  }
  // Hot path: where nothing began, ended or was told anew, whatever was spoken for still is.
  if (facts.some(isNews)) pushAll(report.effects, reportRanks(dossier, findings, learnedAtMs))
  return report.effects
}

/**
 * Compares the episodes of a repeated fold, which began at `base`, with those reported before.
 * Nothing reported is ever taken back: an episode keeps its alert when its start or end moves, and
 * one that is not supported any more is marked so for staff to decide.
 */
export function reportChanges(
  dossier: Dossier,
  base: FoldState,
  findings: Findings,
  { learnedAtMs, nowMs }: Moment,
): Effect[] {
  const before = dossier.reported
  // Hot path: nothing was reported, and there is nothing to report.
  const begun = findBegun(dossier, nowMs)
  if (before.size === 0 && dossier.state.episodes.length === 0 && begun.length === 0) return []
  noteBegun(findings, begun)
  const report: Report = { dossier, learnedAtMs, nowMs, effects: [], covered: [] }
  const baseIds = new Set(base.episodes.map(({ id }) => id))
  const episodes = [...dossier.state.episodes, ...begun.map(({ episode }) => episode)]
  const after = episodes.map((episode) => endByClock(episode, nowMs))
  const found: Episode[] = []
  dossier.reported = new ReportBook()
  for (const episode of after) {
    const known = baseIds.has(episode.id) ? before.get(episode.id) : undefined
    if (known === undefined) found.push(episode)
    else {
      const isHeld = isUnheard(dossier, episode, nowMs)
      dossier.reported.put({ ...known, episode, isHeld })
    }
  }
  const openIds = listGoingOn(base).map(({ id }) => id)
  for (const id of new Set([...openIds, ...base.unheard.map(({ episodeId }) => episodeId)])) {
    const known = before.get(id)
    const now = dossier.reported.get(id)
    if (known === undefined || now === undefined) continue
    tell(report, now, false, reportEndChange(report, now, known))
  }
  const gone = [...before.values()].filter(({ episode }) => !dossier.reported.has(episode.id))
  reportFound(report, found, findings, gone)
  pushAll(report.effects, reportSeen(dossier, findings, learnedAtMs, false))
  pushAll(report.effects, reportRanks(dossier, findings, learnedAtMs))
  return report.effects
}

/** Bans that have come into force by now, though no fix came since, and what that says no more. */
export function reportBegun(dossier: Dossier, { learnedAtMs, nowMs }: Moment): Effect[] {
  const begun = findBegun(dossier, nowMs)
  const before = listBegun(dossier)
  // Hot path: nothing began.
  if (begun.length === 0 && before.length === 0) return []
  const report: Report = { dossier, learnedAtMs, nowMs, effects: [], covered: [] }
  const findings = createFindings()
  noteBegun(findings, begun)
  for (const { episode } of before) dossier.reported.delete(episode.id)
  const found = begun.map(({ episode }) => endByClock(episode, nowMs))
  reportFound(report, found, findings, before)
  return report.effects
}

function noteBegun({ openings }: Findings, begun: readonly Begun[]): void {
  for (const { episode, opening } of begun) openings.set(episode.id, opening)
}

/**
 * What the clock says by now, though no fix came since: bans that have ceased to be in force end
 * their episodes, and others begin.
 */
export function reportCeased(dossier: Dossier, nowMs: number): Effect[] {
  const effects: Effect[] = []
  for (const known of dossier.reported.goingOn) {
    const episode = endByClock(known.episode, nowMs)
    const isHeld = known.isHeld && isUnheard(dossier, episode, nowMs)
    if (episode === known.episode && isHeld === known.isHeld) continue
    const now = { ...known, episode, isHeld }
    dossier.reported.put(now)
    pushAll(effects, reportEnded(now, nowMs))
  }
  pushAll(effects, reportBegun(dossier, { learnedAtMs: nowMs, nowMs }))
  pushAll(effects, reportRanks(dossier, createFindings(), nowMs))
  return effects
}

/**
 * What the clock says of an episode no fix has ended. The state of the fold is left alone: a fix
 * recorded before the ban ceased may still come, and finds the episode going on.
 */
function endByClock(episode: Episode, nowMs: number): Episode {
  const { endMs, ceasesAtMs } = episode
  return endMs === null && ceasesAtMs <= nowMs ? { ...episode, endMs: ceasesAtMs } : episode
}

type Report = {
  readonly dossier: Dossier
  readonly learnedAtMs: number
  /** How far the clock has been advanced, where that may have ended what the fold carries. */
  readonly nowMs: number
  readonly effects: Effect[]
  /** Reported with an alert of their own, and now part of a breach. */
  readonly covered: Reported[]
}

/**
 * Episodes found now, and those reported before that the fold no longer found:
 * what is one goes by one name.
 */
function reportFound(
  report: Report,
  found: readonly Episode[],
  findings: Findings,
  gone: readonly Reported[],
): void {
  const { dossier, learnedAtMs, effects } = report
  const told = [...gone, ...dossier.unsupported].filter((known) => known.alertId !== null)
  const matches = matchEpisodes(told, found)
  const matched = new Set(matches.values())
  dossier.unsupported = told.filter((known) => !matched.has(known)).slice(-unsupportedKeptMax)
  for (const episode of found) {
    const earlier = matches.get(episode)
    // Holds its place in the order found.
    const isHeld = isUnheard(dossier, episode, report.nowMs)
    const now = { ...(earlier ?? untold), episode, isUnsupported: false, isHeld }
    dossier.reported.put(now)
    if (earlier === undefined) continue
    tell(report, now, !earlier.episode.isCovered, reportMatch(report, now, earlier))
  }
  // After the matched ones have taken their names, so that a new one cannot take the same.
  for (const episode of found) {
    // One that lies inside its own breach has no alert of its own.
    if (matches.has(episode) || episode.isCovered) continue
    pushAll(effects, reportNew(dossier, episode, findings, learnedAtMs))
  }
  // After the breaches have theirs.
  for (const known of report.covered) pushAll(effects, reviseCovered(dossier, known, learnedAtMs))
  pushAll(effects, reportGone(dossier, learnedAtMs))
}

/** More would mean a device that rewrites its past again and again. */
const unsupportedKeptMax = 64

function reportNew(
  dossier: Dossier,
  episode: Episode,
  { openings }: Findings,
  learnedAtMs: number,
): Effect[] {
  const opening = openings.get(episode.id)
  if (opening === undefined) return []
  const id = nameEpisode(dossier, episode)
  const seenMs = findLastInsideMs(dossier.state, episode)
  const first: Reported = {
    ...untold,
    episode,
    alertId: id,
    isLate: isLateNow(dossier, episode, seenMs, learnedAtMs),
    isOrdinary: isOrdinary(episode, opening) || findSpeakerOf(dossier, episode) !== null,
    seenMs,
    insideLearnedMs: learnedAtMs,
    isHeld: isUnheard(dossier, episode),
    told: episode.tellings,
  }
  const now = { ...first, lateRank: findFirstRank(dossier, first, learnedAtMs) }
  dossier.reported.put(now)
  const alert = draftEpisodeAlert(dossier, now, opening, id, learnedAtMs)
  return [{ type: 'alert-raised', alert }, ...reportEnded(now, learnedAtMs)]
}

function tell(
  { effects, covered }: Report,
  now: Reported,
  isNewlyCovered: boolean,
  found: readonly Effect[],
): void {
  pushAll(effects, found)
  // Opened again, it would stand by itself.
  const isRevised = isNewlyCovered || found.some(isReopening)
  if (now.episode.isCovered && isRevised) covered.push(now)
}

function reportEnded(known: Reported, learnedAtMs: number): Effect[] {
  const clearedAtMs = findToldEndMs(known)
  if (known.alertId === null || clearedAtMs === null) return []
  return [{ type: 'alert-ended', alertId: known.alertId, clearedAtMs, learnedAtMs }]
}

function reportMatch(report: Report, now: Reported, earlier: Reported): Effect[] {
  const { learnedAtMs } = report
  const { episode, alertId: id } = now
  assert(id !== null)
  const effects: Effect[] = []
  if (episode.startMs !== earlier.episode.startMs) {
    const revision = { kind: 'moved', occurredAtMs: episode.startMs } as const
    effects.push({ type: 'alert-revised', alertId: id, revision, learnedAtMs })
  }
  if (earlier.isUnsupported || (earlier.episode.isCovered && !episode.isCovered)) {
    // It stands again, whatever was said of its end before.
    pushAll(effects, [reviseReopened(report, now, id), ...reportEnded(now, learnedAtMs)])
    return effects
  }
  pushAll(effects, reportEndChange(report, now, earlier))
  return effects
}

function reportEndChange(report: Report, now: Reported, before: Reported): Effect[] {
  const { alertId: id } = now
  const endMs = findToldEndMs(now)
  if (id === null) return []
  if (endMs !== null) {
    return endMs === findToldEndMs(before) ? [] : reportEnded(now, report.learnedAtMs)
  }
  // That nobody knew whether it was over is not that somebody is inside.
  const isAgain = now.episode.endMs === null && before.episode.endMs !== null
  const isSeen = findToldEndMs(before) !== null || isFoundInside(report.dossier, now, before)
  return isAgain || isSeen ? [reviseReopened(report, now, id)] : []
}

function isReopening(effect: Effect): boolean {
  return effect.type === 'alert-revised' && effect.revision.kind === 'reopened'
}

/** Late when what it rests on is; that it is live again is told by a reading that is. */
function reviseReopened({ dossier, learnedAtMs }: Report, now: Reported, alertId: string): Effect {
  const late = isLate(dossier, findLastInsideMs(dossier.state, now.episode), learnedAtMs)
  const insideLearnedMs = learnedAtMs
  if (late) dossier.reported.put({ ...now, isLate: true, insideLearnedMs })
  const revision = { kind: 'reopened', ...(late ? { late } : {}) } as const
  return { type: 'alert-revised', alertId, revision, learnedAtMs }
}
