import { readRecordedAt } from '../fixes/fix-window.ts'
import type { Episode } from '../judge/episode.ts'
import { kindsOf } from '../judge/kinds.ts'
import type { Effect } from '../model/alert.ts'
import type { Dossier } from './dossier-state.ts'
import type { Reported } from './reported-episode.ts'

/** What was reported as an approach turns out to have begun inside the breach. */
export function reviseCovered(
  dossier: Dossier,
  { episode, alertId: id }: Reported,
  learnedAtMs: number,
): Effect[] {
  const { rule, startMs } = episode
  // It went on when this began, whatever was found later of when it had ended.
  const breach = [...dossier.reported.values()].findLast(
    ({ episode: other }) =>
      other.rule === rule && other.kind === kindsOf(rule).breach && other.startMs <= startMs,
  )
  if (breach === undefined || breach.alertId === null || id === null) return []
  const reason =
    'Fixes that came in later show that a breach had begun before it: it is part of that.'
  return [revisePartOf(id, breach.alertId, reason, learnedAtMs)]
}

/** What was reported and is not found any more: part of what is, or not supported. */
export function reportGone(dossier: Dossier, learnedAtMs: number): Effect[] {
  if (dossier.unsupported.every(({ isUnsupported }) => isUnsupported)) return []
  const effects: Effect[] = []
  dossier.unsupported = dossier.unsupported.map((known) => {
    const { episode, alertId: id, isUnsupported } = known
    if (isUnsupported || id === null) return known
    const host = findHost(dossier, known)
    if (host !== null) {
      absorb(dossier, host, known)
      effects.push(revisePartOf(id, host.alertId, joinedReason, learnedAtMs))
      return { ...known, isUnsupported: true, episode: closeForComparison(dossier, episode) }
    }
    const reason = 'Fixes that came in later do not bear this out. It stays until somebody decides.'
    const revision = { kind: 'unsupported', reason } as const
    effects.push({ type: 'alert-revised', alertId: id, revision, learnedAtMs })
    return { ...known, isUnsupported: true, episode: closeForComparison(dossier, episode) }
  })
  return effects
}

/** Ended for comparison only: an open end would swallow every later breach of the same ban. */
function closeForComparison(dossier: Dossier, episode: Episode): Episode {
  const endMs = episode.endMs ?? Math.max(episode.startMs, findLatestMs(dossier))
  return { ...episode, endMs }
}

/**
 * What tells under another name what was reported here: an episode of the same kind, or the breach
 * of the same ban, in whose course it lies.
 */
function findHost(dossier: Dossier, { episode }: Reported): Host | null {
  const { rule, kind, startMs } = episode
  const kinds = [kind, kindsOf(rule).breach]
  for (const host of dossier.reported.values()) {
    const { episode: other, alertId } = host
    if (alertId === null || other.rule !== rule || !kinds.includes(other.kind)) continue
    if (other.startMs <= startMs && startMs <= (other.endMs ?? Infinity)) {
      return { ...host, alertId }
    }
  }
  return null
}

type Host = Reported & { readonly alertId: string }

/** What began the one that is now part of it was told by that one's alert. */
function absorb(dossier: Dossier, host: Host, { episode, told }: Reported): void {
  const { startMs, settledMs } = episode
  const begun = host.episode.tellings.filter(({ atMs }) => atMs >= startMs && atMs <= settledMs)
  const known = [...host.told, ...begun, ...told]
  dossier.reported.put({
    ...host,
    told: known.toSorted((one, other) => one.atMs - other.atMs),
  })
}

const joinedReason =
  'Fixes that came in later show it to be one with what was told before: it is part of that.'

function revisePartOf(
  id: string,
  partOfAlertId: string,
  reason: string,
  learnedAtMs: number,
): Effect {
  const revision = { kind: 'part-of', partOfAlertId, reason } as const
  return { type: 'alert-revised', alertId: id, revision, learnedAtMs }
}

function findLatestMs({ window }: Dossier): number {
  return window.count === 0 ? -Infinity : readRecordedAt(window, window.count - 1)
}
