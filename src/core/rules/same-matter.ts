import type { BanArea } from '../model/registry.ts'
import type { BanRule, PairRule } from './ban-versions.ts'
import { findVersion } from './ban-versions.ts'

/**
 * Whether all that the second rule asks is asked by the first as well, throughout that time: both
 * are of one area, or of one pair of people whom the first keeps at least as far apart. Of which
 * order either is makes no difference, nor how wide its band is or when it is in force.
 */
export function isOfSameMatter(
  one: BanRule | PairRule,
  other: BanRule | PairRule,
  fromMs: number,
  untilMs: number,
): boolean {
  if (one === other) return false
  const changes = [...one.versions, ...other.versions].map((version) => version.fromMs)
  const moments = [fromMs, ...changes.filter((atMs) => atMs > fromMs && atMs <= untilMs)]
  return moments.every((atMs) => isSameAt(one, other, atMs))
}

function isSameAt(one: BanRule | PairRule, other: BanRule | PairRule, atMs: number): boolean {
  if (one.type === 'location' && other.type === 'location') {
    const [mine, theirs] = [findVersion(one.versions, atMs), findVersion(other.versions, atMs)]
    return isSameArea(mine.ban.area, theirs.ban.area)
  }
  if (one.type !== 'proximity' || other.type !== 'proximity') return false
  if (one.victimId !== other.victimId) return false
  const [mine, theirs] = [findVersion(one.versions, atMs), findVersion(other.versions, atMs)]
  return mine.ban.separationMeters >= theirs.ban.separationMeters
}

/** One area, however it is written: where a ring begins and which way it goes say nothing. */
export function isSameArea(one: BanArea, other: BanArea): boolean {
  if (one === other) return true
  if (one.type !== other.type || countPositions(one) !== countPositions(other)) return false
  return writeArea(one) === writeArea(other)
}

type Position = readonly [number, number]
type Ring = readonly Position[]

function listPolygons(area: BanArea): readonly (readonly Ring[])[] {
  if (area.type === 'circle') return []
  const { geometry } = area
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
}

/**
 * Looked at first: most areas differ in it, and writing out a large one takes time. Counted once,
 * for an area is never changed, only replaced.
 */
function countPositions(area: BanArea): number {
  const known = positionCounts.get(area)
  if (known !== undefined) return known
  const count = listPolygons(area).reduce(
    (sum, rings) => sum + rings.reduce((all, ring) => all + new Set(ring.map(String)).size, 0),
    0,
  )
  positionCounts.set(area, count)
  return count
}

const positionCounts = new WeakMap<BanArea, number>()

function writeArea(area: BanArea): string {
  if (area.type === 'circle') {
    return `${writePosition([area.longitude, area.latitude])} ${area.radiusMeters}`
  }
  const polygons = listPolygons(area).map(([shell = [], ...holes]) =>
    [writeRing(shell), ...holes.map(writeRing).toSorted()].join(' '),
  )
  return polygons.toSorted().join(' | ')
}

/** From its least position on, in the direction whose next one is less. */
function writeRing(ring: Ring): string {
  const written = ring.map(writePosition)
  const open = written.filter((position, index) => position !== written[index - 1])
  if (open.length > 1 && open[0] === open.at(-1)) open.pop()
  const turns = [open, open.toReversed()].flatMap((way) => listTurns(way))
  return `(${turns.toSorted()[0] ?? ''})`
}

/** A ring that touches itself has its least position more than once. */
function listTurns(way: readonly string[]): string[] {
  const least = way.toSorted()[0]
  return way.flatMap((position, index) =>
    position === least ? [[...way.slice(index), ...way.slice(0, index)].join(',')] : [],
  )
}

/** The antimeridian has two names, and minus nought is nought. */
function writePosition([longitude, latitude]: Position): string {
  return `${(longitude === -180 ? 180 : longitude) + 0}/${latitude + 0}`
}
