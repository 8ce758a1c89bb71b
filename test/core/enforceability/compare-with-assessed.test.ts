import { expect, it } from 'vitest'
import { compareWithAssessed } from '../../../src/core/enforceability/compare-with-assessed.ts'

const circle = { longitude: 5.1, latitude: 52.1, radiusMeters: 1_000 }
const order = {
  legalBasis: 'prosecutor-behaviour-order',
  validFromMs: 1_000,
  validUntilMs: 9_000,
  locationBans: [{ area: { type: 'circle', ...circle }, approachMeters: 500, schedule: null }],
  proximityBans: [],
} as const
const assessed = {
  verdict: 'ENFORCEABLE_WITH_LIMITS',
  proposal: {
    ban: { kind: 'circle', ...circle },
    approachMeters: 500,
    legalBasis: null,
    validFromMs: null,
    validUntilMs: null,
    schedule: null,
  },
} as const

it('an order of the ban that was assessed differs in nothing, and what was not asked is no difference', () => {
  expect(compareWithAssessed(order, assessed)).toEqual([])
})

it.each([
  ['a metre less', { locationBans: [banOf(999, 500)] }, ['assessed-other-ban']],
  ['a narrower band', { locationBans: [banOf(1_000, 400)] }, ['assessed-other-band']],
  [
    'one more',
    { proximityBans: [{ separationMeters: 500, approachMeters: 1_000 }] },
    ['assessed-more-bans'],
  ],
  ['a distance instead', distanceOf(1_000), ['assessed-other-ban']],
])('an order with %s is another one than was assessed', (_name, change, findings) => {
  expect(compareWithAssessed({ ...order, ...change }, assessed)).toEqual(findings)
})

it('a distance is compared from the separation on, as an order counts its band from the person', () => {
  const asked = {
    ...assessed,
    proposal: {
      ...assessed.proposal,
      ban: { kind: 'proximity', separationMeters: 1_000 },
      approachMeters: 1_000,
    },
  } as const
  expect(compareWithAssessed({ ...order, ...distanceOf(2_000) }, asked)).toEqual([])
  expect(compareWithAssessed({ ...order, ...distanceOf(1_500) }, asked)).toEqual([
    'assessed-other-band',
  ])
})

it('a drawn area is the same by its corners', () => {
  const square = (east: number) => ({
    type: 'Polygon' as const,
    coordinates: [
      [
        [5, 52],
        [east, 52],
        [east, 53],
        [5, 52],
      ],
    ] as [number, number][][],
  })
  const { proposal } = assessed
  const asked = { ...assessed, proposal: { ...proposal, ban: drawn(square(6)) } } as const
  const of = (east: number) => ({
    ...order,
    locationBans: [
      {
        area: { type: 'geometry' as const, geometry: square(east) },
        approachMeters: 500,
        schedule: null,
      },
    ],
  })
  expect(compareWithAssessed(of(6), asked)).toEqual([])
  expect(compareWithAssessed(of(6.000_001), asked)).toEqual(['assessed-other-ban'])
})

it('other times than were assessed are said, and day and night is the same however it is said', () => {
  const exception = { fromMs: 2_000, untilMs: 3_000, reason: 'zitting' }
  const at = (schedule: { weekly: null; exceptions: (typeof exception)[] } | null) => ({
    ...assessed,
    proposal: { ...assessed.proposal, schedule },
  })
  expect(compareWithAssessed(order, at({ weekly: null, exceptions: [] }))).toEqual([])
  expect(compareWithAssessed(order, at({ weekly: null, exceptions: [exception] }))).toEqual([
    'assessed-other-times',
  ])
  const excepted = {
    ...order,
    locationBans: [
      {
        ...order.locationBans[0],
        schedule: { timeZone: 'Europe/Amsterdam' as const, weekly: null, exceptions: [exception] },
      },
    ],
  }
  expect(compareWithAssessed(excepted, at({ weekly: null, exceptions: [exception] }))).toEqual([])
})

it('another term, another basis, and that the answer was no are each said', () => {
  const asked = {
    verdict: 'NOT_ENFORCEABLE',
    proposal: { ...assessed.proposal, legalBasis: 'civil-ban', validUntilMs: 8_000 },
  } as const
  expect(compareWithAssessed(order, asked)).toEqual([
    'assessed-other-basis',
    'assessed-other-term',
    'assessed-not-enforceable',
  ])
})

function banOf(radiusMeters: number, approachMeters: number) {
  return {
    area: { type: 'circle' as const, ...circle, radiusMeters },
    approachMeters,
    schedule: null,
  }
}

function distanceOf(approachMeters: number) {
  return { locationBans: [], proximityBans: [{ separationMeters: 1_000, approachMeters }] }
}

function drawn<Geometry>(geometry: Geometry) {
  return { kind: 'polygon' as const, geometry }
}
