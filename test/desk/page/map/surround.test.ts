import { describe, expect, test } from 'vitest'
import { frameOf, surroundOf } from '../../../../src/desk/page/map/surround.ts'
import type { MapFix } from '../../../../src/desk/page/map/track.ts'

const order = { proximityBans: [{ id: 'ban', separationMeters: 1000, approachMeters: 2000 }] }
const cell = { longitude: 4.9, latitude: 52.3, sizeMeters: 5000 }
const offender: MapFix = {
  role: 'offender',
  recordedAtMs: 1,
  longitude: 4.8,
  latitude: 52.4,
  accuracyMeters: 20,
  isBelieved: true,
  disbelief: [],
}

describe('who has no fix on the map', () => {
  test('a coarse alert is a square, and a band as wide as the square is unsure', () => {
    const surround = at('within-separation', cell, [])
    expect(surround).toMatchObject({ longitude: 4.9, squareMeters: 5000 })
    expect(surround?.band?.innerMeters).toBe(0)
    expect(surround?.band?.outerMeters).toBeCloseTo(1000 + 3535.5, 0)
  })

  test('the protected person is a band of the order around the last believed fix, wider by its radius', () => {
    const doubted = { ...offender, recordedAtMs: 2, longitude: 5.5, isBelieved: false }
    expect(at('within-approach', null, [offender, doubted])).toEqual({
      longitude: 4.8,
      latitude: 52.4,
      squareMeters: null,
      band: { innerMeters: 980, outerMeters: 2020 },
    })
  })

  test('whoever is shown with fixes has no band, and an unknown distance is none', () => {
    expect(at('within-approach', null, [offender, { ...offender, role: 'victim' }])).toBeNull()
    expect(at(null, null, [offender])).toBeNull()
    expect(at('within-approach', null, [])).toBeNull()
  })

  test('the view holds the whole of it', () => {
    expect(frameOf(null)).toEqual([])
    const [frame] = frameOf(at('within-approach', null, [offender]))
    expect(frame).toEqual({ longitude: 4.8, latitude: 52.4, aroundMeters: 2020 })
  })
})

function at(
  distanceBand: 'within-separation' | 'within-approach' | null,
  offenderArea: typeof cell | null,
  fixes: readonly MapFix[],
) {
  const evidence = { offenderArea }
  const detail = { distanceBand, proximityBanId: 'ban', evidence }
  return surroundOf(detail as never, order as never, fixes)
}
