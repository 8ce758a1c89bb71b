import { describe, expect, it } from 'vitest'
import { compileCircle } from '../../../geo/ban-shape.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type {
  EscalationStep,
  LocationBan,
  ProtectionOrder,
  ProximityBan,
} from '../../../src/core/model/registry.ts'
import { isBanInForce } from '../../../src/core/rules/schedule.ts'
import {
  findDoubts,
  findWeakenings,
  isAnswerWeakening,
  isLadderWeaker,
} from '../../../src/core/rules/weakening.ts'
import { createRandom, type Random } from '../../support/random.ts'
import type { ChosenRisk } from '../../../src/core/model/registry.ts'
import { home, makeBan, makeOrder, makePair, makeRisk, startMs } from '../engine-world.ts'

const ladder: readonly EscalationStep[] = [
  { afterSeconds: 60, target: 'second-operator' },
  { afterSeconds: 120, target: 'supervisor' },
]
const place = { label: 'work', longitude: 5.2, latitude: 52.2, radiusMeters: 50 }
const order = makeOrder({
  proximityBans: [makePair({ fixedAddresses: [place] })],
  conditions: ['no-contact', 'no-weapons'],
})
const withRisk = (values: Partial<ChosenRisk>): ProtectionOrder => ({
  ...order,
  risk: makeRisk(values),
})
const calling = { alsoCalled: [{ afterSeconds: 30, target: 'supervisor' }] } as const
const [ban = makeBan()] = order.locationBans
const [pair = makePair()] = order.proximityBans

const withBan = (values: Partial<LocationBan>): ProtectionOrder => ({
  ...order,
  locationBans: [{ ...ban, ...values }],
})
const withPair = (values: Partial<ProximityBan>): ProtectionOrder => ({
  ...order,
  proximityBans: [{ ...pair, ...values }],
})
const schedule = {
  timeZone: 'Europe/Amsterdam',
  weekly: null,
  exceptions: [{ fromMs: startMs, untilMs: startMs + 1, reason: 'court' }],
} as const

describe('what weakens an order', () => {
  it.each([
    [{ reportIntervalSeconds: 15 }, { reportIntervalSeconds: 30 }],
    [{ reportIntervalSeconds: 15 }, {}],
    [{ recallMinutesMax: 5 }, { recallMinutesMax: 10 }],
    [calling, {}],
    [{ protocol: 'high-risk' }, {}],
    [{ protocol: 'high-risk' }, { protocol: 'french-order' }],
  ] as const)(
    'a risk profile that adds %j is lowered by one that adds %j, and raised by one person the other way round',
    (high, low) => {
      expect(findWeakenings(withRisk(high), withRisk(low))).toEqual(['risk-lowered'])
      expect(findWeakenings(withRisk(low), withRisk(high))).toEqual([])
    },
  )

  it('a risk profile adds to none at all, and one that is taken away lowers what it added', () => {
    const grave = withRisk({ recallMinutesMax: 5, ...calling })
    expect(findWeakenings(order, grave)).toEqual([])
    expect(findWeakenings(grave, order)).toEqual(['risk-lowered'])
    expect(findWeakenings(withRisk({}), order)).toEqual([])
    // Of two sets of steps nobody can say which is kinder.
    expect(findWeakenings(order, withRisk({ protocol: 'french-order' }))).toEqual(['risk-lowered'])
  })

  it('areas too large to be compared while others wait count as weaker, and say so', () => {
    const teeth = Array.from({ length: 9_000 }, (_, x) => [x / 1e5, x % 2 === 0 ? 0 : 50] as const)
    const combOf = (depth: number) => ({
      type: 'Polygon' as const,
      coordinates: [
        [...teeth, [1, -depth], [-1, -depth], teeth[0] ?? [0, 0]] as [number, number][],
      ],
    })
    const large = (depth: number): ProtectionOrder => ({
      ...order,
      locationBans: Array.from({ length: 20 }, (_, place) => ({
        ...ban,
        id: String(place),
        area: { type: 'geometry' as const, geometry: combOf(depth) },
      })),
    })
    expect(findWeakenings(large(1), large(1.001))).toEqual(['area-not-compared'])
  })

  it.each([
    ['suspended', { ...order, status: 'suspended' }],
    ['ended', { ...order, status: 'ended' }],
    ['other-offender', { ...order, offenderId: 'somebody' }],
    ['starts-later', { ...order, validFromMs: order.validFromMs + 1 }],
    ['ends-earlier', { ...order, validUntilMs: order.validUntilMs - 1 }],
    ['called-otherwise', { ...order, escalation: ladder }],
    ['condition-removed', { ...order, conditions: ['no-contact'] }],
    ['end-told-otherwise', { ...order, legalBasis: 'temporary-home-ban' }],
    ['unknown-change', { ...order, isTrial: true }],
    ['ban-removed', { ...order, locationBans: [] }],
    ['ban-removed', { ...order, locationBans: [{ ...ban, id: 'another' }] }],
    ['area-smaller', withBan({ area: { type: 'circle', ...home, radiusMeters: 499.9 } })],
    ['approach-narrower', withBan({ approachMeters: 499 })],
    ['schedule-narrower', withBan({ schedule })],
    ['unknown-change', withBan({ revealsAddress: true } as Partial<LocationBan>)],
    ['ban-removed', { ...order, proximityBans: [] }],
    ['other-victim', withPair({ victimId: 'somebody' })],
    ['separation-smaller', withPair({ separationMeters: 999 })],
    ['approach-narrower', withPair({ approachMeters: 1_999 })],
    ['grown-beyond-band', withBan({ area: { type: 'circle', ...home, radiusMeters: 1_001 } })],
    ['grown-beyond-band', withPair({ separationMeters: 2_001, approachMeters: 4_000 })],
    ['address-removed', withPair({ fixedAddresses: [] })],
    ['address-removed', withPair({ fixedAddresses: [{ ...place, radiusMeters: 49 }] })],
  ] as const)('an order is weaker when it is changed so: %s', (code, after) => {
    expect(findWeakenings(order, after as ProtectionOrder)).toEqual([code])
  })

  it.each([
    [['approach-wider'], withBan({ approachMeters: 501 })],
    [['approach-wider'], withPair({ approachMeters: 2_001 })],
    [
      ['address-added'],
      withPair({ fixedAddresses: [place, { ...place, label: 'shelter', latitude: 52.3 }] }),
    ],
    [['address-added'], withPair({ fixedAddresses: [{ ...place, radiusMeters: 51 }] })],
    [[], withPair({ fixedAddresses: [] })],
    [[], { ...order, proximityBans: [pair, { ...pair, id: 'another' }] }],
    [[], { ...order, reference: '09/9' }],
  ] as const)('what protects more may be heard less: %j', (doubts, after) => {
    expect(findDoubts(order, after as ProtectionOrder)).toEqual(doubts)
  })

  it.each([
    ['another name', { ...order, reference: '09/9' }],
    ['a longer run', { ...order, validFromMs: 0, validUntilMs: order.validUntilMs + 1 }],
    ['another ban', { ...order, locationBans: [ban, makeBan({ id: 'second' })] }],
    ['a larger circle', withBan({ area: { type: 'circle', ...home, radiusMeters: 501 } })],
    ['a wider band and another label', withBan({ approachMeters: 501, label: 'woning' })],
    [
      'a circle as large as its band was',
      withBan({ area: { type: 'circle', ...home, radiusMeters: 1_000 } }),
    ],
    ['more distance', withPair({ separationMeters: 1_001, approachMeters: 2_001 })],
    [
      'another address',
      withPair({
        fixedAddresses: [
          { ...place, label: 'x' },
          { ...place, latitude: 52 },
        ],
      }),
    ],
  ] as const)('an order is not weaker by %s', (_, after) => {
    expect(findWeakenings(order, after)).toEqual([])
  })

  it('a polygon grows by one within its band, and by two to where nobody was called for being', () => {
    const square = (meters: number): ProtectionOrder => {
      const [east, north] = [meters / 68_500, meters / 111_320]
      const [x, y] = [home.longitude, home.latitude]
      const ring: [number, number][] = [
        [x - east, y - north],
        [x + east, y - north],
        [x + east, y + north],
        [x - east, y + north],
        [x - east, y - north],
      ]
      return withBan({
        area: { type: 'geometry', geometry: { type: 'Polygon', coordinates: [ring] } },
      })
    }
    expect(findWeakenings(square(300), square(640))).toEqual([])
    // By its corners alone, which the band of a square is round about.
    expect(findWeakenings(square(300), square(700))).toEqual(['grown-beyond-band'])
    expect(findWeakenings(square(300), square(820))).toEqual(['grown-beyond-band'])
  })

  it('a polygon in the shape of an L takes two to fill its gap, and one to grow within its band', () => {
    const withRing = (corners: readonly (readonly [number, number])[]): ProtectionOrder => {
      const ring = corners.map(
        ([east, north]) =>
          [home.longitude + east / 68_500, home.latitude + north / 111_320] as const,
      )
      return withBan({
        area: { type: 'geometry', geometry: { type: 'Polygon', coordinates: [ring] } },
      })
    }
    const bent = (by: number): ProtectionOrder =>
      withRing([
        [-by, -by],
        [3_000 + by, -by],
        [3_000 + by, 300 + by],
        [300 + by, 300 + by],
        [300 + by, 3_000 + by],
        [-by, 3_000 + by],
        [-by, -by],
      ])
    const filled = withRing([
      [0, 0],
      [3_000, 0],
      [3_000, 3_000],
      [0, 3_000],
      [0, 0],
    ])
    expect(findWeakenings(bent(0), filled)).toEqual(['grown-beyond-band'])
    expect(findWeakenings(bent(0), bent(300))).toEqual([])
  })

  it('an order that is suspended is not weaker when it runs again, and is when it ends', () => {
    const suspended = { ...order, status: 'suspended' } as const
    expect(findWeakenings(suspended, order)).toEqual([])
    expect(findWeakenings(suspended, { ...order, status: 'ended' })).toEqual(['ended'])
  })

  it('whatever an order watches for it still does after any change that is not found weaker', () => {
    const random = createRandom(20261126)
    let freeCount = 0
    for (let round = 0; round < 1_500; round += 1) {
      const before = randomOrder(random)
      const after = changed(before, random)
      if (findWeakenings(before, after).length > 0) continue
      freeCount += 1
      const atMs = startMs + (random() - 0.5) * 20 * 86_400_000
      const [eastMeters, northMeters] = [(random() - 0.5) * 4_000, (random() - 0.5) * 4_000]
      const told = toldBy(before, atMs, eastMeters, northMeters)
      const toldAfter = new Set(toldBy(after, atMs, eastMeters, northMeters))
      expect(told.filter((one) => !toldAfter.has(one))).toEqual([])
    }
    expect(freeCount).toBeGreaterThan(150)
  })
})

/** Which rules speak of somebody there and then, in the simplest way it can be said. */
function toldBy(order: ProtectionOrder, atMs: number, east: number, north: number): string[] {
  const longitude = home.longitude + east / 68_000
  const latitude = home.latitude + north / 111_195
  const told: string[] = []
  for (const ban of order.locationBans) {
    if (!isBanInForce(ban, order, atMs) || ban.area.type !== 'circle') continue
    const { area, approachMeters } = ban
    const isWithin = (radiusMeters: number) =>
      containsPosition(
        compileCircle(area.longitude, area.latitude, radiusMeters),
        longitude,
        latitude,
      )
    if (isWithin(area.radiusMeters)) told.push(`${ban.id} breach`)
    if (isWithin(area.radiusMeters + approachMeters)) told.push(`${ban.id} approach`)
  }
  for (const ban of order.proximityBans) {
    if (!isBanInForce(ban, order, atMs)) continue
    const apart = Math.hypot(east, north)
    if (apart <= ban.separationMeters) told.push(`${ban.id} ${ban.victimId} breach`)
    if (apart <= ban.approachMeters) told.push(`${ban.id} ${ban.victimId} approach`)
    for (const { latitude: at, radiusMeters } of ban.fixedAddresses ?? []) {
      if (Math.abs(latitude - at) * 111_195 <= radiusMeters) told.push(`${ban.id} address ${at}`)
    }
  }
  return told
}

const pick = <Value>(random: Random, values: readonly Value[]): Value => {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('expected something to pick from')
  return value
}

function randomOrder(random: Random): ProtectionOrder {
  const dayOf = () => startMs + Math.floor((random() - 0.5) * 20) * 86_400_000
  return makeOrder({
    status: pick(random, ['active', 'active', 'active', 'suspended']),
    validFromMs: dayOf() - 20 * 86_400_000,
    validUntilMs: dayOf() + 20 * 86_400_000,
    locationBans: ['a', 'b'].slice(0, pick(random, [1, 2])).map((id) => randomBan(id, random)),
    proximityBans: ['p', 'q'].slice(0, pick(random, [0, 1, 2])).map((id) => randomPair(id, random)),
  })
}

function randomBan(id: string, random: Random): LocationBan {
  const area = { type: 'circle', ...home, radiusMeters: pick(random, [300, 500, 800]) } as const
  const weekly = [
    { days: ['monday', 'friday'], from: '08:00', until: pick(random, ['18:00', '20:00']) },
  ] as const
  const fromMs = startMs - pick(random, [1, 2]) * 86_400_000
  const exceptions = random() < 0.7 ? [] : [{ fromMs, untilMs: startMs, reason: 'court' }]
  return makeBan({
    id,
    area: random() < 0.9 ? area : { ...area, longitude: home.longitude + 0.01 },
    approachMeters: pick(random, [0, 400, 600]),
    schedule:
      random() < 0.4
        ? null
        : { timeZone: 'Europe/Amsterdam', weekly: random() < 0.5 ? null : weekly, exceptions },
  })
}

function randomPair(id: string, random: Random): ProximityBan {
  return makePair({
    id,
    victimId: pick(random, ['victim', 'victim', 'other']),
    separationMeters: pick(random, [500, 1_000]),
    approachMeters: pick(random, [1_500, 2_000]),
    fixedAddresses: [52.1, 52.101]
      .slice(0, pick(random, [0, 1, 2]))
      .map((latitude) => ({ ...place, latitude, radiusMeters: pick(random, [50, 200]) })),
  })
}

/** One or two fields as in another order, so that many changes only add. */
function changed(before: ProtectionOrder, random: Random): ProtectionOrder {
  const other = randomOrder(random)
  let after = before
  for (let count = pick(random, [1, 2]); count > 0; count -= 1) {
    const field = pick(random, ['status', 'validFromMs', 'validUntilMs', 'bans', 'pairs'] as const)
    if (field === 'bans') {
      after = { ...after, locationBans: mixed(after.locationBans, other.locationBans, random) }
    } else if (field === 'pairs') {
      after = { ...after, proximityBans: mixed(after.proximityBans, other.proximityBans, random) }
    } else after = { ...after, [field]: other[field] }
  }
  return after
}

function mixed<Ban extends object>(
  bans: readonly Ban[],
  others: readonly Ban[],
  random: Random,
): readonly Ban[] {
  return others.map((other, index) => {
    const ban = bans[index]
    if (ban === undefined) return other
    const field = pick(random, Object.keys(ban)) as keyof Ban
    return { ...ban, [field]: other[field] }
  })
}

describe('what weakens a ladder', () => {
  it('a ladder is weaker unless each of its steps stays', () => {
    const [first, second] = ladder
    if (first === undefined || second === undefined) throw new Error('no steps')
    const third = { afterSeconds: 30, target: 'supervisor' } as const
    expect(isLadderWeaker(ladder, [...ladder].toReversed())).toBe(false)
    expect(isLadderWeaker(ladder, [...ladder, third])).toBe(false)
    expect(isLadderWeaker(ladder, [first])).toBe(true)
    expect(isLadderWeaker(ladder, [first, { ...second, afterSeconds: 121 }])).toBe(true)
    expect(isLadderWeaker([first, first], [first, second])).toBe(true)
    expect([isLadderWeaker(null, ladder), isLadderWeaker(ladder, null)]).toEqual([true, true])
    expect(isLadderWeaker(null, null)).toBe(false)
  })
})

describe('what weakens by an answer', () => {
  const nowMs = startMs
  const minutes = defaultLimits.recallMinutesMax
  const answer = { outcome: null, recallAfterMinutes: null, permittedUntilMs: null, nowMs } as const
  it.each([
    ['a P1 that is a test', 'P1', { outcome: 'test' }, true],
    ['a P2 that is a test', 'P2', { outcome: 'test' }, false],
    ['a P1 that is a false alarm', 'P1', { outcome: 'false-alarm' }, false],
    ['as long as anybody may', 'P1', { recallAfterMinutes: minutes }, false],
    ['a minute longer', 'P3', { recallAfterMinutes: minutes + 1 }, true],
    [
      'permitted for an hour',
      'P1',
      { outcome: 'permitted', permittedUntilMs: nowMs + minutes * 60_000 },
      false,
    ],
    [
      'permitted for longer',
      'P1',
      { outcome: 'permitted', permittedUntilMs: nowMs + minutes * 60_000 + 1 },
      true,
    ],
  ] as const)('an answer weakens by what it keeps quiet: %s', (_, priority, given, isWeaker) => {
    expect(isAnswerWeakening({ priority }, { ...answer, ...given }, defaultLimits)).toBe(isWeaker)
  })
})
