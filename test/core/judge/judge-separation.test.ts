import { describe, expect, it } from 'vitest'
import { applyFix, applyRegistryChange, situationOf } from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
  tell,
} from '../engine-world.ts'

const standing = { speedMetersPerSecond: 0 }

/** At rest at the middle for two minutes, up to the start. */
function resting(make: typeof makeFix): Fix[] {
  return [-120, -60, 0].map((second) => make(second, 0, 0, standing))
}

// Separation 1,000 m, ring 2,000 m. The victim is at home.
describe('a proximity breach opens', () => {
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    [
      "on the offender's fix",
      [makeVictimFix(0, 0), makeFix(5, 700)],
      ['raised proximity-breach 5'],
    ],
    ["on the victim's fix", [makeFix(0, 700), makeVictimFix(5, 0)], ['raised proximity-breach 5']],
    ['not when neither was seen', [makeFix(0, 700)], []],
    ['not when he is beyond the ring', [makeVictimFix(0, 0), makeFix(5, 2100)], []],
    [
      'in the ring it is an approach',
      [makeVictimFix(0, 0), makeFix(5, 1500)],
      ['raised proximity-approach 5'],
    ],
    // In the corner of the box: 950 m east and north is 1,343 m.
    [
      'in the corner of the box it is an approach',
      [makeVictimFix(0, 0), makeFix(5, 950, 950)],
      ['raised proximity-approach 5'],
    ],
    [
      "in the corner of the ring's box it is nothing",
      [makeVictimFix(0, 0), makeFix(5, 1900, 1900)],
      [],
    ],
    [
      'on two readings that are each likely',
      [
        makeVictimFix(0, 0, 0, standing),
        makeFix(5, 990, 0, standing),
        makeVictimFix(30, 0, 0, standing),
      ],
      ['raised proximity-approach 5', 'raised proximity-breach 5'],
    ],
    [
      'not on two readings that are each likely by one sighting too old to confirm',
      [
        makeVictimFix(0, 0, 0, standing),
        makeFix(130, 900, 0, standing),
        makeFix(150, 900, 0, standing),
      ],
      ['raised proximity-approach 130'],
    ],
    [
      'not on a sighting too old to say anything',
      [makeVictimFix(0, 0, 0, { speedMetersPerSecond: 10 }), makeFix(301, 100)],
      [],
    ],
    [
      'on the place where she was last seen at rest',
      [...resting(makeVictimFix), makeFix(301, 100), makeFix(361, 120)],
      ['raised proximity-approach 301', 'raised proximity-breach 301'],
    ],
    [
      'on that place for a day, and no longer',
      [...resting(makeVictimFix), makeFix(86_401, 100), makeFix(86_430, 120)],
      [],
    ],
    [
      'not, but an approach does, on the place where he was last seen at rest, when she comes near',
      [...resting(makeFix), makeVictimFix(3_600, 100), makeVictimFix(3_630, 120)],
      ['raised proximity-approach 3600'],
    ],
    [
      'not there any more once two coarse positions put her elsewhere',
      [
        ...resting(makeVictimFix),
        makeVictimFix(600, 9_000, 0, { accuracyMeters: 900 }),
        makeVictimFix(900, 9_100, 0, { accuracyMeters: 900 }),
        makeFix(1_000, 100),
        makeFix(1_030, 120),
      ],
      ['disbelieved 600 accuracy-too-poor', 'disbelieved 900 accuracy-too-poor'],
    ],
    [
      'there still when one coarse position puts her elsewhere, and one does not',
      [
        ...resting(makeVictimFix),
        makeVictimFix(600, 9_000, 0, { accuracyMeters: 900 }),
        makeVictimFix(900, 500, 0, { accuracyMeters: 900 }),
        makeFix(1_000, 100),
        makeFix(1_030, 120),
      ],
      [
        'disbelieved 600 accuracy-too-poor',
        'disbelieved 900 accuracy-too-poor',
        'raised proximity-approach 1000',
        'raised proximity-breach 1000',
      ],
    ],
    [
      'not on that place after a stop as short as a train makes, nor on one glimpse of somebody passing it',
      [
        makeVictimFix(-60, 0, 0, standing),
        makeVictimFix(0, 0, 0, standing),
        makeFix(400, 100),
        makeFix(430, 120),
      ],
      [],
    ],
    [
      'on the oldest that does',
      [makeVictimFix(0, 0, 0, standing), makeFix(300, 100)],
      ['raised proximity-breach 300'],
    ],
    [
      'not on one fix when her sighting may have moved too far since',
      [makeVictimFix(0, 0), makeFix(120, 500)],
      ['raised proximity-approach 120'],
    ],
    [
      'not against a sighting that is not believed',
      [makeVictimFix(0, 0, 0, { accuracyMeters: 500 }), makeFix(5, 100)],
      ['disbelieved 0 accuracy-too-poor'],
    ],
  ]
  it.each(cases)('a proximity breach opens: %s', (_name, fixes, told) => {
    expect(tell(applyAll(makePairEngine(), fixes))).toEqual(told)
  })
})

describe('a proximity breach ends', () => {
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    [
      'when both are seen surely further for a minute',
      [makeFix(60, 5000), makeVictimFix(65, 0), makeFix(120, 5000), makeVictimFix(125, 0)],
      ['ended proximity-breach 60'],
    ],
    [
      'not sooner',
      [makeFix(60, 5000), makeVictimFix(65, 0), makeFix(119, 5000), makeVictimFix(125, 0)],
      [],
    ],
    [
      'not while only one of them is seen anew: the other may have come along',
      [makeFix(60, 5000), makeFix(90, 5000), makeFix(120, 5000)],
      [],
    ],
    [
      'not while the margin is smaller than what is not known',
      [makeFix(100, 2000), makeFix(160, 2000)],
      [],
    ],
    ['not when her position is not known any more', [makeFix(305, 9000), makeFix(500, 9000)], []],
  ]
  it.each(cases)('a proximity breach ends: %s', (_name, fixes, told) => {
    const engine = makePairEngine()
    const raised = applyAll(engine, [makeVictimFix(0, 0), makeFix(5, 700)])
    expect(tell([...raised, ...applyAll(engine, fixes)]).slice(1)).toEqual(told)
  })
})

it('two who pass each other between sightings met, though no sighting shows it', () => {
  const engine = makePairEngine(300, 600)
  const effects = applyAll(engine, [
    makeFix(0, -3000),
    makeVictimFix(1, 3000),
    makeFix(200, 3000),
    makeVictimFix(201, -3000),
  ])
  expect(tell(effects)).toEqual(['raised proximity-breach 100.5', 'ended proximity-breach 100.5'])
  const [raised] = effects
  if (raised?.type !== 'alert-raised') throw new Error('an encounter was expected')
  expect(raised.alert.priority).toBe('P1')
  expect(raised.alert.evidence.facts['assumption']).toContain('straight paths')
  expect(raised.alert.distanceMeters).toBeLessThan(100)
})

it('a meeting at the very moment of a sighting is one meeting', () => {
  const engine = makePairEngine(300, 600)
  const effects = applyAll(engine, [
    makeVictimFix(-10, 0),
    makeFix(0, -3000),
    makeVictimFix(100, 0),
    makeFix(200, 3000),
    makeVictimFix(210, 0),
  ])
  expect(tell(effects)).toEqual(['raised proximity-breach 100', 'ended proximity-breach 100'])
})

/** Both in one car at 25 m/s: she is seen halfway between two of his reports. */
function makeSameCar(intervalSeconds: number, count: number): Fix[] {
  return Array.from({ length: count }, (_, turn) => {
    const atSeconds = turn * intervalSeconds
    const sheSeconds = atSeconds + intervalSeconds / 2
    const driving = { speedMetersPerSecond: 25 }
    return [
      makeFix(atSeconds, 25 * atSeconds, 0, driving),
      makeVictimFix(sheSeconds, 25 * sheSeconds, 0, driving),
    ]
  }).flat()
}

it.each([
  [302, 300, ['raised proximity-breach 453']],
  [340, 300, ['raised proximity-breach 510']],
  [590, 300, ['raised proximity-breach 885']],
  // Seen by each other only longer ago than two sightings of one moment may lie apart.
  [620, 600, ['raised proximity-breach 930']],
  [1190, 600, ['raised proximity-breach 1785']],
  // A lost report more than the plan explains: the straight way means little.
  [620, 300, []],
  [620, 60, []],
])(
  'two people in one car who report every %i s, on plans of %i s, are told to move together where the plan explains the gaps',
  (intervalSeconds, reportIntervalSeconds, told) => {
    const engine = makePairEngine(500, 1000, reportIntervalSeconds)
    expect(tell(applyAll(engine, makeSameCar(intervalSeconds, 2)))).toEqual(told)
  },
)

it('one in a car with somebody on a slow plan is told to move along when the second report comes', () => {
  const engine = makePairEngine(500, 1000, 60)
  setPlan(engine, 'victim-device', 300)
  const driving = { speedMetersPerSecond: 25 }
  const his = Array.from({ length: 9 }, (_, minute) =>
    makeFix(60 * minute, 1500 * minute, 0, driving),
  )
  const hers = [30, 332].map((second) => makeVictimFix(second, 25 * second, 0, driving))
  const fixes = [...his, ...hers].toSorted((one, two) => one.recordedAtMs - two.recordedAtMs)
  expect(tell(applyAll(engine, fixes))).toEqual([
    'raised proximity-approach 30',
    'raised proximity-breach 332',
  ])
})

it('two on slow plans who pass each other within many minutes are listed, for the straight way is one of many', () => {
  const engine = makePairEngine(300, 600, 300)
  const effects = applyAll(engine, [
    makeFix(0, -6000),
    makeVictimFix(1, 6000),
    makeFix(500, 6000),
    makeVictimFix(501, -6000),
  ])
  expect(tell(effects)).toEqual([
    'raised proximity-breach 250.5 late',
    'ended proximity-breach 250.5',
  ])
  const [raised] = effects
  if (raised?.type !== 'alert-raised') throw new Error('an encounter was expected')
  expect(raised.alert.priority).toBe('P3')
  expect(raised.alert.reason).toContain('between sightings, 8 min apart, closer')
})

it('two who pass at a distance did not meet', () => {
  const engine = makePairEngine(300, 600)
  const effects = applyAll(engine, [
    makeFix(0, -3000, 400),
    makeVictimFix(1, 3000),
    makeFix(200, 3000, 400),
    makeVictimFix(201, -3000),
  ])
  expect(tell(effects)).toEqual([])
})

it('six victims of one offender are judged each by their own distance', () => {
  const victims = Array.from({ length: 6 }, (_, index) => `victim-${index}`)
  const proximityBans = victims.map((victimId) => makePair({ id: `pair-${victimId}`, victimId }))
  const engine = makeEngine({ victims, orders: [makeOrder({ locationBans: [], proximityBans })] })
  const seen = victims.map((victimId, index) =>
    makeVictimFix(0, index * 1500, 0, { deviceId: `${victimId}-device` }),
  )
  applyAll(engine, seen)
  const raised = applyFix(engine, makeFix(5, 3000)).flatMap((effect) =>
    effect.type === 'alert-raised' ? [`${effect.alert.kind} ${effect.alert.victimId}`] : [],
  )
  expect(raised).toEqual([
    'proximity-approach victim-1',
    'proximity-breach victim-2',
    'proximity-approach victim-3',
  ])
})

it('one victim of two offenders is judged against both by the fix of that victim', () => {
  const proximityBans = [makePair()]
  const engine = makeEngine({
    victims: ['victim', 'second-offender'],
    orders: [
      makeOrder({ locationBans: [], proximityBans }),
      makeOrder({
        id: 'order-2',
        offenderId: 'second-offender',
        locationBans: [],
        proximityBans: [makePair({ id: 'pair-2' })],
      }),
    ],
  })
  applyAll(engine, [makeFix(0, 100), makeFix(0, -100, 0, { deviceId: 'second-offender-device' })])
  const effects = applyFix(engine, makeVictimFix(5, 0))
  expect(tell(effects)).toEqual(['raised proximity-breach 5', 'raised proximity-breach 5'])
})

it('the nearness to a victim who was never seen is not known', () => {
  const engine = makePairEngine()
  applyFix(engine, makeFix(0, 100))
  expect(situationOf(engine, 'offender').isNearDanger).toBeNull()
  applyFix(engine, makeVictimFix(5, 0))
  expect(situationOf(engine, 'offender')).toMatchObject({
    isInOpenApproach: true,
    isNearDanger: true,
    lastBelievedAtMs: startMs,
  })
  expect(situationOf(engine, 'victim').isInOpenApproach).toBe(true)
})

function makePairEngine(
  separationMeters = 1000,
  approachMeters = 2000,
  reportIntervalSeconds = 30,
): Engine {
  const proximityBans = [makePair({ separationMeters, approachMeters })]
  return makeEngine({
    reportIntervalSeconds,
    orders: [makeOrder({ locationBans: [], proximityBans })],
  })
}

function setPlan(engine: Engine, id: string, reportIntervalSeconds: number): void {
  const device = { id, vendorId: 'vendor', serialNumber: id, kind: 'victim-device' } as const
  const change = { type: 'device', device: { ...device, reportIntervalSeconds } } as const
  applyRegistryChange(engine, change, startMs - 60_000)
}
