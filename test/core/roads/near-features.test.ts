import { describe, expect, it } from 'vitest'
import { featuresIn, isWithinOutline } from '../../../src/core/roads/near-features.ts'
import { boxAround } from '../../../src/core/roads/enter-network.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'

describe('what stands near a place', () => {
  it('what stands near a place is found by its kind, and an open line holds nothing', async () => {
    const corners = [
      [0, 0],
      [40, 0],
      [40, 40],
      [20, 10],
      [0, 40],
    ].map(([east = 0, north = 0], at) => ({ id: 90_001 + at, ...gridPlace(east, north) }))
    const nodes = corners.map(({ id }) => id)
    const map = await mapOf(
      drawGridTown(2, {
        nodes: corners,
        ways: [
          { id: 90, nodes: [...nodes, 90_001], tags: { building: 'yes', name: 'Schuur' } },
          { id: 91, nodes, tags: { railway: 'tram' } },
        ],
      }),
    )
    const near = boxAround(gridPlace(20, 20), 100)
    const [shed] = featuresIn(map, near, ['building'])
    const [tram] = featuresIn(map, near, ['rail'])
    expect(shed!.name).toBe('Schuur')
    // Its roof has a notch from the north down to 10 m.
    expect(isWithinOutline(shed!, gridPlace(5, 20))).toBe(true)
    expect(isWithinOutline(shed!, gridPlace(20, 20))).toBe(false)
    expect(isWithinOutline(shed!, gridPlace(50, 20))).toBe(false)
    expect(isWithinOutline(tram!, gridPlace(5, 20))).toBe(false)
    expect(featuresIn(map, boxAround(gridPlace(190, 190), 10), ['building'])).toEqual([])
  })
})
