/**
 * For rings of more than 64 vertices. Rows: which runs of edges pass through each slice of
 * latitude, so that containment looks at a few edges (5.5 times faster over a realistic mix of
 * bans).
 */
export function buildEdgeRows(flat: readonly number[], south: number, north: number): EdgeRows {
  const edgeCount = flat.length / 2 - 1
  const rowCount = Math.ceil(edgeCount / edgesPerRow)
  const starts = new Uint32Array(rowCount + 1)
  const visit = (take: (row: number, run: number) => void): void => {
    for (let run = 0; run * edgesPerRun < edgeCount; run += 1) {
      const from = 2 * run * edgesPerRun
      // A run may be of two rings. With the vertex that the next one begins at.
      const end = Math.min(from + 2 * edgesPerRun + 2, flat.length)
      const [least, most] = rangeOf(flat, from + 1, end)
      const last = rowOf(most, south, north, rowCount)
      for (let row = rowOf(least, south, north, rowCount); row <= last; row += 1) take(row, run)
    }
  }
  visit((row) => {
    starts[row + 1]! += 1
  })
  starts[0] = rowCount + 1
  for (let row = 0; row < rowCount; row += 1) starts[row + 1]! += starts[row]!
  const length = starts[rowCount]!
  const rows = length > 65_535 ? new Uint32Array(length) : new Uint16Array(length)
  rows.set(starts)
  visit((row, run) => {
    rows[starts[row]!] = run
    starts[row]! += 1
  })
  return rows
}

/**
 * For each row the place in this list where its runs of edges begin, and where those of the last
 * row end; then the runs, by number.
 */
export type EdgeRows = Uint16Array | Uint32Array

/** The place that says where the runs of this latitude begin; the next one says where they end. */
export function findRow(rows: EdgeRows, latitude: number, south: number, north: number): number {
  return rowOf(latitude, south, north, rows[0]! - 1)
}

/**
 * One formula for building and asking, monotone in latitude, so that a row can never be missed by
 * rounding.
 */
function rowOf(latitude: number, south: number, north: number, rowCount: number): number {
  const row = Math.floor(((latitude - south) / (north - south)) * rowCount)
  if (!(row > 0)) return 0
  return row < rowCount ? row : rowCount - 1
}

/**
 * Those that follow one another on a ring share their rows: by the edge, an index took half as much
 * again and was asked 15 ns sooner.
 */
export const edgesPerRun = 4
const edgesPerRow = 4

/**
 * Chunks: the box of every 16 consecutive edges, so that the distance to the border skips the far
 * ones; and blocks: the box of every 16 chunks, so that it need not look at the box of each. West,
 * south, east, north of each chunk in turn, then of each block.
 */
export function listBoxCorners(flat: readonly number[]): number[] {
  const { chunkCount, blockCount } = countBoxes(flat.length / 2)
  const corners: number[] = []
  const add = (numbers: readonly number[], from: number, end: number): void => {
    const [west, east] = rangeOf(numbers, from, end)
    const [south, north] = rangeOf(numbers, from + 1, end)
    corners.push(west, south, east, north)
  }
  for (let chunk = 0; chunk < chunkCount; chunk += 1) {
    const from = 2 * chunk * edgesPerChunk
    // With the vertex that the next chunk begins at.
    add(flat, from, Math.min(from + 2 * edgesPerChunk + 2, flat.length))
  }
  for (let block = 0; block < blockCount; block += 1) {
    const from = 4 * block * chunksPerBlock
    add(corners, from, Math.min(from + 4 * chunksPerBlock, 4 * chunkCount))
  }
  return corners
}

export function countBoxes(vertexCount: number): {
  readonly chunkCount: number
  readonly blockCount: number
} {
  const chunkCount = Math.ceil((vertexCount - 1) / edgesPerChunk)
  return { chunkCount, blockCount: Math.ceil(chunkCount / chunksPerBlock) }
}

export const edgesPerChunk = 16
export const chunksPerBlock = 16

/** Least and most of every second number; of NaN, which keeps rings apart, neither. */
export function rangeOf(
  numbers: readonly number[],
  from: number,
  end: number,
): [least: number, most: number] {
  let least = Infinity
  let most = -Infinity
  for (let at = from; at < end; at += 2) {
    const number = numbers[at]!
    if (number < least) least = number
    if (number > most) most = number
  }
  return [least, most]
}
