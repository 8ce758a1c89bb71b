import { describe, expect, it } from 'vitest'
import { findOwners } from './find-owners.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyRegistryChange,
  createEngine,
  rejudge,
  rejudgeLookbackMs,
} from '../../src/core/engine/engine.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import { deviceEventKinds } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import {
  registryChanges,
  type ProtectionOrder,
  type Registry,
} from '../../src/core/model/registry.ts'
import { startMs } from '../core/engine-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { makeRandomWorld } from './random-world.ts'
import { runsOr, seedOr } from './seed.ts'

const runs = runsOr(3)
const firstSeed = seedOr(1)
const quietMs = startMs + 20_000_000
const stepMs = 60_000

describe('shards of offenders', () => {
  it('one, two and four shards find the same, input by input', () => {
    const kindsFound = new Set<string>()
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const town = makeTown(createRandom(seed))
      const whole = play(town, 1)
      for (const { effects } of whole) for (const each of effects) kindsFound.add(kindOf(each))
      for (const shardCount of [2, 4]) {
        const parted = play(town, shardCount)
        const steps = whole.map(({ name, effects }, index) => [
          { name, effects: asSet(effects) },
          { name, effects: asSet(parted[index]?.effects ?? []) },
        ])
        for (const [one, other] of steps) expect(other, `seed ${seed}, ${shardCount}`).toEqual(one)
      }
    }
    for (const kind of ['location-ban-breach', 'proximity-breach', 'device-silent', 'panic'])
      expect([...kindsFound]).toContain(kind)
  }, 900_000)

  it('two offenders who are kept from one person are of one shard, and so are chains of them', () => {
    const owners = findOwners([
      { offenderId: 'a', victimIds: ['x', 'y'] },
      { offenderId: 'b', victimIds: ['z'] },
      { offenderId: 'c', victimIds: ['y'] },
      { offenderId: 'd', victimIds: ['z', 'w'] },
      { offenderId: 'e', victimIds: [] },
    ])
    expect(Object.fromEntries(owners)).toEqual({ a: 'a', b: 'b', c: 'a', d: 'b', e: 'e' })
  })
})

type Report = Fix | DeviceEvent
type Town = { readonly registry: Registry; readonly reports: readonly Report[] }
type Step = { readonly name: string; readonly effects: readonly Effect[] }

/** Six offenders with their victims; some are kept from one person together. */
function makeTown(random: Random): Town {
  const registry: { -readonly [Key in keyof Registry]: Registry[Key][number][] } = {
    vendors: [],
    persons: [],
    devices: [],
    deviceAssignments: [],
    protectionOrders: [],
  }
  const reports: Report[] = []
  for (let number = 0; number < 6; number++) {
    const world = makeRandomWorld(random)
    // The first victim of every second case is that of the case before it.
    const isShared = number % 2 === 1 && random.chance(0.7)
    const nameOf = (person: string): string =>
      person === 'victim-0' && isShared ? `case-${number - 1} victim-0` : `case-${number} ${person}`
    registry.vendors.push({ id: `vendor-${number}`, name: `vendor-${number}` })
    for (const person of ['offender', ...world.victims]) {
      if (person === 'victim-0' && isShared) continue
      addPerson(registry, nameOf(person), person, number)
    }
    registry.protectionOrders.push(
      ...world.orders.map((order) => renameOrder(order, nameOf, number)),
    )
    for (const report of [...world.fixes, ...world.events]) {
      const [, person = '', device] = /^(.*)-(device(?:-2)?)$/.exec(report.deviceId) ?? []
      if (person === 'victim-0' && isShared) continue
      const deviceId = `${nameOf(person)}-${device}`
      const receivedAtMs = report.recordedAtMs + random.integer(1, 40) * 1_000
      reports.push({ ...report, deviceId, receivedAtMs })
      if (random.chance(0.02)) reports.push(eventOf(random, { deviceId, receivedAtMs }))
    }
  }
  return { registry, reports: reports.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs) }
}

function addPerson(
  registry: { readonly [Key in keyof Registry]: Registry[Key][number][] },
  id: string,
  person: string,
  number: number,
): void {
  const role = person === 'offender' ? 'offender' : 'victim'
  registry.persons.push({ id, role, reference: id })
  for (const deviceId of [`${id}-device`, `${id}-device-2`]) {
    registry.devices.push({
      id: deviceId,
      vendorId: `vendor-${number}`,
      serialNumber: deviceId,
      kind: role === 'offender' ? 'ankle-monitor' : 'victim-device',
      reportIntervalSeconds: 60,
    })
    registry.deviceAssignments.push({
      id: `assignment of ${deviceId}`,
      deviceId,
      personId: id,
      validFromMs: startMs - 3_600_000,
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

/**
 * Through as many engines, each with the orders of its own offenders: a report goes to every one
 * that binds its wearer.
 */
function play({ registry, reports }: Town, shardCount: number): Step[] {
  const shards = makeShards(registry, shardCount)
  const steps: Step[] = []
  const stored: Fix[] = []
  const inEach = (
    name: string,
    engines: readonly Shard[],
    work: (engine: Engine) => readonly Effect[],
  ): void => {
    steps.push({ name, effects: engines.flatMap(({ engine }) => work(engine)) })
  }
  let clockMs = startMs - 3_600_000
  const passUntil = (untilMs: number): void => {
    for (; clockMs <= untilMs; clockMs += stepMs) {
      const nowMs = clockMs
      inEach(`at ${nowMs}`, shards, (engine) => advanceTo(engine, nowMs))
    }
  }
  clockMs = startMs
  for (const [index, report] of reports.entries()) {
    passUntil(report.receivedAtMs)
    if (!('kind' in report)) stored.push(report)
    const wearer = report.deviceId.replace(/-device(-2)?$/, '')
    const binding = shards.filter(({ boundIds }) => boundIds.has(wearer))
    inEach(`report ${index}`, binding, (engine) => judge(engine, report, stored))
  }
  passUntil(Math.min(quietMs, clockMs + 3 * 3_600_000))
  return steps
}

type Shard = { readonly engine: Engine; readonly boundIds: ReadonlySet<string> }

function makeShards({ protectionOrders, ...people }: Registry, shardCount: number): Shard[] {
  const owners = findOwners(
    protectionOrders.map(({ offenderId, proximityBans }) => ({
      offenderId,
      victimIds: proximityBans.map(({ victimId }) => victimId),
    })),
  )
  const groups = [...new Set(owners.values())].toSorted()
  return Array.from({ length: shardCount }, (_, shard) => {
    const engine = createEngine({ ...defaultLimits, vendorSilentDeviceCountMin })
    const own = protectionOrders.filter(
      ({ offenderId }) => groups.indexOf(owners.get(offenderId) ?? '') % shardCount === shard,
    )
    for (const change of registryChanges({ ...people, protectionOrders: own })) {
      applyRegistryChange(engine, change, startMs - 3_600_000)
    }
    const boundIds = own.flatMap(({ offenderId, proximityBans }) => [
      offenderId,
      ...proximityBans.map(({ victimId }) => victimId),
    ])
    return { engine, boundIds: new Set(boundIds) }
  })
}

/** A vendor that is silent as a whole is of no shard: its devices are of people in all of them. */
const vendorSilentDeviceCountMin = 1_000

function judge(engine: Engine, report: Report, stored: readonly Fix[]): Effect[] {
  const effects = 'kind' in report ? applyDeviceEvent(engine, report) : applyFix(engine, report)
  return effects.flatMap((effect) => {
    if (effect.type !== 'rejudge-needed') return [effect]
    const fromMs = effect.fromMs - rejudgeLookbackMs(defaultLimits)
    const stretch = stored.filter((fix) => fix.recordedAtMs >= fromMs)
    return rejudge(engine, effect.offenderId, stretch, effect.fromMs, report.receivedAtMs)
  })
}

function kindOf(effect: Effect): string {
  return effect.type === 'alert-raised' ? effect.alert.kind : effect.type
}

function asSet(effects: readonly Effect[]): string[] {
  return effects.map((effect) => JSON.stringify(effect)).toSorted()
}
