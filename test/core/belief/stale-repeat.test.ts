import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { applyAll, makeEngine, makeFix, makeOrder, tell } from '../engine-world.ts'

// He drives east at 15 m/s, a fix a minute, far from any ban.
const drive = [0, 60, 120, 180, 240].map((second) => makeFix(second, 9000 + 15 * second))

describe('a position given again is doubted', () => {
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    ['after a jump back', [makeFix(300, 9000)], ['disbelieved 300 stale-repeat']],
    ['not when he could have driven back at his pace', [makeFix(300, 9000 + 15 * 180)], []],
    ['not when it is measured anew', [makeFix(300, 9001)], []],
    ['to a tenth of a metre', [makeFix(300, 9000.05)], ['disbelieved 300 stale-repeat']],
    ['first after a gap, however slow', [makeFix(1800, 9000)], ['disbelieved 1800 stale-repeat']],
    ['not after more than an hour', [makeFix(3601, 9000)], []],
    ['not of another device', [makeFix(300, 9000, 0, { deviceId: 'offender-device-2' })], []],
    [
      'each time, while he drives on',
      [makeFix(300, 9000), makeFix(360, 9000 + 15 * 360), makeFix(420, 9000)],
      ['disbelieved 300 stale-repeat', 'disbelieved 420 stale-repeat'],
    ],
    [
      'until it is held for a minute: a device at rest measures once',
      [makeFix(300, 9000), makeFix(330, 9000), makeFix(360, 9000), makeFix(390, 9000)],
      ['disbelieved 300 stale-repeat', 'disbelieved 330 stale-repeat'],
    ],
    [
      'until the place is measured anew',
      [makeFix(300, 9000), makeFix(310, 9003), makeFix(320, 9000)],
      ['disbelieved 300 stale-repeat'],
    ],
  ]
  it.each(cases)('a position given again is doubted: %s', (_name, fixes, told) => {
    expect(tell(applyAll(makeEngine(), [...drive, ...fixes]))).toEqual(told)
  })
})

it('an honest late upload is true for its own time', () => {
  const engine = makeEngine()
  const [first, ...rest] = drive
  const late = { ...makeFix(30, 9450), receivedAtMs: first!.receivedAtMs + 6_000_000 }
  expect(tell(applyAll(engine, [first!, ...rest, late]))).toEqual([])
})

it('a phone at rest that gives one position all day is believed', () => {
  const fixes = Array.from({ length: 480 }, (_, minute) =>
    makeFix(minute * 60, 9000, 0, { speedMetersPerSecond: minute % 7 === 0 ? 0.4 : 0 }),
  )
  expect(tell(applyAll(makeEngine(), fixes))).toEqual([])
})

it('a repeated position outside ends no breach', () => {
  const engine = makeEngine()
  const fixes = [
    makeFix(0, 5000),
    makeFix(60, 4000),
    makeFix(300, 0),
    makeFix(330, 20),
    makeFix(400, 5000),
    makeFix(459, 5000),
    makeFix(470, 30),
  ]
  expect(tell(applyAll(engine, fixes))).toEqual([
    'raised location-ban-breach 300',
    'disbelieved 400 stale-repeat',
    'disbelieved 459 stale-repeat',
  ])
})

it('a person who truly returns into the ban to the very same position is reported at the first fix there', () => {
  const engine = makeEngine({ orders: [makeOrder()] })
  const fixes = [makeFix(0, 100), makeFix(60, 3000), makeFix(130, 4000), makeFix(600, 100)]
  expect(tell(applyAll(engine, fixes))).toEqual([
    'raised location-ban-breach 0',
    'ended location-ban-breach 60',
    'disbelieved 600 stale-repeat',
    'raised location-ban-breach 600',
  ])
})
