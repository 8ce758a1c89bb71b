import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import {
  adviseOnTerms,
  audiences,
  confidences,
  deciders,
  orderTypes,
  orderTypesVersion,
  reminderSteps,
  reminderTasks,
  type Term,
} from '../../../src/core/model/order-terms.ts'
import type { LegalBasis } from '../../../src/core/model/registry.ts'
import { findTypeFaults } from '../../../src/core/orders/type-faults.ts'
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

  it.each([
    [270, 2, []],
    [271, 2, ['longer-than-term']],
    [270, 1, ['longer-than-term']],
  ])(
    'the term of an order of %d days that was extended %d times gets the advice %j',
    (days, count, codes) => {
      expect(codesOf('prosecutor-behaviour-order', days, count)).toEqual(codes)
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
      expect(row.sourceNl?.length).toBeGreaterThan(10)
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
      expect(findTypeFaults(row)).toEqual([])
      for (const step of [...row.reminders, ...(row.afterExtension ?? [])]) {
        expect(step.answerWithinHours).toBeGreaterThan(0)
        expectTerm(step.before)
        expect(audiences).toContain(step.to)
        expect(reminderTasks).toContain(step.task)
      }
      expect(row.afterEnd).toEqual({
        to: 'coordinator',
        task: 'confirm-stop',
        answerWithinHours: 1,
      })
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
    const kind = { type: orderTypes['civil-ban'], extensionCount: 0 }
    const advisories = adviseOnTerms(order, kind, defaultLimits)
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

function codesOf(legalBasis: LegalBasis, days: number, extensionCount = 0): string[] {
  const order = { validFromMs: 0, validUntilMs: days * day, proximityBans: [] }
  const kind = { type: orderTypes[legalBasis], extensionCount }
  return adviseOnTerms(order, kind, defaultLimits).map(({ code }) => code)
}
