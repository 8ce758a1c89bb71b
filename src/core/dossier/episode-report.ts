import assert from 'node:assert/strict'
import { draftEpisodeAlert } from './alert-draft.ts'
import type { Effect } from '../model/alert.ts'
import { alertId } from '../model/alert-id.ts'
import type { Dossier, EpisodesBefore } from './dossier-state.ts'
import type { Episode } from '../judge/episode.ts'
import { readRecordedAt } from '../fixes/fix-window.ts'
import { kindsOf } from '../judge/judge-rings.ts'

/** What the last step opened. An episode that was told and then not borne out may be back. */
export function reportNew(dossier: Dossier, learnedAtMs: number): Effect[] {
  const { opened, episodes } = dossier.context.log
  if (opened.length === 0) return []
  if (dossier.unsupported.length === 0) {
    return opened.flatMap((episode) => reportOpened(dossier, episode, learnedAtMs))
  }
  const episodeCount = dossier.episodesDropped + episodes.length - opened.length
  return reportChanges(dossier, { carried: [], found: [] }, episodeCount, learnedAtMs)
}

/** An episode not told before. One that lies inside its own breach is never told. */
function reportOpened(dossier: Dossier, episode: Episode, learnedAtMs: number): Effect[] {
  const { opening } = episode
  episode.opening = null
  if (episode.isCovered || opening === null) return []
  episode.alertId = nameEpisode(dossier, episode)
  const alert = draftEpisodeAlert(dossier, episode, opening, episode.alertId, learnedAtMs)
  const effects: Effect[] = [{ type: 'alert-raised', alert }]
  // What was over before it was known is told as both; a step tells the others' ends itself.
  if (isMoment(episode)) effects.push(...reportEnded(episode, learnedAtMs))
  return effects
}

export function reportEnded(episode: Episode, learnedAtMs: number): Effect[] {
  if (episode.alertId === null || episode.endMs === null) return []
  return [
    {
      type: 'alert-ended',
      alertId: episode.alertId,
      clearedAtMs: episode.endMs,
      learnedAtMs,
    },
  ]
}

/**
 * Compares the episodes of a repeated fold with those told before. Nothing told is ever taken back: an episode keeps
 * its alert when its start or end moves, and one that is not borne out any more is marked so for staff to decide.
 */
export function reportChanges(
  dossier: Dossier,
  before: EpisodesBefore,
  episodeCount: number,
  learnedAtMs: number,
): Effect[] {
  const effects: Effect[] = []
  const covered: Episode[] = []
  const tell = (episode: Episode, isNewlyCovered: boolean, told: readonly Effect[]): void => {
    effects.push(...told)
    // Opened again, it would stand by itself.
    if (episode.isCovered && (isNewlyCovered || told.some(isReopening))) covered.push(episode)
  }
  for (const { episode, endMs } of before.carried) {
    tell(episode, false, reportEndChange(episode, endMs, learnedAtMs))
  }
  const { episodes } = dossier.context.log
  const found = episodes.slice(Math.max(0, episodeCount - dossier.episodesDropped))
  const told = [...before.found, ...dossier.unsupported].filter(({ alertId }) => alertId !== null)
  const matches = matchEpisodes(told, found)
  const matched = new Set(matches.values())
  dossier.unsupported = told.filter((episode) => !matched.has(episode)).slice(-unsupportedKeptMax)
  for (const episode of found) {
    const earlier = matches.get(episode)
    if (earlier === undefined) continue
    tell(episode, !earlier.isCovered, reportMatch(episode, earlier, learnedAtMs))
  }
  // After the matched ones have taken their names, so that a new one cannot take the same.
  for (const episode of found) {
    if (matches.has(episode)) continue
    effects.push(...reportOpened(dossier, episode, learnedAtMs))
    if (!isMoment(episode)) effects.push(...reportEnded(episode, learnedAtMs))
  }
  // After the breaches have theirs.
  for (const episode of covered) effects.push(...reviseCovered(dossier, episode, learnedAtMs))
  for (const episode of dossier.unsupported) {
    if (episode.isUnsupported) continue
    episode.isUnsupported = true
    // Ended here for comparison only: an open end would swallow every later breach of the same ban.
    episode.endMs ??= Math.max(episode.startMs, findLatestMs(dossier))
    effects.push(reviseUnsupported(episode, learnedAtMs))
  }
  return effects
}

/** More would mean a device that rewrites its past again and again. */
const unsupportedKeptMax = 64

/** By equal start first, then by overlap, so that a shifted start does not make a second alert of one stay. */
function matchEpisodes(told: readonly Episode[], found: readonly Episode[]): Map<Episode, Episode> {
  const matches = new Map<Episode, Episode>()
  const free = new Set(told)
  for (const isMatch of [isSameStart, isOverlapping]) {
    for (const episode of found) {
      if (matches.has(episode)) continue
      for (const earlier of free) {
        if (!isSameRule(episode, earlier) || !isMatch(episode, earlier)) continue
        matches.set(episode, earlier)
        free.delete(earlier)
        break
      }
    }
  }
  return matches
}

function isSameRule(one: Episode, other: Episode): boolean {
  return one.kind === other.kind && one.rule === other.rule
}

function isSameStart(one: Episode, other: Episode): boolean {
  return one.startMs === other.startMs
}

function isOverlapping(one: Episode, other: Episode): boolean {
  return one.startMs <= (other.endMs ?? Infinity) && other.startMs <= (one.endMs ?? Infinity)
}

function reportMatch(episode: Episode, earlier: Episode, learnedAtMs: number): Effect[] {
  assert(earlier.alertId !== null)
  const id = earlier.alertId
  episode.alertId = id
  episode.opening = null
  const effects: Effect[] = []
  if (episode.startMs !== earlier.startMs) {
    const occurredAtMs = episode.startMs
    effects.push({
      type: 'alert-revised',
      alertId: id,
      revision: { kind: 'moved', occurredAtMs },
      learnedAtMs,
    })
  }
  if (earlier.isUnsupported || (earlier.isCovered && !episode.isCovered)) {
    // It stands again, whatever was said of its end before.
    effects.push(reviseReopened(id, learnedAtMs), ...reportEnded(episode, learnedAtMs))
    return effects
  }
  effects.push(...reportEndChange(episode, earlier.endMs, learnedAtMs))
  return effects
}

function reportEndChange(
  episode: Episode,
  toldEndMs: number | null,
  learnedAtMs: number,
): Effect[] {
  if (episode.alertId === null || episode.endMs === toldEndMs) return []
  if (episode.endMs === null) return [reviseReopened(episode.alertId, learnedAtMs)]
  return reportEnded(episode, learnedAtMs)
}

function isReopening(effect: Effect): boolean {
  return effect.type === 'alert-revised' && effect.revision.kind === 'reopened'
}

function reviseReopened(id: string, learnedAtMs: number): Effect {
  return { type: 'alert-revised', alertId: id, revision: { kind: 'reopened' }, learnedAtMs }
}

/** What was told as an approach turns out to have begun inside the breach. */
function reviseCovered(dossier: Dossier, episode: Episode, learnedAtMs: number): Effect[] {
  const { rule, startMs } = episode
  const breach = dossier.context.log.episodes.findLast(
    (other) =>
      other.rule === rule &&
      other.kind === kindsOf(rule).breach &&
      other.startMs <= startMs &&
      (other.endMs ?? Infinity) >= startMs,
  )
  if (breach?.alertId == null || episode.alertId === null) return []
  const reason =
    'Fixes that came in later show that a breach had begun before it: it is part of that.'
  const revision = { kind: 'part-of', partOfAlertId: breach.alertId, reason } as const
  return [{ type: 'alert-revised', alertId: episode.alertId, revision, learnedAtMs }]
}

function reviseUnsupported(episode: Episode, learnedAtMs: number): Effect {
  assert(episode.alertId !== null)
  return {
    type: 'alert-revised',
    alertId: episode.alertId,
    revision: {
      kind: 'unsupported',
      reason: 'Fixes that came in later do not bear this out. It stays until somebody decides.',
    },
    learnedAtMs,
  }
}

/**
 * The id follows from what and when. Where an alert that moved holds that id already, the next of a fixed series is
 * taken.
 */
function nameEpisode(dossier: Dossier, episode: Episode): string {
  const { rule } = episode
  for (let attempt = 0; ; attempt++) {
    const parts = [rule.orderId, episode.kind, rule.banId]
    if (attempt > 0) parts.push(String(attempt))
    const id = alertId(parts, episode.startMs)
    const isTaken =
      dossier.context.log.episodes.some((other) => other.alertId === id) ||
      dossier.unsupported.some((other) => other.alertId === id)
    if (!isTaken) return id
  }
}

function findLatestMs(dossier: Dossier): number {
  const { window } = dossier
  return window.count === 0 ? -Infinity : readRecordedAt(window, window.count - 1)
}

function isMoment(episode: Episode): boolean {
  return episode.kind === 'location-ban-passage' || episode.kind === 'proximity-passage'
}
