import { describe, expect, it } from 'vitest'
import { restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine-snapshots.ts'
import { applyFix, applyRegistryChange } from '../../../src/core/engine/engine.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import { createPlain, jitter, makePlainFix, plainBan, plainMs, plainPair } from '../plain-world.ts'
import type { Plain } from '../plain-world.ts'

const minute = 60
const hour = 3600

/** Somebody wears a second device, or the first one has a slower plan. */
function giveMonitor(
  world: Plain,
  id: string,
  reportIntervalSeconds: number,
  personId = 'offender',
): void {
  const kind = personId === 'offender' ? 'ankle-monitor' : 'victim-device'
  const device = { id, vendorId: 'vendor', serialNumber: id, kind } as const
  const fromMs = plainMs - 30 * 86_400_000
  const assignment = { id, deviceId: id, personId, validUntilMs: null }
  applyRegistryChange(
    world.engine,
    { type: 'device', device: { ...device, reportIntervalSeconds } },
    plainMs - 1000,
  )
  applyRegistryChange(
    world.engine,
    { type: 'device-assignment', deviceAssignment: { ...assignment, validFromMs: fromMs } },
    plainMs - 1000,
  )
}

function endAssignment({ engine }: Plain, deviceId: string, seconds: number): void {
  const validFromMs = plainMs - 30 * 86_400_000
  const validUntilMs = plainMs + seconds * 1000
  const deviceAssignment = {
    id: deviceId,
    deviceId,
    personId: 'offender',
    validFromMs,
    validUntilMs,
  }
  applyRegistryChange(engine, { type: 'device-assignment', deviceAssignment }, validUntilMs)
}

describe('a breach seen by one monitor', () => {
  /** The second reports from 3 km away all the time; the first is inside, then without a view. */
  const leaveAtHome = (world: Plain, hours: number): void => {
    giveMonitor(world, 'second', 60)
    for (let at = 0; at < hours * hour; at += minute) {
      world.fix(at, jitter(at, [3000, 0]), { deviceId: 'second' })
      if (at < 6 * minute) world.fix(at + 20, jitter(at, [0, 0]))
      else world.heard(at + 20)
    }
  }

  it('a breach seen by one monitor is not ended by another left at home once the first gives no position', () => {
    const world = createPlain()
    leaveAtHome(world, 8)
    expect(world.told('location-ban-breach')).toEqual(['raised location-ban-breach P1 81'])
  })

  it('a breach seen by one monitor is ended by the other when the first has said nothing for a day, and is taken in', () => {
    const world = createPlain()
    leaveAtHome(world, 26)
    expect(world.told('ended location-ban-breach')).toEqual([])
    endAssignment(world, 'monitor', 26 * hour)
    world.fix(26 * hour, [3000, 0], { deviceId: 'second' })
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
    const seconds = Number(world.told('ended location-ban-breach')[0]?.split(' ').at(-1))
    expect(seconds).toBeGreaterThan(24 * hour)
  })

  it('a breach seen by one monitor is ended by it as soon as it sees its wearer leave', () => {
    const world = createPlain()
    leaveAtHome(world, 1)
    world.fix(hour, jitter(hour, [3000, 0]))
    world.fix(hour + minute, jitter(hour + minute, [3000, 10]))
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a breach seen by one monitor is ended by one that was put on after it, once the first is taken in', () => {
    const world = createPlain()
    giveMonitor(world, 'second', 60)
    for (let at = 0; at < 6 * minute; at += minute) world.fix(at, jitter(at, [0, 0]))
    for (let at = 2 * hour; at < 2 * hour + 10 * minute; at += minute) {
      world.fix(at, jitter(at, [3000, 0]), { deviceId: 'second' })
    }
    expect(world.told('ended location-ban-breach')).toEqual([])
    endAssignment(world, 'monitor', 2 * hour + 10 * minute)
    world.fix(2 * hour + 11 * minute, [3000, 0], { deviceId: 'second' })
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })
})

describe('a breach seen by two monitors', () => {
  /** Both inside for six minutes; then one is carried off, and the other says no more. */
  const carryOff = (world: Plain, hours: number, other: (at: number) => void): void => {
    giveMonitor(world, 'second', 60)
    for (let at = 0; at < hours * hour; at += minute) {
      const isInside = at < 6 * minute
      world.fix(at, jitter(at, [isInside ? 0 : Math.min(at * 5, 3000), 0]), { deviceId: 'second' })
      if (isInside) world.fix(at + 20, jitter(at, [0, 0]))
      else other(at + 20)
    }
  }

  it.each([
    ['says nothing more', (_world: Plain, _at: number) => {}],
    ['gives no position', (world: Plain, at: number) => world.heard(at)],
  ])(
    'a breach seen by two monitors goes on as not known when one is away and the other %s',
    (_, other) => {
      const world = createPlain()
      carryOff(world, 5, (at) => other(world, at))
      expect(world.told('location-ban-breach')).toEqual(['raised location-ban-breach P1 1'])
      const { state, reasons } = world.state()
      expect(state).toBe('unknown')
      expect(reasons.map(({ code }) => code)).toContain('episode-open')
    },
  )

  it.each([
    ['heard outside', 3000, 0],
    ['heard inside, which is a breach of its own', 0, 1],
  ])('a breach seen by two monitors is over once the other is %s', (_, east, moreCount) => {
    const world = createPlain()
    carryOff(world, 5, () => {})
    const raised = world.told('raised location-ban-breach').length
    for (const at of [5 * hour, 5 * hour + 30]) world.fix(at, jitter(at, [east, 0]))
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
    expect(world.told('raised location-ban-breach')).toHaveLength(raised + moreCount)
  })

  it('a breach seen by two monitors is told again when the other comes back inside with what it kept meanwhile', () => {
    const world = createPlain()
    giveMonitor(world, 'second', 60)
    for (let at = 0; at < hour; at += minute) {
      const isInside = at < 6 * minute
      if (at > 20 * minute && at % (2 * minute) === 0) continue
      const east = isInside ? 0 : Math.min((at - 5 * minute) * 13, 10_000)
      world.fix(at, jitter(at, [east, 0]), { deviceId: 'second' })
      if (isInside) world.fix(at + 20, jitter(at, [0, 0]))
    }
    expect(world.told('location-ban-breach')).toEqual(['raised location-ban-breach P1 1'])
    for (let at = 6 * minute; at < hour; at += minute) {
      world.fix(at + 20, jitter(at, [0, 0]), { receivedAtMs: plainMs + hour * 1000 })
    }
    world.fix(hour + 20, jitter(hour, [0, 0]))
    // By what is of an hour ago, and then by what is of now.
    expect(world.told('reopened location-ban-breach')).toEqual([
      `reopened location-ban-breach ${hour}`,
      `reopened location-ban-breach ${hour}`,
    ])
  })

  it('a breach seen by two monitors is over by the clock once the other is taken in, though nobody is heard', () => {
    const world = createPlain()
    carryOff(world, 2, () => {})
    endAssignment(world, 'monitor', 2 * hour)
    world.until(2 * hour + minute)
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
    expect(world.state().reasons.map(({ code }) => code)).not.toContain('episode-open')
  })

  it('a breach seen by two monitors is over by the clock when the assignment of the other ends as was planned', () => {
    const world = createPlain()
    endAssignment(world, 'monitor', 3 * hour)
    carryOff(world, 2, () => {})
    world.until(3 * hour - 1)
    expect(world.told('ended location-ban-breach')).toEqual([])
    world.until(3 * hour + minute)
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a breach seen by two monitors is over once the other is taken in', () => {
    const world = createPlain()
    carryOff(world, 2, () => {})
    endAssignment(world, 'monitor', 2 * hour)
    world.fix(2 * hour + 10, [3000, 0], { deviceId: 'second' })
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a breach seen by two monitors, one of them silent, is over by the clock once its ban is', () => {
    const untilMs = plainMs + 3 * hour * 1000
    const world = createPlain({ validUntilMs: untilMs })
    carryOff(world, 2, () => {})
    expect(world.told('ended location-ban-breach')).toEqual([])
    world.until(3 * hour)
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a breach seen by two monitors, one of them silent, is not known after a restart either', () => {
    const before = createPlain()
    carryOff(before, 2, () => {})
    const world = createPlain()
    giveMonitor(world, 'second', 60)
    for (const { scope, state } of takeSnapshots(before.engine)) {
      restoreSnapshot(world.engine, scope, state)
    }
    const atMs = plainMs + 2 * hour * 1000
    expect(judgeProtection(world.engine, 'order', atMs).state).toBe('unknown')
    const ended = [2 * hour, 2 * hour + 30]
      .flatMap((at) => applyFix(world.engine, makePlainFix(at, [3000, 0])))
      .filter(({ type }) => type === 'alert-ended')
    // The breach, and the silence of that device.
    expect(ended).toHaveLength(2)
  })

  it.each([
    ['says nothing more', 'device-silent P1', (_world: Plain, _at: number) => {}],
    ['gives no position', 'position-unreliable P2', (world: Plain, at: number) => world.heard(at)],
  ])(
    'a breach seen by two monitors goes on, and so does the call about the one left inside, which %s',
    (_, call, other) => {
      const world = createPlain()
      carryOff(world, 5, (at) => other(world, at))
      const [kind] = call.split(' ')
      const raised = world.told(`raised ${call}`).length
      expect(raised).toBeGreaterThan(world.told(`ended ${kind}`).length)
      expect(world.state().state).not.toBe('protected')
    },
  )

  it.each([
    ['an hour for one on a slow plan that is worn still', null, 0],
    ['no time for one that was taken off', 900, 1],
  ])('a breach seen by two monitors waits for %s', (_, takenOff, endedCount) => {
    const world = createPlain()
    giveMonitor(world, 'slow', 900)
    for (const at of [0, 100]) world.fix(at + 20, jitter(at, [0, 0]), { deviceId: 'slow' })
    for (let at = 0; at < 5 * minute; at += minute) world.fix(at, jitter(at, [0, 0]))
    if (takenOff !== null) endAssignment(world, 'slow', takenOff)
    const leave = (from: number, until: number): void => {
      for (let at = from; at < until; at += minute) {
        world.fix(at, jitter(at, [Math.min((at - 20 * minute) * 5, 3000), 0]))
      }
    }
    leave(20 * minute, 45 * minute)
    expect(world.told('ended location-ban-breach')).toHaveLength(endedCount)
    leave(45 * minute, 2 * hour)
    if (takenOff === null) {
      expect(world.told('ended location-ban-breach')).toEqual([])
      endAssignment(world, 'slow', 2 * hour)
      leave(2 * hour, 2 * hour + minute)
    }
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it.each([
    ['in the band', 300, 'raised location-ban-approach P2'],
    ['inside', 0, 'raised location-ban-breach P1'],
  ])(
    'a breach seen by two monitors, one of them dead, hides nobody who comes back: %s',
    (_, east, raised) => {
      const world = createPlain()
      carryOff(world, 2, () => {})
      const before = world.told(raised).length
      for (let at = 2 * hour; at < 2 * hour + 20 * minute; at += minute) {
        const left = Math.max(3000 - (at - 2 * hour) * 5, east)
        world.fix(at, jitter(at, [left, 0]), { deviceId: 'second' })
      }
      expect(world.told(raised)).toHaveLength(before + 1)
    },
  )

  it('a breach of two people that two monitors saw, one of them dead, hides no second nearness', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    giveMonitor(world, 'second', 60)
    for (let at = 0; at < 3 * hour; at += minute) {
      world.fix(at, jitter(at, [10, 0]), { deviceId: 'pendant' })
      const isNear = at < 6 * minute || at > 2 * hour
      world.fix(at + 10, jitter(at, [isNear ? 0 : 3000, 0]), { deviceId: 'second' })
      if (at < 6 * minute) world.fix(at + 20, jitter(at, [0, 0]))
    }
    expect(world.told('raised proximity-breach')).toHaveLength(2)
  })

  it('a breach seen by two monitors is over when both were carried off, and one went dark on the way', () => {
    const world = createPlain()
    carryOff(world, 2, (at) => {
      if (at < 8 * minute) world.fix(at, jitter(at, [Math.min(at * 5, 3000), 0]))
    })
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a breach of two people goes on as not known when the victim leaves with one of two phones and the other is dark', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    giveMonitor(world, 'phone', 60, 'victim')
    for (let at = 0; at < 2 * hour; at += minute) {
      world.fix(at, jitter(at, [0, 0]))
      const east = at < 6 * minute ? 10 : Math.min(at * 5, 3000)
      world.fix(at + 10, jitter(at, [east, 0]), { deviceId: 'pendant' })
      if (at < 6 * minute) world.fix(at + 20, jitter(at, [10, 0]), { deviceId: 'phone' })
    }
    expect(world.told('ended proximity-breach')).toEqual([])
    world.fix(2 * hour, [3000, 0], { deviceId: 'phone' })
    world.fix(2 * hour + 30, [3000, 0], { deviceId: 'phone' })
    expect(world.told('ended proximity-breach')).toHaveLength(1)
  })
})

describe('a device that was heard before a breach and did not see it', () => {
  it.each([
    ['a minute', 60],
    ['four hours', 4 * hour],
    ['nearly a day', 23 * hour],
  ])('a monitor heard at home %s before ends no breach that another saw', (_name, before) => {
    const world = createPlain()
    giveMonitor(world, 'second', 60)
    world.fix(-before, jitter(0, [3000, 0]), { deviceId: 'second' })
    for (let at = 0; at < 6 * minute; at += minute) world.fix(at, jitter(at, [0, 0]))
    for (let at = 6 * minute; at < 2 * hour; at += minute) {
      world.heard(at)
      if (at < hour) continue
      world.fix(at + 20, jitter(at, [3000, 0]), { deviceId: 'second' })
    }
    expect(world.told('ended location-ban-breach')).toEqual([])
  })

  it('a monitor heard at home before, whose word was not clear at first, ends no breach either', () => {
    const world = createPlain()
    giveMonitor(world, 'second', 60)
    world.fix(-hour, jitter(0, [3000, 0]), { deviceId: 'second', accuracyMeters: 800 })
    for (const at of [0, minute]) world.fix(at, jitter(at, [0, 0]))
    world.fix(hour, jitter(0, [3000, 0]), { deviceId: 'second', accuracyMeters: 800 })
    for (let at = hour + minute; at < 2 * hour; at += minute) {
      world.fix(at, jitter(at, [3000, 0]), { deviceId: 'second' })
    }
    expect(world.told('ended location-ban-breach')).toEqual([])
  })

  it('a second phone of the victim, known to lie at home, ends no nearness that the first one saw', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    giveMonitor(world, 'tablet', 3600, 'victim')
    world.fix(-hour, [5000, 0], { deviceId: 'tablet' })
    for (let at = 0; at < 2 * hour; at += minute) {
      world.fix(at, jitter(at, [0, 0]))
      if (at < 6 * minute) world.fix(at + 5, jitter(at, [30, 0]), { deviceId: 'pendant' })
      if (at % 1800 === 900) world.fix(at + 6, jitter(at, [5000, 0]), { deviceId: 'tablet' })
    }
    expect(world.told('raised proximity-breach')).toHaveLength(1)
    expect(world.told('ended proximity-breach')).toEqual([])
  })

  it('a monitor heard before a breach that sees it later is waited for, and shows the leaving', () => {
    const world = createPlain()
    giveMonitor(world, 'second', 60)
    world.fix(-hour, [3000, 0], { deviceId: 'second' })
    for (const at of [0, minute]) world.fix(at, jitter(at, [0, 0]))
    world.fix(2 * minute, [5, 0], { deviceId: 'second' })
    for (let at = 15 * minute; at < 20 * minute; at += minute) {
      world.fix(at, jitter(at, [3000, 0]), { deviceId: 'second' })
    }
    for (const at of [21 * minute, 22 * minute]) world.fix(at, [3000, 0])
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })
})

describe('positions far away', () => {
  it.each([
    [100_000, 18 * minute, 21 * minute],
    [300_000, 54 * minute, 64 * minute],
  ])(
    'positions far away that stand still end no breach before a train could be there: %d m',
    (meters, fromSeconds, untilSeconds) => {
      const world = createPlain()
      world.fix(0, [0, 0])
      for (let at = minute; at < 2 * hour; at += minute) world.fix(at, jitter(at, [meters, 0]))
      const seconds = Number(world.told('ended location-ban-breach')[0]?.split(' ').at(-1))
      expect(seconds).toBeGreaterThanOrEqual(fromSeconds)
      expect(seconds).toBeLessThanOrEqual(untilSeconds)
    },
  )

  it.each([300, 600])(
    'positions far away in turn with true ones hide no breach on a plan of %d s',
    (interval) => {
      const world = createPlain()
      giveMonitor(world, 'monitor', interval)
      for (let report = 0; report < 12; report++) {
        const isAway = report < 2 || report % 2 === 1
        const at = report * (interval + 1)
        world.fix(at, jitter(at, [isAway ? 60_000 + interval * 100 : 0, 0]))
      }
      expect(world.told('raised location-ban-breach P1')).toHaveLength(1)
      expect(world.told('raised position-unreliable P2')).toHaveLength(1)
    },
  )
})

it.each([
  [270, 10, 200],
  [230, 5, 100],
])(
  'a breach ends at a flat beside the ban, %d m from its middle, where sure and coarse positions come in turn',
  (meters, sure, coarse) => {
    const world = createPlain()
    world.fix(0, [0, 0])
    for (let at = minute; at < 12 * hour; at += minute) {
      const isInside = at < 2 * minute
      const accuracyMeters = isInside || (at / minute) % 2 === 1 ? sure : coarse
      world.fix(at, jitter(at, [isInside ? 1 : meters, 0]), { accuracyMeters })
    }
    expect(world.told('location-ban-breach')).toEqual([
      'raised location-ban-breach P1 1',
      expect.stringMatching(/^ended location-ban-breach/),
    ])
  },
)

describe('positions less sure than a ring is large', () => {
  it.each([
    [12, 160, 0],
    [12, 160, 60],
    [12, 400, 300],
    [60, 490, 350],
    [5, 60, 20],
  ])(
    'a breach of an area of %i m does not end by positions of %i m, their middle %i m off',
    (radiusMeters, accuracyMeters, meters) => {
      const area = { type: 'circle', longitude: 5, latitude: 52, radiusMeters } as const
      const world = createPlain({ locationBans: [{ ...plainBan, area }] })
      for (const at of [0, minute]) world.fix(at, [1, at / minute], { accuracyMeters: 4 })
      for (let at = 2 * minute; at < 3 * hour; at += minute) {
        world.fix(at, jitter(at, [meters, 0]), { accuracyMeters })
      }
      expect(world.told('ended location-ban-breach')).toEqual([])
    },
  )

  it('a breach of an area of 12 m ends by coarse positions that are all of them far from it', () => {
    const area = { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 12 } as const
    const world = createPlain({ locationBans: [{ ...plainBan, area }] })
    for (const at of [0, minute]) world.fix(at, [1, at / minute], { accuracyMeters: 4 })
    for (let at = 2 * minute; at < 20 * minute; at += minute) {
      world.fix(at, jitter(at, [300, 0]), { accuracyMeters: 160 })
    }
    expect(world.told('ended location-ban-breach')).toHaveLength(1)
  })

  it('a breach of two in one car does not end by where one of them may have driven since', () => {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    giveMonitor(world, 'monitor', 300)
    for (let report = 0; report < 36; report++) {
      const at = report * 300
      const moving = { speedMetersPerSecond: 25 }
      world.fix(at, [25 * at, 0], { ...moving, deviceId: 'pendant' })
      world.fix(at + 150, [25 * (at + 150), 0], moving)
    }
    expect(world.told('raised proximity-breach')).toHaveLength(1)
    expect(world.told('ended proximity-breach')).toEqual([])
  })
})

describe('a monitor that is exchanged in a breach', () => {
  /** The first is worn until ten minutes in, the second from then on. */
  function exchange(world: Plain, place: readonly [number, number]): string[] {
    const atMs = plainMs + 10 * minute * 1000
    const device = { id: 'second', vendorId: 'vendor', serialNumber: 'second' } as const
    const kind = { kind: 'ankle-monitor', reportIntervalSeconds: 60 } as const
    for (let at = 0; at < 10 * minute; at += minute) world.fix(at, jitter(at, [0, 0]))
    applyRegistryChange(world.engine, { type: 'device', device: { ...device, ...kind } }, atMs)
    const first = { id: 'monitor', deviceId: 'monitor', validFromMs: plainMs - 30 * 86_400_000 }
    const second = { id: 'second', deviceId: 'second', validFromMs: atMs, validUntilMs: null }
    for (const worn of [{ ...first, validUntilMs: atMs }, second]) {
      const deviceAssignment = { ...worn, personId: 'offender' }
      applyRegistryChange(world.engine, { type: 'device-assignment', deviceAssignment }, atMs)
    }
    for (let at = 11 * minute; at < hour; at += minute) {
      world.fix(at, jitter(at, place), { deviceId: 'second' })
    }
    return world.told('location-ban-breach')
  }

  it('an exchanged monitor that is inside too is told once, in the same breach', () => {
    expect(exchange(createPlain(), [20, 0])).toEqual([
      'raised location-ban-breach P1 1',
      'repeated location-ban-breach 661',
    ])
  })

  it('an exchanged monitor that lies in an office ends no breach that the one before it showed', () => {
    expect(exchange(createPlain(), [6000, 0])).toEqual(['raised location-ban-breach P1 1'])
  })
})

describe('a device that is exchanged in a breach of two people', () => {
  /** Beside her for an hour; the device of one of them falls silent, and another shows it on. */
  function stay(personId: 'offender' | 'victim', quietAt: number, anotherAt: number): string[] {
    const world = createPlain({ locationBans: [], proximityBans: [plainPair] })
    giveMonitor(world, 'second', 60, personId)
    const place = { offender: [60, 0], victim: [0, 0] } as const
    const first = { offender: 'monitor', victim: 'pendant' } as const
    for (let at = 0; at < hour; at += minute) {
      for (const person of ['offender', 'victim'] as const) {
        const seconds = person === 'offender' ? at : at + 20
        const isQuiet = person === personId && at >= quietAt
        const values = { deviceId: first[person] }
        if (!isQuiet) world.fix(seconds, jitter(seconds, place[person]), values)
        if (person !== personId || at < anotherAt) continue
        world.fix(seconds + 30, jitter(seconds, place[person]), { deviceId: 'second' })
      }
    }
    return world.told('proximity-breach')
  }

  it('a device that is exchanged beside the other person is told, once and in the same breach', () => {
    expect(stay('offender', 10 * minute, 17 * minute)).toEqual([
      'raised proximity-breach P1 21',
      `repeated proximity-breach ${17 * minute + 31}`,
    ])
  })

  it('a device of the victim that is exchanged is no news', () => {
    expect(stay('victim', 10 * minute, 13 * minute)).toEqual(['raised proximity-breach P1 21'])
  })

  it('a device that is worn beside the one that showed it is no news', () => {
    expect(stay('offender', hour, 17 * minute)).toEqual(['raised proximity-breach P1 21'])
  })
})
