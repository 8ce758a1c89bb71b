import { describe, expect, it } from 'vitest'
import {
  assignment,
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
  startMs,
} from '../watch-world.ts'

describe('the protection of a pair', () => {
  it('the protection of a pair is whole while both are believed', () => {
    const world = createPairWorld()
    expect(raisedOf(world.report(['monitor', 'pendant'], 60 * minute))).toEqual([])
  })

  it('the protection of a pair is degraded when one reports but is not believed for five minutes, once, until both are fresh', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 10 * minute)
    const believedMs = world.now() - minute
    const raised = raisedOf(reportUnbelieved(world, 20))
    expect(raised).toMatchObject([
      {
        kind: 'protection-degraded',
        priority: 'P3',
        protectionOrderId: 'order',
        proximityBanId: 'pair-vera',
        offenderId: 'otto',
        victimId: 'vera',
        occurredAtMs: believedMs + 5 * minute,
      },
    ])
    expect(raised[0]!.reason).toContain('no location ban to fall back on')
    const ended = endedOf(world.report(['monitor', 'pendant'], 2 * minute))
    expect(ended.map((effect) => effect.alertId)).toEqual([raised[0]!.id])
  })

  it('the protection of a pair is listed first, and called out when it has lasted five minutes more', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 10 * minute)
    const effects = reportUnbelieved(world, 30)
    const [alert] = raisedOf(effects)
    const revised = revisedOf(effects)
    expect(revised).toMatchObject([
      { alertId: alert?.id, revision: { kind: 'priority', priority: 'P2' } },
    ])
    const lastedMs = (revised[0]?.learnedAtMs ?? 0) - (alert?.learnedAtMs ?? 0)
    expect(lastedMs).toBeGreaterThan(5 * minute)
    expect(lastedMs).toBeLessThanOrEqual(5 * minute + 5_000)
  })

  it.each(['otto', 'vera'])(
    'the protection of a pair is called out at once while %s is in an approach',
    (personId) => {
      const world = createPairWorld()
      world.report(['monitor', 'pendant'], 10 * minute)
      world.situate(personId, { isInOpenApproach: true })
      expect(raisedOf(reportUnbelieved(world, 20), 'protection-degraded')).toMatchObject([
        { priority: 'P2' },
      ])
    },
  )

  it('the protection of a pair is called out when an approach opens before that', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 10 * minute)
    let effects = reportUnbelieved(world, 1)
    while (raisedOf(effects).length === 0) effects = reportUnbelieved(world, 1)
    world.situate('otto', { isInOpenApproach: true })
    expect(revisedOf(reportUnbelieved(world, 1))).toMatchObject([
      { revision: { kind: 'priority', priority: 'P2' } },
    ])
  })

  it('the protection of a pair is degraded when the victim has no device, and says what is left', () => {
    const world = createWorld()
    world.register(
      person('otto', 'offender'),
      person('vera', 'victim'),
      device('monitor', 'ankle-monitor'),
      assignment('monitor', 'otto'),
      orderChange({ proximityBans: [pairBan('vera')], locationBans: [locationBan] }),
    )
    const raised = raisedOf(world.report(['monitor'], 10 * minute))
    expect(raised).toMatchObject([
      { kind: 'protection-degraded', occurredAtMs: startMs - day, victimId: 'vera' },
    ])
    expect(raised[0]!.reason).toContain('the victim has no device')
    expect(raised[0]!.reason).toContain('location ban is still watched')
  })

  it('the protection of a pair is degraded when the device of the victim never reported', () => {
    const world = createPairWorld()
    const raised = raisedOf(world.report(['monitor'], 10 * minute))
    expect(raised).toMatchObject([
      { kind: 'protection-degraded', occurredAtMs: startMs + 3 * minute },
    ])
  })

  it('the protection of a pair is not called out a second time for a device that is silent', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 5 * minute)
    const raised = raisedOf(world.report(['monitor'], 60 * minute))
    expect(raised.map((alert) => alert.kind)).toEqual(['device-silent'])
  })

  it('the protection of a pair is one call with the silence of the offender, and a call of its own once that is over', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 10 * minute)
    const quiet = []
    for (let count = 0; count < 30; count++) {
      quiet.push(...world.fix('pendant', { isBelieved: false }), ...world.advance(minute))
    }
    const silent = raisedOf(quiet, 'device-silent')[0]?.id
    const pair = raisedOf(quiet, 'protection-degraded')[0]?.id
    expect(revisedOf(quiet)).toMatchObject([
      { alertId: silent, revision: { kind: 'priority', priority: 'P2' } },
    ])
    const heard = [...world.fix('monitor'), ...world.advance(10_000)]
    expect(revisedOf(heard)).toMatchObject([
      { alertId: pair, revision: { kind: 'priority', priority: 'P2' } },
    ])
  })

  it('the protection of a pair is not called out a second time for an offender without a reporting device', () => {
    const world = createPairWorld()
    const raised = raisedOf(world.report(['pendant'], 60 * minute))
    expect(raised.map((alert) => alert.kind)).toEqual(['order-without-device'])
  })

  it('the protection of a pair is degraded when a silent device is heard again but not believed', () => {
    const world = createPairWorld()
    world.report(['monitor', 'pendant'], 5 * minute)
    world.report(['monitor'], 20 * minute)
    const effects = []
    for (let count = 0; count < 10; count++) {
      effects.push(...world.fix('monitor'), ...world.event('pendant', 'heartbeat'))
      effects.push(...world.advance(minute))
    }
    expect(raisedOf(effects).map((alert) => alert.kind)).toEqual(['protection-degraded'])
  })

  it('the protection of a pair that stops being asked for is not degraded any longer', () => {
    const world = createPairWorld()
    const [alert] = raisedOf(world.report(['monitor'], 10 * minute))
    world.register(orderChange({ version: 2, proximityBans: [] }))
    expect(endedOf(world.advance(0)).map((effect) => effect.alertId)).toContain(alert!.id)
  })

  it('the protection of a pair is judged for each pair of an offender on its own', () => {
    const world = createPairWorld({ proximityBans: [pairBan('vera'), pairBan('wil')] })
    world.register(
      person('wil', 'victim'),
      device('second', 'victim-device'),
      assignment('second', 'wil'),
    )
    const raised = raisedOf(world.report(['monitor', 'pendant'], 10 * minute))
    expect(raised.map((alert) => [alert.kind, alert.victimId])).toEqual([
      ['protection-degraded', 'wil'],
    ])
  })
})

describe('two people without protection under two orders', () => {
  function createTwoOrders(separations: readonly [number, number]) {
    const world = createPairWorld({
      proximityBans: [{ ...pairBan('vera'), separationMeters: separations[0] }],
    })
    world.register(
      orderChange({
        id: 'second',
        proximityBans: [{ ...pairBan('vera'), id: 'pair-2', separationMeters: separations[1] }],
      }),
    )
    world.report(['monitor', 'pendant'], 10 * minute)
    return world
  }

  function rises(effects: Parameters<typeof raisedOf>[0], raised: Parameters<typeof raisedOf>[0]) {
    const orderOf = (id: string) =>
      raisedOf(raised).find((alert) => alert.id === id)?.protectionOrderId
    return revisedOf(effects).map(({ alertId }) => orderOf(alertId))
  }

  it('two people without protection under two orders are one call, and listed under both', () => {
    const world = createTwoOrders([500, 500])
    const effects = reportUnbelieved(world, 40)
    expect(raisedOf(effects).map(({ priority }) => priority)).toEqual(['P3', 'P3'])
    expect(rises(effects, effects)).toEqual(['order'])
  })

  it.each([
    ['ends', { status: 'ended' }],
    ['is suspended', { status: 'suspended' }],
  ] as const)(
    'two people without protection under two orders are called out under the other once the first %s',
    (_name, change) => {
      const world = createTwoOrders([500, 500])
      const effects = reportUnbelieved(world, 40)
      const ban = { ...pairBan('vera'), separationMeters: 500 }
      world.register(orderChange({ version: 2, proximityBans: [ban], ...change }))
      expect(rises(world.advance(10_000), effects)).toEqual(['second'])
    },
  )

  it('two people without protection under two orders are two calls when the one called out first keeps them less far apart', () => {
    const world = createTwoOrders([500, 600])
    const effects = reportUnbelieved(world, 40)
    expect(rises(effects, effects)).toEqual(['order', 'second'])
  })
})

function reportUnbelieved(world: ReturnType<typeof createPairWorld>, minutes: number) {
  const effects = []
  for (let count = 0; count < minutes; count++) {
    effects.push(...world.fix('monitor'), ...world.fix('pendant', { isBelieved: false }))
    effects.push(...world.advance(minute))
  }
  return effects
}
