import { expect, it } from 'vitest'
import { judgeFigures } from '../../../../src/desk/page/figures/goals.ts'
import type { DeskFigures } from '../../../../src/desk/page/net/api.ts'

const at = '2026-11-23T10:00:00Z'
const nothing: DeskFigures = {
  from: at,
  until: at,
  callCount: 0,
  alertCount: 0,
  repeatedCount: 0,
  floodCount: 0,
  floodShare: 0,
  hours: [],
  answers: [],
  outcomes: [],
  sources: [],
}

function valuesOf(figures: Partial<DeskFigures>) {
  const judged = judgeFigures({ ...nothing, ...figures })
  return Object.fromEntries(judged.map(({ name, value, isGood }) => [name, [value, isGood]]))
}

it('the figures of a desk where nothing happened say nothing, but that there was no flood', () => {
  const { flood, ...rest } = valuesOf({})
  expect(flood).toEqual([0, true])
  expect(Object.values(rest).every(([value, isGood]) => value === null && isGood === null)).toBe(
    true,
  )
})

it('the calls of an hour are counted by seat, and where nobody acted there is one all the same', () => {
  const hours = [
    { at, callCount: 12, seatCount: 3 },
    { at, callCount: 16, seatCount: 0 },
  ]
  const { callsPerSeat, peakHour } = valuesOf({ callCount: 28, hours })
  expect(callsPerSeat).toEqual([7, false])
  expect(peakHour).toEqual([16, false])
})

it('each figure is held against its goal, on both sides of it', () => {
  const p1 = { priority: 'P1', answeredCount: 5, p50Seconds: 5, p95Seconds: 20 } as const
  const p2 = { ...p1, priority: 'P2' } as const
  const good = valuesOf({
    callCount: 1_000,
    alertCount: 100,
    repeatedCount: 10,
    floodShare: 0.01,
    answers: [
      { ...p1, raisedCount: 20 },
      { ...p2, raisedCount: 180 },
    ],
    outcomes: [
      { outcome: 'confirmed', count: 18 },
      { outcome: 'false-alarm', count: 2 },
    ],
    sources: [{ name: 'x', what: 'device', callCount: 50 }],
  })
  for (const name of ['p1Answer', 'p1Share', 'repeats', 'topTen', 'flood', 'falseAlarms'])
    expect(good[name]?.[1], name).toBe(true)
  const bad = valuesOf({
    callCount: 1_000,
    alertCount: 100,
    repeatedCount: 11,
    floodShare: 0.011,
    answers: [
      { ...p1, raisedCount: 21, p95Seconds: 21 },
      { ...p2, raisedCount: 179 },
    ],
    outcomes: [
      { outcome: 'confirmed', count: 17 },
      { outcome: 'device-fault', count: 3 },
    ],
    sources: [{ name: 'x', what: 'device', callCount: 51 }],
  })
  for (const name of ['p1Answer', 'p1Share', 'repeats', 'topTen', 'flood', 'falseAlarms'])
    expect(bad[name]?.[1], name).toBe(false)
})

it('figures of a few are not judged, but that somebody waited too long', () => {
  const p1 = { priority: 'P1', answeredCount: 1, p50Seconds: 5 } as const
  const few: Partial<DeskFigures> = {
    callCount: 19,
    alertCount: 19,
    repeatedCount: 19,
    outcomes: [{ outcome: 'false-alarm', count: 1 }],
    sources: [{ name: 'x', what: 'device', callCount: 19 }],
  }
  const quick = valuesOf({ ...few, answers: [{ ...p1, raisedCount: 1, p95Seconds: 5 }] })
  for (const name of ['p1Answer', 'p1Share', 'repeats', 'topTen', 'falseAlarms'])
    expect(quick[name]?.[1], name).toBe(null)
  // The number is shown all the same.
  expect(quick['falseAlarms']?.[0]).toBe(1)
  const slow = valuesOf({ ...few, answers: [{ ...p1, raisedCount: 1, p95Seconds: 900 }] })
  expect(slow['p1Answer']).toEqual([900, false])
})
