import type { Scenario } from '../../src/replay/scenario.ts'
import { createCast } from './cast.ts'
import type { Storyline, TownPlan } from './cast.ts'
import { addQuietPeople } from './daily-life.ts'
import {
  tellApproachOnly,
  tellBorderJitter,
  tellEnteredAndLeft,
  tellLateUpload,
  tellPassage,
  tellPermittedVisit,
} from './stories-of-bans.ts'
import {
  tellBatteryLow,
  tellOrderEnding,
  tellOrderWithoutDevice,
  tellSilentDevice,
  tellSilentVendor,
  tellStrapTamper,
} from './stories-of-devices.ts'
import { tellPanic, tellProximityBreach, tellSameBus } from './stories-of-pairs.ts'

/**
 * A made-up town, its people and what happens to them. Nothing but the seed and the plan goes in,
 * so the same pair gives the same town to the last byte.
 */
export function generateTown(seed: number, plan: TownPlan = dayPlan): Town {
  const cast = createCast(seed, plan)
  for (const tell of stories) {
    tell(cast)
  }
  addQuietPeople(cast)
  const { vendors, persons, devices, deviceAssignments, protectionOrders } = cast
  return {
    name: cast.map.name,
    scenario: {
      registry: { vendors, persons, devices, deviceAssignments, protectionOrders },
      fixes: cast.fixes.toSorted((one, other) => one.receivedAtMs - other.receivedAtMs),
      deviceEvents: cast.deviceEvents.toSorted(
        (one, other) => one.receivedAtMs - other.receivedAtMs,
      ),
    },
    storylines: cast.storylines,
    labels: cast.labels,
    endMs: plan.startMs + plan.durationMs,
  }
}

export type Town = {
  readonly name: string
  readonly scenario: Scenario
  readonly storylines: readonly Storyline[]
  /** First names and places by id, for the terminal only. */
  readonly labels: ReadonlyMap<string, string>
  readonly endMs: number
}

/** A Tuesday morning of two and a half hours; a story every five minutes. */
export const dayPlan: TownPlan = {
  startMs: Date.UTC(2026, 2, 10, 6, 30),
  durationMs: 9_000_000,
  storyIntervalSeconds: 10,
  quietIntervalSeconds: [10, 60],
  firstStoryAfterMs: 900_000,
  storySpacingMs: 300_000,
  quietOffenderCount: 12,
  quietVictimCount: 8,
  departureMs: [0, 2_700_000],
}

/** All stories at once, in three minutes: physical speeds are kept, they only overlap. */
export function stagePlan(startMs: number): TownPlan {
  return {
    startMs,
    durationMs: 180_000,
    storyIntervalSeconds: 5,
    quietIntervalSeconds: [5, 10],
    firstStoryAfterMs: 4_000,
    storySpacingMs: 0,
    quietOffenderCount: 16,
    quietVictimCount: 9,
    departureMs: [-400_000, 60_000],
  }
}

const stories = [
  tellEnteredAndLeft,
  tellApproachOnly,
  tellPassage,
  tellProximityBreach,
  tellSameBus,
  tellStrapTamper,
  tellPanic,
  tellSilentDevice,
  tellBatteryLow,
  tellLateUpload,
  tellSilentVendor,
  tellOrderEnding,
  tellBorderJitter,
  tellPermittedVisit,
  tellOrderWithoutDevice,
] as const
