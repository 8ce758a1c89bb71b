import { beforeAll, describe, expect, it } from 'vitest'
import { compileCircle } from '../../../geo/ban-shape.ts'
import { checkDailyLife } from '../../../src/core/enforceability/daily-life-check.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'

/** A shop and a pharmacy a kilometre from home, inside the ban; others too far to walk to. */
let map: StreetMap
beforeAll(async () => {
  const at = (id: number, east: number, tags: Readonly<Record<string, string>>) => ({
    id,
    ...gridPlace(east, 0),
    tags,
  })
  const nodes = [
    at(90_001, 0, { shop: 'supermarket' }),
    at(90_002, 100, { amenity: 'pharmacy' }),
    at(90_003, -3_000, { shop: 'supermarket' }),
    at(90_004, -3_100, { amenity: 'pharmacy' }),
  ]
  map = await mapOf(drawGridTown(32, { nodes }))
})

describe('what a ban leaves to live by (E18)', () => {
  it('somebody who may or may not have a bicycle is judged by both', () => {
    const resultOf = (travelModes: readonly ('walk' | 'bicycle' | 'car')[] | null) =>
      check(travelModes)
    expect(resultOf(['bicycle'])).toMatchObject({ result: 'green' })
    expect(resultOf(['walk'])).toMatchObject({ result: 'amber', value: 'shop, pharmacy' })
    expect(resultOf(null)).toMatchObject({ result: 'amber', value: 'shop, pharmacy' })
    // Nobody knows what a car would reach: who has one may have lost it.
    expect(resultOf(['car'])).toMatchObject({ result: 'amber' })
  })

  it('what is hardly mapped within a walk is not known, though a bicycle would reach more', () => {
    const far = { ...gridPlace(-1_550, 0), label: 'home' }
    expect(check(['bicycle'], far)).toMatchObject({ result: 'green' })
    expect(check(['walk'], far)).toMatchObject({ result: 'not-assessed' })
    expect(check(null, far)).toMatchObject({ result: 'not-assessed' })
  })
})

function check(
  travelModes: readonly ('walk' | 'bicycle' | 'car')[] | null,
  home = { ...gridPlace(-1_000, 0), label: 'home' },
) {
  const ban = { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 700 } as const
  const shape = compileCircle(ban.longitude, ban.latitude, ban.radiusMeters)
  const proposal = {
    ...nothingKnown,
    ban,
    approachMeters: 500,
    travelModes,
    offenderFixedAddresses: [home],
  }
  return checkDailyLife(proposal, { shape, map }, defaultLimits)
}
