import { expect, it } from 'vitest'
import { probabilityWithin, sigmaFromAccuracy } from '../../geo/probability.ts'
import { applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import {
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../core/engine-world.ts'
import { personOf } from './compare-stays.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { Judged } from './reference-belief.ts'
import { apart, believeAll } from './reference-belief.ts'
import { evaluateFromScratch, findRestSeconds } from './reference-evaluator.ts'
import type { Reading, Stretch } from './reference-tellings.ts'
import { listTellings, readingsOf } from './reference-tellings.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 30
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const separationMeters = 800
const order = makeOrder({
  locationBans: [],
  proximityBans: [makePair({ separationMeters, approachMeters: separationMeters })],
})
const terms = { unseenMs: 1_200_000, marks: [350, 100, 50], canComeNearer: true }

it('what is told again of two people, of whom one rests and is not seen for long, is what a plain reading of it tells', () => {
  const causes = new Set<string>()
  let heldCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const fixes = makeRests(createRandom(seed))
    const engine = makeEngine({ orders: [order], reportIntervalSeconds: 60 })
    const ids = new Set<string>()
    const found = fixes.flatMap((fix) =>
      applyFix(engine, fix).flatMap((effect) => {
        if (effect.type === 'alert-raised' && effect.alert.kind === 'proximity-breach') {
          ids.add(effect.alert.id)
        }
        if (effect.type !== 'alert-revised' || !ids.has(effect.alertId)) return []
        const { revision } = effect
        if (revision.kind !== 'repeated' || !('cause' in revision)) return []
        // What was told as late, and is so no more.
        if (revision.cause === 'live') return []
        return [`${revision.cause} ${(revision.recordedAtMs - startMs) / 1000}`]
      }),
    )
    const readings = readAll(believeAll(fixes, [], personOf, defaultLimits, [order]))
    heldCount += readings.filter(({ isHeld, isInside }) => isHeld === true && isInside).length
    const expected = evaluateFromScratch([order], fixes, [], personOf, 60, defaultLimits)
      .filter(({ kind }) => kind === 'proximity-breach')
      .toSorted((one, other) => one.startMs - other.startMs)
      .flatMap((stay) => listTellings(readings, sinceTold(readings, stay), terms))
      .map((line) => line.replace(/\d+$/, (ms) => String((Number(ms) - startMs) / 1000)))
    expect(found, `seed ${seed}`).toEqual(expected)
    for (const line of expected) causes.add(line.split(' ')[0]!)
  }
  if (runs < usualRuns) return
  expect([...causes].toSorted()).toEqual(['again', 'inside-again', 'nearer'])
  expect(heldCount).toBeGreaterThan(runs)
})

/** The offender rests here and there and is not seen in between; the other goes about. */
function makeRests(random: Random): Fix[] {
  const fixes: Fix[] = []
  let seconds = 0
  let place = 0
  while (seconds < 4 * 3_600) {
    if (random.chance(0.4)) place = random.integer(0, 3) * 500
    for (let count = random.integer(2, 8); count > 0; count--) {
      seconds += 60
      fixes.push(makeFix(seconds, place + random.between(-8, 8), 0, still))
    }
    seconds += 60 * random.integer(1, 45)
  }
  let meters = random.between(50, 700)
  for (let at = 5; at < seconds; at += 60) {
    if (random.chance(0.06)) meters = random.between(20, 2_500)
    if (random.chance(0.9)) fixes.push(makeVictimFix(at, meters + random.between(-8, 8), 0, still))
  }
  return fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
}

const still = { speedMetersPerSecond: 0 } as const

/**
 * What began with a sighting that needed a second one is told with that, and with how near they are
 * by then.
 */
function sinceTold(readings: readonly OpeningReading[], stay: Stretch): Stretch {
  const [first, ...later] = readingsOf(readings, stay).filter(({ isInside }) => isInside)
  const opening = first!.opens === 'alone' ? first : later.find(({ opens }) => opens !== 'not')
  return { ...stay, startMs: (opening ?? first!).atMs }
}

type OpeningReading = Reading & { readonly opens: 'alone' | 'with another' | 'not' }

/** By each fix of either, with the last of the other, or with where the other was last at rest. */
function readAll(judged: readonly Judged[]): OpeningReading[] {
  return judged.flatMap((now, at): OpeningReading[] => {
    const before = judged.slice(0, at)
    const other = before.findLast(
      ({ person, doubts }) => person !== now.person && doubts.length === 0,
    )
    if (now.doubts.length > 0 || other === undefined) return []
    const gapMs = now.fix.recordedAtMs - other.fix.recordedAtMs
    const isHeld = gapMs > 300_000
    const isRested = findRestSeconds(before, other) >= 120
    const meters = apart(now.fix, other.fix)
    if (isHeld && (!isRested || meters > separationMeters)) return []
    const grown = isHeld ? 150 : (gapMs / 1000) * 1.5
    const spread = Math.hypot(now.accuracy, other.accuracy, grown)
    const chance = probabilityWithin(meters, sigmaFromAccuracy(spread), separationMeters)
    const isSure = chance >= 0.95
    const reading: OpeningReading = {
      atMs: now.fix.recordedAtMs,
      isInside: chance >= 0.5,
      opens: isSure && !isHeld ? 'alone' : isSure || gapMs <= 90_000 ? 'with another' : 'not',
      isClear: !isHeld && meters - separationMeters >= Math.max(50, 2 * spread),
      isHeld: isHeld && now.person === 'victim',
      meters,
      noiseMeters: Math.hypot(now.accuracy, other.accuracy),
      closing: 0,
      ahead: null,
      towards: 0,
    }
    return [reading]
  })
}
