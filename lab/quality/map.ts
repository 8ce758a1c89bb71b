import { destination } from '../../geo/distance.ts'
import { escapeHtml } from '../../src/escape-html.ts'
import type { Exhibit, Spot } from './exhibit.ts'

/**
 * A map of one exhibit as an inline SVG: metres on a plane around its middle,
 * north up, with a scale bar.
 */
export function drawMap(exhibit: Exhibit): string {
  const outlines = outlinesOf(exhibit.area)
  const spots = [...outlines.flat(), ...exhibit.truth, ...exhibit.fixes]
  if (spots.length === 0) return ''
  const project = projection(spots)
  const circles = exhibit.fixes.map(({ accuracyMeters, isVictim, ...spot }) => {
    const [x, y] = project.to(spot)
    const radius = Math.min(sizePixels, accuracyMeters * project.pixelsPerMeter)
    const sort = isVictim ? 'victim' : 'offender'
    return `<circle class="accuracy ${sort}" cx="${x}" cy="${y}" r="${radius.toFixed(1)}"/><circle class="fix ${sort}" cx="${x}" cy="${y}" r="2"/>`
  })
  const bans = outlines.map((ring) => `<path class="ban" d="${pathOf(ring, project)}Z"/>`)
  const track =
    exhibit.truth.length > 1 ? `<path class="truth" d="${pathOf(exhibit.truth, project)}"/>` : ''
  const alerts = exhibit.alerts.map((alert) => {
    const [x, y] = project.to(alert)
    return `<path class="alert" d="M${x} ${Number(y) - 7}l6 11h-12z"><title>${escapeHtml(alert.text)}</title></path>`
  })
  const scaleMeters = niceMeters(sizePixels / 4 / project.pixelsPerMeter)
  const scale = `<path class="scale" d="M10 ${sizePixels - 10}h${(scaleMeters * project.pixelsPerMeter).toFixed(1)}"/><text x="10" y="${sizePixels - 15}">${scaleMeters} m</text>`
  return `<svg class="map" viewBox="0 0 ${sizePixels} ${sizePixels}" role="img" aria-label="${escapeHtml(exhibit.name)}">${bans.join('')}${circles.join('')}${track}${alerts.join('')}${scale}</svg>`
}

type Projection = {
  readonly pixelsPerMeter: number
  readonly to: (spot: Spot) => readonly [x: string, y: string]
}

const sizePixels = 340
const metersPerDegree = 111_320

function projection(spots: readonly Spot[]): Projection {
  const first = spots[0]!
  let [west, east, south, north] = [
    first.longitude,
    first.longitude,
    first.latitude,
    first.latitude,
  ]
  for (const { longitude, latitude } of spots) {
    west = Math.min(west, longitude)
    east = Math.max(east, longitude)
    south = Math.min(south, latitude)
    north = Math.max(north, latitude)
  }
  const perLongitude = metersPerDegree * Math.cos(((south + north) / 2) * (Math.PI / 180))
  const spanMeters = Math.max(50, (east - west) * perLongitude, (north - south) * metersPerDegree)
  const pixelsPerMeter = (sizePixels * 0.9) / spanMeters
  return {
    pixelsPerMeter,
    to: ({ longitude, latitude }) => [
      (sizePixels / 2 + (longitude - (west + east) / 2) * perLongitude * pixelsPerMeter).toFixed(1),
      (
        sizePixels / 2 -
        (latitude - (south + north) / 2) * metersPerDegree * pixelsPerMeter
      ).toFixed(1),
    ],
  }
}

function outlinesOf(area: Exhibit['area']): Spot[][] {
  if (area === null) return []
  if (area.type === 'circle') {
    const { longitude, latitude, radiusMeters } = area
    return [
      Array.from({ length: 48 }, (_, step) =>
        destination(longitude, latitude, step * 7.5, radiusMeters),
      ),
    ]
  }
  const { geometry } = area
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons.flatMap((rings) =>
    rings.map((ring) => ring.map(([longitude, latitude]) => ({ longitude, latitude }))),
  )
}

function pathOf(spots: readonly Spot[], project: Projection): string {
  return spots
    .map((spot, index) => `${index === 0 ? 'M' : 'L'}${project.to(spot).join(' ')}`)
    .join('')
}

function niceMeters(meters: number): number {
  const power = 10 ** Math.floor(Math.log10(meters))
  const lead = meters / power
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power
}
