import { describe, expect, it } from 'vitest'
import { advanceTo, applyDeviceEvent, applyFix } from '../../../src/core/engine/engine.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import {
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  passTime,
  place,
  startMs,
} from '../engine-world.ts'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import { ensurePerson } from '../../../src/core/watch/watch-state.ts'
import { raisedOf } from '../watch-world.ts'

/**
 * Two monitors of one offender, half a minute apart each minute: the first gives positions until
 * the start and then only heartbeats, the second goes on. The border lies at 500 m, the band ends
 * at 1,000 m.
 */
function wearTwo(
  { first, second, minutes, fromMinutes = -20 }: Wearing,
  engine = makeEngine({ reportIntervalSeconds: 60, nowMs: startMs - 4 * 3_600_000 }),
): Effect[] {
  const effects: Effect[] = []
  for (let at = 60 * fromMinutes; at <= 60 * minutes; at += 60) {
    const east = first(at)
    const other = second(at)
    const deviceId = 'offender-device-2'
    effects.push(
      ...(east === null
        ? applyDeviceEvent(engine, heartbeat(startMs + 1_000 * at))
        : applyFix(engine, makeFix(at, east + 4 * Math.sin(at)))),
      ...(other === null
        ? applyDeviceEvent(engine, heartbeat(startMs + 1_000 * (at + 30), deviceId))
        : applyFix(engine, makeFix(at + 30, other + 4 * Math.cos(at), 0, { deviceId }))),
      ...advanceTo(engine, startMs + 1_000 * at + 32_000),
    )
  }
  return effects
}

type Wearing = {
  readonly first: (seconds: number) => number | null
  readonly second: (seconds: number) => number | null
  readonly minutes: number
  readonly fromMinutes?: number
}

const untilStart = (east: number) => (at: number) => (at > 0 ? null : east)

/** The other one is at the same place until the start, and goes on from there by car. */
const drivenTo = (east: number, toEast: number) => (at: number) =>
  at <= 0 ? east : Math.min(toEast, east + 15 * at)

function tell(effects: readonly Effect[]) {
  return raisedOf(effects, 'position-unreliable').map(({ priority, deviceId, learnedAtMs }) => {
    return `${priority} ${deviceId} ${Math.floor((learnedAtMs - startMs) / 60_000)}`
  })
}

/** In minutes after the start. */
function endsOf(effects: readonly Effect[]): number[] {
  const ids = raisedOf(effects, 'position-unreliable').map(({ id }) => id)
  return effects.flatMap((one) =>
    one.type === 'alert-ended' && ids.includes(one.alertId)
      ? [Math.floor((one.clearedAtMs - startMs) / 60_000)]
      : [],
  )
}

/** When somebody is called for what was listed first. */
function callsOf(effects: readonly Effect[]): number[] {
  const ids = raisedOf(effects, 'position-unreliable').map(({ id }) => id)
  return effects.flatMap((one) =>
    one.type === 'alert-revised' && one.revision.kind === 'priority' && ids.includes(one.alertId)
      ? [Math.floor((one.learnedAtMs - startMs) / 60_000)]
      : [],
  )
}

describe('two monitors of one wearer in two places', () => {
  const stays = () => 20_000

  it('two monitors that part are listed, called for when it lasts, and leave nobody protected', () => {
    const engine = makeEngine({ reportIntervalSeconds: 60 })
    const second = (at: number) => (at <= 0 ? 20_000 : Math.min(60_000, 20_000 + 25 * at))
    const effects = wearTwo({ first: stays, second, minutes: 40 }, engine)
    const [line, ...others] = tell(effects)
    expect(others).toEqual([])
    expect(line).toMatch(/^P3 offender-device(-2)? 1$/)
    expect(callsOf(effects)).toEqual([7])
    expect(raisedOf(effects, 'position-unreliable')[0]?.reason).toContain('in two places')
    const { state, reasons } = judgeProtection(engine, 'order', startMs + 2_440_000)
    expect(state).toBe('degraded')
    expect(reasons.map(({ code }) => code)).toContain('position-unreliable')
  })

  it('two monitors that part are asked about no longer once they are at one place', () => {
    const second = (at: number) => (at > 0 && at <= 900 ? 22_000 : 20_000)
    const effects = wearTwo({ first: stays, second, minutes: 60 })
    expect(endsOf(effects)).toHaveLength(1)
  })

  it.each([
    ['in one car', (at: number) => 20_000 + 30 * Math.max(0, at), 0],
    ['at one place', stays, 0],
    ['across a large house', stays, 120],
  ])('two monitors %s are no question', (_, way, meters) => {
    // Half a minute later than the other one.
    const second = (at: number) => way(at + 30) + meters
    expect(tell(wearTwo({ first: way, second, minutes: 60 }))).toEqual([])
  })

  it('one monitor of two that falls silent is listed and then called for, and leaves nobody protected', () => {
    const engine = makeEngine({ reportIntervalSeconds: 60 })
    const effects: Effect[] = []
    for (let at = -1_200; at <= 1_200; at += 60) {
      if (at <= 0) effects.push(...applyFix(engine, makeFix(at, 20_000 + 4 * Math.sin(at))))
      const other = makeFix(at + 30, 20_000, 4 * Math.cos(at), { deviceId: 'offender-device-2' })
      effects.push(...passTime(engine, other.receivedAtMs), ...applyFix(engine, other))
    }
    const ranks = raisedOf(effects, 'device-silent').map(({ priority }) => priority)
    expect(ranks).toEqual(['P3'])
    const raises = effects.filter(
      (one) => one.type === 'alert-revised' && one.revision.kind === 'priority',
    )
    expect(raises).toHaveLength(1)
    const { state } = judgeProtection(engine, 'order', startMs + 1_232_000)
    expect(state).toBe('degraded')
  })
})

describe('a monitor of two that is heard without a position', () => {
  it.each([
    ['inside the ban', 100],
    ['a hundred metres from the border', 600],
  ])('a monitor of two last seen %s is told, whatever the other one says', (_, east) => {
    const effects = wearTwo({
      first: untilStart(east),
      second: drivenTo(east, 6_000),
      minutes: 480,
    })
    expect(tell(effects)[0]).toMatch(/^P2 offender-device [45]$/)
    const [alert] = raisedOf(effects, 'position-unreliable')
    expect(alert?.reason).toContain('Another device of its wearer is seen elsewhere')
  })

  it('a monitor of two that never gave a position is listed', () => {
    const effects = wearTwo({ first: () => null, second: () => 6_000, minutes: 60 })
    expect(tell(effects)).toHaveLength(1)
    expect(tell(effects)[0]).toMatch(/^P3 offender-device /)
  })

  it('a monitor of two is no matter while the other one is where it was last, for as long as its wearer would not be called for alone', () => {
    const wearing = { first: untilStart(6_000), second: () => 6_030, fromMinutes: -90 }
    expect(tell(wearTwo({ ...wearing, minutes: 149 }))).toEqual([])
    const effects = wearTwo({ ...wearing, minutes: 480 })
    expect(tell(effects)).toEqual(['P3 offender-device 150'])
    expect(callsOf(effects)).toEqual([156])
    const [alert] = raisedOf(effects, 'position-unreliable')
    expect(alert?.reason).toContain('seen where this one was last')
  })

  it('a monitor of two that rested for minutes has the rest of the other one for no longer', () => {
    const effects = wearTwo({ first: untilStart(6_000), second: () => 6_030, minutes: 120 })
    expect(tell(effects)).toEqual(['P3 offender-device 55'])
    expect(callsOf(effects)).toEqual([61])
  })

  it('a monitor of two that has driven off is not at rest with the one at home', () => {
    const first = (at: number) => (at > 0 ? null : 25_000 - 15 * Math.max(0, at + 60))
    const second = () => 25_000
    const effects = wearTwo({ first, second, minutes: 120, fromMinutes: -180 })
    expect(tell(effects)).toEqual(['P3 offender-device 90'])
    expect(callsOf(effects)).toEqual([96])
  })

  it.each([
    ['at home', 9_000],
    ['in an office', 30_000],
  ])(
    'a monitor of two lost on the way in calls as one alone, whatever another one says %s',
    (_, east) => {
      const first = (at: number) => (at > 0 ? null : 2_200 - 11 * Math.min(0, at))
      const effects = wearTwo({ first, second: () => east, minutes: 60 })
      expect(tell(effects)).toContainEqual(expect.stringMatching(/^P2 offender-device [45]$/))
    },
  )

  it('a monitor of two lost on the way home is not on the way in', () => {
    const first = (at: number) => (at > 0 ? null : 8_000 + 11 * Math.min(0, at))
    const effects = wearTwo({ first, second: () => 9_000, minutes: 20, fromMinutes: -8 })
    expect(tell(effects).filter((line) => line.startsWith('P2'))).toEqual([])
  })

  it('a monitor of two left elsewhere far from all is listed once its wearer could have walked to a band, and called for', () => {
    const effects = wearTwo({
      first: untilStart(6_000),
      second: drivenTo(6_000, 30_000),
      minutes: 480,
    })
    // Five kilometres on foot.
    expect(tell(effects)).toEqual(['P3 offender-device 55'])
    expect(callsOf(effects)).toEqual([61])
  })

  it('a monitor of two whose place is not known leaves nobody protected by the other one', () => {
    const judgedAfter = (minutes: number) => {
      const engine = makeEngine({ reportIntervalSeconds: 60 })
      wearTwo({ first: untilStart(6_000), second: drivenTo(6_000, 30_000), minutes }, engine)
      return judgeProtection(engine, 'order', startMs + 60_000 * minutes + 40_000)
    }
    expect(judgedAfter(40).state).toBe('protected')
    const { state, reasons } = judgedAfter(120)
    expect(state).toBe('degraded')
    expect(reasons.map(({ code }) => code)).toEqual(['position-unreliable'])
  })

  it('a monitor of two is told no longer once it has given positions for ten minutes', () => {
    const first = (at: number) => (at > 0 && at <= 1_800 ? null : 600)
    const away = drivenTo(600, 6_000)
    const second = (at: number) =>
      at < 1_560 ? away(at) : Math.max(605, 6_000 - 15 * (at - 1_560))
    const effects = wearTwo({ first, second, minutes: 50 })
    expect(endsOf(effects)).toEqual([41])
  })

  it('a monitor of two that gives one position every few minutes is told once', () => {
    const first = (at: number) => (at > 0 && at % 420 !== 0 ? null : 600)
    const second = drivenTo(600, 6_000)
    const effects = wearTwo({ first, second, minutes: 240 })
    expect(tell(effects)).toHaveLength(1)
    expect(endsOf(effects)).toEqual([])
    // Nine minutes of positions, and none again: it has not come back.
    const nine = (at: number) => (at > 0 && at % 1_800 < 1_200 ? null : 600)
    const held = wearTwo({ first: nine, second, minutes: 240 })
    expect(tell(held)).toHaveLength(1)
    expect(endsOf(held)).toEqual([])
  })

  it('a monitor of two that was told is no matter once it is silent, or the other one is where it was', () => {
    const first = (at: number) => (at > 0 ? null : 600)
    const away = drivenTo(600, 6_000)
    const joined = wearTwo({ first, second: (at) => (at > 1_800 ? 605 : away(at)), minutes: 60 })
    expect(endsOf(joined)).toHaveLength(1)
  })
})

describe('one broken monitor of two, and the other one lost', () => {
  /** The second gives no position for two hours when the first is lost, too. */
  const broken = (at: number) => (at > -120 * 60 ? null : 9_000)
  /** From home by car, and there at the start. */
  const wayTo = (east: number, at: number) => Math.min(9_000, east - 11 * Math.min(0, at))
  const callsFor = (deviceId: string, effects: readonly Effect[]) =>
    tell(effects).filter((line) => line.startsWith(`P2 ${deviceId} `))

  it.each([
    ['on the way in', (at: number) => (at > 0 ? null : wayTo(2_200, at)), 5],
    ['in the band', (at: number) => (at > 0 ? null : wayTo(800, at)), 5],
  ])(
    'a wearer lost %s is told as alone, while one broken monitor is known',
    (_, first, minutes) => {
      const effects = wearTwo({ first, second: broken, minutes: 60, fromMinutes: -300 })
      expect(raisedOf(effects, 'position-unreliable')[0]?.deviceId).toBe('offender-device-2')
      const [call] = callsFor('offender-device', effects)
      expect(Number(call?.split(' ').at(-1))).toBeLessThanOrEqual(minutes)
    },
  )

  it('a wearer lost in a car is called for within the time of one alone, while one broken monitor is known', () => {
    const way = (at: number) => 9_000 + 11 * Math.max(0, at + 300)
    const first = (at: number) => (at > 0 ? null : way(at))
    const both = wearTwo({ first, second: broken, minutes: 240, fromMinutes: -300 })
    const told = raisedOf(both, 'position-unreliable')
    expect(told.map(({ deviceId }) => deviceId)).toEqual(['offender-device-2', 'offender-device'])
    expect(callsOf(both).some((minutes) => minutes > 0 && minutes <= 95)).toBe(true)
  })

  it('a wearer seen again ends what was told of the wearer alone, and not of the broken monitor', () => {
    const first = (at: number) => (at > 0 && at < 1_800 ? null : wayTo(800, at))
    const effects = wearTwo({ first, second: broken, minutes: 60, fromMinutes: -300 })
    const [monitor, wearer] = raisedOf(effects, 'position-unreliable')
    const ended = effects.flatMap((one) => (one.type === 'alert-ended' ? [one.alertId] : []))
    expect(ended).toContain(wearer?.id)
    expect(ended).not.toContain(monitor?.id)
  })

  it('a monitor that was told before an update is told by itself after it', () => {
    const engine = makeEngine({ reportIntervalSeconds: 60 })
    const told = { alertId: 'kept', priority: 'P2', isUnclearTold: false, lastingSinceMs: null }
    const unplaced = { deviceId: 'offender-device-2', lastPlaceAtMs: null, backSinceMs: null }
    const state = JSON.parse(snapshotWatch(engine.watch)) as { persons: unknown[][] }
    for (const saved of state.persons) {
      if (saved[0] === 'offender') saved.splice(6, Infinity, { ...told, unplaced }, null, null)
    }
    restoreWatch(engine.watch, JSON.stringify(state))
    const { unreliable, unplaced: kept } = ensurePerson(engine.watch, 'offender')
    expect(unreliable).toBeNull()
    expect(kept).toMatchObject([{ alertId: 'kept', priority: 'P2', isApart: false, ...unplaced }])
  })

  it('a monitor told to be elsewhere than another is no less so once it is lost', () => {
    const first = (at: number) => (at > 0 ? null : 9_000)
    const effects = wearTwo({ first, second: () => 30_000, minutes: 30 })
    expect(tell(effects)[0]).toMatch(/^P3 offender-device-2 -/)
    expect(endsOf(effects)).toEqual([])
  })

  it('a person of two orders is told by the nearer of what they forbid', () => {
    const far = place(60_000, 0)
    const farBan = makeBan({ id: 'far', area: { type: 'circle', ...far, radiusMeters: 500 } })
    const orders = [makeOrder({ id: 'a', locationBans: [farBan] }), makeOrder({ id: 'b' })]
    const engine = makeEngine({ reportIntervalSeconds: 60, orders })
    const wearing = { first: untilStart(600), second: drivenTo(600, 6_000), minutes: 20 }
    expect(tell(wearTwo(wearing, engine))[0]).toMatch(/^P2 offender-device [45]$/)
  })
})

function heartbeat(atMs: number, deviceId = 'offender-device') {
  return {
    deviceId,
    kind: 'heartbeat',
    recordedAtMs: atMs,
    receivedAtMs: atMs + 500,
    batteryFraction: null,
    sequence: null,
  } as const
}
