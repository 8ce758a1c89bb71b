import { describe, expect, it } from 'vitest'
import { refold } from '../../src/core/dossier/dossier.ts'
import { snapshotDossier, snapshotWindow } from '../../src/core/dossier/dossier-snapshot.ts'
import type { Dossier } from '../../src/core/dossier/dossier-state.ts'
import {
  advanceTo,
  applyFix,
  applyRegistryChange,
  createEngine,
} from '../../src/core/engine/engine.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { createWorkload, fixesOf } from '../bench/goals/workload.ts'
import { orderOf, registryOf } from '../bench/goals/workload-registry.ts'
import { createRandom, type Random } from './random.ts'
import { runsOr, seedOr } from './seed.ts'

const startMs = 1_795_435_200_000

/** Ended, begun anew, suspended, resumed, narrowed, widened, moved, or the same once more. */
function amend(random: Random, order: ProtectionOrder, atMs: number): ProtectionOrder {
  const version = order.version + 1
  const kind = random.integer(0, 7)
  const [ban, ...others] = order.locationBans
  if (kind === 0) return { ...order, version, validUntilMs: atMs + 20_000 }
  if (kind === 1) return { ...order, version, validUntilMs: atMs + 400 * 86_400_000 }
  if (kind === 2) return { ...order, version, status: 'suspended' }
  if (kind === 3) return { ...order, version, status: 'active' }
  if (kind === 4) return { ...order, version, validFromMs: atMs + 15_000 * random.integer(0, 2) }
  if (kind === 5 && ban !== undefined) {
    const approachMeters = 100 * random.integer(0, 19)
    return { ...order, version, locationBans: [{ ...ban, approachMeters }, ...others] }
  }
  if (kind === 6) {
    const separationMeters = 100 + random.integer(0, 1499)
    const proximityBans = order.proximityBans.map((one) => ({ ...one, separationMeters }))
    return { ...order, version, proximityBans }
  }
  return { ...order, version }
}

/** The last fix at hand, and what is at hand before it up to a checkpoint, once more. */
function readAgain(dossier: Dossier, atMs: number): readonly unknown[] {
  const place = Math.max(0, dossier.window.count - 1)
  return refold(dossier, place, { learnedAtMs: atMs, nowMs: atMs })
}

describe('amendments that no fix comes out otherwise by', () => {
  const seed = seedOr(20_261_128)
  const runs = runsOr(8)

  it(`what stands after one is what reading the last fixes again finds (seed ${seed})`, () => {
    const seen = { amended: 0, told: 0, compared: 0 }
    for (let run = 0; run < runs; run++) {
      const random = createRandom(seed + run)
      const options = { seed: seed + run, offenderCount: 12, intervalMs: 10_000, startMs }
      const workload = createWorkload(options)
      const engine = createEngine(defaultLimits, run % 3 === 0 ? 'off' : 'on')
      for (const change of registryOf(workload)) applyRegistryChange(engine, change, startMs - 1)
      const orders = Array.from(workload.orders, (_, offender) => orderOf(workload, offender))
      for (let round = 0; round < 50; round++) {
        for (const fix of fixesOf(workload, workload.nextRound())) {
          applyFix(engine, fix)
          if (random.integer(0, 11) > 0) continue
          const offender = random.integer(0, orders.length - 1)
          const atMs = fix.receivedAtMs
          advanceTo(engine, atMs)
          const protectionOrder = amend(random, orders[offender]!, atMs)
          orders[offender] = protectionOrder
          const change = { type: 'protection-order', protectionOrder } as const
          seen.amended += 1
          seen.told += applyRegistryChange(engine, change, atMs).length
          const dossier = engine.dossiers.get(protectionOrder.offenderId)!
          const before = describeDossier(dossier, atMs)
          expect(readAgain(dossier, atMs)).toEqual([])
          expect(describeDossier(dossier, atMs)).toEqual(before)
          seen.compared += 1
        }
      }
    }
    process.stdout.write(`amended: seed ${seed}, ${JSON.stringify(seen)}\n`)
    expect(seen.compared).toBeGreaterThan(20 * runs)
    expect(seen.told).toBeGreaterThan(runs)
  })
})

/**
 * What the fold knows. What was found since the last checkpoint is numbered anew where it is found
 * again, and so it is by an amendment that reads again.
 */
function describeDossier(dossier: Dossier, atMs: number): string {
  const { reported: _, ...known } = snapshotDossier(dossier, atMs)
  const numbers = /"(id|episodeId|nextEpisodeId)":-?\d+|"episodeIds":\[[^\]]*\]/g
  return JSON.stringify([known, snapshotWindow(dossier)]).replaceAll(numbers, '')
}
