import type { Limits } from '../model/limits.ts'

/** How far a device has come in seeing somebody outside. */
export type Run = {
  /**
   * Readings outside in a row; the moment of the first, and the evidence of the
   * last. NaN while there is none.
   */
  readonly count: number
  readonly sinceMs: number
  readonly lastMs: number
  /** The same of readings surely outside, however near the border. */
  readonly nearCount: number
  readonly nearSinceMs: number
  readonly nearLastMs: number
}

export const noRun: Run = {
  count: 0,
  sinceMs: Number.NaN,
  lastMs: Number.NaN,
  nearCount: 0,
  nearSinceMs: Number.NaN,
  nearLastMs: Number.NaN,
}

/** By some reading, however near the border. */
export function isCounted({ count, nearCount }: Run): boolean {
  return count > 0 || nearCount > 0
}

export function dropRun(run: Run): Run {
  return isCounted(run) ? noRun : run
}

export function dropNear(run: Run): Run {
  const { nearCount, nearSinceMs, nearLastMs } = noRun
  return run.nearCount === 0 ? run : { ...run, nearCount, nearSinceMs, nearLastMs }
}

export function dropMargin(run: Run): Run {
  const { count, sinceMs, lastMs } = noRun
  return run.count === 0 ? run : { ...run, count, sinceMs, lastMs }
}

/** What a reading says of whether somebody is outside. */
export type LeavingWord = 'inside' | 'nothing' | 'unlikely' | 'unsure' | 'near' | 'outside'

/** One more reading of one device, where nobody else is waited for. */
export function followRun(run: Run, word: LeavingWord, atMs: number, evidenceMs: number): Run {
  switch (word) {
    case 'nothing':
      return run
    case 'inside':
    case 'unsure':
      return dropRun(run)
    case 'unlikely':
      return dropNear(run)
    case 'near':
      return countOutside(dropMargin(run), atMs, evidenceMs, false)
    case 'outside':
      return countOutside(run, atMs, evidenceMs, true)
  }
}

/** When they left by this one, once it has shown it. */
export function findShownMs(run: Run, limits: Limits): number | null {
  const { count, sinceMs, lastMs, nearCount, nearSinceMs, nearLastMs } = run
  if (count >= limits.clearFixCountMin && lastMs - sinceMs >= limits.clearDwellMs) return sinceMs
  const isShownNear =
    nearCount >= limits.leaveNearFixCountMin && nearLastMs - nearSinceMs >= limits.leaveNearMsMin
  return isShownNear ? nearSinceMs : null
}

/** Nearer than the margin it counts for the longer count alone. */
export function countOutside<Counted extends Run>(
  run: Counted,
  atMs: number,
  evidenceMs: number,
  isByMargin: boolean,
): Counted {
  const near = countNear(run, atMs, evidenceMs)
  if (!isByMargin) return near
  if (run.count === 0) return { ...near, count: 1, sinceMs: atMs, lastMs: evidenceMs }
  // Two reports of one moment are one piece of evidence.
  if (evidenceMs <= run.lastMs) return near
  return { ...near, count: run.count + 1, lastMs: evidenceMs }
}

function countNear<Counted extends Run>(run: Counted, atMs: number, evidenceMs: number): Counted {
  const { nearCount, nearLastMs } = run
  if (nearCount === 0) return { ...run, nearCount: 1, nearSinceMs: atMs, nearLastMs: evidenceMs }
  if (evidenceMs <= nearLastMs) return run
  return { ...run, nearCount: nearCount + 1, nearLastMs: evidenceMs }
}
