import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compilePolygon } from '../../../geo/ban-shape.ts'
import { checkGeometry } from '../../../geo/check-geometry.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { areasAt, areasCalled } from '../../../src/core/enforceability/named-areas.ts'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { openNamedAreas, readNamedAreas } from '../../../src/map/areas/read-areas.ts'
import { crossingStrips } from '../../support/crossing-strips.ts'
import { resolveArea } from '../../../src/assess/resolve-area.ts'
import { itWithSharedData, sharedFolder } from '../../geo/support/shared-data.ts'

/** Two municipalities side by side, and two quarters of the western one. */
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hoede-areas-'))
  const year = { jrstatcode: '2024GM0001' }
  await write('towns.geojson', [
    { ...box(5, 52, 5.1, 52.1), properties: { statcode: 'GM0001', statnaam: 'Westdorp', ...year } },
    { ...box(5.1, 52, 5.2, 52.1), properties: { statcode: 'GM0002', statnaam: 'Oostdorp' } },
  ])
  await write('quarters.json', [
    { ...box(5.01, 52.01, 5.02, 52.02), properties: { cbsCode: 'BU00010001', naam: 'Kern' } },
    { ...box(5.02, 52.01, 5.03, 52.02), properties: { cbsCode: 'BU00010002', naam: 'Rand' } },
    { ...box(5.06, 52.01, 5.07, 52.02), properties: { cbsCode: 'BU00010003', naam: 'Los' } },
  ])
  await writeFile(join(folder, 'read-me.txt'), 'no area')
})
afterAll(() => rm(folder, { recursive: true }))

describe('areas by code', () => {
  it('areas of a folder are known by code, name and year', async () => {
    const { areas } = await readNamedAreas(folder)
    expect([...areas.keys()].toSorted()).toEqual([
      'BU00010001',
      'BU00010002',
      'BU00010003',
      'GM0001',
      'GM0002',
    ])
    expect(areas.get('GM0001')).toMatchObject({ name: 'Westdorp', year: 2024 })
    expect(areas.get('BU00010002')).toMatchObject({ name: 'Rand', year: null })
  })

  it('two neighbours are one outline without the border between them, and one apart is a part', async () => {
    const known = await readNamedAreas(folder)
    const one = known.unite(['BU00010001', 'BU00010002'])!
    expect(one.type).toBe('Polygon')
    expect(checkGeometry(one, defaultLimits)).toMatchObject({ ok: true })
    const shape = compilePolygon(one)
    expect(containsPosition(shape, 5.02, 52.015)).toBe(true)
    expect(known.unite(['BU00010001', 'BU00010003'])?.type).toBe('MultiPolygon')
  })

  it('areas whose borders cross almost along each other are united, and what cannot be is a sentence', async () => {
    const features = crossingStrips.map((coordinates, index) => ({
      type: 'Feature',
      properties: { code: `BU0009000${index}` },
      geometry: { type: 'Polygon', coordinates },
    }))
    await write('strips.txt', features)
    const known = await readNamedAreas(join(folder, 'strips.txt'))
    const areaCodes = [...known.areas.keys()]
    expect(known.unite(areaCodes)?.type).toBe('Polygon')
    const none = { ...known, unite: () => null }
    expect(() => resolveArea({ areaCodes }, none)).toThrow(/cannot be united: ask for fewer/)
  })

  it('a question by codes is one about their outline', async () => {
    const known = await readNamedAreas(folder)
    const asked = resolveArea({ areaCodes: ['BU00010001'] }, known)
    expect(asked).toMatchObject({ geometry: { type: 'Polygon' } })
    expect(() => resolveArea({ areaCodes: ['BU1', 'GM0001'] }, known)).toThrow(/code BU1: codes/)
    expect(() => resolveArea({ areaCodes: ['GM0001'] }, null)).toThrow(/HOEDE_AREAS_PATH/)
    expect(() => resolveArea({ areaCodes: ['GM0001'], separationMeters: 5 }, known)).toThrow(
      /one of areaCodes/,
    )
  })

  it.each([
    [
      [
        [
          [5, 52],
          [5.1, 52],
          [5.1, 52.1],
          ['5', 52],
        ],
      ],
    ],
    [
      [
        [
          [5, 52],
          [5.1, 52],
          [5, 52],
        ],
      ],
    ],
    [
      [
        [
          [5, 52],
          [5.1, 152],
          [5.1, 52.1],
          [5, 52],
        ],
      ],
    ],
    [
      [
        [
          [5, 52],
          [5.1, null],
          [5.1, 52.1],
          [5, 52],
        ],
      ],
    ],
    [[]],
    ['none'],
  ])(
    'an area with the corners %j is refused with its file and its place in it',
    async (coordinates) => {
      const other = await mkdtemp(join(tmpdir(), 'hoede-areas-'))
      try {
        const feature = {
          type: 'Feature',
          properties: { statcode: 'GM1' },
          geometry: { type: 'Polygon', coordinates },
        }
        const file = join(other, 'hurt.json')
        await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features: [feature] }))
        await expect(readNamedAreas(other)).rejects.toThrow(`${file}: feature 0: expected an area`)
        await expect(openNamedAreas(file)).rejects.toThrow(
          'HOEDE_AREAS_PATH: the areas cannot be read',
        )
      } finally {
        await rm(other, { recursive: true })
      }
    },
  )

  it('areas of more corners than can be united in a moment are refused, one of them alone is not', async () => {
    const ring = (west: number) =>
      Array.from({ length: 2_000 }, (_, index) => {
        const angle = (index / 2_000) * 2 * Math.PI
        return [west + 0.01 * Math.cos(angle), 52 + 0.01 * Math.sin(angle)]
      })
    const round = (code: string, west: number) => ({
      type: 'Feature',
      properties: { statcode: code },
      geometry: { type: 'Polygon', coordinates: [[...ring(west), ring(west)[0]]] },
    })
    await write('round.txt', [round('GM0003', 5), round('GM0004', 5.1)])
    const known = await readNamedAreas(join(folder, 'round.txt'))
    expect(known.unite(['GM0003', 'GM0003'])?.type).toBe('Polygon')
    expect(() => known.unite(['GM0003', 'GM0004'])).toThrow('at most 3000 corners together, got')
  })

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'expected a FeatureCollection'],
    ['{"type":"FeatureCollection","features":[]}', 'holds no area with a code'],
    ['{"features":[{"properties":{}}]}', 'feature 0: expected an area'],
    [JSON.stringify({ features: [{ ...box(5, 52, 6, 53), properties: {} }] }), 'expected a code'],
  ])('a file that holds %s is refused with a sentence', async (text, sentence) => {
    const file = join(folder, 'wrong.txt')
    await writeFile(file, text)
    await expect(readNamedAreas(file)).rejects.toThrow(sentence)
    await expect(openNamedAreas(file)).rejects.toThrow(/HOEDE_AREAS_PATH/)
  })

  itWithSharedData('a quarter of Amsterdam by its code is a ban that can be assessed', async () => {
    const known = await readNamedAreas(
      resolve(sharedFolder, 'netherlands/amsterdam-buurten-a.geojson'),
    )
    const codes = ['BU0363AA01', 'BU0363AA02']
    const geometry = known.unite(codes)
    expect(checkGeometry(geometry, defaultLimits)).toMatchObject({ ok: true })
  })
})

describe('areas by name and by place', () => {
  itWithSharedData(
    'areas of Amsterdam are found by a word of their name and by their code',
    async () => {
      const known = await readNamedAreas(
        resolve(sharedFolder, 'netherlands/amsterdam-buurten-a.geojson'),
      )
      const [first] = known.areas.values()
      const word = first!.name.split(' ').at(-1)!
      expect(areasCalled(known, word.toUpperCase()).map(({ code }) => code)).toContain(first!.code)
      expect(areasCalled(known, first!.name)[0]!.name).toBe(first!.name)
      expect(areasCalled(known, first!.code.toLowerCase())).toEqual([first])
      expect(areasCalled(known, ' ')).toEqual([])
      expect(areasCalled(known, 'xyzzy')).toEqual([])
    },
  )

  it('a place is in its neighbourhood before its municipality, and a place beyond all in none', async () => {
    const known = await readNamedAreas(folder)
    const found = areasAt(known, 5.015, 52.015).map(({ code }) => code)
    expect(found[0]!.startsWith('BU')).toBe(true)
    expect(found.at(-1)!.startsWith('GM')).toBe(true)
    expect(areasAt(known, 0, 0)).toEqual([])
  })
})

describe('borders of municipalities (E12)', () => {
  it('a ban within one municipality is green, and names it', async () => {
    expect(await borders({ longitude: 5.05, latitude: 52.05 })).toMatchObject({
      result: 'green',
      value: 'Westdorp',
    })
  })

  it('a ban whose approach band reaches the next municipality names both', async () => {
    // 1,500 m from the border: the ban of a kilometre does not reach it, its band of 500 m does.
    expect(await borders({ longitude: 5.0785, latitude: 52.05 })).toMatchObject({
      result: 'amber',
      value: 'Oostdorp, Westdorp',
    })
  })

  it('a home of the offender in the next municipality counts too', async () => {
    const home = { label: 'woning', longitude: 5.15, latitude: 52.05 }
    const found = await borders({ longitude: 5.05, latitude: 52.05 }, [home])
    expect(found).toMatchObject({ result: 'amber', value: 'Oostdorp, Westdorp' })
  })

  it('a ban within one municipality is not in order where the addresses of the offender are not known', async () => {
    const found = await borders({ longitude: 5.05, latitude: 52.05 }, null)
    expect(found).toMatchObject({ result: 'not-assessed', value: 'Westdorp' })
  })

  it('a ban that lies in no known municipality is never in order', async () => {
    for (const [longitude, latitude] of [
      [5.01, 52.05],
      [6, 53],
    ] as const) {
      const { result, sentenceNl } = await borders({ longitude, latitude })
      expect(result).toBe('not-assessed')
      expect(sentenceNl).toContain('buitenland')
    }
  })

  it('a strip of another municipality that is narrower than a step is found by its corners', async () => {
    const strip = { ...box(5.0499, 52.0496, 5.0501, 52.0504), properties: named('GM0009', 'Wig') }
    await write('strip.geojson', [strip])
    const found = await borders({ longitude: 5.05, latitude: 52.05 })
    expect(found.value).toContain('Wig')
    await rm(join(folder, 'strip.geojson'))
  })
})

const named = (statcode: string, statnaam: string) => ({ statcode, statnaam })

async function borders(
  middle: { readonly longitude: number; readonly latitude: number },
  offenderFixedAddresses: { label: string; longitude: number; latitude: number }[] | null = [],
) {
  const areas = await readNamedAreas(folder)
  const ban = { kind: 'circle', ...middle, radiusMeters: 1_000 } as const
  const proposal = { ...nothingKnown, ban, approachMeters: 500, offenderFixedAddresses }
  const { checks } = assessEnforceability(proposal, defaultLimits, { map: null, areas })
  const found = checks.find(({ code }) => code === 'E12')
  if (found === undefined) throw new Error('expected an answer to E12')
  return found
}

function box(west: number, south: number, east: number, north: number) {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  return { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] } }
}

async function write(name: string, features: readonly object[]): Promise<void> {
  await writeFile(join(folder, name), JSON.stringify({ type: 'FeatureCollection', features }))
}
