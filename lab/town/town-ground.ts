import { createRandom, pick } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'
import {
  blockMeters,
  createTownMap,
  positionOf,
  railwayNorthMeters,
  rectangle,
  ringOf,
  stationEastMeters,
  type Spot,
  type TownMap,
} from './town-map.ts'

/** The streets, houses, park and railway of a generated town, as the ground of the desk's maps. */
export function townGround(seed: number) {
  // Drawn first from the same seed, as the town itself is: the same market square.
  const map = createTownMap(createRandom(seed))
  const random = createRandom(seed + 1)
  const features = [...parks(map), ...railway(map), ...streets(map), ...houses(map, random)]
  return {
    type: 'FeatureCollection' as const,
    attribution: `${map.name}: een verzonnen stad, van Hoede`,
    features,
  }
}

/** Every other street is a main one. */
const reachBlocks = 18

function streets(map: TownMap): Feature[] {
  const features: Feature[] = []
  const reachMeters = reachBlocks * blockMeters
  for (let block = -reachBlocks; block <= reachBlocks; block += 1) {
    const meters = block * blockMeters
    const isMain = block % 6 === 0
    const kind = { layer: 'street', ...(isMain ? { class: 'main' } : {}) }
    const name = nameOf(block)
    features.push(
      line({ ...kind, name: `${name}straat` }, map, [
        { eastMeters: -reachMeters, northMeters: meters },
        { eastMeters: reachMeters, northMeters: meters },
      ]),
      line({ ...kind, name: `${name}laan` }, map, [
        { eastMeters: meters, northMeters: -reachMeters },
        { eastMeters: meters, northMeters: reachMeters },
      ]),
    )
  }
  return features
}

const stems =
  'Linden Beuken Eiken Iepen Esdoorn Wilgen Berken Essen Populieren Kastanje Meidoorn Vlier'.split(
    ' ',
  )

function nameOf(block: number): string {
  const place = block + reachBlocks
  const suffix = ['', 'hof', 'kamp', 'veld'][Math.floor(place / stems.length)] ?? ''
  return `${stems[place % stems.length] ?? 'Dorps'}${suffix}`
}

/** Four to six houses in each block, set back from its streets; a park has none. */
function houses(map: TownMap, random: Random): Feature[] {
  const features: Feature[] = []
  for (let east = -reachBlocks; east < reachBlocks; east += 1) {
    for (let north = -reachBlocks; north < reachBlocks; north += 1) {
      if (isPark(east, north)) continue
      for (const [eastPart, northPart] of [
        [0.25, 0.22],
        [0.75, 0.22],
        [0.25, 0.78],
        [0.75, 0.78],
        [0.5, 0.5],
      ] as const) {
        const center = {
          eastMeters: (east + eastPart) * blockMeters,
          northMeters: (north + northPart) * blockMeters,
        }
        if (Math.abs(center.northMeters - railwayNorthMeters) < 40) continue
        const half = pick(random, [12, 18, 26, 34])
        features.push(
          area({ layer: 'building' }, map, rectangle(center, half, pick(random, [9, 14, 22]))),
        )
      }
    }
  }
  return features
}

function isPark(east: number, north: number): boolean {
  return (east + 40) % 9 === 4 && (north + 40) % 7 === 3
}

function parks(map: TownMap): Feature[] {
  const features: Feature[] = []
  for (let east = -reachBlocks; east < reachBlocks; east += 1) {
    for (let north = -reachBlocks; north < reachBlocks; north += 1) {
      if (!isPark(east, north)) continue
      const center = {
        eastMeters: (east + 0.5) * blockMeters,
        northMeters: (north + 0.5) * blockMeters,
      }
      const half = 0.46 * blockMeters
      features.push(area({ layer: 'green' }, map, rectangle(center, half, half)))
    }
  }
  return features
}

function railway(map: TownMap): Feature[] {
  const reachMeters = 2 * reachBlocks * blockMeters
  const stations = stationEastMeters.map((eastMeters) =>
    area(
      { layer: 'building', name: 'Station' },
      map,
      rectangle({ eastMeters, northMeters: railwayNorthMeters + 30 }, 45, 14),
    ),
  )
  const track = [-reachMeters, reachMeters].map((eastMeters) => ({
    eastMeters,
    northMeters: railwayNorthMeters,
  }))
  return [line({ layer: 'rail' }, map, track), ...stations]
}

type Feature = {
  readonly type: 'Feature'
  readonly properties: { readonly layer: string; readonly name?: string; readonly class?: string }
  readonly geometry:
    | { readonly type: 'LineString'; readonly coordinates: readonly (readonly number[])[] }
    | {
        readonly type: 'Polygon'
        readonly coordinates: readonly (readonly (readonly number[])[])[]
      }
}

function line(properties: Feature['properties'], map: TownMap, spots: readonly Spot[]): Feature {
  const coordinates = spots.map(({ eastMeters, northMeters }) => {
    const { longitude, latitude } = positionOf(map, eastMeters, northMeters)
    return [longitude, latitude]
  })
  return { type: 'Feature', properties, geometry: { type: 'LineString', coordinates } }
}

function area(properties: Feature['properties'], map: TownMap, spots: readonly Spot[]): Feature {
  return {
    type: 'Feature',
    properties,
    geometry: { type: 'Polygon', coordinates: [ringOf(map, spots)] },
  }
}
