import { MapFault } from '../map-fault.ts'
import { readBlobs } from './blobs.ts'
import { readBlock, type BlockContent, type BlockReader } from './block.ts'
import { Message } from './message.ts'

/**
 * Reads an OpenStreetMap extract (PBF) once, and gives each node and way to the reader, nodes by
 * ascending id before ways by ascending id: what depends on that order is refused when it fails.
 *
 * @throws MapFault for a file that is cut off, damaged, or no extract, with the byte and what to do
 */
export async function readExtract(path: string, options: ReadOptions): Promise<ExtractHeader> {
  let header: ExtractHeader | null = null
  const reader = inOrder(options.reader)
  const contents = options.contents ?? new Map()
  const isWanted = (startByte: number) => {
    const content = contents.get(startByte)
    if (content === undefined) return true
    return (content.hasNodes && 'onNode' in reader) || (content.hasWays && 'onWay' in reader)
  }
  for await (const { type, bytes, startByte, readBytes } of readBlobs(path, isWanted)) {
    options.signal?.throwIfAborted()
    if (header === null) {
      if (type !== 'OSMHeader') {
        throw new MapFault('The file is not an OpenStreetMap extract in PBF: it has no header.')
      }
      header = readHeader(bytes)
    } else if (type === 'OSMData') {
      contents.set(startByte, readAt(bytes, reader, readBytes))
    }
    options.onProgress?.(readBytes)
  }
  if (header === null) throw new MapFault('The file is empty.')
  return header
}

export type ReadOptions = {
  readonly reader: BlockReader
  /** Bytes of the file that have been read. */
  readonly onProgress?: (readBytes: number) => void
  readonly signal?: AbortSignal
  /** Of the readings before: what has nothing for the reader is not read again. */
  readonly contents?: BlockContents
}

/** What each block of the file holds, by the byte it starts at. */
export type BlockContents = Map<number, BlockContent>

export type ExtractHeader = {
  /** When what is in the extract was so, as the extract says; null where it says nothing. */
  readonly sourceSeconds: number | null
}

function readAt(bytes: Uint8Array, reader: BlockReader, readBytes: number): BlockContent {
  try {
    return readBlock(bytes, reader)
  } catch (error) {
    if (!(error instanceof MapFault) || isSentence(error)) throw error
    throw new MapFault(`The block that ends at byte ${readBytes} is damaged: ${error.message}.`, {
      cause: error,
    })
  }
}

function isSentence(fault: MapFault): boolean {
  return fault.message.endsWith('.')
}

function readHeader(bytes: Uint8Array): ExtractHeader {
  try {
    return readHeaderFields(bytes)
  } catch (error) {
    if (!(error instanceof MapFault) || isSentence(error)) throw error
    throw new MapFault(`The header of the file is damaged: ${error.message}.`, { cause: error })
  }
}

function readHeaderFields(bytes: Uint8Array): ExtractHeader {
  let sourceSeconds: number | null = null
  const header = new Message(bytes)
  for (let field = header.nextField(); field !== 0; field = header.nextField()) {
    if (field === 4) refuseUnknown(header.section().text())
    else if (field === 5) refuseLocationsOnWays(header.section().text())
    else if (field === 32) sourceSeconds = plausibleSeconds(header.whole())
    else header.skip()
  }
  return { sourceSeconds }
}

/** A moment that no clock shows is not told. */
function plausibleSeconds(seconds: number): number | null {
  return seconds > 0 && seconds < latestSeconds ? seconds : null
}

/** The year 2100. */
const latestSeconds = 4_102_444_800

function refuseUnknown(feature: string): void {
  if (feature === 'OsmSchema-V0.6' || feature === 'DenseNodes') return
  throw new MapFault(
    feature === 'HistoricalInformation'
      ? 'The file holds every version of each object; cut one moment out of it with osmium time-filter.'
      : `The file needs "${feature}", which is not read here.`,
  )
}

function refuseLocationsOnWays(feature: string): void {
  if (feature !== 'LocationsOnWays') return
  throw new MapFault(
    'The file keeps places in its ways and leaves out most nodes; fetch one without locations on ways.',
  )
}

/** The import walks through two sorted lists; out of order it would lose roads without a word. */
function inOrder({ onNode, onWay }: BlockReader): BlockReader {
  let lastNode = -Infinity
  let lastWay = -Infinity
  const refuse = () => {
    throw new MapFault('The file is not sorted: sort it with osmium sort -o NEW.osm.pbf.')
  }
  return {
    ...(onNode && {
      onNode: (id, longitudeE7, latitudeE7, tags) => {
        if (!(id > lastNode)) refuse()
        lastNode = id
        onNode(id, longitudeE7, latitudeE7, tags)
      },
    }),
    ...(onWay && {
      onWay: (id, references, tags) => {
        if (!(id > lastWay)) refuse()
        lastWay = id
        onWay(id, references, tags)
      },
    }),
  }
}
