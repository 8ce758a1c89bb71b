import { describe, expect, it } from 'vitest'
import { compileCircle } from '../../../geo/ban-shape.ts'
import { destination } from '../../../geo/distance.ts'
import {
  checkDelivery,
  checkReception,
  measureReception,
  type StoredFix,
} from '../../../src/core/enforceability/reception-check.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { dayMs, minuteMs } from '../../../src/core/model/units.ts'

describe('reception about a ban (E7) and delivery (E8)', () => {
  it('good positions that come at once are green for both', () => {
    const reception = measure(days(6))
    expect(reception).toMatchObject({ fixCount: 360, dayCount: 6, expectedCount: 360 })
    expect(checkReception(reception, defaultLimits)).toMatchObject({ result: 'green', value: 100 })
    expect(checkDelivery(reception, defaultLimits)).toMatchObject({ result: 'green', value: 100 })
  })

  it('bad positions on the way are not made good by those at rest', () => {
    // Half an hour at rest with 10 m, half an hour at 1 m/s with 80 m in four of ten.
    const fixes = days(6, (minute) =>
      minute < 30
        ? {}
        : { eastMeters: 60 * (minute - 29), accuracyMeters: minute % 5 < 2 ? 80 : 10 },
    )
    const found = checkReception(measure(fixes), defaultLimits)
    expect(found).toMatchObject({ result: 'red', value: 60 })
  })

  it('positions whose accuracy is not told are not taken as good', () => {
    const fixes = days(6, () => ({ accuracyMeters: null }))
    expect(checkReception(measure(fixes), defaultLimits)).toMatchObject({ result: 'red', value: 0 })
  })

  it('what is missing counts as late, and what came late too', () => {
    // Of every ten minutes one is missing, and one comes after two minutes.
    const fixes = days(7, (minute) =>
      minute % 10 === 5 ? null : minute % 10 === 7 ? { lateMs: 2 * minuteMs } : {},
    )
    const found = checkDelivery(measure(fixes), defaultLimits)
    expect(found).toMatchObject({ result: 'red', value: 80 })
  })

  it('what is recorded by a clock that is ahead is not taken to be in time', () => {
    const fixes = days(6, () => ({ lateMs: -10 * minuteMs }))
    expect(checkDelivery(measure(fixes), defaultLimits)).toMatchObject({ result: 'red', value: 0 })
  })

  it('what lies beyond the band and a kilometre is not asked', () => {
    const fixes = days(6, () => ({ eastMeters: 3_000, accuracyMeters: 500 }))
    expect(measure(fixes).fixCount).toBe(0)
    const near = days(6, () => ({ eastMeters: 1_900 }))
    expect(measure(near).fixCount).toBe(360)
  })

  it('a night without a position between two about the ban is one in which nothing came', () => {
    const fixes = days(6).filter(({ longitude }) => longitude < 5.2)
    const found = checkDelivery(measure(fixes), defaultLimits)
    expect(found).toMatchObject({ result: 'red', value: 4 })
  })

  it('too few positions, or of too few days, are unknown and never green', () => {
    for (const fixes of [days(4), days(6, (minute) => (minute < 30 ? {} : null)), []]) {
      const reception = measure(fixes)
      expect(checkReception(reception, defaultLimits).result).toBe('not-assessed')
      expect(checkDelivery(reception, defaultLimits).result).toBe('not-assessed')
    }
  })
})

const ban = { longitude: 5.1, latitude: 52.1 }

function measure(fixes: readonly StoredFix[]) {
  const shape = compileCircle(ban.longitude, ban.latitude, 500)
  return measureReception(
    fixes,
    { shape, marginMeters: 1_500, intervalMs: minuteMs },
    defaultLimits,
  )
}

type Turn = {
  readonly eastMeters?: number
  readonly accuracyMeters?: number | null
  readonly lateMs?: number
}

/** An hour a day, a position a minute, and then gone; null is none. */
function days(count: number, turn: (minute: number) => Turn | null = () => ({})): StoredFix[] {
  return Array.from({ length: count * 61 }, (_, index) => {
    const minute = index % 61
    const found = minute === 60 ? { eastMeters: 20_000 } : turn(minute)
    if (found === null) return []
    const { eastMeters = 0, accuracyMeters = 10, lateMs = 2_000 } = found
    const place = destination(ban.longitude, ban.latitude, 90, eastMeters)
    const recordedAtMs = Math.floor(index / 61) * dayMs + minute * minuteMs
    return [{ ...place, recordedAtMs, receivedAtMs: recordedAtMs + lateMs, accuracyMeters }]
  }).flat()
}
