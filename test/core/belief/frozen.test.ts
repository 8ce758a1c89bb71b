import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { applyAll, makeEngine, makeFix, tell } from '../engine-world.ts'

const moving = { speedMetersPerSecond: 15 }

/** One position, a fix every ten seconds, at the speed the device claims. */
function hold(seconds: readonly number[], east: number, values: Partial<Fix> = moving): Fix[] {
  return seconds.map((second) => makeFix(second, east, 0, values))
}

describe('one position again and again', () => {
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    [
      'is frozen while the device says it moves',
      hold([0, 10, 20, 30], 9000),
      ['disbelieved 20 frozen', 'disbelieved 30 frozen'],
    ],
    ['is not while it says nothing', hold([0, 10, 20, 30], 9000, {}), []],
    ['is not at rest', hold([0, 10, 20, 30], 9000, { speedMetersPerSecond: 0 }), []],
    [
      'is not at the pace of noise',
      hold([0, 60, 120, 180], 9000, { speedMetersPerSecond: 1.9 }),
      [],
    ],
    // 2 steps of 15 m/s for 4 s: 120 m is not more than 100 m and twice 10 m; a third step is.
    ['is not before it should show', hold([0, 4, 8], 9000), []],
    ['is when it should show', hold([0, 4, 8, 12], 9000), ['disbelieved 12 frozen']],
    ['is not on one step alone', hold([0, 250], 9000), []],
    [
      'is not on a speed shown now and then',
      [0, 10, 20, 30, 40].map((second) =>
        makeFix(second, 9000, 0, { speedMetersPerSecond: second % 20 === 0 ? 15 : 0 }),
      ),
      [],
    ],
    ['is not across silence', hold([0, 301, 602], 9000), []],
    [
      'stays frozen when it says that it stopped, for an hour',
      [...hold([0, 10, 20], 9000), ...hold([3600, 3620, 3621], 9000, { speedMetersPerSecond: 0 })],
      ['disbelieved 20 frozen', 'disbelieved 3600 frozen', 'disbelieved 3620 frozen'],
    ],
    [
      'is believed again as soon as it changes',
      [...hold([0, 10, 20], 9000), makeFix(30, 9400, 0, moving)],
      ['disbelieved 20 frozen'],
    ],
    [
      'is frozen whatever 0, 0 is sent between',
      [
        ...hold([0, 10, 20], 9000),
        makeFix(25, 0, 0, { longitude: 0, latitude: 0 }),
        ...hold([30], 9000, { speedMetersPerSecond: 0 }),
      ],
      ['disbelieved 20 frozen', 'disbelieved 25 null-island', 'disbelieved 30 frozen'],
    ],
    [
      'is frozen whatever the other device of the person says between',
      hold([0, 10, 20], 9000).flatMap((fix) => [
        fix,
        { ...fix, recordedAtMs: fix.recordedAtMs + 5000, deviceId: 'offender-device-2' },
      ]),
      ['disbelieved 20 frozen'],
    ],
    [
      'is followed on the other device when the first is not heard any more',
      [
        makeFix(0, 9000, 0, moving),
        ...hold([301, 311, 321], 9000, { ...moving, deviceId: 'offender-device-2' }),
      ],
      ['disbelieved 321 frozen'],
    ],
  ]
  it.each(cases)('one position again and again: %s', (_name, fixes, told) => {
    expect(tell(applyAll(makeEngine(), fixes))).toEqual(told)
  })
})

it('a frozen position outside ends no breach, and one that moves again does', () => {
  const fixes = [
    makeFix(0, 100),
    ...hold([60, 70, 80, 140, 200], 2000),
    makeFix(260, 3000, 0, moving),
    makeFix(320, 4000, 0, moving),
  ]
  expect(tell(applyAll(makeEngine(), fixes))).toEqual([
    'raised location-ban-breach 0',
    'disbelieved 80 frozen',
    'disbelieved 140 frozen',
    'disbelieved 200 frozen',
    'ended location-ban-breach 60',
  ])
})

it('a person in the ban when the position thaws is found at once', () => {
  const fixes = [...hold([0, 10, 20, 30], 3000), makeFix(60, 300, 0, moving)]
  expect(tell(applyAll(makeEngine(), fixes)).at(-1)).toBe('raised location-ban-breach 60')
})

it('a position frozen inside has raised before it is known to be frozen', () => {
  expect(tell(applyAll(makeEngine(), hold([0, 10, 20], 300)))[0]).toBe(
    'raised location-ban-breach 0',
  )
})
