import { expect, it } from 'vitest'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyOutage,
  applyRegistryChange,
  rejudge,
  rejudgeLookbackMs,
  setClockBack,
  situationOf,
  takeSnapshots,
} from '../../src/core/engine/engine.ts'
import type { Effect } from '../../src/core/model/alert.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { ProtectionOrder } from '../../src/core/model/registry.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { judgeProtection } from '../../src/core/protection/judge-protection.ts'
import { listLatestSightings } from '../../src/core/protection/list-latest-sightings.ts'
import { listWantedIntervals } from '../../src/core/protection/list-wanted-intervals.ts'
import { dossierRow } from '../../src/core/quiet/quiet-rows.ts'
import { countWaiting } from '../../src/core/quiet/trail.ts'
import { home, makeEngine, makeFix, startMs } from '../core/engine-world.ts'
import { amendOrder } from './amend-order.ts'
import { makeRandomWorld } from './random-world.ts'
import type { Random } from './random.ts'
import { createRandom } from './random.ts'
import { isOwnSeed, runsOr, seedOr } from './seed.ts'
import { nameByUuid } from './uuid-names.ts'

const usualRuns = 80
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)

it('a fix that is taken as quiet has the effects and the snapshots of one that is judged', () => {
  const { fixCount, quietCount, judgedLaterCount } = playAll(0.01, runs)
  if (runs < usualRuns) return
  // Worth the name, and far from all of them.
  expect(quietCount).toBeGreaterThan(fixCount / 10)
  expect(quietCount).toBeLessThan(fixCount)
  expect(judgedLaterCount).toBeGreaterThan(quietCount / 10)
}, 600_000)

it('so has one that comes right after a change of the orders', () => {
  const { fixCount, quietAfterCount } = playAll(0.05, Math.ceil(runs / 2))
  if (runs < usualRuns || !isOwnSeed()) return
  expect(quietAfterCount).toBeGreaterThan(fixCount / 500)
}, 600_000)

/** Each world three times: judged at once, taken as quiet, and taken so and checked. */
function playAll(amendChance: number, runCount: number): Counted & { readonly fixCount: number } {
  const counted = { quietCount: 0, judgedLaterCount: 0, quietAfterCount: 0, fixCount: 0 }
  for (let seed = firstSeed; seed < firstSeed + runCount; seed++) {
    const told = (['off', 'on', 'checked'] as const).map((quietMode) => {
      const played = makeEngineOf(seed, quietMode)
      const lines = play(createRandom(seed + 1_000_000), played, amendChance)
      if (quietMode !== 'on') return lines
      counted.quietCount += played.quietCount
      counted.judgedLaterCount += played.judgedLaterCount
      counted.quietAfterCount += played.quietAfterCount
      counted.fixCount += played.uploads.length
      return lines
    })
    const [judged, ...others] = told
    for (const lines of others) expect(lines, `seed ${seed}`).toEqual(judged)
  }
  return counted
}

type Upload = Fix | DeviceEvent
type Played = Counted & { readonly engine: Engine; readonly uploads: readonly Upload[] }

/** Taken by numbers alone; of those, while something went on; and right after a change. */
type Counted = { quietCount: number; judgedLaterCount: number; quietAfterCount: number }

/** One world for a seed, in most of which people are mostly far from what is forbidden. */
function makeEngineOf(seed: number, quietMode: 'off' | 'on' | 'checked'): Played {
  const random = createRandom(seed)
  const world = makeRandomWorld(random)
  const limits = { caseWindowFixCount: random.chance(0.5) ? 48 : 128 }
  const isAmid = random.chance(0.4)
  const isAway = isAmid || random.chance(0.7)
  const people = ['offender', ...world.victims]
  const fixes = isAway ? makeCalmTracks(random, people, isAmid) : world.fixes
  const orders = isAmid ? world.orders.map((order) => widen(random, order)) : world.orders
  const events = isAway && random.chance(0.7) ? [] : world.events
  const nameDevice = seed % 2 === 0 ? nameByUuid : (name: string) => name
  const delayMs = random.chance(0.8)
    ? random.between(0, isAmid ? 500 : 20_000)
    : random.between(0, 90_000)
  const uploads = [...fixes, ...events]
    .map((one) => ({ one, at: one.recordedAtMs + random.between(0, delayMs) }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ one, at }) => ({
      ...one,
      deviceId: nameDevice(one.deviceId),
      receivedAtMs: Math.max(at, one.receivedAtMs),
    }))
  const engine = makeEngine({ ...world, nameDevice, orders, limits, quietMode })
  return { engine, uploads, quietCount: 0, judgedLaterCount: 0, quietAfterCount: 0 }
}

/** Large areas, and wide bands about small separations: something goes on for long. */
function widen(random: Random, order: ProtectionOrder): ProtectionOrder {
  return {
    ...order,
    locationBans: order.locationBans.map((ban) => ({
      ...ban,
      area: { type: 'circle', ...home, radiusMeters: random.between(300, 2_500) },
      schedule: random.chance(0.8) ? null : ban.schedule,
    })),
    proximityBans: order.proximityBans.map((ban) => ({
      ...ban,
      separationMeters: random.between(30, 200),
      approachMeters: random.between(1_000, 5_000),
    })),
  }
}

/**
 * Everybody on a way of their own, mostly far from all that is forbidden or, amid it, for long
 * about one place, by devices that report well and now and then do not.
 */
function makeCalmTracks(random: Random, people: readonly string[], isAmid: boolean): Fix[] {
  const [rangeMeters, speedMax] = isAmid ? [2_000, 2] : [30_000, 30]
  return people.flatMap((person) => {
    let east = random.between(-rangeMeters, rangeMeters)
    let north = random.between(-rangeMeters, rangeMeters)
    let heading = random.between(0, 6)
    let seconds = random.integer(0, 30)
    let speed = random.between(0, 3)
    return Array.from({ length: 150 }, (_, sequence): Fix => {
      const passed = random.chance(0.03) ? random.integer(40, 900) : random.integer(9, 11)
      seconds += passed
      if (random.chance(0.05)) speed = random.chance(0.5) ? 0 : random.between(0, speedMax)
      // Some turn home, where the bans and the others are.
      heading = random.chance(0.03) ? Math.atan2(-east, -north) : heading + random.normal() * 0.1
      east += Math.sin(heading) * speed * passed
      north += Math.cos(heading) * speed * passed
      const noise = speed === 0 && random.chance(0.5) ? 0 : 4
      return {
        ...makeFix(seconds, east + random.normal() * noise, north + random.normal() * noise),
        deviceId: `${person}-device`,
        receivedAtMs: startMs + seconds * 1000,
        accuracyMeters: random.between(4, 30),
        speedMetersPerSecond: random.chance(0.7) ? speed : null,
        source: 'gnss',
        satellites: random.chance(0.7) ? random.integer(5, 12) : null,
        batteryFraction: random.chance(0.5) ? random.between(0.15, 1) : null,
        sequence,
        ...(isAmid && random.chance(0.8) ? {} : spoil(random, person)),
      }
    })
  })
}

function spoil(random: Random, person: string): Partial<Fix> {
  if (random.chance(0.96)) return {}
  const faults: readonly Partial<Fix>[] = [
    { accuracyMeters: null },
    { accuracyMeters: 700 },
    { satellites: 0 },
    { longitude: 0, latitude: 0 },
    { longitude: 5.1, latitude: 52.4 },
    { longitude: 52.1, latitude: 5.1 },
    { deviceId: `${person}-device-2` },
    { recordedAtMs: startMs + random.integer(0, 1_500) * 1000 },
    { receivedAtMs: startMs },
  ]
  return faults[random.integer(0, faults.length - 1)] ?? {}
}

/** All that comes of it, with what else happens: the clock, snapshots, amendments, questions. */
function play(random: Random, played: Played, amendChance: number): string[] {
  const { engine, uploads } = played
  const lines: string[] = []
  const store: Upload[] = []
  const note = (effects: unknown): void => void lines.push(JSON.stringify(effects))
  for (const upload of uploads) {
    const nowMs = upload.receivedAtMs
    if (random.chance(0.4)) note(advanceTo(engine, nowMs))
    if (random.chance(0.02)) note(takeSnapshots(engine))
    const isAmended = random.chance(amendChance)
    if (isAmended) note(amend(random, engine, nowMs))
    if (random.chance(0.001)) note(exchange(random, engine, nowMs))
    if (random.chance(0.002)) applyOutage(engine, { fromMs: nowMs - 60_000, untilMs: nowMs })
    if (random.chance(0.001)) setClockBack(engine, nowMs - 5_000)
    if (random.chance(0.01)) note(plan(random, engine, upload.deviceId, nowMs))
    if (random.chance(0.02)) note(situationOf(engine, 'offender').whereabouts)
    if (random.chance(0.1)) note(tellStanding(engine, nowMs))
    const before = countAllWaiting(engine)
    const judgedBefore = countJudgedLater(engine)
    store.push(upload)
    note(settle(engine, upload, store))
    if (countAllWaiting(engine) > before) played.quietCount++
    if (countAllWaiting(engine) > before && isAmended) played.quietAfterCount++
    if (countJudgedLater(engine) > judgedBefore) played.judgedLaterCount++
  }
  note(advanceTo(engine, startMs + 20_000_000))
  note(takeSnapshots(engine))
  return lines
}

/** What is asked of everybody each second: by numbers where they say it, else by the state. */
function tellStanding(engine: Engine, nowMs: number): unknown {
  const orderIds = [...engine.index.protectionOrders.keys()]
  return [
    orderIds.map((orderId) => judgeProtection(engine, orderId, nowMs)),
    listLatestSightings(engine, nowMs),
    [...listWantedIntervals(engine)],
  ]
}

function countAllWaiting({ dossiers }: Engine): number {
  return [...dossiers.values()].reduce((sum, { trail }) => sum + countWaiting(trail), 0)
}

function countJudgedLater({ dossiers }: Engine): number {
  let count = 0
  for (const { trail } of dossiers.values()) {
    const bits = trail.quiet.slab.numbers[trail.at + dossierRow.judgedBits] ?? 0
    count += bits.toString(2).replaceAll('0', '').length
  }
  return count
}

/** An order is changed, or there is one more. */
function amend(random: Random, engine: Engine, nowMs: number): Effect[] {
  const orders = [...engine.index.protectionOrders.values()]
  const order = orders[random.integer(0, orders.length - 1)]
  if (order === undefined) return []
  const people = [...engine.index.persons.values()]
  const victimIds = people.filter(({ role }) => role === 'victim').map(({ id }) => id)
  const amended = amendOrder(random, order, { victimIds, atMs: nowMs })
  const isNew = random.chance(0.05)
  const protectionOrder = isNew ? { ...amended, id: `order-of-${nowMs}`, version: 1 } : amended
  return applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, nowMs)
}

/** Somebody is given the device of somebody else, for a while. */
function exchange(random: Random, engine: Engine, nowMs: number): Effect[] {
  const persons = [...engine.index.persons.keys()]
  const personId = persons[random.integer(0, persons.length - 1)] ?? 'offender'
  const deviceIds = [...engine.index.devices.keys()]
  const deviceId = deviceIds[random.integer(0, deviceIds.length - 1)] ?? ''
  const id = `exchange-${deviceId}-${nowMs}`
  const until = { validFromMs: nowMs, validUntilMs: nowMs + random.integer(10, 300) * 1_000 }
  const deviceAssignment = { id, deviceId, personId, ...until }
  return applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, nowMs)
}

/** A device gets another plan. */
function plan(random: Random, engine: Engine, deviceId: string, nowMs: number): Effect[] {
  const device = engine.index.devices.get(deviceId)
  if (device === undefined) return []
  const reportIntervalSeconds = random.integer(10, 600)
  const change = { type: 'device', device: { ...device, reportIntervalSeconds } } as const
  return applyRegistryChange(engine, change, nowMs)
}

function settle(engine: Engine, given: Upload, store: readonly Upload[]): Effect[] {
  const effects = 'kind' in given ? applyDeviceEvent(engine, given) : applyFix(engine, given)
  return effects.flatMap((effect) => {
    if (effect.type !== 'rejudge-needed') return [effect]
    const fromMs = effect.fromMs - rejudgeLookbackMs(defaultLimits)
    const stretchOf = store.filter(
      (stored): stored is Fix => !('kind' in stored) && stored.recordedAtMs >= fromMs,
    )
    return rejudge(engine, effect.offenderId, stretchOf, effect.fromMs, given.receivedAtMs)
  })
}
