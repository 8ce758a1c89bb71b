import { beforeAll, describe, expect, it } from 'vitest'
import { findAddresses } from '../../../src/core/roads/find-addresses.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { mapOf } from '../../support/street-map.ts'

let map: StreetMap

beforeAll(async () => {
  const house = (id: number, east: number, tags: Record<string, string>) => ({
    id,
    ...gridPlace(east, 10),
    tags,
  })
  const at = (street: string, number: string, postcode: string, city: string) => ({
    'addr:street': street,
    'addr:housenumber': number,
    'addr:postcode': postcode,
    'addr:city': city,
  })
  map = await mapOf(
    drawGridTown(4, {
      nodes: [
        house(90_001, 0, at('Dorpsstraat', '12', '6711 AB', 'Ede')),
        house(90_002, 100, at('Dorpsstraat', '12', '6741 CD', 'Lunteren')),
        house(90_003, 200, at('Dorpsstraat', '12A', '6711 AB', 'Ede')),
        house(90_004, 300, at('Coöperatieweg', '3', '6711AC', 'Ede')),
        house(90_005, 400, at('Plein 1940', '7', '', '')),
      ],
    }),
  )
})

describe('addresses of the map by what people write', () => {
  it.each([
    ['Dorpsstraat 12, Ede', ['12 6711 AB']],
    ['dorpsstraat  12 , EDE', ['12 6711 AB']],
    ['Dorpsstraat 12', ['12 6711 AB', '12 6741 CD']],
    ['Dorpsstraat 12a', ['12A 6711 AB']],
    ['Dorpsstraat 12 A', ['12A 6711 AB']],
    ['6711AB 12', ['12 6711 AB']],
    ['6711 ab, 12A', ['12A 6711 AB']],
    ['6711 AC 3', ['3 6711AC']],
    ['cooperatieweg 3', ['3 6711AC']],
    ['Plein 1940 7', ['7']],
    ['Dorpsstraat 1', []],
    ['Dorpsstraat', []],
    ['12', []],
    ['', []],
  ])('the text %j finds %j', (text, expected) => {
    const found = findAddresses(map, text, 8)
    expect(found.map(({ number, postcode }) => `${number} ${postcode}`.trim())).toEqual(expected)
  })

  it('what is found lies where the map has it, and no more are told than asked', () => {
    const [ede] = findAddresses(map, 'Dorpsstraat 12', 1)
    expect(findAddresses(map, 'Dorpsstraat 12', 1)).toHaveLength(1)
    const { longitude, latitude } = gridPlace(0, 10)
    expect(ede!.longitude).toBeCloseTo(longitude, 6)
    expect(ede!.latitude).toBeCloseTo(latitude, 6)
  })
})
