import type { MultiPolygonGeometry, PolygonGeometry } from '../core/model/registry.ts'
import type { Place } from '../core/roads/points-on-edges.ts'
import { escapeHtml } from '../escape-html.ts'

/** What is drawn on top of a map, and told to nobody who may not know it. */
export function drawMarks(
  { places, way, away, waysIn }: Omit<Marks, 'alongStreets'>,
  onPaper: Projection,
): string[] {
  return [
    ...away.map((place) => drawAway(place, onPaper)),
    ...way.map((one) => drawWay(one, onPaper)),
    ...waysIn.map((one) => drawWayIn(one, onPaper)),
    ...places.map((place) => drawPlace(place, onPaper)),
  ]
}

export type Marks = {
  readonly places: readonly MarkedPlace[]
  readonly way: readonly (readonly Place[])[]
  /** Where on the roads the places are one and the same time away. */
  readonly away: readonly Place[]
  readonly alongStreets: PolygonGeometry | MultiPolygonGeometry | null
  readonly waysIn: readonly (Place & { readonly isEnough: boolean })[]
}

export type MarkedPlace = Place & { readonly label: string; readonly isVictim: boolean }

/** Degrees as millimetres on paper. */
export type Projection = {
  readonly width: number
  readonly height: number
  readonly metersPerMillimeter: number
  readonly point: (longitude: number, latitude: number) => readonly [number, number]
}

export function round(millimeters: number): number {
  return Math.round(millimeters * 100) / 100
}

export function pathOf(line: readonly Place[], { point }: Projection): string {
  return line
    .map(({ longitude, latitude }, index) => {
      const [x, y] = point(longitude, latitude)
      return `${index === 0 ? 'M' : 'L'}${x} ${y}`
    })
    .join('')
}

function drawAway({ longitude, latitude }: Place, { point }: Projection): string {
  const [x, y] = point(longitude, latitude)
  return `<circle class="away" cx="${x}" cy="${y}" r="0.9"/>`
}

/** Filled where it leaves too little time: told apart on a copier too. */
function drawWayIn({ isEnough, ...place }: Marks['waysIn'][number], { point }: Projection): string {
  const [x, y] = point(place.longitude, place.latitude)
  return `<circle class="in${isEnough ? ' enough' : ''}" cx="${x}" cy="${y}" r="0.9"/>`
}

function drawWay(way: readonly Place[], onPaper: Projection): string {
  return `<path class="way" d="${pathOf(way, onPaper)}"/>`
}

function drawPlace(place: MarkedPlace, onPaper: Projection): string {
  const [x, y] = onPaper.point(place.longitude, place.latitude)
  if (x < 0 || y < 0 || x > onPaper.width || y > onPaper.height) return ''
  const mark = place.isVictim
    ? `<circle class="victim" cx="${x}" cy="${y}" r="1.6"/>`
    : `<rect class="offender" x="${x - 1.4}" y="${y - 1.4}" width="2.8" height="2.8"/>`
  return `${mark}${drawLabel(place.label, [x, y], onPaper)}`
}

/** Beside its mark where there is more room, cut where there is none, and clear of the foot. */
function layLabel(label: string, [x, y]: Point, onPaper: Projection) {
  const wanted = widthOf(label)
  const rightRoom = onPaper.width - frameMillimeters - (x + markMillimeters)
  const leftRoom = x - markMillimeters - frameMillimeters
  const isRight = wanted <= rightRoom || rightRoom >= leftRoom
  const most = Math.floor(((isRight ? rightRoom : leftRoom) - 1) / labelMillimeters)
  const letters = Array.from(label)
  const shown = letters.length <= most ? label : `${letters.slice(0, most - 1).join('')}…`
  const wide = widthOf(shown)
  const left = round(isRight ? x + markMillimeters : x - markMillimeters - wide)
  const top = round(
    Math.min(Math.max(y - 1.8, frameMillimeters), onPaper.height - footMillimeters - labelHeight),
  )
  return { shown, left, top, wide }
}

type Point = readonly [x: number, y: number]

function drawLabel(label: string, at: Point, onPaper: Projection): string {
  const { shown, left, top, wide } = layLabel(label, at, onPaper)
  const plate = `<rect class="plate" x="${left}" y="${top}" width="${wide}" height="${labelHeight}"/>`
  return `${plate}<text class="place" x="${round(left + 0.4)}" y="${round(top + 2.8)}">${escapeHtml(shown)}</text>`
}

/**
 * Where a number of 3.6 mm lies on no address and on no name: as near to its middle as can be, and
 * in the middle where there is no room.
 */
export function besideMarks(middle: Point, { places }: Marks, onPaper: Projection): Point {
  const taken = places.flatMap((place) => {
    const [x, y] = onPaper.point(place.longitude, place.latitude)
    const { left, top, wide } = layLabel(place.label, [x, y], onPaper)
    return [
      { west: x - 1.8, north: y - 1.8, east: x + 1.8, south: y + 1.8 },
      { west: left, north: top, east: left + wide, south: top + labelHeight },
    ]
  })
  const isFree = ([x, y]: Point): boolean =>
    x > 2.4 &&
    x < onPaper.width - 2.4 &&
    y > 3 &&
    y < onPaper.height - footMillimeters &&
    taken.every(
      ({ west, north, east, south }) =>
        x + 2 < west || x - 2 > east || y + 1.2 < north || y - 2.6 > south,
    )
  for (const millimeters of [0, 4.5, 6, 8, 11]) {
    for (const [right, down] of sides) {
      const beside: Point = [
        round(middle[0] + right * millimeters),
        round(middle[1] + down * millimeters),
      ]
      if (isFree(beside)) return beside
    }
  }
  return middle
}

const sides: readonly Point[] = [
  [0, -1],
  [0, 1],
  [-1, 0],
  [1, 0],
]

function widthOf(label: string): number {
  return round(Array.from(label).length * labelMillimeters + 1)
}

const markMillimeters = 2
const labelHeight = 3.8
const frameMillimeters = 0.6
/** Where the scale and the licence stand. */
const footMillimeters = 11

/** As wide as a bold letter of a label in a wide font. */
const labelMillimeters = 2.05
