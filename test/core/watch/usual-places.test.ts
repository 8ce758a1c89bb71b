import { describe, expect, it } from 'vitest'
import { countDaysLost, noteUsualPlace } from '../../../src/core/watch/usual-places.ts'
import type { UsualPlace } from '../../../src/core/watch/usual-places.ts'
import { defaultLimits as limits } from '../../../src/core/model/limits.ts'
import { dayMs } from '../../../src/core/model/units.ts'
import { createPairWorld } from '../watch-world.ts'
import { startMs } from '../engine-world.ts'

const hourMs = 3_600_000
const unknown = createPairWorld().findSituation('otto')

/** Last seen on that day after a rest of so many hours, so far to the north. */
function lost(day: number, restHours: number, northMeters = 0) {
  const atMs = startMs + day * dayMs
  const place = { longitude: 6.2, latitude: 52.4 + northMeters / 111_250, radiusMeters: 170 }
  const pace = { paceMetersPerSecond: 0, isStanding: false, agreed: null }
  return {
    ...unknown,
    lastBelievedAtMs: atMs,
    provenAtMs: atMs,
    restProvenMs: restHours * hourMs,
    whereabouts: { ...place, ...pace, atMs },
  }
}

function noteAll(situations: readonly ReturnType<typeof lost>[]): readonly UsualPlace[] {
  let places: readonly UsualPlace[] = []
  for (const situation of situations) places = noteUsualPlace(places, situation, limits)
  return places
}

const isUsualPlace = (places: readonly UsualPlace[], last: ReturnType<typeof lost>): boolean =>
  countDaysLost(places, last, limits) >= limits.usualDaysMin

describe('a place where the position is lost day after day', () => {
  it('a place is usual once the position was lost there after a long stay on two days before', () => {
    const places = noteAll([lost(0, 5), lost(1, 3, 80)])
    expect(isUsualPlace(places, lost(1, 9))).toBe(false)
    expect(isUsualPlace(places, lost(2, 0.2, 120))).toBe(true)
    expect(isUsualPlace(places, lost(2, 5, 450))).toBe(false)
  })

  it('a place is not usual for many losses on one day, nor for short stays on many', () => {
    const often = noteAll([lost(0, 4), lost(0.1, 6), lost(0.2, 8)])
    expect(isUsualPlace(often, lost(3, 4))).toBe(false)
    const briefly = noteAll([0, 1, 2, 3, 4].map((day) => lost(day, 1.9)))
    expect(isUsualPlace(briefly, lost(5, 4))).toBe(false)
    const walking = noteAll([0, 1, 2].map((day) => lost(day, 0)))
    expect(walking).toEqual([])
  })

  it('one night is one day, whichever side of midnight the position was lost on', () => {
    const midnight = Math.ceil(startMs / dayMs) - startMs / dayMs
    const at = (hours: number) => lost(midnight + hours / 24, 4)
    const places = noteAll([at(-0.5), at(0.5)])
    expect(isUsualPlace(places, at(24.5))).toBe(false)
    expect(isUsualPlace(noteAll([at(-0.5), at(23.5)]), at(48.5))).toBe(true)
  })

  it('a loss just before noon is no loss on a day before just after it', () => {
    const noon = Math.ceil(startMs / dayMs - 0.5) + 0.5 - startMs / dayMs
    const at = (hours: number) => lost(noon + hours / 24, 4)
    expect(countDaysLost(noteAll([at(-0.2)]), at(0.2), limits)).toBe(0)
    expect(countDaysLost(noteAll([at(-0.2), at(0.2)]), at(0.4), limits)).toBe(0)
    expect(countDaysLost(noteAll([at(-10)]), at(3), limits)).toBe(1)
  })

  it('a place that was saved without the moments counts from the end of each day', () => {
    const noon = Math.ceil(startMs / dayMs - 0.5) + 0.5 - startMs / dayMs
    const saved = noteAll([lost(noon - 0.5, 4)]).map(({ days, latitude, longitude }) => ({
      days,
      latitude,
      longitude,
    }))
    expect(countDaysLost(saved, lost(noon + 0.4, 4), limits)).toBe(0)
    expect(countDaysLost(saved, lost(noon + 0.6, 4), limits)).toBe(1)
  })

  it('a place is forgotten after a fortnight without a loss', () => {
    const places = noteAll([lost(0, 5), lost(1, 5)])
    expect(isUsualPlace(places, lost(13, 5))).toBe(true)
    expect(isUsualPlace(places, lost(15, 5))).toBe(false)
  })

  it('a person has six usual places at most, of which the newest are kept', () => {
    const nights = Array.from({ length: 9 }, (_, place) => [
      lost(2 * place, 8, 1_000 * place),
      lost(2 * place + 1, 8, 1_000 * place),
    ])
    const places = noteAll(nights.flat())
    expect(places).toHaveLength(limits.usualPlaceCountMax)
    expect(isUsualPlace(places, lost(18, 1, 8_000))).toBe(true)
    expect(isUsualPlace(places, lost(18, 1, 0))).toBe(false)
  })
})
