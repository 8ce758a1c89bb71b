import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Situation } from '../../../src/core/watch/situation.ts'
import {
  assignment,
  createFleet,
  device,
  endedOf,
  locationBan,
  minute,
  orderChange,
  pairBan,
  person,
  raisedOf,
  revisedOf,
  second,
  startMs,
} from '../watch-world.ts'

describe('a vendor silent as a whole', () => {
  it(
    'a vendor silent as a whole is one alert for ten thousand devices, within three minutes, and not one more',
    {
      timeout: 300_000,
    },
    () => {
      const world = createFleet(10_000)
      reportStaggered(world, 10_000, 3 * minute)
      const silentMs = world.now()
      const raised = raisedOf(world.advance(10 * minute))
      expect(raised).toHaveLength(1)
      expect(raised[0]).toMatchObject({
        kind: 'vendor-silent',
        priority: 'P1',
        vendorId: 'vendor',
        deviceId: null,
        evidence: { facts: { watchedDeviceCount: 10_000 } },
      })
      expect(raised[0]!.learnedAtMs - silentMs).toBeLessThanOrEqual(2 * minute)
    },
  )

  it('a vendor silent as a whole ends when its devices are heard again, and those still silent a moment later speak for themselves', () => {
    const world = createFleet(10)
    reportStaggered(world, 10, 3 * minute)
    const [incident] = raisedOf(world.advance(20 * minute))
    const returning = Array.from({ length: 8 }, (_, number) => `d${number}`)
    const effects = returning.flatMap((deviceId) => [
      ...world.fix(deviceId),
      ...world.advance(second),
    ])
    expect(endedOf(effects).map((effect) => effect.alertId)).toContain(incident!.id)
    // Those that came back a little later than the others are no matter for the desk.
    expect(raisedOf(effects)).toEqual([])
    const still = raisedOf(world.report(returning, 3 * minute))
    expect(still.map((alert) => [alert.kind, alert.deviceId])).toEqual([
      ['device-silent', 'd8'],
      ['device-silent', 'd9'],
    ])
    // Two intervals after the return, at the latest.
    expect(still[0]!.learnedAtMs).toBeLessThan(world.now() - minute + second)
  })

  it('a vendor is not silent by two devices, nor by a third of many', () => {
    const two = createFleet(2)
    reportStaggered(two, 2, 3 * minute)
    expect(raisedOf(two.advance(10 * minute)).map((alert) => alert.kind)).toEqual([
      'device-silent',
      'device-silent',
    ])
    const nine = createFleet(9)
    reportStaggered(nine, 9, 3 * minute)
    const alive = Array.from({ length: 6 }, (_, number) => `d${number}`)
    const raised = raisedOf(nine.report(alive, 10 * minute))
    expect(raised.map((alert) => alert.kind)).toEqual(Array(3).fill('device-silent'))
  })

  it('a vendor silent as a whole is exactly half of its devices', () => {
    const world = createFleet(6)
    world.report(['d0', 'd1', 'd2', 'd3', 'd4', 'd5'], 3 * minute)
    const raised = raisedOf(world.report(['d0', 'd1', 'd2'], 10 * minute))
    expect(raised.map((alert) => alert.kind)).toEqual(['vendor-silent'])
  })

  it('a vendor silent as a whole leaves the devices of another vendor to themselves', () => {
    const world = createFleet(5)
    world.register(
      person('other', 'offender'),
      device('elsewhere', 'ankle-monitor', 60, 'second-vendor'),
      assignment('elsewhere', 'other'),
      orderChange({ id: 'other-order', offenderId: 'other', locationBans: [locationBan] }),
    )
    world.advance(0)
    world.fix('elsewhere')
    reportStaggered(world, 5, 2 * minute)
    const raised = raisedOf(world.advance(10 * minute))
    expect(raised.map((alert) => alert.kind).toSorted()).toEqual(['device-silent', 'vendor-silent'])
  })

  it('a vendor silent as a whole names the orders in an open approach first', () => {
    const world = createFleet(6)
    reportStaggered(world, 6, 3 * minute)
    world.situate('p4', { isInOpenApproach: true, isInUnusualApproach: true })
    world.situate('p2', { isNearDanger: true })
    const incident = raisedOf(world.advance(10 * minute)).find(
      (alert) => alert.kind === 'vendor-silent',
    )
    const facts = incident!.evidence.facts
    expect(String(facts['ordersByRisk']).split(' ').slice(0, 2)).toEqual(['o4', 'o2'])
    expect(facts['ordersInApproachCount']).toBe(1)
  })

  it('a vendor silent as a whole does not speak for a device in an open approach or breach, also when it opens later', () => {
    const world = createFleet(6)
    reportStaggered(world, 6, 3 * minute)
    world.situate('p2', { isInOpenApproach: true, isInUnusualApproach: true })
    const raised = raisedOf(world.advance(10 * minute))
    expect(raised.map(({ kind, deviceId, priority }) => [kind, deviceId, priority])).toEqual([
      ['vendor-silent', null, 'P1'],
      ['device-silent', 'd2', 'P1'],
    ])
    world.situate('p4', { isInOpenApproach: true, isInUnusualApproach: true })
    const later = raisedOf(world.advance(10 * second))
    expect(later.map(({ kind, deviceId, priority }) => [kind, deviceId, priority])).toEqual([
      ['device-silent', 'd4', 'P1'],
    ])
  })

  it.each([
    ['before it opened is part of it', 0, []],
    ['since it opened is outside it', 1, ['d5']],
  ])('a vendor silent as a whole with a device last heard %s', (_, heardAfterMs, told) => {
    const world = createFleet(6)
    const living = ['d3', 'd4', 'd5']
    world.report(['d0', 'd1', 'd2', ...living], 3 * minute)
    const effects = world.report(living, minute)
    for (;;) {
      if (raisedOf(effects, 'vendor-silent').length > 0) break
      for (const deviceId of living) effects.push(...world.fix(deviceId))
      effects.push(...world.advance(second))
    }
    world.advance(heardAfterMs)
    // Heard at the moment it opens, or a millisecond later; two go on for hours.
    if (heardAfterMs > 0) world.fix('d5')
    const after = world.report(['d3', 'd4'], 180 * minute)
    expect(raisedOf(after).map((alert) => alert.deviceId)).toEqual(told)
  })

  it('a vendor silent as a whole is reported once more, and not once a device, when those outside it fall silent as a whole', () => {
    const world = createFleet(20)
    const living = Array.from({ length: 10 }, (_, number) => `d${number + 10}`)
    reportStaggered(world, 20, 3 * minute)
    const [incident] = raisedOf(world.report(living, 10 * minute))
    expect(incident?.kind).toBe('vendor-silent')
    const effects = world.advance(60 * minute)
    expect(raisedOf(effects)).toEqual([])
    expect(revisedOf(effects)).toEqual([
      expect.objectContaining({
        alertId: incident?.id,
        revision: expect.objectContaining({ kind: 'repeated' }),
      }),
    ])
  })

  it('a vendor silent as a whole is seen in time though most of its devices report too seldom to be overdue', () => {
    const world = createFleet(20)
    for (let number = 10; number < 20; number++) {
      world.register(device(`d${number}`, 'ankle-monitor', 300))
    }
    reportStaggered(world, 20, 3 * minute)
    const raised = raisedOf(world.advance(30 * minute))
    expect(raised.map((alert) => alert.kind)).toEqual(['vendor-silent'])
  })

  it('a vendor silent as a whole by three that are dead for good, while ten on slower plans were not due yet, is over when these have reported, and the three speak for themselves', () => {
    const world = createFleet(13)
    const slow = Array.from({ length: 10 }, (_, number) => `d${number + 3}`)
    for (const id of slow) world.register(device(id, 'ankle-monitor', 300))
    world.advance(0)
    const all = ['d0', 'd1', 'd2', ...slow]
    for (const id of all) world.fix(id)
    const [incident] = raisedOf(world.advance(5 * minute), 'vendor-silent')
    for (const id of slow) world.fix(id)
    const effects = world.advance(minute)
    expect(endedOf(effects).map(({ alertId }) => alertId)).toEqual([incident!.id])
    expect(raisedOf(world.report(slow, 5 * minute)).map(({ deviceId }) => deviceId)).toEqual([
      'd0',
      'd1',
      'd2',
    ])
  })

  it('a vendor that falls silent once more right after its incident is told as soon as it is', () => {
    const world = createFleet(4)
    const all = ['d0', 'd1', 'd2', 'd3']
    for (const id of all) world.fix(id)
    world.advance(minute)
    world.fix('d3')
    expect(raisedOf(world.advance(70 * second), 'vendor-silent')).toHaveLength(1)
    // Two of three come back at once; the last, heard before it opened, is overdue a minute later.
    for (const id of ['d0', 'd1']) world.fix(id)
    expect(endedOf(world.advance(0))).toHaveLength(1)
    world.advance(20 * second)
    world.event('d0', 'heartbeat')
    expect(raisedOf(world.advance(10 * minute), 'vendor-silent')).toHaveLength(1)
  })

  it('a device that is dead while another one of its vendor comes and goes is told by itself once the vendor was heard for as long as it may say nothing', () => {
    const world = createFleet(6)
    reportStaggered(world, 6, 3 * minute)
    const diedMs = world.now()
    const effects: Effect[] = []
    for (let round = 0; round < 20; round++) {
      if (round % 3 === 2) effects.push(...world.fix('d2'))
      effects.push(...world.report(['d3', 'd4', 'd5'], minute))
    }
    expect(raisedOf(effects, 'vendor-silent')).toHaveLength(2)
    const silent = raisedOf(effects, 'device-silent')
    expect(silent.map(({ deviceId }) => deviceId)).toEqual(['d0', 'd1'])
    expect(silent[0]!.learnedAtMs - diedMs).toBeLessThanOrEqual(9 * minute)
  })

  it('a device that is dead on a slow plan is told by itself within the hour, though its vendor comes back in bursts of one second', () => {
    const world = createFleet(5)
    world.register(device('d0', 'ankle-monitor', 300))
    reportStaggered(world, 5, 3 * minute)
    const diedMs = world.now()
    const effects: Effect[] = []
    for (let burst = 0; burst < 20; burst++) {
      effects.push(...world.advance(6 * minute))
      for (const id of ['d1', 'd2', 'd3', 'd4']) effects.push(...world.fix(id))
    }
    expect(raisedOf(effects, 'vendor-silent')).toHaveLength(2)
    const silent = raisedOf(effects, 'device-silent')
    expect(silent.map(({ deviceId }) => deviceId)).toEqual(['d0'])
    expect(silent[0]!.learnedAtMs - diedMs).toBeLessThanOrEqual(70 * minute)
  })

  it('a vendor that comes back for half a minute again and again, and is gone once more, is told as a whole alone', () => {
    const world = createFleet(20)
    reportStaggered(world, 20, 3 * minute)
    const effects: Effect[] = [...world.advance(10 * minute)]
    for (let blip = 0; blip < 5; blip++) {
      // Not every one of them gets through.
      for (let number = 0; number < 20; number += 1) {
        if ((number + blip) % 3 === 0) continue
        effects.push(...world.fix(`d${number}`), ...world.advance(second))
      }
      effects.push(...world.advance(10 * minute))
    }
    // The second stays open while it comes and goes.
    expect(endedOf(effects)).toHaveLength(1)
    expect(raisedOf(effects).map(({ kind }) => kind)).toEqual(['vendor-silent', 'vendor-silent'])
  })

  it('a vendor that comes and goes is two alerts, and the second is told again when it is away for longer, and ends when it has been back for half an hour', () => {
    const world = createFleet(4)
    const all = ['d0', 'd1', 'd2', 'd3']
    world.report(all, 3 * minute)
    const turn = (awayMinutes: number): Effect[] => [
      ...world.advance(awayMinutes * minute),
      ...world.report(all, 2 * minute),
    ]
    const turns = Array.from({ length: 20 }, () => turn(5)).flat()
    const [, second, ...more] = raisedOf(turns)
    expect(more).toEqual([])
    expect(revisedOf(turns)).toEqual([])
    const listRepeats = (effects: readonly Effect[]): string[] =>
      revisedOf(effects).map(({ alertId, revision }) => `${revision.kind} ${alertId}`)
    expect(listRepeats(turn(12))).toEqual([`repeated ${second!.id}`])
    // A quarter of an hour is told however long it was away before.
    expect(listRepeats([...turn(60), ...turn(20)])).toEqual(Array(2).fill(`repeated ${second!.id}`))
    // In an approach each device speaks for itself.
    world.situate('p2', { isInOpenApproach: true, isInUnusualApproach: true })
    const [own] = raisedOf(turn(5))
    expect([own?.kind, own?.deviceId, own?.priority]).toEqual(['device-silent', 'd2', 'P1'])
    world.situate('p2', {})
    expect(endedOf(world.report(all, 20 * minute))).toEqual([])
    const ended = endedOf(world.report(all, 20 * minute))
    expect(ended.map(({ alertId }) => alertId)).toEqual([second!.id])
    expect(raisedOf(turn(5), 'vendor-silent')).toHaveLength(1)
  })

  it('a vendor that was back for half an hour, and is gone in the same moment, is told at once and as another one', () => {
    const world = createFleet(4)
    const all = ['d0', 'd1', 'd2', 'd3']
    world.report(all, 3 * minute)
    for (const away of [5, 5]) {
      world.advance(away * minute)
      world.report(all, 2 * minute)
    }
    world.advance(5 * minute)
    const backMs = world.now()
    const effects = world.report(all, 28 * minute)
    // Two reports are missed a millisecond after the half hour.
    for (const id of all) effects.push(...world.fix(id))
    effects.push(...world.advance(5 * minute))
    const told = [...endedOf(effects), ...raisedOf(effects)].map((one) => one.learnedAtMs - backMs)
    expect(told).toEqual(Array(2).fill(30 * minute + 1))
  })

  it('a vendor that comes and goes speaks for a device that misses one short return and is in the next, and not for one that misses two', () => {
    const world = createFleet(12)
    const all = Array.from({ length: 12 }, (_, number) => `d${number}`)
    world.report(all, 3 * minute)
    const effects: Effect[] = []
    for (let turn = 0; turn < 20; turn++) {
      effects.push(...world.advance(4 * minute))
      // A third of them does not get through each time, and the last one is dead from then on.
      const through = all.filter((id, number) => {
        return (number + turn) % 3 !== 0 && (turn < 10 || id !== 'd11')
      })
      effects.push(...world.report(through, 2 * minute))
    }
    const silent = raisedOf(effects, 'device-silent')
    // In the first return nobody knows yet that it comes and goes.
    expect(silent.map(({ deviceId }) => deviceId)).toEqual(['d0', 'd3', 'd6', 'd9', 'd11'])
    expect(silent.at(-1)!.learnedAtMs - startMs).toBeLessThanOrEqual(80 * minute)
  })

  it.each([
    ['every other return', 2, ['d5'], [['d5', 'P2']]],
    ['two of three returns', 3, ['d5'], []],
    ['every other return, with many others,', 2, ['d3', 'd4', 'd5'], []],
  ])(
    'a device that is in %s of a vendor that comes and goes is told once if that leaves it unseen most of the time',
    (_, missedEach, missing, told) => {
      const world = createFleet(7)
      const all = Array.from({ length: 7 }, (__, number) => `d${number}`)
      world.report(all, 3 * minute)
      const effects: Effect[] = []
      for (let turn = 0; turn < 30; turn++) {
        effects.push(...world.advance(4 * minute))
        const through = all.filter((id) => !missing.includes(id) || turn % missedEach !== 1)
        effects.push(...world.report(through, 2 * minute))
      }
      const silent = raisedOf(effects, 'device-silent')
      expect(silent.map(({ deviceId, priority }) => [deviceId, priority])).toEqual(told)
    },
  )

  /** How often devices are called for beside a vendor that is back for two minutes of six. */
  function callsBeside(
    isMissed: (turn: number, device: number) => boolean,
    turns: number,
  ): string[] {
    const world = createFleet(12)
    const all = Array.from({ length: 12 }, (_, number) => `d${number}`)
    world.report(all, 3 * minute)
    const effects: Effect[] = []
    for (let turn = 0; turn < turns; turn++) {
      effects.push(...world.advance(4 * minute))
      const through = all.filter((_, number) => !isMissed(turn, number))
      effects.push(...world.report(through, 2 * minute))
    }
    const calls = raisedOf(effects, 'device-silent').filter(({ priority }) => priority !== 'P3')
    return calls.map(({ deviceId }) => deviceId ?? '')
  }

  it('a device that misses one return in ten of a vendor that comes and goes, by chance, is not called for', () => {
    const chance = (turn: number, number: number): number => {
      let mixed = turn * 7919 + number * 104_729 + 12_345
      mixed = (mixed ^ (mixed << 13)) >>> 0
      mixed ^= mixed >>> 17
      mixed ^= mixed << 5
      return (mixed >>> 0) / 2 ** 32
    }
    expect(callsBeside((turn, number) => chance(turn, number) < 0.1, 60)).toEqual([])
  })

  it('a device that is in every other return of a vendor that comes and goes is called for within the hour, and again when it is so after it was in all for long', () => {
    const isMissed = (turn: number, number: number): boolean =>
      number === 5 && turn % 2 === 1 && (turn < 12 || turn > 24)
    expect(callsBeside(isMissed, 12)).toEqual(['d5'])
    expect(callsBeside(isMissed, 40)).toEqual(['d5', 'd5'])
    // Weak ones beside it hide nobody.
    const isWeak = (turn: number, number: number): boolean =>
      isMissed(turn, number) || (number < 3 && turn % 2 === number % 2)
    expect(callsBeside(isWeak, 12)).toContain('d5')
  })

  it('a device that was listed before its vendor went is told as P2 soon after it misses a second return, and not once more in that play', () => {
    const world = createFleet(7)
    const others = ['d0', 'd1', 'd2', 'd3', 'd4', 'd6']
    const all = [...others, 'd5']
    const awayMs = 4 * minute
    world.report(all, 3 * minute)
    world.advance(awayMs)
    world.report(all, minute)
    world.advance(awayMs)
    // The first return that it misses.
    world.report(others, second, second)
    expect(raisedOf(world.advance(awayMs), 'device-silent')).toEqual([])
    // It is back with the others, and then silent by itself.
    world.report(all, minute)
    const [listed] = raisedOf(world.report(others, 3 * minute), 'device-silent')
    expect(listed).toMatchObject({ deviceId: 'd5', priority: 'P3' })
    world.advance(2 * minute)
    // The second one, and its vendor is gone again two minutes later.
    world.report(others, second, second)
    const fromMs = world.now()
    const told = revisedOf(world.advance(awayMs)).filter(({ alertId }) => alertId === listed!.id)
    expect(told).toMatchObject([{ revision: { kind: 'priority', priority: 'P2' } }])
    expect(told[0]!.learnedAtMs - fromMs).toBeLessThan(2 * minute + 10 * second)
    // Back in one more, and missing in the next: two of three again.
    world.report(all, minute)
    world.advance(awayMs)
    world.report(others, second, second)
    expect(raisedOf(world.advance(awayMs), 'device-silent')).toEqual([])
  })

  it('a device that is dead beside two halves of its vendor, of which one or the other is back each time, is told by itself within the hour', () => {
    const world = createFleet(9)
    reportStaggered(world, 9, 3 * minute)
    const diedMs = world.now()
    const effects = world.advance(4 * minute)
    for (let turn = 0; turn < 30; turn++) {
      const half = turn % 2 === 0 ? ['d1', 'd2', 'd3', 'd4'] : ['d5', 'd6', 'd7', 'd8']
      for (const id of half) effects.push(...world.fix(id))
      effects.push(...world.advance(4 * minute))
    }
    expect(raisedOf(effects, 'vendor-silent')).toHaveLength(1)
    const silent = raisedOf(effects, 'device-silent')
    expect(silent.map(({ deviceId }) => deviceId)).toEqual(['d0'])
    expect(silent[0]!.learnedAtMs - diedMs).toBeLessThanOrEqual(60 * minute)
    // That it went on is told each quarter of an hour, and not at each turn.
    const toldMs = revisedOf(effects).flatMap(({ revision, learnedAtMs }) =>
      revision.kind === 'repeated' ? [learnedAtMs] : [],
    )
    expect(toldMs.length).toBeGreaterThan(5)
    const quarters = toldMs.slice(1).filter((ms, place) => ms - toldMs[place]! <= 15 * minute)
    expect(quarters).toEqual([])
    // Whoever was on the way in meanwhile is told of by the device.
    world.situate('p3', onTheWayIn(world.now()))
    const turn = [...world.fix('d1'), ...world.fix('d2'), ...world.fix('d3'), ...world.fix('d4')]
    turn.push(...world.advance(4 * minute))
    expect(raisedOf(turn).map(({ deviceId, priority }) => [deviceId, priority])).toEqual([
      ['d3', 'P2'],
    ])
  })

  it('a vendor silent as a whole speaks for nobody who was last seen on the way in', () => {
    const world = createFleet(6)
    world.report(['d0', 'd1', 'd2', 'd3', 'd4', 'd5'], 3 * minute)
    world.situate('p2', onTheWayIn(world.now()))
    const told = raisedOf(world.advance(6 * minute))
    expect(told.map(({ kind, deviceId, priority }) => [kind, deviceId, priority])).toEqual([
      ['vendor-silent', null, 'P1'],
      ['device-silent', 'd2', 'P2'],
    ])
  })

  it('a vendor silent as a whole shows no pair as degraded a second time', () => {
    const world = createFleet(4)
    for (let number = 0; number < 4; number++) {
      world.register(
        person(`v${number}`, 'victim'),
        device(`w${number}`, 'victim-device'),
        assignment(`w${number}`, `v${number}`),
        orderChange({
          id: `o${number}`,
          version: 2,
          offenderId: `p${number}`,
          proximityBans: [pairBan(`v${number}`)],
        }),
      )
    }
    world.report(['d0', 'd1', 'd2', 'd3', 'w0', 'w1', 'w2', 'w3'], 5 * minute)
    expect(raisedOf(world.advance(60 * minute)).map((alert) => alert.kind)).toEqual([
      'vendor-silent',
    ])
    // Back with old fixes first, fresh ones a minute later: nothing is degraded meanwhile.
    const old = { recordedAtMs: startMs + 6 * minute }
    for (const id of ['d0', 'd1', 'd2', 'd3', 'w0', 'w1', 'w2', 'w3']) world.fix(id, old)
    const effects = world.advance(minute)
    expect(endedOf(effects)).toHaveLength(1)
    effects.push(...world.report(['d0', 'd1', 'd2', 'd3', 'w0', 'w1', 'w2', 'w3'], 5 * minute))
    expect(raisedOf(effects)).toEqual([])
  })
})

/** Each device reports once a minute, spread evenly over it. */
function reportStaggered(
  world: ReturnType<typeof createFleet>,
  count: number,
  durationMs: number,
): void {
  const fromMs = world.now()
  for (let round = 0; round < durationMs / minute; round++) {
    for (let number = 0; number < count; number++) {
      const atMs = fromMs + round * minute + Math.floor((number * minute) / count)
      if (atMs > world.now()) expect(raisedOf(world.advanceTo(atMs))).toEqual([])
      world.fix(`d${number}`)
    }
  }
}

/** 500 m from an area, at 10 m/s towards it. */
function onTheWayIn(atMs: number): Partial<Situation> {
  const place = { longitude: 5, latitude: 52, radiusMeters: 0 }
  const going = { paceMetersPerSecond: 10, isStanding: false, atMs, agreed: null }
  return {
    danger: { bandMeters: 500, leftMeters: 500, closingMeters: 500 },
    whereabouts: { ...place, ...going },
  }
}
