import type {
  BanArea,
  MultiPolygonGeometry,
  PolygonGeometry,
  ProtectionOrder,
} from '../model/registry.ts'
import type { EnforceabilityVerdict } from './judge-proposal.ts'
import type { EnforceabilityProposal } from './proposal.ts'

/**
 * In what an order is another one than what was assessed for it. A court may decide otherwise than
 * it was advised, so that none of these refuses an order: whoever reads it has to know.
 */
export function compareWithAssessed(order: AssessedOrder, assessed: Assessed): AssessedFinding[] {
  const { proposal, verdict } = assessed
  return [
    ...compareBans(order, proposal),
    ...(proposal.legalBasis !== null && proposal.legalBasis !== order.legalBasis
      ? (['assessed-other-basis'] as const)
      : []),
    ...(isOther(proposal.validFromMs, order.validFromMs) ||
    isOther(proposal.validUntilMs, order.validUntilMs)
      ? (['assessed-other-term'] as const)
      : []),
    ...(verdict === 'NOT_ENFORCEABLE' ? (['assessed-not-enforceable'] as const) : []),
  ]
}

type AssessedOrder = Pick<ProtectionOrder, 'legalBasis' | 'validFromMs' | 'validUntilMs'> & {
  readonly locationBans: readonly Pick<
    ProtectionOrder['locationBans'][number],
    'area' | 'approachMeters' | 'schedule'
  >[]
  readonly proximityBans: readonly Pick<
    ProtectionOrder['proximityBans'][number],
    'separationMeters' | 'approachMeters'
  >[]
}

type Assessed = {
  readonly proposal: Pick<
    EnforceabilityProposal,
    'ban' | 'approachMeters' | 'legalBasis' | 'validFromMs' | 'validUntilMs' | 'schedule'
  >
  readonly verdict: EnforceabilityVerdict
}

export type AssessedFinding =
  | 'assessed-other-ban'
  | 'assessed-other-band'
  | 'assessed-other-times'
  | 'assessed-more-bans'
  | 'assessed-other-basis'
  | 'assessed-other-term'
  | 'assessed-not-enforceable'
  | 'assessed-unreadable'
  | 'assessed-never'

/** What was not said when it was asked is no difference. */
function isOther(assessedMs: number | null, orderedMs: number): boolean {
  return assessedMs !== null && assessedMs !== orderedMs
}

function compareBans(
  { locationBans, proximityBans }: AssessedOrder,
  { ban, approachMeters, schedule }: Assessed['proposal'],
): AssessedFinding[] {
  const areas = locationBans.filter(({ area }) => isSameArea(area, ban))
  const bands =
    ban.kind === 'proximity'
      ? proximityBans
          .filter(({ separationMeters }) => separationMeters === ban.separationMeters)
          .map((one) => one.approachMeters - one.separationMeters)
      : areas.map((one) => one.approachMeters)
  const isOtherTime =
    schedule !== null &&
    areas.length > 0 &&
    areas.every((one) => timesOf(one.schedule) !== timesOf(schedule))
  const isAlone = locationBans.length + proximityBans.length === 1
  return [
    ...(bands.length === 0 ? (['assessed-other-ban'] as const) : []),
    ...(bands.length > 0 && !bands.includes(approachMeters)
      ? (['assessed-other-band'] as const)
      : []),
    ...(isOtherTime ? (['assessed-other-times'] as const) : []),
    ...(isAlone ? [] : (['assessed-more-bans'] as const)),
  ]
}

/** None is day and night without exceptions. */
function timesOf(schedule: Assessed['proposal']['schedule']): string {
  return JSON.stringify([
    (schedule?.weekly ?? []).map(({ days, from, until }) => [days, from, until]),
    (schedule?.exceptions ?? []).map(({ fromMs, untilMs }) => [fromMs, untilMs]),
  ])
}

function isSameArea(area: BanArea, ban: EnforceabilityProposal['ban']): boolean {
  if (area.type === 'geometry') {
    return ban.kind === 'polygon' && outlineOf(area.geometry) === outlineOf(ban.geometry)
  }
  return (
    ban.kind === 'circle' &&
    area.longitude === ban.longitude &&
    area.latitude === ban.latitude &&
    area.radiusMeters === ban.radiusMeters
  )
}

/** Both were read and repaired by the same code. */
function outlineOf({ type, coordinates }: PolygonGeometry | MultiPolygonGeometry): string {
  return JSON.stringify([type, coordinates])
}
