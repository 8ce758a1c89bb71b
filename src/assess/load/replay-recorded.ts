import type { PredictedLoad } from '../../core/enforceability/load-check.ts'
import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import type { StoredFix } from '../../core/enforceability/reception-check.ts'
import { compileBan } from '../../core/enforceability/reach.ts'
import type { Limits } from '../../core/model/limits.ts'
import { dayMs } from '../../core/model/units.ts'
import { countCallsByDay, monitorId, registerBan } from './count-calls.ts'

/**
 * How many calls a ban would have made of somebody's own stored positions, by the evaluator that
 * judges the real ones. Null where too few are stored, or the ban moves: that is unknown, not calm.
 */
export function replayRecorded(
  proposal: EnforceabilityProposal,
  stored: readonly StoredFix[],
  { intervalMs, limits, onStep }: ReplayOptions,
): PredictedLoad | null {
  const [first] = stored
  const days = new Set(stored.map(({ recordedAtMs }) => Math.floor(recordedAtMs / dayMs)))
  const isEnough =
    stored.length >= limits.receptionFixCountMin && days.size >= limits.receptionDayCountMin
  if (first === undefined || !isEnough || compileBan(proposal.ban) === null) return null
  const fixes = stored.map((fix, sequence) => ({
    ...untold,
    ...fix,
    deviceId: monitorId,
    sequence,
  }))
  const about = { fromMs: first.recordedAtMs, reportIntervalSeconds: intervalMs / 1_000 }
  const registry = registerBan(proposal, about)
  const calls = countCallsByDay({ registry, fixes, deviceEvents: [] }, limits, () => onStep(50))
  const counts = [...calls.values()]
  const total = counts.reduce((sum, count) => sum + count, 0)
  return {
    perDayMedian: total / days.size,
    perDayWorst: counts.reduce((most, count) => Math.max(most, count), 0),
    passagesPerWeek: 0,
    causes: [],
    weekCount: days.size / 7,
    seedCount: 1,
    isRecorded: true,
  }
}

type ReplayOptions = {
  readonly intervalMs: number
  readonly limits: Limits
  readonly onStep: (percent: number) => void
}

/** The history keeps no more of a position than where, when and how sure. */
const untold = {
  speedMetersPerSecond: null,
  headingDegrees: null,
  source: 'gnss',
  hdop: null,
  satellites: null,
  batteryFraction: null,
} as const
