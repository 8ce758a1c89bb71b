import { expect, it } from 'vitest'
import { applyFix, rejudge, rejudgeLookbackMs } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { findOpenSpan } from '../../src/core/watch/clock-behind.ts'
import { makeEngine } from '../core/engine-world.ts'
import type { Desk, RandomWorld } from './random-world.ts'
import { followEffects, listViolations, makeRandomWorld } from './random-world.ts'
import { createRandom } from './random.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 40
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('a world in which a clock is behind ends in the violations of the same world with right clocks', () => {
  const counts = { behind: 0, violations: 0 }
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = makeRandomWorld(random)
    const behindMs = random.integer(181, random.chance(0.5) ? 3_600 : 30_000) * 1000
    const deviceId = random.chance(0.5) ? 'offender-device' : 'victim-0-device'
    const caseWindowFixCount = random.chance(0.5) ? 48 : 400
    const live = world.fixes
      .map((fix) => ({ ...fix, receivedAtMs: fix.recordedAtMs }))
      .toSorted((one, other) => one.receivedAtMs - other.receivedAtMs)
    const late = live.map((fix) =>
      fix.deviceId === deviceId ? { ...fix, recordedAtMs: fix.recordedAtMs - behindMs } : fix,
    )
    const isBehind = upload(world, late, caseWindowFixCount, deviceId)
    // Too few reports to tell.
    if (!isBehind.isKnown) continue
    const right = upload(world, live, caseWindowFixCount, deviceId)
    expect(right.isKnown, `seed ${seed}`).toBe(false)
    const expected = listViolations(right.desk)
    expect(listViolations(isBehind.desk), `seed ${seed}`).toEqual(expected)
    counts.behind++
    counts.violations += expected.length
  }
  if (runs < usualRuns) return
  expect(counts.behind).toBeGreaterThan(runs / 2)
  expect(counts.violations).toBeGreaterThan(runs)
}, 600_000)

function upload(
  world: RandomWorld,
  fixes: readonly Fix[],
  caseWindowFixCount: number,
  deviceId: string,
): { desk: Desk; isKnown: boolean } {
  const engine = makeEngine({ ...world, limits: { caseWindowFixCount } })
  const desk: Desk = new Map()
  const store: Fix[] = []
  for (const fix of fixes) {
    store.push(fix)
    for (const effect of applyFix(engine, fix)) {
      if (effect.type !== 'rejudge-needed') {
        followEffects([effect], desk)
        continue
      }
      const fromMs = effect.fromMs - rejudgeLookbackMs(defaultLimits)
      const given = store.filter(({ recordedAtMs }) => recordedAtMs >= fromMs)
      const { offenderId } = effect
      followEffects(rejudge(engine, offenderId, given, effect.fromMs, fix.receivedAtMs), desk)
    }
  }
  const device = engine.watch.devices.get(deviceId)
  return { desk, isKnown: device !== undefined && findOpenSpan(device) !== null }
}
