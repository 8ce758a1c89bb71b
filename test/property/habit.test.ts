import { expect, it } from 'vitest'
import type { Fix } from '../../src/core/model/fix.ts'
import { startMs } from '../core/engine-world.ts'
import { at, away, rank } from '../core/judge/rank-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { Visit } from './reference-habit.ts'
import { rankVisits } from './reference-habit.ts'
import { runsOr, seedOr } from './seed.ts'

const runs = runsOr(60)
const firstSeed = seedOr(1)
const startMinute = (startMs / 60_000) % 1_440

it('a visit to a band is usual when a plain reading of those before it says so', () => {
  const found = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const visits = makeVisits(createRandom(seed))
    const expected = rankVisits(visits)
    expect(rank(visits.flatMap(fixesOf)), `seed ${seed}`).toEqual(expected)
    for (const line of expected) found.add(line)
  }
  expect([...found].toSorted()).toEqual(['P2', 'P3', 'P3 to P2 lasting'])
})

/**
 * In one evening of two, and some in the morning; whoever stays for hours is further off in between
 * for two and a half of them, which makes what is usual no less known. The distances lie so far
 * apart that a metre more or less decides nothing.
 */
function makeVisits(random: Random): Visit[] {
  const isResident = random.chance(0.4)
  const nearest = random.integer(0, 3)
  return Array.from({ length: 14 }, (_, count) => {
    const hour = random.chance(0.15) ? 6 : 18
    const minutes = random.chance(isResident ? 0.7 : 0.1)
      ? random.integer(245, 300)
      : [1, 10, 14, 17, 31, 70][random.integer(0, 5)]!
    return {
      atMinute: 2 * 1_440 * (count + 1) + 60 * hour + random.integer(0, 40),
      minutes,
      meters: 70 + 60 * random.integer(nearest, 6),
    }
  })
}

function fixesOf({ atMinute, minutes, meters }: Visit): Fix[] {
  const second = 60 * (atMinute - startMinute)
  return [
    ...Array.from({ length: minutes + 1 }, (_, count) => {
      const isFurther = minutes > 240 && count >= 40 && count < 190
      return at(second + 60 * count, isFurther ? Math.min(485, meters + 240) : meters)
    }),
    ...away(second + 60 * minutes + 600),
  ]
}
