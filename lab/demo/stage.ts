import type { Scenario } from '../../src/replay/scenario.ts'
import type { Storyline } from '../town/cast.ts'

/**
 * What the demo plays: a scenario on today's clock, what it must show, and names for the terminal.
 */
export type Stage = {
  readonly title: string
  readonly scenario: Scenario
  readonly storylines: readonly Storyline[]
  /** Names of people, places and vendors by their id in the scenario. */
  readonly labels: ReadonlyMap<string, string>
  readonly startMs: number
  readonly endMs: number
  /** Sentences about how it was made, shown before it begins. */
  readonly notes: readonly string[]
}

/**
 * Storylines whose alerts nobody of the demo answers, so that they escalate, and so that whoever
 * sits down at the desk finds something to do: a strap, and a ban with a way that led through it.
 */
export const unansweredStories: readonly string[] = ['strap-tamper', 'ban-entered-and-left']

/**
 * Plays a stage `speed` times as fast. Distances stay, times shrink towards the start,
 * and with them the report intervals; so people move faster by the same factor, and the
 * factor is bounded where they would outrun what detection believes of anybody
 * (`speedMax` of whoever made the stage).
 */
export function atSpeed(stage: Stage, speed: number): Stage {
  const { startMs, endMs, scenario } = stage
  const shift = (atMs: number): number => Math.round(startMs + (atMs - startMs) / speed)
  // Terms that end long after the stage stay where they are: an order that
  // ends tomorrow still does.
  const shiftWithin = (atMs: number): number => (atMs > endMs ? atMs : shift(atMs))
  const { registry } = scenario
  return {
    ...stage,
    endMs: shift(endMs),
    scenario: {
      registry: {
        ...registry,
        devices: registry.devices.map((device) => ({
          ...device,
          reportIntervalSeconds: Math.max(1, Math.ceil(device.reportIntervalSeconds / speed)),
        })),
        deviceAssignments: registry.deviceAssignments.map((assignment) => ({
          ...assignment,
          validFromMs: shiftWithin(assignment.validFromMs),
        })),
        protectionOrders: registry.protectionOrders.map((order) => ({
          ...order,
          validFromMs: shiftWithin(order.validFromMs),
        })),
      },
      fixes: scenario.fixes.map((fix) => ({
        ...fix,
        recordedAtMs: shift(fix.recordedAtMs),
        receivedAtMs: shift(fix.receivedAtMs),
        speedMetersPerSecond:
          fix.speedMetersPerSecond === null ? null : fix.speedMetersPerSecond * speed,
      })),
      deviceEvents: scenario.deviceEvents.map((event) => ({
        ...event,
        recordedAtMs: shift(event.recordedAtMs),
        receivedAtMs: shift(event.receivedAtMs),
      })),
    },
  }
}
