import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import { applyDeviceEvent, applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { disbeliefReasons } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { makeEngine, startMs } from '../core/engine-world.ts'
import { expectSameStays, personOf } from './compare-stays.ts'
import type { RandomWorld } from './random-world.ts'
import { makeRandomWorld } from './random-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { believeAll } from './reference-belief.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 32
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

const worlds = [
  ['clocks that are right', (_random: Random, world: RandomWorld) => world],
  [
    'clocks that are ahead by seconds and minutes',
    (random: Random, world: RandomWorld) => ({ ...world, fixes: setAhead(random, world.fixes) }),
  ],
  ['orders that begin among the fixes', beginAmong],
] as const

it.each(worlds)(
  'the engine finds the stays that a plain reading of the policy finds, by %s',
  (_name, change) => {
    let stayCount = 0
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const random = createRandom(seed)
      const world = change(random, makeRandomWorld(random))
      stayCount += expectSameStays(world, `seed ${seed}`).length
    }
    if (runs >= usualRuns) expect(stayCount).toBeGreaterThan(runs)
  },
  600_000,
)

it('the engine finds the stays that a plain reading of the policy finds, by receivers that err by 60 to 200 m', () => {
  // A quarter of the seeds: it is slow where many fixes are of one place.
  for (let seed = firstSeed; seed < firstSeed + Math.ceil(runs / 4); seed++) {
    const random = createRandom(seed)
    const world = makeRandomWorld(random)
    expectSameStays({ ...world, fixes: makeCoarse(random, world.fixes) }, `seed ${seed}`)
  }
}, 600_000)

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

/** And pause: permitted for a while, more than once. */
function beginAmong(random: Random, world: RandomWorld): RandomWorld {
  const pause = (seconds: number) => {
    const fromMs = startMs + seconds * 1000
    return { fromMs, untilMs: fromMs + random.integer(1, 600) * 1000, reason: 'visit' }
  }
  const orders = world.orders.map((order) => ({
    ...order,
    validFromMs: startMs + random.integer(0, 2500) * 1000,
    locationBans: order.locationBans.map((ban) => ({
      ...ban,
      schedule: {
        timeZone: 'Europe/Amsterdam' as const,
        weekly: null,
        exceptions: Array.from({ length: 4 }, () => pause(random.integer(0, 4000))),
      },
    })),
  }))
  return { ...world, orders }
}

/** Each by its own radius: several of one place say what none of them says alone. */
function makeCoarse(random: Random, fixes: readonly Fix[]): Fix[] {
  const radii = new Map<string, number>()
  return fixes.map((fix) => {
    const accuracyMeters = radii.get(fix.deviceId) ?? random.between(60, 200)
    radii.set(fix.deviceId, accuracyMeters)
    return { ...fix, accuracyMeters }
  })
}

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

function describe(deviceId: string, recordedAtMs: number, reasons: readonly string[]): string {
  return `${deviceId} ${(recordedAtMs - startMs) / 1000} ${reasons.toSorted().join(' ')}`
}
