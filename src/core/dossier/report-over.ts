import { findIntervalMs } from '../belief/witness.ts'
import type { Episode } from '../judge/episode.ts'
import type { RuleState } from '../judge/fold.ts'
import { getTrack } from '../judge/fold.ts'
import { kindsOf } from '../judge/kinds.ts'
import type { Effect } from '../model/alert.ts'
import { riseSentences } from '../model/alert-kinds/repeat-sentences.ts'
import type { CaseFix } from '../fixes/case-fix.ts'
import { offenderSlot } from '../fixes/case-fix.ts'
import type { Dossier } from './dossier-state.ts'
import type { LateRank, Reported } from './reported-episode.ts'
import { findToldEndMs } from './reported-episode.ts'

/**
 * A breach that was over for longer than police need when it was learned, while it is known where
 * its people are now, calls nobody out at once (P2). One that was told so and may go on after all
 * ranks as its kind does again.
 */
export function reportOver(dossier: Dossier, learnedAtMs: number): Effect[] {
  const effects: Effect[] = []
  // Hot path: nearly always.
  if (!dossier.reported.isAnyLate) return effects
  for (const known of dossier.reported.values()) {
    const { alertId, lateRank } = known
    if (lateRank === 'none' || alertId === null) continue
    const rank = findLateRank(dossier, known, learnedAtMs)
    if (rank === lateRank) continue
    dossier.reported.put({ ...known, lateRank: rank })
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

/** A breach learned late, which the first report of now may rank lower. */
export function mayRankLower({ reported }: Dossier): boolean {
  return reported.isAnyLateInFull
}

/** How a breach ranks by what is known when it is first reported. */
export function findFirstRank(dossier: Dossier, known: Reported, learnedAtMs: number): LateRank {
  const { kind, rule } = known.episode
  return kind === kindsOf(rule).approach ? 'none' : findLateRank(dossier, known, learnedAtMs)
}

function findLateRank(dossier: Dossier, known: Reported, learnedAtMs: number): LateRank {
  if (!known.isLate) return 'none'
  const endMs = findToldEndMs(known)
  // By when it was learned: what was told in time is not lowered for the time that went by since.
  const firstMs = Math.min(learnedAtMs, known.insideLearnedMs)
  const isOver = endMs !== null && firstMs - endMs > dossier.context.limits.responseMs
  if (!isOver) return 'full'
  // Once lower only what is found of its end counts: whoever is lost later is told of by that.
  const isKnown = known.lateRank === 'lower' || isElsewhere(dossier, known.episode, learnedAtMs)
  return isKnown ? 'lower' : 'full'
}

/** All its people were seen since, up to now, and nothing of the ban goes on or is asked. */
function isElsewhere(dossier: Dossier, episode: Episode, learnedAtMs: number): boolean {
  const { state, context } = dossier
  const { bans, pairs } = state
  const { rule } = episode
  if (isAnythingOpen((rule.type === 'location' ? bans : pairs)[rule.slot] ?? null)) return false
  const { lateMs, sightingGapMsMax } = context.limits
  if (!isSeenSince(dossier, offenderSlot, episode, learnedAtMs, lateMs)) return false
  return (
    rule.type === 'location' ||
    isSeenSince(dossier, rule.victimSlot, episode, learnedAtMs, sightingGapMsMax)
  )
}

/**
 * By the newest position, and by each device that was seen since it began and is worn: the one that
 * was there may be lost since, while another one lies at home.
 */
function isSeenSince(
  { state, context }: Dossier,
  personSlot: number,
  { startMs, endMs }: Episode,
  nowMs: number,
  withinMs: number,
): boolean {
  const { sighting, otherPlaces } = getTrack(state, personSlot)
  const isSeen = ({ recordedAtMs }: CaseFix, ms: number): boolean =>
    recordedAtMs > (endMs ?? Infinity) && nowMs - recordedAtMs <= ms
  if (sighting === null || !isSeen(sighting, withinMs)) return false
  return otherPlaces.every(({ fix }) => {
    if (fix.recordedAtMs < startMs) return true
    if (context.findWornUntilMs(fix.deviceSlot, personSlot, nowMs) === null) return true
    const planMs = context.limits.silentIntervalsMax * findIntervalMs(fix, context)
    return isSeen(fix, Math.max(withinMs, planMs))
  })
}

function isAnythingOpen(state: RuleState | null): boolean {
  if (state === null) return false
  return [state.breach, state.approach].some(
    (one) => one !== null && (one.episode !== null || one.question !== null),
  )
}
