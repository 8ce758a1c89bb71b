import { compileCircle, compilePolygon } from '../../../geo/ban-shape.ts'
import type { BanShape } from '../../../geo/ban-shape.ts'
import { signedDistanceMeters } from '../../../geo/containment.ts'
import type { BanArea, LocationBan, ProximityBan } from '../../../src/core/model/registry.ts'
import type { StoryExpectation, StoryKind } from './case-stream.ts'
import type { AlertKind } from '../../../src/core/model/alert.ts'
import type { Person, Place } from '../people/simulated-person.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { Region, Town } from '../region/region.ts'
import { latitudeOf, longitudeOf } from '../region/region.ts'
import type { Router } from '../region/region-route.ts'

/** A case while it is being made. */
export type CaseDraft = {
  readonly random: Random
  readonly router: Router
  readonly startMs: number
  readonly days: number
  readonly bans: DraftBan[]
  readonly proximityBan: ProximityBan | null
  readonly stories: readonly StoryDraft[]
  readonly offenderTown: Town
  readonly victimTown: Town
  readonly offender: Person
  readonly victim: Person | null
}

export type DraftBan = { readonly ban: LocationBan; readonly shape: BanShape }

/** What happens, when; the times are settled as it is played. */
export type StoryDraft = {
  readonly key: string
  readonly kind: StoryKind
  readonly day: number
  startMs: number
  endMs: number
  /** Her drive, where the story is about one; his part follows from it. */
  victimLeavesMs: number
  victimArrivesMs: number
  readonly expectation: StoryExpectation
  readonly alertKinds: readonly AlertKind[]
  locationBanId: string | null
  proximityBanId: string | null
  deviceId: string | null
}

export function shapeOf(area: BanArea): BanShape {
  return area.type === 'circle'
    ? compileCircle(area.longitude, area.latitude, area.radiusMeters)
    : compilePolygon(area.geometry)
}

/** Metres to the border, negative inside. */
export function borderMeters(region: Region, shape: BanShape, east: number, north: number): number {
  return signedDistanceMeters(shape, longitudeOf(region, east), latitudeOf(region, north))
}

export function placeBorderMeters(region: Region, shape: BanShape, place: Place): number {
  return borderMeters(region, shape, place.eastMeters, place.northMeters)
}

/** Marks every arc that comes nearer to a forbidden area than it should. */
export function blockArcs(
  region: Region,
  isForbidden: (east: number, north: number) => boolean,
  box: Box,
): Uint8Array {
  const blocked = new Uint8Array(region.arcTo.length)
  const { nodeEast, nodeNorth, arcFrom, arcTo, arcMeters } = region
  for (let arc = 0; arc < blocked.length; arc++) {
    const from = arcFrom[arc]!
    const to = arcTo[arc]!
    const west = Math.min(nodeEast[from]!, nodeEast[to]!)
    const east = Math.max(nodeEast[from]!, nodeEast[to]!)
    const south = Math.min(nodeNorth[from]!, nodeNorth[to]!)
    const north = Math.max(nodeNorth[from]!, nodeNorth[to]!)
    if (west > box.east || east < box.west || south > box.north || north < box.south) continue
    const stepCount = Math.max(1, Math.ceil(arcMeters[arc]! / blockStepMeters))
    for (let step = 0; step <= stepCount && blocked[arc] === 0; step++) {
      const share = step / stepCount
      const atEast = nodeEast[from]! + share * (nodeEast[to]! - nodeEast[from]!)
      const atNorth = nodeNorth[from]! + share * (nodeNorth[to]! - nodeNorth[from]!)
      if (isForbidden(atEast, atNorth)) blocked[arc] = 1
    }
  }
  return blocked
}

export type Box = {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

/**
 * Every node whose distance to the border lies within these bounds, of those near enough to ask.
 */
export function nodesByBorder(
  region: Region,
  shape: BanShape,
  center: { readonly eastMeters: number; readonly northMeters: number },
  minimumMeters: number,
  maximumMeters: number,
): number[] {
  const reach = searchMeters + maximumMeters
  const found: number[] = []
  for (let node = 0; node < region.nodeEast.length; node++) {
    const east = region.nodeEast[node]!
    const north = region.nodeNorth[node]!
    if (Math.abs(east - center.eastMeters) > reach) continue
    if (Math.abs(north - center.northMeters) > reach) continue
    const meters = borderMeters(region, shape, east, north)
    if (meters >= minimumMeters && meters <= maximumMeters) found.push(node)
  }
  return found
}

const blockStepMeters = 40
/** No ban reaches further from its middle. */
const searchMeters = 1_200
