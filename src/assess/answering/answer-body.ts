import type { Alternative } from '../../core/enforceability/alternatives.ts'
import type { EnforceabilityAssessment } from '../../core/enforceability/enforceability.ts'
import type { JudgedMode } from '../../core/enforceability/judge-proposal.ts'
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
    missing: assessment.missing.map((one) => ({ ...one })),
    notAssessed: [...notAssessed],
    bans: assessment.bans.map((ban) => ({
      ...ban,
      checks: ban.checks.map((check) => ({ ...check })),
      perTravelMode: [...ban.perTravelMode],
    })),
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
function answerMode(judgement: JudgedMode) {
  const { byRoad, decidingSeconds } = judgement
  return {
    mode: judgement.mode,
    speedKilometersPerHour: judgement.speedKilometersPerHour,
    warningSeconds: judgement.warningSeconds,
    approachWarningSeconds: judgement.approachWarningSeconds,
    neededSeconds: judgement.neededSeconds,
    isNeededAssumed: judgement.isNeededAssumed,
    canDo: judgement.canDo,
    verdict: judgement.verdict,
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
