import { shapeBoxes, type Box } from '../../geo/box-index.ts'
import { metersPerDegree } from '../../geo/distance.ts'
import type { Alternative } from '../core/enforceability/alternatives.ts'
import type { EnforceabilityProposal, ProposedBan } from '../core/enforceability/proposal.ts'
import { compileBan, geometryOfBan } from '../core/enforceability/reach.ts'
import type { StreetMap } from '../core/roads/street-map.ts'
import { createProjection, drawMainRoads, fitFrame, outlineOf, uniteBoxes } from './draw-ground.ts'
import { round } from './draw-marks.ts'

/**
 * The bans that stand side by side, each as a small map of its own with the asked one as a line in
 * it: what each takes more, and where. Only for the court.
 */
export function drawAlternatives(
  { ban, victimAddresses }: EnforceabilityProposal,
  named: readonly (Alternative & { readonly name: string })[],
  map: StreetMap | null,
): string {
  const drawn = named.flatMap((one) => {
    const other = banOf(one, ban)
    const shape = other === null ? null : compileBan(other)
    return other === null || shape === null ? [] : [{ name: one.name, other, shape }]
  })
  const asked = geometryOfBan(ban)
  const askedShape = compileBan(ban)
  if (drawn.length < 2 || asked === null || askedShape === null) return ''
  const askedBoxes = shapeBoxes(askedShape, 0)
  const cells = drawn.map(({ name, other, shape }, index) => {
    const boxes = [...askedBoxes, ...shapeBoxes(shape, 0)]
    const frame = fitFrame(widen(fitHeight(uniteBoxes(boxes))), cellSize)
    const onPaper = createProjection(frame, cellSize.width)
    const geometry = geometryOfBan(other) ?? asked
    const marks = (victimAddresses ?? []).map((place) => {
      const [x, y] = onPaper.point(place.longitude, place.latitude)
      return `<circle class="victim" cx="${x}" cy="${y}" r="0.8"/>`
    })
    const { width, heightMax } = cellSize
    return `<g transform="translate(${index * (width + gapMillimeters)} 0)"><svg width="${width}" height="${heightMax}">${map === null ? '' : drawMainRoads(map, frame, onPaper)}<path class="ban" d="${outlineOf(geometry, onPaper)}"/><path class="asked" d="${outlineOf(asked, onPaper)}"/>${marks.join('')}<rect class="frame" x="0.2" y="0.2" width="${width - 0.4}" height="${round(heightMax - 0.4)}"/></svg><text class="note" x="0" y="${heightMax + 2.8}">${name}</text></g>`
  })
  const height = cellSize.heightMax + 4
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="naast-titel naast-tekst" viewBox="0 0 180 ${height}" class="kaart"><title id="naast-titel">De verboden naast elkaar</title><desc id="naast-tekst">Elk verbod als vlak op een kaartje, met het gevraagde verbod als zwarte lijn en het beschermde adres als stip; de tabel hieronder zegt hoe groot elk is.</desc>${styles}<g class="naast-kaart">${cells.join('')}</g></svg>`
}

/** As many as there can be, side by side on one page. */
const cellSize = { width: 29, heightMax: 17 }
const gapMillimeters = 1.2

function banOf({ geometry, radiusMeters }: Alternative, asked: ProposedBan): ProposedBan | null {
  if (geometry !== null) return { kind: 'polygon', geometry }
  return radiusMeters === null || asked.kind !== 'circle' ? null : { ...asked, radiusMeters }
}

/** Room about it, so that no outline lies on the frame. */
function widen({ west, south, east, north }: Box): Box {
  const [x, y] = [0.06 * (east - west), 0.06 * (north - south)]
  return { west: west - x, south: south - y, east: east + x, north: north + y }
}

/** Never lower than its cell. */
function fitHeight(box: Box): Box {
  const per = metersPerDegree((box.south + box.north) / 2)
  const least = ((box.east - box.west) * per.longitude * cellSize.heightMax) / cellSize.width
  const grow = Math.max(0, (least / per.latitude - (box.north - box.south)) / 2)
  return { ...box, south: box.south - grow, north: box.north + grow }
}

const styles =
  '<style>.naast-kaart .ban{stroke-width:.4}.naast-kaart .asked{fill:none;stroke:#111;stroke-width:.3}.naast-kaart .main{stroke-width:.5}.naast-kaart .note{font:2.2px sans-serif}</style>'
