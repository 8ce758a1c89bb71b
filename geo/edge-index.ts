/**
 * For rings of more than 64 vertices. Rows: which edges pass through each slice of latitude, so
 * that containment looks at a few edges (5.5 times faster over a realistic mix of bans).
 * Chunks: the box of every 16 consecutive edges, so that the distance to the border skips the
 * far ones (40 times at 10,000).
 */
export function buildEdgeIndex(coordinates: Float64Array, vertexOffset: number): EdgeIndex {
  return {
    ...buildRows(coordinates, vertexOffset),
    chunkBoxes: buildChunks(coordinates, vertexOffset),
  }
}

export type EdgeIndex = {
  readonly rowStarts: Uint32Array
  /** Offsets into `coordinates` of the first vertex of each edge, halved and less the box. */
  readonly rowEdges: Uint16Array | Uint32Array
  /** West, south, east, north of each run of `edgesPerChunk` edges. */
  readonly chunkBoxes: Float64Array
}

export const edgesPerChunk = 16

/**
 * One formula for building and asking, monotone in y, so that a row can
 * never be missed by rounding.
 */
export function rowOf(y: number, south: number, north: number, rowCount: number): number {
  const row = Math.floor(((y - south) / (north - south)) * rowCount)
  if (!(row > 0)) return 0
  return row < rowCount ? row : rowCount - 1
}

function buildRows(
  coordinates: Float64Array,
  vertexOffset: number,
): Pick<EdgeIndex, 'rowStarts' | 'rowEdges'> {
  const south = coordinates[1]!
  const north = coordinates[3]!
  const vertexCount = (coordinates.length - vertexOffset) / 2
  const rowCount = Math.ceil(vertexCount / 4)
  const rowStarts = new Uint32Array(rowCount + 1)
  const visit = (take: (row: number, edge: number) => void): void => {
    for (let edge = 0; edge + 1 < vertexCount; edge += 1) {
      const y1 = coordinates[vertexOffset + 2 * edge + 1]!
      const y2 = coordinates[vertexOffset + 2 * edge + 3]!
      if (Number.isNaN(y1 + y2)) continue
      const last = rowOf(Math.max(y1, y2), south, north, rowCount)
      for (let row = rowOf(Math.min(y1, y2), south, north, rowCount); row <= last; row += 1) {
        take(row, edge)
      }
    }
  }
  visit((row) => {
    rowStarts[row + 1]! += 1
  })
  for (let row = 0; row < rowCount; row += 1) rowStarts[row + 1]! += rowStarts[row]!
  const total = rowStarts[rowCount]!
  const rowEdges = vertexCount > 65_535 ? new Uint32Array(total) : new Uint16Array(total)
  const next = rowStarts.slice()
  visit((row, edge) => {
    rowEdges[next[row]!] = edge
    next[row]! += 1
  })
  return { rowStarts, rowEdges }
}

function buildChunks(coordinates: Float64Array, vertexOffset: number): Float64Array {
  const edgeCount = (coordinates.length - vertexOffset) / 2 - 1
  const chunkCount = Math.ceil(edgeCount / edgesPerChunk)
  const boxes = new Float64Array(chunkCount * 4)
  for (let chunk = 0; chunk < chunkCount; chunk += 1) {
    let west = Infinity
    let south = Infinity
    let east = -Infinity
    let north = -Infinity
    const lastVertex = Math.min((chunk + 1) * edgesPerChunk, edgeCount)
    for (let vertex = chunk * edgesPerChunk; vertex <= lastVertex; vertex += 1) {
      const x = coordinates[vertexOffset + 2 * vertex]!
      const y = coordinates[vertexOffset + 2 * vertex + 1]!
      if (x < west) west = x
      if (x > east) east = x
      if (y < south) south = y
      if (y > north) north = y
    }
    boxes.set([west, south, east, north], chunk * 4)
  }
  return boxes
}
