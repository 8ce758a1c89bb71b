import { describe, expect, it } from 'vitest'
import {
  assignment,
  createBanWorld,
  createWorld,
  day,
  device,
  endedOf,
  locationBan,
  minute,
  orderChange,
  person,
  raisedOf,
  startMs,
} from '../watch-world.ts'

describe('an order in force', () => {
  it('an order in force whose offender has no monitor is called out after two minutes, from the start of the order', () => {
    const world = createWorld()
    world.register(person('otto', 'offender'), orderChange({ locationBans: [locationBan] }))
    expect(raisedOf(world.advance(2 * minute - 1))).toEqual([])
    const raised = raisedOf(world.advance(1))
    expect(raised).toMatchObject([
      {
        kind: 'order-without-device',
        priority: 'P2',
        protectionOrderId: 'order',
        offenderId: 'otto',
        occurredAtMs: startMs - day,
      },
    ])
    expect(raisedOf(world.advance(60 * minute))).toEqual([])
  })

  it('an order in force whose monitor is registered a moment after it is not called out for that', () => {
    const world = createWorld()
    world.register(person('otto', 'offender'), orderChange({ locationBans: [locationBan] }))
    world.advance(4 * minute)
    world.register(device('monitor', 'ankle-monitor'), assignment('monitor', 'otto'))
    world.advance(0)
    world.fix('monitor')
    expect(raisedOf(world.report(['monitor'], 10 * minute))).toEqual([])
  })

  it('an order in force is not called out before it begins, and is from its first moment', () => {
    const world = createWorld()
    world.register(person('otto', 'offender'), orderChange({ validFromMs: startMs + day }))
    expect(raisedOf(world.advance(day - 1))).toEqual([])
    expect(raisedOf(world.advance(1)).map((alert) => alert.kind)).toEqual(['order-without-device'])
  })

  it('an order in force is called out anew when the monitor that ended it was put down to the wrong person', () => {
    const world = createWorld()
    world.register(person('otto', 'offender'), person('piet', 'offender'))
    world.register(device('monitor', 'ankle-monitor'))
    world.fix('monitor')
    const validFromMs = startMs + minute
    world.register(orderChange({ locationBans: [locationBan], validFromMs }))
    const [first] = raisedOf(world.advance(10 * minute))
    const worn = assignment('monitor', 'otto')
    world.register(worn)
    expect(endedOf(world.advance(1)).map(({ alertId }) => alertId)).toEqual([first!.id])
    if (worn.type !== 'device-assignment') return
    const deviceAssignment = { ...worn.deviceAssignment, personId: 'piet' }
    world.register({ type: 'device-assignment', deviceAssignment })
    const [again] = raisedOf(world.advance(10 * minute), 'order-without-device')
    expect(again).toMatchObject({ occurredAtMs: first!.occurredAtMs + 1 })
    expect(again!.id).not.toBe(first!.id)
  })

  it('an order in force whose monitor has never reported is called out after three intervals', () => {
    const world = createBanWorld()
    expect(raisedOf(world.advance(3 * minute))).toEqual([])
    const raised = raisedOf(world.advance(1))
    expect(raised).toMatchObject([
      { kind: 'order-without-device', deviceId: 'monitor', occurredAtMs: startMs + 3 * minute },
    ])
    expect(raisedOf(world.advance(30 * minute))).toEqual([])
  })

  it('an order in force is watched again from the first fix, and not from a heartbeat', () => {
    const world = createBanWorld()
    const [alert] = raisedOf(world.advance(5 * minute))
    expect(endedOf([...world.event('monitor', 'heartbeat'), ...world.advance(minute)])).toEqual([])
    const fixMs = world.now()
    expect(endedOf([...world.fix('monitor'), ...world.advance(minute)])).toEqual([
      { type: 'alert-ended', alertId: alert!.id, clearedAtMs: fixMs, learnedAtMs: fixMs },
    ])
  })

  it('an order in force that loses its monitor twice has two alerts with ids of their own', () => {
    const world = createBanWorld()
    world.report(['monitor'], 5 * minute)
    const ids = new Set<string>()
    for (let round = 0; round < 2; round++) {
      world.register(assignment('monitor', 'otto', startMs - day, world.now()))
      for (const alert of raisedOf(world.advance(minute), 'order-without-device')) ids.add(alert.id)
      world.register(assignment('monitor', 'otto', startMs - day, null))
      world.advance(0)
      world.report(['monitor'], minute)
    }
    expect(ids.size).toBe(2)
  })

  it('an order in force that is suspended is over as far as devices go', () => {
    const world = createBanWorld()
    const [alert] = raisedOf(world.advance(5 * minute))
    world.register(orderChange({ locationBans: [locationBan], version: 2, status: 'suspended' }))
    expect(endedOf(world.advance(0)).map((effect) => effect.alertId)).toEqual([alert!.id])
  })

  it('an order in force is not watched by what the device said to its wearer before', () => {
    const world = createWorld()
    world.register(
      person('otto', 'offender'),
      person('oscar', 'offender'),
      device('monitor', 'ankle-monitor'),
      assignment('monitor', 'oscar', startMs - day, startMs + 10 * minute),
      orderChange({ id: 'first', offenderId: 'oscar' }),
    )
    world.advance(0)
    world.report(['monitor'], 9 * minute)
    world.register(
      assignment('monitor', 'otto', startMs + 10 * minute),
      orderChange({ validFromMs: startMs + 10 * minute }),
    )
    const raised = raisedOf(world.advance(10 * minute))
    expect(raised.map((alert) => [alert.kind, alert.protectionOrderId])).toEqual([
      ['order-without-device', 'first'],
      ['order-without-device', 'order'],
    ])
  })
})
