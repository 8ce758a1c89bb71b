import { geoJSONToTile } from '@maplibre/geojson-vt'
import { fromGeojsonVt } from '@maplibre/vt-pbf'
import type { Box } from '../../../geo/box-index.ts'
import { buildStillIndex } from '../../../geo/still-index.ts'
import { groundLayers, type GroundFile } from './ground-file.ts'

/**
 * Cuts a ground into vector tiles, here and for the view that is asked: nobody outside learns where
 * a desk looks. A tile with nothing in it is null. Nothing of a tile is kept: an index that fills
 * up with every square that was ever asked would grow for as long as somebody asks.
 */
export function cutGround({ features }: GroundFile): GroundTiles {
  const boxes = features.map(({ geometry }) => boxAround(geometry.coordinates))
  const indexes = groundLayers.map((layer) => {
    const rows = features.flatMap(({ properties }, row) =>
      properties.layer === layer && isBox(boxes[row]) ? [row] : [],
    )
    return {
      layer,
      rows,
      index: buildStillIndex(rows.length, (at) => boxes[rows[at] ?? 0] ?? nothing),
    }
  })
  return {
    findTile: (place) => {
      const box = boxOfTile(place)
      const found = indexes.map(({ layer, rows, index }) => {
        // From far away houses are a grey that says nothing, and most of what there is to send.
        const places = place.z < zoomMinOf[layer] ? [] : index.search(box)
        // As they stand in the file: what lies over what does not change with the square.
        const inside = places.toSorted((one, other) => one - other)
        return [layer, inside.flatMap((at) => features[rows[at] ?? 0] ?? [])] as const
      })
      return encodeTile(new Map(found), place)
    },
    bounds: boundsOf(boxes),
  }
}

export type GroundTiles = {
  readonly findTile: (place: TilePlace) => Buffer | null
  /** West, south, east, north; null without anything. */
  readonly bounds: readonly [number, number, number, number] | null
}

export type TilePlace = { readonly z: number; readonly x: number; readonly y: number }

/** A tile of this is 500 m wide; nearer the page draws the same one larger. */
export const tileZoomMax = 15

const zoomMinOf = { green: 8, water: 8, rail: 10, street: 10, building: 13 } as const

/** One tile of these features, or null where none of them reaches into it. */
export function encodeTile(
  featuresByLayer: ReadonlyMap<string, readonly object[]>,
  { z, x, y }: TilePlace,
): Buffer | null {
  const layers: Record<string, ReturnType<typeof geoJSONToTile>> = {}
  for (const [layer, features] of featuresByLayer) {
    if (features.length === 0) continue
    const data = { type: 'FeatureCollection', features } as Parameters<typeof geoJSONToTile>[0]
    const tile = geoJSONToTile(data, z, x, y, { clip: true, tolerance: 3, maxZoom: tileZoomMax })
    if (tile.features.length > 0) layers[layer] = tile
  }
  if (Object.keys(layers).length === 0) return null
  return Buffer.from(fromGeojsonVt(layers, { version: 2, extent: 4_096 }))
}

/** Where a tile lies, with a little of its neighbours: lines are drawn across its edge. */
export function boxOfTile({ z, x, y }: TilePlace): Box {
  const count = 2 ** z
  const longitudeOf = (column: number): number => (column / count) * 360 - 180
  const latitudeOf = (row: number): number =>
    (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / count))) * 180) / Math.PI
  return {
    west: longitudeOf(x - bufferPart),
    east: longitudeOf(x + 1 + bufferPart),
    south: latitudeOf(y + 1 + bufferPart),
    north: latitudeOf(y - bufferPart),
  }
}

const bufferPart = 1 / 64

const nothing: Box = { west: 180, south: 90, east: -180, north: -90 }

function boxAround(coordinates: readonly unknown[]): Box {
  const bounds: [number, number, number, number] = [180, 90, -180, -90]
  const visit = (part: unknown): void => {
    if (!Array.isArray(part)) return
    const [longitude, latitude] = part
    if (typeof longitude === 'number' && typeof latitude === 'number') {
      bounds[0] = Math.min(bounds[0], longitude)
      bounds[1] = Math.min(bounds[1], latitude)
      bounds[2] = Math.max(bounds[2], longitude)
      bounds[3] = Math.max(bounds[3], latitude)
    } else for (const inner of part) visit(inner)
  }
  visit(coordinates)
  const [west, south, east, north] = bounds
  return { west, south, east, north }
}

function isBox(box: Box | undefined): boolean {
  return box !== undefined && box.west <= box.east
}

function boundsOf(boxes: readonly Box[]): GroundTiles['bounds'] {
  let { west, south, east, north } = nothing
  for (const box of boxes) {
    west = Math.min(west, box.west)
    south = Math.min(south, box.south)
    east = Math.max(east, box.east)
    north = Math.max(north, box.north)
  }
  return west > east ? null : [west, south, east, north]
}
