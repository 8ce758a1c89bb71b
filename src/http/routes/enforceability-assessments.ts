import { defaultLimits } from '../../core/model/limits.ts'
import type { z } from 'zod'
import { assessEnforceability } from '../../core/enforceability/enforceability.ts'
import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import { RefusedInput } from '../../errors.ts'
import type { BodyFault } from '../../schemas/faults.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { readBanArea, type AreaAdvisory } from '../../schemas/ban-area.ts'
import { instantMs } from '../../schemas/common.ts'
import { enforceabilityBodySchema, enforceabilitySchema } from '../../schemas/enforceability.ts'

/** Whether a ban can be enforced, asked before a court imposes it. Nothing is stored. */
export function registerEnforceabilityRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/enforceability-assessments',
    config: { roles: ['supervisor'], callCost: assessmentCallCost },
    schema: {
      operationId: 'assessEnforceability',
      tags: ['Enforceability'],
      summary: 'Ask whether a proposed ban can be enforced',
      description:
        'A verdict, what can be done in time per way of travelling, every check with its number and the source of its threshold, and a counter-proposal that would do better. What is not known is never taken for in order. Nothing is stored.',
      body: enforceabilityBodySchema,
      response: { 200: enforceabilitySchema },
    },
    handler: async (request) => {
      const { proposal, ringMeters, advisories } = readProposal(request.body)
      const assessment = assessEnforceability(proposal, deps.limits)
      const counter = assessment.counterProposal
      return {
        ...assessment,
        perTravelMode: assessment.perTravelMode.map((mode) => ({ ...mode })),
        checks: assessment.checks.map((check) => ({ ...check })),
        notAssessed: [...assessment.notAssessed],
        counterProposal:
          counter === null
            ? null
            : { ...counter, approachMeters: counter.approachMeters + ringMeters(counter) },
        advisories,
      }
    },
  })
}

/** One with many vertices keeps everybody else waiting for up to 80 ms. */
const assessmentCallCost = 50

type Body = z.output<typeof enforceabilityBodySchema>

function readProposal(body: Body) {
  const faults: BodyFault[] = []
  const advisories: AreaAdvisory[] = []
  const ban = readBan(body, faults, advisories)
  const validFromMs = body.validFrom == null ? null : instantMs(body.validFrom)
  const validUntilMs = body.validUntil == null ? null : instantMs(body.validUntil)
  if (validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs) {
    const detail = 'expected a time after validFrom, got one that is not'
    faults.push({ pointer: '/validUntil', code: 'ends-before-start', detail })
  }
  const approachMeters = readApproach(body, faults)
  if (ban === null || faults.length > 0) {
    throw new RefusedInput('invalid-request', 'The question has faults; see errors.', faults)
  }
  const proposal: EnforceabilityProposal = {
    ...factsOf(body),
    ban,
    approachMeters,
    validFromMs,
    validUntilMs,
  }
  // In an order the approach to a person is counted from that person; in the
  // assessment from the separation.
  const ringMeters = (counter: { readonly separationMeters: number | null }): number =>
    ban.kind === 'proximity' ? (counter.separationMeters ?? ban.separationMeters) : 0
  return { proposal, ringMeters, advisories }
}

/** Absent and null are the same: not known. */
function factsOf(body: Body) {
  return {
    reportIntervalSeconds: body.reportIntervalSeconds ?? null,
    policeResponseSeconds: body.policeResponseSeconds ?? null,
    travelModes: body.travelModes ?? null,
    legalBasis: body.legalBasis ?? null,
    victimCount: body.victimCount ?? null,
    victimConsents: body.victimConsents ?? null,
    victimAddressSecret: body.victimAddressSecret ?? null,
    distanceFromSecretAddressMeters: body.distanceFromSecretAddressMeters ?? null,
    offenderFixedAddresses: body.offenderFixedAddresses ?? null,
    hasFixedAddress: body.hasFixedAddress ?? null,
    canCharge: body.canCharge ?? null,
    sashCompleted: body.sashCompleted ?? null,
    hasDeskAroundTheClock: body.hasDeskAroundTheClock ?? null,
    isPoliceUnitNamed: body.isPoliceUnitNamed ?? null,
  }
}

function readBan(
  body: Body,
  faults: BodyFault[],
  advisories: AreaAdvisory[],
): EnforceabilityProposal['ban'] | null {
  const { separationMeters } = body
  if (separationMeters == null) {
    const area = readBanArea(body, '', faults, advisories)
    if (area === null) return null
    return area.type === 'geometry'
      ? { kind: 'polygon', geometry: area.geometry }
      : {
          kind: 'circle',
          longitude: area.longitude,
          latitude: area.latitude,
          radiusMeters: area.radiusMeters,
        }
  }
  if (body.circle != null || body.geometry != null) {
    const detail = 'expected one of geometry, circle and separationMeters, got more'
    faults.push({ pointer: '/separationMeters', code: 'area', detail })
    return null
  }
  return { kind: 'proximity', separationMeters }
}

function readApproach(body: Body, faults: BodyFault[]): number {
  const { approachMeters, separationMeters } = body
  if (separationMeters == null) return approachMeters ?? defaultLimits.approachMetersDefault
  const outerMeters = approachMeters ?? defaultLimits.approachSeparationFactor * separationMeters
  if (outerMeters < separationMeters) {
    const detail = 'expected at least separationMeters, because the approach comes first; got less'
    faults.push({ pointer: '/approachMeters', code: 'too-small', detail })
  }
  return outerMeters - separationMeters
}
