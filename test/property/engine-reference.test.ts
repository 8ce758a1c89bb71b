import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import { advanceTo, applyDeviceEvent, applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { disbeliefReasons } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { makeEngine, startMs } from '../core/engine-world.ts'
import { followEffects, listViolations, makeRandomWorld } from './random-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { believeAll } from './reference-belief.ts'
import { evaluateFromScratch } from './reference-evaluator.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 40
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

const clocks = [
  ['right', (_random: Random, fixes: readonly Fix[]) => fixes],
  ['ahead by seconds and minutes', setAhead],
] as const

it.each(clocks)(
  'the engine finds the stays that a plain reading of the policy finds, by clocks that are %s',
  (_name, setClocks) => {
    let stayCount = 0
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const random = createRandom(seed)
      const given = makeRandomWorld(random)
      const world = { ...given, fixes: setClocks(random, given.fixes) }
      const engine = makeEngine(world)
      const sorted = world.fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
      const effects: Effect[] = world.events.flatMap((event) => applyDeviceEvent(engine, event))
      effects.push(...sorted.flatMap((fix) => applyFix(engine, fix)))
      effects.push(...advanceTo(engine, startMs + 86_400_000))
      const found = listViolations(followEffects(effects)).filter(
        (line) => !line.includes('proximity-passage'),
      )
      const expected = evaluateFromScratch(
        world.orders,
        world.fixes,
        world.events,
        personOf,
        30,
        defaultLimits,
      )
        .map(
          ({ subjectId, kind, startMs: fromMs, endMs }) =>
            `${subjectId} ${kind} ${(fromMs - startMs) / 1000} ${endMs === null ? 'open' : (endMs - startMs) / 1000}`,
        )
        .toSorted()
      stayCount += expected.length
      expect(found, `seed ${seed}`).toEqual(expected)
    }
    if (runs >= usualRuns) expect(stayCount).toBeGreaterThan(runs)
  },
  600_000,
)

it('the engine believes the fixes that a plain reading of the policy believes, for every reason there is', () => {
  const seen = new Set<string>()
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const world = makeRandomWorld(createRandom(seed))
    const engine = makeEngine(world)
    // In the one order of a case, so that nothing is judged twice.
    const judged = believeAll(world.fixes, world.events, personOf, defaultLimits, world.orders)
    const effects: Effect[] = world.events.flatMap((event) => applyDeviceEvent(engine, event))
    effects.push(...judged.flatMap(({ fix }) => applyFix(engine, fix)))
    const told = effects.flatMap((effect) =>
      effect.type === 'fix-disbelieved'
        ? [describe(effect.deviceId, effect.recordedAtMs, effect.reasons)]
        : [],
    )
    const expected = judged
      .filter(({ doubts }) => doubts.length > 0)
      .map(({ fix, doubts }) => describe(fix.deviceId, fix.recordedAtMs, doubts))
    expect(told.toSorted(), `seed ${seed}`).toEqual(expected.toSorted())
    for (const reason of told.flatMap((line) => line.split(' ').slice(2))) seen.add(reason)
  }
  if (runs < usualRuns) return
  // A clock that is wrong shows by the time of receipt, which the plain reading does not look at.
  expect([...seen].toSorted()).toEqual(
    disbeliefReasons
      .filter((reason) => reason !== 'future-clock' && reason !== 'week-rollover')
      .toSorted(),
  )
}, 600_000)

/** From some moment on; what it tells is received as many seconds before it was recorded. */
function setAhead(random: Random, fixes: readonly Fix[]): Fix[] {
  const leads = new Map<string, { readonly fromMs: number; readonly aheadMs: number }>()
  return fixes.map((fix) => {
    const fromMs = startMs + random.integer(0, 3000) * 1000
    const aheadMs = random.chance(0.7) ? 18_000 : random.integer(0, 300) * 1000
    const lead = leads.get(fix.deviceId) ?? { fromMs, aheadMs }
    leads.set(fix.deviceId, lead)
    if (fix.recordedAtMs < lead.fromMs) return fix
    return { ...fix, receivedAtMs: fix.recordedAtMs - lead.aheadMs }
  })
}

function personOf(fix: Fix): string {
  return fix.deviceId.replace(/-device.*$/, '')
}

function describe(deviceId: string, recordedAtMs: number, reasons: readonly string[]): string {
  return `${deviceId} ${(recordedAtMs - startMs) / 1000} ${reasons.toSorted().join(' ')}`
}
