import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { applyAll, makeEngine, makeFix, tell } from '../engine-world.ts'

/** East at an even pace, a fix every `interval` seconds. */
function travel(
  metersPerSecond: number,
  interval: number,
  count: number,
  fromMeters = 20_000,
): Fix[] {
  return Array.from({ length: count }, (_, index) =>
    makeFix(interval * index, fromMeters + metersPerSecond * interval * index),
  )
}

/** A fix every half minute, each stretch at its own pace. */
function accelerate(metersPerSecond: readonly number[]): Fix[] {
  let meters = 20_000
  return metersPerSecond.map((pace, index) => {
    meters += 30 * pace
    return makeFix(30 * index, meters)
  })
}

describe('who is fast is believed', () => {
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    ['on a train at 300 km/h', travel(83.4, 30, 40), []],
    [
      'in flight, from the third fix that moves on evenly',
      [makeFix(-5000, 20_000), ...travel(250, 30, 20, 600_000)],
      ['disbelieved 0 teleport', 'disbelieved 30 teleport'],
    ],
    [
      'through take-off, from the first',
      accelerate([0, 50, 70, 85, 105, 130, 160, 195, 230, 250]),
      [],
    ],
    [
      'but not three jumps to and fro',
      [makeFix(0, 20_000), makeFix(30, 30_000), makeFix(60, 20_000 - 8000), makeFix(90, 30_000)],
      ['disbelieved 30 teleport', 'disbelieved 60 teleport', 'disbelieved 90 unreachable'],
    ],
    [
      'nor faster than anything flies',
      travel(400, 30, 4),
      ['disbelieved 30 teleport', 'disbelieved 60 teleport', 'disbelieved 90 unreachable'],
    ],
  ]
  it.each(cases)('a person who is fast is believed: %s', (_name, fixes, told) => {
    expect(tell(applyAll(makeEngine(), fixes))).toEqual(told)
  })
})

it('a person who jumps into the ban and stays is found, from the first fix there', () => {
  const fixes = [makeFix(0, 90_000), makeFix(30, 300), makeFix(60, 320)]
  expect(tell(applyAll(makeEngine(), fixes))).toEqual([
    'disbelieved 30 teleport',
    'disbelieved 60 unreachable',
    'raised location-ban-breach 30',
  ])
})

it('a monitor that is far from a phone left at home, and can have come from where it was, is believed from its first fix there', () => {
  const phone = { deviceId: 'offender-device-2' }
  const fixes = [0, 300, 600].flatMap((at) => [
    makeFix(at - 5, 9_000, at / 100, phone),
    makeFix(at, at < 600 ? 9_000 : 120, 3),
  ])
  expect(tell(applyAll(makeEngine({ reportIntervalSeconds: 300 }), fixes))).toEqual([
    'raised location-ban-breach 600',
  ])
})
