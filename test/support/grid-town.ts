import { metersPerDegree } from '../../geo/distance.ts'
import type { DrawnExtract, DrawnNode, DrawnWay } from './write-extract.ts'

/**
 * A town of squares, 100 m a side, round a middle: streets by east and north, in so many rows each
 * way. Junction `x, y` is node `1000 * (y + rows) + (x + rows) + 1`.
 */
export function drawGridTown(rows: number, more: Partial<DrawnExtract> = {}): DrawnExtract {
  const nodes: DrawnNode[] = []
  const ways: DrawnWay[] = []
  for (let y = -rows; y <= rows; y++) {
    for (let x = -rows; x <= rows; x++) {
      nodes.push({ id: gridNode(rows, x, y), ...gridPlace(100 * x, 100 * y) })
    }
    const along = Array.from({ length: 2 * rows + 1 }, (_, index) => index - rows)
    const street = (id: number, name: string, line: number[]): DrawnWay => ({
      id,
      nodes: line,
      tags: { highway: 'residential', name },
    })
    ways.push(
      street(
        2 * (y + rows) + 1,
        `East ${y}`,
        along.map((x) => gridNode(rows, x, y)),
      ),
      street(
        2 * (y + rows) + 2,
        `North ${y}`,
        along.map((x) => gridNode(rows, y, x)),
      ),
    )
  }
  return {
    ...more,
    nodes: [...nodes, ...(more.nodes ?? [])].toSorted((one, other) => one.id - other.id),
    ways: [...ways, ...(more.ways ?? [])].toSorted((one, other) => one.id - other.id),
  }
}

export function gridNode(rows: number, x: number, y: number): number {
  return 1_000 * (y + rows) + (x + rows) + 1
}

/** So many metres east and north of the middle of the town. */
export function gridPlace(eastMeters: number, northMeters: number) {
  const per = metersPerDegree(middle.latitude)
  return {
    longitude: middle.longitude + eastMeters / per.longitude,
    latitude: middle.latitude + northMeters / per.latitude,
  }
}

export const middle = { longitude: 5.1, latitude: 52.1 } as const
