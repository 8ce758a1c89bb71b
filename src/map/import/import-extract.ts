import { stat } from 'node:fs/promises'
import { MapFault } from '../map-fault.ts'
import { readExtract, type BlockContents } from '../pbf/read-extract.ts'
import type { BlockReader, Tags } from '../pbf/block.ts'
import type { Addresses, Features, Lines, RoadGraph } from '../../core/roads/street-map.ts'
import { AddressList } from './address-list.ts'
import { RoadBuilder } from './build-roads.ts'
import { Growing } from './growing.ts'
import { featureKindOf, nameOf, roadClassOf, signedSpeedOf } from './kinds.ts'
import { Names } from './names.ts'
import { WantedNodes } from './wanted-nodes.ts'
import type { StoredMap } from '../index-map.ts'

/**
 * Reads an extract six times, ways, their nodes and the ways again, for the roads and then for the
 * rest, so that only what is needed is ever kept: the roads and the buildings of a country do not
 * fit beside each other, nor do both the nodes that ways name and the lines they make.
 *
 * @throws MapFault for a file that is no extract, is cut off, or holds no road
 */
export async function importExtract(path: string, options: ImportOptions): Promise<Imported> {
  const { size } = await stat(path)
  const contents: BlockContents = new Map()
  let pass = 0
  const read = async (reader: BlockReader) => {
    const header = await readExtract(path, {
      reader,
      contents,
      onProgress: (readBytes) =>
        options.onProgress?.(((pass + readBytes / size) / passCount) * 100),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    pass++
    return header
  }
  const names = new Names()
  const roads = new FoundRoads(names)
  const { sourceSeconds } = await read({ onWay: (_id, nodes, tags) => roads.want(nodes, tags) })
  roads.sort()
  await read({ onNode: (id, longitude, latitude) => roads.addNode(id, longitude, latitude) })
  const missingNodeCount = roads.countMissing()
  await read({ onWay: (_id, nodes, tags) => roads.addWay(nodes, tags) })
  const graph = roads.finish()
  const places = new FoundPlaces(names)
  await read({ onWay: (_id, nodes, tags) => places.want(nodes, tags) })
  places.sort()
  await read({
    onNode: (id, longitude, latitude, tags) => places.addNode(id, longitude, latitude, tags),
  })
  await read({ onWay: (_id, nodes, tags) => places.addWay(nodes, tags) })
  const { features, addresses } = places.finish()
  const map = { sourceSeconds, roads: graph, features, addresses, names: names.list() }
  return { map, missingNodeCount }
}

const passCount = 6

export type ImportOptions = {
  readonly onProgress?: (percent: number) => void
  readonly signal?: AbortSignal
}

export type Imported = {
  readonly map: StoredMap
  /**
   * Nodes of roads that the extract names and lacks: normal at a border, a sign of a cut file
   * else.
   */
  readonly missingNodeCount: number
}

/** A file that is cut between two blocks reads well, and lacks nodes. */
const missingShareMax = 0.01

class FoundRoads {
  private readonly nodes = new WantedNodes()
  private readonly names: Names
  private readonly builder: RoadBuilder

  constructor(names: Names) {
    this.names = names
    this.builder = new RoadBuilder(this.nodes)
  }

  want(references: Float64Array, tags: Tags): void {
    if (roadClassOf(tags) !== null && references.length >= 2) this.nodes.want(references)
  }

  sort(): void {
    this.nodes.sort()
    if (this.nodes.count === 0) throw new MapFault('The file holds no road.')
  }

  addNode(id: number, longitudeE7: number, latitudeE7: number): void {
    this.nodes.place(id, longitudeE7, latitudeE7)
  }

  countMissing(): number {
    const { missingCount, count } = this.nodes
    if (missingCount > missingShareMax * count) {
      throw new MapFault(
        `The file lacks ${missingCount} of ${count} nodes of its roads: it is cut off, or cut out without its ways whole. Fetch it again.`,
      )
    }
    return missingCount
  }

  addWay(references: Float64Array, tags: Tags): void {
    const roadClass = roadClassOf(tags)
    if (roadClass === null) return
    const name = this.names.numberOf(nameOf(tags))
    this.builder.add(this.nodes.numbersOf(references), [roadClass, signedSpeedOf(tags), name])
  }

  finish(): RoadGraph {
    return this.builder.finish()
  }
}

/** Buildings, railways, places of daily life, and addresses. */
class FoundPlaces {
  private readonly nodes = new WantedNodes()
  private readonly kinds = new Growing(Uint8Array)
  private readonly featureNames = new Growing(Uint32Array)
  private readonly lines = new LineList()
  private readonly addresses: AddressList
  private readonly names: Names

  constructor(names: Names) {
    this.names = names
    this.addresses = new AddressList(names)
  }

  want(references: Float64Array, tags: Tags): void {
    if (featureKindOf(tags) !== null && references.length >= 2) this.nodes.want(references)
  }

  sort(): void {
    this.nodes.sort()
  }

  addNode(id: number, longitudeE7: number, latitudeE7: number, tags: Tags | null): void {
    this.nodes.place(id, longitudeE7, latitudeE7)
    if (tags === null) return
    this.addresses.add(longitudeE7, latitudeE7, tags)
    const kind = featureKindOf(tags)
    if (kind === null) return
    this.startFeature(kind, tags)
    this.lines.add(longitudeE7, latitudeE7)
  }

  addWay(references: Float64Array, tags: Tags): void {
    const kind = featureKindOf(tags)
    if (kind === null || references.length < 2) return
    const line = this.nodes.numbersOf(references)
    // A building that the edge of the extract cuts has no outline; a line is as good in part.
    if (!line.every((node) => this.nodes.isPlaced(node))) return
    this.startFeature(kind, tags)
    let longitude = 0
    let latitude = 0
    for (const node of line) {
      const [longitudeE7, latitudeE7] = [this.nodes.longitudeE7(node), this.nodes.latitudeE7(node)]
      this.lines.add(longitudeE7, latitudeE7)
      longitude += longitudeE7 / line.length
      latitude += latitudeE7 / line.length
    }
    // In the middle of its building.
    this.addresses.add(Math.round(longitude), Math.round(latitude), tags)
  }

  finish(): { readonly features: Features; readonly addresses: Addresses } {
    this.nodes.release()
    const features = {
      kinds: this.kinds.take(),
      names: this.featureNames.take(),
      shapes: this.lines.finish(),
    }
    return { features, addresses: this.addresses.finish() }
  }

  private startFeature(kind: number, tags: Tags): void {
    this.kinds.push(kind)
    this.featureNames.push(this.names.numberOf(nameOf(tags)))
    this.lines.start()
  }
}

class LineList {
  private readonly starts = new Growing(Uint32Array)
  private readonly longitudesE7 = new Growing(Int32Array)
  private readonly latitudesE7 = new Growing(Int32Array)

  start(): void {
    this.starts.push(this.longitudesE7.length)
  }

  add(longitudeE7: number, latitudeE7: number): void {
    this.longitudesE7.push(longitudeE7)
    this.latitudesE7.push(latitudeE7)
  }

  finish(): Lines {
    this.start()
    return {
      starts: this.starts.take(),
      longitudesE7: this.longitudesE7.take(),
      latitudesE7: this.latitudesE7.take(),
    }
  }
}
