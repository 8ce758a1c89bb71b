import { askOutside, readAtMost } from '../../map/read-outside.ts'
import { createRateLimiter } from '../door/rate-limit.ts'
import type { TilePlace } from './ground-tiles.ts'

/**
 * Squares of a map of somebody else, asked by this server alone. Whoever runs it sees what is asked
 * and when, so a square is never asked by itself: all of its block are, always in the same order
 * and whichever of them was wanted, and then kept for a week. Which case is open, and where in the
 * block, cannot be told from that.
 */
export function createOutsideTiles(options: OutsideTilesOptions): OutsideTiles {
  const { nowMs } = options
  const kept = new Map<string, Block>()
  const making = new Map<string, Promise<Block>>()
  const limiter = createRateLimiter(nowMs)
  let keptBytes = 0

  const forget = (name: string, block: Block): void => {
    kept.delete(name)
    keptBytes -= block.bytes
  }
  const keep = (name: string, read: Block): Block => {
    const before = kept.get(name)
    // What is old is better than nothing, while nothing newer is to be had.
    const block =
      before !== undefined && read.tiles.size === 0 ? { ...before, untilMs: read.untilMs } : read
    if (before !== undefined) forget(name, before)
    kept.set(name, block)
    keptBytes += block.bytes
    for (const [other, old] of kept) {
      if (keptBytes <= (options.bytesMax ?? keptBytesMax)) break
      forget(other, old)
    }
    return block
  }
  /** However many desks look about, and however fast. */
  const mayAsk = (): boolean =>
    making.size < makingMax && limiter.take('blocks', blockLimit).isAllowed
  const make = (name: string, first: TilePlace, count: number): Promise<Block> => {
    const made = readBlock(options, first, count).then((block) => keep(name, block))
    making.set(name, made)
    return made.finally(() => making.delete(name))
  }

  return {
    findTile: async (place) => {
      if (!isInTheCountry(place)) return null
      const { first, count } = blockOf(place)
      const name = `${first.z}/${first.x}/${first.y}`
      const old = kept.get(name)
      if (old !== undefined && nowMs() < old.untilMs) return tileOf(old, place)
      const pending = making.get(name) ?? (mayAsk() ? make(name, first, count) : null)
      const block = pending === null ? old : await pending
      return block === undefined ? 'missing' : tileOf(block, place)
    },
  }
}

export type OutsideTiles = {
  /** Null: there is nothing there; `missing`: it could not be had. */
  readonly findTile: (place: TilePlace) => Promise<OutsideTile | null | 'missing'>
}

export type OutsideTile = { readonly type: string; readonly bytes: Buffer }

export type OutsideTilesOptions = {
  /** An address with `{z}`, `{x}` and `{y}` in it. */
  readonly template: string
  readonly nowMs: () => number
  /** Ends what is under way when the server stops. */
  readonly signal?: AbortSignal
  readonly bytesMax?: number
}

type Block = {
  readonly tiles: ReadonlyMap<string, OutsideTile | null>
  readonly bytes: number
  readonly untilMs: number
}

/** Nearer the page draws the same square larger: one of these is 380 m wide, a block 6 km. */
export const outsideZoomMax = 16
/** Further away a square is wider than a province. */
export const outsideZoomMin = 8
/** Sixteen squares by sixteen. From zoom 12 on a block is the whole square of zoom 12, or wider. */
const blockZooms = 4

/** Where the Dutch map is: beside it nobody is asked. West, south, east, north. */
export const countryBounds = [3.37, 50.75, 7.21, 53.47] as const

function blockOf({ z, x, y }: TilePlace): { readonly first: TilePlace; readonly count: number } {
  const up = Math.min(blockZooms, Math.max(0, z - (outsideZoomMax - blockZooms)))
  const count = 2 ** up
  return { first: { z, x: x - (x % count), y: y - (y % count) }, count }
}

function isInTheCountry({ z, x, y }: TilePlace): boolean {
  const [west, south, east, north] = countryBounds
  const column = (longitude: number): number => ((longitude + 180) / 360) * 2 ** z
  const row = (latitude: number): number =>
    ((1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z
  return (
    z >= outsideZoomMin &&
    z <= outsideZoomMax &&
    x + 1 > column(west) &&
    x < column(east) &&
    y + 1 > row(north) &&
    y < row(south)
  )
}

/** Row by row from the north-west, whatever was wanted: the order says nothing. */
async function readBlock(
  options: OutsideTilesOptions,
  first: TilePlace,
  count: number,
): Promise<Block> {
  const places = Array.from({ length: count * count }, (_, at) => ({
    z: first.z,
    x: first.x + (at % count),
    y: first.y + Math.floor(at / count),
  }))
  const tiles = new Map<string, OutsideTile | null>()
  let missingCount = 0
  let next = 0
  const work = async (): Promise<void> => {
    for (let place = places[next++]; place !== undefined; place = places[next++]) {
      const tile = missingCount >= missingMax ? 'missing' : await readTile(options, place)
      if (tile === 'missing') missingCount += 1
      else tiles.set(nameOf(place), tile)
    }
  }
  await Promise.all(Array.from({ length: linesAtOnce }, work))
  let bytes = 0
  for (const tile of tiles.values()) bytes += tile?.bytes.length ?? 0
  const keptMs = missingCount === 0 ? keptMsMax : retryMs
  return { tiles, bytes, untilMs: options.nowMs() + keptMs }
}

async function readTile(
  { template, signal }: OutsideTilesOptions,
  { z, x, y }: TilePlace,
): Promise<OutsideTile | null | 'missing'> {
  const url = template.replace('{z}', `${z}`).replace('{x}', `${x}`).replace('{y}', `${y}`)
  const asked = { accept: 'image/*', msMax: tileMsMax, ...(signal === undefined ? {} : { signal }) }
  try {
    const answer = await askOutside(url, asked)
    // A map that ends somewhere says so by one of these.
    if (answer.status === 404 || answer.status === 204) {
      await answer.body?.cancel()
      return null
    }
    if (!answer.ok) {
      await answer.body?.cancel()
      return 'missing'
    }
    const bytes = await readAtMost(answer, tileBytesMax)
    const type = pictureType(bytes)
    return type === null ? 'missing' : { type, bytes }
  } catch {
    return 'missing'
  }
}

/** By what is in it, and not by what it is said to be. */
function pictureType(bytes: Buffer): string | null {
  const begins = (hex: string, at = 0): boolean =>
    bytes.subarray(at, at + hex.length / 2).toString('hex') === hex
  if (begins('89504e470d0a1a0a')) return 'image/png'
  if (begins('ffd8ff')) return 'image/jpeg'
  return begins('52494646') && begins('57454250', 8) ? 'image/webp' : null
}

function tileOf({ tiles }: Block, place: TilePlace): OutsideTile | null | 'missing' {
  const tile = tiles.get(nameOf(place))
  return tile === undefined ? 'missing' : tile
}

function nameOf({ x, y }: TilePlace): string {
  return `${x}/${y}`
}

/** A map of the country changes by the month. */
const keptMsMax = 7 * 24 * 3_600_000
/** What could not be had is asked again after this. */
const retryMs = 60_000
/** Some thirty blocks of the nearest squares. */
const keptBytesMax = 96 * 1_048_576
const tileBytesMax = 256 * 1_024
const tileMsMax = 5_000
const linesAtOnce = 4
/** A service that is down is not asked for all the rest of a block. */
const missingMax = 8
/** A view touches four at most. */
const blockLimit = { burst: 24, perSecond: 0.5 }
const makingMax = 8
