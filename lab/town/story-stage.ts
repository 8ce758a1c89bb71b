import type { AlertKind } from '../../src/core/model/alert.ts'
import { addOrder, addWearer, circleAround, makeBan, report } from './cast.ts'
import type { Cast, ExpectedAlert, Storyline, Wearer } from './cast.ts'
import { streetName } from '../simulate/names.ts'
import { between } from '../../src/replay/seeded-random.ts'
import { blockMeters, randomCrossing } from './town-map.ts'
import type { Spot } from './town-map.ts'
import type { LocationBan, ProximityBan } from '../../src/core/model/registry.ts'
import { startTrack } from './town-track.ts'
import type { Track } from './town-track.ts'

/** Where and when one storyline plays. */
export type Stage = { readonly atMs: number; readonly spot: Spot }

/** The crossing a story is laid around, and a start after the stories before it. */
export function nextStage(cast: Cast): Stage {
  const { startMs, firstStoryAfterMs, storySpacingMs } = cast.plan
  const index = cast.storylines.length
  return {
    atMs: startMs + firstStoryAfterMs + index * storySpacingMs,
    spot: randomCrossing(cast.random, {
      westMeters: -2_000,
      eastMeters: 2_000,
      southMeters: -4 * blockMeters,
      northMeters: 4 * blockMeters,
    }),
  }
}

export function storyOffender(cast: Cast, vendorIndex: 0 | 1 | 2 = 0): Wearer {
  const { storyIntervalSeconds, startMs } = cast.plan
  return addWearer(cast, 'offender', vendorIndex, storyIntervalSeconds, startMs)
}

export function storyVictim(cast: Cast): Wearer {
  const { storyIntervalSeconds, startMs } = cast.plan
  return addWearer(cast, 'victim', 1, storyIntervalSeconds, startMs)
}

/** An order of three months from the town's start. */
export function storyOrder(
  cast: Cast,
  offenderId: string,
  locationBans: readonly LocationBan[],
  proximityBans: readonly ProximityBan[] = [],
): void {
  const { startMs } = cast.plan
  addOrder(cast, offenderId, locationBans, proximityBans, {
    fromMs: startMs,
    untilMs: startMs + 90 * 86_400_000,
  })
}

/** A ban so far off that nothing of the story touches it. */
export function distantBan(cast: Cast, stage: Stage): LocationBan {
  const center = {
    eastMeters: stage.spot.eastMeters,
    northMeters: stage.spot.northMeters + between(cast.random, 2_800, 3_200),
  }
  return makeBan(cast, `woning ${streetName(cast.random)}`, circleAround(cast, center, 150), 300)
}

export function standStill(cast: Cast, wearer: Wearer, spot: Spot): Track {
  const track = startTrack(cast.plan.startMs, spot)
  report(cast, wearer, track, {})
  return track
}

export function expectAlert(kind: AlertKind, changes: Partial<ExpectedAlert> = {}): ExpectedAlert {
  return { kind, isEnded: false, isLate: false, ...changes }
}

export function tellStory(
  cast: Cast,
  story: Omit<Storyline, 'subjectIds'> & { readonly wearers: readonly Wearer[] },
): void {
  const { wearers, ...told } = story
  const subjectIds = wearers.flatMap(({ personId, deviceId }) => [personId, deviceId])
  cast.storylines.push({ ...told, subjectIds })
}
