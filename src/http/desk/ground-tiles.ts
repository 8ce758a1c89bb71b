import { GeoJSONVT } from '@maplibre/geojson-vt'
import { fromGeojsonVt } from '@maplibre/vt-pbf'
import { groundLayers, type GroundFile } from './ground-file.ts'

/**
 * Cuts a ground into vector tiles, here and for the view that is asked: nobody outside learns where
 * a desk looks. A tile with nothing in it is null.
 */
export function cutGround(file: GroundFile): GroundTiles {
  const indexes = groundLayers.flatMap((layer) => {
    const features = file.features.filter(({ properties }) => properties.layer === layer)
    if (features.length === 0) return []
    const data = { type: 'FeatureCollection', features } as ConstructorParameters<
      typeof GeoJSONVT
    >[0]
    return [{ layer, index: new GeoJSONVT(data, { maxZoom: tileZoomMax, tolerance: 3 }) }]
  })
  return {
    findTile: ({ z, x, y }) => {
      const layers: Record<string, NonNullable<ReturnType<GeoJSONVT['getTile']>>> = {}
      for (const { layer, index } of indexes) {
        // From far away houses are a grey that says nothing, and most of what there is to send.
        if (z < zoomMinOf[layer]) continue
        const tile = index.getTile(z, x, y)
        if (tile !== null && tile.features.length > 0) layers[layer] = tile
      }
      if (Object.keys(layers).length === 0) return null
      return Buffer.from(fromGeojsonVt(layers, { version: 2, extent: 4_096 }))
    },
    bounds: boundsOf(file),
  }
}

export type GroundTiles = {
  readonly findTile: (place: {
    readonly z: number
    readonly x: number
    readonly y: number
  }) => Buffer | null
  /** West, south, east, north; null without anything. */
  readonly bounds: readonly [number, number, number, number] | null
}

/** A tile of this is 500 m wide; nearer the page draws the same one larger. */
export const tileZoomMax = 15

const zoomMinOf = { green: 8, water: 8, rail: 10, street: 10, building: 13 } as const

function boundsOf(file: GroundFile): GroundTiles['bounds'] {
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
  for (const { geometry } of file.features) visit(geometry.coordinates)
  return bounds[0] > bounds[2] ? null : bounds
}
