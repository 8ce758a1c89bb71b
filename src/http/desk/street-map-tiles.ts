import type { Box } from '../../../geo/box-index.ts'
import { roadClasses } from '../../core/model/road-classes.ts'
import {
  degreesPerE7,
  featureKinds,
  type FeatureKind,
  type Lines,
  type StreetMap,
} from '../../core/roads/street-map.ts'
import type { groundLayers } from './ground-file.ts'
import { boxOfTile, encodeTile, type GroundTiles } from './ground-tiles.ts'

/**
 * The imported map as the ground of the desk, cut for each tile that is asked from the index that
 * is there: nothing is held twice. From far away it shows main roads alone, and from further
 * nothing: a tile of a whole province would hold up everybody who reports.
 */
export function cutStreetMap(map: StreetMap): GroundTiles {
  const { west, south, east, north } = map.bounds
  return {
    findTile: (place) => {
      if (place.z < zoomMin) return null
      return encodeTile(featuresOf(map, boxOfTile(place), place.z), place)
    },
    bounds: west > east ? null : [west, south, east, north],
  }
}

/** A tile of this is 15 km wide. */
const zoomMin = 11
const zoomMinOfStreets = 13

type Layer = (typeof groundLayers)[number]
type Feature = { readonly type: 'Feature'; readonly properties: object; readonly geometry: object }

function featuresOf(map: StreetMap, box: Box, z: number): ReadonlyMap<Layer, readonly Feature[]> {
  const layers = new Map<Layer, Feature[]>()
  const add = (layer: Layer, feature: Feature): void => {
    const list = layers.get(layer)
    if (list === undefined) layers.set(layer, [feature])
    else list.push(feature)
  }
  const { roads, features } = map
  for (const edge of map.roadIndex.search(box)) {
    const place = roads.edgeClass[edge] ?? 0
    const isMain = place < mainClassCount
    if (!isMain && z < zoomMinOfStreets) continue
    const name = map.names[roads.edgeName[edge] ?? 0] ?? ''
    const properties = { ...(isMain ? { class: 'main' } : {}), ...(name === '' ? {} : { name }) }
    const coordinates = positionsOf(roads.shapes, edge)
    add('street', { type: 'Feature', properties, geometry: { type: 'LineString', coordinates } })
  }
  for (const row of map.featureIndex.search(box)) {
    const layer = layerOf[featureKinds[features.kinds[row] ?? 0] ?? 'shop'] ?? null
    if (layer === null || (layer === 'building' && z < zoomMinOfStreets)) continue
    const coordinates = positionsOf(features.shapes, row)
    if (coordinates.length < 2) continue
    const geometry =
      layer === 'rail'
        ? { type: 'LineString', coordinates }
        : { type: 'Polygon', coordinates: [closed(coordinates)] }
    add(layer, { type: 'Feature', properties: {}, geometry })
  }
  return layers
}

/** Motorways to secondary roads. */
const mainClassCount = roadClasses.indexOf('tertiary')

const layerOf: Partial<Readonly<Record<FeatureKind, Layer>>> = {
  building: 'building',
  station: 'building',
  hospital: 'building',
  school: 'building',
  mall: 'building',
  rail: 'rail',
  water: 'water',
  wood: 'green',
}

function positionsOf({ starts, longitudesE7, latitudesE7 }: Lines, row: number): number[][] {
  const positions: number[][] = []
  for (let place = starts[row] ?? 0; place < (starts[row + 1] ?? 0); place += 1) {
    positions.push([
      (longitudesE7[place] ?? 0) * degreesPerE7,
      (latitudesE7[place] ?? 0) * degreesPerE7,
    ])
  }
  return positions
}

function closed(ring: number[][]): number[][] {
  const [first] = ring
  return first === undefined ? ring : [...ring, first]
}
