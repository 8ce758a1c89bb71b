import { stat } from 'node:fs/promises'
import { MapFault } from '../map-fault.ts'
import { readExtract } from '../pbf/read-extract.ts'
import type { Tags } from '../pbf/block.ts'
import type { Addresses, Features, Lines } from '../../core/roads/street-map.ts'
import { buildRoads } from './build-roads.ts'
import { Growing } from './growing.ts'
import { featureKindOf, nameOf, roadClassOf, signedSpeedOf } from './kinds.ts'
import { Names } from './names.ts'
import { WantedNodes } from './wanted-nodes.ts'
import type { StoredMap } from '../stored-map.ts'

/**
 * Reads an extract twice, ways before nodes, so that only what is needed is ever kept.
 *
 * @throws MapFault for a file that is no extract, is cut off, or holds no road
 */
export async function importExtract(path: string, options: ImportOptions): Promise<Imported> {
  const { size } = await stat(path)
  const say = (pass: number) => (readBytes: number) =>
    options.onProgress?.(((pass + readBytes / size) / 2) * 100)
  const signal = options.signal === undefined ? {} : { signal: options.signal }
  const found = new Found()
  const header = await readExtract(path, {
    reader: { onWay: (_id, references, tags) => found.addWay(references, tags) },
    onProgress: say(0),
    ...signal,
  })
  if (found.roads.length === 0) throw new MapFault('The file holds no road.')
  found.sort()
  await readExtract(path, {
    reader: {
      onNode: (id, longitude, latitude, tags) => found.addNode(id, longitude, latitude, tags),
    },
    onProgress: say(1),
    ...signal,
  })
  return found.finish(header.sourceSeconds)
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

class Found {
  readonly roads = new Growing(Uint8Array)
  private readonly signs = new Growing(Uint8Array)
  private readonly roadNames = new Growing(Uint32Array)
  private readonly roadNodes = new WantedNodes()
  private readonly featureNodes = new WantedNodes()
  private readonly featureKinds = new Growing(Uint8Array)
  private readonly featureNames = new Growing(Uint32Array)
  private readonly pointKinds = new Growing(Uint8Array)
  private readonly pointNames = new Growing(Uint32Array)
  private readonly points: LineList = new LineList()
  private readonly addresses = new AddressList()
  /** Which kept ways have a house number; their place is known when their nodes are. */
  private readonly addressOfWay = new Map<number, Tags>()
  private readonly names = new Names()

  addWay(references: Float64Array, tags: Tags): void {
    const roadClass = roadClassOf(tags)
    if (roadClass !== null && references.length > 1) {
      this.roadNodes.addWay(references)
      this.roads.push(roadClass)
      this.signs.push(signedSpeedOf(tags))
      this.roadNames.push(this.names.numberOf(nameOf(tags)))
    }
    const kind = featureKindOf(tags)
    if (kind === null || references.length < 2) return
    const way = this.featureNodes.addWay(references)
    this.featureKinds.push(kind)
    this.featureNames.push(this.names.numberOf(nameOf(tags)))
    if (tags.has('addr:housenumber')) this.addressOfWay.set(way, tags)
  }

  sort(): void {
    this.roadNodes.sort()
    this.featureNodes.sort()
  }

  addNode(id: number, longitudeE7: number, latitudeE7: number, tags: Tags | null): void {
    this.roadNodes.place(id, longitudeE7, latitudeE7)
    this.featureNodes.place(id, longitudeE7, latitudeE7)
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

  finish(sourceSeconds: number | null): Imported {
    const missingNodeCount = this.roadNodes.missingCount
    if (missingNodeCount > missingShareMax * this.roadNodes.count) {
      throw new MapFault(
        `The file lacks ${missingNodeCount} of ${this.roadNodes.count} nodes of its roads: it is cut off, or cut out without its ways whole. Fetch it again.`,
      )
    }
    const roads = buildRoads(this.roadNodes, {
      classes: this.roads.take(),
      signs: this.signs.take(),
      names: this.roadNames.take(),
    })
    const features = this.finishFeatures()
    return {
      map: {
        sourceSeconds,
        roads,
        features,
        addresses: this.addresses.finish(),
        names: this.names.list(),
      },
      missingNodeCount,
    }
  }

  private finishFeatures(): Features {
    const kinds = new Growing(Uint8Array)
    const names = new Growing(Uint32Array)
    const lines = new LineList()
    const wayKinds = this.featureKinds.take()
    const wayNames = this.featureNames.take()
    let way = 0
    for (const nodes of this.featureNodes.ways()) {
      const placed = nodes.filter((node) => this.featureNodes.isPlaced(node))
      const tags = this.addressOfWay.get(way)
      const [kind, name] = [wayKinds[way] ?? 0, wayNames[way] ?? 0]
      way++
      // A building that the edge of the extract cuts has no outline; a line is as good in part.
      if (placed.length < 2 || placed.length < nodes.length) continue
      kinds.push(kind)
      names.push(name)
      lines.start()
      for (const node of placed) {
        lines.add(this.featureNodes.longitudeE7(node), this.featureNodes.latitudeE7(node))
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
      longitude += this.featureNodes.longitudeE7(node) / nodes.length
      latitude += this.featureNodes.latitudeE7(node) / nodes.length
    }
    this.addresses.add(Math.round(longitude), Math.round(latitude), tags, this.names)
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
