import type { BanShape } from '../../geo/ban-shape.ts'
import { metersPerDegree } from '../../geo/distance.ts'
import { shapeBoxes, type Box } from '../../geo/box-index.ts'
import type { EnforceabilityProposal } from '../core/enforceability/proposal.ts'
import { centresOfBan, compileBan } from '../core/enforceability/reach.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../core/model/registry.ts'
import { roadClasses } from '../core/model/road-classes.ts'
import { featuresIn, middleOf } from '../core/roads/near-features.ts'
import { readLine, type Place } from '../core/roads/points-on-edges.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { escapeHtml } from '../escape-html.ts'
import { dayNl } from './day-in-dutch.ts'
import { besideMarks, drawMarks, pathOf, round, type Marks, type Projection } from './draw-marks.ts'
import { placeLabels } from './place-labels.ts'

/**
 * The ban on its map, as SVG in millimetres: what lies around it, its outline and its approach
 * band. The frame follows from the ban alone, so that the drawing tells nothing of any address.
 */
export function drawGround(
  { ban, approachMeters }: EnforceabilityProposal,
  map: StreetMap | null,
  marks: Marks,
): string {
  const shape = compileBan(ban)
  if (shape === null) return ''
  const frame = frameAround(shape, approachMeters)
  const drawn = map !== null && isDrawable(map, frame) ? map : null
  const onPaper = createProjection(frame, pageSize.width)
  const parts = [
    ...(drawn === null ? [] : drawMap(drawn, frame, onPaper)),
    drawBan(ban, approachMeters, onPaper),
    marks.alongStreets === null
      ? ''
      : `<path class="streets" d="${outlineOf(marks.alongStreets, onPaper)}"/>`,
    ...drawMarks(marks, onPaper),
    ...numberParts(ban, marks, onPaper),
    drawFrame(drawn, onPaper),
  ]
  // The inner picture is cut at its frame; the outer one may be given more room on a page.
  const { width, height } = onPaper
  const description =
    drawn === null
      ? 'Het verboden gebied met de waarschuwingszone eromheen, zonder kaart.'
      : 'Het verboden gebied met de waarschuwingszone eromheen, op de wegen, gebouwen en het water.'
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="kaart-titel kaart-tekst" viewBox="0 0 ${width} ${height}" class="kaart"><title id="kaart-titel">Kaart van het verbod</title><desc id="kaart-tekst">${description}</desc>${styles}<svg width="${width}" height="${height}">${parts.join('')}</svg></svg>`
}

/** Whether a place lies in the picture: of what does not the words beside it say nothing. */
export function isInPicture(
  { ban, approachMeters }: EnforceabilityProposal,
  { longitude, latitude }: Place,
): boolean {
  const shape = compileBan(ban)
  if (shape === null) return false
  const { west, south, east, north } = frameAround(shape, approachMeters)
  return longitude >= west && longitude <= east && latitude >= south && latitude <= north
}

function frameAround(shape: BanShape, approachMeters: number): Box {
  const bandMeters = Math.min(approachMeters, bandDrawnMetersMax)
  return fitFrame(uniteBoxes(shapeBoxes(shape, bandMeters * 1.15)), pageSize)
}

/** A page of a whole province shows nothing, and takes the server a minute. */
function isDrawable(map: StreetMap, frame: Box): boolean {
  const count = map.roadIndex.search(frame).length + map.featureIndex.search(frame).length
  return count <= drawnCountMax
}

const drawnCountMax = 60_000
const bandDrawnMetersMax = 5_000

/** Millimetres, as high as the first page has room for: made smaller, names could not be read. */
const pageSize = { width: 180, heightMax: 95 }

export function uniteBoxes(boxes: readonly Box[]): Box {
  return boxes.reduce((all, box) => ({
    west: Math.min(all.west, box.west),
    south: Math.min(all.south, box.south),
    east: Math.max(all.east, box.east),
    north: Math.max(all.north, box.north),
  }))
}

/** Never taller than there is room for. */
export function fitFrame(box: Box, { width, heightMax }: typeof pageSize): Box {
  const per = metersPerDegree((box.south + box.north) / 2)
  const heightMeters = (box.north - box.south) * per.latitude
  const widthMeters = (box.east - box.west) * per.longitude
  const widest = (heightMeters * width) / heightMax
  const grow = Math.max(0, (widest - widthMeters) / 2 / per.longitude)
  return { ...box, west: box.west - grow, east: box.east + grow }
}

export function createProjection(frame: Box, width: number): Projection {
  const per = metersPerDegree((frame.south + frame.north) / 2)
  const metersPerMillimeter = ((frame.east - frame.west) * per.longitude) / width
  const height = ((frame.north - frame.south) * per.latitude) / metersPerMillimeter
  return {
    width,
    height: Math.round(height * 10) / 10,
    metersPerMillimeter,
    point: (longitude, latitude) => [
      round(((longitude - frame.west) * per.longitude) / metersPerMillimeter),
      round(((frame.north - latitude) * per.latitude) / metersPerMillimeter),
    ],
  }
}

function drawMap(map: StreetMap, frame: Box, onPaper: Projection): string[] {
  const area = (kind: 'water' | 'wood' | 'building' | 'rail') => {
    const paths = featuresIn(map, frame, [kind]).map(({ line }) => pathOf(line, onPaper))
    return paths.length === 0 ? '' : `<path class="${kind}" d="${paths.join('')}"/>`
  }
  return [
    area('wood'),
    area('water'),
    area('building'),
    ...drawRoads(map, frame, onPaper),
    area('rail'),
    ...featuresIn(map, frame, ['station']).map((station) =>
      drawStation(middleOf(station), onPaper),
    ),
    ...drawLabels(map, frame, onPaper),
  ]
}

/** Whoever comes by train is inside without having crossed the border. */
function drawStation(place: Place, { point }: Projection): string {
  const [x, y] = point(place.longitude, place.latitude)
  return `<circle class="station" cx="${x}" cy="${y}" r="1.7"/><text class="letter" x="${x}" y="${round(y + 0.8)}">S</text>`
}

function drawRoads(map: StreetMap, frame: Box, onPaper: Projection): string[] {
  const byWidth = new Map<string, string[]>()
  for (const edge of map.roadIndex.search(frame).toSorted((one, other) => one - other)) {
    const name = widthOf[roadClasses[map.roads.edgeClass[edge] ?? 0] ?? 'path'] ?? 'small'
    const paths = byWidth.get(name) ?? []
    paths.push(pathOf(readLine(map.roads.shapes, edge), onPaper))
    byWidth.set(name, paths)
  }
  return ['foot', 'small', 'street', 'main'].map((name) => {
    const paths = byWidth.get(name)
    return paths === undefined ? '' : `<path class="road ${name}" d="${paths.join('')}"/>`
  })
}

const widthOf: Readonly<Partial<Record<(typeof roadClasses)[number], string>>> = {
  motorway: 'main',
  trunk: 'main',
  primary: 'main',
  secondary: 'main',
  tertiary: 'street',
  unclassified: 'street',
  residential: 'street',
  'living-street': 'street',
  cycleway: 'foot',
  path: 'foot',
  steps: 'foot',
}

/** To find one's way on a small map. */
export function drawMainRoads(map: StreetMap, frame: Box, onPaper: Projection): string {
  const paths = map.roadIndex
    .search(frame)
    .filter((edge) => widthOf[roadClasses[map.roads.edgeClass[edge] ?? 0] ?? 'path'] === 'main')
    .map((edge) => pathOf(readLine(map.roads.shapes, edge), onPaper))
  return paths.length === 0 ? '' : `<path class="road main" d="${paths.join('')}"/>`
}

function drawLabels(map: StreetMap, frame: Box, onPaper: Projection): string[] {
  const streets = map.roadIndex
    .search(frame)
    .toSorted((one, other) => one - other)
    .flatMap((edge) => {
      const name = map.names[map.roads.edgeName[edge] ?? 0] ?? ''
      if (name === '') return []
      const line = readLine(map.roads.shapes, edge).map(({ longitude, latitude }) =>
        onPaper.point(longitude, latitude),
      )
      return [{ name, rank: map.roads.edgeClass[edge] ?? 0, line }]
    })
  return placeLabels(streets, onPaper).map(
    ({ name, x, y, degrees, width }) =>
      `<g transform="translate(${x} ${y}) rotate(${degrees})"><rect class="strip" x="${round(-width / 2)}" y="-1.75" width="${round(width)}" height="2.3"/><text class="name">${escapeHtml(name)}</text></g>`,
  )
}

/** Told apart by how thick its outline is, on a copier too. */
function drawBan(
  ban: EnforceabilityProposal['ban'],
  approachMeters: number,
  onPaper: Projection,
): string {
  if (ban.kind === 'circle') {
    const [x, y] = onPaper.point(ban.longitude, ban.latitude)
    const radius = (meters: number) => round(meters / onPaper.metersPerMillimeter)
    const ring = `<circle class="ring" cx="${x}" cy="${y}" r="${radius(ban.radiusMeters + approachMeters)}"/>`
    return `${ring}<circle class="ban" cx="${x}" cy="${y}" r="${radius(ban.radiusMeters)}"/>`
  }
  if (ban.kind === 'proximity') return ''
  const path = outlineOf(ban.geometry, onPaper)
  const width = round((2 * approachMeters) / onPaper.metersPerMillimeter)
  return `<path class="band" stroke-width="${width}" d="${path}"/><path class="ban" d="${path}"/>`
}

export function outlineOf(
  geometry: PolygonGeometry | MultiPolygonGeometry,
  onPaper: Projection,
): string {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons
    .flat()
    .map((ring) => ring.map(([longitude, latitude]) => ({ longitude, latitude })))
    .map((line) => `${pathOf(line, onPaper)}Z`)
    .join('')
}

/** Of several areas the number by which a table names each, beside what else is named there. */
function numberParts(
  ban: EnforceabilityProposal['ban'],
  marks: Marks,
  onPaper: Projection,
): string[] {
  if (ban.kind !== 'polygon') return []
  const [, ...middles] = centresOfBan(ban)
  if (middles.length < 2) return []
  return middles.map(({ longitude, latitude }, index) => {
    const [x, y] = besideMarks(onPaper.point(longitude, latitude), marks, onPaper)
    return `<rect class="plate" x="${round(x - 1.8)}" y="${round(y - 2.4)}" width="3.6" height="3.4"/><text class="place" x="${x}" y="${round(y + 0.3)}" text-anchor="middle">${index + 1}</text>`
  })
}

/** Scale, north, and whose data it is. */
function drawFrame(map: StreetMap | null, { width, height, metersPerMillimeter }: Projection) {
  const meters = niceMeters(metersPerMillimeter * 40)
  const length = round(meters / metersPerMillimeter)
  const label = meters >= 1000 ? `${String(meters / 1000).replace('.', ',')} km` : `${meters} m`
  const scale = `<g transform="translate(4 ${height - 5})"><rect class="plate" x="-2" y="-5.5" width="${length + 4}" height="9"/><path class="scale" d="M0 0V1.5H${length}V0"/><text class="note" x="${length / 2}" y="-1" text-anchor="middle">${label}</text></g>`
  const north = `<g transform="translate(${width - 7} 9)"><circle class="plate" r="5.5"/><path class="north" d="M0 -4L2 2L0 0.8L-2 2Z"/><text class="note" y="4.6" text-anchor="middle">N</text></g>`
  const whose =
    map === null
      ? ''
      : `<g transform="translate(${width - 2} ${height - 1.6})"><rect class="plate" x="-78" y="-3.4" width="79" height="4.6"/><text class="note" text-anchor="end">${describeSource(map)}</text></g>`
  return `${scale}${north}${whose}<rect class="frame" x="0.2" y="0.2" width="${width - 0.4}" height="${height - 0.4}"/>`
}

function describeSource({ sourceSeconds }: StreetMap): string {
  const age = sourceSeconds === null ? '' : `, ${dayNl(sourceSeconds * 1_000)}`
  return `© OpenStreetMap-bijdragers, ODbL${age}`
}

function niceMeters(metersMax: number): number {
  const power = 10 ** Math.floor(Math.log10(metersMax))
  return ([5, 2, 1].find((step) => step * power <= metersMax) ?? 1) * power
}

/** Solid lines and no halos: dashes made a printed file seven times as large. */
const styles = `<style>
.kaart{background:#fff}.wood{fill:#dcebd3}.water{fill:#c9dff0}.building{fill:#e3dcd3;stroke:#c9bfb2;stroke-width:.1}
.road{fill:none;stroke-linecap:round;stroke-linejoin:round}.main{stroke:#8a7340;stroke-width:1.3}.street{stroke:#9a9a9a;stroke-width:.7}
.small{stroke:#b5b5b5;stroke-width:.45}.foot{stroke:#c2b8a3;stroke-width:.25}.rail{fill:none;stroke:#333;stroke-width:.5}
.name{font:2.1px sans-serif;fill:#222;text-anchor:middle}.ban{fill:#b3261e;fill-opacity:.14;fill-rule:evenodd;stroke:#8c1d18;stroke-width:.9}
.streets{fill:none;stroke:#1b6e3c;stroke-width:.8;stroke-linejoin:round}
.ring{fill:none;stroke:#8c1d18;stroke-width:.35}.band{fill:#8c1d18;fill-rule:evenodd;stroke:#8c1d18;opacity:.12;stroke-linejoin:round}
.station{fill:#fff;stroke:#111;stroke-width:.4}.letter{font:bold 2.3px sans-serif;fill:#111;text-anchor:middle}.away{fill:#fff;stroke:#0b3d91;stroke-width:.55}
.in{fill:#8c1d18;stroke:#fff;stroke-width:.25}.in.enough{fill:#fff;stroke:#8c1d18;stroke-width:.4}.way{fill:none;stroke:#0b3d91;stroke-width:1.1;stroke-linejoin:round}.victim{fill:#0b3d91;stroke:#fff;stroke-width:.5}.offender{fill:#111;stroke:#fff;stroke-width:.5}
.place{font:bold 2.9px sans-serif;fill:#111}.note{font:2.6px sans-serif;fill:#111}.strip{fill:#fff;fill-opacity:.6}.plate{fill:#fff;fill-opacity:.85}.scale{fill:none;stroke:#111;stroke-width:.4}
.north{fill:#111}.frame{fill:none;stroke:#111;stroke-width:.4}
</style>`
