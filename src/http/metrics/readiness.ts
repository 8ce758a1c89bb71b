import { z } from 'zod'
import { maxOf } from '../../core/model/lists.ts'
import { clockDifferenceMsMax } from '../../ingest/evaluator/bound-time.ts'
import { uncalledSecondsMax } from '../../store/alerts/call-signs.ts'
import { stretchWaitSecondsMax } from '../../store/evaluator/rejudgements.ts'
import type { StreamProgress } from '../../store/evaluator/stream-progress.ts'
import type { AppDeps } from '../route-deps.ts'

/**
 * Why Hoede does not keep its promise now, as seen from this process: the rows say it of the whole,
 * and this process of its own parts. Empty when all is well.
 */
export function findFaults(
  { clockAheadMs, isReceiving, limits, parts }: ReadinessDeps,
  progress: StreamProgress,
): readonly ReadinessFault[] {
  const behindSeconds = limits.detectionBehindMsMax / 1_000
  const judgedSecondsAgo = progress.judgedSecondsAgo ?? 0
  const evaluator = parts.evaluator?.() ?? null
  const isUnled = evaluator?.isLeading === false && judgedSecondsAgo > unledSecondsMax
  const aheadMs = [clockAheadMs(), evaluator?.clockAheadMs ?? 0].map(Math.abs)
  const found = [
    [!isReceiving(), 'not-storing'],
    [progress.evaluatorLagSeconds > behindSeconds, 'journal-unread'],
    [judgedSecondsAgo > behindSeconds, 'detection-behind'],
    [progress.waitingSeconds > waitingSecondsMax, 'turns-overdue'],
    [progress.stretchWaitSeconds > stretchWaitSecondsMax, 'stretches-unjudged'],
    [progress.uncalledSeconds > uncalledSecondsMax, 'nobody-calls'],
    [isUnled, 'nobody-leads'],
    [evaluator?.isLoading === true, 'evaluator-loading'],
    [evaluator?.isFailing === true, 'evaluator-failing'],
    [evaluator?.isClockHeld === true, 'clock-held'],
    [maxOf(aheadMs) > clockDifferenceMsMax, 'clocks-differ'],
  ] as const
  return found
    .filter(([isSo]) => isSo)
    .map(([, code]) => ({ code, detail: `${faultDetails[code]}.` }))
}

type ReadinessDeps = Pick<AppDeps, 'clockAheadMs' | 'isReceiving' | 'limits' | 'parts'>
type FaultCode = keyof typeof faultDetails

const faultDetails = {
  'not-storing': 'What comes in cannot be stored',
  'journal-unread': 'Stored reports wait to be judged for longer than a minute',
  'detection-behind': 'Detection has not said for a minute that all is judged',
  'turns-overdue': 'Reports of long ago wait for their turn for longer than ten minutes',
  'stretches-unjudged':
    'What detection remembers has not been saved for more than ten minutes, and what came late waits for that',
  'nobody-calls': 'For a minute no worker has looked who must be called',
  'nobody-leads': 'This evaluator stands by, and no other judges',
  'evaluator-loading': 'The evaluator loads what it knows, and judges nothing yet',
  'evaluator-failing': 'The evaluator fails again and again, and starts anew',
  'clock-held': 'Letting time pass fails: silences go unseen',
  'clocks-differ': 'The clock of this process differs from the database by more than 5 seconds',
} as const

export type ReadinessFault = { readonly code: FaultCode; readonly detail: string }

export const readinessFaultSchema = z.strictObject({
  code: z.enum(Object.keys(faultDetails) as [FaultCode, ...FaultCode[]]),
  detail: z.string(),
})

/** One that leads says so each ten seconds; a standby takes over within some seconds more. */
const unledSecondsMax = 20
/** The largest backlog that one sender may have, judged at a fifteenth of the usual pace. */
const waitingSecondsMax = 600
