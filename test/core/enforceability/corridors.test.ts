import { beforeAll, describe, expect, it } from 'vitest'
import { containsPosition } from '../../../geo/containment.ts'
import { compileBan } from '../../../src/core/enforceability/reach.ts'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import { findCorridors } from '../../../src/core/enforceability/corridors.ts'
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
  map = await mapOf(drawTown())
})

describe('what leads through a ban and can be held to', () => {
  it('a motorway without an exit and a railway without a station inside can be excepted, others say why not', () => {
    const found = findCorridors(ask({}), map, defaultLimits)
    expect(found.map(({ kind, name, obstacle }) => [kind, name, obstacle])).toEqual([
      ['motorway', 'A1', null],
      ['motorway', 'A2', 'exit-inside'],
      ['rail', 'Spoor Noord', null],
      ['rail', 'Spoor Zuid', 'station-inside'],
    ])
  })

  it('what leads through a ban promises no exception, which the corridors of the same answer refuse', () => {
    const south = { kind: 'circle', ...gridPlace(0, -650), radiusMeters: 200 } as const
    const offenderFixedAddresses = [{ label: 'home', ...gridPlace(-1_500, 1_500) }]
    const { checks, corridors } = assessEnforceability(
      ask({ ban: south, offenderFixedAddresses }),
      defaultLimits,
      { map, areas: null },
      { isComparing: true },
    )
    expect(corridors).toMatchObject([{ name: 'Spoor Zuid', obstacle: 'station-inside' }])
    const passage = checks.find(({ code }) => code === 'E6')
    expect(passage).toMatchObject({ result: 'amber', value: 'Spoor Zuid, Zuid' })
    expect(`${passage?.sentence} ${passage?.sentenceNl}`).not.toMatch(/except|uitzonder/i)
  })

  it('a motorway beside the door of somebody protected is not excepted', () => {
    const beside = { label: 'hers', isSecret: true, ...gridPlace(0, 690) }
    const found = findCorridors(ask({ victimAddresses: [beside] }), map, defaultLimits)
    expect(found.find(({ name }) => name === 'A1')?.obstacle).toBe('address-beside')
  })

  it('a motorway is not excepted where the border would come too near to somebody protected', () => {
    const near = { label: 'hers', isSecret: true, ...gridPlace(0, 450) }
    const found = findCorridors(ask({ victimAddresses: [near] }), map, defaultLimits)
    expect(found.find(({ name }) => name === 'A1')?.obstacle).toBe('address-beside')
  })

  it('what is all strip is no other ban, and says so', () => {
    const onIt = { kind: 'circle', ...gridPlace(50, 650), radiusMeters: 90 } as const
    const { alternatives, corridors } = assessEnforceability(
      ask({ ban: onIt, victimAddresses: null }),
      defaultLimits,
      { map, areas: null },
      { isComparing: true },
    )
    expect(alternatives.map(({ kind }) => kind)).not.toContain('corridor')
    expect(corridors).toEqual([{ kind: 'motorway', name: 'A1', obstacle: 'not-drawable' }])
  })

  it('a corridor that would cut the ban into more areas than may be asked about is not called free', () => {
    // One of fifty lies across the railway: without it they are fifty-one.
    const box = (east: number, north: number, height: number): [number, number][][] => {
      const at = (x: number, y: number): [number, number] => {
        const { longitude, latitude } = gridPlace(east + x, north + y)
        return [longitude, latitude]
      }
      return [[at(0, 0), at(90, 0), at(90, height), at(0, height), at(0, 0)]]
    }
    const coordinates = Array.from({ length: 50 }, (_, index) =>
      index === 0
        ? box(0, 450, 600)
        : box(-1_900 + 150 * (index % 25), index < 25 ? -300 : 100, 250),
    )
    const geometry = { type: 'MultiPolygon', coordinates } as const
    const ban = { kind: 'polygon', geometry } as const
    const { alternatives, corridors } = assessEnforceability(
      ask({ ban, victimAddresses: null }),
      defaultLimits,
      { map, areas: null },
      { isComparing: true },
    )
    expect(alternatives.map(({ kind }) => kind)).not.toContain('corridor')
    expect(corridors.filter(({ obstacle }) => obstacle === null)).toEqual([])
    expect(corridors.map(({ name }) => name)).toContain('Spoor Noord')
  })

  it('the ban with the corridors taken out is judged by the same code, and shows what it costs both', () => {
    const asked = ask({ travelModes: ['car'] })
    const options = { isComparing: true }
    const { alternatives, corridors, checks } = assessEnforceability(
      asked,
      defaultLimits,
      { map, areas: null },
      options,
    )
    expect(corridors).toHaveLength(4)
    const [first] = alternatives
    const second = alternatives.find(({ kind }) => kind === 'corridor')
    expect(first).toMatchObject({ kind: 'asked', reachMeters: 1_000 })
    expect(second).toMatchObject({ kind: 'corridor', areaNames: ['A1', 'Spoor Noord'] })
    // The middle of the motorway is 650 m from the door, and its corridor begins 100 m before.
    expect(second!.reachMeters).toBeGreaterThan(530)
    expect(second!.reachMeters).toBeLessThan(560)
    expect(second!.areaSquareKilometers).toBeLessThan(first!.areaSquareKilometers! - 0.4)
    const ban = { kind: 'polygon', geometry: second!.geometry! } as const
    const shape = compileBan(ban)!
    const isBanned = (north: number) => {
      const { longitude, latitude } = gridPlace(50, north)
      return containsPosition(shape, longitude, latitude)
    }
    expect([0, 540, 560, 650, 940, 970].map(isBanned)).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
    ])
    const again = assessEnforceability({ ...asked, ban }, defaultLimits, { map, areas: null })
    const red = again.checks.filter(({ result }) => result === 'red').map(({ code }) => code)
    expect(red.filter((code) => code !== 'E19')).toEqual(second!.red)
    const passing = (list: typeof checks) => String(list.find(({ code }) => code === 'E6')?.value)
    expect(passing(checks)).toContain('A1')
    expect(passing(again.checks)).not.toContain('A1')
    expect(passing(again.checks)).not.toContain('Spoor Noord')
    expect(passing(again.checks)).toContain('A2')
  })

  it('a ban through which nothing leads has no such other, nor has a distance', () => {
    const small = ask({ ban: { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 300 } })
    const moving = ask({ ban: { kind: 'proximity', separationMeters: 500 } })
    for (const proposal of [small, moving]) {
      const { alternatives } = assessEnforceability(
        proposal,
        defaultLimits,
        { map, areas: null },
        { isComparing: true },
      )
      expect(alternatives.map(({ kind }) => kind)).not.toContain('corridor')
    }
  })
})

function ask(more: Partial<EnforceabilityProposal>): EnforceabilityProposal {
  return {
    ...nothingKnown,
    ban: { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 1_000 },
    approachMeters: 500,
    reportIntervalSeconds: 60,
    policeResponseSeconds: 900,
    victimAddresses: [{ label: 'hers', isSecret: false, ...gridPlace(0, 0) }],
    ...more,
  }
}

/** A grid with two motorways and two railways across it; one of each can be left in the middle. */
function drawTown() {
  const across = (id: number, north: number) =>
    [-2_000, 0, 2_000].map((east, index) => ({ id: id + index, ...gridPlace(east, north) }))
  const [a1, a2, north, south] = [
    across(90_000, 650),
    across(90_010, -450),
    across(90_020, 850),
    across(90_030, -750),
  ]
  const station = { railway: 'station', name: 'Zuid' }
  const nodes = [...a1!, ...a2!, ...north!, ...south!].map((node) =>
    node.id === 90_031 ? { ...node, tags: station } : node,
  )
  const line = (first: number) => [first, first + 1, first + 2]
  return drawGridTown(20, {
    nodes,
    ways: [
      { id: 900, nodes: line(90_000), tags: { highway: 'motorway', name: 'A1' } },
      { id: 901, nodes: line(90_010), tags: { highway: 'motorway', name: 'A2' } },
      {
        id: 902,
        nodes: [90_011, gridNode(20, 0, -4)],
        tags: { highway: 'motorway_link', name: 'A2' },
      },
      { id: 903, nodes: line(90_020), tags: { railway: 'rail', name: 'Spoor Noord' } },
      { id: 904, nodes: line(90_030), tags: { railway: 'rail', name: 'Spoor Zuid' } },
    ],
  })
}
