import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  tell,
} from '../engine-world.ts'

const second = { deviceId: 'offender-device-2' }

describe('two devices of one offender', () => {
  it('one device left at home never ends the breach the other sees', () => {
    const engine = makeEngine({ reportIntervalSeconds: 120 })
    const inBan = series(0, 3600, 120, (seconds) => makeFix(seconds, 0))
    const atHome = series(5, 3600, 30, (seconds) => makeFix(seconds, 3000, 0, second))
    expect(raisedAndEnded(applyAll(engine, sort([...inBan, ...atHome])))).toEqual([
      'raised location-ban-breach 0',
    ])
  })

  it('the device that was inside shows the leaving, whatever the other says', () => {
    const engine = makeEngine()
    const his = [makeFix(0, 300), makeFix(90, 1100), makeFix(180, 1100)]
    const other = series(10, 180, 30, (seconds) => makeFix(seconds, 1200, 0, second))
    expect(raisedAndEnded(applyAll(engine, sort([...his, ...other])))).toContain(
      'ended location-ban-breach 90',
    )
  })

  it('two devices both seen inside must both be seen to leave', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300), makeFix(10, 310, 0, second)])
    told.push(
      ...applyAll(
        engine,
        series(30, 151, 30, (seconds) => makeFix(seconds, 1100)),
      ),
    )
    expect(raisedAndEnded(told)).toEqual(['raised location-ban-breach 0'])
    const later = [160, 190, 220].map((seconds) => makeFix(seconds, 1110, 0, second))
    expect(raisedAndEnded(applyAll(engine, later))).toContain('ended earlier 160')
  })

  it.each([
    // Still within the plan at the last of these.
    { from: 120, until: 180, heard: [210], ends: [] },
    { from: 210, until: 300, heard: [330], ends: [] },
    { from: 210, until: 300, heard: [330, 390], ends: ['ended location-ban-breach 210'] },
  ])(
    'one device not heard for three confirmation windows is waited for no longer ($from to $until s, then $heard)',
    ({ from, until, heard, ends }) => {
      const engine = makeEngine()
      const told = applyAll(engine, [makeFix(0, 300)])
      const other = series(from, until + 1, 30, (seconds) => makeFix(seconds, 1100, 0, second))
      told.push(...applyAll(engine, other))
      // Until it has shown its own leaving, the end is not known.
      expect(raisedAndEnded(told).slice(1)).toEqual([])
      const own = heard.map((seconds) => makeFix(seconds, 1100 + seconds / 100))
      told.push(...applyAll(engine, own))
      expect(raisedAndEnded(told).slice(1)).toEqual(ends)
    },
  )

  it('one device that is heard again inside is waited for again', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [
      makeFix(0, 300),
      makeFix(210, 1100, 0, second),
      makeFix(230, 320),
      makeFix(250, 1100, 0, second),
      makeFix(290, 1100, 0, second),
      makeFix(330, 1100, 0, second),
    ])
    expect(raisedAndEnded(told)).toEqual(['raised location-ban-breach 0'])
  })
})

it('a phone of the victim left at home does not end the nearness that the one with the victim sees', () => {
  const order = makeOrder({
    locationBans: [],
    proximityBans: [makePair({ separationMeters: 500, approachMeters: 1000 })],
  })
  const engine = makeEngine({ orders: [order] })
  const still = { speedMetersPerSecond: 0 }
  const carried = { ...still, deviceId: 'victim-device-2' }
  const his = series(0, 3600, 30, (seconds) => makeFix(seconds, 5000, 0, still))
  const atHome = series(1, 3600, 30, (seconds) => makeVictimFix(seconds, 0, 0, still))
  const withHer = series(5, 3600, 120, (seconds) => makeVictimFix(seconds, 5000, 50, carried))
  const told = raisedAndEnded(applyAll(engine, sort([...his, ...atHome, ...withHer])))
  expect(told.filter((line) => line.includes('breach'))).toHaveLength(1)
  expect(told.filter((line) => line.includes('ended'))).toEqual([])
})

function series(from: number, until: number, step: number, make: (seconds: number) => Fix): Fix[] {
  const fixes: Fix[] = []
  for (let seconds = from; seconds < until; seconds += step) fixes.push(make(seconds))
  return fixes
}

function sort(fixes: readonly Fix[]): Fix[] {
  return fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
}

function raisedAndEnded(effects: Parameters<typeof tell>[0]): string[] {
  return tell(effects).filter((line) => !line.startsWith('disbelieved'))
}

describe('home beside the border', () => {
  it.each([
    [
      '5 fixes in 10 minutes',
      [60, 210, 360, 510, 660],
      40,
      ['raised location-ban-approach 660', 'ended location-ban-breach 60'],
    ],
    ['4 fixes in 10 minutes', [60, 260, 460, 660], 40, []],
    ['5 fixes in less than 10 minutes', [60, 210, 360, 510, 659], 40, []],
    ['5 fixes that may be within', [60, 210, 360, 510, 660], 12, []],
  ])('a stay ends by what is hardly within: %s', (_name, times, meters, told) => {
    const near = times.map((seconds) => makeFix(seconds, 500 + meters, seconds % 7))
    expect(raisedAndEnded(applyAll(makeEngine(), [makeFix(0, 300), ...near])).slice(1)).toEqual(
      told,
    )
  })
})
