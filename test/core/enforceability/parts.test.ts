import { describe, expect, it } from 'vitest'
import { destination, metersBetween } from '../../../geo/distance.ts'
import { sampledDiameterMeters } from '../../../src/core/enforceability/area-checks.ts'
import type { CheckResult } from '../../../src/core/enforceability/check-result.ts'
import { runChecks } from '../../../src/core/enforceability/checks.ts'
import { proposeCounter } from '../../../src/core/enforceability/counter-proposal.ts'
import { checkPairings } from '../../../src/core/enforceability/people-checks.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { centresOfBan, compileBan, reachOfBan } from '../../../src/core/enforceability/reach.ts'
import { judgeTravelModes } from '../../../src/core/enforceability/warning-time.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

const nothing = {
  ...nothingKnown,
  ban: { kind: 'proximity', separationMeters: 1_000 },
  approachMeters: 2_000,
} as const

describe('three fixes on a crossing at 50 km/h', () => {
  it.each([
    [60, 2_500],
    [15, 625],
  ])(
    'three fixes on a crossing at 50 km/h at an interval of %d s need %d m',
    (interval, meters) => {
      expect(Math.round(sampledDiameterMeters(interval, defaultLimits))).toBe(meters)
    },
  )
})

describe('how far inside its edge a ban protects', () => {
  it('a ban protects as far inside its edge as its radius, or the separation', () => {
    expect(reachOfBan({ kind: 'circle', longitude: 5, latitude: 52, radiusMeters: 700 })).toBe(700)
    expect(reachOfBan(nothing.ban)).toBe(1_000)
    expect(compileBan(nothing.ban)).toBeNull()
  })

  it('a long strip protects half its width inside its edge, several parts as much as the narrowest', () => {
    const strip = rectangle(5, 52, 4_000, 300)
    const square = rectangle(5.3, 52, 500, 500)
    const one = reachOfBan({ kind: 'polygon', geometry: { type: 'Polygon', coordinates: [strip] } })
    expect(Math.abs(one - 300)).toBeLessThan(6)
    const both = reachOfBan({
      kind: 'polygon',
      geometry: { type: 'MultiPolygon', coordinates: [[strip], [square]] },
    })
    expect(Math.abs(both - 300)).toBeLessThan(6)
  })

  it('fifty areas take about as long as each by itself, and are as deep as the least deep of them', () => {
    const rings = Array.from({ length: 50 }, (_, index) => [
      rectangle(5 + 0.02 * (index % 10), 52 + 0.02 * Math.floor(index / 10), 300 + index, 400),
    ])
    const depthOf = (coordinates: typeof rings) => {
      const began = process.cpuUsage().user
      const meters = reachOfBan({
        kind: 'polygon',
        geometry: { type: 'MultiPolygon', coordinates },
      })
      return { meters, cpu: process.cpuUsage().user - began }
    }
    const alone = structuredClone(rings).map((one) => depthOf([one]))
    const together = depthOf(rings)
    expect(together.meters).toBe(Math.min(...alone.map(({ meters }) => meters)))
    const cpuAlone = alone.reduce((sum, { cpu }) => sum + cpu, 0)
    expect(together.cpu).toBeLessThan(5 * cpuAlone)
  })

  it('the middle of an area that a cut of the map at 180 degrees keeps apart is where it is without the cut', () => {
    const middle = { longitude: 180, latitude: -16.99 }
    const box = (west: number, east: number) => {
      return [[west, -17] as const, [east, -17] as const, [east, -16.98] as const].concat([
        [west, -16.98],
        [west, -17],
      ])
    }
    const coordinates = [[box(179.98, 180)], [box(-180, -179.98)]]
    for (const parts of [coordinates, coordinates.toReversed()]) {
      const ban = {
        kind: 'polygon',
        geometry: { type: 'MultiPolygon', coordinates: parts },
      } as const
      const [first] = centresOfBan(ban)
      expect(first && metersBetween(first, middle)).toBeLessThan(1)
    }
  })

  it('an area with a hole in the middle protects less far inside its edge', () => {
    const outer = rectangle(5, 52, 2_000, 2_000)
    const hole = rectangle(5, 52, 500, 500)
    const reach = reachOfBan({
      kind: 'polygon',
      geometry: { type: 'Polygon', coordinates: [outer, hole.toReversed()] },
    })
    expect(reach).toBeGreaterThan(740)
    expect(reach).toBeLessThan(1_000)
  })
})

describe('the checks of a proposal of which nothing else is known', () => {
  it('the checks of a proposal of which nothing else is known are never green but for what its kind settles', () => {
    const modes = judgeTravelModes(nothing, 1_000, defaultLimits, null)
    const green: CheckResult = 'green'
    const checks = runChecks(
      nothing,
      { reachMeters: 1_000, modes, ground: { map: null, areas: null, askByRoad: null } },
      defaultLimits,
    )
    expect(checks.filter(({ result }) => result === green).map(({ code }) => code)).toEqual([
      'E2',
      'E9',
    ])
  })

  it('the checks of a proposal of which nothing else is known ask for no other ban while none is red', () => {
    expect(
      proposeCounter(
        nothing,
        { reachMeters: 1_000, modes: [], ground: { map: null, areas: null, askByRoad: null } },
        [checkPairings(nothing, defaultLimits)],
        defaultLimits,
      ),
    ).toEqual({
      counterProposal: null,
      reason: { en: 'No check is red.', nl: 'Geen punt is rood.' },
    })
  })
})

function rectangle(
  longitude: number,
  latitude: number,
  halfWidthMeters: number,
  halfHeightMeters: number,
): [number, number][] {
  const east = destination(longitude, latitude, 90, halfWidthMeters).longitude - longitude
  const north = destination(longitude, latitude, 0, halfHeightMeters).latitude - latitude
  return [
    [longitude - east, latitude - north],
    [longitude + east, latitude - north],
    [longitude + east, latitude + north],
    [longitude - east, latitude + north],
    [longitude - east, latitude - north],
  ]
}
