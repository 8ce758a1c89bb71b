import { expect, it } from 'vitest'
import { startMs } from '../core/engine-world.ts'
import { expectSameStays } from './compare-stays.ts'
import { createRandom } from './random.ts'
import { runsOr, seedOr } from './seed.ts'
import { makeBeginning, makeCrossing, makePutApart, makeRide } from './small-worlds.ts'

const usualRuns = 300
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it.each([
  ['somebody whose device gives one place again and again', makeRide, 'proximity-breach'],
  ['two monitors in turn about a small area', makeCrossing, 'location-ban-passage'],
  ['two people with a second device elsewhere', makePutApart, 'proximity-breach'],
  ['a ban that begins at the second of a fix', makeBeginning, 'location-ban-breach'],
] as const)('the engine finds the stays that a plain reading finds: %s', (_name, make, kind) => {
  let count = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const world = make(createRandom(seed))
    const lines = expectSameStays(world, `seed ${seed}`, startMs + 3_660_000)
    count += lines.filter((line) => line.includes(kind)).length
  }
  if (runs >= usualRuns) expect(count).toBeGreaterThan(runs / 5)
})
