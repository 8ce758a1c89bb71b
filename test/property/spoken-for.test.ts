import { expect, it } from 'vitest'
import { advanceTo, applyFix } from '../../src/core/engine/engine.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import type { BanArea, ProtectionOrder } from '../../src/core/model/registry.ts'
import { home, makeBan, makeEngine, makeFix, makeOrder, startMs } from '../core/engine-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import type { Called } from './reference-spoken-for.ts'
import { rankTogether } from './reference-spoken-for.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 60
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const stepCount = 150
const untilMs = startMs + 86_400_000

it('one approach under several orders is listed under those under which a plain reading of the policy lists it', () => {
  let listedCount = 0
  let aloneCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const orders = Array.from({ length: 3 }, (_, index) => makeRandomOrder(random, index))
    const fixes = walk(random)
    // What each order alone would tell is known; how they bear on each other is what is asked.
    const alone = orders.flatMap((order, index) =>
      follow([order], fixes).map((one) => ({ ...one, index })),
    )
    const areas = orders.map(({ reference }) => reference)
    const expected = rankTogether(alone, areas)
    const found = follow(orders, fixes)
    expect(found.map(describe).toSorted(), `seed ${seed}`).toEqual(
      expected.map(describe).toSorted(),
    )
    listedCount += expected.filter((one, at) => one.priority !== alone[at]!.priority).length
    aloneCount += expected.filter(({ priority }) => priority === 'P2').length
  }
  if (runs < usualRuns) return
  expect(listedCount).toBeGreaterThan(runs)
  expect(aloneCount).toBeGreaterThan(runs)
}, 600_000)

function describe({ orderId, kind, startMs: atMs, endMs, priority }: Called): string {
  return `${orderId} ${kind} ${atMs - startMs} ${endMs - startMs} ${priority}`
}

/** Its reference names the area, by which the plain reading knows which are one. */
function makeRandomOrder(random: Random, index: number): ProtectionOrder {
  const name = random.chance(0.7) ? 'square' : 'circle'
  return makeOrder({
    id: `order ${index}`,
    reference: name,
    validUntilMs: random.chance(0.4)
      ? startMs + 1000 * random.integer(60, 60 * stepCount)
      : startMs + 90 * 86_400_000,
    locationBans: [
      makeBan({
        id: `ban ${index}`,
        area:
          name === 'circle' ? { type: 'circle', ...home, radiusMeters: 300 } : makeSquare(random),
        approachMeters: random.integer(2, 9) * 100,
      }),
    ],
  })
}

/** One square, written from any of its corners and either way round. */
function makeSquare(random: Random): BanArea {
  const corners = [
    [home.longitude - 0.004, home.latitude - 0.003],
    [home.longitude + 0.004, home.latitude - 0.003],
    [home.longitude + 0.004, home.latitude + 0.003],
    [home.longitude - 0.004, home.latitude + 0.003],
  ] as const
  const first = random.integer(0, 3)
  const turned = [...corners.slice(first), ...corners.slice(0, first)]
  const ring = random.chance(0.5) ? turned : turned.toReversed()
  return { type: 'geometry', geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]!]] } }
}

function walk(random: Random): Fix[] {
  let meters = random.integer(300, 1_500)
  return Array.from({ length: stepCount }, (_, step) => {
    const isElsewhere = random.chance(0.1)
    meters = isElsewhere
      ? random.integer(200, 1_500)
      : Math.max(150, meters + random.integer(-60, 60))
    return makeFix(60 * step, meters, (step % 7) * 2)
  })
}

/** The alerts of these orders as they stand in the end. */
function follow(orders: readonly ProtectionOrder[], fixes: readonly Fix[]): Called[] {
  const engine = makeEngine({ orders })
  const alerts = new Map<string, Called>()
  const note = (effect: Effect): void => {
    if (effect.type === 'alert-raised') {
      const { id, kind, protectionOrderId, priority, occurredAtMs, learnedAtMs } = effect.alert
      if (!kind.startsWith('location-ban')) return
      const called = {
        isCalledAtOnce: priority !== 'P3',
        calledMs: priority === 'P3' ? Infinity : learnedAtMs,
      }
      const told = { orderId: protectionOrderId ?? '', kind, priority, ...called }
      alerts.set(id, { ...told, startMs: occurredAtMs, endMs: Infinity, endLearnedMs: Infinity })
      return
    }
    const known = 'alertId' in effect ? alerts.get(effect.alertId) : undefined
    if (known === undefined) return
    if (effect.type === 'alert-ended') {
      known.endMs = effect.clearedAtMs
      known.endLearnedMs = effect.learnedAtMs
    }
    if (effect.type !== 'alert-revised' || effect.revision.kind !== 'priority') return
    known.priority = effect.revision.priority
    known.calledMs = effect.learnedAtMs
  }
  for (const fix of fixes) {
    for (const effect of advanceTo(engine, fix.recordedAtMs)) note(effect)
    for (const effect of applyFix(engine, fix)) note(effect)
  }
  for (const effect of advanceTo(engine, untilMs)) note(effect)
  return [...alerts.values()]
}
