import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../../geo/ban-shape.ts'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import type { NamedArea, NamedAreas } from '../../../src/core/enforceability/named-areas.ts'
import {
  nothingKnown,
  type EnforceabilityProposal,
} from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'

describe('bans beside the asked one', () => {
  it('a ban that is not compared answers no others', () => {
    expect(assessEnforceability(asked, defaultLimits, known).alternatives).toEqual([])
  })

  it('the asked ban comes first, then those that follow borders of others, then one that moves', () => {
    const found = compare(asked)
    expect(found.map(({ kind }) => kind)).toEqual([
      'asked',
      'resized',
      'neighbourhoods',
      'municipality',
      'moving',
    ])
    const [first, wider, quarters, town, moving] = found
    expect(first).toMatchObject({ radiusMeters: 300, verdict: 'NOT_ENFORCEABLE' })
    expect(first!.areaSquareKilometers).toBeCloseTo(Math.PI * 0.09, 2)
    expect(wider!.radiusMeters).toBeGreaterThan(300)
    // Two quarters of a kilometre each way share the border that the circle lies across.
    expect(quarters).toMatchObject({ areaNames: ['Kern', 'Rand'], areaCodes: ['BU01', 'BU02'] })
    expect(town).toMatchObject({ areaNames: ['Stad'] })
    expect(moving).toMatchObject({ separationMeters: 1_000, areaSquareKilometers: null })
  })

  it('what is answered of another ban is what asking for it answers', () => {
    for (const one of compare(asked).slice(1)) {
      const { kind, geometry, radiusMeters, separationMeters } = one
      const ban: EnforceabilityProposal['ban'] =
        geometry !== null
          ? { kind: 'polygon', geometry }
          : radiusMeters !== null
            ? { kind: 'circle', ...middle, radiusMeters }
            : { kind: 'proximity', separationMeters: separationMeters ?? 0 }
      const { approachMeters, reportIntervalSeconds } = one
      const again = { ...asked, ban, approachMeters, reportIntervalSeconds }
      const { verdict, checks } = assessEnforceability(again, defaultLimits, known)
      expect([kind, verdict]).toEqual([kind, one.verdict])
      const red = checks.filter(({ result }) => result === 'red').map(({ code }) => code)
      expect([kind, red.filter((code) => code !== 'E19')]).toEqual([kind, one.red])
    }
  })

  it('quarters that only share a border with the asked ban are not taken in', () => {
    const ban = { kind: 'polygon', geometry: boxOf(5, 52, 5.015, 52.01) } as const
    const quarters = compare({ ...asked, ban }).find(({ kind }) => kind === 'neighbourhoods')
    expect(quarters!.areaNames).toEqual(['Kern'])
  })

  it('an address of the offender inside a wider ban is counted, and makes it red', () => {
    const home = { label: 'woning', longitude: 5.03, latitude: 52.03 }
    const town = compare({ ...asked, offenderFixedAddresses: [home] }).find(
      ({ kind }) => kind === 'municipality',
    )
    expect(town).toMatchObject({ offenderAddressCount: 1 })
    expect(town!.red).toContain('E5')
  })

  it('a municipality that leaves a protected address outside is not offered', () => {
    const ban = { kind: 'circle', longitude: 4.901, latitude: 52, radiusMeters: 900 } as const
    const hers = (longitude: number) => [{ label: 'x', longitude, latitude: 52, isSecret: false }]
    const kinds = [4.909, 4.894].map((longitude) =>
      compare({ ...asked, ban, victimAddresses: hers(longitude) }).map(({ kind }) => kind),
    )
    expect(kinds[0]).toContain('municipality')
    expect(kinds[1]).not.toContain('municipality')
  })

  it('a distance that moves is not offered to somebody who refuses to carry a device', () => {
    const kinds = compare({ ...asked, victimConsents: false }).map(({ kind }) => kind)
    expect(kinds).not.toContain('moving')
  })

  it('no outline is drawn about the secret address: it may be anywhere, and the outlines stay', () => {
    const outlines = [5.001, 5.003].map((longitude) =>
      compare({
        ...asked,
        victimAddresses: [{ label: 'x', longitude, latitude: 52.005, isSecret: true }],
      })
        .filter(({ geometry }) => geometry !== null)
        .map(({ geometry }) => geometry),
    )
    expect(outlines[1]).toEqual(outlines[0])
  })
})

const middle = { longitude: 5.015, latitude: 52.005 }
const asked: EnforceabilityProposal = {
  ...nothingKnown,
  ban: { kind: 'circle', ...middle, radiusMeters: 300 },
  approachMeters: 500,
  reportIntervalSeconds: 60,
}

const known = {
  map: null,
  areas: areasOf([
    area('BU01', 'Kern', 5, 52, 5.015, 52.01),
    area('BU02', 'Rand', 5.015, 52, 5.03, 52.01),
    area('BU03', 'Ver weg', 5.06, 52, 5.07, 52.01),
    area('GM01', 'Stad', 4.9, 51.95, 5.2, 52.1),
  ]),
}

function compare(proposal: EnforceabilityProposal) {
  return assessEnforceability(proposal, defaultLimits, known, { isComparing: true }).alternatives
}

function area(
  code: string,
  name: string,
  ...[west, south, east, north]: [number, number, number, number]
): NamedArea {
  const geometry = boxOf(west, south, east, north)
  return { code, name, year: null, geometry, shape: compilePolygon(geometry) }
}

function boxOf(west: number, south: number, east: number, north: number) {
  const corners: [number, number][] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { type: 'Polygon' as const, coordinates: [corners] }
}

/** Boxes side by side unite to the box around them. */
function areasOf(areas: readonly NamedArea[]): NamedAreas {
  const byCode = new Map(areas.map((one) => [one.code, one]))
  return {
    areas: byCode,
    unite: (codes) => {
      const corners = codes.flatMap((code) => {
        const geometry = byCode.get(code)?.geometry
        return geometry?.type === 'Polygon' ? geometry.coordinates.flat() : []
      })
      const xs = corners.map(([x]) => x)
      const ys = corners.map(([, y]) => y)
      return boxOf(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys))
    },
  }
}
