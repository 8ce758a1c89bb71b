import { describe, expect, it } from 'vitest'
import { destination } from '../../../geo/distance.ts'
import {
  askAboutKnownMove,
  askAboutMove,
  isAnsweredByChange,
  placeKey,
  type Move,
  type MoveAddress,
  type MoveQuestion,
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

  it('a move from an address without a place on the map asks about the same door of somebody else too', () => {
    const oldAddress = { text: 'Oude weg 12', longitude: null, latitude: null }
    const child = makePair({
      id: 'child',
      victimId: 'child',
      fixedAddresses: [{ ...work, label: 'Oude Weg 12, Ede' }],
    })
    const both = { ...order, proximityBans: [...order.proximityBans, child] }
    const move = { personId: 'victim', oldAddress, newAddress: at(0) }
    expect(askAboutMove(both, move, [])).toContainEqual({
      about: 'fixed-address',
      because: 'names-old',
      subjectId: 'child',
      placeIndex: 0,
    })
  })
})

describe('what a move that is known makes of a later order to be asked', () => {
  const known = { isNewest: true, isAsked: false, isNew: false, askedPlaces: new Set<string>() }
  const move = { personId: 'victim', oldAddress: at(0), newAddress: at(20_000) }
  const reasonsOf = (values: Partial<typeof known>, of: Partial<Move> = {}) =>
    askAboutKnownMove(order, { ...move, ...of }, { ...known, ...values }).map(
      ({ about, because }) => `${about} ${because}`,
    )

  it('what names the old place is asked, and of the newest move whether the order reaches where they live now', () => {
    const old = ['location-ban names-old', 'fixed-address names-old']
    expect(reasonsOf({})).toEqual([...old, 'order new-not-protected'])
    expect(reasonsOf({ isNewest: false })).toEqual(old)
    expect(reasonsOf({ isAsked: true })).toEqual(old)
    expect(reasonsOf({}, { newAddress: null })).toEqual(old)
    // Which place nobody knows is asked about of what there was then.
    expect(reasonsOf({}, { oldAddress: null, newAddress: null })).toEqual([])
    expect(reasonsOf({ isNew: true }, { oldAddress: null, newAddress: null })).toHaveLength(4)
    const bound = { personId: 'offender', oldAddress: at(30_000), newAddress: at(900) }
    expect(reasonsOf({}, bound)).toEqual(['location-ban holds-new'])
    expect(reasonsOf({ isNewest: false }, bound)).toEqual([])
  })

  it('a place that was asked about is not asked about again under another id, and one that moved is', () => {
    const [ban] = askAboutMove(order, move, [])
    if (ban === undefined) throw new Error('expected a question about the ban')
    const askedPlaces = new Set([placeKey(order, ban)])
    const renamed = {
      ...order,
      locationBans: order.locationBans.map((one) => ({ ...one, id: 'x' })),
    }
    const asked = askAboutKnownMove(renamed, move, { ...known, askedPlaces })
    expect(asked.map(({ about }) => about)).toEqual(['fixed-address', 'order'])
    const isAnswered = (question: MoveQuestion, after: typeof order): boolean =>
      isAnsweredByChange(question, move, { before: order, after })
    expect(isAnswered(ban, renamed)).toBe(false)
    const moved = { ...order, locationBans: [far] }
    expect(isAnswered(ban, moved)).toBe(true)
    // A meter more is another place, and asks the same.
    const grown = makeBan({ area: { type: 'circle', ...home, radiusMeters: 501 } })
    expect(isAnswered(ban, { ...order, locationBans: [grown, far] })).toBe(false)
    const whole = askAboutMove(order, move, []).find(({ about }) => about === 'order')
    if (whole === undefined) throw new Error('expected a question about the order')
    expect(isAnswered(whole, moved)).toBe(false)
    const elsewhere = makePair({
      id: 'other',
      victimId: 'other',
      fixedAddresses: [{ ...work, longitude: 7 }],
    })
    const added = { ...order, proximityBans: [...order.proximityBans, elsewhere] }
    expect(isAnswered(whole, added)).toBe(false)
  })
})
