import { describe, expect, it } from 'vitest'
import { orderTypes } from '../../../src/core/model/order-terms.ts'
import {
  ask,
  findQuietUntil,
  findRemindFrom,
  findReview,
  listReminders,
} from '../../../src/core/orders/reminders.ts'

const at = (text: string): number => Date.parse(text)
const span = {
  startMs: at('2026-01-15T14:00+01:00'),
  endMs: at('2026-04-15T14:00+02:00'),
  extensionCount: 0,
}
const prosecutor = orderTypes['prosecutor-behaviour-order']

describe('reminders of the end of an order', () => {
  it('reminders of a prosecutor order count from the earliest end, the ninetieth day as it begins', () => {
    const rows = listReminders(prosecutor, span, span.startMs)
    expect(rows.map(({ dueMs, task, to }) => [new Date(dueMs).toISOString(), to, task])).toEqual([
      // 30 days before midnight of 15 April is 16 March, still winter time.
      ['2026-03-15T23:00:00.000Z', 'case-lead', 'prepare'],
      ['2026-03-24T23:00:00.000Z', 'prosecutor', 'ask-for-decision'],
      ['2026-03-31T22:00:00.000Z', 'supervisor', 'decide'],
      ['2026-04-07T22:00:00.000Z', 'supervisor', 'decide'],
      ['2026-04-12T22:00:00.000Z', 'coordinator', 'decide'],
      ['2026-04-15T12:00:00.000Z', 'coordinator', 'confirm-stop'],
    ])
    expect(findRemindFrom(prosecutor, span)).toBe(at('2026-03-15T23:00:00Z'))
  })

  it('reminders of an order of 180 days, extended before it came, keep their steps before its real end', () => {
    // Of 15 January, until 14 July; known on the hundredth day, when one term is over.
    const long = { ...span, endMs: at('2026-07-14T14:00+02:00') }
    const rows = listReminders(prosecutor, long, at('2026-04-25T14:00+02:00'))
    expect(rows.map(({ dueMs }) => (long.endMs - dueMs) / 86_400_000)).toEqual([
      30, 21, 14, 7, 2, 0,
    ])
    expect(findRemindFrom(prosecutor, long)).toBe(at('2026-06-14T14:00+02:00'))
  })

  it('reminders of a home ban come on the days six, eight and the last half day', () => {
    const home = {
      startMs: at('2026-03-20T17:00+01:00'),
      endMs: at('2026-03-30T17:00+02:00'),
      extensionCount: 0,
    }
    const rows = listReminders(orderTypes['temporary-home-ban'], home, home.startMs)
    expect(rows.map(({ dueMs }) => new Date(dueMs).toISOString())).toEqual([
      '2026-03-25T23:00:00.000Z',
      '2026-03-27T23:00:00.000Z',
      '2026-03-29T10:00:00.000Z',
      '2026-03-30T15:00:00.000Z',
    ])
  })

  it('reminders of a home ban that was extended come on the days twenty-one, twenty-five and twenty-seven', () => {
    const startMs = at('2026-05-01T00:00+02:00')
    const home = { startMs, endMs: at('2026-05-29T00:00+02:00'), extensionCount: 1 }
    const rows = listReminders(orderTypes['temporary-home-ban'], home, at('2026-05-10T00:00Z'))
    expect(rows.map(({ dueMs }) => (dueMs - startMs) / 86_400_000)).toEqual([21, 25, 27, 28])
  })

  it('reminders to review what has no fixed end come again and again, and none once it is over', () => {
    const type = orderTypes['pretrial-suspension']
    const long = {
      startMs: at('2026-03-01T12:00+01:00'),
      endMs: at('2028-03-01T12:00+01:00'),
      extensionCount: 0,
    }
    const dueAt = (now: string) => findReview(type, long, at(now))?.dueMs
    expect(dueAt('2026-03-01T12:00+01:00')).toBe(at('2026-03-31T12:00+02:00'))
    expect(dueAt('2026-03-31T11:59+02:00')).toBe(at('2026-03-31T12:00+02:00'))
    expect(dueAt('2026-03-31T12:00+02:00')).toBe(at('2026-04-30T12:00+02:00'))
    expect(dueAt('2028-02-20T12:00+01:00')).toBeUndefined()
    expect(findReview(prosecutor, long, long.startMs)).toBeNull()
  })

  it('reminders that are past when the order becomes known are one, and it is due', () => {
    const rows = listReminders(prosecutor, span, at('2026-04-02T12:00Z'))
    expect(rows.map(({ step }) => step)).toEqual([2, 3, 4, 100])
    expect(
      listReminders(prosecutor, span, at('2026-06-01T12:00Z')).map(({ step }) => step),
    ).toEqual([4, 100])
  })

  it('reminders of an order shorter than its ladder are none before it begins', () => {
    const short = { startMs: span.startMs, endMs: span.startMs + 86_400_000, extensionCount: 0 }
    const rows = listReminders(prosecutor, short, short.startMs)
    expect(rows.every(({ dueMs }) => dueMs >= short.startMs)).toBe(true)
    expect(rows.length).toBeGreaterThan(1)
  })

  it('a reminder passes whoever does not answer, and stays with the coordinator', () => {
    let row = {
      audience: 'prosecutor' as const,
      askedCount: 0,
      answerWithinHours: 48,
    } as Parameters<typeof ask>[0]
    const asked: string[] = []
    for (let time = 0; time < 4; time++) {
      const next = ask(row, 0)
      expect(next.askAtMs).toBe(48 * 3_600_000)
      asked.push(next.audience)
      row = next
    }
    expect(asked).toEqual(['prosecutor', 'supervisor', 'coordinator', 'coordinator'])
  })

  it.each([
    ['2026-04-01T14:00+02:00', '2026-04-08T14:00+02:00'],
    ['2026-04-08T13:59+02:00', '2026-04-08T14:59+02:00'],
    ['2026-04-08T14:00+02:00', '2026-04-09T14:00+02:00'],
    ['2026-04-12T20:00+02:00', '2026-04-13T14:00+02:00'],
    ['2026-04-13T13:59+02:00', '2026-04-13T14:59+02:00'],
    ['2026-04-13T14:00+02:00', '2026-04-13T15:00+02:00'],
    ['2026-04-15T13:59+02:00', '2026-04-15T14:59+02:00'],
  ])('an answer of %s quiets what was asked until %s', (now, until) => {
    expect(findQuietUntil(span.endMs, at(now))).toBe(at(until))
  })

  it('an answer quiets no longer than its step says', () => {
    const now = at('2026-03-20T12:00Z')
    expect(findQuietUntil(span.endMs, now, 24)).toBe(now + 24 * 3_600_000)
    expect(findQuietUntil(span.endMs, span.endMs - 1, 24)).toBe(span.endMs - 1 + 3_600_000)
  })
})
