/** A check with its answer. */
export function judged(
  base: CheckBase,
  result: CheckResult,
  basis: EnforceabilityCheck['basis'],
  sentence: string,
  sentenceNl: string,
): EnforceabilityCheck {
  return { ...base, result, basis, sentence, sentenceNl }
}

/** What is not known is not assessed; it is never green. */
export function unknown(
  base: CheckBase,
  basis: EnforceabilityCheck['basis'],
  sentence: string,
  sentenceNl: string,
): EnforceabilityCheck {
  return { ...base, result: 'not-assessed', basis, sentence, sentenceNl }
}

/** As it is written in Dutch. */
export function decimal(value: number): string {
  return String(value).replace('.', ',')
}

export type CheckResult = 'green' | 'amber' | 'red' | 'not-assessed'

export type EnforceabilityCheck = {
  readonly code: string
  readonly result: CheckResult
  readonly value: number | string | boolean | null
  readonly threshold: number | string | boolean | null
  readonly unit: string | null
  /** Where the threshold comes from: a public source, or our own judgement. */
  readonly basis: 'source' | 'judgement'
  readonly sentence: string
  /** The same for the court. */
  readonly sentenceNl: string
}

export type CheckBase = Pick<EnforceabilityCheck, 'code' | 'value' | 'threshold' | 'unit'>

/** E1 first. */
export function inOrder(checks: readonly EnforceabilityCheck[]): EnforceabilityCheck[] {
  const numberOf = ({ code }: EnforceabilityCheck): number => Number(code.slice(1))
  return checks.toSorted((one, other) => numberOf(one) - numberOf(other))
}
