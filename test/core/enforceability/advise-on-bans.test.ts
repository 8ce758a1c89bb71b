import { expect, it } from 'vitest'
import { adviseOnBans } from '../../../src/core/enforceability/advise-on-bans.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { BanArea } from '../../../src/core/model/registry.ts'
import { home, makeBan, makeOrder, makePair } from '../engine-world.ts'

const rectangle = (east: number): BanArea => ({
  type: 'geometry',
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [5 + east, 52],
        [5.002 + east, 52],
        [5.002 + east, 52.002],
        [5 + east, 52.002],
        [5 + east, 52],
      ],
    ],
  },
})

const codesOf = (areas: readonly BanArea[], intervalSeconds: number | null): string[] =>
  adviseOnBans(
    makeOrder({
      locationBans: areas.map((area, at) => makeBan({ id: `ban-${at}`, area })),
      proximityBans: [makePair({ separationMeters: 200, approachMeters: 400 })],
    }),
    intervalSeconds,
    defaultLimits,
  ).map(({ pointer, checks }) => `${pointer} ${checks.map(({ code }) => code).join(' ')}`)

it('the red checks of each ban are given, with its place in the order and by the plan of the device', () => {
  const areas: BanArea[] = [{ type: 'circle', ...home, radiusMeters: 60 }, rectangle(0)]
  expect(codesOf(areas, 15)).toEqual([
    '/locationBans/0 E2 E3 E4',
    '/locationBans/1 E2 E3 E4',
    '/proximityBans/0 E3',
  ])
  expect(codesOf(areas, null)).toEqual([
    '/locationBans/0 E2 E3',
    '/locationBans/1 E2 E3',
    '/proximityBans/0 E3',
  ])
  const large: BanArea = { type: 'circle', ...home, radiusMeters: 5_000 }
  expect(codesOf([large], 60)).toEqual(['/locationBans/0 ', '/proximityBans/0 E3 E4'])
})

it('a distance of 1,000 m is advised on with how long it takes on foot, and with how long police need', () => {
  const order = makeOrder({
    locationBans: [],
    proximityBans: [makePair({ separationMeters: 1_000, approachMeters: 2_000 })],
  })
  // 1,000 m at 12 km/h is 5 min; 15 min of driving, one to see and one to look are 17 min.
  expect(adviseOnBans(order, 60, defaultLimits)).toMatchObject([
    {
      pointer: '/proximityBans/0',
      checks: [
        {
          code: 'E3',
          sentence:
            'Police need 1020 s; whoever comes slowest (walk) can be there 300 s after crossing the edge. Of that, 900 s are what police in the Netherlands aim at for urgent calls; the order does not say how soon they are there.',
          sentenceNl:
            'De politie heeft 17 minuten nodig; wie het langzaamst komt (te voet), kan er 5 minuten na de grens zijn. Daarvan is 15 minuten waar de politie in Nederland bij spoed naar streeft; de maatregel zegt niet hoe snel die er is.',
        },
      ],
    },
  ])
  const wide = { ...order, proximityBans: [makePair({ separationMeters: 3_401 })] }
  expect(adviseOnBans(wide, 60, defaultLimits)[0]?.checks).toEqual([])
})

it('what takes too long to measure is said not to be assessed, and the rest still is', () => {
  const areas = Array.from({ length: 8 }, (_, at) => rectangle(at / 100))
  expect(codesOf([...areas, { type: 'circle', ...home, radiusMeters: 60 }], null)).toEqual([
    ...[0, 1, 2, 3, 4].map((at) => `/locationBans/${at} E2 E3`),
    ...[5, 6, 7].map((at) => `/locationBans/${at} not-assessed`),
    '/locationBans/8 E2 E3',
    '/proximityBans/0 E3',
  ])
})
