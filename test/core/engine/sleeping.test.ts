import { describe, expect, it } from 'vitest'
import {
  advanceTo,
  applyDeviceEvent,
  applyFix,
  applyRegistryChange,
  countEngine,
  createEngine,
  endLaying,
  layChange,
  laySnapshot,
  nextDeadlineMs,
  restoreSnapshot,
  SnapshotFault,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { DeviceEvent } from '../../../src/core/model/fix.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { RegistryChange } from '../../../src/core/model/registry.ts'
import { makeBan, makeEngine, makeFix, makeOrder, makePair } from '../engine-world.ts'
import { startMs, tell } from '../engine-world.ts'

const orders = ['offender', 'neighbour'].map((offenderId) =>
  makeOrder({ id: `order-${offenderId}`, offenderId, proximityBans: [makePair()] }),
)

it('a dossier sleeps until it is asked for, and one in which something goes on does not', () => {
  const engine = makeEngine({ orders })
  applyFix(engine, makeFix(0, 300))
  const asleep = lay(engine)
  expect(asleep.dossiers.listAsleep()).toEqual(['neighbour'])
  expect(countEngine(asleep)).toEqual({ dossiers: 2, pairs: 2, openEpisodes: 1 })
  expect(asleep.dossiers.membersOf('victim')).toHaveLength(2)
  expect(asleep.dossiers.listAsleep()).toEqual([])
  expect(takeSnapshots(asleep).map(({ scope }) => scope)).toEqual(['watch'])
  const outside = [makeFix(60, 1600), makeFix(120, 1600)]
  const told = outside.flatMap((fix) => applyFix(asleep, fix))
  expect(tell(told)).toEqual(['ended earlier 60'])
})

it('one that was registered and never saved is put together at once, and saved', () => {
  const engine = makeEngine({ orders })
  const asleep = lay(engine, ({ scope }) => scope !== 'case:neighbour')
  expect(asleep.dossiers.listAsleep()).toEqual(['offender'])
  const scopes = takeSnapshots(asleep).map(({ scope }) => scope)
  expect(scopes).toEqual(['case:neighbour', 'window:neighbour', 'watch'])
})

it('all there is can be saved anew, also of dossiers that sleep, and is what was saved', () => {
  const engine = makeEngine({ orders })
  applyFix(engine, makeFix(0, 300))
  const whole = makeEngine({ orders })
  applyFix(whole, makeFix(0, 300))
  // The watch tells when it was saved.
  const isCompared = ({ scope }: Saved) => scope !== 'watch' && !scope.startsWith('window:')
  const saved = takeSnapshots(whole).filter(isCompared)
  const asleep = lay(engine)
  expect(takeSnapshots(asleep).map(({ scope }) => scope)).toEqual(['watch'])
  const byScope = (one: Saved, other: Saved) => (one.scope < other.scope ? -1 : 1)
  const anew = takeSnapshots(asleep, true).filter(isCompared).toSorted(byScope)
  expect(anew).toEqual(saved.toSorted(byScope))
  expect(asleep.dossiers.listAsleep()).toEqual(['neighbour'])
  expect(takeSnapshots(asleep).map(({ scope }) => scope)).toEqual(['watch'])
  applyFix(asleep, makeFix(60, 300))
  expect(takeSnapshots(asleep, true).map(({ scope }) => scope)).toContain('case:neighbour')
})

it('a change of its order reaches a dossier that sleeps', () => {
  const asleep = lay(makeEngine({ orders }))
  const ended = { ...orders[0]!, version: 2, status: 'ended' } as const
  const change: RegistryChange = { type: 'protection-order', protectionOrder: ended }
  applyRegistryChange(asleep, change, startMs)
  expect(asleep.dossiers.listAsleep()).toEqual(['neighbour'])
  expect(tell(applyFix(asleep, makeFix(60, 300)))).toEqual([])
})

it('a dossier that cannot be put together says so, whoever asked', () => {
  const engine = makeEngine({ orders })
  const asleep = lay(engine, undefined, (state) => state.replace(/\n.*/, '\n{}'))
  expect(() => applyFix(asleep, makeFix(0, 300))).toThrow(SnapshotFault)
})

it('the watch goes on by its deadlines, and looks at everybody where other rules set them', () => {
  const engine = makeEngine({ orders })
  const same = lay(engine)
  expect(same.watch.persons.get('victim')?.dueMs).toBe(engine.watch.persons.get('victim')?.dueMs)
  const other = lay(engine, undefined, (state) => state.replace('"judgedBy":"', '"judgedBy":"no '))
  expect(nextDeadlineMs(other)).toBeLessThanOrEqual(startMs)
  expect(other.watch.isJudgedAsNow).toBe(false)
})

describe('what comes in after a start, before the clock is advanced again', () => {
  it('a report is judged by the hour it is: a strap opened by whoever is in an area whose hours began is P1', () => {
    const permitted = { fromMs: startMs - 7_200_000, untilMs: startMs + 120_000, reason: 'work' }
    const schedule = {
      timeZone: 'Europe/Amsterdam',
      weekly: null,
      exceptions: [permitted],
    } as const
    // Without a band nothing but the hour says that it is grave.
    const ban = makeBan({ schedule, approachMeters: 0 })
    const makeInside = (): Engine => {
      const engine = makeEngine({ orders: [makeOrder({ locationBans: [ban] })] })
      applyFix(engine, makeFix(60, 300))
      advanceTo(engine, startMs + 130_000)
      return engine
    }
    // As it was saved before the clock was kept with the watch.
    const forget = (state: string): string => state.replace(/"nowMs":\d+,"receiving/, '"receiving')
    const former = lay(makeInside(), undefined, forget, 130)
    for (const engine of [makeInside(), lay(makeInside()), former]) {
      expect(applyDeviceEvent(engine, openStrap(131))).toMatchObject([
        { type: 'alert-raised', alert: { kind: 'device-tamper', priority: 'P1' } },
      ])
    }
  })

  it('a late fix does not open again what the clock has ended', () => {
    const engine = makeEngine({ orders: [makeOrder({ validUntilMs: startMs + 100_000 })] })
    const told = [makeFix(0, 300), makeFix(60, 300)].flatMap((fix) => applyFix(engine, fix))
    told.push(...advanceTo(engine, startMs + 130_000))
    expect(tell(told)).toContain('ended location-ban-breach 100')
    const windows: Saved[] = []
    const asleep = lay(engine, (saved) => {
      if (saved.scope.startsWith('window:')) windows.push(saved)
      return true
    })
    for (const { scope, state } of windows) restoreSnapshot(asleep, scope, state)
    const late = makeFix(30, 300, 0, { receivedAtMs: startMs + 140_000 })
    expect(tell(applyFix(engine, late))).toEqual([])
    expect(tell(applyFix(asleep, late))).toEqual([])
  })
})

describe('a ban that begins about somebody who was last seen in it', () => {
  const permitted = { fromMs: startMs - 7_200_000, untilMs: startMs + 120_000, reason: 'visit' }
  const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions: [permitted] } as const
  const makeResting = (): Engine => {
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    for (let n = 0; n <= 10; n++) applyFix(engine, makeFix(10 * n, 100 + (n % 3)))
    return engine
  }

  it('a dossier of it does not sleep, for the clock tells it', () => {
    const asleep = lay(makeResting())
    expect(asleep.dossiers.listAsleep()).toEqual([])
    expect(tell(advanceTo(asleep, startMs + 121_000))).toEqual(['raised location-ban-breach 120'])
  })

  it('what the clock told before a stop is not told again after it, and the next fix goes on with it', () => {
    const engine = makeResting()
    expect(tell(advanceTo(engine, startMs + 121_000))).toEqual(['raised location-ban-breach 120'])
    const later = lay(engine, undefined, undefined, 125)
    expect(tell(advanceTo(later, startMs + 126_000))).toEqual([])
    const fixes = [makeFix(130, 100), makeFix(190, 3_000), makeFix(250, 3_000)]
    expect(tell(fixes.flatMap((fix) => applyFix(later, fix)))).toEqual(['ended earlier 190'])
  })
})

it('what newer rules find in a window that was saved is told by the next fix, and not taken for told', () => {
  const blind = { breachProbabilitySingle: 2, breachProbabilityRepeated: 2, approachProbability: 2 }
  const engine = makeEngine({ limits: blind })
  for (const second of [0, 10, 20]) expect(applyFix(engine, makeFix(second, 100))).toEqual([])
  const asleep = lay(engine)
  asleep.dossiers.get('offender')
  const windows = takeSnapshots(engine, true).filter(({ scope }) => scope.startsWith('window:'))
  expect(windows).toHaveLength(1)
  for (const { scope, state } of windows) restoreSnapshot(asleep, scope, state)
  const told = [40, 50].flatMap((second) => applyFix(asleep, makeFix(second, 100)))
  expect(tell(told)).toContainEqual(expect.stringContaining('raised location-ban-breach'))
})

describe('a ban that has begun, and waits for newer reports than one that was held up', () => {
  const permitted = { fromMs: startMs - 7_200_000, untilMs: startMs + 40_000, reason: 'visit' }
  const schedule = { timeZone: 'Europe/Amsterdam', weekly: null, exceptions: [permitted] } as const
  const waits = (): Engine => {
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    for (const second of [-60, -30]) applyFix(engine, makeFix(second, 100))
    applyFix(engine, makeFix(0, 100, 0, { receivedAtMs: startMs + 41_000 }))
    expect(advanceTo(engine, startMs + 42_000)).toEqual([])
    return engine
  }
  const asBefore = (state: string): string =>
    state.replaceAll('"format":45', '"format":44').replace(/"batch":[^}]*},/, '')

  it.each([
    ['', (state: string) => state],
    [' of before that was kept', asBefore],
  ])('it is told after a stop as without it, by a snapshot%s', (_, spoil) => {
    const stayed = waits()
    const windows = takeSnapshots(waits()).filter(({ scope }) => scope.startsWith('window:'))
    const asleep = lay(waits(), undefined, spoil, 42)
    expect(windows).toHaveLength(1)
    for (const { scope, state } of windows) {
      expect(restoreSnapshot(asleep, scope, spoil(state))).toEqual([])
    }
    const [later, told] = [43, 50].map((second) => advanceTo(stayed, startMs + second * 1_000))
    expect(tell([...later!, ...told!])).toEqual(['raised location-ban-breach 40'])
    for (const [second, effects] of [
      [43, later],
      [50, told],
    ] as const) {
      expect(advanceTo(asleep, startMs + second * 1_000)).toEqual(effects)
    }
  })
})

function openStrap(second: number): DeviceEvent {
  const recordedAtMs = startMs + second * 1000
  return {
    deviceId: 'offender-device',
    kind: 'strap-tamper',
    recordedAtMs,
    receivedAtMs: recordedAtMs + 1000,
    batteryFraction: null,
    sequence: null,
  }
}

type Saved = { readonly scope: string; readonly state: string }

/** What a start makes of what the engine would save now. */
function lay(
  engine: Engine,
  isKept: (saved: Saved) => boolean = () => true,
  spoil: (state: string) => string = (state) => state,
  second = 0,
): Engine {
  const { index } = engine
  const asleep = createEngine(defaultLimits)
  const learn = (change: RegistryChange): void => layChange(asleep, change, startMs - 3_600_000)
  for (const device of index.devices.values()) learn({ type: 'device', device })
  for (const deviceAssignment of index.deviceAssignments.values()) {
    learn({ type: 'device-assignment', deviceAssignment })
  }
  for (const protectionOrder of index.protectionOrders.values()) {
    learn({ type: 'protection-order', protectionOrder })
  }
  const saved = takeSnapshots(engine).filter(isKept)
  const goingOn = saved
    .filter(({ scope }) => !scope.startsWith('window:'))
    .map(({ scope, state }) => laySnapshot(asleep, scope, spoil(state)))
  endLaying(
    asleep,
    goingOn.filter((offenderId) => offenderId !== null),
    startMs + second * 1000,
  )
  return asleep
}
