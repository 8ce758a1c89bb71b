import { describe, expect, it } from 'vitest'
import { destination } from '../../../geo/distance.ts'
import {
  askAboutMove,
  type Move,
  type MoveAddress,
} from '../../../src/core/orders/ask-about-move.ts'
import { home, makeBan, makeOrder, makePair } from '../engine-world.ts'

/** So far east of the middle of the ban, which has a radius of 500 m and a band of 500 m. */
function at(eastMeters: number, text = 'Molenweg 3'): MoveAddress {
  return { text, ...destination(home.longitude, home.latitude, 90, eastMeters) }
}

const far = makeBan({
  id: 'far',
  label: 'School',
  area: { type: 'circle', longitude: 6, latitude: 53, radiusMeters: 300 },
})
const work = { label: 'Werk', ...home, radiusMeters: 50 }
const order = makeOrder({
  locationBans: [makeBan(), far],
  proximityBans: [makePair({ fixedAddresses: [{ ...work, longitude: 6, latitude: 53 }, work] })],
})

function askedOf(values: Partial<Move>, links: readonly { readonly id: string }[] = []) {
  const move = { personId: 'victim', oldAddress: null, newAddress: null, ...values }
  return askAboutMove(order, move, links).map(({ about, because, placeIndex, subjectId }) =>
    [about, because, subjectId, placeIndex].filter((one) => one !== null).join(' '),
  )
}

describe('what a move makes of an order to be asked', () => {
  it('a move asks about every ban and fixed address that names where somebody protected lived, and about the order when none reaches where they live now', () => {
    expect(askedOf({ oldAddress: at(0), newAddress: at(20_000) })).toEqual([
      'location-ban names-old ban',
      'fixed-address names-old pair 1',
      'order new-not-protected',
    ])
    // Into the area that is banned already.
    expect(askedOf({ oldAddress: at(9_000), newAddress: at(400) })).toEqual([])
    // The place of an address on a map may lie beside the area that was drawn about it.
    expect(askedOf({ oldAddress: at(590), newAddress: at(0) })).toEqual([
      'location-ban names-old ban',
    ])
    expect(askedOf({ oldAddress: at(610), newAddress: at(0) })).toEqual([])
  })

  it('a move from where nobody knows asks about all of them, as any may name it', () => {
    const all = [
      'location-ban old-unknown ban',
      'location-ban old-unknown far',
      'fixed-address old-unknown pair 0',
      'fixed-address old-unknown pair 1',
      'order new-not-protected',
    ]
    expect(askedOf({})).toEqual(all)
    const oldAddress = { text: 'school', longitude: null, latitude: null }
    // By its words, where its place is not known.
    expect(askedOf({ oldAddress })).toEqual(all.with(1, 'location-ban names-old far'))
  })

  it('a move of whoever is bound asks about a ban that they live in, or beside, from now on', () => {
    const asked = (newAddress: MoveAddress): readonly string[] =>
      askedOf({ personId: 'offender', oldAddress: at(30_000), newAddress })
    expect(asked(at(900))).toEqual(['location-ban holds-new ban'])
    expect(asked(at(1_100))).toEqual([])
  })

  it('a move asks who lived with them, on either side', () => {
    const oldAddress = at(30_000)
    expect(askedOf({ personId: 'offender', oldAddress }, [{ id: 'link' }])).toEqual([
      'household lived-with link',
    ])
  })
})
