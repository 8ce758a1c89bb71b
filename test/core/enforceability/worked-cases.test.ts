import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EnforceabilityProposal } from '../../../src/core/enforceability/proposal.ts'
import {
  assessEnforceability,
  type EnforceabilityAssessment,
} from '../../../src/core/enforceability/enforceability.ts'
import { judgeChecks } from '../../../src/core/enforceability/judge-proposal.ts'
import { standOnGround, type Ground } from '../../../src/core/enforceability/ground.ts'
import { defaultLimits, type Limits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawProvince, workedCases } from './worked-cases.ts'

let map: StreetMap
let assessments: readonly EnforceabilityAssessment[]
let grounds: readonly Ground[]

beforeAll(async () => {
  map = await drawProvince()
  assessments = workedCases.map(({ proposal }) =>
    assessEnforceability(proposal, defaultLimits, { map, areas: null }),
  )
  // A search does not depend on a threshold: each is made once.
  grounds = workedCases.map(({ proposal }) =>
    standOnGround({ map, areas: null }, proposal, defaultLimits),
  )
}, 120_000)

describe('the worked cases', () => {
  it('the worked cases of docs/enforceability.md have the verdict, the reasons and the proposal that it shows', () => {
    const document = readFileSync(
      join(import.meta.dirname, '../../../docs/enforceability.md'),
      'utf8',
    )
    const rows = document
      .split('\n')
      .filter((line) => /^\| \d+ \|/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
    const ours = workedCases.map(({ name }, index) => [
      String(index + 1),
      name,
      ...summaryOf(assessments[index]!),
    ])
    expect(rows).toEqual(ours)
  })

  it('a proposal of the worked cases is no worse than what it replaces, asked by the same code', () => {
    let count = 0
    for (const [index, { proposal }] of workedCases.entries()) {
      const counter = assessments[index]!.counterProposal
      if (counter?.radiusMeters == null || proposal.ban.kind !== 'circle') continue
      count++
      const again = assessEnforceability(
        {
          ...proposal,
          ban: { ...proposal.ban, radiusMeters: counter.radiusMeters },
          approachMeters: counter.approachMeters,
          reportIntervalSeconds: counter.reportIntervalSeconds,
        },
        defaultLimits,
        { map, areas: null },
      )
      const before = redOf(assessments[index]!)
      for (const code of redOf(again))
        expect([index, code, before.includes(code)]).toEqual([index, code, true])
      expect(redOf(again).length).toBeLessThan(before.length)
    }
    expect(count).toBeGreaterThan(1)
  })

  const noPolice = { policeResponseSeconds: null }
  const nothingOfTheChain = { ...noPolice, reportIntervalSeconds: null }

  it.each<[keyof Limits, number, readonly string[], Partial<EnforceabilityProposal>?]>([
    ['separationMetersAdvisedMin', 5_000, ['E2']],
    ['workableReachMetersMin', 10, ['E2']],
    ['verificationSeconds', 5_000, ['E3']],
    ['policeResponseSecondsUnknown', 1, ['E3'], noPolice],
    ['policeResponseSecondsMin', 5_000, ['E3'], noPolice],
    ['detectionSecondsUnknown', 1, ['E3'], nothingOfTheChain],
    ['fixesPerCrossingCountMin', 500, ['E4']],
    ['addressMarginMeters', 9_000, ['E5']],
    ['cutOffAddressCountMax', 0, ['E6']],
    ['secretAddressMetersMin', 10, ['E9']],
    ['hiddenAmongAddressCountMin', 100_000, ['E9']],
    ['doorToDoorMetersMin', 9_000, ['E10']],
    ['indoorErrorMeters', 9_000, ['E10']],
    ['victimsPerOffenderAdvisedMax', 0, ['E17']],
    ['dailyLifeSeconds', 90_000, ['E18']],
  ])('a changed %s changes only the checks that name it', (name, value, codes, unknown = {}) => {
    const limits = { ...defaultLimits, [name]: value }
    const changed = new Set<string>()
    for (const [index, { proposal }] of workedCases.entries()) {
      const asked = { ...proposal, ...unknown }
      const { checks } = judgeChecks(asked, limits, grounds[index]!)
      const unchanged = judgeChecks(asked, defaultLimits, grounds[index]!).checks
      for (const [at, check] of checks.entries()) {
        const before = unchanged[at]!
        if (JSON.stringify(check) !== JSON.stringify(before)) changed.add(check.code)
      }
    }
    expect([...changed]).toEqual(codes)
  })
})

function redOf({ checks }: EnforceabilityAssessment): string[] {
  return checks.filter(({ result }) => result === 'red').map(({ code }) => code)
}

function summaryOf(assessment: EnforceabilityAssessment): string[] {
  const { verdict, perTravelMode, counterProposal: counter, counterProposalReason } = assessment
  const uses = perTravelMode.map(({ mode, canDo }) => `${mode}: ${canDo}`).join(', ')
  const proposed =
    counter === null
      ? `none: ${counterProposalReason}`
      : [
          `${counter.radiusMeters ?? counter.separationMeters ?? counter.inscribedRadiusMeters} m`,
          `approach ${counter.approachMeters} m`,
          `every ${counter.reportIntervalSeconds} s`,
        ].join(', ')
  return [verdict, redOf(assessment).join(', '), uses, proposed]
}
