import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import {
  adviseOnTerms,
  audiences,
  confidences,
  deciders,
  longestDays,
  orderTypes,
  orderTypesVersion,
  reminderSteps,
  type Term,
} from '../../../src/core/model/order-terms.ts'
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

  it('the term of an order is a row for every basis and no other, in a version', () => {
    expect(orderTypesVersion).toBeGreaterThanOrEqual(1)
    expect(Object.keys(orderTypes).toSorted()).toEqual([...legalBases].toSorted())
  })

  it.each(legalBases)(
    'the term of an order under %s is a row as a lawyer may write it',
    (basis) => {
      const row = orderTypes[basis]
      expect(row.statute.length).toBeGreaterThan(5)
      expect(row.source.length).toBeGreaterThan(10)
      for (const term of [row.term, row.extensionTerm, row.maximum]) {
        if (term !== null) expectTerm(term)
      }
      expect(row.extendedBy.length).toBeGreaterThan(0)
      for (const decider of row.extendedBy) expect(deciders).toContain(decider)
      expect(Object.keys(row.confidence).toSorted()).toEqual([
        'extensions',
        'maximum',
        'reminders',
        'term',
      ])
      for (const confidence of Object.values(row.confidence))
        expect(confidences).toContain(confidence)
      // The ladder comes closer, and ends with whoever answers for it, again and again.
      const days = row.reminders.map(({ before }) => longestDays(before)!)
      expect(days).toEqual(days.toSorted((one, other) => other - one))
      for (const { answerWithinHours, before, to, task } of row.reminders) {
        expect(answerWithinHours).toBeGreaterThan(0)
        expectTerm(before)
        expect(audiences).toContain(to)
        expect(task).toMatch(/^[a-z-]+$/)
      }
      expect(row.reminders.at(-1)).toMatchObject({ to: 'coordinator', task: 'decide' })
      expect(['orderEndingSteps', 'homeBanEndingSteps']).toContain(row.endingSteps)
    },
  )

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
    for (const { sentence, sentenceNl } of advisories) {
      expect(sentence).toMatch(/\.$/)
      expect(sentenceNl).toMatch(/^Een afstand van 349 m .*\.$/)
    }
  })
})

function expectTerm({ amount, unit }: Term): void {
  expect(Number.isInteger(amount) && amount > 0).toBe(true)
  expect(['hours', 'days', 'weeks', 'months', 'years']).toContain(unit)
}

function codesOf(legalBasis: LegalBasis, days: number): string[] {
  const order = { legalBasis, validFromMs: 0, validUntilMs: days * day, proximityBans: [] }
  return adviseOnTerms(order, defaultLimits).map(({ code }) => code)
}
