import { describe, expect, it } from 'vitest'
import { orderTypes } from '../../../src/core/model/order-terms.ts'
import type { LegalBasis } from '../../../src/core/model/registry.ts'
import {
  checkEnd,
  findLongestEnd,
  isPeriodAfter,
  judgeExtension,
} from '../../../src/core/orders/check-end.ts'
import rows from './extension-cases.json' with { type: 'json' }

describe('the end of an order, counted again', () => {
  it.each([
    ['ninety days by the clock', '2026-04-15T14:00+02:00', 'as-counted', 0, null],
    ['the day of the imposition counted', '2026-04-15T00:00+02:00', 'as-counted', 0, null],
    ['the last day whole', '2026-04-16T00:00+02:00', 'as-counted', 0, null],
    ['a minute past every count', '2026-04-16T00:01+02:00', 'later', 60_000, null],
    ['a court that gave less', '2026-04-01T14:00+02:00', 'earlier', -13.4 * 86_400_000, null],
  ] as const)(
    'the end of a prosecutor order of %s is %s',
    (_, end, verdict, differenceMs, countedAs) => {
      const check = checkEnd(orderTypes['prosecutor-behaviour-order'], {
        startMs: Date.parse('2026-01-15T14:00+01:00'),
        endMs: Date.parse(end),
        extensionCount: 0,
      })
      expect(check).toMatchObject({ verdict, countedAs })
      expect(Math.abs(check.differenceMs - differenceMs)).toBeLessThan(2 * 3_600_000)
      // The 90th day may be over as it begins: nobody is reminded later than by that, unless the
      // order runs past every count.
      const earliestMs = verdict === 'later' ? Infinity : Date.parse('2026-04-15T00:00+02:00')
      expect(check.remindersEndMs).toBe(Math.min(Date.parse(end), earliestMs))
    },
  )

  it('the end of an order whose ninety days were read as three months is said to be that', () => {
    const span = { startMs: at('2026-06-01T10:00+02:00'), extensionCount: 0 }
    const type = orderTypes['prosecutor-behaviour-order']
    // June has 30 days, July and August 31: three months are 92.
    const months = checkEnd(type, { ...span, endMs: at('2026-09-01T10:00+02:00') })
    expect(months).toMatchObject({ verdict: 'later', countedAs: 'months-for-days' })
    expect(months.remindersEndMs).toBe(at('2026-08-30T00:00+02:00'))
    const longer = checkEnd(type, { ...span, endMs: at('2026-09-03T10:00+02:00') })
    expect(longer).toMatchObject({ verdict: 'later', countedAs: null })
  })

  it('the end of a home ban of 28 days is right after an extension, and 18 days too late without', () => {
    const span = { startMs: at('2026-03-20T17:00+01:00'), endMs: at('2026-04-17T17:00+02:00') }
    const type = orderTypes['temporary-home-ban']
    expect(checkEnd(type, { ...span, extensionCount: 1 }).verdict).toBe('as-counted')
    const without = checkEnd(type, { ...span, extensionCount: 0 })
    expect(without).toMatchObject({ verdict: 'later', countedAs: null })
    expect(Math.round(without.differenceMs / 86_400_000)).toBe(18)
  })

  it('the end of an order without a fixed term is not counted, and reminds by itself', () => {
    const span = { startMs: 0, endMs: at('2026-04-17T17:00+02:00'), extensionCount: 0 }
    const check = checkEnd(orderTypes['civil-ban'], span)
    expect(check).toMatchObject({ verdict: 'not-counted', remindersEndMs: span.endMs })
  })
})

describe('a period of its own', () => {
  it.each([
    ['before the order', '2026-10-24T11:59:59+02:00', false],
    ['as the order begins', '2026-10-24T12:00:00+02:00', true],
    ['while the order runs', '2026-10-25T02:30:00+01:00', true],
    // The night of 25 hours.
    ['as the day of its end is over', '2026-10-26T00:00:00+01:00', true],
    ['a moment after that day', '2026-10-26T00:00:01+01:00', false],
  ])('a period that begins %s goes on from the order: %s is %s', (_, start, goesOn) => {
    const order = {
      validFromMs: at('2026-10-24T12:00+02:00'),
      validUntilMs: at('2026-10-25T12:00+01:00'),
    }
    expect(isPeriodAfter(order, at(start))).toBe(goesOn)
  })

  it('a period goes on from an order that ends at midnight as that day ends, and a day later no more', () => {
    const order = {
      validFromMs: at('2026-03-01T00:00+01:00'),
      validUntilMs: at('2026-03-30T00:00+02:00'),
    }
    expect(isPeriodAfter(order, at('2026-03-30T00:00+02:00'))).toBe(true)
    expect(isPeriodAfter(order, at('2026-03-30T00:00:01+02:00'))).toBe(false)
  })
})

describe('an extension of an order', () => {
  it.each(rows)('an extension may last as it was counted elsewhere: $name', (row) => {
    const end = findLongestEnd(orderTypes[row.legalBasis as LegalBasis], {
      startMs: at(row.start),
      endMs: at(row.presentEnd),
      extensionCount: row.extensionCount,
    })
    expect(end === null ? null : new Date(end).toISOString()).toBe(row.longestEnd)
  })

  const prosecutor = orderTypes['prosecutor-behaviour-order']
  const span = { startMs: at('2026-01-15T14:00+01:00'), endMs: at('2026-04-15T14:00+02:00') }

  it.each([
    ['a first one in time', 0, '2026-07-14T14:00+02:00', 'prosecutor', []],
    ['one of nobody in particular', 0, '2026-07-14T14:00+02:00', null, []],
    ['one by the mayor', 0, '2026-07-14T14:00+02:00', 'mayor', ['not-competent']],
    ['a fourth one', 3, '2026-07-14T14:00+02:00', 'prosecutor', ['no-extension-left']],
    ['one too long', 0, '2026-08-01T14:00+02:00', 'prosecutor', ['beyond-one-extension']],
    [
      'one beyond all',
      2,
      '2027-02-01T14:00+01:00',
      'prosecutor',
      ['beyond-one-extension', 'beyond-maximum'],
    ],
  ] as const)('an extension that is %s is judged', (_, extensionCount, until, decidedBy, found) => {
    const asked = { untilMs: at(until), nowMs: at('2026-04-01T12:00+02:00'), decidedBy }
    expect(judgeExtension(prosecutor, { ...span, extensionCount }, asked)).toEqual(found)
  })

  it('an extension after the end says that there was a gap', () => {
    const asked = { untilMs: at('2026-07-01T12:00+02:00'), nowMs: span.endMs, decidedBy: null }
    const found = judgeExtension(prosecutor, { ...span, extensionCount: 0 }, asked)
    expect(found).toEqual(['after-the-end'])
  })
})

function at(text: string): number {
  return Date.parse(text)
}
