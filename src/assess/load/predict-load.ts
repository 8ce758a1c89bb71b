import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { PredictedLoad } from '../../core/enforceability/load-check.ts'
import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import { compileBan } from '../../core/enforceability/reach.ts'
import type { Limits } from '../../core/model/limits.ts'
import { findWays, type Way } from '../../core/roads/find-way.ts'
import type { StreetMap } from '../../core/roads/street-map.ts'
import { countCalls, monitorId, registerBan } from './count-calls.ts'
import { liveWeeks, type Outing } from './live-weeks.ts'
import { planWeek } from './weekly-trips.ts'

/**
 * How many calls a day this ban would make of an ordinary life: weeks of it, told by a monitor and
 * judged by the evaluator that will judge the real one. Null where no home, no fixed area or no
 * interval of reporting is known, or the map knows no way from home.
 */
export function predictLoad(
  proposal: EnforceabilityProposal,
  map: StreetMap,
  limits: Limits,
  onProgress: (percent: number) => void = () => {},
): PredictedLoad | null {
  const shape = compileBan(proposal.ban)
  const [home] = proposal.offenderFixedAddresses ?? []
  const { reportIntervalSeconds } = proposal
  if (shape === null || home === undefined || reportIntervalSeconds === null) return null
  const mode = proposal.travelModes?.at(-1) ?? 'car'
  const outings = planWeek(map, shape, proposal.offenderFixedAddresses ?? []).map(
    (trip): Outing => ({ trip, ways: findWays(map, home, trip.to, mode) }),
  )
  // A way that the map does not know is a way all the same.
  if (outings.length === 0 || outings.some(({ ways }) => ways.length === 0)) return null
  const life = {
    deviceId: monitorId,
    home,
    fromMs,
    weekCount,
    reportIntervalSeconds,
    outings,
  }
  const registry = registerBan(proposal, { fromMs, reportIntervalSeconds })
  const perDay = seeds.map((seed, index) => {
    const fixes = [...liveWeeks(life, seed)]
    const calls = countCalls({ registry, fixes, deviceEvents: [] }, limits)
    onProgress(((index + 1) / seeds.length) * 100)
    return calls / (weekCount * 7)
  })
  const sorted = perDay.toSorted((one, other) => one - other)
  const isInBand = ([way]: readonly Way[]) =>
    way?.line.some(
      ({ longitude, latitude }) =>
        signedDistanceMeters(shape, longitude, latitude) <= proposal.approachMeters,
    ) === true
  const causes = outings.filter(({ ways }) => isInBand(ways))
  return {
    perDayMedian: sorted[Math.floor(sorted.length / 2)] ?? 0,
    perDayWorst: sorted.at(-1) ?? 0,
    passagesPerWeek: 2 * causes.length,
    causes: [...new Set(causes.map(({ trip }) => trip.to.label))],
    weekCount,
    seedCount: seeds.length,
    isRecorded: false,
  }
}

const weekCount = 4
const seeds = [1, 2, 3, 4, 5] as const
/** A Monday, far from the nights in which clocks are set. */
const fromMs = Date.UTC(2026, 0, 5)
