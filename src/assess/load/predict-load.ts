import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { PredictedLoad } from '../../core/enforceability/load-check.ts'
import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import { compileBan } from '../../core/enforceability/reach.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { BanArea, Registry } from '../../core/model/registry.ts'
import { dayMs } from '../../core/model/units.ts'
import { findWays, type Way } from '../../core/roads/find-way.ts'
import type { StreetMap } from '../../core/roads/street-map.ts'
import { replayScenario } from '../../replay/replay.ts'
import { packScenario } from '../../replay/scenario.ts'
import { liveWeeks, type Outing } from './live-weeks.ts'
import { planWeek } from './weekly-trips.ts'

/**
 * How many calls a day this ban would make of an ordinary life: weeks of it, told by a monitor and
 * judged by the evaluator that will judge the real one. Null where no home or no fixed area is
 * known, or the map knows no way from home.
 */
export function predictLoad(
  proposal: EnforceabilityProposal,
  map: StreetMap,
  limits: Limits,
  onProgress: (percent: number) => void = () => {},
): PredictedLoad | null {
  const shape = compileBan(proposal.ban)
  const [home] = proposal.offenderFixedAddresses ?? []
  if (shape === null || home === undefined) return null
  const mode = proposal.travelModes?.at(-1) ?? 'car'
  const outings = planWeek(map, shape, proposal.offenderFixedAddresses ?? []).map(
    (trip): Outing => ({ trip, ways: findWays(map, home, trip.to, mode) }),
  )
  // A way that the map does not know is a way all the same.
  if (outings.length === 0 || outings.some(({ ways }) => ways.length === 0)) return null
  const life = {
    deviceId: ids.device,
    home,
    fromMs,
    weekCount,
    reportIntervalSeconds: proposal.reportIntervalSeconds ?? limits.detectionSecondsUnknown,
    outings,
  }
  const registry = registerBan(proposal, life.reportIntervalSeconds)
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
  }
}

const weekCount = 4
const seeds = [1, 2, 3, 4, 5] as const
/** A Monday, far from the nights in which clocks are set. */
const fromMs = Date.UTC(2026, 0, 5)

const ids = {
  vendor: '00000000-0000-4000-8000-000000000001',
  person: '00000000-0000-4000-8000-000000000002',
  device: '00000000-0000-4000-8000-000000000003',
  assignment: '00000000-0000-4000-8000-000000000004',
  order: '00000000-0000-4000-8000-000000000005',
  ban: '00000000-0000-4000-8000-000000000006',
} as const

/** Alerts that call somebody: raised as P1 or P2, or raised to it later. */
function countCalls(scenario: Parameters<typeof packScenario>[0], limits: Limits): number {
  let calls = 0
  for (const line of replayScenario(packScenario(scenario), limits, null, () => {})) {
    const isCall = line.priority === 'P1' || line.priority === 'P2'
    if (isCall && (line.event === 'raised' || line.revision === 'priority')) calls++
  }
  return calls
}

function registerBan(
  { ban, approachMeters }: EnforceabilityProposal,
  reportIntervalSeconds: number,
): Registry {
  const area = areaOf(ban)
  return {
    vendors: [{ id: ids.vendor, name: 'simulated' }],
    persons: [{ id: ids.person, role: 'offender', reference: 'simulated' }],
    devices: [
      {
        id: ids.device,
        vendorId: ids.vendor,
        serialNumber: 'simulated',
        kind: 'ankle-monitor',
        reportIntervalSeconds,
      },
    ],
    deviceAssignments: [
      {
        id: ids.assignment,
        deviceId: ids.device,
        personId: ids.person,
        validFromMs: fromMs - dayMs,
        validUntilMs: null,
      },
    ],
    protectionOrders: [
      {
        id: ids.order,
        version: 1,
        reference: 'simulated',
        legalBasis: 'liberty-restricting-measure',
        offenderId: ids.person,
        validFromMs: fromMs,
        validUntilMs: fromMs + 365 * dayMs,
        status: 'active',
        locationBans: [{ id: ids.ban, label: 'proposed', area, approachMeters, schedule: null }],
        proximityBans: [],
        escalation: null,
      },
    ],
  }
}

function areaOf(ban: EnforceabilityProposal['ban']): BanArea {
  if (ban.kind === 'polygon') return { type: 'geometry', geometry: ban.geometry }
  if (ban.kind === 'proximity') throw new Error('A distance has no area of its own.')
  const { longitude, latitude, radiusMeters } = ban
  return { type: 'circle', longitude, latitude, radiusMeters }
}
