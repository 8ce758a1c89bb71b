import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compilePolygon } from '../../../geo/ban-shape.ts'
import { checkGeometry } from '../../../geo/check-geometry.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { destination } from '../../../geo/distance.ts'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import {
  nothingKnown,
  type EnforceabilityProposal,
} from '../../../src/core/enforceability/proposal.ts'
import { compileBan } from '../../../src/core/enforceability/reach.ts'
import { outlineByStreets } from '../../../src/core/enforceability/street-outline.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { importExtract } from '../../../src/map/import/import-extract.ts'
import { indexMap } from '../../../src/map/index-map.ts'
import { itWithSharedData, sharedFolder } from '../../geo/support/shared-data.ts'
import { drawGridTown, gridNode, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'
import { createRandom } from '../../support/random.ts'

let map: StreetMap
beforeAll(async () => {
  // A bridge over the streets, a dead end, and a street that nothing connects.
  map = await mapOf(
    drawGridTown(20, {
      nodes: [
        { id: 90_001, ...gridPlace(-700, -333) },
        { id: 90_002, ...gridPlace(700, 377) },
        { id: 90_003, ...gridPlace(30, 30) },
      ],
      ways: [
        { id: 900, nodes: [90_001, 90_002], tags: { highway: 'primary', name: 'Viaduct' } },
        { id: 901, nodes: [gridNode(20, 0, 0), 90_003], tags: { highway: 'residential' } },
      ],
    }),
  )
})

describe('an outline along streets', () => {
  it('an outline along streets is made of the blocks that the ban touches, and names its streets', () => {
    const found = draw({ kind: 'circle', ...gridPlace(50, 50), radiusMeters: 240 })
    // Rows of blocks from -200 to 300, without the corners that a circle does not reach.
    expect(found.streets).toEqual(
      expect.arrayContaining(['East -2', 'East 3', 'North -2', 'North 3']),
    )
    expect(found.streetShare).toBe(1)
    const shape = compilePolygon(found.geometry)
    expect(Math.round(shape.areaSquareMeters / 10_000)).toBe(25)
  })

  it('an outline along streets holds all of the ban, so that no border comes nearer to anybody', () => {
    const random = createRandom(3)
    for (let round = 0; round < 40; round++) {
      const middle = gridPlace(600 * random() - 300, 600 * random() - 300)
      const radiusMeters = 100 + 900 * random()
      const found = draw({ kind: 'circle', ...middle, radiusMeters })
      expect(checkGeometry(found.geometry, defaultLimits).ok).toBe(true)
      const shape = compilePolygon(found.geometry)
      for (let degrees = 0; degrees < 360; degrees += 7) {
        const { longitude, latitude } = middle
        const edge = destination(longitude, latitude, degrees, radiusMeters - 3.1)
        expect(containsPosition(shape, edge.longitude, edge.latitude)).toBe(true)
      }
    }
  })

  it('an outline along streets keeps the border of the ban where no streets close anything in', () => {
    const beside = { kind: 'circle', ...gridPlace(1_950, 0), radiusMeters: 300 } as const
    const found = draw(beside)
    expect(found.streetShare).toBeGreaterThan(0.5)
    expect(found.streetShare).toBeLessThan(0.9)
    const away = { ...beside, ...gridPlace(2_220, 0) }
    expect(outlineByStreets(map, away, [], defaultLimits)).toBe('no-streets-around')
  })

  it('a proposal along streets leaves out the block of an address of the offender at its border', () => {
    const home = { label: 'home', ...gridPlace(450, 20) }
    const { alternatives, streetObstacle } = compare({ offenderFixedAddresses: [home] })
    const [asked] = alternatives
    const streets = alternatives.find(({ kind }) => kind === 'streets')
    expect(asked).toMatchObject({ offenderAddressCount: 1 })
    expect(asked!.red).toContain('E5')
    expect(streets).toMatchObject({ offenderAddressCount: 0 })
    expect(streets!.red).not.toContain('E5')
    expect(streetObstacle).toBeNull()
    // The block begins at 400 m: she has so much less.
    expect(asked!.reachMeters).toBe(500)
    expect(streets!.reachMeters).toBeGreaterThanOrEqual(399)
    expect(streets!.reachMeters).toBeLessThan(402)
  })

  it.each([
    ['in his block', 'protects-less', [gridPlace(430, 80)]],
    ['at the border of his block', 'protects-less', [gridPlace(380, 50)]],
    [
      'in his block, and another in the middle',
      'protects-less',
      [gridPlace(0, 0), gridPlace(430, 80)],
    ],
    ['nobody knows where', 'no-better', null],
  ])(
    'a proposal along streets leaves out no block of a protected address, nor one too near to it: %s',
    (_where, obstacle, places) => {
      const home = { label: 'home', ...gridPlace(450, 20) }
      const hers = places?.map((place) => ({ label: 'hers', isSecret: false, ...place })) ?? null
      const { alternatives, streetObstacle } = compare({
        offenderFixedAddresses: [home],
        victimAddresses: hers,
      })
      expect(alternatives[0]!.kind).toBe('asked')
      expect(alternatives.map(({ kind }) => kind)).not.toContain('streets')
      expect(streetObstacle).toBe(obstacle)
    },
  )

  it('a proposal along streets can do no less than the ban it follows, in no way of travelling', () => {
    const worth = ['evidence-only', 'not-known', 'warn-victim', 'intercept']
    const random = createRandom(11)
    let offered = 0
    for (let round = 0; round < 20; round++) {
      const near = gridPlace(800 * random() - 400, 800 * random() - 400)
      const his = gridPlace(960 * random() - 480, 960 * random() - 480)
      const ban = { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 500 } as const
      const { alternatives } = compare({
        ban,
        policeResponseSeconds: 60,
        victimAddresses: [{ label: 'hers', isSecret: false, ...near }],
        offenderFixedAddresses: [{ label: 'home', ...his }],
      })
      const [asked] = alternatives
      const streets = alternatives.find(({ kind }) => kind === 'streets')
      if (streets === undefined) continue
      offered++
      // As deep as she was, but for where the middle of a street is drawn, or as is needed.
      expect(streets.reachMeters).toBeGreaterThanOrEqual(Math.min(asked!.reachMeters - 4, 350))
      if (asked!.reachMeters > 0) expect(streets.reachMeters).toBeGreaterThan(0)
      for (const [index, { canDo }] of streets.perTravelMode.entries()) {
        const before = worth.indexOf(asked!.perTravelMode[index]!.canDo)
        expect(worth.indexOf(canDo)).toBeGreaterThanOrEqual(before)
      }
    }
    expect(offered).toBeGreaterThan(2)
  })

  it('a proposal along streets is judged by the same code as every ban', () => {
    for (const victimAddresses of [null, [{ label: 'x', isSecret: false, ...gridPlace(0, 0) }]]) {
      const asked = ask({ victimAddresses })
      const streets = compare({ victimAddresses }).alternatives.find(
        ({ kind }) => kind === 'streets',
      )!
      const again = assessEnforceability(
        { ...asked, ban: { kind: 'polygon', geometry: streets.geometry! } },
        defaultLimits,
        known(),
      )
      const red = again.checks.filter(({ result }) => result === 'red').map(({ code }) => code)
      expect(red.filter((code) => code !== 'E19')).toEqual(streets.red)
      expect(again.verdict).toBe(streets.verdict)
    }
  })

  it('a proposal along streets is none where the ban points to a secret address, and else the same wherever that is', () => {
    const secret = (east: number, north: number) =>
      compare({ victimAddresses: [{ label: 'x', isSecret: true, ...gridPlace(east, north) }] })
    const centred = secret(40, 10)
    expect(centred.alternatives.map(({ kind }) => kind)).not.toContain('streets')
    expect(centred.streetObstacle).toBe('points-to-secret-address')
    const outlines = [secret(300, 50), secret(-60, -310)].map(
      ({ alternatives }) => alternatives.find(({ kind }) => kind === 'streets')?.geometry,
    )
    expect(outlines[0]).toBeDefined()
    expect(outlines[1]).toEqual(outlines[0])
  })

  it('a proposal along streets says why there is none', () => {
    expect(compare({}, { map: null, areas: null }).streetObstacle).toBe('no-map')
    const moving = { kind: 'proximity', separationMeters: 500 } as const
    expect(compare({ ban: moving }).streetObstacle).toBeNull()
    // His own house, in the middle: no block at the border is his.
    const inside = { label: 'home', ...gridPlace(20, 120) }
    expect(compare({ offenderFixedAddresses: [inside] }).streetObstacle).toBe('no-better')
  })

  itWithSharedData('outlines along the streets of a real country hold their bans', async () => {
    const file = join(sharedFolder, 'maps/liechtenstein.osm.pbf')
    const country = indexMap('country', (await importExtract(file, {})).map)
    const random = createRandom(5)
    let found = 0
    for (let round = 0; round < 60; round++) {
      const vertex = Math.floor(random() * country.roads.vertexLongitudesE7.length)
      const longitude = country.roads.vertexLongitudesE7[vertex]! / 1e7
      const latitude = country.roads.vertexLatitudesE7[vertex]! / 1e7
      const ban = { kind: 'circle', longitude, latitude, radiusMeters: 700 } as const
      const outline = outlineByStreets(country, ban, [], defaultLimits)
      if (typeof outline === 'string') continue
      found++
      expect(checkGeometry(outline.geometry, defaultLimits).ok).toBe(true)
      const shape = compilePolygon(outline.geometry)
      const askedSize = compileBan(ban)!.areaSquareMeters
      expect(shape.areaSquareMeters).toBeGreaterThan(0.98 * askedSize)
      expect(shape.areaSquareMeters).toBeLessThan(2 * askedSize)
      for (let degrees = 0; degrees < 360; degrees += 5) {
        const edge = destination(longitude, latitude, degrees, 696.9)
        expect(containsPosition(shape, edge.longitude, edge.latitude)).toBe(true)
      }
    }
    // Elsewhere it lies against the mountains, where streets close nothing in.
    expect(found).toBeGreaterThan(15)
  })
})

function draw(ban: EnforceabilityProposal['ban']) {
  const found = outlineByStreets(map, ban, [], defaultLimits)
  if (typeof found === 'string') throw new Error(found)
  return found
}

function compare(more: Partial<EnforceabilityProposal>, places = known()) {
  return assessEnforceability(ask(more), defaultLimits, places, { isComparing: true })
}

function known(): { readonly map: StreetMap | null; readonly areas: null } {
  return { map, areas: null }
}

function ask(more: Partial<EnforceabilityProposal>): EnforceabilityProposal {
  return {
    ...nothingKnown,
    ban: { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 500 },
    approachMeters: 300,
    reportIntervalSeconds: 20,
    policeResponseSeconds: 600,
    victimAddresses: [{ label: 'hers', isSecret: false, ...gridPlace(0, 0) }],
    ...more,
  }
}
