import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/core/model/alert.ts'
import type { DeviceEventKind } from '../../src/core/model/fix.ts'
import { deviceEventKinds } from '../../src/core/model/fix.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'
import { findWearer } from '../../src/core/model/registry-index.ts'
import {
  advanceWatch,
  createWatch,
  nextWatchDeadlineMs,
  watchDeviceEvent,
  watchFix,
} from '../../src/core/watch/watch.ts'
import { restoreWatch, snapshotWatch } from '../../src/core/watch/watch-snapshot.ts'
import {
  assignment,
  createWorld,
  day,
  device,
  locationBan,
  orderChange,
  pairBan,
  person,
  second,
  startMs,
} from '../core/watch-world.ts'
import { createRandom } from '../support/random.ts'
import { runsOr, seedOr } from './seed.ts'

const firstSeed = seedOr(1)
const seeds = Array.from({ length: runsOr(5) }, (_, place) => firstSeed + place)

describe('a watch', () => {
  it.each(seeds)(
    'a watch restored at any moment goes on as if nothing had happened (seed %d)',
    (seed) => {
      const whole = play(seed, null)
      expect(whole.length).toBeGreaterThan(20)
      for (const restartAt of [1, 40, 111, 200, 333]) {
        expect(play(seed, restartAt)).toEqual(whole)
      }
    },
  )

  it('a watch gives equal snapshots for equal pasts', () => {
    const snapshots = [firstSeed, firstSeed, firstSeed + 1].map((seed) => {
      const world = createTown()
      drive(world, seed, 300, () => {})
      return snapshotWatch(world.watch)
    })
    expect(snapshots[0]).toBe(snapshots[1])
    expect(snapshots[0]).not.toBe(snapshots[2])
  })

  it('a watch raises no id twice, and ends only what was raised', () => {
    for (let seed = firstSeed; seed < firstSeed + runsOr(45); seed++) {
      const raised = new Set<string>()
      for (const effect of play(seed, null)) {
        if (effect.type === 'alert-raised') {
          expect(raised.has(effect.alert.id), `seed ${seed}`).toBe(false)
          raised.add(effect.alert.id)
        } else if (effect.type === 'alert-ended' || effect.type === 'alert-revised') {
          expect(raised.has(effect.alertId), `seed ${seed}`).toBe(true)
        }
      }
    }
  })

  it('a watch never puts a position into an alert', () => {
    for (const effect of play(firstSeed, null)) {
      expect(JSON.stringify(effect)).not.toMatch(/longitude|latitude/)
    }
  })

  it('a watch that is asked at every deadline is not asked again for the same moment', () => {
    const world = createTown()
    drive(world, firstSeed, 300, () => {
      const dueMs = nextWatchDeadlineMs(world.watch)
      if (dueMs !== null) expect(dueMs).toBeGreaterThan(world.now() - 1)
    })
  })
})

/**
 * Everything that comes out of a seeded day in a town, with the watch restored from
 * JSON after so many steps.
 */
function play(seed: number, restartAt: number | null): Effect[] {
  const world = createTown()
  const effects: Effect[] = []
  let watch = world.watch
  drive(
    world,
    seed,
    400,
    (step) => {
      if (step !== restartAt) return
      const restored = createWatch(defaultLimits, world.index, world.findSituation)
      restoreWatch(restored, snapshotWatch(watch))
      watch = restored
    },
    () => watch,
    effects,
  )
  return effects
}

function createTown() {
  const world = createWorld()
  for (let number = 0; number < 8; number++) {
    const vendorId = number < 5 ? 'vendor' : 'second-vendor'
    world.register(
      person(`p${number}`, 'offender'),
      person(`v${number}`, 'victim'),
      device(`d${number}`, 'ankle-monitor', number % 2 === 0 ? 60 : 15, vendorId),
      device(`w${number}`, 'victim-device', 60, vendorId),
      assignment(
        `d${number}`,
        `p${number}`,
        startMs - day,
        number === 7 ? startMs + 3_000_000 : null,
      ),
      assignment(`w${number}`, `v${number}`),
      orderChange({
        id: `o${number}`,
        offenderId: `p${number}`,
        validUntilMs: startMs + 60 * day,
        locationBans: [locationBan],
        proximityBans: number % 2 === 0 ? [pairBan(`v${number}`)] : [],
      }),
    )
  }
  return world
}

function drive(
  world: ReturnType<typeof createTown>,
  seed: number,
  steps: number,
  atStep: (step: number) => void,
  getWatch: () => typeof world.watch = () => world.watch,
  effects: Effect[] = [],
): void {
  const random = createRandom(seed)
  let nowMs = startMs
  for (let step = 0; step < steps; step++) {
    atStep(step)
    nowMs += Math.floor(random() * 30) * second
    effects.push(...catchUp(getWatch(), nowMs))
    for (let number = 0; number < 8; number++) {
      for (const deviceId of [`d${number}`, `w${number}`]) {
        // Every device has quiet hours of its own, so that silence, return and vendors all come by.
        const isQuiet = Math.sin(step / 40 + number * (seed % 3)) > 0.6
        if (isQuiet || random() < 0.3) continue
        effects.push(...report(world, getWatch(), deviceId, nowMs, random))
      }
    }
  }
}

function catchUp(watch: ReturnType<typeof createTown>['watch'], nowMs: number): Effect[] {
  const effects: Effect[] = []
  for (;;) {
    const dueMs = nextWatchDeadlineMs(watch)
    if (dueMs === null || dueMs > nowMs) return effects
    effects.push(...advanceWatch(watch, Math.max(dueMs, startMs)))
  }
}

function report(
  world: ReturnType<typeof createTown>,
  watch: ReturnType<typeof createTown>['watch'],
  deviceId: string,
  nowMs: number,
  random: () => number,
): Effect[] {
  const personId = findWearer(world.index, deviceId, nowMs)
  const base = { deviceId, recordedAtMs: nowMs, receivedAtMs: nowMs, sequence: null }
  if (random() < 0.1) {
    const kind: DeviceEventKind = deviceEventKinds[Math.floor(random() * deviceEventKinds.length)]!
    return watchDeviceEvent(watch, { ...base, kind, batteryFraction: null }, personId)
  }
  if (personId !== null && random() < 0.8) {
    world.situations.set(personId, {
      isInOpenApproach: random() < 0.05,
      openSinceMs: null,
      isInUnusualApproach: false,
      isTakenInside: false,
      isNearDanger: random() < 0.1,
      lastBelievedAtMs: nowMs,
      heldUntilMs: null,
      restSinceMs: null,
      restSeenSinceMs: null,
      restProvenMs: 0,
      provenAtMs: null,
      whereabouts: null,
      danger: null,
      unclear: null,
      disputed: null,
      jumps: null,
      unclearPairs: [],
      listLastPlaces: () => [],
      fault: null,
    })
  }
  const fix = {
    ...base,
    longitude: 5,
    latitude: 52,
    accuracyMeters: 10,
    speedMetersPerSecond: null,
    headingDegrees: null,
    source: null,
    hdop: null,
    satellites: null,
    batteryFraction: random() < 0.2 ? random() : null,
  }
  return watchFix(watch, fix, personId)
}
