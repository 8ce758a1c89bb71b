import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { adviseOnTerms, orderTerms, reminderSteps } from '../../../src/core/model/order-terms.ts'
import type { LegalBasis } from '../../../src/core/model/registry.ts'
import { legalBases } from '../../../src/core/model/registry.ts'

const day = 86_400_000

describe('the term of an order', () => {
  it.each([
    ['prosecutor-behaviour-order', 90, []],
    ['prosecutor-behaviour-order', 91, ['longer-than-term']],
    ['prosecutor-behaviour-order', 360, ['longer-than-term']],
    ['prosecutor-behaviour-order', 361, ['longer-than-maximum']],
    ['temporary-home-ban', 10, []],
    ['temporary-home-ban', 28, ['longer-than-term']],
    ['temporary-home-ban', 29, ['longer-than-maximum']],
    ['liberty-restricting-measure', 1_826, []],
    ['liberty-restricting-measure', 1_831, ['longer-than-maximum']],
    ['civil-ban', 10_000, []],
  ] as const)(
    'the term of an order under %s of %d days gets the advice %j',
    (legalBasis, days, codes) => {
      expect(codesOf(legalBasis, days)).toEqual(codes)
    },
  )

  it('the term of an order counted in calendar days over the night the clock goes back is not too long', () => {
    expect(codesOf('prosecutor-behaviour-order', 90 + 1 / 24)).toEqual([])
  })

  it('the term of an order is known for every basis, with its source and how sure we are', () => {
    for (const basis of legalBases) {
      expect(orderTerms[basis].source.length).toBeGreaterThan(10)
      expect(['high', 'medium', 'low']).toContain(orderTerms[basis].confidence)
    }
  })

  it('the term of an order has reminders that come closer and louder, ending with P1', () => {
    for (const basis of legalBases) {
      const steps = reminderSteps(basis, defaultLimits)
      expect(steps.map(({ priority }) => priority)).toEqual(['P3', 'P2', 'P1'])
      expect(steps.map(({ beforeMs }) => beforeMs)).toEqual(
        steps.map(({ beforeMs }) => beforeMs).toSorted((one, other) => other - one),
      )
    }
    expect(reminderSteps('civil-ban', defaultLimits).map(({ beforeMs }) => beforeMs / day)).toEqual(
      [14, 7, 2],
    )
    expect(reminderSteps('temporary-home-ban', defaultLimits)[0]!.beforeMs / day).toBe(4)
  })
})

describe('a separation', () => {
  it.each([
    [349, ['separation-below-advised']],
    [350, []],
    [1_000, []],
  ])('a separation of %d m gets the advice %j', (separationMeters, codes) => {
    const ban = { id: 'b', victimId: 'v', separationMeters, approachMeters: 2_000 }
    const order = {
      legalBasis: 'civil-ban',
      validFromMs: 0,
      validUntilMs: day,
      proximityBans: [ban],
    } as const
    const advisories = adviseOnTerms(order, defaultLimits)
    expect(advisories.map(({ code }) => code)).toEqual(codes)
    for (const { sentence } of advisories) expect(sentence).toMatch(/\.$/)
  })
})

function codesOf(legalBasis: LegalBasis, days: number): string[] {
  const order = { legalBasis, validFromMs: 0, validUntilMs: days * day, proximityBans: [] }
  return adviseOnTerms(order, defaultLimits).map(({ code }) => code)
}
