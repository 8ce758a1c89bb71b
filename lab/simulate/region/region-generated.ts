import { metersPerDegree } from '../../../geo/distance.ts'
import { townName } from '../names.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Railway, Region, Town } from './region.ts'
import { nearestNode } from './region.ts'
import { addArc, addNode, addRoad, createRegionBuilder, packArcs } from './region-builder.ts'
import type { RegionBuilder } from './region-builder.ts'

/**
 * Four towns in a row, each a crooked street grid with a dense centre and a ring road; a
 * country road, a motorway with two carriageways and a tunnel, and a railway with eight
 * stations and a tunnel join them.
 */
export function generateRegion(random: Random): Region {
  const builder = createRegionBuilder()
  const grids = townEastMeters.map((eastMeters) => addTown(builder, random, eastMeters))
  for (let index = 0; index + 1 < grids.length; index++) {
    joinByCountryRoad(builder, grids[index]!, grids[index + 1]!)
  }
  addMotorway(builder, grids)
  const originLongitude = between(random, 5.6, 5.9)
  const originLatitude = between(random, 52.1, 52.4)
  const scale = metersPerDegree(originLatitude)
  const names = new Set<string>()
  const towns = grids.map((grid): Town => {
    let name = townName(random)
    while (names.has(name)) name = townName(random)
    names.add(name)
    const nodes = Uint32Array.from(grid.streetNodes)
    return { name, eastMeters: grid.eastMeters, northMeters: 0, nodes }
  })
  const region: Region = {
    name: towns[0]!.name,
    originLongitude,
    originLatitude,
    metersPerDegreeLongitude: scale.longitude,
    metersPerDegreeLatitude: scale.latitude,
    ...packArcs(builder),
    towns,
    railway: null,
  }
  return { ...region, railway: layRailway(region) }
}

export const townEastMeters = [-18_000, -6_000, 6_000, 18_000] as const

type Grid = {
  readonly eastMeters: number
  readonly streetNodes: number[]
  /** The middle of each side of the ring road. */
  readonly ringEast: number
  readonly ringWest: number
  readonly ringSouth: number
}

const blockMeters = 200
const gridHalfCount = 12
const gridCount = 2 * gridHalfCount + 1
const ringMeters = 2_620
const canyonMeters = 650
/** Streets left out, so that ways are not all equally long. */
const gapShare = 0.07

function addTown(builder: RegionBuilder, random: Random, eastMeters: number): Grid {
  const streetNodes: number[] = []
  for (let row = 0; row < gridCount; row++) {
    for (let column = 0; column < gridCount; column++) {
      const crooked = (): number => between(random, -28, 28)
      streetNodes.push(
        addNode(
          builder,
          eastMeters + (column - gridHalfCount) * blockMeters + crooked(),
          (row - gridHalfCount) * blockMeters + crooked(),
        ),
      )
    }
  }
  for (let row = 0; row < gridCount; row++) {
    for (let column = 0; column < gridCount; column++) {
      const node = streetNodes[row * gridCount + column]!
      const isRim = row === 0 || column === 0 || row === gridCount - 1 || column === gridCount - 1
      // Rows are kept whole and the rim is, so the grid stays in one piece.
      if (column + 1 < gridCount)
        addStreet(builder, node, streetNodes[row * gridCount + column + 1]!, eastMeters)
      if (row + 1 < gridCount && (isRim || random.next() >= gapShare)) {
        addStreet(builder, node, streetNodes[(row + 1) * gridCount + column]!, eastMeters)
      }
    }
  }
  return { eastMeters, streetNodes, ...addRing(builder, streetNodes, eastMeters) }
}

function addStreet(builder: RegionBuilder, one: number, other: number, eastMeters: number): void {
  const middleEast = (builder.east[one]! + builder.east[other]!) / 2 - eastMeters
  const middleNorth = (builder.north[one]! + builder.north[other]!) / 2
  const isCanyon = Math.hypot(middleEast, middleNorth) < canyonMeters
  addRoad(builder, one, other, isCanyon ? 'canyon' : 'street')
}

/** A square ring with a joint to the streets every 800 m. */
function addRing(
  builder: RegionBuilder,
  streetNodes: readonly number[],
  eastMeters: number,
): Pick<Grid, 'ringEast' | 'ringWest' | 'ringSouth'> {
  const last = gridCount - 1
  const ring: number[] = []
  const join = (row: number, column: number, east: number, north: number): number => {
    const node = addNode(builder, eastMeters + east, north)
    addRoad(builder, node, streetNodes[row * gridCount + column]!, 'street')
    ring.push(node)
    return node
  }
  const offsets = Array.from({ length: 7 }, (_, index) => index * 4)
  const along = (index: number): number => (index - gridHalfCount) * blockMeters
  const corner = (east: number, north: number): void => {
    ring.push(addNode(builder, eastMeters + east, north))
  }
  const south = offsets.map((index) => join(0, index, along(index), -ringMeters))
  corner(ringMeters, -ringMeters)
  const east = offsets.map((index) => join(index, last, ringMeters, along(index)))
  corner(ringMeters, ringMeters)
  for (const index of offsets.toReversed()) join(last, index, along(index), ringMeters)
  corner(-ringMeters, ringMeters)
  const west = offsets.toReversed().map((index) => join(index, 0, -ringMeters, along(index)))
  corner(-ringMeters, -ringMeters)
  for (let index = 0; index < ring.length; index++) {
    addRoad(builder, ring[index]!, ring[(index + 1) % ring.length]!, 'ring')
  }
  return { ringSouth: south[3]!, ringEast: east[3]!, ringWest: west[3]! }
}

function joinByCountryRoad(builder: RegionBuilder, western: Grid, eastern: Grid): void {
  const fromEast = builder.east[western.ringEast]!
  const toEast = builder.east[eastern.ringWest]!
  const stepCount = 10
  let before = western.ringEast
  for (let step = 1; step < stepCount; step++) {
    const share = step / stepCount
    const bend = 220 * Math.sin(share * 2 * Math.PI)
    const node = addNode(builder, fromEast + share * (toEast - fromEast), bend)
    addRoad(builder, before, node, 'country')
    before = node
  }
  addRoad(builder, before, eastern.ringWest, 'country')
}

export const motorwayNorthMeters = -3_400
/** From one carriageway's middle to the other's. */
export const carriagewaysApartMeters = 30
const motorwayEndMeters = 21_000
const motorwayStepMeters = 1_000
/** Under a river between the second and the third town. */
const motorwayTunnelHalfMeters = 1_000

function addMotorway(builder: RegionBuilder, grids: readonly Grid[]): void {
  const carriageways = [-1, 1].map((side) => {
    const nodes = new Map<number, number>()
    for (let east = -motorwayEndMeters; east <= motorwayEndMeters; east += motorwayStepMeters) {
      const north = motorwayNorthMeters + (side * carriagewaysApartMeters) / 2
      nodes.set(east, addNode(builder, east, north))
    }
    return nodes
  })
  const [eastbound, westbound] = [carriageways[0]!, carriageways[1]!]
  for (let east = -motorwayEndMeters; east < motorwayEndMeters; east += motorwayStepMeters) {
    const next = east + motorwayStepMeters
    const isTunnel = east >= -motorwayTunnelHalfMeters && next <= motorwayTunnelHalfMeters
    const kind = isTunnel ? 'motorway-tunnel' : 'motorway'
    // Traffic keeps to the right: eastbound is the southern one.
    addArc(builder, eastbound.get(east)!, eastbound.get(next)!, kind)
    addArc(builder, westbound.get(next)!, westbound.get(east)!, kind)
  }
  for (const grid of grids) {
    for (const carriageway of [eastbound, westbound]) {
      addRoad(builder, carriageway.get(grid.eastMeters)!, grid.ringSouth, 'ramp')
    }
  }
}

const railwayNorthMeters = 95
const railTunnelEastMeters = [-13_500, -11_500] as const

function layRailway(region: Region): Railway {
  const easts = new Set<number>()
  for (let east = -20_000; east <= 20_000; east += 1_000) easts.add(east)
  const stationEasts = townEastMeters.flatMap((east) => [east, east + 1_800])
  for (const east of [...stationEasts, ...railTunnelEastMeters]) easts.add(east)
  const points = [...easts].toSorted((one, other) => one - other)
  const [tunnelFrom, tunnelTo] = railTunnelEastMeters
  return {
    east: Float64Array.from(points),
    north: new Float64Array(points.length).fill(railwayNorthMeters),
    isTunnel: Uint8Array.from(points, (east) => (east >= tunnelFrom && east < tunnelTo ? 1 : 0)),
    stationPoints: stationEasts.map((east) => points.indexOf(east)),
    stationNodes: stationEasts.map((east, index) =>
      nearestNode(region, region.towns[index >> 1]!.nodes, east, railwayNorthMeters),
    ),
  }
}
