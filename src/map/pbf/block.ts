import { MapFault } from '../map-fault.ts'
import { Message, unzigzag } from './message.ts'

/** What is done with the objects of a block. What has no reader is passed over unread. */
export type BlockReader = {
  /** Coordinates in 1e-7 degrees; tags are null where there are none. */
  readonly onNode?: (id: number, longitudeE7: number, latitudeE7: number, tags: Tags | null) => void
  readonly onWay?: (id: number, references: Float64Array, tags: Tags) => void
}

export type Tags = ReadonlyMap<string, string>

/** Reads one block of data (`OSMData`), gives each object to its reader, and says what is in it. */
export function readBlock(bytes: Uint8Array, reader: BlockReader): BlockContent {
  const content = { hasNodes: false, hasWays: false }
  const groups: Message[] = []
  const frame: Frame = { texts: [], granularity: 100, latitudeOffset: 0, longitudeOffset: 0 }
  const block = new Message(bytes)
  for (let field = block.nextField(); field !== 0; field = block.nextField()) {
    if (field === 1) readTexts(block.section(), frame.texts)
    else if (field === 2) groups.push(block.section())
    else if (field === 17) frame.granularity = readGranularity(block)
    else if (field === 19) frame.latitudeOffset = block.whole()
    else if (field === 20) frame.longitudeOffset = block.whole()
    else block.skip()
  }
  for (const group of groups) readGroup(group, frame, reader, content)
  return content
}

export type BlockContent = { readonly hasNodes: boolean; readonly hasWays: boolean }

type Frame = {
  /** Bytes until first asked for: most texts of a block never are. */
  readonly texts: (string | Uint8Array)[]
  /** Nanodegrees per unit. */
  granularity: number
  latitudeOffset: number
  longitudeOffset: number
}

function readGranularity(block: Message): number {
  const granularity = block.varint()
  if (granularity < 1) throw new MapFault('its coordinates have no size')
  return granularity
}

function readTexts(table: Message, texts: (string | Uint8Array)[]): void {
  for (let field = table.nextField(); field !== 0; field = table.nextField()) {
    if (texts.length > textCountMax) throw new MapFault('it holds more texts than a block has')
    if (field === 1) texts.push(table.section().rest())
    else table.skip()
  }
}

function textAt(frame: Frame, index: number): string {
  const found = frame.texts[index]
  if (found === undefined) throw new MapFault('a tag in it names a text that is not there')
  if (typeof found === 'string') return found
  const text = decoder.decode(found)
  frame.texts[index] = text
  return text
}

const decoder = new TextDecoder()

function readGroup(
  group: Message,
  frame: Frame,
  { onNode, onWay }: BlockReader,
  content: { hasNodes: boolean; hasWays: boolean },
): void {
  for (let field = group.nextField(); field !== 0; field = group.nextField()) {
    if (field === 1 || field === 2) content.hasNodes = true
    else if (field === 3) content.hasWays = true
    if (field === 1 && onNode !== undefined) readNode(group.section(), frame, onNode)
    else if (field === 2 && onNode !== undefined) readDense(group.section(), frame, onNode)
    else if (field === 3 && onWay !== undefined) readWay(group.section(), frame, onWay)
    else group.skip()
  }
}

/** Units of the block into 1e-7 degrees. */
function toE7(value: number, offset: number, granularity: number, most: number): number {
  const degreesE7 = Math.round((offset + granularity * value) / 100)
  if (Math.abs(degreesE7) <= most) return degreesE7
  throw new MapFault('a node in it lies nowhere on earth')
}

const longitudeE7Max = 1_800_000_000
const latitudeE7Max = 900_000_000

/** A block of 32 MiB of nothing but empty texts would fill the memory. */
const textCountMax = 1_000_000

function readNode(node: Message, frame: Frame, onNode: NonNullable<BlockReader['onNode']>): void {
  let id = Number.NaN
  let latitude = Number.NaN
  let longitude = Number.NaN
  let keys: number[] = []
  let values: number[] = []
  for (let field = node.nextField(); field !== 0; field = node.nextField()) {
    if (field === 1) id = node.signed()
    else if (field === 2) keys = readNumbers(node.section())
    else if (field === 3) values = readNumbers(node.section())
    else if (field === 8) latitude = node.signed()
    else if (field === 9) longitude = node.signed()
    else node.skip()
  }
  const { granularity, latitudeOffset, longitudeOffset } = frame
  onNode(
    id,
    toE7(longitude, longitudeOffset, granularity, longitudeE7Max),
    toE7(latitude, latitudeOffset, granularity, latitudeE7Max),
    keys.length === 0 ? null : tagsOf(frame, keys, values),
  )
}

function readDense(dense: Message, frame: Frame, onNode: NonNullable<BlockReader['onNode']>): void {
  const sections: (Message | undefined)[] = []
  for (let field = dense.nextField(); field !== 0; field = dense.nextField()) {
    if (field === 1 || field === 8 || field === 9 || field === 10) sections[field] = dense.section()
    else dense.skip()
  }
  const [ids, latitudes, longitudes] = [sections[1], sections[8], sections[9]]
  if (ids === undefined || latitudes === undefined || longitudes === undefined) {
    throw new MapFault('its nodes lack ids or coordinates')
  }
  const tags = sections[10]
  const { granularity, latitudeOffset, longitudeOffset } = frame
  let id = 0
  let latitude = 0
  let longitude = 0
  while (ids.at < ids.end) {
    id += unzigzag(ids.varint())
    latitude += unzigzag(latitudes.varint())
    longitude += unzigzag(longitudes.varint())
    onNode(
      id,
      toE7(longitude, longitudeOffset, granularity, longitudeE7Max),
      toE7(latitude, latitudeOffset, granularity, latitudeE7Max),
      tags === undefined || tags.at >= tags.end ? null : readDenseTags(tags, frame),
    )
  }
}

/** Pairs of texts until a zero, one such run for each node. */
function readDenseTags(tags: Message, frame: Frame): Tags | null {
  let found: Map<string, string> | null = null
  for (let key = tags.varint(); key !== 0; key = tags.varint()) {
    found ??= new Map()
    found.set(textAt(frame, key), textAt(frame, tags.varint()))
    if (tags.at >= tags.end) break
  }
  return found
}

function readWay(way: Message, frame: Frame, onWay: NonNullable<BlockReader['onWay']>): void {
  let id = Number.NaN
  let keys: number[] = []
  let values: number[] = []
  let references: Float64Array = noReferences
  for (let field = way.nextField(); field !== 0; field = way.nextField()) {
    if (field === 1) id = way.whole()
    else if (field === 2) keys = readNumbers(way.section())
    else if (field === 3) values = readNumbers(way.section())
    else if (field === 8) references = readReferences(way.section(), id)
    else way.skip()
  }
  onWay(id, references, tagsOf(frame, keys, values))
}

const noReferences = new Float64Array(0)
/** As the API of OpenStreetMap allows. */
const wayNodesMax = 2_000

function readReferences(section: Message, id: number): Float64Array {
  // Every number takes a byte at least.
  const references = new Float64Array(Math.min(section.end - section.at, wayNodesMax))
  let count = 0
  let reference = 0
  while (section.at < section.end) {
    reference += unzigzag(section.varint())
    if (count === wayNodesMax) {
      throw new MapFault(
        `Way ${id} names more than ${wayNodesMax} nodes, and OpenStreetMap allows no more.`,
      )
    }
    references[count++] = reference
  }
  return references.subarray(0, count)
}

function readNumbers(section: Message): number[] {
  const numbers: number[] = []
  while (section.at < section.end) numbers.push(section.varint())
  return numbers
}

function tagsOf(frame: Frame, keys: readonly number[], values: readonly number[]): Tags {
  const tags = new Map<string, string>()
  for (const [index, key] of keys.entries()) {
    tags.set(textAt(frame, key), textAt(frame, values[index] ?? -1))
  }
  return tags
}
