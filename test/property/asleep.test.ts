import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyRegistryChange,
  createEngine,
  listAwaited,
  restoreSnapshot,
  takeSnapshots,
} from '../../src/core/engine/engine.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { createRandom } from './random.ts'
import { bornMs, bringWindows, layAsleep, listDevices, makeStory, take } from './restart-story.ts'
import type { Learned, Saved } from './restart-story.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 40
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('dossiers that sleep after a restart say to the byte what they would say put together at once', () => {
  let effectCount = 0
  let wokenLateCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const { registry, items } = makeStory(random)
    const before = createEngine(defaultLimits)
    for (const change of registry) applyRegistryChange(before, change, bornMs)
    const learned: Learned[] = registry.map((change) => ({ change, learnedAtMs: bornMs }))
    const store: Fix[] = []
    const middle = random.integer(1, items.length - 1)
    for (const item of items.slice(0, middle)) {
      take(before, item, store)
      if (item.type === 'change') learned.push({ change: item.change, learnedAtMs: item.atMs })
    }
    const saved = takeSnapshots(before)
    const windows = new Map(saved.map(({ scope, state }) => [scope, state]))
    const atOnce = restoreAtOnce(learned, saved)
    const asleep = layAsleep(learned, saved, before.nowMs)
    // The clock may touch these: what comes after belongs to another state.
    const byClock = [...asleep.ceasing.atMs.keys(), ...asleep.beginning.atMs.keys()]
    bringWindows(asleep, byClock.map(nameOffender), windows)
    const awake = layAsleep(learned, saved, before.nowMs)
    bringWindows(awake, listAwaited(awake, null), windows)
    expect(awake.dossiers.hasAsleep()).toBe(false)
    const [storeAsleep, storeAwake] = [[...store], [...store]]
    for (const item of items.slice(middle)) {
      if (asleep.dossiers.hasAsleep()) wokenLateCount += 1
      if (random.chance(0.01)) bringWindows(asleep, listAwaited(asleep, null).slice(0, 1), windows)
      bringWindows(asleep, listAwaited(asleep, listDevices(item)), windows)
      const expected = take(awake, item, storeAwake)
      effectCount += expected.length
      expect(take(asleep, item, storeAsleep), `seed ${seed}`).toEqual(expected)
      // Put together from the registry, the watch is looked through once more: that may tell more.
      const restored = take(atOnce, item, store)
      expect(ofEpisodes(expected), `seed ${seed}`).toEqual(ofEpisodes(restored))
    }
    bringWindows(asleep, listAwaited(asleep, null), windows)
    for (const minutes of [1, 60, 6_000]) {
      const endMs = asleep.nowMs + minutes * 60_000
      const expected = advanceTo(awake, endMs)
      expect(advanceTo(asleep, endMs), `seed ${seed}, the clock`).toEqual(expected)
    }
    expect(sorted(takeSnapshots(asleep)), `seed ${seed}`).toEqual(sorted(takeSnapshots(awake)))
  }
  if (runs < usualRuns) return
  expect(effectCount).toBeGreaterThan(runs * 20)
  // About one a seed, and never none: 293 of 300.
  expect(wokenLateCount).toBeGreaterThan(runs / 2)
}, 600_000)

function restoreAtOnce(learned: readonly Learned[], saved: Saved): Engine {
  const engine = createEngine(defaultLimits)
  for (const { change, learnedAtMs } of learned) applyRegistryChange(engine, change, learnedAtMs)
  for (const { scope, state } of saved) restoreSnapshot(engine, scope, state)
  return engine
}

function ofEpisodes(effects: readonly Effect[]): Effect[] {
  return effects.filter(
    (effect) =>
      effect.type === 'alert-raised' && effect.alert.evidence.facts['episodeKind'] !== undefined,
  )
}

function nameOffender({ offenderId }: { readonly offenderId: string }): string {
  return offenderId
}

function sorted(saved: Saved): Saved {
  return saved.toSorted((one, other) => (one.scope < other.scope ? -1 : 1))
}
