import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import type { Limits } from '../../core/model/limits.ts'
import type { BanArea, Registry } from '../../core/model/registry.ts'
import { dayMs } from '../../core/model/units.ts'
import type { AlertLine } from '../../replay/alert-line.ts'
import { replayScenario } from '../../replay/replay.ts'
import { packScenario } from '../../replay/scenario.ts'

/** Alerts that call somebody: raised as P1 or P2, or raised to it later. */
export function countCalls(scenario: Played, limits: Limits): number {
  let calls = 0
  for (const line of replayScenario(packScenario(scenario), limits, null, () => {})) {
    if (isCall(line)) calls++
  }
  return calls
}

/**
 * The same by the day it was told, of what the ban itself calls for: a monitor that was silent was
 * so without it.
 */
export function countCallsByDay(
  scenario: Played,
  limits: Limits,
  onProgress: () => void,
): ReadonlyMap<string, number> {
  const calls = new Map<string, number>()
  for (const line of replayScenario(packScenario(scenario), limits, null, onProgress)) {
    if (!isCall(line) || !line.kind.startsWith('location-ban')) continue
    const day = line.at.slice(0, 10)
    calls.set(day, (calls.get(day) ?? 0) + 1)
  }
  return calls
}

type Played = Parameters<typeof packScenario>[0]

function isCall({ event, priority, revision }: AlertLine): boolean {
  const isUrgent = priority === 'P1' || priority === 'P2'
  return isUrgent && (event === 'raised' || revision === 'priority')
}

/** The ban as an order in force, and who wears the monitor. */
export function registerBan(
  { ban, approachMeters }: EnforceabilityProposal,
  {
    fromMs,
    reportIntervalSeconds,
  }: { readonly fromMs: number; readonly reportIntervalSeconds: number },
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

const ids = {
  vendor: '00000000-0000-4000-8000-000000000001',
  person: '00000000-0000-4000-8000-000000000002',
  device: '00000000-0000-4000-8000-000000000003',
  assignment: '00000000-0000-4000-8000-000000000004',
  order: '00000000-0000-4000-8000-000000000005',
  ban: '00000000-0000-4000-8000-000000000006',
} as const

/** What positions that are played name as their device. */
export const monitorId = ids.device
