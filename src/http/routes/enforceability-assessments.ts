import { assessEnforceability } from '../../core/enforceability/enforceability.ts'
import type { TravelModeJudgement } from '../../core/enforceability/warning-time.ts'
import { RefusedInput } from '../../errors.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { App } from '../door/app-type.ts'
import { readProposal } from '../../schemas/read-proposal.ts'
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
      const { proposal, ringMeters, advisories, faults } = readProposal(request.body)
      if (proposal === null) {
        throw new RefusedInput('invalid-request', 'The question has faults; see errors.', faults)
      }
      const assessment = assessEnforceability(proposal, deps.limits, deps.streetMap)
      const counter = assessment.counterProposal
      return {
        ...assessment,
        perTravelMode: assessment.perTravelMode.map(answerMode),
        checks: assessment.checks.map((check) => ({ ...check })),
        notAssessed: [...assessment.notAssessed],
        counterProposal:
          counter === null
            ? null
            : { ...counter, approachMeters: counter.approachMeters + ringMeters(counter) },
        advisories: [...advisories],
      }
    },
  })
}

/** Longer than was searched for is told as null: JSON knows no infinity. The way itself is hers. */
function answerMode({ byRoad, decidingSeconds, ...mode }: TravelModeJudgement) {
  return {
    ...mode,
    decidingSeconds: orNull(decidingSeconds),
    byRoad:
      byRoad === null
        ? null
        : {
            usualSeconds: orNull(byRoad.usualSeconds),
            fastestSeconds: orNull(byRoad.fastestSeconds),
            crossingCount: byRoad.crossingCount,
            enoughCount: byRoad.enoughCount,
          },
  }
}

function orNull(seconds: number): number | null {
  return seconds === Infinity ? null : seconds
}

/** One with many vertices keeps everybody else waiting for up to 80 ms. */
const assessmentCallCost = 50
