import { describe, expect, it } from 'vitest'
import { alertId } from '../../../src/core/model/alert-id.ts'
import { restoreWatch, snapshotWatch } from '../../../src/core/watch/watch-snapshot.ts'
import {
  assignment,
  createBanWorld,
  createPairWorld,
  createWorld,
  day,
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

describe('a panic button', () => {
  it('a panic button on a device whose clock stands still is told each time it is pressed, from its arrival', () => {
    const world = createPairWorld()
    world.advance(0)
    const stamp = { recordedAtMs: startMs - minute }
    const [first] = raisedOf(world.event('pendant', 'panic', stamp))
    world.advance(2 * second)
    const pressedMs = world.now()
    expect(revisedOf(world.event('pendant', 'panic', stamp))).toMatchObject([
      { alertId: first?.id, revision: { kind: 'repeated', recordedAtMs: pressedMs } },
    ])
    // What is read from the journal a second time is no other press.
    expect(world.event('pendant', 'panic', { ...stamp, receivedAtMs: pressedMs })).toEqual([])
    world.advance(10 * minute)
    expect(raisedOf(world.event('pendant', 'panic', stamp), 'panic')).toMatchObject([
      {
        priority: 'P1',
        late: false,
        occurredAtMs: world.now(),
        evidence: { facts: { countedFromArrival: true, deviceClockAtMs: stamp.recordedAtMs } },
      },
    ])
  })

  it('a panic button pressed by the victim is P1 and names both people', () => {
    const world = createPairWorld()
    world.advance(0)
    expect(raisedOf(world.event('pendant', 'panic'))).toMatchObject([
      {
        id: alertId(['panic', 'pendant', 'panic'], startMs),
        kind: 'panic',
        priority: 'P1',
        victimId: 'vera',
        offenderId: 'otto',
        protectionOrderId: 'order',
        occurredAtMs: startMs,
        late: false,
      },
    ])
  })

  it('a panic button pressed again within five minutes is the same alert, and after that another', () => {
    const world = createPairWorld()
    const presses = [0, 30, 299, 300, 301, 599, 600].map((seconds) =>
      raisedOf(
        world.event('pendant', 'panic', {
          recordedAtMs: startMs + seconds * second,
          receivedAtMs: startMs + seconds * second,
        }),
      ),
    )
    expect(presses.map((alerts) => alerts.length)).toEqual([1, 0, 0, 1, 0, 0, 1])
  })

  it('a panic button pressed again is reported at the alert, each press once, however often and in what order it is uploaded', () => {
    const world = createPairWorld()
    const told = [0, 30, 90, 60, 30, 60, 0, 90].map((seconds) => {
      const recordedAtMs = startMs + seconds * second
      const effects = world.event('pendant', 'panic', { recordedAtMs, receivedAtMs: recordedAtMs })
      return revisedOf(effects).map(({ revision }) => revision)
    })
    const repeatedAt = (seconds: number) => [
      { kind: 'repeated', recordedAtMs: startMs + seconds * second },
    ]
    expect(told).toEqual([[], repeatedAt(30), repeatedAt(90), repeatedAt(60), [], [], [], []])
  })

  it('a panic call is known again after a restart', () => {
    const before = createPairWorld()
    const [alert] = raisedOf(before.event('pendant', 'panic'))
    const world = createPairWorld()
    restoreWatch(world.watch, snapshotWatch(before.watch))
    expect(world.event('pendant', 'panic')).toEqual([])
    world.advance(second)
    expect(revisedOf(world.event('pendant', 'panic'))).toMatchObject([
      { alertId: alert!.id, revision: { kind: 'repeated', recordedAtMs: startMs + second } },
    ])
  })

  it('a panic call is never ended by anything the device says', () => {
    const world = createPairWorld()
    world.event('pendant', 'panic')
    const later = [
      ...world.event('pendant', 'heartbeat'),
      ...world.event('pendant', 'link-restored'),
      ...world.report(['monitor', 'pendant'], 60 * minute),
    ]
    expect(endedOf(later)).toEqual([])
  })

  it('a panic call comes through in any order of upload: every press is covered by one alert', () => {
    const offsets = [0, 100, 250, 320, 700, 900]
    for (const order of [offsets, offsets.toReversed(), [320, 0, 900, 100, 700, 250]]) {
      const world = createPairWorld()
      const raised = order.flatMap((seconds) => {
        const recordedAtMs = startMs + seconds * second
        const receivedAtMs = startMs + 60 * minute
        const once = world.event('pendant', 'panic', { recordedAtMs, receivedAtMs })
        expect(world.event('pendant', 'panic', { recordedAtMs, receivedAtMs })).toEqual([])
        return raisedOf(once)
      })
      expect(raised.length).toBeGreaterThanOrEqual(2)
      expect(raised.length).toBeLessThanOrEqual(3)
      expect(raised.every((alert) => alert.late)).toBe(true)
    }
  })

  it('a panic button of a device nobody is registered to wear is shown all the same', () => {
    const world = createWorld()
    world.register(device('pendant', 'victim-device'))
    const [alert] = raisedOf(world.event('pendant', 'panic'))
    expect(alert).toMatchObject({ priority: 'P1', victimId: null, protectionOrderId: null })
  })

  it('a panic button pressed before it was known, by its own clock, moves the alert back', () => {
    const world = createPairWorld()
    const [alert] = raisedOf(world.event('pendant', 'panic', { recordedAtMs: startMs }))
    const earlier = world.event('pendant', 'panic', { recordedAtMs: startMs - minute })
    expect(raisedOf(earlier)).toEqual([])
    expect(revisedOf(earlier)).toMatchObject([
      { alertId: alert!.id, revision: { kind: 'moved', occurredAtMs: startMs - minute } },
    ])
  })
})

describe('tamper', () => {
  it.each(['strap-tamper', 'case-tamper', 'jamming-suspected', 'link-lost'] as const)(
    'the tampering of kind %s is P1 near danger and P2 far from it',
    (kind) => {
      for (const [isNearDanger, priority] of [
        [true, 'P1'],
        [false, 'P2'],
      ] as const) {
        const world = createBanWorld()
        world.advance(0)
        world.situate('otto', { isNearDanger })
        const [alert] = raisedOf(world.event('monitor', kind))
        expect(alert).toMatchObject({ kind: 'device-tamper', priority, offenderId: 'otto' })
        expect(alert!.evidence.facts['eventKind']).toBe(kind)
      }
    },
  )

  it('tamper by somebody whose place is not known is P1 when there is a person to approach, and says so', () => {
    const pair = createPairWorld()
    pair.situate('otto', { isNearDanger: null })
    const [alert] = raisedOf(pair.event('monitor', 'strap-tamper'))
    expect(alert).toMatchObject({
      priority: 'P1',
      evidence: { facts: { nearDanger: 'unknown', hasProximityBan: true } },
    })
    const ban = createBanWorld()
    ban.situate('otto', { isNearDanger: null })
    expect(raisedOf(ban.event('monitor', 'strap-tamper'))).toMatchObject([
      { priority: 'P2', evidence: { facts: { nearDanger: 'unknown' } } },
    ])
    ban.advance(10 * minute)
    ban.situate('otto', { isNearDanger: null, isInOpenApproach: true })
    expect(raisedOf(ban.event('monitor', 'case-tamper'))).toMatchObject([{ priority: 'P1' }])
  })

  it('tamper repeated when its wearer has come near is raised to P1, once', () => {
    const world = createBanWorld()
    world.advance(0)
    world.situate('otto', { isNearDanger: false })
    const [alert] = raisedOf(world.event('monitor', 'strap-tamper'))
    world.advance(minute)
    world.situate('otto', { isNearDanger: true })
    const again = world.event('monitor', 'strap-tamper')
    expect(again).toMatchObject([
      { alertId: alert!.id, revision: { kind: 'priority', priority: 'P1' } },
    ])
    world.advance(minute)
    expect(world.event('monitor', 'strap-tamper')).toEqual([])
  })

  it('tamper far from danger is raised to P1 when an approach of its wearer opens within a day', () => {
    const world = createBanWorld()
    world.advance(0)
    world.situate('otto', { isNearDanger: false })
    const [alert] = raisedOf(world.event('monitor', 'strap-tamper'))
    expect(revisedOf(world.report(['monitor'], 60 * minute))).toEqual([])
    world.situate('otto', { isInOpenApproach: true })
    expect(revisedOf(world.report(['monitor'], 10 * minute))).toMatchObject([
      { alertId: alert!.id, revision: { kind: 'priority', priority: 'P1' } },
    ])
  })

  it('tamper of long ago says nothing of an approach now', () => {
    const world = createBanWorld()
    world.advance(0)
    world.situate('otto', { isNearDanger: false })
    world.event('monitor', 'strap-tamper')
    world.report(['monitor'], day + minute)
    world.situate('otto', { isInOpenApproach: true })
    expect(revisedOf(world.report(['monitor'], 10 * minute))).toEqual([])
  })

  it('tamper that comes in late is not excused by where the wearer is now', () => {
    const world = createPairWorld()
    world.situate('otto', { isNearDanger: false })
    const [alert] = raisedOf(
      world.event('monitor', 'strap-tamper', { recordedAtMs: startMs - 60 * minute }),
    )
    expect(alert).toMatchObject({ priority: 'P1', late: true })
  })

  it('tamper that clears itself within seconds stays', () => {
    const world = createBanWorld()
    world.advance(0)
    world.event('monitor', 'strap-tamper')
    expect(endedOf(world.report(['monitor'], 60 * minute))).toEqual([])
  })

  it('tamper repeated with every report is one alert an hour, not sixty', () => {
    const world = createBanWorld()
    world.advance(0)
    const raised = []
    for (let count = 0; count < 60; count++) {
      raised.push(...raisedOf(world.event('monitor', 'strap-tamper')))
      world.advance(minute)
    }
    expect(raised).toHaveLength(1)
    expect(raisedOf(world.event('monitor', 'strap-tamper'))).toHaveLength(1)
    expect(raisedOf(world.event('monitor', 'case-tamper'))).toHaveLength(1)
  })

  it('tamper that was over and comes again is reported at the alert; a flag that goes on is not', () => {
    const world = createBanWorld()
    world.advance(0)
    const [alert] = raisedOf(world.event('monitor', 'strap-tamper'))
    const told = [1, 1, 2, 3].map((minutes) => {
      world.advance(minutes * minute)
      return revisedOf(world.event('monitor', 'strap-tamper'))
    })
    expect(told).toMatchObject([
      [],
      [],
      [],
      [{ alertId: alert!.id, revision: { kind: 'repeated' } }],
    ])
  })

  it.each([
    [15, [31, 31]],
    [60, [121, 121]],
    [600, [301, 1_201]],
  ])(
    'tamper that comes again on a plan of %i s is told after so long, where a position without it lies between and where none does',
    (interval, expected) => {
      const found = [true, false].map((isSeenBetween) => {
        for (let seconds = 1; seconds <= 1_201; seconds += 30) {
          const world = createWorld()
          world.register(
            person('otto', 'offender'),
            device('monitor', 'ankle-monitor', interval),
            assignment('monitor', 'otto'),
            orderChange({ locationBans: [locationBan] }),
          )
          world.advance(0)
          world.event('monitor', 'strap-tamper')
          world.advance((seconds * second) / 2)
          if (isSeenBetween) world.fix('monitor')
          world.advance((seconds * second) / 2)
          if (revisedOf(world.event('monitor', 'strap-tamper')).length > 0) return seconds
        }
        return null
      })
      expect(found).toEqual(expected)
    },
  )

  it('tamper of a device on the shelf is no alert', () => {
    const world = createBanWorld()
    world.register(device('spare', 'ankle-monitor'))
    expect(raisedOf(world.event('spare', 'strap-tamper'))).toEqual([])
  })

  it.each(['strap-tamper', 'panic'] as const)(
    'a %s of whoever is given the device is told of them, and not with that of its wearer before',
    (kind) => {
      const world = createBanWorld()
      world.register(
        person('piet', 'offender'),
        orderChange({ id: 'other', offenderId: 'piet', locationBans: [locationBan] }),
      )
      world.advance(minute)
      expect(raisedOf(world.event('monitor', kind))).toMatchObject([{ offenderId: 'otto' }])
      world.advance(minute)
      world.register(assignment('monitor', 'otto', startMs - day, world.now()))
      world.register(assignment('monitor', 'piet', world.now()))
      world.advance(2 * minute)
      const effects = world.event('monitor', kind)
      expect(raisedOf(effects)).toMatchObject([{ offenderId: 'piet', protectionOrderId: 'other' }])
      expect(revisedOf(effects)).toEqual([])
    },
  )

  it('tamper of a wearer without an order in force is P2 and names no order', () => {
    const world = createWorld()
    world.register(
      person('otto', 'offender'),
      device('monitor', 'ankle-monitor'),
      assignment('monitor', 'otto'),
      orderChange({ status: 'suspended', proximityBans: [pairBan('vera')] }),
    )
    expect(raisedOf(world.event('monitor', 'strap-tamper'))).toMatchObject([
      { priority: 'P2', protectionOrderId: null, offenderId: 'otto' },
    ])
  })
})

describe('a link between the parts', () => {
  it('a link that is restored has its end recorded, on an alert that stays', () => {
    const world = createBanWorld()
    world.advance(0)
    const [alert] = raisedOf(world.event('monitor', 'link-lost'))
    world.advance(minute)
    expect(endedOf(world.event('monitor', 'link-restored'))).toEqual([
      {
        type: 'alert-ended',
        alertId: alert!.id,
        clearedAtMs: startMs + minute,
        learnedAtMs: startMs + minute,
      },
    ])
    expect(endedOf(world.event('monitor', 'link-restored'))).toEqual([])
  })

  it('a link lost again shortly after is the same alert, open again', () => {
    const world = createBanWorld()
    world.advance(0)
    const [alert] = raisedOf(world.event('monitor', 'link-lost'))
    world.advance(minute)
    world.event('monitor', 'link-restored')
    world.advance(minute)
    const again = world.event('monitor', 'link-lost')
    expect(raisedOf(again)).toEqual([])
    expect(revisedOf(again)).toMatchObject([{ alertId: alert!.id, revision: { kind: 'reopened' } }])
    world.advance(minute)
    expect(endedOf(world.event('monitor', 'link-restored'))).toHaveLength(1)
  })

  it('a link whose loss comes in after its restoring is raised, and ended at once', () => {
    const world = createBanWorld()
    world.advance(0)
    world.event('monitor', 'link-restored', { recordedAtMs: startMs - minute })
    const effects = world.event('monitor', 'link-lost', { recordedAtMs: startMs - 2 * minute })
    expect(raisedOf(effects)).toHaveLength(1)
    expect(endedOf(effects)).toMatchObject([{ clearedAtMs: startMs - minute }])
  })

  it('a link restored by an old message is not restored now', () => {
    const world = createBanWorld()
    world.advance(0)
    world.event('monitor', 'link-lost')
    expect(
      endedOf(world.event('monitor', 'link-restored', { recordedAtMs: startMs - day })),
    ).toEqual([])
  })
})
