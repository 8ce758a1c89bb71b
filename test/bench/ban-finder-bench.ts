import RBush from 'rbush'
import { destination } from '../../geo/distance.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import { applyFix, applyRegistryChange, createEngine } from '../../src/core/engine/engine.ts'
import type { Fix } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { LocationBan, ProtectionOrder, ProximityBan } from '../../src/core/model/registry.ts'
import { refreshBanFinder } from '../../src/core/rules/ban-finder.ts'
import { makeBan, makeFix, makeOrder, makePair, place, startMs } from '../core/engine-world.ts'
import { createRandom } from '../property/random.ts'
import { line, section } from './report.ts'

/**
 * How many bans of one offender pay for a tree: CPU time of a whole fix of somebody near none of
 * them, each ban looked at against the tree. So many offenders that a person's bans have left the
 * caches before the next fix.
 */
export function benchBanFinder(): void {
  section('Bans of one offender: nanoseconds of CPU per fix, each looked at, and by the tree')
  for (const banCount of [1, 2, 4, 8, 16, 64, 256]) {
    const worlds = [Infinity, 0].map((walkedCountMax) => makeBanWorld(banCount, walkedCountMax))
    const [walkNs, treeNs] = measure(worlds)
    line(`${String(banCount).padStart(4)} bans   walk ${cell(walkNs)}   tree ${cell(treeNs)}`)
  }
  section('Victims of one offender: nanoseconds of CPU per fix of anybody, far from each other')
  for (const pairCount of [1, 4, 16, 64, 256]) {
    const [ns] = measure([makePairWorld(pairCount)])
    const upkeepNs = measureUpkeep(pairCount)
    line(
      `${String(pairCount).padStart(4)} victims   walk, per fix ${cell(ns)}   to keep a tree of them current, per fix ${cell(upkeepNs)}`,
    )
  }
}

type World = { readonly engine: Engine; readonly fixesOf: (round: number) => readonly Fix[] }

const banTotal = 20_000

function cell(ns: number | undefined): string {
  return `${Math.round(ns ?? Number.NaN)
    .toLocaleString('en')
    .padStart(7)} ns`
}

/** The least of several rounds of each in turn: what else the machine does only adds. */
function measure(worlds: readonly World[]): number[] {
  const least = worlds.map(() => Infinity)
  for (let round = 0; round < 12; round++) {
    for (const [at, { engine, fixesOf }] of worlds.entries()) {
      const fixes = fixesOf(round)
      const startedAt = process.cpuUsage()
      for (const fix of fixes) applyFix(engine, fix)
      const { user } = process.cpuUsage(startedAt)
      // The first rounds are warm-up.
      if (round > 2) least[at] = Math.min(least[at] ?? Infinity, (user * 1000) / fixes.length)
    }
  }
  return least
}

function makeBanWorld(banCount: number, walkedCountMax: number): World {
  const random = createRandom(banCount)
  const engine = createEngine(defaultLimits)
  const people = Math.ceil(banTotal / Math.max(banCount, 4))
  const homes = Array.from({ length: people }, (_, person) => {
    const home = place(random.between(-80_000, 80_000), random.between(-80_000, 80_000))
    const bans = Array.from({ length: banCount }, (_unused, at): LocationBan => {
      const bearing = random.between(0, 360)
      const away = random.between(3_000, 15_000)
      const middle = destination(home.longitude, home.latitude, bearing, away)
      const area = { type: 'circle', ...middle, radiusMeters: 300 } as const
      return makeBan({ id: `ban-${person}-${at}`, area })
    })
    for (let first = 0; first < bans.length; first += 100) {
      const locationBans = bans.slice(first, first + 100)
      register(engine, `p-${person}`, { id: `order-${person}-${first}`, locationBans })
    }
    return home
  })
  for (const { context } of engine.dossiers.values()) {
    context.banFinder.tree = null
    refreshBanFinder(context.banFinder, context.banRules, walkedCountMax)
  }
  const fixesOf = (round: number) =>
    homes.map((home, person) => ({ ...fixAt(round, `p-${person}`), ...home }))
  return { engine, fixesOf }
}

function makePairWorld(pairCount: number): World {
  const engine = createEngine(defaultLimits)
  const people = Math.ceil(2_000 / pairCount)
  const deviceIds: string[] = []
  for (let person = 0; person < people; person++) {
    const victimIds = Array.from({ length: pairCount }, (_, at) => `v-${person}-${at}`)
    const pairs = victimIds.map((victimId): ProximityBan =>
      makePair({ id: `pair-${victimId}`, victimId }),
    )
    for (const victimId of victimIds) registerPerson(engine, victimId, 'victim')
    for (let first = 0; first < pairs.length; first += 100) {
      register(engine, `p-${person}`, {
        id: `order-${person}-${first}`,
        locationBans: [],
        proximityBans: pairs.slice(first, first + 100),
      })
    }
    deviceIds.push(`p-${person}`, ...victimIds)
  }
  const places = Array.from({ length: 300 }, (_, at) => place(5_000 * at, 0))
  // Each a few milliseconds after the one before: fixes of one moment would be put
  // in order, and judged again.
  const fixesOf = (round: number) =>
    deviceIds.map((id, at) => ({ ...fixAt(round + at / 1e4, id), ...places[at % 300] }))
  return { engine, fixesOf }
}

/**
 * Each believed fix of a victim moves that victim's box: one removal and one
 * insertion, nothing else counted.
 */
function measureUpkeep(pairCount: number): number {
  const tree = new RBush<{ minX: number; minY: number; maxX: number; maxY: number }>()
  const boxAt = (at: number, round: number) => {
    const { longitude, latitude } = place(5_000 * at + round, round)
    return { minX: longitude, minY: latitude, maxX: longitude + 0.03, maxY: latitude + 0.02 }
  }
  const boxes = Array.from({ length: pairCount }, (_, at) => boxAt(at, 0))
  for (const box of boxes) tree.insert(box)
  let least = Infinity
  for (let round = 1; round < 10; round++) {
    const moved = Array.from({ length: 4_000 }, (_, count) => boxAt(count % pairCount, count))
    const startedAt = process.cpuUsage()
    for (const [count, box] of moved.entries()) {
      const at = count % pairCount
      const former = boxes[at]
      if (former !== undefined) tree.remove(former)
      tree.insert(box)
      boxes[at] = box
    }
    least = Math.min(least, (process.cpuUsage(startedAt).user * 1000) / moved.length)
  }
  return least
}

function register(engine: Engine, offenderId: string, values: Partial<ProtectionOrder>): void {
  if (!engine.index.devices.has(offenderId)) registerPerson(engine, offenderId, 'offender')
  const protectionOrder = makeOrder({ offenderId, ...values })
  applyRegistryChange(engine, { type: 'protection-order', protectionOrder }, startMs - 1)
}

/** Device and person have one name. */
function registerPerson(engine: Engine, id: string, role: 'offender' | 'victim'): void {
  applyRegistryChange(engine, { type: 'person', person: { id, role, reference: id } }, 0)
  const kind = role === 'offender' ? 'ankle-monitor' : 'victim-device'
  const device = { id, vendorId: 'v', serialNumber: id, kind, reportIntervalSeconds: 30 } as const
  applyRegistryChange(engine, { type: 'device', device }, 0)
  const validity = { validFromMs: 0, validUntilMs: null }
  const deviceAssignment = { id: `worn-${id}`, deviceId: id, personId: id, ...validity }
  applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, 0)
}

function fixAt(round: number, deviceId: string): Fix {
  return makeFix(round * 30, 0, 0, { deviceId })
}
