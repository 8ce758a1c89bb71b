import type { Confidence } from './order-terms.ts'
import type { BothLanguages } from './protocol.ts'
import type { ChosenRisk, RiskTerms } from './registry.ts'
import riskProfilesTable from './risk-profiles.json' with { type: 'json' }

export const riskTermNames = [
  'reportIntervalSeconds',
  'recallMinutesMax',
  'alsoCalled',
  'protocol',
] as const satisfies readonly (keyof RiskTerms)[]

/** A row: what a profile is now, with whence its figures are and how sure we are of each. */
export type RiskProfile = RiskTerms & {
  readonly name: BothLanguages
  readonly source: string
  readonly confidence: Readonly<Record<keyof RiskTerms, Confidence>>
}

/** As delivered, where nobody has set another. */
export const riskProfilesDelivered = riskProfilesTable.profiles as Readonly<
  Record<string, RiskProfile>
>

export function chooseRisk(profile: string, version: number, row: RiskProfile): ChosenRisk {
  const { name, reportIntervalSeconds, recallMinutesMax, alsoCalled, protocol } = row
  const terms = { reportIntervalSeconds, recallMinutesMax, alsoCalled, protocol }
  return { profile, version, name, ...terms }
}

/**
 * By all that follows from them: a case that came from elsewhere may follow a row of the same key
 * and version that says something else.
 */
export function isSameRisk(one: ChosenRisk, other: ChosenRisk): boolean {
  return writeRisk(one) === writeRisk(other)
}

function writeRisk(risk: ChosenRisk): string {
  const steps = risk.alsoCalled.map(({ afterSeconds, target }) => [afterSeconds, target])
  const { nl, en } = risk.name
  const terms = riskTermNames.map((name) => (name === 'alsoCalled' ? steps : risk[name]))
  return JSON.stringify([risk.profile, risk.version, nl, en, terms])
}
