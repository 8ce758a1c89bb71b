import assert from 'node:assert/strict'
import type { Episode, Fact, Opening } from '../judge/episode.ts'
import type { FoldState } from '../judge/fold.ts'
import { listGoingOn } from '../judge/fold.ts'
import { kindsOf } from '../judge/judge-rings.ts'
import type { Effect } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'
import { draftEpisodeAlert } from './alert-draft.ts'
import type { Dossier, Moment, Reported } from './dossier-state.ts'
import { matchEpisodes } from './match-episodes.ts'

/**
 * What the newest fix began and ended. An episode that was reported and then
 * not supported may be back.
 */
export function reportStep(
  dossier: Dossier,
  facts: readonly Fact[],
  learnedAtMs: number,
): Effect[] {
  if (facts.length === 0) return nothing
  const report: Report = { dossier, learnedAtMs, effects: [], covered: [] }
  const openings = new Map<number, Opening>()
  noteOpenings(openings, facts)
  const found = facts.filter(({ type }) => type !== 'ended').map(({ episode }) => episode)
  if (found.length > 0) reportFound(report, found, openings, [])
  for (const { type, episode } of facts) {
    if (type !== 'ended') continue
    const known = dossier.reported.get(episode.id)
    // The clock may have ended it at this very moment already.
    if (known === undefined || known.episode.endMs === episode.endMs) continue
    const now = { ...known, episode }
    dossier.reported.set(episode.id, now)
    report.effects.push(...reportEnded(now, learnedAtMs))
  }
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
  openings: ReadonlyMap<number, Opening>,
  { learnedAtMs, nowMs }: Moment,
): Effect[] {
  const before = dossier.reported
  // Hot path: nothing was reported, and there is nothing to report.
  if (before.size === 0 && dossier.state.episodes.length === 0) return nothing
  const report: Report = { dossier, learnedAtMs, effects: [], covered: [] }
  const baseIds = new Set(base.episodes.map(({ id }) => id))
  const after = dossier.state.episodes.map((episode) => endByClock(episode, nowMs))
  const found: Episode[] = []
  dossier.reported = new Map()
  for (const episode of after) {
    const known = baseIds.has(episode.id) ? before.get(episode.id) : undefined
    if (known === undefined) found.push(episode)
    else dossier.reported.set(episode.id, { ...known, episode })
  }
  for (const { id } of listGoingOn(base)) {
    const known = before.get(id)
    const now = dossier.reported.get(id)
    if (known === undefined || now === undefined) continue
    tell(report, now, false, reportEndChange(now, known.episode.endMs, learnedAtMs))
  }
  const gone = [...before.values()].filter(({ episode }) => !dossier.reported.has(episode.id))
  reportFound(report, found, openings, gone)
  return report.effects
}

/** Ends the episodes whose ban has ceased to be in force by now, though no fix came since. */
export function reportCeased(dossier: Dossier, nowMs: number): Effect[] {
  const effects: Effect[] = []
  for (const known of dossier.reported.values()) {
    const episode = endByClock(known.episode, nowMs)
    if (episode === known.episode) continue
    const now = { ...known, episode }
    dossier.reported.set(episode.id, now)
    effects.push(...reportEnded(now, nowMs))
  }
  return effects
}

/** Keeps what the alerts are drafted from, until they are. */
export function noteOpenings(openings: Map<number, Opening>, facts: readonly Fact[]): void {
  for (const fact of facts) {
    if (fact.type !== 'ended') openings.set(fact.episode.id, fact.opening)
  }
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
  openings: ReadonlyMap<number, Opening>,
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
    const now = { episode, alertId: earlier?.alertId ?? null, isUnsupported: false }
    dossier.reported.set(episode.id, now)
    if (earlier === undefined) continue
    tell(report, now, !earlier.episode.isCovered, reportMatch(now, earlier, learnedAtMs))
  }
  // After the matched ones have taken their names, so that a new one cannot take the same.
  for (const episode of found) {
    const opening = openings.get(episode.id)
    // One that lies inside its own breach has no alert of its own.
    if (matches.has(episode) || episode.isCovered || opening === undefined) continue
    effects.push(...reportNew(dossier, episode, opening, learnedAtMs))
  }
  // After the breaches have theirs.
  for (const known of report.covered) effects.push(...reviseCovered(dossier, known, learnedAtMs))
  reportUnsupported(report)
}

/** More would mean a device that rewrites its past again and again. */
const unsupportedKeptMax = 64

function reportNew(
  dossier: Dossier,
  episode: Episode,
  opening: Opening,
  learnedAtMs: number,
): Effect[] {
  const id = nameEpisode(dossier, episode)
  const now = { episode, alertId: id, isUnsupported: false }
  dossier.reported.set(episode.id, now)
  const alert = draftEpisodeAlert(dossier, episode, opening, id, learnedAtMs)
  return [{ type: 'alert-raised', alert }, ...reportEnded(now, learnedAtMs)]
}

function tell(
  { effects, covered }: Report,
  now: Reported,
  isNewlyCovered: boolean,
  found: readonly Effect[],
): void {
  effects.push(...found)
  // Opened again, it would stand by itself.
  const isRevised = isNewlyCovered || found.some(isReopening)
  if (now.episode.isCovered && isRevised) covered.push(now)
}

function reportEnded({ episode, alertId: id }: Reported, learnedAtMs: number): Effect[] {
  if (id === null || episode.endMs === null) return []
  return [{ type: 'alert-ended', alertId: id, clearedAtMs: episode.endMs, learnedAtMs }]
}

function reportMatch(now: Reported, earlier: Reported, learnedAtMs: number): Effect[] {
  const { episode, alertId: id } = now
  assert(id !== null)
  const effects: Effect[] = []
  if (episode.startMs !== earlier.episode.startMs) {
    const revision = { kind: 'moved', occurredAtMs: episode.startMs } as const
    effects.push({ type: 'alert-revised', alertId: id, revision, learnedAtMs })
  }
  if (earlier.isUnsupported || (earlier.episode.isCovered && !episode.isCovered)) {
    // It stands again, whatever was said of its end before.
    effects.push(reviseReopened(id, learnedAtMs), ...reportEnded(now, learnedAtMs))
    return effects
  }
  effects.push(...reportEndChange(now, earlier.episode.endMs, learnedAtMs))
  return effects
}

function reportEndChange(now: Reported, toldEndMs: number | null, learnedAtMs: number): Effect[] {
  const { alertId: id, episode } = now
  if (id === null || episode.endMs === toldEndMs) return []
  return episode.endMs === null ? [reviseReopened(id, learnedAtMs)] : reportEnded(now, learnedAtMs)
}

function isReopening(effect: Effect): boolean {
  return effect.type === 'alert-revised' && effect.revision.kind === 'reopened'
}

function reviseReopened(id: string, learnedAtMs: number): Effect {
  return { type: 'alert-revised', alertId: id, revision: { kind: 'reopened' }, learnedAtMs }
}

/** What was reported as an approach turns out to have begun inside the breach. */
function reviseCovered(
  dossier: Dossier,
  { episode, alertId: id }: Reported,
  learnedAtMs: number,
): Effect[] {
  const { rule, startMs } = episode
  const breach = [...dossier.reported.values()].findLast(
    ({ episode: other }) =>
      other.rule === rule &&
      other.kind === kindsOf(rule).breach &&
      other.startMs <= startMs &&
      (other.endMs ?? Infinity) >= startMs,
  )
  if (breach === undefined || breach.alertId === null || id === null) return []
  const reason =
    'Fixes that came in later show that a breach had begun before it: it is part of that.'
  const revision = { kind: 'part-of', partOfAlertId: breach.alertId, reason } as const
  return [{ type: 'alert-revised', alertId: id, revision, learnedAtMs }]
}

function reportUnsupported({ dossier, effects, learnedAtMs }: Report): void {
  if (dossier.unsupported.every(({ isUnsupported }) => isUnsupported)) return
  dossier.unsupported = dossier.unsupported.map((known) => {
    const { episode, alertId: id, isUnsupported } = known
    if (isUnsupported || id === null) return known
    const reason = 'Fixes that came in later do not bear this out. It stays until somebody decides.'
    const revision = { kind: 'unsupported', reason } as const
    effects.push({ type: 'alert-revised', alertId: id, revision, learnedAtMs })
    // Ended here for comparison only: an open end would swallow every later breach of the same ban.
    const endMs = episode.endMs ?? Math.max(episode.startMs, findLatestMs(dossier))
    return { alertId: id, isUnsupported: true, episode: { ...episode, endMs } }
  })
}

/**
 * The id follows from what and when. Where an alert that moved holds that id already, the next
 * of a fixed series is taken.
 */
function nameEpisode(dossier: Dossier, episode: Episode): string {
  const { rule } = episode
  const known = [...dossier.reported.values(), ...dossier.unsupported]
  for (let attempt = 0; ; attempt++) {
    const parts = [rule.orderId, episode.kind, rule.banId]
    if (attempt > 0) parts.push(String(attempt))
    const id = alertId(parts, episode.startMs)
    if (!known.some((other) => other.alertId === id)) return id
  }
}

function findLatestMs({ window }: Dossier): number {
  return window.count === 0 ? -Infinity : readRecordedAt(window, window.count - 1)
}

const nothing: Effect[] = []
