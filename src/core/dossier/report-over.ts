import type { Episode } from '../judge/episode.ts'
import type { RuleState } from '../judge/fold.ts'
import { getTrack } from '../judge/fold.ts'
import { kindsOf } from '../judge/kinds.ts'
import type { Effect } from '../model/alert.ts'
import { riseSentences } from '../model/alert-kinds/repeat-sentences.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { Dossier, LateRank, Reported } from './dossier-state.ts'
import { findToldEndMs } from './held-end.ts'
import { isLate } from './report-tellings.ts'

/**
 * A breach that was over for longer than police need when it was learned, while it is known where
 * its people are now, calls nobody out at once (P2). One that was told so and may go on after all
 * ranks as its kind does again.
 */
export function reportOver(dossier: Dossier, learnedAtMs: number): Effect[] {
  const effects: Effect[] = []
  for (const known of dossier.reported.values()) {
    const { alertId, lateRank, episode } = known
    // Hot path: nearly always.
    if (lateRank === 'none' || alertId === null) continue
    const rank = findLateRank(dossier, known, learnedAtMs)
    if (rank === lateRank) continue
    dossier.reported.set(episode.id, { ...known, lateRank: rank })
    if (rank !== 'lower' && lateRank !== 'lower') continue
    const isLower = rank === 'lower'
    const revision = {
      kind: 'priority',
      priority: isLower ? 'P2' : 'P1',
      reason: isLower ? riseSentences.over : riseSentences.notOver,
    } as const
    effects.push({ type: 'alert-revised', alertId, revision, learnedAtMs })
  }
  return effects
}

/** How a breach ranks by what is known when it is first reported. */
export function findFirstRank(dossier: Dossier, known: Reported, learnedAtMs: number): LateRank {
  const { kind, rule } = known.episode
  return kind === kindsOf(rule).approach ? 'none' : findLateRank(dossier, known, learnedAtMs)
}

function findLateRank(dossier: Dossier, known: Reported, learnedAtMs: number): LateRank {
  if (!known.isLate) return 'none'
  const endMs = findToldEndMs(known)
  const isOver = endMs !== null && learnedAtMs - endMs > dossier.context.limits.responseMs
  if (!isOver) return 'full'
  // Once lower only what is found of its end counts: whoever is lost later is told of by that.
  const isKnown = known.lateRank === 'lower' || isElsewhere(dossier, known.episode, learnedAtMs)
  return isKnown ? 'lower' : 'full'
}

/** All its people were seen since, up to now, and nothing of the ban goes on or is asked. */
function isElsewhere(dossier: Dossier, { rule, endMs }: Episode, learnedAtMs: number): boolean {
  const { state, context } = dossier
  const { bans, pairs } = state
  if (isAnythingOpen((rule.type === 'location' ? bans : pairs)[rule.slot] ?? null)) return false
  const offenderMs = findSeenMs(dossier, offenderSlot)
  if (!(offenderMs > (endMs ?? Infinity)) || isLate(dossier, offenderMs, learnedAtMs)) return false
  if (rule.type === 'location') return true
  const victimMs = findSeenMs(dossier, rule.victimSlot)
  return victimMs > (endMs ?? Infinity) && learnedAtMs - victimMs <= context.limits.sightingGapMsMax
}

function isAnythingOpen(state: RuleState | null): boolean {
  if (state === null) return false
  return [state.breach, state.approach].some(
    (one) => one !== null && (one.episode !== null || one.question !== null),
  )
}

function findSeenMs({ state }: Dossier, personSlot: number): number {
  return getTrack(state, personSlot).sighting?.recordedAtMs ?? -Infinity
}
