import { expect, it } from 'vitest'
import { adviseOnPlaces } from '../../src/assess/advise-on-places.ts'
import { readProposal } from '../../src/schemas/read-proposal.ts'
import { enforceabilityBodySchema } from '../../src/schemas/enforceability.ts'
import { drawGridTown, gridPlace } from '../support/grid-town.ts'
import { mapOf } from '../support/street-map.ts'

it('an address outside the ban and one outside the map are each said, by their place in the question', async () => {
  const map = await mapOf(drawGridTown(10))
  const asked = {
    ban: { kind: 'circle', ...gridPlace(0, 0), radiusMeters: 500 },
    victimAddresses: [
      { label: 'home', isSecret: true, ...gridPlace(0, 0) },
      { label: 'work', isSecret: true, ...gridPlace(600, 0) },
    ],
    offenderFixedAddresses: [{ label: 'home', ...gridPlace(9_000, 0) }],
  } as const
  const told = adviseOnPlaces(asked, map).map(({ pointer, code }) => [pointer, code])
  expect(told).toEqual([
    ['/victimAddresses/1', 'outside-ban'],
    ['/offenderFixedAddresses/0', 'outside-map'],
  ])
  expect(adviseOnPlaces(asked, null)).toHaveLength(1)
  const dutch = adviseOnPlaces(asked, map).map(({ detailNl }) => detailNl)
  expect(dutch).toEqual([
    'Dit adres ligt buiten het verbod, dat het geen seconde beschermt.',
    'De kaart kent bij dit adres geen wegen: wat wegen nodig heeft, is ervan niet bekend.',
  ])
})

it('a ban larger than a province, and a police time of less than a minute, are refused with a sentence', () => {
  const country = { circle: { ...gridPlace(0, 0), radiusMeters: 60_000 } }
  const { faults } = readProposal(enforceabilityBodySchema.parse(country))
  expect(faults).toMatchObject([{ pointer: '/circle/radiusMeters', code: 'too-large' }])
  expect(faults[0]?.detail).toContain('about the largest province')
  for (const policeResponseSeconds of [0, 59]) {
    const read = enforceabilityBodySchema.safeParse({ ...country, policeResponseSeconds })
    expect(read.error?.issues[0]?.message).toContain('a figure that is missing')
  }
})
