import type { DeviceEvent, Fix, Heard, Outage } from '../../src/core/model/fix.ts'
import { deviceEventKinds } from '../../src/core/model/fix.ts'
import {
  registryChanges,
  type DeviceAssignment,
  type ProtectionOrder,
  type Registry,
  type RegistryChange,
} from '../../src/core/model/registry.ts'
import { makePair, startMs } from '../core/engine-world.ts'
import type { Random } from './random.ts'
import { makeRandomWorld } from './random-world.ts'
import { nameByUuid } from './uuid-names.ts'

/** When everything was registered. */
export const bornMs = startMs - 3_600_000
const offenderCount = 6
const minuteMs = 60_000

/**
 * Six offenders with their victims, some kept from one person together; two vendors that go and
 * come back; clocks that are behind; and, meanwhile, orders that name a victim of somebody else,
 * devices that change hands, and outages of ours. In every second town devices have uuids.
 */
export function makeTown(random: Random): Town {
  const registry: WritableRegistry = {
    vendors: ['vendor-0', 'vendor-1'].map((id) => ({ id, name: id })),
    persons: [],
    devices: [],
    deviceAssignments: [],
    protectionOrders: [],
  }
  const reports: (Fix | DeviceEvent)[] = []
  for (let number = 0; number < offenderCount; number++) {
    const world = makeRandomWorld(random)
    // The first victim of every second case is that of the case before it.
    const isShared = number % 2 === 1 && random.chance(0.5)
    const nameOf = (person: string): string =>
      person === 'victim-0' && isShared ? `case-${number - 1} victim-0` : `case-${number} ${person}`
    for (const person of ['offender', ...world.victims]) {
      if (person === 'victim-0' && isShared) continue
      addPerson(registry, nameOf(person), person, number)
    }
    registry.protectionOrders.push(
      ...world.orders.map((order) => renameOrder(order, nameOf, number)),
    )
    const behindMs = new Map<string, number>()
    for (const report of [...world.fixes, ...world.events]) {
      const [, person = '', device] = /^(.*)-(device(?:-2)?)$/.exec(report.deviceId) ?? []
      if (person === 'victim-0' && isShared) continue
      const deviceId = `${nameOf(person)}-${device}`
      const receivedAtMs = report.recordedAtMs + random.integer(1, 40) * 1_000
      const behind = behindMs.get(deviceId) ?? (random.chance(0.1) ? 45 * minuteMs : 0)
      behindMs.set(deviceId, behind)
      const recordedAtMs = report.recordedAtMs - behind
      reports.push({ ...report, deviceId, recordedAtMs, receivedAtMs })
      if (random.chance(0.02)) reports.push(eventOf(random, { deviceId, receivedAtMs }))
    }
  }
  const endOfReportsMs = reports.reduce((ms, one) => Math.max(ms, one.receivedAtMs), startMs)
  const outages = makeOutages(random, endOfReportsMs)
  const vendorOf = new Map(registry.devices.map(({ id, vendorId }) => [id, vendorId]))
  const isLost = makeLoss(random, outages)
  const items = [
    ...reports
      .filter((report) => !isLost(report.receivedAtMs, vendorOf.get(report.deviceId)))
      .map((report) => asItem(random, report)),
    ...outages.map((outage): Item => ({ type: 'outage', atMs: outage.untilMs, outage })),
    ...makeChanges(random, registry, endOfReportsMs),
  ]
  const town = {
    registry: registryChanges(registry),
    items: items.toSorted((one, other) => one.atMs - other.atMs),
    endMs: endOfReportsMs + 2 * 60 * minuteMs,
  }
  return random.chance(0.5) ? nameDevices(town) : town
}

function nameDevices(town: Town): Town {
  const ids = new Map(
    town.registry.flatMap((change) =>
      change.type === 'device' ? [[change.device.id, nameByUuid(change.device.id)] as const] : [],
    ),
  )
  const rename = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? (ids.get(value) ?? value) : value
  return JSON.parse(JSON.stringify(town), rename) as Town
}

export type Town = {
  readonly registry: readonly RegistryChange[]
  readonly items: readonly Item[]
  /** When the clock stops. */
  readonly endMs: number
}

export type Item =
  | { readonly type: 'fix'; readonly atMs: number; readonly fix: Fix }
  | { readonly type: 'event'; readonly atMs: number; readonly event: DeviceEvent }
  | { readonly type: 'heard'; readonly atMs: number; readonly heard: Heard }
  | { readonly type: 'outage'; readonly atMs: number; readonly outage: Outage }
  | { readonly type: 'change'; readonly atMs: number; readonly change: RegistryChange }

type WritableRegistry = { readonly [Key in keyof Registry]: Registry[Key][number][] }

/** Some are only heard: what they hold waits for its turn, which does not come here. */
function asItem(random: Random, report: Fix | DeviceEvent): Item {
  const { deviceId, receivedAtMs: atMs } = report
  if (random.chance(0.02)) {
    return { type: 'heard', atMs, heard: { deviceId, receivedAtMs: atMs } }
  }
  return 'kind' in report
    ? { type: 'event', atMs, event: report }
    : { type: 'fix', atMs, fix: report }
}

function makeOutages(random: Random, endMs: number): Outage[] {
  if (random.chance(0.4)) return []
  const fromMs = startMs + random.between(0.2, 0.8) * (endMs - startMs)
  return [{ fromMs, untilMs: fromMs + random.integer(2, 12) * minuteMs }]
}

/** Each vendor is away a few times, and back for some minutes in between. */
function makeLoss(random: Random, outages: readonly Outage[]) {
  const gone = ['vendor-0', 'vendor-1'].flatMap((vendorId) => {
    let fromMs = startMs + random.integer(2, 20) * minuteMs
    return Array.from({ length: random.integer(0, 3) }, () => {
      const untilMs = fromMs + random.integer(4, 14) * minuteMs
      const away = { vendorId, fromMs, untilMs }
      fromMs = untilMs + random.integer(1, 6) * minuteMs
      return away
    })
  })
  return (atMs: number, vendorId: string | undefined): boolean =>
    outages.some((outage) => atMs >= outage.fromMs && atMs < outage.untilMs) ||
    gone.some((away) => away.vendorId === vendorId && atMs >= away.fromMs && atMs < away.untilMs)
}

function makeChanges(random: Random, registry: WritableRegistry, endMs: number): Item[] {
  const items: Item[] = []
  const atRandom = (): number =>
    Math.round(startMs + random.between(0.05, 0.95) * (endMs - startMs))
  const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length - 1)]!
  const victims = registry.persons.filter(({ role }) => role === 'victim')
  const amended = new Map<string, ProtectionOrder>()
  const momentsMs = Array.from({ length: random.integer(1, 4) }, atRandom)
  for (const atMs of momentsMs.toSorted((one, other) => one - other)) {
    const first = pick(registry.protectionOrders)
    const order = amended.get(first.id) ?? first
    const version = order.version + 1
    const ban = makePair({ id: `${order.id} of ${version}`, victimId: pick(victims).id })
    const next: ProtectionOrder = random.chance(0.3)
      ? { ...order, version, status: order.status === 'active' ? 'suspended' : 'active' }
      : { ...order, version, proximityBans: [...order.proximityBans.slice(0, 4), ban] }
    amended.set(order.id, next)
    items.push({
      type: 'change',
      atMs,
      change: { type: 'protection-order', protectionOrder: next },
    })
  }
  for (let count = random.integer(1, 3); count > 0; count--) {
    const atMs = atRandom()
    const worn = pick(registry.deviceAssignments)
    const { role } = registry.persons.find(({ id }) => id === worn.personId)!
    const next = pick(registry.persons.filter((person) => person.role === role))
    if (next.id === worn.personId || worn.validUntilMs !== null) continue
    items.push(
      ...[
        { ...worn, validUntilMs: atMs },
        { ...worn, id: `${worn.id} then`, personId: next.id, validFromMs: atMs },
      ].map((deviceAssignment: DeviceAssignment): Item => {
        return { type: 'change', atMs, change: { type: 'device-assignment', deviceAssignment } }
      }),
    )
  }
  return items
}

function addPerson(registry: WritableRegistry, id: string, person: string, number: number): void {
  const role = person === 'offender' ? 'offender' : 'victim'
  registry.persons.push({ id, role, reference: id })
  for (const deviceId of [`${id}-device`, `${id}-device-2`]) {
    registry.devices.push({
      id: deviceId,
      vendorId: `vendor-${number % 2}`,
      serialNumber: deviceId,
      kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
      reportIntervalSeconds: 60,
    })
    registry.deviceAssignments.push({
      id: `assignment of ${deviceId}`,
      deviceId,
      personId: id,
      validFromMs: bornMs,
      validUntilMs: null,
    })
  }
}

function renameOrder(
  order: ProtectionOrder,
  nameOf: (person: string) => string,
  number: number,
): ProtectionOrder {
  const rename = <T extends { readonly id: string }>(item: T): T => ({
    ...item,
    id: `case-${number} ${item.id}`,
  })
  return {
    ...rename(order),
    offenderId: nameOf('offender'),
    locationBans: order.locationBans.map(rename),
    proximityBans: order.proximityBans.map((ban) => ({
      ...rename(ban),
      victimId: nameOf(ban.victimId),
    })),
  }
}

function eventOf(
  random: Random,
  { deviceId, receivedAtMs }: Pick<DeviceEvent, 'deviceId' | 'receivedAtMs'>,
): DeviceEvent {
  const kind = deviceEventKinds[random.integer(0, deviceEventKinds.length - 1)]!
  const batteryFraction = random.chance(0.5) ? random.between(0, 0.3) : null
  return {
    deviceId,
    kind,
    recordedAtMs: receivedAtMs - 2_000,
    receivedAtMs,
    batteryFraction,
    sequence: null,
  }
}
