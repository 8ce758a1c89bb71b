import { beforeAll, describe, expect, it } from 'vitest'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import {
  nothingKnown,
  type EnforceabilityProposal,
} from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridNode, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'

let map: StreetMap
beforeAll(async () => {
  const houses = Array.from({ length: 30 }, (_, index) => ({
    id: 90_010 + index,
    ...gridPlace(1_055 + 0.3 * index, 1_058),
    tags: { 'addr:street': 'Hof', 'addr:housenumber': String(index + 1) },
  }))
  const end = { id: 90_001, ...gridPlace(1_060, 1_060) }
  const court = { id: 900, nodes: [gridNode(30, 10, 10), 90_001], tags: { highway: 'residential' } }
  map = await mapOf(drawGridTown(30, { nodes: [end, ...houses], ways: [court] }))
})

const home = { label: 'home', ...gridPlace(-1_500, 0), isSecret: false }
const work = { label: 'work', ...gridPlace(1_500, 0), isSecret: false }

describe('a question about several areas', () => {
  it('each area is judged as if it were asked about alone, with the addresses that lie in it', () => {
    const areas = [box(-1_500, 700), box(1_500, 100), box(0, 200)]
    const asked = ask(areas, { victimAddresses: [home, work] })
    const { bans } = assess(asked)
    expect(bans.map(({ protectedAddressCount }) => protectedAddressCount)).toEqual([1, 1, 0])
    const alone = [[home], [work], null].map((victimAddresses, index) =>
      assess(ask([areas[index]!], { victimAddresses })),
    )
    for (const [index, ban] of bans.entries()) {
      const { verdict, checks } = alone[index]!
      expect([index, ban.verdict]).toEqual([index, verdict])
      expect(ban.checks).toEqual(checks.filter(({ code }) => code !== 'E19'))
    }
    const reach = bans.map(({ reachMeters }) => reachMeters)
    expect(reach[0]).toBeGreaterThan(690)
    expect(reach[1]).toBeLessThan(101)
    // The addresses of one area lie outside the others; together none is.
    expect(resultOf(bans[0]!.checks, 'E2')).toBe('amber')
    expect(resultOf(bans[1]!.checks, 'E2')).toBe('red')
  })

  it('the answer about all areas is no kinder than that of any of them, and names it', () => {
    const hers = { ...home, ...gridPlace(-300, 0) }
    const known = { policeResponseSeconds: 60, offenderFixedAddresses: [] }
    const wide = ask([box(-300, 900)], { ...known, victimAddresses: [hers] })
    const both = assess({
      ...ask([box(-300, 900), box(1_200, 15)], known),
      victimAddresses: [hers],
    })
    expect(assess(wide).verdict).not.toBe('NOT_ENFORCEABLE')
    expect(assess(wide).perTravelMode[0]!.canDo).toBe('intercept')
    expect(both.bans.map(({ verdict }) => verdict)).toEqual([expect.anything(), 'NOT_ENFORCEABLE'])
    expect(both.verdict).toBe('NOT_ENFORCEABLE')
    expect(both.perTravelMode.map(({ canDo }) => canDo)).toEqual(
      both.bans[1]!.perTravelMode.map(({ canDo }) => canDo),
    )
    for (const code of ['E2', 'E3', 'E4']) {
      const told = both.checks.find((check) => check.code === code)
      expect([code, told?.result]).toEqual([code, 'red'])
      expect(told?.sentenceNl).toMatch(/^Gebied 2: /)
    }
    // Also where nothing is known of where she is: the least area counts and not the greatest.
    const nowhere = assess(ask([box(-1_200, 15), box(300, 900)], known))
    expect(['E2', 'E4'].map((code) => resultOf(nowhere.checks, code))).toEqual(['red', 'red'])
    const compared = assessEnforceability(
      { ...ask([box(-300, 900), box(1_200, 15)], known), victimAddresses: [hers] },
      defaultLimits,
      { map, areas: null },
      { isComparing: true },
    )
    expect(compared.alternatives[0]).toMatchObject({ kind: 'asked', verdict: 'NOT_ENFORCEABLE' })
    expect(compared.alternatives[0]!.red).toContain('E2')
  })

  it('what is red of one area stays red however many are asked of beside it', () => {
    const hers = { ...home, ...gridPlace(-1_200, 0) }
    const known = { policeResponseSeconds: 60, offenderFixedAddresses: [], victimAddresses: [hers] }
    const row = Array.from({ length: 11 }, (_, at) => box(300 * at - 300, 140))
    const yard = box(2_950, 15)
    for (const beside of [row.slice(0, 1), row.slice(0, 8), row.slice(0, 9), row]) {
      const areas = [box(-1_200, 700), yard, ...beside]
      const { bans, verdict, checks } = assess(ask(areas, known))
      expect([areas.length, bans.length, verdict]).toEqual([
        areas.length,
        areas.length,
        'NOT_ENFORCEABLE',
      ])
      expect(checks.find(({ code }) => code === 'E4')).toMatchObject({ result: 'red' })
      expect(checks.find(({ code }) => code === 'E4')?.sentence).toMatch(/^Area 2: /)
    }
  })

  it('no check of all areas is greener than that of one of them', () => {
    // The first lies across the only road to thirty houses, and the second on all of them.
    const across = box(1_030, 6, 1_030)
    const upon = box(1_060, 13, 1_060)
    const known = { offenderFixedAddresses: [], victimAddresses: [home] }
    expect(resultOf(assess(ask([across], known)).checks, 'E6')).toBe('amber')
    expect(resultOf(assess(ask([upon], known)).checks, 'E6')).toBe('green')
    const both = assess(ask([upon, across], known))
    expect(both.bans.map(({ checks }) => resultOf(checks, 'E6'))).toEqual(['green', 'amber'])
    const told = both.checks.find(({ code }) => code === 'E6')
    expect(told).toMatchObject({ result: 'amber' })
    expect(told?.sentence).toMatch(/^Area 2: /)
  })

  it('the answer about all areas together holds that of each', () => {
    const asked = ask([box(-1_500, 700), box(1_500, 100)], { victimAddresses: [home, work] })
    const { bans, verdict, checks } = assess(asked)
    expect(bans).toHaveLength(2)
    expect(verdict).toBe('NOT_ENFORCEABLE')
    expect(checks).toHaveLength(19)
    // What was counted of all says nothing of one.
    const load = {
      perDayMedian: 9,
      perDayWorst: 9,
      passagesPerWeek: 9,
      causes: [],
      weekCount: 4,
      seedCount: 5,
      isRecorded: false,
    }
    const counted = assess({ ...asked, predictedLoad: load })
    expect(resultOf(counted.checks, 'E15')).toBe('red')
    expect(counted.bans.map((ban) => resultOf(ban.checks, 'E15'))).toEqual([
      'not-assessed',
      'not-assessed',
    ])
  })

  it('why no larger area would do says nothing of how often a small one that is drawn is seen', () => {
    const known = { victimAddresses: [home], offenderFixedAddresses: [] }
    const { checks, counterProposal, counterProposalReason } = assess(
      ask([box(-1_500, 700), box(1_500, 100)], known),
    )
    expect(resultOf(checks, 'E4')).toBe('red')
    expect([counterProposal, counterProposalReason]).not.toContainEqual(
      expect.stringContaining('crossed between two fixes'),
    )
  })

  it('one area has no answer for each, and neither has a distance', () => {
    expect(assess(ask([box(0, 500)], {})).bans).toEqual([])
    const moving = { kind: 'proximity', separationMeters: 500 } as const
    expect(assess({ ...ask([box(0, 500)], {}), ban: moving }).bans).toEqual([])
  })
})

function assess(proposal: EnforceabilityProposal) {
  return assessEnforceability(proposal, defaultLimits, { map, areas: null })
}

function resultOf(
  checks: readonly { readonly code: string; readonly result: string }[],
  code: string,
) {
  return checks.find((check) => check.code === code)?.result
}

function ask(
  parts: readonly [number, number][][][],
  more: Partial<EnforceabilityProposal>,
): EnforceabilityProposal {
  const [only] = parts
  const geometry =
    parts.length === 1
      ? { type: 'Polygon' as const, coordinates: only! }
      : { type: 'MultiPolygon' as const, coordinates: [...parts] }
  const ban = { kind: 'polygon' as const, geometry }
  return { ...nothingKnown, ban, approachMeters: 500, reportIntervalSeconds: 60, ...more }
}

/** A square about a place so many metres east, and north, of the middle. */
function box(east: number, halfMeters: number, north = 0): [number, number][][] {
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ] as const
  return [
    corners.map(([x, y]) => {
      const { longitude, latitude } = gridPlace(east + x * halfMeters, north + y * halfMeters)
      return [longitude, latitude]
    }),
  ]
}
