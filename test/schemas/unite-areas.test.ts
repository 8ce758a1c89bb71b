import { describe, expect, it } from 'vitest'
import { ringAround } from '../../geo/ring-around.ts'
import { enforceabilityBodySchema } from '../../src/schemas/enforceability.ts'
import { readProposal } from '../../src/schemas/read-proposal.ts'
import { uniteAreas } from '../../src/schemas/unite-areas.ts'

const round = (longitude: number) => ringAround(longitude, 52, 400).coordinates
const multi = (...coordinates: readonly unknown[]) => ({ type: 'MultiPolygon', coordinates })

describe('areas of one question that overlap', () => {
  it('areas that overlap are judged as one, with a word that they were taken together', () => {
    const geometry = multi(round(5), round(5.004), round(5.1))
    const { proposal, advisories, faults } = readProposal(
      enforceabilityBodySchema.parse({ geometry }),
    )
    expect(faults).toEqual([])
    expect(proposal?.ban).toMatchObject({ kind: 'polygon', geometry: { type: 'MultiPolygon' } })
    const { ban } = proposal!
    expect(ban.kind === 'polygon' && ban.geometry.coordinates).toHaveLength(2)
    expect(advisories).toMatchObject([{ pointer: '/geometry', code: 'geometry-repaired' }])
  })

  it('an area that crosses itself is not mended by another that overlaps it', () => {
    const bow = [
      [
        [5, 52],
        [5.01, 52.01],
        [5.01, 52],
        [5, 52.01],
        [5, 52],
      ],
    ]
    expect(uniteAreas(multi(bow, round(5)))).toBeNull()
    const read = readProposal(enforceabilityBodySchema.parse({ geometry: multi(bow, round(5)) }))
    expect(read.proposal).toBeNull()
    expect(read.faults.length).toBeGreaterThan(0)
    for (const sent of [null, 'x', multi(round(5)), { type: 'Polygon', coordinates: round(5) }])
      expect(uniteAreas(sent)).toBeNull()
  })
})
