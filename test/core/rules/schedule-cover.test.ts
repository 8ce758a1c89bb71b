import { describe, expect, it } from 'vitest'
import type { BanSchedule, WeeklyWindow } from '../../../src/core/model/registry.ts'
import { weekdays } from '../../../src/core/model/registry.ts'
import { isBanInForce } from '../../../src/core/rules/schedule.ts'
import { scheduleCovers } from '../../../src/core/rules/schedule-cover.ts'
import { createRandom, type Random } from '../../support/random.ts'
import { makeBan, makeOrder } from '../engine-world.ts'

const timeZone = 'Europe/Amsterdam'
const week = (...weekly: readonly WeeklyWindow[]): BanSchedule => ({
  timeZone,
  weekly,
  exceptions: [],
})
const nights = week({ days: [...weekdays], from: '20:00', until: '08:00' })
const stretch = (fromMs: number, untilMs: number) => ({ fromMs, untilMs, reason: 'court' })

describe('one schedule that covers another', () => {
  it.each([
    ['always in force covers nights', null, nights],
    ['nights cover the same nights', nights, nights],
    [
      'an hour more covers nights',
      week({ days: [...weekdays], from: '19:00', until: '08:00' }),
      nights,
    ],
    [
      'two windows that meet cover one',
      week(
        { days: [...weekdays], from: '20:00', until: '02:30' },
        { days: [...weekdays], from: '02:30', until: '08:00' },
      ),
      nights,
    ],
    [
      'an exception that ends early covers one that ends late',
      { ...nights, exceptions: [stretch(10, 20)] },
      { ...nights, exceptions: [stretch(10, 30)] },
    ],
  ] as const)('%s', (_, outer, inner) => {
    expect(scheduleCovers(outer, inner)).toBe(true)
  })

  it.each([
    ['nights do not cover always', nights, null],
    [
      'a minute less does not cover',
      week({ days: [...weekdays], from: '20:01', until: '08:00' }),
      nights,
    ],
    [
      'six nights do not cover seven',
      week({ days: weekdays.slice(1), from: '20:00', until: '08:00' }),
      nights,
    ],
    ['an exception is not covered', { ...nights, exceptions: [stretch(10, 20)] }, nights],
    [
      'an exception is not always',
      { timeZone, weekly: null, exceptions: [stretch(10, 20)] } as const,
      null,
    ],
    [
      'a longer exception does not cover',
      { ...nights, exceptions: [stretch(10, 31)] },
      { ...nights, exceptions: [stretch(10, 30)] },
    ],
  ] as const)('%s', (_, outer, inner) => {
    expect(scheduleCovers(outer, inner)).toBe(false)
  })

  it('a ban by a schedule that is covered is in force only while the covering one is, also in the nights the clock is changed', () => {
    const random = createRandom(3)
    let shownCount = 0
    for (let round = 0; round < 250; round += 1) {
      const inner = randomSchedule(random, 2)
      const outer = random() < 0.2 ? randomSchedule(random, 5) : widened(inner, random)
      if (!scheduleCovers(outer, inner)) continue
      shownCount += 1
      const order = makeOrder({ validFromMs: 0, validUntilMs: Date.UTC(2030, 0, 1) })
      for (const day of changeNights) {
        for (let minute = 0; minute < 240; minute += 15) {
          const atMs = day + minute * 60_000
          const isIn = (schedule: BanSchedule | null) =>
            isBanInForce(makeBan({ schedule }), order, atMs)
          if (isIn(inner)) expect([outer, inner, isIn(outer)]).toEqual([outer, inner, true])
        }
      }
    }
    expect(shownCount).toBeGreaterThan(50)
  })
})

/** The two odd nights of the year, and two that are not. */
const changeNights = [
  Date.UTC(2026, 2, 28, 23),
  Date.UTC(2026, 9, 24, 23),
  Date.UTC(2026, 5, 10, 22),
  Date.UTC(2026, 10, 1, 5),
]

function randomSchedule(random: Random, windowCount: number): BanSchedule {
  const time = () =>
    `${String(Math.floor(random() * 24)).padStart(2, '0')}:${random() < 0.5 ? '00' : '30'}`
  const windows = Array.from({ length: windowCount }, () => ({
    days: weekdays.filter(() => random() < 0.6).concat(['sunday']),
    from: random() < 0.5 ? '02:30' : time(),
    until: time(),
  }))
  return week(...windows.map((one) => ({ ...one, days: [...new Set(one.days)] })))
}

function widened(schedule: BanSchedule, random: Random): BanSchedule {
  const [extra] = randomSchedule(random, 1).weekly ?? []
  const cut = (schedule.weekly ?? []).flatMap((one) =>
    random() < 0.5 && one.from < '02:15' && one.until > '02:45'
      ? [
          { ...one, until: '02:15' },
          { ...one, from: '02:15' },
        ]
      : [one],
  )
  return week(...cut, ...(extra === undefined ? [] : [extra]))
}
