import { expect, it } from 'vitest'
import {
  advanceTo,
  applyRegistryChange,
  createEngine,
  listAwaited,
  takeSnapshots,
  windowScope,
} from '../../src/core/engine/engine.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { createRandom } from './random.ts'
import type { Random } from './random.ts'
import { bornMs, bringWindows, layAsleep, listDevices, makeStory, take } from './restart-story.ts'
import type { Item, Learned } from './restart-story.ts'
import { runsOr, seedOr } from './seed.ts'

const usualRuns = 30
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('an engine that is started anew in the middle tells what one tells that never stopped', () => {
  let alertCount = 0
  let windowlessCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const { registry, items } = makeStory(random)
    const middle = random.integer(1, items.length - 1)
    const whole = createEngine(defaultLimits)
    for (const change of registry) applyRegistryChange(whole, change, bornMs)
    const learned: Learned[] = registry.map((change) => ({ change, learnedAtMs: bornMs }))
    const store: Fix[] = []
    for (const item of items.slice(0, middle)) {
      take(whole, item, store)
      if (item.type === 'change') learned.push({ change: item.change, learnedAtMs: item.atMs })
    }
    const saved = takeSnapshots(whole)
    const windows = new Map(saved.map(({ scope, state }) => [scope, state]))
    const clockMs = items[middle - 1]?.atMs ?? bornMs
    const after = layAsleep(learned, saved, clockMs)
    const hasWindows = listOffenders(whole).every((id) => windows.has(`${windowScope}${id}`))
    if (!hasWindows) windowlessCount += 1
    const tell = hasWindows ? tellAll : tellAlerts
    const storeAfter = [...store]
    for (const item of [...touchAll(store, clockMs, random), ...items.slice(middle)]) {
      bringWindows(after, listAwaited(after, listDevices(item)), windows)
      const told = tell(take(whole, item, store))
      alertCount += told.length
      expect(tell(take(after, item, storeAfter)), `seed ${seed}`).toEqual(told)
    }
    bringWindows(after, listAwaited(after, null), windows)
    const endMs = items.at(-1)?.atMs ?? clockMs
    for (const minutes of [1, 60, 6_000]) {
      const atMs = endMs + minutes * 60_000
      const told = tell(advanceTo(whole, atMs))
      expect(tell(advanceTo(after, atMs)), `seed ${seed}, the clock`).toEqual(told)
    }
  }
  if (runs < usualRuns) return
  expect(alertCount).toBeGreaterThan(runs * 20)
  expect(windowlessCount).toBeGreaterThan(0)
}, 600_000)

/**
 * At the very moment of the start, before the clock is advanced again, a late fix comes from each
 * offender and his strap is opened: what the clock has ended stays so, and the hour is what it is.
 */
function touchAll(store: readonly Fix[], atMs: number, random: Random): Item[] {
  const deviceIds = [...new Set(store.map(({ deviceId }) => deviceId))].toSorted()
  return deviceIds.flatMap((deviceId): Item[] => {
    if (!deviceId.startsWith('offender')) return []
    const fixes = store.filter((fix) => fix.deviceId === deviceId)
    const before = fixes[random.integer(0, fixes.length - 1)]
    if (before === undefined) return []
    const recordedAtMs = before.recordedAtMs + 1500
    const late = { ...before, recordedAtMs, receivedAtMs: atMs, sequence: null }
    const sent = { recordedAtMs: atMs, receivedAtMs: atMs, batteryFraction: null, sequence: null }
    return [
      { type: 'fix', atMs, fix: late },
      { type: 'event', atMs, event: { deviceId, kind: 'strap-tamper', ...sent } },
    ]
  })
}

function listOffenders({ dossiers }: Engine): string[] {
  return Array.from(dossiers.values(), ({ offenderId }) => offenderId)
}

/** What one moment brings is in no order. */
function tellAll(effects: readonly Effect[]): string[] {
  return effects.map((effect) => JSON.stringify(effect)).toSorted()
}

/**
 * A dossier whose order was amended lately comes without its window. What is late is then judged
 * from stored history, which says of fixes once more whether they are believed, and the evidence of
 * an alert has fewer of those that were not.
 */
function tellAlerts(effects: readonly Effect[]): string[] {
  return tellAll(
    effects
      .filter(({ type }) => type !== 'rejudge-needed' && type !== 'fix-disbelieved')
      .map((effect) =>
        effect.type === 'alert-raised'
          ? { ...effect, alert: { ...effect.alert, evidence: withoutFixes(effect.alert.evidence) } }
          : effect,
      ),
  )
}

function withoutFixes<T extends { readonly fixes: readonly unknown[] }>(evidence: T): T {
  return { ...evidence, fixes: [] }
}
