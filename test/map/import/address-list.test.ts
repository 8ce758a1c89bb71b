import { expect, it } from 'vitest'
import { AddressList } from '../../../src/map/import/address-list.ts'
import { Names } from '../../../src/map/import/names.ts'
import { createRandom } from '../../support/random.ts'

it('a house number that is mapped twice is one address, the first, and no other is lost', () => {
  const random = createRandom(7)
  const pick = (count: number) => Math.floor(random() * count)
  const list = new AddressList(new Names())
  const first = new Map<string, number[]>()
  for (let index = 0; index < 20_000; index++) {
    const [longitudeE7, latitudeE7] = [50_000_000 + pick(900_000), 520_000_000 + pick(900_000)]
    const [street, number, postcode] = [`S${pick(30)}`, `${pick(20)}`, `${1_000 + pick(3)} AB`]
    list.add(
      longitudeE7,
      latitudeE7,
      new Map([
        ['addr:street', street],
        ['addr:housenumber', number],
        ['addr:postcode', postcode],
      ]),
    )
    const about = [longitudeE7, latitudeE7].map((value) => Math.round(value / 1e5))
    const key = [street, number, postcode, ...about].join()
    if (!first.has(key)) first.set(key, [longitudeE7, latitudeE7])
  }
  list.add(0, 0, new Map([['addr:street', 'no number']]))
  const { longitudesE7, latitudesE7, streets } = list.finish()
  expect(first.size).toBeLessThan(20_000)
  expect(streets).toHaveLength(first.size)
  const found = Array.from(longitudesE7, (longitude, row) => [longitude, latitudesE7[row] ?? 0])
  expect(found).toEqual([...first.values()])
})
