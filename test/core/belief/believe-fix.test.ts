import { describe, expect, it } from 'vitest'
import { makeEngine, applyAll, makeFix, startMs } from '../engine-world.ts'
import { situationOf } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'

describe('a fix is believed or not, for a reason', () => {
  const cases: [name: string, fixes: Fix[], reasons: string[][]][] = [
    ['an ordinary one', [makeFix(0, 9000)], []],
    ['as poor as is believable', [makeFix(0, 9000, 0, { accuracyMeters: 499.9 })], []],
    ['poorer', [makeFix(0, 9000, 0, { accuracyMeters: 500 })], [['accuracy-too-poor']]],
    [
      'of an infinite radius',
      [makeFix(0, 9000, 0, { accuracyMeters: Infinity })],
      [['accuracy-too-poor']],
    ],
    ['a null island', [makeFix(0, 0, 0, { longitude: 0, latitude: 0 })], [['null-island']]],
    ['near the null island', [makeFix(0, 0, 0, { longitude: 0.02, latitude: 0 })], []],
    ['a clock tolerably ahead', [makeFix(0, 9000, 0, { receivedAtMs: startMs - 5000 })], []],
    [
      'a clock further ahead',
      [makeFix(0, 9000, 0, { receivedAtMs: startMs - 5001 })],
      [['future-clock']],
    ],
    // 10 s at 90 m/s, and twice both radii of 10 m: 940 m.
    ['as far as the fastest gets', [makeFix(0, 9000), makeFix(10, 9930)], []],
    ['further', [makeFix(0, 9000), makeFix(10, 9950)], [['teleport']]],
    [
      'as far, with poorer radii',
      [makeFix(0, 9000), makeFix(10, 9950, 0, { accuracyMeters: 30 })],
      [],
    ],
    [
      'two places at one moment',
      [makeFix(0, 9000), makeFix(0, 9010)],
      [['contradicts-same-moment']],
    ],
    [
      'two places at one moment, the surer one stands though it was numbered later',
      [
        makeFix(0, 9000, 0, { accuracyMeters: 20, sequence: 1 }),
        makeFix(0, 9010, 0, { sequence: 2 }),
      ],
      [['contradicts-same-moment']],
    ],
    [
      'one that stands, and twice another place',
      [makeFix(0, 9000), makeFix(0, 9010), makeFix(0, 9010, 0, { sequence: 4 })],
      [['contradicts-same-moment'], ['contradicts-same-moment']],
    ],
    [
      'a null island beside a true one says nothing of it',
      [makeFix(0, 0, 0, { longitude: 0, latitude: 0 }), makeFix(0, 9000)],
      [['null-island']],
    ],
    [
      'nor does a rough one, whichever is numbered first',
      [
        makeFix(0, 9000, 0, { accuracyMeters: 1000, sequence: 1 }),
        makeFix(0, 9010, 0, { sequence: 2 }),
        makeFix(30, 9000, 0, { accuracyMeters: 1000, sequence: 4 }),
        makeFix(30, 9010, 0, { sequence: 3 }),
      ],
      [['accuracy-too-poor'], ['accuracy-too-poor']],
    ],
    [
      'one place at one moment, twice',
      [makeFix(0, 9000), makeFix(0, 9000, 0, { sequence: 4 })],
      [],
    ],
    [
      'two devices of one person at one moment',
      [makeFix(0, 9000), makeFix(0, 9010, 0, { deviceId: 'offender-device-2' })],
      [],
    ],
    [
      'two that agree may open, and clear nothing before the place can be reached',
      [makeFix(0, 9000), makeFix(10, 60_000), makeFix(20, 60_100), makeFix(600, 60_000)],
      [['teleport'], ['unreachable']],
    ],
    [
      'two that do not agree do not',
      [makeFix(0, 9000), makeFix(10, 60_000), makeFix(20, 90_000)],
      [['teleport'], ['teleport']],
    ],
    [
      'after a jump and back, the next jump there finds its witness',
      [makeFix(0, 9000), makeFix(10, 60_000), makeFix(20, 9000), makeFix(30, 60_000)],
      [['teleport'], ['unreachable']],
    ],
    [
      'but not later than five minutes after it',
      [
        makeFix(0, 99_000),
        makeFix(10, 10_000),
        ...[160, 311].map((second) => makeFix(second, 99_000)),
        makeFix(320, 10_000),
      ],
      [['teleport'], ['teleport']],
    ],
    [
      'and within them',
      [
        makeFix(0, 99_000),
        makeFix(10, 10_000),
        ...[160, 310].map((second) => makeFix(second, 99_000)),
        makeFix(320, 10_000),
      ],
      [['teleport'], ['unreachable']],
    ],
  ]
  it.each(cases)('a fix is believed or not, for a reason: %s', (_name, fixes, reasons) => {
    const effects = applyAll(makeEngine(), fixes)
    const told = effects.flatMap((effect) =>
      effect.type === 'fix-disbelieved' ? [effect.reasons] : [],
    )
    expect(told).toEqual(reasons)
  })
})

it('a fix that is not believed does not move where the person was last seen', () => {
  const engine = makeEngine()
  applyAll(engine, [makeFix(0, 9000), makeFix(10, 0, 0, { longitude: 0, latitude: 0 })])
  expect(situationOf(engine, 'offender').lastBelievedAtMs).toBe(startMs)
})
