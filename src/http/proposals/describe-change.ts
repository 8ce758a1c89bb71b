import type {
  BanArea,
  EscalationStep,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
} from '../../core/model/registry.ts'
import type { ChosenRisk, RiskTerms } from '../../core/model/registry.ts'
import { formatInstant } from '../../schemas/common.ts'
import type { ChangeWords } from '../../store/people/proposals.ts'

/**
 * What would be another in an order, to read: words and numbers, and of a place only that it is.
 */
export function describeOrderChange(
  before: ProtectionOrder,
  after: ProtectionOrder,
): readonly ChangeWords[] {
  return differences(wordsOfOrder(before), wordsOfOrder(after))
}

export function describeLadder(steps: readonly EscalationStep[]): string {
  return steps.map(({ afterSeconds, target }) => `${target} after ${afterSeconds} s`).join(', ')
}

type Words = ReadonlyMap<string, string>

function wordsOfOrder(order: ProtectionOrder): Words {
  const { escalation } = order
  return new Map([
    ['status', order.status],
    ['reference', order.reference],
    ['legalBasis', order.legalBasis],
    ['validFrom', formatInstant(order.validFromMs)],
    ['validUntil', formatInstant(order.validUntilMs)],
    ['escalation', escalation === null ? "the organisation's" : describeLadder(escalation)],
    ['conditions', (order.conditions ?? []).join(', ') || '–'],
    ...(order.risk === undefined ? [] : wordsOfChosen(order.risk)),
    ...order.locationBans.flatMap(wordsOfBan),
    ...order.proximityBans.flatMap(wordsOfPair),
  ])
}

function wordsOfChosen(risk: ChosenRisk): Words {
  return new Map([['riskProfile', `${risk.profile} ${risk.version}`], ...wordsOfRisk(risk)])
}

/** Each term, to read. */
export function wordsOfRisk(risk: RiskTerms): Words {
  const { alsoCalled } = risk
  return new Map([
    ['reportIntervalSeconds', String(risk.reportIntervalSeconds ?? '–')],
    ['recallMinutesMax', String(risk.recallMinutesMax ?? '–')],
    ['alsoCalled', alsoCalled.length === 0 ? '–' : describeLadder(alsoCalled)],
    ['protocol', risk.protocol ?? "the organisation's"],
  ])
}

function wordsOfBan(ban: LocationBan): readonly (readonly [string, string])[] {
  const { id, label, area, approachMeters, schedule } = ban
  const path = `locationBans/${id}`
  const exceptions = schedule?.exceptions ?? []
  return [
    [`${path}/label`, label],
    [`${path}/area`, describeArea(area)],
    [`${path}/approachMeters`, String(approachMeters)],
    [`${path}/schedule`, JSON.stringify(schedule?.weekly ?? 'always')],
    [
      `${path}/exceptions`,
      exceptions
        .map(({ fromMs, untilMs }) => `${formatInstant(fromMs)}/${formatInstant(untilMs)}`)
        .join(', '),
    ],
  ]
}

function wordsOfPair(ban: ProximityBan): readonly (readonly [string, string])[] {
  const path = `proximityBans/${ban.id}`
  return [
    [`${path}/victimId`, ban.victimId],
    [`${path}/separationMeters`, String(ban.separationMeters)],
    [`${path}/approachMeters`, String(ban.approachMeters)],
    [`${path}/fixedAddressCount`, String(ban.fixedAddresses?.length ?? 0)],
  ]
}

/** How large, and never where: enough to see that it is another, with the number of its corners. */
function describeArea(area: BanArea): string {
  if (area.type === 'circle') return `circle of ${area.radiusMeters} m`
  const { geometry } = area
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const corners = polygons.flat().reduce((sum, ring) => sum + ring.length - 1, 0)
  return `${polygons.length} polygon(s), ${corners} corners`
}

/** By name; what is not there any more, or was not there, is null. */
export function differences(before: Words, after: Words): readonly ChangeWords[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].flatMap((name) => {
    const [old, next] = [before.get(name) ?? null, after.get(name) ?? null]
    return old === next ? [] : [{ what: name, before: old, after: next }]
  })
}
