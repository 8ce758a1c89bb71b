import { stat } from 'node:fs/promises'
import { MapFault } from '../map-fault.ts'
import { readExtract } from '../pbf/read-extract.ts'
import type { BlockReader, Tags } from '../pbf/block.ts'
import type { Addresses, Features, Lines, RoadGraph } from '../../core/roads/street-map.ts'
import { buildRoads } from './build-roads.ts'
import { Growing } from './growing.ts'
import { featureKindOf, nameOf, roadClassOf, signedSpeedOf } from './kinds.ts'
import { Names } from './names.ts'
import { WantedNodes } from './wanted-nodes.ts'
import type { StoredMap } from '../index-map.ts'

/**
 * Reads an extract four times, ways before nodes and roads before the rest, so that only what is
 * needed is ever kept: the roads and the buildings of a country do not fit beside each other.
 *
 * @throws MapFault for a file that is no extract, is cut off, or holds no road
 */
export async function importExtract(path: string, options: ImportOptions): Promise<Imported> {
  const { size } = await stat(path)
  const read = async (pass: number, reader: BlockReader) =>
    await readExtract(path, {
      reader,
      onProgress: (readBytes) => options.onProgress?.(((pass + readBytes / size) / 4) * 100),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  const names = new Names()
  const roads = new FoundRoads(names)
  const header = await read(0, { onWay: (_id, references, tags) => roads.addWay(references, tags) })
  roads.sort()
  await read(1, { onNode: (id, longitude, latitude) => roads.addNode(id, longitude, latitude) })
  const { missingNodeCount, graph } = roads.finish()
  const places = new FoundPlaces(names)
  await read(2, { onWay: (_id, references, tags) => places.addWay(references, tags) })
  places.sort()
  await read(3, {
    onNode: (id, longitude, latitude, tags) => places.addNode(id, longitude, latitude, tags),
  })
  const { sourceSeconds } = header
  const { features, addresses } = places.finish()
  const map = { sourceSeconds, roads: graph, features, addresses, names: names.list() }
  return { map, missingNodeCount }
}

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
  private readonly classes = new Growing(Uint8Array)
  private readonly signs = new Growing(Uint8Array)
  private readonly roadNames = new Growing(Uint32Array)
  private readonly nodes = new WantedNodes()
  private readonly names: Names

  constructor(names: Names) {
    this.names = names
  }

  addWay(references: Float64Array, tags: Tags): void {
    const roadClass = roadClassOf(tags)
    if (roadClass === null || references.length < 2) return
    this.nodes.addWay(references)
    this.classes.push(roadClass)
    this.signs.push(signedSpeedOf(tags))
    this.roadNames.push(this.names.numberOf(nameOf(tags)))
  }

  sort(): void {
    if (this.classes.length === 0) throw new MapFault('The file holds no road.')
    this.nodes.sort()
  }

  addNode(id: number, longitudeE7: number, latitudeE7: number): void {
    this.nodes.place(id, longitudeE7, latitudeE7)
  }

  finish(): { readonly graph: RoadGraph; readonly missingNodeCount: number } {
    const { missingCount, count } = this.nodes
    if (missingCount > missingShareMax * count) {
      throw new MapFault(
        `The file lacks ${missingCount} of ${count} nodes of its roads: it is cut off, or cut out without its ways whole. Fetch it again.`,
      )
    }
    const graph = buildRoads(this.nodes, {
      classes: this.classes.take(),
      signs: this.signs.take(),
      names: this.roadNames.take(),
    })
    return { graph, missingNodeCount: missingCount }
  }
}

/** Buildings, railways, places of daily life, and addresses. */
class FoundPlaces {
  private readonly nodes = new WantedNodes()
  private readonly kinds = new Growing(Uint8Array)
  private readonly wayNames = new Growing(Uint32Array)
  private readonly pointKinds = new Growing(Uint8Array)
  private readonly pointNames = new Growing(Uint32Array)
  private readonly points: LineList = new LineList()
  private readonly addresses = new AddressList()
  /** Which kept ways have a house number; their place is known when their nodes are. */
  private readonly addressOfWay = new Map<number, Tags>()
  private readonly names: Names

  constructor(names: Names) {
    this.names = names
  }

  addWay(references: Float64Array, tags: Tags): void {
    const kind = featureKindOf(tags)
    if (kind === null || references.length < 2) return
    const way = this.nodes.addWay(references)
    this.kinds.push(kind)
    this.wayNames.push(this.names.numberOf(nameOf(tags)))
    if (tags.has('addr:housenumber')) this.addressOfWay.set(way, addressOf(tags))
  }

  sort(): void {
    this.nodes.sort()
  }

  addNode(id: number, longitudeE7: number, latitudeE7: number, tags: Tags | null): void {
    this.nodes.place(id, longitudeE7, latitudeE7)
    if (tags === null) return
    if (tags.has('addr:housenumber')) {
      this.addresses.add(longitudeE7, latitudeE7, tags, this.names)
    }
    const kind = featureKindOf(tags)
    if (kind === null) return
    this.pointKinds.push(kind)
    this.pointNames.push(this.names.numberOf(nameOf(tags)))
    this.points.start()
    this.points.add(longitudeE7, latitudeE7)
  }

  finish(): { readonly features: Features; readonly addresses: Addresses } {
    const features = this.finishFeatures()
    return { features, addresses: this.addresses.finish() }
  }

  private finishFeatures(): Features {
    const kinds = new Growing(Uint8Array)
    const names = new Growing(Uint32Array)
    const lines = new LineList()
    const wayKinds = this.kinds.take()
    const wayNames = this.wayNames.take()
    let way = 0
    for (const nodes of this.nodes.ways()) {
      const placed = nodes.filter((node) => this.nodes.isPlaced(node))
      const tags = this.addressOfWay.get(way)
      const [kind, name] = [wayKinds[way] ?? 0, wayNames[way] ?? 0]
      way++
      // A building that the edge of the extract cuts has no outline; a line is as good in part.
      if (placed.length < 2 || placed.length < nodes.length) continue
      kinds.push(kind)
      names.push(name)
      lines.start()
      for (const node of placed) {
        lines.add(this.nodes.longitudeE7(node), this.nodes.latitudeE7(node))
      }
      if (tags !== undefined) this.addAddressOf(placed, tags)
    }
    lines.append(this.points)
    for (const kind of this.pointKinds.take()) kinds.push(kind)
    for (const name of this.pointNames.take()) names.push(name)
    return { kinds: kinds.take(), names: names.take(), shapes: lines.finish() }
  }

  /** In the middle of its building. */
  private addAddressOf(nodes: Uint32Array, tags: Tags): void {
    let longitude = 0
    let latitude = 0
    for (const node of nodes) {
      longitude += this.nodes.longitudeE7(node) / nodes.length
      latitude += this.nodes.latitudeE7(node) / nodes.length
    }
    this.addresses.add(Math.round(longitude), Math.round(latitude), tags, this.names)
  }
}

/** Of a way its other tags are not needed, and millions of them are kept. */
function addressOf(tags: Tags): Tags {
  return new Map(
    addressTags.flatMap((name) => {
      const value = tags.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const addressTags = [
  'addr:street',
  'addr:place',
  'addr:housenumber',
  'addr:postcode',
  'addr:city',
] as const

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

  append(other: LineList): void {
    const offset = this.longitudesE7.length
    for (const start of other.starts.take()) this.starts.push(offset + start)
    for (const value of other.longitudesE7.take()) this.longitudesE7.push(value)
    for (const value of other.latitudesE7.take()) this.latitudesE7.push(value)
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

class AddressList {
  private readonly columns = {
    longitudesE7: new Growing(Int32Array),
    latitudesE7: new Growing(Int32Array),
    streets: new Growing(Uint32Array),
    numbers: new Growing(Uint32Array),
    postcodes: new Growing(Uint32Array),
    towns: new Growing(Uint32Array),
  }
  /** One house is often mapped twice, as a node and as its building. */
  private readonly seen = new Set<string>()

  add(longitudeE7: number, latitudeE7: number, tags: Tags, names: Names): void {
    const street = tags.get('addr:street') ?? tags.get('addr:place')
    const number = tags.get('addr:housenumber')
    const postcode = tags.get('addr:postcode')
    const town = tags.get('addr:city')
    // Streets of one name in two towns without a town in the data lie far from each other.
    const about = `${Math.round(longitudeE7 / 1e5)} ${Math.round(latitudeE7 / 1e5)}`
    const key = [street, number, postcode, about].join('\n')
    if (this.seen.has(key)) return
    this.seen.add(key)
    const { columns } = this
    columns.longitudesE7.push(longitudeE7)
    columns.latitudesE7.push(latitudeE7)
    columns.streets.push(names.numberOf(street))
    columns.numbers.push(names.numberOf(number))
    columns.postcodes.push(names.numberOf(postcode))
    columns.towns.push(names.numberOf(town))
  }

  finish(): Addresses {
    const { columns } = this
    return {
      longitudesE7: columns.longitudesE7.take(),
      latitudesE7: columns.latitudesE7.take(),
      streets: columns.streets.take(),
      numbers: columns.numbers.take(),
      postcodes: columns.postcodes.take(),
      towns: columns.towns.take(),
    }
  }
}
