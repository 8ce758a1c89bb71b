import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import { advanceTo, applyFix, rejudge, rejudgeLookbackMs } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { makeEngine, startMs } from '../core/engine-world.ts'
import { itWithSharedData, sharedFolder } from '../geo/support/shared-data.ts'
import { followEffects, listViolations } from './random-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { evaluateFromScratch } from './reference-evaluator.ts'
import type { Stretch, Track } from './track-stretches.ts'
import { cutStretch, makeSimulatedTracks, readRecordedTracks } from './track-stretches.ts'
import { seedOr } from './seed.ts'

/**
 * Goal: however the uploads of a track are ordered, repeated and delayed, the same violations
 * stand in the end, and they are those of a plain reading of the policy. Method: stretches of real
 * and of simulated tracks, bans laid on their way, each judged by the slow reference and then
 * uploaded in a hundred random orders.
 */
/** Some minutes of one core. Before a release it is fifty thousand. */
const shuffleCount = Number(process.env['HOEDE_SHUFFLES'] ?? 6_000)
const shufflesPerStretch = 100
/** Minutes on two cores of its own, and ten where others work beside. */
const shuffleMsMax = 1_500_000
const seed = seedOr(20_261_124)

describe(`${2 * shuffleCount} shuffles (seed ${seed})`, () => {
  itWithSharedData(
    'of recorded tracks all end in the violations of a plain reading',
    async () => shuffleAll(await readRecordedTracks(sharedFolder), createRandom(seed)),
    shuffleMsMax,
  )

  it(
    'all shuffles of simulated tracks end in the violations of a plain reading',
    () => {
      shuffleAll(makeSimulatedTracks(seed, 24), createRandom(seed + 1))
    },
    shuffleMsMax,
  )
})

function shuffleAll(groups: readonly (readonly Track[])[], random: Random): void {
  let shuffled = 0
  let violationCount = 0
  let stretchCount = 0
  while (shuffled < shuffleCount) {
    const tracks = groups[random.integer(0, groups.length - 1)]!
    const stretch = tracks.length === 0 ? null : cutStretch(tracks, random)
    if (stretch === null) continue
    const inOrder = stretch.fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
    const expected = upload(stretch, inOrder)
    expect(
      expected.filter((line) => !line.includes('proximity-passage')),
      stretch.name,
    ).toEqual(readPlainly(stretch))
    stretchCount++
    violationCount += expected.length
    for (let count = 0; count < shufflesPerStretch; count++) {
      const repeated = [...inOrder, ...inOrder.filter(() => random.chance(0.1))]
      const found = upload(stretch, random.shuffle(repeated))
      expect(found, `${stretch.name}, shuffle ${shuffled + count}`).toEqual(expected)
    }
    shuffled += shufflesPerStretch
  }
  process.stdout.write(
    `${shuffled} shuffles of ${stretchCount} stretches, ${violationCount} violations in them\n`,
  )
  expect(violationCount).toBeGreaterThan(stretchCount / 2)
}

const endMs = startMs + 86_400_000

function upload({ orders }: Stretch, uploads: readonly Fix[]): string[] {
  const engine = makeEngine({ orders })
  const store: Fix[] = []
  const effects: Effect[] = []
  for (const fix of uploads) {
    store.push(fix)
    for (const effect of applyFix(engine, fix)) {
      if (effect.type !== 'rejudge-needed') {
        effects.push(effect)
        continue
      }
      const fromMs = effect.fromMs - rejudgeLookbackMs(defaultLimits)
      const stored = store.filter(({ recordedAtMs }) => recordedAtMs >= fromMs)
      effects.push(...rejudge(engine, effect.offenderId, stored, effect.fromMs, fix.receivedAtMs))
    }
  }
  effects.push(...advanceTo(engine, endMs))
  return listViolations(followEffects(effects))
}

function readPlainly({ orders, fixes }: Stretch): string[] {
  const personOf = (fix: Fix): string => fix.deviceId.replace(/-device$/, '')
  return evaluateFromScratch(orders, fixes, [], personOf, 30, defaultLimits)
    .map(
      ({ subjectId, kind, startMs: fromMs, endMs: untilMs }) =>
        `${subjectId} ${kind} ${(fromMs - startMs) / 1000} ${untilMs === null ? 'open' : (untilMs - startMs) / 1000}`,
    )
    .toSorted()
}
