import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyRegistryChange,
  createEngine,
  endLaying,
  layChange,
  laySnapshot,
  listAwaited,
  rejudge,
  rejudgeLookbackMs,
  restoreSnapshot,
  takeSnapshots,
  windowScope,
} from '../../src/core/engine/engine.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { ProtectionOrder, RegistryChange } from '../../src/core/model/registry.ts'
import { makeBan, place, startMs } from '../core/engine-world.ts'
import { makeRandomWorld } from './random-world.ts'
import { createRandom, type Random } from './random.ts'
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
    bringWindows(asleep, Array.from(asleep.deadlinesMs.keys(), nameOffender), windows)
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
  expect(wokenLateCount).toBeGreaterThan(runs)
}, 600_000)

const bornMs = startMs - 3_600_000
const offenderCount = 3

type Learned = { readonly change: RegistryChange; readonly learnedAtMs: number }
type Item =
  | { readonly type: 'fix'; readonly atMs: number; readonly fix: Fix }
  | { readonly type: 'event'; readonly atMs: number; readonly event: DeviceEvent }
  | { readonly type: 'change'; readonly atMs: number; readonly change: RegistryChange }

/** Offenders who must stay away from the same people, and orders that change meanwhile. */
function makeStory(random: Random): {
  readonly registry: readonly RegistryChange[]
  readonly items: readonly Item[]
} {
  const orders: ProtectionOrder[] = []
  const fixes: Fix[] = []
  const events: DeviceEvent[] = []
  for (let number = 0; number < offenderCount; number++) {
    const world = rename(makeRandomWorld(random), number)
    orders.push(...world.orders)
    // The people protected walk one way only.
    const isTaken = ({ deviceId }: { readonly deviceId: string }) =>
      number === 0 || deviceId.startsWith('offender')
    fixes.push(...world.fixes.filter(isTaken))
    events.push(...world.events.filter(isTaken))
  }
  const items: Item[] = [
    ...fixes.map((fix): Item => ({ type: 'fix', atMs: 0, fix })),
    ...events.map((event): Item => ({ type: 'event', atMs: 0, event })),
  ].map((item) => comeIn(item, random))
  const endMs = items.reduce((ms, { atMs }) => Math.max(ms, atMs), startMs)
  const amended = new Map<string, ProtectionOrder>()
  for (let count = random.integer(0, 6); count > 0; count--) {
    const order = orders[random.integer(0, orders.length - 1)]!
    const next = amend(amended.get(order.id) ?? order, random)
    amended.set(order.id, next)
    const atMs = startMs + (endMs - startMs) * (1 - count / 7)
    items.push({
      type: 'change',
      atMs,
      change: { type: 'protection-order', protectionOrder: next },
    })
  }
  return {
    registry: registerAll(orders),
    items: items.toSorted((one, other) => one.atMs - other.atMs),
  }
}

function rename(world: ReturnType<typeof makeRandomWorld>, number: number): typeof world {
  const text = JSON.stringify(world)
    .replaceAll('"offender', `"offender-${number}`)
    .replaceAll(/"(order|ban|pair)-/g, `"$1-${number}-`)
  return JSON.parse(text.replaceAll(`"offender-${number}Id"`, '"offenderId"')) as typeof world
}

function comeIn(item: Item, random: Random): Item {
  if (item.type === 'change') return item
  const report = item.type === 'fix' ? item.fix : item.event
  const receivedAtMs = report.recordedAtMs + random.integer(1, random.chance(0.1) ? 600 : 60) * 1000
  return item.type === 'fix'
    ? { ...item, atMs: receivedAtMs, fix: { ...item.fix, receivedAtMs } }
    : { type: 'event', atMs: receivedAtMs, event: { ...report, receivedAtMs } as DeviceEvent }
}

function amend(order: ProtectionOrder, random: Random): ProtectionOrder {
  const next = { ...order, version: order.version + 1 }
  if (random.chance(0.3)) {
    return { ...next, status: order.status === 'active' ? 'suspended' : 'active' }
  }
  if (random.chance(0.3)) return { ...next, proximityBans: order.proximityBans.slice(1) }
  const middle = place(random.between(-2500, 2500), random.between(-2500, 2500))
  const area = { type: 'circle', ...middle, radiusMeters: random.between(100, 800) } as const
  const [first] = order.locationBans
  const moved = first === undefined ? [] : [{ ...first, area }]
  const added = random.chance(0.5) ? [makeBan({ id: `${order.id}-${next.version}`, area })] : []
  return { ...next, locationBans: [...moved, ...order.locationBans.slice(1), ...added] }
}

function registerAll(orders: readonly ProtectionOrder[]): RegistryChange[] {
  const personIds = new Set<string>()
  for (const { offenderId, proximityBans } of orders) {
    personIds.add(offenderId)
    for (const { victimId } of proximityBans) personIds.add(victimId)
  }
  const changes: RegistryChange[] = [{ type: 'vendor', vendor: { id: 'vendor', name: 'vendor' } }]
  for (const personId of personIds) {
    const role = personId.startsWith('offender') ? 'offender' : 'victim'
    changes.push({ type: 'person', person: { id: personId, role, reference: personId } })
    for (const id of [`${personId}-device`, `${personId}-device-2`]) {
      const kind = role === 'offender' ? 'ankle-monitor' : 'victim-device'
      const device = { id, vendorId: 'vendor', serialNumber: id, kind, reportIntervalSeconds: 30 }
      changes.push({ type: 'device', device } as RegistryChange)
      const deviceAssignment = { id: `worn-${id}`, deviceId: id, personId, validFromMs: 0 }
      changes.push({
        type: 'device-assignment',
        deviceAssignment: { ...deviceAssignment, validUntilMs: null },
      })
    }
  }
  for (const protectionOrder of orders) changes.push({ type: 'protection-order', protectionOrder })
  return changes
}

function take(engine: Engine, item: Item, store: Fix[]): Effect[] {
  const effects = advanceTo(engine, item.atMs)
  if (item.type === 'fix') {
    store.push(item.fix)
    effects.push(...applyFix(engine, item.fix))
  } else if (item.type === 'event') effects.push(...applyDeviceEvent(engine, item.event))
  else effects.push(...applyRegistryChange(engine, item.change, item.atMs))
  return effects.flatMap((effect) => {
    if (effect.type !== 'rejudge-needed') return [effect]
    const fromMs = effect.fromMs - rejudgeLookbackMs(defaultLimits)
    const stretch = store.filter(({ recordedAtMs }) => recordedAtMs >= fromMs)
    return [effect, ...rejudge(engine, effect.offenderId, stretch, effect.fromMs, item.atMs)]
  })
}

type Saved = ReturnType<typeof takeSnapshots>

function restoreAtOnce(learned: readonly Learned[], saved: Saved): Engine {
  const engine = createEngine(defaultLimits)
  for (const { change, learnedAtMs } of learned) applyRegistryChange(engine, change, learnedAtMs)
  for (const { scope, state } of saved) restoreSnapshot(engine, scope, state)
  return engine
}

function layAsleep(learned: readonly Learned[], saved: Saved, nowMs: number): Engine {
  const engine = createEngine(defaultLimits)
  for (const { change, learnedAtMs } of learned) layChange(engine, change, learnedAtMs)
  const goingOn = saved
    .filter(({ scope }) => !scope.startsWith(windowScope))
    .map(({ scope, state }) => laySnapshot(engine, scope, state))
  endLaying(
    engine,
    goingOn.filter((offenderId) => offenderId !== null),
    nowMs,
  )
  return engine
}

function bringWindows(
  engine: Engine,
  offenderIds: readonly string[],
  windows: ReadonlyMap<string, string>,
): void {
  for (const offenderId of offenderIds) {
    engine.dossiers.get(offenderId)
    const scope = `${windowScope}${offenderId}`
    const state = windows.get(scope)
    if (state !== undefined) restoreSnapshot(engine, scope, state)
  }
}

function listDevices(item: Item): string[] {
  if (item.type === 'fix') return [item.fix.deviceId]
  if (item.type === 'event') return [item.event.deviceId]
  const { change } = item
  return change.type === 'protection-order' ? [`${change.protectionOrder.offenderId}-device`] : []
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
