import { generateTown, stagePlan } from '../town/town.ts'
import type { Stage } from './stage.ts'

/** The repository's own demo: a generated town whose stories all happen within the same minutes. */
export function townStage(seed: number, startMs: number, speed: number): Stage {
  const plan = stagePlan(startMs)
  // However fast it is played, an alert needs its minute to stay unanswered and escalate.
  const durationMs = Math.max(plan.durationMs, wallClockMsMin * speed)
  const town = generateTown(seed, { ...plan, durationMs })
  return {
    title: `the town of ${town.name} (generated, seed ${seed})`,
    scenario: town.scenario,
    storylines: town.storylines,
    labels: town.labels,
    startMs,
    endMs: town.endMs,
    notes: [],
  }
}

/** Faster than this the town's trains would be taken for teleports (25 m/s times 3 is 270 km/h). */
export const townSpeedMax = 3

const wallClockMsMin = 125_000
