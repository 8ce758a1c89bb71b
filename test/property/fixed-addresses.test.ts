import { expect, it } from 'vitest'
import { distanceMeters } from '../../geo/distance.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import { advanceTo, applyFix } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { fixedAddressBasis } from '../../src/core/model/alert-kinds/ban-sentences.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { makeEngine, place, startMs } from '../core/engine-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { RandomWorld } from './random-world.ts'
import { followEffects, listViolations, makeRandomWorld } from './random-world.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 40
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('the fixed addresses end in the same violations in any order of uploads, each by what was known of the victim then', () => {
  let usedCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = addAddresses(makeRandomWorld(random), random)
    const sorted = world.fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
    const inOrder = upload(world, sorted)
    const expected = listViolations(followEffects(inOrder))
    const shuffled = random.shuffle([...sorted, ...sorted.filter(() => random.chance(0.1))])
    const found = listViolations(followEffects(upload(world, shuffled)))
    expect(found, `seed ${seed}`).toEqual(expected)
    for (const effect of inOrder) {
      if (effect.type !== 'alert-raised') continue
      const { alert } = effect
      if (alert.evidence.facts['basis'] !== fixedAddressBasis) continue
      usedCount++
      // By brute force over everything recorded up to then: nothing of her within the
      // gap, and he is near a place. Of one second his is judged first: nothing of hers in it is
      // known then.
      const settledMs = Math.max(...alert.evidence.fixes.map(({ recordedAtMs }) => recordedAtMs))
      const hers = sorted.filter(
        ({ deviceId, recordedAtMs }) =>
          deviceId.startsWith(`${alert.victimId}-`) &&
          recordedAtMs < settledMs &&
          recordedAtMs >= settledMs - defaultLimits.sightingGapMsMax &&
          !world.isDoubtful({ deviceId, recordedAtMs }),
      )
      expect(hers, `seed ${seed}`).toEqual([])
      const his = alert.evidence.fixes.find(({ recordedAtMs }) => recordedAtMs === settledMs)!
      const ban = world.orders
        .flatMap(({ proximityBans }) => proximityBans)
        .find(({ id }) => id === alert.proximityBanId)!
      const borders = ban.fixedAddresses!.map(
        (address) =>
          distanceMeters(his.longitude, his.latitude, address.longitude, address.latitude) -
          address.radiusMeters,
      )
      expect(Math.min(...borders), `seed ${seed}`).toBeLessThanOrEqual(ban.approachMeters)
    }
  }
  if (runs >= usualRuns) expect(usedCount).toBeGreaterThan(runs / 2)
}, 600_000)

type AddressWorld = RandomWorld & {
  readonly isDoubtful: (fix: Pick<Fix, 'deviceId' | 'recordedAtMs'>) => boolean
}

/** Victims are gone for a while, and every pair has a place or two. */
function addAddresses(world: RandomWorld, random: Random): AddressWorld {
  const orders = world.orders.map((order): ProtectionOrder => {
    const proximityBans = order.proximityBans.map((ban) => ({
      ...ban,
      fixedAddresses: [1, 2].slice(0, random.integer(1, 3)).map((number) => ({
        label: `place ${number}`,
        ...place(random.between(-2_000, 2_000), random.between(-2_000, 2_000)),
        radiusMeters: random.between(10, 300),
      })),
    }))
    return { ...order, proximityBans }
  })
  const goneFromMs = startMs + random.integer(0, 2_000) * 1_000
  const goneUntilMs = goneFromMs + random.integer(300, 4_000) * 1_000
  const fixes = world.fixes.filter(
    ({ deviceId, recordedAtMs }) =>
      deviceId.startsWith('offender') || recordedAtMs < goneFromMs || recordedAtMs > goneUntilMs,
  )
  const doubtful = new Set<string>()
  const keyOf = (fix: Pick<Fix, 'deviceId' | 'recordedAtMs'>): string =>
    `${fix.deviceId} ${fix.recordedAtMs}`
  const sorted = fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
  for (const effect of upload({ ...world, orders, fixes }, sorted)) {
    if (effect.type === 'fix-disbelieved') doubtful.add(keyOf(effect))
  }
  return { ...world, orders, fixes, isDoubtful: (fix) => doubtful.has(keyOf(fix)) }
}

function upload(world: RandomWorld, fixes: readonly Fix[]): Effect[] {
  const engine = makeEngine({ ...world, limits: { caseWindowFixCount: 4_000 } })
  const effects = fixes.flatMap((fix) => applyFix(engine, fix))
  return [...effects, ...advanceTo(engine, startMs + 20_000_000)]
}
