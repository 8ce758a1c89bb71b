import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { Engine } from '../../src/core/engine/engine-state.ts'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  rejudge,
  rejudgeLookbackMs,
  listAwaited,
  restoreSnapshot,
  takeSnapshots,
  windowScope,
} from '../../src/core/engine/engine.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import type { DeviceEvent, Fix } from '../../src/core/model/fix.ts'
import type { Limits } from '../../src/core/model/limits.ts'
import { makeEngine, startMs } from '../core/engine-world.ts'
import type { Desk, RandomWorld } from './random-world.ts'
import { followEffects, listViolations, makeRandomWorld } from './random-world.ts'
import { createRandom } from './random.ts'
import { runsOr, seedOr } from './seed.ts'
import { nameByUuid } from './uuid-names.ts'

const usualRuns = 60
const runs = runsOr(usualRuns)
const firstSeed = seedOr(1)
const endMs = startMs + 20_000_000

it('every order, repetition and delay of uploads ends in the same set of violations', () => {
  let violationCount = 0
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = nameDevices(makeRandomWorld(random), seed)
    const limits = { caseWindowFixCount: random.chance(0.5) ? 48 : 400 }
    const sorted = [...world.fixes, ...world.events].toSorted(
      (one, other) => one.recordedAtMs - other.recordedAtMs,
    )
    const inOrder = upload(world, sorted, limits)
    const expected = listViolations(inOrder.desk)
    violationCount += expected.length
    const repeated = [...sorted, ...sorted.filter(() => random.chance(0.1))]
    const first = world.nameDevice('offender-device')
    const orders = {
      shuffled: random.shuffle(repeated),
      'one device late': [
        ...repeated.filter((fix) => fix.deviceId !== first),
        ...repeated.filter((fix) => fix.deviceId === first),
      ],
      'a little late': repeated
        .map((fix) => ({ fix, at: fix.recordedAtMs + random.between(0, 300_000) }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ fix }) => fix),
    }
    for (const [name, uploads] of Object.entries(orders)) {
      const { desk, doubts } = upload(world, uploads, limits, random.chance(0.5))
      expect(listViolations(desk), `seed ${seed}, ${name}`).toEqual(expected)
      expect(doubts, `seed ${seed}, ${name}`).toEqual(inOrder.doubts)
    }
  }
  if (runs >= usualRuns) expect(violationCount).toBeGreaterThan(runs)
}, 900_000)

it('a snapshot taken and restored in the middle changes nothing', () => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const random = createRandom(seed)
    const world = nameDevices(makeRandomWorld(random), seed)
    const limits = { caseWindowFixCount: random.chance(0.5) ? 48 : 400 }
    const fixes = [...world.fixes, ...world.events]
      .map((fix) => ({ fix, at: fix.recordedAtMs + random.between(0, 60_000) }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ fix }) => fix)
    const middle = random.integer(0, fixes.length)
    const whole = makeEngine({ ...world, limits })
    const before = makeEngine({ ...world, limits })
    const store: Upload[] = []
    for (const fix of fixes.slice(0, middle)) {
      store.push(fix)
      settle(whole, fix, store)
      settle(before, fix, store)
    }
    const after = makeEngine({ ...world, limits })
    // In every second world a window comes only when somebody of its dossier is heard again.
    const later = new Map<string, string>()
    for (const { scope, state } of takeSnapshots(before)) {
      if (seed % 2 === 0 && scope.startsWith(windowScope)) later.set(scope, state)
      else expect(restoreSnapshot(after, scope, state), `seed ${seed}`).toEqual([])
    }
    const open = Array.from(after.ceasing.atMs.keys(), ({ offenderId }) => offenderId)
    const bring = (offenderIds: readonly string[]): void => {
      for (const scope of offenderIds.map((offenderId) => `${windowScope}${offenderId}`)) {
        expect(restoreSnapshot(after, scope, later.get(scope) ?? ''), `seed ${seed}`).toEqual([])
      }
    }
    bring(open.filter((offenderId) => later.has(`${windowScope}${offenderId}`)))
    for (const fix of fixes.slice(middle)) {
      store.push(fix)
      bring(listAwaited(after, [fix.deviceId]))
      const told = settle(whole, fix, store)
      expect(withoutWatch(settle(after, fix, store)), `seed ${seed}`).toEqual(withoutWatch(told))
    }
    expect(withoutWatch(advanceTo(after, endMs))).toEqual(withoutWatch(advanceTo(whole, endMs)))
  }
}, 900_000)

/** In every second world devices have uuids. */
function nameDevices(world: RandomWorld, seed: number): NamedWorld {
  const nameDevice = seed % 2 === 0 ? nameByUuid : (name: string) => name
  const rename = <T extends { readonly deviceId: string }>(one: T): T => ({
    ...one,
    deviceId: nameDevice(one.deviceId),
  })
  return { ...world, nameDevice, fixes: world.fixes.map(rename), events: world.events.map(rename) }
}

type NamedWorld = RandomWorld & { readonly nameDevice: (name: string) => string }

/**
 * A shell with a store: takes fixes in as they come, and answers what must be
 * judged again from the store.
 */
function upload(
  world: NamedWorld,
  uploads: readonly Upload[],
  limits: Partial<Limits>,
  hasClockRunAhead = false,
): { desk: Desk; doubts: Map<string, string> } {
  const engine = makeEngine({ ...world, limits })
  const desk: Desk = new Map()
  if (hasClockRunAhead) followEffects(advanceTo(engine, startMs + 9_000_000), desk)
  const doubts = new Map<string, string>()
  const store: Upload[] = []
  for (const given of uploads) {
    store.push(given)
    const effects = settle(engine, given, store)
    followEffects(effects, desk)
    followDoubts(effects, doubts)
  }
  followEffects(advanceTo(engine, endMs), desk)
  for (const fix of listTwins(world.fixes)) doubts.delete(fix)
  return { desk, doubts }
}

/** Why fixes are not believed, for somebody who followed every effect. */
function followDoubts(effects: readonly Effect[], into: Map<string, string>): void {
  for (const effect of effects) {
    if (effect.type !== 'fix-disbelieved') continue
    if (effect.reasons.length === 0) into.delete(nameFix(effect))
    else into.set(nameFix(effect), effect.reasons.join(' '))
  }
}

type Named = Pick<Fix, 'deviceId' | 'recordedAtMs' | 'longitude' | 'latitude'>

function nameFix({ deviceId, recordedAtMs, longitude, latitude }: Named): string {
  return `${deviceId} ${(recordedAtMs - startMs) / 1000} ${longitude} ${latitude}`
}

/**
 * Fixes that differ in something else than device, moment and position share one place on record.
 */
function listTwins(fixes: readonly Fix[]): string[] {
  const names = fixes.map(nameFix)
  return names.filter((name, index) => names.indexOf(name) !== index)
}

type Upload = Fix | DeviceEvent

function settle(engine: Engine, given: Upload, store: readonly Upload[]): Effect[] {
  const effects = 'kind' in given ? applyDeviceEvent(engine, given) : applyFix(engine, given)
  return effects.flatMap((effect) => {
    if (effect.type !== 'rejudge-needed') return [effect]
    const fromMs = effect.fromMs - rejudgeLookbackMs(defaultLimits)
    const stretch = store.filter(
      (stored): stored is Fix => !('kind' in stored) && stored.recordedAtMs >= fromMs,
    )
    return rejudge(engine, effect.offenderId, stretch, effect.fromMs, given.receivedAtMs)
  })
}

/** The watch has its own tests; here only what follows from where people were. */
function withoutWatch(effects: readonly Effect[]): Effect[] {
  return effects.filter(
    (effect) =>
      effect.type !== 'alert-raised' || effect.alert.evidence.facts['episodeKind'] !== undefined,
  )
}
