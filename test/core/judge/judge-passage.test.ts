import { describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../../src/core/model/alert.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { applyFix, restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { createRandom } from '../../property/random.ts'
import {
  applyAll,
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  place,
  startMs,
  tell,
} from '../engine-world.ts'

// The ban is round, 500 m; the fixes lie on either side of it, beyond the approach band.
describe('a passage is inferred', () => {
  const west = makeFix(0, -2000)
  const passage = ['raised location-ban-passage 60', 'ended location-ban-passage 60']
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    ['when the straight path leads through the ban', [west, makeFix(120, 2000)], passage],
    [
      'at the longest gap',
      [west, makeFix(300, 2000)],
      ['raised location-ban-passage 150 late', 'ended location-ban-passage 150'],
    ],
    ['not across a longer gap than the plan explains', [west, makeFix(301, 2000)], []],
    ['not when the path leads by', [west, makeFix(120, 0, 2000)], []],
    ['not through the corner of the box', [makeFix(0, -800, 0), makeFix(60, 0, 800)], []],
    [
      'not when no deeper than the fixes are sure',
      [
        makeFix(0, -2000, 480, { accuracyMeters: 30 }),
        makeFix(120, 2000, 480, { accuracyMeters: 30 }),
      ],
      [],
    ],
    ['deeper than that', [makeFix(0, -2000, 480), makeFix(120, 2000, 480)], passage],
    [
      'not from a fix that is not believed',
      [makeFix(0, -2000, 0, { accuracyMeters: 500 }), makeFix(120, 2000)],
      ['disbelieved 0 accuracy-too-poor'],
    ],
    [
      'not when one end is inside: that is a breach',
      [west, makeFix(60, 100), makeFix(120, 2000), makeFix(180, 2000)],
      ['raised location-ban-breach 60', 'ended location-ban-breach 120'],
    ],
  ]
  it.each(cases)('a passage is inferred: %s', (_name, fixes, told) => {
    const shown = tell(applyAll(makeEngine(), fixes)).filter((line) => !line.includes('approach'))
    expect(shown).toEqual(told)
  })
})

describe('a coarse position that is believed hides no passage', () => {
  const coarse = (seconds: number, east: number, north: number, accuracyMeters = 490): Fix =>
    makeFix(seconds, east, north, { accuracyMeters })
  const west = makeFix(0, -2_000)
  const east = makeFix(120, 2_000)
  const passage = 'raised location-ban-passage 60'
  // Round by the north, no faster than a car.
  const beside = [-1_000, 0, 1_000].map((at, n) => coarse(30 * (n + 1), at, 900))
  /** From 10 m to 320 in steps of two, the last three as far aside. */
  const doubling = (aside: readonly number[]): Fix[] => [
    makeFix(-30, -3_000),
    coarse(0, -2_000, 0, 20),
    coarse(15, -1_500, 0, 40),
    coarse(30, -1_000, 0, 80),
    coarse(45, -500, aside[0] ?? 0, 160),
    coarse(60, 0, aside[1] ?? 0, 320),
    coarse(75, 500, aside[2] ?? 0, 320),
  ]
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    ['one', [west, coarse(60, 0, 900), east], [passage]],
    ['a row of them', [west, ...beside, east], [passage]],
    ['of 311 m beside the way', [west, coarse(60, 0, -620, 311), east], [passage]],
    ['not where it lies so far off that he went round', [west, coarse(60, 0, 1_100), east], []],
    [
      'not where one of a row says that he went round',
      [west, coarse(30, -1_000, 1_100), coarse(60, 0, 900), east],
      [],
    ],
    ['not where it is hardly coarser', [west, coarse(60, 0, 900, 20), east], []],
    [
      'to another coarse one that is surely outside',
      [west, coarse(60, 0, 900), coarse(120, 2_000, 0)],
      [passage],
    ],
    [
      'not to another coarse one that may lie inside',
      [west, coarse(60, 0, 900), coarse(120, 700, 0)],
      [],
    ],
    [
      'to one of 12 m after one of 5 m',
      [coarse(0, -2_000, 0, 5), coarse(60, 0, 900), coarse(120, 2_000, 0, 12)],
      [passage],
    ],
    [
      'not over a longer time than the plan explains',
      [west, coarse(150, 0, 900), makeFix(301, 2_000)],
      [],
    ],
    [
      'of a row that doubles step by step',
      [...doubling([300, 600, 600]), east],
      [`${passage}.938`],
    ],
    [
      'not where one of a row that doubles step by step says that he went round',
      [...doubling([700, 900, 600]), east],
      [],
    ],
    [
      'not of a row of radii that change by no more than twice and back',
      [
        west,
        coarse(30, -1_000, 1_000, 20),
        coarse(60, 0, 1_200, 10),
        coarse(90, 1_000, 1_000, 20),
        east,
      ],
      [],
    ],
  ]
  it.each(cases)(
    'a coarse position that is believed hides no passage: %s',
    (_name, fixes, told) => {
      const shown = tell(applyAll(makeEngine(), fixes))
      expect(shown.filter((line) => line.startsWith('raised location-ban-passage'))).toEqual(told)
    },
  )

  it('a passage past a coarse position is told once', () => {
    const fixes = [west, coarse(60, 0, 900), east, coarse(150, 2_500, 300), makeFix(180, 3_000)]
    const shown = tell(applyAll(makeEngine(), fixes))
    expect(shown.filter((line) => line.startsWith('raised location-ban-passage'))).toEqual([
      passage,
    ])
  })

  it('a passage past a coarse position is told across a snapshot', () => {
    const [engine, restored] = [makeEngine(), makeEngine()]
    applyAll(engine, [west, coarse(60, 0, 900)])
    for (const { scope, state } of takeSnapshots(engine)) {
      // By the state alone: from the window all of it would be found anew.
      if (!scope.startsWith('window')) restoreSnapshot(restored, scope, state)
    }
    const shown = tell(applyAll(restored, [east]))
    expect(shown.filter((line) => line.startsWith('raised location-ban-passage'))).toEqual([
      passage,
    ])
  })

  it('a passage past a coarse position is told by a monitor beside another one', () => {
    const phone = [10, 70, 130].map((at) =>
      makeFix(at, -2_500, 0, { deviceId: 'offender-device-2' }),
    )
    const fixes = [west, coarse(60, 0, 900), east, ...phone]
    const sorted = fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
    const shown = tell(applyAll(makeEngine(), sorted))
    expect(shown.filter((line) => line.startsWith('raised location-ban-passage'))).toEqual([
      passage,
    ])
  })
})

describe('a fix that is not to be believed hides no passage', () => {
  const from = makeFix(0, -2000, 0, { satellites: 9 })
  const to = makeFix(120, 2000, 0, { satellites: 9 })
  const aside = (values: Partial<Fix>) => makeFix(60, 0, 2500, { satellites: 9, ...values })
  const cases: [name: string, between: Fix[], passages: string[]][] = [
    ['without satellites', [aside({ satellites: 0 })], ['60']],
    [
      'without satellites, and a wider radius',
      [aside({ satellites: 0, accuracyMeters: 40 })],
      ['60'],
    ],
    ['with an HDOP that is no position', [aside({ hdop: 99, satellites: null })], ['60']],
    ['of a clock that is ahead', [aside({ receivedAtMs: startMs + 20_000 })], ['60']],
    ['twice', [aside({ satellites: 0 }), makeFix(90, 500, 2500, { satellites: 0 })], ['60']],
    [
      'from where it crosses by itself, told once',
      [makeFix(60, 1900, 0, { satellites: 0 })],
      ['30'],
    ],
    ['but one that is believed shows the way he went', [aside({})], []],
  ]
  it.each(cases)(
    'a fix that is not to be believed hides no passage: %s',
    (_name, between, passages) => {
      const told = tell(applyAll(makeEngine(), [from, ...between, to]))
      expect(told.filter((line) => line.startsWith('raised location-ban-p'))).toEqual(
        passages.map((seconds) => `raised location-ban-passage ${seconds}`),
      )
    },
  )

  it('a fix that is not to be believed hides no passage of a monitor beside another one', () => {
    const other = { deviceId: 'offender-device-2' }
    const told = tell(
      applyAll(makeEngine(), [
        from,
        aside({ satellites: 0 }),
        makeFix(61, 0, 2500, { satellites: 0, ...other }),
        to,
      ]),
    )
    expect(told.filter((line) => line.startsWith('raised location-ban-p'))).toHaveLength(1)
  })
})

describe('a sighting in the ban that opens no breach hides no passage', () => {
  // 60 m round, 400 m in each report, 30 m sure.
  const area = { type: 'circle', ...home, radiusMeters: 60 } as const
  const orders = [makeOrder({ locationBans: [makeBan({ area, approachMeters: 0 })] })]
  const drive = (...places: number[]) =>
    places.map((east, index) => makeFix(30 * index, east, 0, { accuracyMeters: 30 }))
  const cases: [name: string, fixes: Fix[], passages: string[]][] = [
    ['none in it', drive(-770, -370, 430, 830), ['44.063']],
    ['one in it, past the middle', drive(-770, -370, 30, 430, 830), ['58.125']],
    ['one in it, before the middle', drive(-830, -430, -30, 370, 770), ['61.875']],
    ['one well in it, told when he has left', drive(-400, -27, 62, 70, 470), ['39.375']],
    ['one well in it, left at a walk', drive(-400, 27, 62, 70), ['30']],
    ['a touch of the border', drive(-400, -59, -400, -800), []],
  ]
  it.each(cases)(
    'a sighting in the ban that opens no breach hides no passage: %s',
    (_name, fixes, passages) => {
      const told = tell(applyAll(makeEngine({ orders }), fixes))
      expect(told.filter((line) => line.startsWith('raised location-ban-p'))).toEqual(
        passages.map((seconds) => `raised location-ban-passage ${seconds}`),
      )
    },
  )

  it('every further sighting in the ban leaves an alert, whatever the speed, the size and the radius', () => {
    const random = createRandom(20_261_102)
    let passageCount = 0
    for (let run = 0; run < 400; run++) {
      const radiusMeters = random.between(20, 200)
      const accuracyMeters = random.between(5, 80)
      const ban = makeBan({ area: { type: 'circle', ...home, radiusMeters }, approachMeters: 0 })
      const aside = random.between(0, radiusMeters)
      const ways = [random.between(-3, -1), random.between(-1, 1), random.between(1, 3)]
      const fixes = ways.map((way, index) =>
        makeFix(60 * index, way * radiusMeters, aside, { accuracyMeters }),
      )
      const isSeen = (seen: readonly Fix[]) =>
        tell(applyAll(makeEngine({ orders: [makeOrder({ locationBans: [ban] })] }), seen)).some(
          (line) => /raised location-ban-(passage|breach)/.test(line),
        )
      if (!isSeen([fixes[0]!, fixes[2]!])) continue
      passageCount++
      expect(isSeen(fixes), JSON.stringify({ radiusMeters, accuracyMeters, aside, ways })).toBe(
        true,
      )
    }
    expect(passageCount).toBeGreaterThan(50)
  })
})

it('a passage is not inferred when the ban was not in force at either end', () => {
  for (const stretch of [
    { fromMs: 0, untilMs: startMs + 60_000 },
    { fromMs: startMs + 60_000, untilMs: startMs + 1e6 },
  ]) {
    const schedule = {
      timeZone: 'Europe/Amsterdam',
      weekly: null,
      exceptions: [{ ...stretch, reason: 'hearing' }],
    } as const
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    expect(tell(applyAll(engine, [makeFix(0, -2000), makeFix(120, 2000)]))).toEqual([])
  }
})

it('a passage says that it assumes a straight path, and whether there was time to go round', () => {
  const fast = findPassage([makeFix(0, -700), makeFix(60, 700)])
  expect(fast.priority).toBe('P2')
  expect(fast.occurredAtMs).toBe(startMs + 30_000)
  expect(fast.probability).toBeNull()
  expect(fast.evidence.facts['assumption']).toContain('straight path')
  expect(fast.evidence.facts['isPathAvoidable']).toBe(false)
  expect(fast.evidence.fixes).toHaveLength(2)
  const slow = findPassage([makeFix(0, -700), makeFix(300, 700)])
  expect(slow.evidence.facts['isPathAvoidable']).toBe(true)
  expect(slow.reason).toContain('going round was possible')
})

describe('a long gap calls nobody, unless there was no other way', () => {
  const priorities = (intervalSeconds: number, gap: number, east = 2000) =>
    raise(makeEngine({ reportIntervalSeconds: intervalSeconds }), [
      makeFix(0, -east),
      makeFix(gap, east),
    ]).map(({ priority, evidence: { facts } }) => `${priority} ${String(facts['isGapLong'])}`)
  it.each([
    ['what any plan explains', 60, 300, ['P2 false']],
    ['longer than the plan explains', 60, 301, []],
    ['two intervals of a slow plan, with time to go round', 600, 1200, ['P3 true']],
    ['a second more', 600, 1201, []],
    ['two intervals of an hourly plan are all that counts', 3600, 7200, ['P3 true']],
    ['and no more', 3600, 7201, []],
  ] as const)(
    'a long gap calls nobody, unless there was no other way: %s',
    (_name, interval, gap, expected) => {
      expect(priorities(interval, gap)).toEqual(expected)
    },
  )
})

describe('a path joins two sightings of one device', () => {
  const second = { deviceId: 'offender-device-2' }
  it('two devices of one person on two sides of the ban went nowhere', () => {
    const fixes = Array.from({ length: 24 }, (_, at) =>
      at % 2 === 0 ? makeFix(30 * at, -1500 - at, at) : makeFix(30 * at, 1500 + at, at, second),
    )
    expect(raise(makeEngine(), fixes)).toEqual([])
  })

  it('each of two devices shows its own way through, whatever the other says in between', () => {
    const fixes = [
      makeFix(0, -2000),
      makeFix(30, 6000, 0, second),
      makeFix(60, -1900),
      makeFix(90, 6001, 0, second),
      makeFix(150, 1900),
    ]
    expect(raise(makeEngine(), fixes).map(({ deviceId }) => deviceId)).toEqual(['offender-device'])
  })
})

describe('a doubt that may raise a breach lets a passage through', () => {
  const ahead = (seconds: number, east: number) =>
    makeFix(seconds, east, 0, { receivedAtMs: startMs + seconds * 1000 - 10_000 })
  it('a clock ten seconds ahead hides no crossing', () => {
    const fixes = Array.from({ length: 10 }, (_, at) =>
      ahead(60 * at, at % 2 === 0 ? -3000 : 3001 + at),
    )
    const passages = raise(makeEngine(), fixes)
    expect(passages).toHaveLength(9)
    expect(passages[0]?.evidence.fixes.map(({ disbelief }) => disbelief.join())).toEqual([
      'future-clock',
      'future-clock',
    ])
  })

  it('a crossing that ends in a position given again is told once', () => {
    const fixes = [makeFix(0, -2000), makeFix(240, 2000), makeFix(300, -2000), makeFix(330, 2003)]
    const told = tell(applyAll(makeEngine(), fixes))
    expect(told.filter((line) => line.startsWith('disbelieved'))).toEqual([
      'disbelieved 300 stale-repeat',
    ])
    expect(raise(makeEngine(), fixes)).toHaveLength(2)
  })

  it('a jump that nobody can travel is no way that was gone', () => {
    const told = raise(makeEngine(), [makeFix(0, -2000), makeFix(5, 90_000), makeFix(10, 90_010)])
    expect(told).toEqual([])
  })
})

describe('an area narrower than the positions are sure', () => {
  // A banned street, 15 m wide and 680 m long, with no band.
  const corners = [
    [-340, -7.5],
    [340, -7.5],
    [340, 7.5],
    [-340, 7.5],
    [-340, -7.5],
  ] as const
  const ring = corners.map(([east, north]) => {
    const { longitude, latitude } = place(east, north)
    return [longitude, latitude] as const
  })
  const area = { type: 'geometry', geometry: { type: 'Polygon', coordinates: [ring] } } as const
  const street = makeOrder({ locationBans: [makeBan({ area, approachMeters: 0 })] })
  const walk = (places: readonly (readonly [number, number])[], accuracyMeters = 10) =>
    raise(
      makeEngine({ orders: [street] }),
      places.map(([east, north], at) => makeFix(60 * at, east, north, { accuracyMeters })),
    ).length
  it.each([
    [
      'crossed',
      [
        [0, -200],
        [0, -100],
        [0, 100],
        [0, 200],
      ],
      10,
      1,
    ],
    [
      'crossed, less sure',
      [
        [0, -200],
        [0, -100],
        [0, 100],
        [0, 200],
      ],
      20,
      1,
    ],
    [
      'crossed near its end',
      [
        [329, -100],
        [329, 100],
      ],
      10,
      1,
    ],
    [
      'perhaps passed by its end',
      [
        [331, -100],
        [331, 100],
      ],
      10,
      0,
    ],
    [
      'passed by its end',
      [
        [360, -100],
        [360, 100],
      ],
      10,
      0,
    ],
    [
      'an end that may lie in it',
      [
        [0, -100],
        [0, 10],
      ],
      10,
      0,
    ],
    [
      'an end that surely does not',
      [
        [0, -100],
        [0, 20],
      ],
      10,
      1,
    ],
    [
      'along it',
      [
        [-300, 12],
        [300, 12],
      ],
      10,
      0,
    ],
  ] as const)(
    'an area narrower than the positions are sure: %s',
    (_name, places, accuracyMeters, count) => {
      expect(walk(places, accuracyMeters)).toBe(count)
    },
  )
})

it('two holes have no way from one to the other outside, and the passage says so', () => {
  const hole = (west: number, east: number) =>
    [
      [west, -100],
      [west, 100],
      [east, 100],
      [east, -100],
      [west, -100],
    ] as const
  const toRing = (corners: readonly (readonly [number, number])[]) =>
    corners.map(([east, north]) => {
      const { longitude, latitude } = place(east, north)
      return [longitude, latitude] as const
    })
  const shell = toRing([
    [-400, -300],
    [400, -300],
    [400, 300],
    [-400, 300],
    [-400, -300],
  ])
  const coordinates = [shell, toRing(hole(-250, -50)), toRing(hole(150, 250))]
  const area = { type: 'geometry', geometry: { type: 'Polygon', coordinates } } as const
  const orders = [makeOrder({ locationBans: [makeBan({ area, approachMeters: 0 })] })]
  const [between] = raise(makeEngine({ orders }), [makeFix(0, -150), makeFix(60, 200)])
  expect(between?.evidence.facts['detour']).toBe('no-way')
  expect(between?.reason).toContain('no way leads from the one to the other outside it')
  const [outOf] = raise(makeEngine({ orders }), [makeFix(0, 200), makeFix(60, 600)])
  expect(outOf?.evidence.facts['detour']).toBe('no-way')
})

function raise(engine: Engine, fixes: readonly Fix[]): AlertDraft[] {
  return applyAll(engine, fixes).flatMap((effect) =>
    effect.type === 'alert-raised' && effect.alert.kind === 'location-ban-passage'
      ? [effect.alert]
      : [],
  )
}

function findPassage(fixes: readonly Fix[]): AlertDraft {
  const engine = makeEngine()
  for (const fix of fixes) {
    for (const effect of applyFix(engine, fix)) {
      if (effect.type === 'alert-raised' && effect.alert.kind === 'location-ban-passage') {
        return effect.alert
      }
    }
  }
  throw new Error('a passage was expected')
}

it('a passage is inferred where a phone that slept beside the monitor takes over on the way', () => {
  const phone = { deviceId: 'offender-device-2' }
  const asleep = makeFix(-2_400, -2_000, 0, phone)
  const told = (fixes: readonly Fix[]): string[] =>
    tell(applyAll(makeEngine(), fixes)).filter((line) => line.includes('passage'))
  expect(told([asleep, makeFix(0, -2_000), makeFix(120, 2_000, 0, phone)])).toEqual([
    'raised location-ban-passage 60',
    'ended location-ban-passage 60',
  ])
  // One that lies on the other side slept there.
  const beyond = makeFix(-2_400, 2_000, 0, phone)
  expect(told([beyond, makeFix(0, -2_000), makeFix(120, 2_000, 0, phone)])).toEqual([])
})
