import { describe, expect, it } from 'vitest'
import { advanceTo, applyDeviceEvent, applyFix } from '../../../src/core/engine/engine.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import { makeEngine, makeFix, startMs } from '../engine-world.ts'
import { raisedOf } from '../watch-world.ts'

/**
 * Two monitors of one offender, half a minute apart each minute: the first gives positions until
 * the start and then only heartbeats, the second goes on. The border lies at 500 m, the band ends
 * at 1,000 m.
 */
function wearTwo(
  { first, second, minutes }: Wearing,
  engine = makeEngine({ reportIntervalSeconds: 60 }),
): Effect[] {
  const effects: Effect[] = []
  for (let at = -1_200; at <= 60 * minutes; at += 60) {
    const east = first(at)
    effects.push(
      ...(east === null
        ? applyDeviceEvent(engine, heartbeat(startMs + 1_000 * at))
        : applyFix(engine, makeFix(at, east + 4 * Math.sin(at)))),
      ...applyFix(
        engine,
        makeFix(at + 30, second(at) + 4 * Math.cos(at), 0, { deviceId: 'offender-device-2' }),
      ),
      ...advanceTo(engine, startMs + 1_000 * at + 32_000),
    )
  }
  return effects
}

type Wearing = {
  readonly first: (seconds: number) => number | null
  readonly second: (seconds: number) => number
  readonly minutes: number
}

const untilStart = (east: number) => (at: number) => (at > 0 ? null : east)

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

describe('a monitor of two that is heard without a position', () => {
  it.each([
    ['inside the ban', 100],
    ['a hundred metres from the border', 600],
  ])('a monitor of two last seen %s is told, whatever the other one says', (_, east) => {
    const effects = wearTwo({ first: untilStart(east), second: () => 6_000, minutes: 480 })
    expect(tell(effects)[0]).toMatch(/^P2 offender-device [45]$/)
    const [alert] = raisedOf(effects, 'position-unreliable')
    expect(alert?.reason).toContain('Another device of its wearer is seen elsewhere')
  })

  it('a monitor of two that never gave a position is listed', () => {
    const effects = wearTwo({ first: () => null, second: () => 6_000, minutes: 60 })
    expect(tell(effects)).toHaveLength(1)
    expect(tell(effects)[0]).toMatch(/^P3 offender-device /)
  })

  it('a monitor of two is no matter while the other one is where it was last', () => {
    const effects = wearTwo({ first: untilStart(6_000), second: () => 6_030, minutes: 480 })
    expect(tell(effects)).toEqual([])
  })

  it('a monitor of two left elsewhere far from all is listed once its wearer could have walked to a band', () => {
    const effects = wearTwo({ first: untilStart(6_000), second: () => 30_000, minutes: 480 })
    expect(tell(effects)).toHaveLength(1)
    // Five kilometres on foot.
    expect(tell(effects)[0]).toMatch(/^P3 offender-device 55$/)
  })

  it('a monitor of two whose place is not known leaves nobody protected by the other one', () => {
    const judgedAfter = (minutes: number) => {
      const engine = makeEngine({ reportIntervalSeconds: 60 })
      wearTwo({ first: untilStart(6_000), second: () => 30_000, minutes }, engine)
      return judgeProtection(engine, 'order', startMs + 60_000 * minutes + 40_000)
    }
    expect(judgedAfter(40).state).toBe('protected')
    const { state, reasons } = judgedAfter(120)
    expect(state).toBe('degraded')
    expect(reasons.map(({ code }) => code)).toEqual(['position-unreliable'])
  })

  it('a monitor of two is told no longer once it has given positions for ten minutes', () => {
    const first = (at: number) => (at > 0 && at <= 1_800 ? null : 600)
    const effects = wearTwo({ first, second: () => 6_000, minutes: 50 })
    expect(endsOf(effects)).toEqual([41])
  })

  it('a monitor of two that gives one position every few minutes is told once', () => {
    const first = (at: number) => (at > 0 && at % 420 !== 0 ? null : 600)
    const effects = wearTwo({ first, second: () => 6_000, minutes: 240 })
    expect(tell(effects)).toHaveLength(1)
    expect(endsOf(effects)).toEqual([])
    // Nine minutes of positions, and none again: it has not come back.
    const nine = (at: number) => (at > 0 && at % 1_800 < 1_200 ? null : 600)
    const held = wearTwo({ first: nine, second: () => 6_000, minutes: 240 })
    expect(tell(held)).toHaveLength(1)
    expect(endsOf(held)).toEqual([])
  })

  it('a monitor of two that was told is no matter once it is silent, or the other one is where it was', () => {
    const first = (at: number) => (at > 0 ? null : 600)
    const joined = wearTwo({ first, second: (at) => (at > 1_800 ? 605 : 6_000), minutes: 60 })
    expect(endsOf(joined)).toHaveLength(1)
  })
})

function heartbeat(atMs: number) {
  return {
    deviceId: 'offender-device',
    kind: 'heartbeat',
    recordedAtMs: atMs,
    receivedAtMs: atMs + 500,
    batteryFraction: null,
    sequence: null,
  } as const
}
