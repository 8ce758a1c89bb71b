import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { ScenarioFault } from '../../../src/replay/scenario-fault.ts'
import type { RoadNetwork } from '../cases/case-stream.ts'

/**
 * Reads a road network of two files: `NAME.nodes.gz` with `longitude latitude` a line, and
 * `NAME.arcs.gz` with `from to`, zero-based node numbers. Either file may be named.
 */
export async function readRoadNetwork(path: string): Promise<RoadNetwork> {
  const stem = path.replace(/\.(nodes|arcs)(\.gz)?$/, '')
  const nodes = await readPairs(`${stem}.nodes.gz`)
  const arcs = await readPairs(`${stem}.arcs.gz`)
  const nodeCount = nodes.first.length
  for (let arc = 0; arc < arcs.first.length; arc++) {
    const isKnown = (node: number): boolean =>
      Number.isInteger(node) && node >= 0 && node < nodeCount
    if (!isKnown(arcs.first[arc]!) || !isKnown(arcs.second[arc]!)) {
      const place = { file: `${stem}.arcs.gz`, line: arc + 1 }
      throw new ScenarioFault(place, null, `two node numbers below ${nodeCount}`, 'others')
    }
  }
  return {
    name: basename(stem),
    longitudes: nodes.first,
    latitudes: nodes.second,
    arcFrom: Uint32Array.from(arcs.first),
    arcTo: Uint32Array.from(arcs.second),
  }
}

async function readPairs(file: string): Promise<{ first: Float64Array; second: Float64Array }> {
  const first: number[] = []
  const second: number[] = []
  const source = createReadStream(file)
  const unpacked = createGunzip()
  source.on('error', (error) => unpacked.destroy(error))
  source.pipe(unpacked)
  for await (const line of createInterface({ input: unpacked, crlfDelay: Infinity })) {
    const [one, other] = line.trim().split(/\s+/).map(Number)
    if (one === undefined || other === undefined || Number.isNaN(one) || Number.isNaN(other)) {
      const place = { file, line: first.length + 1 }
      throw new ScenarioFault(place, null, 'two numbers', 'something else')
    }
    first.push(one)
    second.push(other)
  }
  return { first: Float64Array.from(first), second: Float64Array.from(second) }
}
