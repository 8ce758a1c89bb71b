import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyRegistryChange,
  createEngine,
  isDueLeft,
  takeSnapshots,
} from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import type { Snapshot } from '../../src/core/engine/engine-snapshots.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { layBackDue } from '../../src/core/watch/due-items.ts'
import { createRandom, type Random } from './random.ts'
import { bornMs, listDevices, makeStory, take, type Item } from './restart-story.ts'
import { runsOr, seedOr } from './seed.ts'

const runs = runsOr(3)
const firstSeed = seedOr(1)

it('what falls due in one moment and is judged piece by piece says what it says at once', () => {
  let pieceCount = 0
  let effectCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const { registry, items } = makeStory(random)
    const [atOnce, inPieces] = [createEngine(defaultLimits), createEngine(defaultLimits)]
    for (const change of registry) {
      applyRegistryChange(atOnce, change, bornMs)
      applyRegistryChange(inPieces, change, bornMs)
    }
    // Now and then nothing comes for an hour: then much is due.
    let pausedMs = 0
    const [storeAtOnce, storeInPieces]: Fix[][] = [[], []]
    for (const item of items) {
      if (random.chance(0.02)) pausedMs += 3_600_000
      const later = delay(item, pausedMs)
      const expected = take(atOnce, later, storeAtOnce!)
      effectCount += expected.length
      const found = advanceInPieces(inPieces, later, random)
      pieceCount += found.pieceCount
      found.effects.push(...take(inPieces, later, storeInPieces!))
      expect(inSomeOrder(found.effects), `seed ${seed}`).toEqual(inSomeOrder(expected))
    }
    expect(inSomeOrder(saved(inPieces)), `seed ${seed}`).toEqual(inSomeOrder(saved(atOnce)))
  }
  expect(pieceCount).toBeGreaterThan(runs)
  expect(effectCount).toBeGreaterThan(runs * 20)
}, 900_000)

function delay(item: Item, ms: number): Item {
  const atMs = item.atMs + ms
  if (item.type === 'fix') return { ...item, atMs, fix: { ...item.fix, receivedAtMs: atMs } }
  if (item.type === 'change') return { ...item, atMs }
  return { ...item, atMs, event: { ...item.event, receivedAtMs: atMs } }
}

/** First of whoever is in the next item, then some of the others, until all of them were. */
function advanceInPieces(
  engine: Engine,
  item: Item,
  random: Random,
): { readonly effects: Effect[]; readonly pieceCount: number } {
  const bound = { wholeMax: 0, countMax: 0, isEveryDevice: random.chance(0.1) }
  const deviceIds = [...listDevices(item)]
  const effects = advanceTo(engine, item.atMs, { ...bound, deviceIds })
  let pieceCount = 0
  for (; isDueLeft(engine); pieceCount += 1) {
    const countMax = random.integer(1, 3)
    effects.push(...advanceTo(engine, item.atMs, { ...bound, countMax, deviceIds: [] }))
    // As a snapshot does.
    if (random.chance(0.1)) layBackDue(engine.watch)
  }
  return { effects, pieceCount }
}

function saved(engine: Engine): Snapshot[] {
  return takeSnapshots(engine).filter(({ scope }) => !scope.startsWith('incidents:'))
}

/** What one moment brings is in no order, and an incident is named by the first alert of it. */
function inSomeOrder(items: readonly unknown[]): string[] {
  const isNamed = (key: string): boolean => key === 'incidentId'
  return items
    .map((item) => JSON.stringify(item, (key, value: unknown) => (isNamed(key) ? null : value)))
    .toSorted()
}
