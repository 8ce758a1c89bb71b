import type { Alternative } from '../../core/enforceability/alternatives.ts'
import type { EnforceabilityAssessment } from '../../core/enforceability/enforceability.ts'
import type { TravelModeJudgement } from '../../core/enforceability/warning-time.ts'
import type { ReadProposal } from '../../schemas/read-proposal.ts'

/** An assessment in the words of the contract. */
export function answerBodyOf(
  assessment: EnforceabilityAssessment,
  ringMeters: ReadProposal['ringMeters'],
) {
  const { counterProposal: counter, perTravelMode, checks, notAssessed, alternatives } = assessment
  return {
    ...assessment,
    perTravelMode: perTravelMode.map(answerMode),
    checks: checks.map((check) => ({ ...check })),
    notAssessed: [...notAssessed],
    alternatives: alternatives.map((one) => answerAlternative(one, ringMeters)),
    corridors: assessment.corridors.map((corridor) => ({ ...corridor })),
    counterProposal:
      counter === null
        ? null
        : { ...counter, approachMeters: counter.approachMeters + ringMeters(counter) },
  }
}

function answerAlternative(one: Alternative, ringMeters: ReadProposal['ringMeters']) {
  return {
    ...one,
    // As in an order: counted from the person.
    approachMeters:
      one.approachMeters + (one.kind === 'moving' ? (one.separationMeters ?? 0) : ringMeters(one)),
    areaCodes: [...one.areaCodes],
    areaNames: [...one.areaNames],
    red: [...one.red],
    perTravelMode: one.perTravelMode.map(({ mode, canDo }) => ({ mode, canDo })),
  }
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
