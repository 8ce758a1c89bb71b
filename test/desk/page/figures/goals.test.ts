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
      { ...p1, raisedCount: 10 },
      { ...p2, raisedCount: 90 },
    ],
    outcomes: [
      { outcome: 'confirmed', count: 9 },
      { outcome: 'false-alarm', count: 1 },
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
      { ...p1, raisedCount: 11, p95Seconds: 21 },
      { ...p2, raisedCount: 89 },
    ],
    outcomes: [
      { outcome: 'confirmed', count: 8 },
      { outcome: 'device-fault', count: 1 },
    ],
    sources: [{ name: 'x', what: 'device', callCount: 51 }],
  })
  for (const name of ['p1Answer', 'p1Share', 'repeats', 'topTen', 'flood', 'falseAlarms'])
    expect(bad[name]?.[1], name).toBe(false)
})
