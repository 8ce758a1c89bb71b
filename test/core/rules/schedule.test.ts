import { describe, expect, it } from 'vitest'
import type { BanSchedule, LocationBan, ProtectionOrder } from '../../../src/core/model/registry.ts'
import { isBanInForce, isOrderInForce, nextChangeMs } from '../../../src/core/rules/schedule.ts'

describe('an order', () => {
  it.each([
    ['before it begins', '2026-10-31T23:59:59Z', false],
    ['at its first instant', '2026-11-01T00:00:00Z', true],
    ['at its last', '2027-01-29T23:59:59.999Z', true],
    ['at its end', '2027-01-30T00:00:00Z', false],
  ])('an order: %s', (_, at, expected) => {
    expect(isOrderInForce(order, ms(at))).toBe(expected)
    expect(isBanInForce(banWith(null), order, ms(at))).toBe(expected)
  })

  it.each(['suspended', 'ended'] as const)('an order that is %s is not in force', (status) => {
    expect(isBanInForce(banWith(null), { ...order, status }, ms('2026-11-10T00:00:00Z'))).toBe(
      false,
    )
    expect(nextChangeMs(banWith(null), { ...order, status }, ms('2026-11-10T00:00:00Z'))).toBeNull()
  })

  it('an order puts a proximity ban, which has no schedule, in force around the clock', () => {
    const ban = { id: 'b', victimId: 'v', separationMeters: 1_000, approachMeters: 2_000 }
    expect(isBanInForce(ban, order, ms('2026-11-10T03:00:00Z'))).toBe(true)
  })
})

describe('a weekly window', () => {
  const officeHours = banWith({
    timeZone: 'Europe/Amsterdam',
    weekly: [{ days: ['monday', 'friday'], from: '09:00', until: '17:00' }],
    exceptions: [],
  })
  it.each([
    ['a minute early', '2026-11-23T07:59:00Z', false],
    ['at its start', '2026-11-23T08:00:00Z', true],
    ['a millisecond before its end', '2026-11-23T15:59:59.999Z', true],
    ['at its end', '2026-11-23T16:00:00Z', false],
    ['on a day that is not named', '2026-11-24T12:00:00Z', false],
    ['on the other day that is', '2026-11-27T12:00:00Z', true],
  ])('a weekly window: %s', (_, at, expected) => {
    expect(isBanInForce(officeHours, order, ms(at))).toBe(expected)
  })

  const night = banWith({
    timeZone: 'Europe/Amsterdam',
    weekly: [{ days: ['sunday'], from: '22:00', until: '06:00' }],
    exceptions: [],
  })
  it.each([
    ['the evening before it begins', '2026-11-22T20:59:00Z', false],
    ['the evening', '2026-11-22T21:00:00Z', true],
    ['past midnight', '2026-11-23T01:00:00Z', true],
    ['until the morning', '2026-11-23T04:59:59Z', true],
    ['not after it', '2026-11-23T05:00:00Z', false],
    ['not the night before', '2026-11-22T03:00:00Z', false],
  ])('a weekly window over midnight covers %s', (_, at, expected) => {
    expect(isBanInForce(night, order, ms(at))).toBe(expected)
  })

  it('a weekly window from 00:00 until 00:00 is the whole day', () => {
    const wholeDay = weekly([{ days: ['monday'], from: '00:00', until: '00:00' }])
    expect(isBanInForce(wholeDay, order, ms('2026-11-22T22:59:59Z'))).toBe(false)
    expect(isBanInForce(wholeDay, order, ms('2026-11-22T23:00:00Z'))).toBe(true)
    expect(isBanInForce(wholeDay, order, ms('2026-11-23T22:59:59Z'))).toBe(true)
    expect(isBanInForce(wholeDay, order, ms('2026-11-23T23:00:00Z'))).toBe(false)
  })

  it('an empty list of weekly windows is never open', () => {
    expect(isBanInForce(weekly([]), order, ms('2026-11-23T12:00:00Z'))).toBe(false)
  })
})

describe('an exception of permitted presence', () => {
  const exceptions = [
    { fromMs: ms('2026-11-23T10:00:00Z'), untilMs: ms('2026-11-23T11:00:00Z'), reason: 'court' },
    { fromMs: ms('2026-11-23T10:30:00Z'), untilMs: ms('2026-11-23T12:00:00Z'), reason: 'court' },
  ]
  const ban = banWith({ timeZone: 'Europe/Amsterdam', weekly: null, exceptions })
  it.each([
    ['2026-11-23T09:59:59.999Z', true],
    ['2026-11-23T10:00:00Z', false],
    ['2026-11-23T11:30:00Z', false],
    ['2026-11-23T12:00:00Z', true],
  ])('an exception of permitted presence wins over the ban: at %s', (at, expected) => {
    expect(isBanInForce(ban, order, ms(at))).toBe(expected)
  })

  it('an exception of permitted presence is named as the next change, on both sides', () => {
    expect(nextChangeMs(ban, order, ms('2026-11-20T00:00:00Z'))).toBe(ms('2026-11-23T10:00:00Z'))
    expect(nextChangeMs(ban, order, ms('2026-11-23T10:00:00Z'))).toBe(ms('2026-11-23T12:00:00Z'))
    expect(nextChangeMs(ban, order, ms('2026-11-23T12:00:00Z'))).toBe(order.validUntilMs)
  })

  it('an exception of permitted presence that lasts for weeks is looked past', () => {
    const away = {
      fromMs: ms('2026-11-10T00:00:00Z'),
      untilMs: ms('2026-12-20T00:00:00Z'),
      reason: 'clinic',
    }
    const holiday = banWith({
      timeZone: 'Europe/Amsterdam',
      weekly: [{ days: ['monday'], from: '09:00', until: '17:00' }],
      exceptions: [away],
    })
    expect(nextChangeMs(holiday, order, ms('2026-11-11T00:00:00Z'))).toBe(
      ms('2026-12-21T08:00:00Z'),
    )
  })
})

describe('the night the clock goes back', () => {
  // 25 October 2026: 03:00 CEST becomes 02:00 CET, so 02:30 is read at 00:30Z and at 01:30Z.
  const wide = { ...order, validFromMs: ms('2026-10-01T00:00:00Z') }
  it('a window from 22:00 until 06:00 covers the night the clock goes back from evening to morning', () => {
    const ban = weekly([{ days: ['saturday'], from: '22:00', until: '06:00' }])
    for (let atMs = ms('2026-10-24T20:00:00Z'); atMs < ms('2026-10-25T05:00:00Z'); atMs += 60_000) {
      expect(isBanInForce(ban, wide, atMs)).toBe(true)
    }
    expect(isBanInForce(ban, wide, ms('2026-10-24T19:59:00Z'))).toBe(false)
    expect(isBanInForce(ban, wide, ms('2026-10-25T05:00:00Z'))).toBe(false)
  })

  it('a window opens at the first 02:30 of the night the clock goes back and stays open through the hour that comes twice', () => {
    const ban = weekly([{ days: ['sunday'], from: '02:30', until: '04:00' }])
    expect(isBanInForce(ban, wide, ms('2026-10-25T00:29:59Z'))).toBe(false)
    expect(isBanInForce(ban, wide, ms('2026-10-25T00:30:00Z'))).toBe(true)
    expect(isBanInForce(ban, wide, ms('2026-10-25T01:10:00Z'))).toBe(true)
    expect(isBanInForce(ban, wide, ms('2026-10-25T03:00:00Z'))).toBe(false)
    expect(nextChangeMs(ban, wide, ms('2026-10-24T00:00:00Z'))).toBe(ms('2026-10-25T00:30:00Z'))
  })

  it('a window closes at the second 02:30 of the night the clock goes back', () => {
    const ban = weekly([{ days: ['saturday'], from: '22:00', until: '02:30' }])
    expect(isBanInForce(ban, wide, ms('2026-10-25T00:45:00Z'))).toBe(true)
    expect(isBanInForce(ban, wide, ms('2026-10-25T01:29:59Z'))).toBe(true)
    expect(isBanInForce(ban, wide, ms('2026-10-25T01:30:00Z'))).toBe(false)
    expect(nextChangeMs(ban, wide, ms('2026-10-25T00:45:00Z'))).toBe(ms('2026-10-25T01:30:00Z'))
  })
})

describe('the night the clock goes forward', () => {
  // 29 March 2026: 02:00 CET becomes 03:00 CEST at 01:00Z.
  const wide = { ...order, validFromMs: ms('2026-03-01T00:00:00Z') }
  it('a window from 02:30 opens when the clock jumps past it, not half an hour later', () => {
    const ban = weekly([{ days: ['sunday'], from: '02:30', until: '06:00' }])
    expect(isBanInForce(ban, wide, ms('2026-03-29T00:59:59Z'))).toBe(false)
    expect(isBanInForce(ban, wide, ms('2026-03-29T01:00:00Z'))).toBe(true)
  })

  it('a window until 02:30 closes when the clock jumps past it, not half an hour earlier', () => {
    const ban = weekly([{ days: ['saturday'], from: '22:00', until: '02:30' }])
    expect(isBanInForce(ban, wide, ms('2026-03-29T00:59:59Z'))).toBe(true)
    expect(isBanInForce(ban, wide, ms('2026-03-29T01:00:00Z'))).toBe(false)
  })

  it('the next opening is a week on when the window lies inside the hour that does not exist', () => {
    const ban = weekly([{ days: ['sunday'], from: '02:10', until: '02:50' }])
    expect(nextChangeMs(ban, wide, ms('2026-03-23T12:00:00Z'))).toBe(ms('2026-04-05T00:10:00Z'))
  })
})

describe('the next change', () => {
  it('the next change before the order is its start when the ban is then in force', () => {
    expect(nextChangeMs(banWith(null), order, 0)).toBe(order.validFromMs)
    const ban = weekly([{ days: ['monday'], from: '09:00', until: '17:00' }])
    expect(nextChangeMs(ban, order, 0)).toBe(ms('2026-11-02T08:00:00Z'))
  })

  it('the next change is the end of the order when nothing comes first, and null after it', () => {
    expect(nextChangeMs(banWith(null), order, order.validFromMs)).toBe(order.validUntilMs)
    expect(nextChangeMs(banWith(null), order, order.validUntilMs)).toBeNull()
    const always = weekly([
      {
        days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
        from: '00:00',
        until: '00:00',
      },
    ])
    expect(nextChangeMs(always, order, order.validFromMs)).toBe(order.validUntilMs)
  })

  it('the next change is null when the schedule does not open again within the order', () => {
    const ban = weekly([{ days: ['monday'], from: '09:00', until: '17:00' }])
    expect(nextChangeMs(ban, order, ms('2027-01-29T12:00:00Z'))).toBeNull()
  })
})

const order: ProtectionOrder = {
  id: 'o',
  version: 1,
  reference: 'o',
  legalBasis: 'prosecutor-behaviour-order',
  offenderId: 'p',
  validFromMs: ms('2026-11-01T00:00:00Z'),
  validUntilMs: ms('2027-01-30T00:00:00Z'),
  status: 'active',
  locationBans: [],
  proximityBans: [],
  escalation: null,
}

function weekly(windows: NonNullable<BanSchedule['weekly']>): LocationBan {
  return banWith({ timeZone: 'Europe/Amsterdam', weekly: windows, exceptions: [] })
}

function banWith(schedule: BanSchedule | null): LocationBan {
  return {
    id: 'b',
    label: 'home',
    area: { type: 'circle', longitude: 5, latitude: 52, radiusMeters: 500 },
    approachMeters: 500,
    schedule,
  }
}

function ms(instant: string): number {
  return Date.parse(instant)
}
