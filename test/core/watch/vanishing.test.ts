import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import { advanceTo, applyDeviceEvent, applyFix } from '../../../src/core/engine/engine.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'
import { raisedOf, revisedOf } from '../watch-world.ts'

const areaAlone = { orders: [makeOrder()] }
const pairAlone = { orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })] }

/**
 * Fixes each half minute up to the start, then nothing but heartbeats of the one who vanished,
 * while the other goes on reporting.
 */
function vanish(
  engine: Engine,
  steps: readonly Step[],
  seconds: number,
  fromSeconds = -600,
): Effect[] {
  const effects: Effect[] = []
  for (let at = fromSeconds; at <= seconds; at += 30) {
    for (const { deviceId, seen, isSilent = false } of steps) {
      const fix = seen(at)
      const recordedAtMs = startMs + 1_000 * at
      if (fix !== null) effects.push(...applyFix(engine, fix))
      else if (at > 0 && !isSilent)
        effects.push(...applyDeviceEvent(engine, heartbeat(deviceId, recordedAtMs)))
    }
    effects.push(...advanceTo(engine, startMs + 1_000 * at + 1_000))
  }
  return effects
}

type Step = {
  readonly deviceId: string
  readonly seen: (seconds: number) => Fix | null
  /** Of one that vanishes: not heard either. */
  readonly isSilent?: boolean
}

function offender(eastMeters: (seconds: number) => number, isVanishing = true): Step {
  return {
    deviceId: 'offender-device',
    seen: (at) => (at > 0 && isVanishing ? null : makeFix(at, eastMeters(at))),
  }
}

function victim(eastMeters: (seconds: number) => number, isVanishing = true): Step {
  return {
    deviceId: 'victim-device',
    seen: (at) => (at > 0 && isVanishing ? null : makeVictimFix(at, eastMeters(at))),
  }
}

/**
 * Minutes after the last fix at which it was told that somebody is not known, with its priority.
 */
function tell(effects: readonly Effect[]): string[] {
  const kinds = ['position-unreliable', 'protection-degraded']
  const raised = raisedOf(effects).filter(({ kind }) => kinds.includes(kind))
  const ids = raised.map(({ id }) => id)
  return [
    ...raised.map(({ priority, learnedAtMs }) => ({ priority, learnedAtMs })),
    ...revisedOf(effects).flatMap(({ alertId, revision, learnedAtMs }) => {
      if (!ids.includes(alertId)) return []
      if (revision.kind === 'repeated') return [{ priority: 'again', learnedAtMs }]
      return revision.kind === 'priority' ? [{ priority: revision.priority, learnedAtMs }] : []
    }),
  ].map(
    ({ priority, learnedAtMs }) => `${priority} ${Math.floor((learnedAtMs - startMs) / 60_000)}`,
  )
}

describe('an offender who vanishes', () => {
  // The border lies at 500 m, the band ends at 1,000 m.
  it.each([
    ['on foot, straight at the border', 700, -1.2, ['P2 5']],
    ['on foot, straight at the border from beyond the band', 1_300, -1.2, ['P3 5', 'P2 7']],
    ['driving at the border', 3_000, -9, ['P2 5']],
    ['on foot, away from it, and not in its band', 1_200, 1.2, ['P3 5']],
  ])('an offender who vanishes %s is told', (_name, fromMeters, pace, told) => {
    const engine = makeEngine(areaAlone)
    expect(tell(vanish(engine, [offender((at) => fromMeters + pace * at)], 1_800))).toEqual(told)
  })

  it.each([
    // From 1,400 m to 1,790 m in the last half minute: beyond the band, and led away from it.
    [
      'turning away from a border by car',
      (at: number) => 1_400 + 13 * Math.abs(at + 30),
      ['P3 5', 'P2 66'],
    ],
    ['driving away at nine kilometres', (at: number) => 9_000 + 10 * at, ['P3 14', 'P2 74']],
  ])('an offender who vanishes %s is listed, and called out an hour later', (_, way, called) => {
    const told = tell(vanish(makeEngine(areaAlone), [offender(way)], 7_200))
    expect(told).toEqual(called)
  })

  it('an offender of whom a position was never believed is called out when that has lasted five minutes', () => {
    const seen = (at: number) =>
      at === -30 ? makeFix(at, 0, 0, { longitude: 0, latitude: 0 }) : null
    const told = tell(vanish(makeEngine(areaAlone), [{ deviceId: 'offender-device', seen }], 7_200))
    expect(told).toEqual(['P3 1', 'P2 6'])
  })

  it('an offender who vanishes after standing near the border for less than a rest is called out in an approach, and within the hour without one', () => {
    const stand = (meters: number) => {
      const engine = makeEngine(areaAlone)
      const step = offender((at) => meters + (at % 60) / 60)
      const isSeen = (at: number) => at >= -240 && at <= 0
      const seen = (at: number) => (isSeen(at) ? step.seen(at) : null)
      return tell(vanish(engine, [{ ...step, seen }], 13_680))
    }
    expect(stand(560)).toEqual(['P2 5'])
    expect(stand(1_100)).toEqual(['P3 5', 'P2 55'])
  })

  it('an offender who vanishes at rest far from all is called out after an hour and a half, unless coarse positions bear the place out', () => {
    const engine = makeEngine(areaAlone)
    const step = offender(() => 20_000)
    expect(tell(vanish(engine, [step], 14_000))).toEqual(['P2 90'])
    const coarse = { accuracyMeters: 600, source: 'network' } as const
    const seen = (at: number) =>
      at > 0 && at % 600 === 0 ? makeFix(at, 20_100, 0, coarse) : step.seen(at)
    expect(tell(vanish(makeEngine(areaAlone), [{ ...step, seen }], 20_000))).toEqual([])
  })

  it('an offender who vanishes at rest beside a border is told, and called out, whatever coarse positions agree with the place', () => {
    const step = offender((at) => 1_100 + (at % 60) / 60)
    const coarse = { accuracyMeters: 900, source: 'network' } as const
    const seen = (at: number) =>
      at > 0 && at % 600 === 0 ? makeFix(at, 1_200, 0, coarse) : step.seen(at)
    expect(tell(vanish(makeEngine(areaAlone), [{ ...step, seen }], 7_200))).toEqual([
      'P3 15',
      'P2 55',
    ])
  })
})

describe('an offender who rested for half an hour or more before vanishing', () => {
  it.each([20, 29, 31, 55])(
    'an offender who rested for %i minutes beside a border, where nobody is day after day, is called out a quarter of an hour after vanishing',
    (minutes) => {
      const step = offender((at) => 520 + (at % 240) / 30)
      const told = tell(vanish(makeEngine(areaAlone), [step], 3_600, -60 * minutes))
      expect(told).toEqual(['P2 15'])
    },
  )

  it('an offender who was called out in a rest is called out in the same rest an hour after that call, and after a quarter of one beside the border, by the same alert', () => {
    const stand = (meters: number) => {
      const step = offender((at) => meters + (at % 240) / 30)
      const isSeen = (at: number) => at <= 0 || (at >= 1_800 && at <= 2_100)
      const seen = (at: number) => (isSeen(at) ? makeFix(at, meters + (at % 240) / 30) : null)
      return tell(vanish(makeEngine(areaAlone), [{ ...step, seen }], 9_000, -1_860))
    }
    // Lost from minute 0 to 30, and from minute 35 on.
    expect(stand(900)).toEqual(['P2 15', 'P3 50', 'P2 76'])
    expect(stand(520)).toEqual(['P2 15', 'again 50'])
  })

  it('an offender who was called out in an approach, is seen on the way and vanishes again in it, is called out by the same alert', () => {
    const place = (at: number) => 520 + (at % 240) / 30
    const seen = (at: number) => {
      if (at <= 0) return makeFix(at, place(at))
      return at >= 1_800 && at <= 2_100 ? makeFix(at, 600 + 1.2 * (at - 1_800)) : null
    }
    const walk = { ...offender(place), seen }
    expect(tell(vanish(makeEngine(areaAlone), [walk], 3_600, -1_860))).toEqual([
      'P2 15',
      'again 40',
    ])
    const leave = (at: number) =>
      at === 1_500 || at === 1_620 ? makeFix(at, 3_000 + at) : seen(at)
    const told = tell(vanish(makeEngine(areaAlone), [{ ...walk, seen: leave }], 3_600, -1_860))
    expect(told).toEqual(['P2 15', 'P2 40'])
  })

  it('an offender who rested beside the other person and vanishes is called out a quarter of an hour later', () => {
    const steps = [offender((at) => 1_030 + (at % 240) / 30), victim(() => 0, false)]
    expect(tell(vanish(makeEngine(pairAlone), steps, 3_600, -1_860))).toEqual(['P2 15'])
  })

  it('an offender who rested in an area before its window, and vanished, is called out as it opens', () => {
    // Monday 13:00 in Amsterdam is the start.
    const schedule = {
      timeZone: 'Europe/Amsterdam',
      weekly: [{ days: ['monday'], from: '13:20', until: '18:00' }],
      exceptions: [],
    } as const
    const order = makeOrder({ locationBans: [makeBan({ schedule })] })
    const step = offender((at) => (at % 240) / 30)
    const told = tell(vanish(makeEngine({ orders: [order] }), [step], 3_600, -6_000))
    expect(told).toEqual(['P2 20'])
  })
})

describe('two people of whom one vanishes', () => {
  it.each([
    ['the victim, on foot', [victim((at) => 1.3 * at), offender(() => 6_000, false)]],
    ['the victim, strolling', [victim((at) => 0.6 * at), offender(() => -6_000, false)]],
  ])('two people of whom one vanishes are told: %s', (_name, steps) => {
    const told = tell(vanish(makeEngine(pairAlone), steps, 9_000))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/^P3/)
  })

  it('two people of whom the offender vanishes on foot are called out after an hour and a half, once', () => {
    const steps = [offender((at) => 6_000 + 1.3 * at), victim(() => 0, false)]
    expect(tell(vanish(makeEngine(pairAlone), steps, 9_000))).toEqual(['P3 62', 'P2 90'])
  })

  it('two people of whom one vanished strolling are listed when the other is within reach for ten minutes, not when passing by', () => {
    // The stroll reaches some 1.5 m/s; the offender drives up from far, stays, and drives back.
    const comeBy = (stayMinutes: number) => (at: number) => {
      const isBack = at > 3_600 + stayMinutes * 60
      const away = isBack ? at - 3_600 - stayMinutes * 60 : 3_600 - at
      return 4_500 + 30 * Math.min(Math.max(0, away), 1_200)
    }
    const listed = (stayMinutes: number) =>
      tell(
        vanish(
          makeEngine(pairAlone),
          [victim((at) => 0.6 * at), offender(comeBy(stayMinutes), false)],
          6_600,
        ),
      )
    expect(listed(5)).toEqual([])
    expect(listed(20)).toHaveLength(1)
  })

  it('two people of whom one vanishes on the way to the other are called out', () => {
    const steps = [offender((at) => 1_600 - 1.3 * at), victim(() => 0, false)]
    expect(tell(vanish(makeEngine(pairAlone), steps, 1_800)).at(-1)).toMatch(/^P2/)
  })

  // The victim goes off by bus at 9 m/s and vanishes: by now she may be beside the offender.
  const byBus = victim((at) => 9 * Math.max(0, at + 120))
  const stay = (eastMeters: number, untilSeconds = Infinity) =>
    offender(
      (at) => eastMeters + (at % 240) / 30 - 1.3 * Math.max(0, Math.min(at, 3_600) - untilSeconds),
      false,
    )

  it('two people of whom the protected one vanishes in a bus are listed for as long as the other is seen at one place beyond the ring, and called out with the first steps from it', () => {
    const told = (step: Step) => tell(vanish(makeEngine(pairAlone), [byBus, step], 3_600))
    expect(told(stay(-2_600))).toEqual(['P3 5'])
    expect(told(stay(-2_600, 1_800))).toEqual(['P3 5', 'P2 31'])
  })

  it('two people of whom the protected one vanishes in a bus are called out after five minutes more where the other goes about, or is within the ring of where that was', () => {
    const told = (step: Step) => tell(vanish(makeEngine(pairAlone), [byBus, step], 3_600))
    const walk = offender((at) => -2_600 + 1.3 * Math.abs((at % 600) - 300), false)
    expect(told(walk)).toEqual(['P3 5', 'P2 10'])
    expect(told(stay(-500)).at(-1)).toMatch(/^P2 (5|10)$/)
  })

  it('two people of whom the protected one vanishes in a bus are called out after five minutes more where the other is not seen either', () => {
    const still = stay(-2_600)
    const step = { ...still, seen: (at: number) => (at > 240 ? null : still.seen(at)) }
    expect(tell(vanish(makeEngine(pairAlone), [byBus, step], 1_800))).toEqual(['P3 5', 'P2 10'])
  })

  it('two people of whom the protected one is heard at home for more than a day are listed while the other is seen far off, and called out once that is not so', () => {
    const stroll = victim((at) => 0.6 * at)
    const far = (seconds: number) => {
      const seen = (at: number) => (at <= 88_000 ? makeFix(at, -20_000 - (at % 120)) : null)
      return tell(vanish(makeEngine(pairAlone), [stroll, { ...offender(() => 0), seen }], seconds))
    }
    expect(far(87_900).every((told) => told.startsWith('P3'))).toBe(true)
    // On a motorway the offender may be there 8 minutes after the last position, in minute 1,466.
    expect(far(88_300).every((told) => told.startsWith('P3'))).toBe(true)
    expect(far(89_800).at(-1)).toMatch(/^P2 147\d$/)
  })

  it('two people of whom one falls silent at home, and the other vanishes riding 60 km from there, are listed until somebody on a motorway could have come near', () => {
    const silent = { ...victim((at) => (at % 60) / 60), isSilent: true }
    const ride = (eastMeters: number, seconds: number) => {
      const riding = offender((at) => eastMeters + 4.5 * at)
      return vanish(makeEngine(pairAlone), [riding, silent], seconds)
    }
    expect(tell(ride(60_000, 1_500))).toEqual(['P3 5'])
    expect(tell(ride(60_000, 2_400))).toEqual(['P3 5', 'P2 27'])
    expect(tell(ride(25_000, 1_500))).toEqual(['P3 5', 'P2 10'])
    expect(tell(ride(6_000, 1_500))).toEqual(['P3 5', 'P2 10'])
    // The silence is called out by itself in each.
    const effects = ride(60_000, 900)
    const silences = raisedOf(effects).filter(({ kind }) => kind === 'device-silent')
    expect(silences).toMatchObject([{ priority: 'P3', deviceId: 'victim-device' }])
    expect(revisedOf(effects)).toMatchObject([
      { alertId: silences[0]!.id, revision: { kind: 'priority', priority: 'P2' } },
    ])
  })

  it('two people of whom one vanishes at rest are no matter while they are far apart', () => {
    const steps = [victim((at) => (at % 60) / 60), offender(() => 6_000, false)]
    expect(tell(vanish(makeEngine(pairAlone), steps, 9_000))).toEqual([])
  })
})

function heartbeat(deviceId: string, atMs: number) {
  return {
    deviceId,
    kind: 'heartbeat',
    recordedAtMs: atMs,
    receivedAtMs: atMs + 500,
    batteryFraction: null,
    sequence: null,
  } as const
}
