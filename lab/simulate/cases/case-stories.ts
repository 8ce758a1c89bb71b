import type { StoryDraft } from './case-draft.ts'
import type { StoryKind } from './case-stream.ts'
import { dayMs } from '../../../src/core/model/units.ts'
import { between } from '../../../src/replay/seeded-random.ts'
import type { Random } from '../../../src/replay/seeded-random.ts'
import type { World } from '../world.ts'
import { storyCatalogue } from './story-catalogue.ts'

/**
 * When the case's story is played: spread over the days, each on a day of
 * its own, not on the first.
 */
export function planStories(
  random: Random,
  world: Pick<World, 'startMs' | 'endMs' | 'days' | 'storiesPerCase'>,
  kind: StoryKind,
  caseKey: string,
): StoryDraft[] {
  const { form, expectation, alertKinds } = storyCatalogue[kind]
  const count = form === 'standing' ? 1 : world.storiesPerCase
  const days = chooseDays(random, world.days, count)
  return days.map((day, number): StoryDraft => {
    const [startMs, endMs] = timesOf(random, world, kind, day)
    return {
      key: `${caseKey}-story-${number + 1}`,
      kind,
      day: form === 'standing' ? -1 : day,
      startMs,
      endMs,
      victimLeavesMs: startMs,
      victimArrivesMs: startMs,
      expectation,
      alertKinds,
      locationBanId: null,
      proximityBanId: null,
      deviceId: null,
    }
  })
}

const neglectedDays = 4

function timesOf(
  random: Random,
  world: Pick<World, 'startMs' | 'endMs'>,
  kind: StoryKind,
  day: number,
): readonly [startMs: number, endMs: number] {
  const midnightMs = world.startMs + day * dayMs
  const startMs = midnightMs + between(random, 10, 17) * 3_600_000
  const within = (endMs: number): readonly [number, number] => [
    Math.round(startMs),
    Math.round(Math.min(endMs, world.endMs)),
  ]
  if (storyCatalogue[kind].form === 'standing') return [world.startMs, world.endMs]
  if (kind === 'battery-neglected') {
    return [midnightMs, Math.min(world.endMs, midnightMs + neglectedDays * dayMs)]
  }
  if (kind.endsWith('off')) return within(startMs + between(random, 1, 8) * 3_600_000)
  if (kind === 'link-lost') return within(startMs + between(random, 10, 60) * 60_000)
  return within(startMs)
}

/** One day in each equal part of the run. */
function chooseDays(random: Random, days: number, count: number): number[] {
  const first = days > 1 ? 1 : 0
  const length = (days - first) / count
  const chosen = Array.from({ length: count }, (_, part) =>
    Math.floor(first + (part + 0.8 * random.next()) * length),
  )
  return [...new Set(chosen)]
}
