import type { BanShape } from '../../../geo/ban-shape.ts'
import { containsPosition } from '../../../geo/containment.ts'
import { plainText } from '../model/plain-text.ts'
import { shapeBoxes, type Box } from '../../../geo/box-index.ts'
import type { MultiPolygonGeometry, PolygonGeometry } from '../model/registry.ts'

/** Municipalities, districts and neighbourhoods by the codes of Statistics Netherlands. */
export type NamedAreas = {
  /** By code. */
  readonly areas: ReadonlyMap<string, NamedArea>
  /** One outline of these codes, without the borders they share; null: it cannot be drawn. */
  readonly unite: (codes: readonly string[]) => PolygonGeometry | MultiPolygonGeometry | null
}

export type NamedArea = {
  /** `GM0363`, `WK036301`, `BU0363AA01`. */
  readonly code: string
  readonly name: string
  /** Of the division it belongs to, for codes change when municipalities merge; null: not said. */
  readonly year: number | null
  readonly geometry: PolygonGeometry | MultiPolygonGeometry
  readonly shape: BanShape
}

export const municipalityCode = 'GM'
export const districtCode = 'WK'
export const neighbourhoodCode = 'BU'

/** The areas of this kind of code whose boxes touch one of these. */
export function areasNear({ areas }: NamedAreas, kind: string, boxes: readonly Box[]): NamedArea[] {
  return [...areas.values()].filter(
    ({ code, shape }) =>
      code.startsWith(kind) &&
      shapeBoxes(shape, 1).some((one) => boxes.some((other) => !areApart(one, other))),
  )
}

function areApart(one: Box, other: Box): boolean {
  return (
    one.east < other.west ||
    other.east < one.west ||
    one.north < other.south ||
    other.north < one.south
  )
}

/** The areas that hold a place, the smallest first: neighbourhood, district, municipality. */
export function areasAt({ areas }: NamedAreas, longitude: number, latitude: number): NamedArea[] {
  return [...areas.values()]
    .filter(({ shape }) => containsPosition(shape, longitude, latitude))
    .toSorted(bySize)
}

/** The areas with a word that begins so; what is called exactly so comes first, then by name. */
export function areasCalled({ areas }: NamedAreas, text: string): NamedArea[] {
  const asked = plainText(text)
  if (asked === '') return []
  return [...areas.values()]
    .filter(
      ({ name, code }) => ` ${plainText(name)}`.includes(` ${asked}`) || plainText(code) === asked,
    )
    .toSorted(
      (one, other) =>
        Number(plainText(other.name) === asked) - Number(plainText(one.name) === asked) ||
        bySize(other, one) ||
        (one.name < other.name ? -1 : 1),
    )
}

const kindsBySize = [neighbourhoodCode, districtCode, municipalityCode]

function bySize(one: NamedArea, other: NamedArea): number {
  return sizeOf(one) - sizeOf(other)
}

function sizeOf({ code }: NamedArea): number {
  const found = kindsBySize.indexOf(code.slice(0, 2))
  return found === -1 ? kindsBySize.length : found
}
