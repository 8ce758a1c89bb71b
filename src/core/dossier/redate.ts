import type { CaseFix } from '../fixes/case-fix.ts'
import { compareFixes } from '../fixes/case-fix.ts'
import { maxOf, minOf, pushAll } from '../model/lists.ts'
import { readDisbelief, readFix } from '../fixes/fix-window.ts'
import type { Effect } from '../model/alert.ts'
import type { Dossier, Moment } from './dossier-state.ts'
import type { FixBefore } from './dossier.ts'
import { foldAgain } from './dossier.ts'
import { createFindings } from './report-tellings.ts'

/**
 * Dates the fixes at hand anew, once it is known that a clock was behind, and judges them again.
 * Those that have left the window, by what that clock showed since `fromMs`, are judged again from
 * stored history.
 */
export function redateDossier(
  dossier: Dossier,
  dateAnew: (fix: CaseFix) => CaseFix,
  fromMs: number,
  moment: Moment,
): Effect[] {
  const { window, checkpoints, evictedMs } = dossier
  const fixes: FixBefore[] = []
  const moved: Moved[] = []
  let earliestMs = fromMs <= evictedMs ? fromMs : Infinity
  for (let index = 0; index < window.count; index++) {
    const before = readFix(window, index)
    const fix = dateAnew(before)
    if (fix.recordedAtMs !== before.recordedAtMs) moved.push({ before, fix })
    if (fix.recordedAtMs > evictedMs) fixes.push({ fix, disbelief: readDisbelief(window, index) })
    else earliestMs = Math.min(earliestMs, fix.recordedAtMs)
  }
  const effects: Effect[] = []
  if (moved.length > 0) {
    fixes.sort((one, other) => compareFixes(one.fix, other.fix, dossier))
    keepOpen(dossier, moved)
    window.count = 0
    checkpoints.length = 1
    const again = withoutTwins(dossier, fixes)
    pushAll(effects, foldAgain(dossier, checkpoints[0], again, createFindings(), moment))
  }
  if (earliestMs === Infinity) return effects
  return [
    ...effects,
    { type: 'rejudge-needed', offenderId: dossier.offenderId, fromMs: earliestMs },
  ]
}

type Moved = { readonly before: CaseFix; readonly fix: CaseFix }

/**
 * What was told of those fixes lies, by its new time, after the end that it was given; it is known
 * again when it lasts until then.
 */
function keepOpen(dossier: Dossier, moved: readonly Moved[]): void {
  const toldMs = moved.map(({ before }) => before.recordedAtMs)
  const fromMs = minOf(toldMs)
  const untilMs = maxOf(toldMs)
  const newestMs = maxOf(moved.map(({ fix }) => fix.recordedAtMs))
  for (const known of dossier.reported.values()) {
    const { startMs, endMs } = known.episode
    if (endMs === null || endMs >= newestMs || startMs < fromMs || startMs > untilMs) continue
    dossier.reported.put({ ...known, episode: { ...known.episode, endMs: newestMs } })
  }
}

/** Sent again after the clock was known, and dated alike from the first. */
function withoutTwins(dossier: Dossier, fixes: readonly FixBefore[]): FixBefore[] {
  return fixes.filter(({ fix }, index) => {
    const before = fixes[index - 1]
    return before === undefined || compareFixes(before.fix, fix, dossier) !== 0
  })
}
