import { describe, expect, it } from 'vitest'
import {
  createBanWorld,
  day,
  endedOf,
  locationBan,
  orderChange,
  raisedOf,
  revisedOf,
  startMs,
} from '../watch-world.ts'

const hour = 3_600_000

describe('the end of an order', () => {
  it('the end of an order is one alert: P3 fourteen days ahead, P2 at seven, P1 at two, and again when it lapses', () => {
    const world = createBanWorld()
    const endMs = startMs + 60 * day
    expect(ofEnding(world.advanceTo(endMs - 14 * day - 1)).raised).toEqual([])
    const [alert] = ofEnding(world.advanceTo(endMs - 14 * day)).raised
    expect(alert).toMatchObject({
      priority: 'P3',
      protectionOrderId: 'order',
      occurredAtMs: endMs - 14 * day,
      evidence: { facts: { statute: 'art. 509hh Sv', maximumTotalDays: 360 } },
    })
    const later = world.advanceTo(endMs + 30 * day)
    const revised = revisedOf(later).filter((effect) => effect.alertId === alert!.id)
    expect(revised.map((effect) => [effect.learnedAtMs, effect.revision])).toMatchObject([
      [endMs - 7 * day, { kind: 'priority', priority: 'P2' }],
      [endMs - 2 * day, { kind: 'priority', priority: 'P1' }],
      [endMs, { kind: 'priority', priority: 'P1', reason: expect.stringContaining('confirm') }],
    ])
    expect(ofEnding(later).raised).toEqual([])
  })

  it('the end of a home ban has days of its own: four, two, and half a day', () => {
    const endMs = startMs + 10 * day
    const world = createBanWorld({
      legalBasis: 'temporary-home-ban',
      validFromMs: startMs,
      validUntilMs: endMs,
    })
    const effects = world.advanceTo(endMs)
    const [alert] = ofEnding(effects).raised
    expect(alert).toMatchObject({ priority: 'P3', occurredAtMs: endMs - 4 * day })
    const revised = revisedOf(effects).filter((effect) => effect.alertId === alert!.id)
    expect(revised.map((effect) => effect.learnedAtMs)).toEqual([
      endMs - 2 * day,
      endMs - 12 * hour,
      endMs,
    ])
  })

  it('the end of an order that is put off ends the alert, and is called out anew', () => {
    const world = createBanWorld()
    const [alert] = ofEnding(world.advanceTo(startMs + 50 * day)).raised
    world.register(changed({ version: 2, validUntilMs: startMs + 100 * day }))
    expect(endedOf(world.advance(0)).map((effect) => effect.alertId)).toContain(alert!.id)
    const [next] = ofEnding(world.advanceTo(startMs + 90 * day)).raised
    expect(next?.id).not.toBe(alert!.id)
    expect(next?.occurredAtMs).toBe(startMs + 86 * day)
  })

  it('the end of an order that is put off by mistake and put back is seen again', () => {
    const world = createBanWorld()
    const [alert] = ofEnding(world.advanceTo(startMs + 50 * day)).raised
    world.register(changed({ version: 2, validUntilMs: startMs + 100 * day }))
    world.advance(0)
    world.register(changed({ version: 3 }))
    const again = world.advance(0)
    expect(revisedOf(again)).toMatchObject([{ alertId: alert!.id, revision: { kind: 'reopened' } }])
  })

  it('the end of an order decided by a person is no longer called out', () => {
    const world = createBanWorld()
    const [alert] = ofEnding(world.advanceTo(startMs + 50 * day)).raised
    world.register(changed({ version: 2, status: 'ended' }))
    expect(endedOf(world.advance(0)).map((effect) => effect.alertId)).toContain(alert!.id)
    expect(ofEnding(world.advanceTo(startMs + 100 * day)).raised).toEqual([])
  })

  it('the end of an order already past when it is registered is a lapse to be confirmed', () => {
    const world = createBanWorld({ validFromMs: startMs - 90 * day, validUntilMs: startMs - day })
    const { raised } = ofEnding(world.advance(0))
    expect(raised).toMatchObject([{ priority: 'P1', occurredAtMs: startMs - day }])
    expect(raised[0]!.reason).toContain('lapsed')
  })
})

function changed(changes: Parameters<typeof orderChange>[0]) {
  return orderChange({ locationBans: [locationBan], ...changes })
}

function ofEnding(effects: Parameters<typeof raisedOf>[0]) {
  return { raised: raisedOf(effects, 'order-ending') }
}
