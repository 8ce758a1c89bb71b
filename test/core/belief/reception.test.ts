import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { applyDeviceEvent, applyFix } from '../../../src/core/engine/engine.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { DeviceEvent, Fix } from '../../../src/core/model/fix.ts'
import { applyAll, makeEngine, makeFix, startMs, tell } from '../engine-world.ts'

function jam(engine: Engine, second: number, values: Partial<DeviceEvent> = {}): Effect[] {
  const recordedAtMs = startMs + second * 1000
  return applyDeviceEvent(engine, {
    deviceId: 'offender-device',
    kind: 'jamming-suspected',
    recordedAtMs,
    receivedAtMs: recordedAtMs + 1000,
    batteryFraction: null,
    sequence: null,
    ...values,
  }).filter((effect) => effect.type !== 'alert-raised' || effect.alert.kind !== 'device-tamper')
}

describe('a fix of a device that suspects jamming is doubted', () => {
  const cases: [name: string, second: number, isDoubted: boolean][] = [
    ['a minute before', -60, true],
    ['not earlier', -61, false],
    ['at the moment', 0, true],
    ['two minutes after', 120, true],
    ['not later', 121, false],
  ]
  it.each(cases)(
    'a fix of a device that suspects jamming is doubted: %s',
    (_name, second, isDoubted) => {
      const told = isDoubted ? [`disbelieved ${second} jamming-suspected`] : []
      const before = makeEngine()
      expect(tell([...jam(before, 0), ...applyFix(before, makeFix(second, 9000))])).toEqual(told)
      const after = makeEngine()
      expect(tell([...applyFix(after, makeFix(second, 9000)), ...jam(after, 0)])).toEqual(told)
    },
  )

  it('a fix is not doubted by the jamming that another device suspects, nor for another kind of event', () => {
    const engine = makeEngine()
    jam(engine, 0, { deviceId: 'victim-device' })
    jam(engine, 0, { kind: 'link-lost' })
    expect(tell(applyFix(engine, makeFix(0, 9000)))).toEqual([])
  })
})

it('a person jammed inside the ban is found all the same, and leaving does not count while it lasts', () => {
  const engine = makeEngine()
  jam(engine, 0)
  const fixes = [makeFix(0, 100), makeFix(30, 3000), makeFix(100, 4000)]
  expect(tell(applyAll(engine, fixes))).toEqual([
    'disbelieved 0 jamming-suspected',
    'raised location-ban-breach 0',
    'disbelieved 30 jamming-suspected',
    'disbelieved 100 jamming-suspected',
  ])
  const later = [makeFix(200, 5000), makeFix(260, 5000)]
  expect(tell(applyAll(engine, later))).toEqual(['ended earlier 200'])
})

it('the jamming heard of late opens a breach again that had been ended by jammed fixes', () => {
  const engine = makeEngine()
  applyAll(engine, [makeFix(0, 100), makeFix(60, 3000), makeFix(120, 4000)])
  expect(tell(jam(engine, 30))).toEqual([
    'disbelieved 0 jamming-suspected',
    'disbelieved 60 jamming-suspected',
    'disbelieved 120 jamming-suspected',
    'revised earlier reopened',
  ])
  expect(jam(engine, 30)).toEqual([])
})

it('the jamming older than what is in memory asks for the stretch to be judged again', () => {
  const engine = makeEngine({ limits: { caseWindowFixCount: 32 } })
  applyAll(
    engine,
    Array.from({ length: 100 }, (_, index) => makeFix(10 * index, 9000 + index)),
  )
  expect(tell(jam(engine, 60))).toEqual(['rejudge 0'])
})

describe('a fix without satellites', () => {
  const some = { satellites: 9 }
  const none = { satellites: 0 }
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    [
      'is doubted when it claims to know the place as well as before',
      [makeFix(0, 9000, 0, some), makeFix(10, 9010, 0, none), makeFix(20, 9020, 0, some)],
      ['disbelieved 10 satellites-lost'],
    ],
    [
      'is not when it claims less',
      [makeFix(0, 9000, 0, some), makeFix(10, 9010, 0, { ...none, accuracyMeters: 40 })],
      [],
    ],
    [
      'is not of a device that never had any',
      [makeFix(0, 9000, 0, none), makeFix(10, 9010, 0, none)],
      [],
    ],
    [
      'is not when it is a network position',
      [makeFix(0, 9000, 0, some), makeFix(10, 9010, 0, { ...none, source: 'network' })],
      [],
    ],
    [
      'is not by the satellites of another device',
      [makeFix(0, 9000, 0, some), makeFix(9, 9010, 0, { ...none, deviceId: 'offender-device-2' })],
      [],
    ],
    ['is not an hour on', [makeFix(0, 9000, 0, some), makeFix(3601, 9010, 0, none)], []],
    [
      'raises a breach all the same',
      [makeFix(0, 3000, 0, some), makeFix(120, 100, 0, none)],
      ['disbelieved 120 satellites-lost', 'raised location-ban-breach 120'],
    ],
    [
      'ends none',
      [
        makeFix(0, 100, 0, some),
        makeFix(60, 3000, 0, none),
        makeFix(120, 3100, 0, none),
        makeFix(180, 3200, 0, none),
      ],
      [
        'raised location-ban-breach 0',
        'disbelieved 60 satellites-lost',
        'disbelieved 120 satellites-lost',
        'disbelieved 180 satellites-lost',
      ],
    ],
  ]
  it.each(cases)('a fix without satellites: %s', (_name, fixes, told) => {
    expect(tell(applyAll(makeEngine(), fixes))).toEqual(told)
  })
})
