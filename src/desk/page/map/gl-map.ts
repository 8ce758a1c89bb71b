import 'maplibre-gl/dist/maplibre-gl.css'
// A file of our own and no blob: the policy of the page allows nothing else.
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import {
  Map as GlMap,
  Marker,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type GeoJSONSource,
} from 'maplibre-gl'
import { metersPerDegree } from '../../../../geo/distance.ts'
import {
  colourNames,
  groundLayersOf,
  picturesLayerOf,
  sceneLayersOf,
  type Colours,
} from './gl-layers.ts'
import { sceneOf, sceneSources, type Scene } from './gl-scene.ts'
import type { Ground } from './ground.ts'
import type { Place } from './projection.ts'

setWorkerUrl(workerUrl)

/**
 * Opens a map in an element; throws where there is no WebGL. It asks this server alone for tiles.
 */
export function openGlMap(box: HTMLElement, options: GlMapOptions): OpenGlMap {
  const { onPick, onChoose, onDrag, onState } = options
  let scene = options.scene
  const map = makeMap(box, options)
  const hand = followHand(map)
  const canvas = map.getCanvas()
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', options.label)
  const grips = new Map<string, Marker>()
  const show = (): void => {
    showGrips(map, grips, scene, onDrag)
    fillSources(map, scene)
  }
  map.once('load', () => {
    show()
    onState('ready')
  })
  // It comes back by itself, and draws nothing until then: the picture stands in for it.
  map.on('webglcontextlost', () => onState('drawn'))
  map.on('webglcontextrestored', () => onState('ready'))
  followPictures(map, options.onPictures)
  if (onPick !== null)
    map.on('click', ({ lngLat }) => onPick({ longitude: lngLat.lng, latitude: lngLat.lat }))
  map.on('click', ['fix', 'fix-of-victim'], ({ features = [] }) => {
    const atMs: unknown = features[0]?.properties['atMs']
    if (typeof atMs === 'number') onChoose(atMs)
  })
  return {
    update: (next, label) => {
      const isOther = String(boundsOf(scene)) !== String(boundsOf(next))
      scene = next
      const isFollowing = onPick === null ? !hand.hasMoved() : isBeyond(map, scene)
      if (isOther && isFollowing) map.jumpTo(cameraOf(map, scene))
      canvas.setAttribute('aria-label', label)
      if (map.isStyleLoaded() === true) show()
      else void map.once('idle', show)
    },
    fit: () => map.jumpTo(cameraOf(map, scene)),
    // Its sources go with it: nobody's place stays in the page after the case is closed.
    close: () => map.remove(),
  }
}

function fillSources(map: GlMap, scene: Scene): void {
  const data = sceneOf(scene)
  for (const name of sceneSources) {
    const source = map.getSource<GeoJSONSource>(name)
    void source?.setData(data[name] as Parameters<GeoJSONSource['setData']>[0])
  }
}

/** A case follows what there is to see until somebody moves it: bans are read after positions. */
function followHand(map: GlMap): { readonly hasMoved: () => boolean } {
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left')
  let isMoved = false
  map.on('movestart', ({ originalEvent }) => {
    if (originalEvent !== undefined) isMoved = true
  })
  return { hasMoved: () => isMoved }
}

/** Whether the map of somebody else comes: where it does not, whoever looks is told. */
function followPictures(map: GlMap, onPictures: GlMapOptions['onPictures']): void {
  map.on('error', (event) => {
    if ('sourceId' in event && event.sourceId === picturesSource) onPictures('missing')
  })
  map.on('sourcedata', ({ sourceId, tile }) => {
    if (sourceId === picturesSource && tile?.state === 'loaded') onPictures('there')
  })
}

const picturesSource = 'pictures'

function makeMap(box: HTMLElement, { scene, ground, texts }: GlMapOptions): GlMap {
  return new GlMap({
    container: box,
    style: styleOf(ground, readColours()),
    ...viewOf(scene, ground),
    attributionControl: false,
    // The page scrolls under it, and a map that turns has no north.
    scrollZoom: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    maxZoom: 19,
    locale: {
      'NavigationControl.ZoomIn': texts.nearer,
      'NavigationControl.ZoomOut': texts.further,
    },
  })
}

export type GlMapOptions = {
  readonly scene: Scene
  readonly ground: Ground
  readonly label: string
  readonly texts: { readonly nearer: string; readonly further: string }
  readonly onPick: ((place: Place) => void) | null
  /** A fix is pointed at. */
  readonly onChoose: (recordedAtMs: number) => void
  readonly onDrag: (id: string, place: Place) => void
  readonly onState: (state: MapState) => void
  readonly onPictures: (state: PicturesState) => void
}

export type PicturesState = 'there' | 'missing'

/** One per handle; the one under the hand is where the hand is. */
function showGrips(
  map: GlMap,
  grips: Map<string, Marker>,
  { handles = [] }: Scene,
  onDrag: GlMapOptions['onDrag'],
): void {
  const wanted = new Set(handles.map(({ id }) => id))
  for (const [id, grip] of grips) {
    if (wanted.has(id)) continue
    grip.remove()
    grips.delete(id)
  }
  for (const { id, longitude, latitude } of handles) {
    const known = grips.get(id)
    const grip = known ?? makeGrip(id, onDrag)
    if (!grip.getElement().classList.contains(heldClass)) grip.setLngLat([longitude, latitude])
    if (known !== undefined) continue
    grips.set(id, grip.addTo(map))
  }
}

function makeGrip(id: string, onDrag: GlMapOptions['onDrag']): Marker {
  const element = document.createElement('div')
  element.className = 'grip'
  element.dataset['handle'] = id
  // A help for who points: the same is typed in the fields beside the map.
  element.setAttribute('aria-hidden', 'true')
  element.addEventListener('click', (event) => event.stopPropagation())
  const grip = new Marker({ element, draggable: true })
  grip.on('dragstart', () => element.classList.add(heldClass))
  grip.on('dragend', () => element.classList.remove(heldClass))
  grip.on('drag', () => {
    const { lng, lat } = grip.getLngLat()
    onDrag(id, { longitude: lng, latitude: lat })
  })
  return grip
}

const heldClass = 'held'

/** `drawn`: the picture is what there is to see. */
export type MapState = 'drawn' | 'ready'

export type OpenGlMap = {
  readonly update: (scene: Scene, label: string) => void
  readonly fit: () => void
  readonly close: () => void
}

function picturesOf({ pictures }: Ground) {
  if (pictures === undefined) return {}
  const { tileZoomMin, tileZoomMax, bounds } = pictures
  return {
    [picturesSource]: {
      type: 'raster' as const,
      tiles: [`${location.origin}/desk/pictures/{z}/{x}/{y}`],
      tileSize: 256,
      minzoom: tileZoomMin,
      maxzoom: tileZoomMax,
      bounds: [...bounds] as [number, number, number, number],
    },
  }
}

function styleOf(ground: Ground, colours: Colours) {
  const hasTiles = ground.kind === 'tiles'
  const bounds = boundsOfGround(ground)
  const empty = { type: 'FeatureCollection' as const, features: [] }
  return {
    version: 8 as const,
    sources: {
      ...(hasTiles
        ? {
            ground: {
              type: 'vector' as const,
              tiles: [`${location.origin}/desk/tiles/{z}/{x}/{y}`],
              minzoom: 8,
              maxzoom: ground.tileZoomMax ?? 15,
              // Beside the map nothing is asked for.
              ...(bounds === null ? {} : { bounds }),
            },
          }
        : {}),
      ...picturesOf(ground),
      ...Object.fromEntries(
        sceneSources.map((name) => [name, { type: 'geojson' as const, data: empty, tolerance: 0 }]),
      ),
    },
    layers: [
      {
        id: 'plain',
        type: 'background' as const,
        paint: { 'background-color': colours.panel },
      },
      ...(hasTiles ? groundLayersOf(colours) : []),
      ...(ground.pictures === undefined
        ? []
        : [picturesLayerOf(picturesSource, matchMedia('(prefers-color-scheme: dark)').matches)]),
      ...sceneLayersOf(colours),
    ],
  }
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(
    colourNames.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Colours
}

/**
 * What is there; else the ground; else the country. Never the place of anybody who is not shown.
 */
function viewOf(scene: Scene, ground: Ground) {
  const bounds = boundsOf(scene) ?? boundsOfGround(ground)
  return bounds === null
    ? { center: [5.3878, 52.1561] as [number, number], zoom: 12 }
    : { bounds, fitBoundsOptions }
}

const fitBoundsOptions = { padding: 40, maxZoom: 17 }

function boundsOfGround({ bounds }: Ground): [number, number, number, number] | null {
  const [west, south, east, north] = bounds ?? []
  return west === undefined || south === undefined || east === undefined || north === undefined
    ? null
    : [west, south, east, north]
}

function cameraOf(map: GlMap, scene: Scene) {
  const bounds = boundsOf(scene)
  return bounds === null ? {} : (map.cameraForBounds(bounds, fitBoundsOptions) ?? {})
}

/** An area that was pasted lies nowhere in what the map shows. */
function isBeyond(map: GlMap, scene: Scene): boolean {
  const bounds = boundsOf(scene)
  if (bounds === null) return false
  const shown = map.getBounds()
  return (
    bounds[0] > shown.getEast() ||
    bounds[2] < shown.getWest() ||
    bounds[1] > shown.getNorth() ||
    bounds[3] < shown.getSouth()
  )
}

function boundsOf({ frame }: Scene): [number, number, number, number] | null {
  const bounds: [number, number, number, number] = [180, 90, -180, -90]
  for (const { longitude, latitude, aroundMeters = 0 } of frame) {
    const perDegree = metersPerDegree(latitude)
    const [east, north] = [aroundMeters / perDegree.longitude, aroundMeters / perDegree.latitude]
    bounds[0] = Math.min(bounds[0], longitude - east)
    bounds[1] = Math.min(bounds[1], latitude - north)
    bounds[2] = Math.max(bounds[2], longitude + east)
    bounds[3] = Math.max(bounds[3], latitude + north)
  }
  return bounds[0] > bounds[2] ? null : bounds
}
