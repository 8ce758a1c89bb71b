import { describe, expect, it } from 'vitest'
import { advanceTo, applyFix, situationOf } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  startMs,
  tell,
} from '../engine-world.ts'

// A round ban of 500 m, a band of 500 m around it, a device that reports each 30 s.
describe('a breach opens', () => {
  const network = { accuracyMeters: 100 }
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    ['on one fix surely inside', [makeFix(0, 300)], ['raised location-ban-breach 0']],
    ['not on one fix that may be inside', [makeFix(0, 490)], ['raised location-ban-approach 0']],
    [
      'on two fixes within a minute more likely in than out, from the first',
      [makeFix(0, 490), makeFix(60, 490)],
      ['raised location-ban-approach 0', 'raised location-ban-breach 0'],
    ],
    [
      'not on two further apart',
      [makeFix(0, 490), makeFix(61, 490)],
      ['raised location-ban-approach 0'],
    ],
    [
      'not on two reports of one moment',
      [makeFix(0, 490), makeFix(0, 490, 0, { sequence: 1 })],
      ['raised location-ban-approach 0'],
    ],
    [
      'not on two just outside',
      [makeFix(0, 510), makeFix(30, 510)],
      ['raised location-ban-approach 0'],
    ],
    [
      'not on a poor fix alone',
      [makeFix(0, 0, 0, { accuracyMeters: 600 })],
      ['disbelieved 0 accuracy-too-poor'],
    ],
    [
      'not on two poor fixes together',
      [makeFix(0, 0, 0, { accuracyMeters: 500 }), makeFix(30, 0, 0, { accuracyMeters: 500 })],
      ['disbelieved 0 accuracy-too-poor', 'disbelieved 30 accuracy-too-poor'],
    ],
    [
      'by a second device that keeps saying he is inside, whatever the first says',
      [
        makeFix(0, 60_000),
        makeFix(10, 0, 0, { deviceId: 'offender-device-2' }),
        makeFix(20, 60_000),
        makeFix(30, 0, 0, { deviceId: 'offender-device-2' }),
      ],
      ['disbelieved 10 teleport', 'raised location-ban-breach 10'],
    ],
    [
      'on a doubted fix and a believed one together',
      [makeFix(0, 0, 0, { accuracyMeters: 500 }), makeFix(30, 490)],
      ['disbelieved 0 accuracy-too-poor', 'raised location-ban-breach 0'],
    ],
    [
      'on one network fix when the area is large for it',
      [makeFix(0, 0, 0, network), makeFix(400, 480, 0, network)],
      ['raised location-ban-breach 0'],
    ],
    [
      'by a device whose clock runs ahead',
      [makeFix(0, 300, 0, { receivedAtMs: startMs - 60_000 })],
      ['disbelieved 0 future-clock', 'raised location-ban-breach 0'],
    ],
    [
      'beside a fix of 0, 0 in the same second',
      [makeFix(0, 0, 0, { longitude: 0, latitude: 0 }), makeFix(0, 0)],
      ['disbelieved 0 null-island', 'raised location-ban-breach 0'],
    ],
    [
      'beside a rough fix in the same second, numbered before it',
      [
        makeFix(0, -200, 0, { accuracyMeters: 1000, sequence: 1 }),
        makeFix(0, 0, 0, { sequence: 2 }),
      ],
      ['disbelieved 0 accuracy-too-poor', 'raised location-ban-breach 0'],
    ],
    [
      'not by a jump that nothing confirms',
      [makeFix(0, 60_000), makeFix(10, 0), makeFix(20, 60_000)],
      ['disbelieved 10 teleport'],
    ],
    [
      'by a jump that the next fix confirms, from the jump on',
      [makeFix(0, 60_000), makeFix(10, 0), makeFix(20, 0)],
      ['disbelieved 10 teleport', 'disbelieved 20 unreachable', 'raised location-ban-breach 10'],
    ],
    // In the corner of the box around the area: inside the square, outside the circle.
    ['not in the corner of the box', [makeFix(0, 480, 480)], ['raised location-ban-approach 0']],
    ['not in the corner of the box around the band', [makeFix(0, 950, 950)], []],
  ]
  it.each(cases)('a breach opens: %s', (_name, fixes, told) => {
    expect(tell(applyAll(makeEngine(), fixes))).toEqual(told)
  })
})

describe('a breach of somebody who has lain still beside the border', () => {
  /** For so long, a fix a minute, drifting by a few metres. */
  const still = (minutes: number): Fix[] =>
    Array.from({ length: minutes + 1 }, (_, minute) =>
      makeFix(60 * (minute - minutes) - 30, 530 + (minute % 4), minute % 3, { accuracyMeters: 30 }),
    )
  const drifting = (fixes: Fix[]) =>
    tell(applyAll(makeEngine(), fixes)).filter((line) => !line.includes('approach'))
  const doubtful = [makeFix(0, 497), makeFix(30, 496)]

  it('a breach beside the border after a long rest does not open on two doubtful fixes, which err together', () => {
    expect(drifting([...still(15), ...doubtful])).toEqual([])
  })

  it('a breach beside the border opens on two doubtful fixes as ever after a short rest', () => {
    expect(drifting([...still(14), ...doubtful])).toEqual(['raised location-ban-breach 0'])
  })

  it('a breach beside the border after a long rest surely outside opens on two sure ones, on likely ones that go on, and on one that is surer', () => {
    const two = (metersEast: number) => [makeFix(0, metersEast), makeFix(30, metersEast)]
    expect(drifting([...still(15), ...two(488)])).toEqual(['raised location-ban-breach 0'])
    expect(drifting([...still(15), ...two(491)])).toEqual([])
    const goingOn = Array.from({ length: 6 }, (_, at) => makeFix(30 * at, 491, at))
    expect(drifting([...still(15), ...goingOn])).toHaveLength(1)
    expect(drifting([...still(15), makeFix(0, 450)])).toEqual(['raised location-ban-breach 0'])
  })
})

describe('a breach ends', () => {
  const inside = makeFix(0, 300)
  const far = (seconds: number, values: Partial<Fix> = {}) => makeFix(seconds, 1600, 0, values)
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    [
      'on two fixes outside, a minute apart, at the first',
      [far(300), far(360)],
      ['ended location-ban-breach 300'],
    ],
    ['not on two less than a minute apart', [far(300), far(359)], []],
    ['not on one', [far(300)], []],
    ['not on one moment told twice', [far(300), far(300, { sequence: 1 })], []],
    ['not within 50 m of the border', [makeFix(60, 549), makeFix(120, 549)], []],
    [
      '50 m beyond the border',
      [makeFix(60, 550.5), makeFix(120, 550.5)],
      ['ended location-ban-breach 60'],
    ],
    [
      'beyond twice the accuracy when that is more',
      [makeFix(60, 599, 0, { accuracyMeters: 50 }), makeFix(120, 599, 0, { accuracyMeters: 50 })],
      [],
    ],
    ['not when he came back in between', [far(300), makeFix(340, 540), far(370), far(400)], []],
    [
      'not by fixes that are not believed',
      [
        far(300, { accuracyMeters: 500 }),
        far(360, { accuracyMeters: 500 }),
        far(420, { accuracyMeters: 500 }),
      ],
      [
        'disbelieved 300 accuracy-too-poor',
        'disbelieved 360 accuracy-too-poor',
        'disbelieved 420 accuracy-too-poor',
      ],
    ],
    [
      'not when a doubted fix may be inside in between',
      [far(300), makeFix(330, 0, 0, { accuracyMeters: 500 }), far(360)],
      ['disbelieved 330 accuracy-too-poor'],
    ],
    [
      'not by a clock that runs ahead',
      [far(300, { receivedAtMs: startMs }), far(360, { receivedAtMs: startMs })],
      ['disbelieved 300 future-clock', 'disbelieved 360 future-clock'],
    ],
  ]
  it.each(cases)('a breach ends: %s', (_name, fixes, told) => {
    const engine = makeEngine()
    const raised = applyFix(engine, inside)
    const found = tell([...raised, ...applyAll(engine, fixes)]).slice(1)
    expect(found.filter((line) => !line.includes('approach'))).toEqual(told)
  })

  it('a breach ends only after as many fixes at different moments as the limits ask for', () => {
    const engine = makeEngine({ limits: { clearFixCountMin: 3 } })
    const told = applyAll(engine, [inside, far(300), far(300, { sequence: 1 }), far(360)])
    expect(tell(told)).toEqual(['raised location-ban-breach 0'])
    expect(tell(applyFix(engine, far(390)))).toEqual(['ended earlier 300'])
  })

  it('a position that is not a number neither opens nor ends anything', () => {
    const engine = makeEngine()
    const nowhere = { longitude: Number.NaN, latitude: Number.NaN }
    const told = tell(applyAll(engine, [makeFix(0, 0, 0, nowhere), makeFix(60, 0, 0, nowhere)]))
    expect(told).toEqual(['disbelieved 0 null-island', 'disbelieved 60 null-island'])
    applyFix(engine, makeFix(90, 300))
    applyAll(
      engine,
      [150, 210, 270].map((seconds) => makeFix(seconds, 0, 0, nowhere)),
    )
    expect(situationOf(engine, 'offender').isInOpenApproach).toBe(true)
  })
})

describe('the approach band', () => {
  it('an approach is raised once, early, and ends beyond the band', () => {
    const fixes = [
      makeFix(0, 1500),
      makeFix(30, 990),
      makeFix(60, 800),
      makeFix(90, 1100),
      makeFix(150, 1100),
    ]
    expect(tell(applyAll(makeEngine(), fixes))).toEqual([
      'raised location-ban-approach 30',
      'ended location-ban-approach 90',
    ])
  })

  it('an approach is not raised beside a breach that opens by the same fix, nor when the person leaves beyond it', () => {
    const fixes = [makeFix(0, 300), makeFix(60, 1500), makeFix(120, 1500)]
    expect(tell(applyAll(makeEngine(), fixes))).toEqual([
      'raised location-ban-breach 0',
      'ended location-ban-breach 60',
    ])
  })

  it('an approach is raised when the breach is over and the person goes on being near', () => {
    const engine = makeEngine()
    const told = applyAll(engine, [makeFix(0, 300), makeFix(60, 700), makeFix(120, 700)])
    told.push(...applyAll(engine, [makeFix(180, 700), makeFix(240, 1600), makeFix(300, 1600)]))
    expect(tell(told)).toEqual([
      'raised location-ban-breach 0',
      'raised location-ban-approach 120',
      'ended location-ban-breach 60',
      'ended location-ban-approach 240',
    ])
    const approach = told.flatMap((effect) => ('alert' in effect ? [effect.alert] : []))[1]!
    expect(approach.evidence.facts['recentApproachCount']).toBe(1)
  })

  it('an approach is raised when the person turns back to the ban before being surely beyond the band', () => {
    const fixes = [
      makeFix(0, 300),
      makeFix(60, 1020),
      makeFix(120, 1020),
      makeFix(180, 1020),
      makeFix(240, 700),
    ]
    expect(tell(applyAll(makeEngine(), fixes))).toEqual([
      'raised location-ban-breach 0',
      'ended location-ban-breach 60',
      'raised location-ban-approach 240',
    ])
  })

  it('an approach ends only 50 m beyond the band', () => {
    const fixes = [
      makeFix(0, 900),
      makeFix(60, 1049),
      makeFix(120, 1049),
      makeFix(180, 1051),
      makeFix(240, 1051),
    ]
    expect(tell(applyAll(makeEngine(), fixes))).toEqual([
      'raised location-ban-approach 0',
      'ended location-ban-approach 180',
    ])
  })
})

describe('a ban that is not in force', () => {
  const untilMs = startMs + 100_000
  it('a ban is not judged before the order begins, and is from its first moment on', () => {
    const engine = makeEngine({ orders: [makeOrder({ validFromMs: startMs + 1000 })] })
    expect(tell(applyAll(engine, [makeFix(0.999, 300)]))).toEqual([])
    expect(tell(applyAll(engine, [makeFix(1, 300)]))).toEqual(['raised location-ban-breach 1'])
  })

  it('a breach ends at the moment the order ends, found by the next fix', () => {
    const engine = makeEngine({ orders: [makeOrder({ validUntilMs: untilMs })] })
    expect(
      tell(applyAll(engine, [makeFix(0, 300), makeFix(99.999, 300), makeFix(100, 300)])),
    ).toEqual(['raised location-ban-breach 0', 'ended location-ban-breach 100'])
  })

  it('a breach ends at the moment the order ends, found by the clock', () => {
    const engine = makeEngine({ orders: [makeOrder({ validUntilMs: untilMs })] })
    const [raised] = applyFix(engine, makeFix(0, 300))
    if (raised?.type !== 'alert-raised') throw new Error('a breach was expected')
    const endsAt = (nowMs: number) =>
      advanceTo(engine, nowMs).filter(
        (effect) => effect.type === 'alert-ended' && effect.alertId === raised.alert.id,
      )
    expect(endsAt(untilMs - 1)).toEqual([])
    expect(endsAt(untilMs)).toMatchObject([{ clearedAtMs: untilMs, learnedAtMs: untilMs }])
    expect(situationOf(engine, 'offender').isInOpenApproach).toBe(false)
  })

  it('a ban is not judged while presence is permitted; inside when that ends is a breach from that moment on', () => {
    const exceptions = [{ fromMs: startMs + 60_000, untilMs, reason: 'hearing' }]
    const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions } as const
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    const fixes = [0, 30, 60, 90, 110].map((seconds) => makeFix(seconds, 300))
    expect(tell(applyAll(engine, fixes))).toEqual([
      'raised location-ban-breach 0',
      'ended location-ban-breach 60',
      'raised location-ban-breach 100',
    ])
  })

  it('a ban that ceased and came back between two fixes makes two breaches', () => {
    const exceptions = [{ fromMs: startMs + 60_000, untilMs, reason: 'hearing' }]
    const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions } as const
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    expect(tell(applyAll(engine, [makeFix(0, 300), makeFix(120, 300)]))).toEqual([
      'raised location-ban-breach 0',
      'raised location-ban-breach 120',
      'ended location-ban-breach 60',
    ])
  })

  it.each([
    {
      name: 'a likely fix before is not confirmed by a likely one after',
      fixes: [makeFix(50, 480, 0, { accuracyMeters: 60 })],
      told: [],
    },
    {
      name: 'two likely fixes after confirm each other',
      fixes: [50, 80].map((seconds) => makeFix(seconds, 480, 0, { accuracyMeters: 60 })),
      told: ['raised location-ban-breach 50'],
    },
    {
      name: 'a sure fix after is a breach that begins with it',
      fixes: [makeFix(50, 300)],
      told: ['raised location-ban-breach 50'],
    },
  ])('two fixes across a permitted presence of half a minute: $name', ({ fixes, told }) => {
    const exceptions = [{ fromMs: startMs + 10_000, untilMs: startMs + 40_000, reason: 'visit' }]
    const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions } as const
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    const likely = makeFix(0, 480, 0, { accuracyMeters: 60 })
    const found = tell([
      ...applyAll(engine, [likely, ...fixes]),
      ...advanceTo(engine, startMs + 9e4),
    ])
    expect(found.filter((line) => line.includes('breach'))).toEqual(told)
  })

  it('a ban of a suspended order is not judged', () => {
    const engine = makeEngine({ orders: [makeOrder({ status: 'suspended' })] })
    expect(tell(applyAll(engine, [makeFix(0, 300)]))).toEqual([])
  })
})

it('the alert carries the numbers behind it and no coordinate outside the fixes', () => {
  const engine = makeEngine()
  applyAll(engine, [makeFix(-60, 3000), makeFix(-30, 0, 0, { longitude: 0, latitude: 0 })])
  const [effect] = applyFix(engine, makeFix(0, 300))
  if (effect?.type !== 'alert-raised') throw new Error('a breach was expected')
  const { evidence, ...alert } = effect.alert
  expect(alert).toMatchObject({
    kind: 'location-ban-breach',
    priority: 'P1',
    protectionOrderId: 'order',
    locationBanId: 'ban',
    deviceId: 'offender-device',
    late: false,
    learnedAtMs: startMs + 1000,
  })
  expect(alert.probability).toBeGreaterThan(0.99)
  expect(evidence.protectionOrderVersion).toBe(1)
  expect(evidence.fixes.map(({ disbelief }) => disbelief)).toEqual([['null-island'], []])
  expect(JSON.stringify({ alert, facts: evidence.facts })).not.toContain('52.1')
})
