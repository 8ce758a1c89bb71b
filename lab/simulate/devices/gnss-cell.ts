import type { Measurement } from './measurement.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'

/**
 * A position by the mobile network: that of a mast, not of the phone. It jumps when another mast
 * serves, claims 500 m and more, and once in some hundred times is that of a mast far away.
 */
export function measureByCell(
  random: Random,
  east: number,
  north: number,
  out: Measurement,
): boolean {
  out.source = 'network'
  out.hdop = null
  out.satellites = null
  if (random.next() < strayShare) {
    const angle = between(random, 0, 2 * Math.PI)
    const meters = between(random, 12_000, 60_000)
    out.east = east + meters * Math.cos(angle)
    out.north = north + meters * Math.sin(angle)
    out.accuracyMeters = Math.round(between(random, 1_500, 25_000))
    return true
  }
  const chance = random.next()
  const [mastEast, mastNorth] = mastNear(east, north, chance < 0.6 ? 0 : chance < 0.9 ? 1 : 2)
  out.east = mastEast
  out.north = mastNorth
  const meters = Math.hypot(mastEast - east, mastNorth - north)
  out.accuracyMeters = Math.round(Math.max(500, meters * between(random, 0.7, 1.4)) / 50) * 50
  return true
}

const strayShare = 0.006
const mastSpacingMeters = 2_200

/** Masts stand on a crooked lattice; rank 0 is the nearest. */
function mastNear(east: number, north: number, rank: number): readonly [number, number] {
  const column = Math.round(east / mastSpacingMeters)
  const row = Math.round(north / mastSpacingMeters)
  const masts: { readonly east: number; readonly north: number; readonly square: number }[] = []
  for (let i = column - 1; i <= column + 1; i++) {
    for (let j = row - 1; j <= row + 1; j++) {
      const mastEast = (i + crooked(i, j)) * mastSpacingMeters
      const mastNorth = (j + crooked(j, i + 7)) * mastSpacingMeters
      const square = (mastEast - east) ** 2 + (mastNorth - north) ** 2
      masts.push({ east: mastEast, north: mastNorth, square })
    }
  }
  masts.sort((one, other) => one.square - other.square)
  return [masts[rank]!.east, masts[rank]!.north]
}

/** Between -0.3 and 0.3, the same for the same mast. */
function crooked(i: number, j: number): number {
  let hash = Math.imul(i, 0x9e3779b1) ^ Math.imul(j, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (((hash ^ (hash >>> 13)) >>> 0) / 4_294_967_296 - 0.5) * 0.6
}
