import type { Confidence } from './order-terms.ts'
import type { BothLanguages } from './protocol.ts'
import type { ChosenRisk, RiskTerms } from './registry.ts'
import riskProfilesTable from './risk-profiles.json' with { type: 'json' }

export const riskTermNames = [
  'approachMetersMin',
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
  const { name, approachMetersMin, reportIntervalSeconds, recallMinutesMax } = row
  const { alsoCalled, protocol } = row
  const terms = { approachMetersMin, reportIntervalSeconds, recallMinutesMax, alsoCalled, protocol }
  return { profile, version, name, ...terms }
}
