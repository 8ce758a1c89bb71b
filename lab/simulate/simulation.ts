import type { Vendor } from '../../src/core/model/registry.ts'
import { buildCase, mixSeed } from './cases/case-build.ts'
import type { Simulation, SimulationOptions, VendorOutage } from './cases/case-stream.ts'
import { dayMs } from '../../src/core/model/units.ts'
import { between, createRandom, pick, randomUuid } from '../../src/replay/seeded-random.ts'
import type { Random } from '../../src/replay/seeded-random.ts'
import { generateRegion } from './region/region-generated.ts'
import { regionOfNetwork } from './region/region-of-network.ts'
import { createRouter } from './region/region-route.ts'
import type { World } from './world.ts'

/**
 * A world of labelled cases. Nothing but the options goes in, so the same
 * options give the same world.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  const { seed, days, caseCount, network } = options
  const random = createRandom(mixSeed(seed, 0))
  const region = network === null ? generateRegion(random) : regionOfNetwork(network)
  const endMs = worldStartMs + days * dayMs
  const vendors = ['Zilverband', 'Noorderzicht', 'Waakring'].map((name) => ({
    id: randomUuid(random),
    name: `${name} ${region.name}`,
  }))
  const world: World = {
    seed,
    startMs: worldStartMs,
    endMs,
    days,
    storiesPerCase: options.storiesPerCase ?? Math.max(1, Math.round(days / 15)),
    router: createRouter(region),
    vendors,
    vendorOutages: planOutages(random, vendors, days),
  }
  return {
    name: region.name,
    seed,
    startMs: worldStartMs,
    endMs,
    vendors,
    vendorOutages: world.vendorOutages,
    caseCount,
    buildCase: (index) => buildCase(world, index),
  }
}

/**
 * Midnight in Amsterdam of a Monday; a month from there has a night in which
 * the clock is put forward.
 */
const worldStartMs = Date.UTC(2026, 2, 1, 23)

/** One in the first days, and one more a fortnight. */
function planOutages(random: Random, vendors: readonly Vendor[], days: number): VendorOutage[] {
  const count = Math.max(1, Math.round(days / 15))
  return Array.from({ length: count }, (_, part): VendorOutage => {
    const share = (part + between(random, 0.3, 0.9)) / count
    const startMs = Math.round(worldStartMs + share * days * dayMs)
    const endMs = startMs + Math.round(between(random, 25, 150) * 60_000)
    return { vendorId: pick(random, vendors).id, startMs, endMs }
  })
}
