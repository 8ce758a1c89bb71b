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
  nextDeadlineMs,
  rejudge,
  rejudgeLookbackMs,
  restoreSnapshot,
  windowScope,
} from '../../src/core/engine/engine.ts'
import type { Snapshot } from '../../src/core/engine/engine-snapshots.ts'
import { defaultLimits, type Limits } from '../../src/core/model/limits.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { ProtectionOrder, RegistryChange } from '../../src/core/model/registry.ts'
import { makeBan, place, startMs } from '../core/engine-world.ts'
import { makeRandomWorld } from './random-world.ts'
import type { Random } from './random.ts'

/** When everything was registered. */
export const bornMs = startMs - 3_600_000
const offenderCount = 3

export type Learned = { readonly change: RegistryChange; readonly learnedAtMs: number }
export type Item =
  | { readonly type: 'fix'; readonly atMs: number; readonly fix: Fix }
  | { readonly type: 'event'; readonly atMs: number; readonly event: DeviceEvent }
  | { readonly type: 'change'; readonly atMs: number; readonly change: RegistryChange }

/** Offenders who must stay away from the same people, and orders that change meanwhile. */
export function makeStory(random: Random): {
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

/** As the evaluator does: the clock is advanced only when something is due. */
export function take(engine: Engine, item: Item, store: Fix[]): Effect[] {
  const dueMs = nextDeadlineMs(engine)
  const isDue = dueMs !== null && dueMs <= item.atMs
  const effects = isDue ? advanceTo(engine, item.atMs) : []
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

export type Saved = readonly Snapshot[]

export function layAsleep(
  learned: readonly Learned[],
  saved: Saved,
  nowMs: number,
  limits: Limits = defaultLimits,
): Engine {
  const engine = createEngine(limits)
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

export function bringWindows(
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

export function listDevices(item: Item): string[] {
  if (item.type === 'fix') return [item.fix.deviceId]
  if (item.type === 'event') return [item.event.deviceId]
  const { change } = item
  return change.type === 'protection-order' ? [`${change.protectionOrder.offenderId}-device`] : []
}
