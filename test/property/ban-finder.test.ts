import { expect, it } from 'vitest'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  takeSnapshots,
} from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import type { LocationBan, ProtectionOrder } from '../../src/core/model/registry.ts'
import { makeBan, makeEngine, makeOrder, startMs } from '../core/engine-world.ts'
import { makeRandomWorld } from './random-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { runsOr, seedOr } from './seed.ts'

const runs = runsOr(12)
const firstSeed = seedOr(1)

it('the tree over many bans gives the effects and the state of looking at each ban', () => {
  let effectCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = makeRandomWorld(random)
    const order = makeOrder({ id: 'many', locationBans: makeBans(random, world.fixes) })
    const orders = [...world.orders, order]
    const [found, walked] = [0, 1].map(() => makeEngine({ victims: world.victims, orders }))
    const fixes = random.shuffle(world.fixes.slice(0, 150))
    const amended = amend(order, random, world.fixes)
    for (const [at, fix] of fixes.entries()) {
      if (at === 75) changeBoth([found!, walked!], amended)
      forgetTree(walked!)
      expect(found!.dossiers.get('offender')!.context.banFinder.tree).not.toBeNull()
      const effects = applyFix(found!, fix)
      expect(effects, `seed ${seed}, fix ${at}`).toEqual(applyFix(walked!, fix))
      effectCount += effects.length
    }
    const endMs = startMs + 20_000_000
    expect(advanceTo(found!, endMs), `seed ${seed}`).toEqual(advanceTo(walked!, endMs))
    expect(takeSnapshots(found!), `seed ${seed}`).toEqual(takeSnapshots(walked!))
  }
  expect(effectCount).toBeGreaterThan(runs * 10)
})

/** On the way that is gone, beside it, and a little further off. */
function makeBans(random: Random, fixes: readonly Fix[]): LocationBan[] {
  return Array.from({ length: random.integer(8, 60) }, (_, index) => {
    const { longitude, latitude } = fixes[random.integer(0, fixes.length - 1)]!
    const aside = longitude + random.between(-0.03, 0.03)
    return makeBan({
      id: `many-${index}`,
      approachMeters: random.between(100, 500),
      area: {
        type: 'circle',
        longitude: aside > 180 ? aside - 360 : aside < -180 ? aside + 360 : aside,
        latitude: latitude + random.between(-0.02, 0.02),
        radiusMeters: random.between(50, 300),
      },
    })
  })
}

/** Half of the bans stay, some of them elsewhere; new ones come. */
function amend(order: ProtectionOrder, random: Random, fixes: readonly Fix[]): ProtectionOrder {
  const [moved, ...added] = makeBans(random, fixes)
  const [first, ...kept] = order.locationBans.slice(order.locationBans.length >> 1)
  const renamed = added.map((ban) => ({ ...ban, id: `new-${ban.id}` }))
  const locationBans = [{ ...first!, area: moved!.area }, ...kept, ...renamed]
  return { ...order, version: 2, locationBans: locationBans.slice(0, 100) }
}

function changeBoth(engines: readonly Engine[], order: ProtectionOrder): void {
  const nowMs = startMs + 1_800_000
  const [one, other] = engines.map((engine) => {
    const change = { type: 'protection-order', protectionOrder: order } as const
    return applyRegistryChange(engine, change, nowMs)
  })
  expect(one).toEqual(other)
}

function forgetTree(engine: Engine): void {
  for (const { context } of engine.dossiers.values()) context.banFinder.tree = null
}
