import { expect, it } from 'vitest'
import type { LifeAct } from '../../src/core/orders/order-life.ts'
import { judgeOrderYear } from '../../src/report/order-years.ts'

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`)
const year = { fromMs: day('2026-01-01'), untilMs: day('2027-01-01') }

/** Each act on its day, with the end after it. */
function judge(...acts: readonly (readonly [LifeAct, string, string])[]) {
  return judgeOrderYear(
    acts.map(([act, at, until]) => ({
      orderId: 'o',
      legalBasis: 'prosecutor-behaviour-order' as const,
      act,
      atMs: day(at),
      effectiveAtMs: day(at),
      validUntilMs: day(until),
      advice: null,
    })),
    year,
  )
}

const days = (of: ReturnType<typeof judge>): number => (of?.inForceMs ?? 0) / 86_400_000

it.each([
  [
    'extended in time',
    [['extend', '2026-03-20', '2026-06-30']],
    ['extended-in-time', 'no-decision'],
    180,
  ],
  [
    'extended too late, with the gap uncounted',
    [['extend', '2026-04-11', '2026-06-30']],
    ['extended-late', 'no-decision'],
    170,
  ],
  [
    'stopped within a day of its end',
    [['confirm-stop', '2026-04-02', '2026-04-01']],
    ['stop-confirmed'],
    90,
  ],
  [
    'forgotten, and stopped in autumn',
    [['confirm-stop', '2026-10-01', '2026-04-01']],
    ['stop-confirmed-late'],
    90,
  ],
  ['lifted before its end', [['lift', '2026-02-01', '2026-04-01']], ['lifted'], 31],
  ['forgotten', [], ['no-decision'], 90],
  [
    'suspended for ten days',
    [
      ['suspend', '2026-02-01', '2026-04-01'],
      ['resume', '2026-02-11', '2026-04-01'],
      ['lift', '2026-03-01', '2026-04-01'],
    ],
    ['lifted'],
    49,
  ],
  ['extended beyond the year', [['extend', '2026-03-20', '2027-06-30']], ['extended-in-time'], 365],
] as const)(
  'an order of the year that was %s counts as that, with the days it was in force',
  (_what, later, ends, inForce) => {
    const judged = judge(['impose', '2026-01-01', '2026-04-01'], ...later)
    expect([judged?.ends, days(judged)]).toEqual([ends, inForce])
  },
)

it('an order of before counts by its days in the year, and one that was over before counts nothing', () => {
  const before = judge(
    ['impose', '2025-12-01', '2026-01-11'],
    ['confirm-stop', '2026-01-12', '2026-01-11'],
  )
  expect(before).toMatchObject({ isImposed: false, ends: ['stop-confirmed'] })
  expect(days(before)).toBe(10)
  expect(
    judge(['impose', '2025-01-01', '2025-04-01'], ['confirm-stop', '2025-04-02', '2025-04-01']),
  ).toBeNull()
})
