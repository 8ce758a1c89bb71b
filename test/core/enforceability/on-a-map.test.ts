import { beforeAll, describe, expect, it } from 'vitest'
import { assessEnforceability } from '../../../src/core/enforceability/enforceability.ts'
import type { EnforceabilityProposal } from '../../../src/core/enforceability/proposal.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridNode, gridPlace, middle } from '../../support/grid-town.ts'
import type { DrawnNode } from '../../support/write-extract.ts'
import { mapOf } from '../../support/street-map.ts'

/** Two kilometres each way: a pharmacy in the west, a station, a railway and a main road. */
let map: StreetMap

beforeAll(async () => {
  const at = (id: number, east: number, north: number, tags = {}) => ({
    id,
    ...gridPlace(east, north),
    tags,
  })
  const town = drawGridTown(40, {
    nodes: [
      at(90_001, -2_000, 305),
      at(90_002, 0, 305),
      at(90_003, 2_000, 305),
      at(90_010, 0, 620, { railway: 'station', name: 'Middelstad' }),
      at(90_011, -1_200, 0, { amenity: 'pharmacy', name: 'De Vijzel' }),
      at(90_012, 150, 100, { shop: 'supermarket', name: 'Kruidenier' }),
      ...Array.from({ length: 130 }, (_, index) =>
        at(90_100 + index, 10 * index - 650, 20, {
          'addr:street': 'East 0',
          'addr:housenumber': String(index + 1),
        }),
      ),
      at(91_001, 500, 500),
      at(91_002, 560, 500),
      at(91_003, 560, 520),
      at(91_004, 500, 520),
    ],
    ways: [
      { id: 900, nodes: [90_001, 90_002, 90_003], tags: { railway: 'rail', name: 'Spoorlijn' } },
      { id: 901, nodes: [91_001, 91_002, 91_003, 91_004, 91_001], tags: { building: 'yes' } },
    ],
  })
  const ways = town.ways.map((way) =>
    way.tags['name'] === 'North 4'
      ? { ...way, tags: { highway: 'primary', name: 'Rijksweg' } }
      : way,
  )
  map = await mapOf({ ...town, ways })
})

describe('a ban on a map', () => {
  it('a ban across the only road to others is not in order because the map has no house numbers there', async () => {
    const end = gridNode(20, 0, 20)
    const road = (id: number, north: number) => ({ id, ...gridPlace(0, north) })
    const behind = (more: Partial<DrawnNode>) =>
      drawGridTown(20, {
        nodes: [road(90_001, 3_000), { ...road(90_002, 3_700), ...more }],
        ways: [{ id: 900, nodes: [end, 90_001, 90_002], tags: { highway: 'residential' } }],
      })
    const ban = { kind: 'circle', ...gridPlace(0, 2_350), radiusMeters: 500 } as const
    const passageOn = (
      drawn: StreetMap,
      offenderFixedAddresses: EnforceabilityProposal['offenderFixedAddresses'],
    ) => resultOf(assess({ ban, approachMeters: 100, offenderFixedAddresses }, drawn).checks, 'E6')
    expect(passageOn(await mapOf(behind({})), []).result).toBe('not-assessed')
    // One house, and nobody else: that is known, of somebody who has no address.
    const house = { 'addr:street': 'Ver', 'addr:housenumber': '1' }
    const withHouse = await mapOf(behind({ tags: house }))
    expect(passageOn(withHouse, []).result).toBe('green')
    // It is his: his only road leads through the ban, and it is no better not to say so.
    const his = { label: 'home', ...gridPlace(0, 3_700) }
    expect(passageOn(withHouse, [his]).result).toBe('red')
    expect(passageOn(withHouse, null)).toMatchObject({
      result: 'not-assessed',
      sentence:
        'Whether the only road to an address of the offender leads through the ban is not known.',
    })
  })

  it('a ban on a map is judged by what the roads leave at the fastest, and says the usual beside it', () => {
    const { perTravelMode, checks } = assess({ victimAddresses: [hers(0, 0)] })
    const [walk, bicycle, car] = perTravelMode
    // A kilometre of straight street: 12, 32 and 70 km/h at the fastest; 5, 18 and 30 usually.
    // The station is inside, 620 m off: whoever comes by train crosses no border on the way.
    expect(walk!.byRoad!.fastestSeconds).toBeCloseTo(620 / (12 / 3.6), 0)
    expect(walk!.byRoad!.usualSeconds).toBeCloseTo(720, -0.7)
    expect(bicycle!.byRoad!.fastestSeconds).toBeCloseTo(620 / (32 / 3.6), 0)
    expect(car!.byRoad!.fastestSeconds).toBeCloseTo(1_000 / (70 / 3.6), -0.5)
    // The main road, 400 m aside, is no faster than the street at 70 but at 60 against 30 it is.
    expect(car!.byRoad!.usualSeconds).toBeCloseTo(103, 0)
    expect(perTravelMode.map(({ canDo }) => canDo)).toEqual([
      'not-known',
      'evidence-only',
      'evidence-only',
    ])
    // Streets that cut the border within 30 m of each other are one way in.
    expect(walk!.byRoad!.crossingCount).toBeGreaterThan(60)
    expect(walk!.byRoad!.enoughCount).toBe(0)
    expect(resultOf(checks, 'E3').sentence).toMatch(
      /0 of \d+ ways in leave that time .* 50 s at the fastest, 102 s/,
    )
  })

  it('somebody on foot is never later than straight across the fields', async () => {
    // Two streets that meet far away: by road three kilometres, straight on 300 m.
    const far = await mapOf({
      nodes: [
        { id: 1, ...gridPlace(0, 0) },
        { id: 2, ...gridPlace(1_500, 0) },
        { id: 3, ...gridPlace(1_500, 300) },
        { id: 4, ...gridPlace(-1_500, 300) },
        { id: 5, ...gridPlace(-1_500, 1_000) },
        { id: 6, ...gridPlace(1_500, -1_000) },
        // A ring far out, so that the map goes on beyond.
        { id: 11, ...gridPlace(-5_000, -5_000) },
        { id: 12, ...gridPlace(5_000, -5_000) },
        { id: 13, ...gridPlace(5_000, 5_000) },
        { id: 14, ...gridPlace(-5_000, 5_000) },
      ],
      ways: [
        { id: 1, nodes: [1, 2, 3, 4, 5], tags: { highway: 'residential' } },
        { id: 2, nodes: [2, 6], tags: { highway: 'residential' } },
        { id: 3, nodes: [11, 12, 13, 14, 11], tags: { highway: 'residential' } },
      ],
    })
    const { perTravelMode } = assess(
      { ban: { kind: 'circle', ...middle, radiusMeters: 250 }, victimAddresses: [hers(0, 0)] },
      far,
    )
    expect(perTravelMode[0]!.byRoad!.fastestSeconds).toBeCloseTo(250 / (12 / 3.6), 0)
  })

  it('a ban that reaches beyond the map is shown straight on at the fastest there is, and promises nothing by half a map', () => {
    const { perTravelMode } = assess({
      ban: { kind: 'circle', ...middle, radiusMeters: 4_000 },
      victimAddresses: [hers(0, 0)],
    })
    expect(perTravelMode.map(({ byRoad }) => byRoad)).toEqual([null, null, null])
    expect(perTravelMode[0]!.decidingSeconds).toBeCloseTo(4_000 / (12 / 3.6), 3)
    expect(perTravelMode[2]!.decidingSeconds).toBeCloseTo(4_000 / (150 / 3.6), 3)
    expect(perTravelMode.map(({ canDo }) => canDo)).toEqual(['not-known', 'not-known', 'not-known'])
  })

  it('an address beside the middle of the ban has less time, and one outside has none', () => {
    const beside = assess({ victimAddresses: [hers(0, 800)] })
    expect(resultOf(beside.checks, 'E2')).toMatchObject({ result: 'red', value: 200 })
    expect(beside.perTravelMode[0]!.byRoad!.fastestSeconds).toBeCloseTo(180 / (12 / 3.6), 0)
    const outside = assess({ victimAddresses: [hers(0, 1_200)] })
    expect(resultOf(outside.checks, 'E2')).toMatchObject({ result: 'red', value: 0 })
    expect(outside.perTravelMode.map(({ canDo }) => canDo)).toEqual([
      'evidence-only',
      'evidence-only',
      'evidence-only',
    ])
  })

  it('a ban on a map names the main roads, railways and stations that everybody passes', () => {
    const { checks } = assess({ offenderFixedAddresses: [] })
    const passage = resultOf(checks, 'E6')
    expect(passage).toMatchObject({ result: 'amber', value: 'Rijksweg, Spoorlijn, Middelstad' })
    expect(passage.sentenceNl).toContain('Rijksweg, Spoorlijn, Middelstad')
    const quiet = assess({
      ban: { kind: 'circle', ...gridPlace(-1_500, -1_500), radiusMeters: 250 },
      approachMeters: 100,
      offenderFixedAddresses: [],
    })
    expect(resultOf(quiet.checks, 'E6').result).toBe('green')
  })

  it('a ban on a map tells whether the two share a building or live door to door', () => {
    const address = (east: number, north: number) => ({
      label: 'home',
      ...gridPlace(east, north),
    })
    const together = (his: ReturnType<typeof address>, her: ReturnType<typeof hers>) =>
      resultOf(assess({ offenderFixedAddresses: [his], victimAddresses: [her] }).checks, 'E10')
        .result
    // 50 m from end to end of one building; 50 m along a street; next door.
    expect(together(address(555, 510), hers(505, 510))).toBe('red')
    // No outline holds either: what they are in is not known, unless they are far apart.
    expect(together(address(200, 110), hers(250, 110))).toBe('not-assessed')
    expect(together(address(200, 110), hers(900, 110))).toBe('green')
    expect(together(address(555, 510), hers(605, 510))).toBe('green')
    expect(together(address(200, 110), hers(220, 110))).toBe('red')
    // A nearer pair that the map shows says nothing of another one.
    const { checks } = assess({
      offenderFixedAddresses: [address(555, 510), address(200, 110)],
      victimAddresses: [hers(605, 510), hers(255, 110)],
    })
    expect(resultOf(checks, 'E10')).toMatchObject({ result: 'not-assessed', value: 50 })
  })

  it('a ban on a map tells what it leaves to live by', () => {
    const home = { label: 'home', ...gridPlace(-1_300, 100) }
    const left = resultOf(assess({ offenderFixedAddresses: [home] }).checks, 'E18')
    expect(left).toMatchObject({ result: 'amber', value: 'shop' })
    expect(left.sentenceNl).toContain('winkel')
    const none = resultOf(assess({ offenderFixedAddresses: null }).checks, 'E18')
    expect(none.result).toBe('not-assessed')
    const empty = resultOf(
      assess({ offenderFixedAddresses: [{ label: 'home', ...gridPlace(30_000, 0) }] }).checks,
      'E18',
    )
    // An empty map is not an empty village.
    expect(empty.result).toBe('not-assessed')
  })

  it('a secret address is hidden among enough doors, or the ban tells it', () => {
    const disclosure = (radiusMeters: number, east: number) =>
      resultOf(
        assess({
          ban: { kind: 'circle', ...gridPlace(east, 0), radiusMeters },
          victimAddresses: [hers(0, 0)],
        }).checks,
        'E9',
      )
    expect(disclosure(1_000, 100)).toMatchObject({ result: 'red', value: 100 })
    expect(disclosure(1_000, 300)).toMatchObject({ result: 'green', value: 130 })
    expect(disclosure(400, 300)).toMatchObject({ result: 'red', unit: 'addresses' })
    // Her door lies outside: among how many others is no question then.
    expect(disclosure(1_000, 1_100)).toMatchObject({ result: 'red', value: 1_100 })
  })

  it('the proposal that is made instead holds when it is asked in its turn', () => {
    const proposal = { victimAddresses: [hers(0, 0)], policeResponseSeconds: 60 }
    const { counterProposal } = assess({ ...proposal, ban: circle(400) })
    const radiusMeters = counterProposal?.radiusMeters ?? 0
    expect(radiusMeters).toBeGreaterThan(400)
    const again = assess({
      ...proposal,
      ban: circle(radiusMeters),
      approachMeters: counterProposal?.approachMeters ?? 0,
    })
    for (const code of ['E2', 'E3'])
      expect([code, resultOf(again.checks, code).result]).not.toEqual([code, 'red'])
  })

  it('nobody on wheels is later than somebody who leaves them, whatever the roads are', async () => {
    // The border runs inside of the street before the door; another road crosses far away.
    const proposal = {
      ban: { kind: 'circle', ...gridPlace(-1_500, -1_455), radiusMeters: 40 },
      victimAddresses: [{ label: 'hers', isSecret: true, ...gridPlace(-1_500, -1_455) }],
    } as const
    const [walk, bicycle, car] = assess(proposal).perTravelMode
    expect(walk!.decidingSeconds).toBeCloseTo(40 / (12 / 3.6), 0)
    expect(bicycle!.decidingSeconds).toBeLessThanOrEqual(walk!.decidingSeconds)
    expect(car!.decidingSeconds).toBeLessThanOrEqual(walk!.decidingSeconds)
  })

  it('a door on roads that lead nowhere is no safer than one beside it, nor is a map of islands alone', async () => {
    const court = [
      { id: 95_001, ...gridPlace(40, 40) },
      { id: 95_002, ...gridPlace(60, 40) },
      { id: 95_003, ...gridPlace(60, 60) },
    ]
    const way = { id: 950, nodes: [95_001, 95_002, 95_003], tags: { highway: 'service' } }
    const proposal = { ban: circle(500), victimAddresses: [hers(50, 41)] }
    const secondsOn = async (on: StreetMap) =>
      assess(proposal, on).perTravelMode.map(({ decidingSeconds }) => decidingSeconds)
    const plain = await secondsOn(await mapOf(drawGridTown(20)))
    const withIsland = await secondsOn(await mapOf(drawGridTown(20, { nodes: court, ways: [way] })))
    for (const [mode, seconds] of withIsland.entries()) {
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThanOrEqual(plain[mode]! + 1)
    }
    const islands = await mapOf({
      nodes: [
        ...court,
        { id: 95_010, ...gridPlace(900, 900) },
        { id: 95_011, ...gridPlace(950, 900) },
      ],
      ways: [way, { id: 951, nodes: [95_010, 95_011], tags: { highway: 'residential' } }],
    })
    const onIslands = assess(proposal, islands).perTravelMode
    expect(onIslands.map(({ byRoad }) => byRoad)).toEqual([null, null, null])
    for (const [mode, seconds] of (await secondsOn(islands)).entries())
      expect(seconds).toBeLessThanOrEqual(plain[mode]! + 1)
  })

  it('an address that no road reaches is no better known beside one that a road reaches, nor makes that one better', async () => {
    const at = (id: number, east: number, north: number) => ({ id, ...gridPlace(east, north) })
    const nodes = [
      at(90_001, -5_000, -5_000),
      at(90_002, 5_000, -5_000),
      at(90_003, 5_000, 5_000),
      at(90_004, 0, 5_000),
      at(90_005, -5_000, 5_000),
      at(90_006, -5_000, 0),
      at(90_007, 0, 1_000),
    ]
    const street = (id: number, ...line: number[]) => {
      return { id, nodes: line, tags: { highway: 'residential' } }
    }
    const ring = street(900, 90_001, 90_002, 90_003, 90_004, 90_005, 90_006, 90_001)
    const about = (on: StreetMap, areaMeters: Box, ...victimAddresses: ReturnType<typeof hers>[]) =>
      assess({ ban: boxBan(areaMeters), victimAddresses, ...quick }, on)
    // The town lies in the ban as a whole; what crosses the border leads to another part of roads.
    const cut = await mapOf(drawGridTown(5, { nodes, ways: [ring, street(901, 90_004, 90_007)] }))
    const wide = { west: -1_700, south: -1_700, east: 1_700, north: 1_700 }
    const lost = hers(0, 0)
    expect(resultOf(about(cut, wide, hers(0, 700)).checks, 'E3').result).toBe('green')
    expect(resultOf(about(cut, wide, lost).checks, 'E3').result).toBe('not-assessed')
    expect(resultOf(about(cut, wide, lost, hers(0, 700)).checks, 'E3').result).toBe('not-assessed')
    // More than two kilometres from a road, beside one that is soon driven to.
    const plain = await mapOf(
      drawGridTown(3, { nodes, ways: [ring, street(901, gridNode(3, -3, 0), 90_006)] }),
    )
    const tall = { west: -900, south: -900, east: 900, north: 3_000 }
    const useOf = (...addresses: ReturnType<typeof hers>[]) =>
      about(plain, tall, ...addresses).perTravelMode.map(({ canDo }) => canDo)
    expect(useOf(hers(0, 2_450))).toEqual(['not-known', 'not-known', 'not-known'])
    expect(useOf(hers(-300, 0)).at(-1)).toBe('evidence-only')
    expect(useOf(hers(-300, 0), hers(0, 2_450)).at(-1)).toBe('evidence-only')
  })

  it('one address outside the ban leaves no time to anybody, however well another lies inside', () => {
    const { perTravelMode } = assess({ victimAddresses: [hers(0, 0), hers(0, 1_300)] })
    expect(perTravelMode.map(({ decidingSeconds }) => decidingSeconds)).toEqual([0, 0, 0])
  })

  it('what lies beyond the map is not known, and never green', () => {
    const away = gridPlace(60_000, 0)
    const { checks, perTravelMode } = assess({
      ban: { kind: 'circle', ...away, radiusMeters: 1_000 },
      victimAddresses: [{ label: 'hers', isSecret: true, ...gridPlace(60_300, 0) }],
      offenderFixedAddresses: [{ label: 'home', ...gridPlace(60_345, 0) }],
    })
    expect(['E6', 'E9', 'E10', 'E18'].map((code) => resultOf(checks, code).result)).toEqual([
      'not-assessed',
      'not-assessed',
      'not-assessed',
      'not-assessed',
    ])
    expect(perTravelMode.map(({ byRoad }) => byRoad)).toEqual([null, null, null])
  })

  it('an address that is not given is not taken for no secret, and what says secret wins', () => {
    const disclosureOf = (more: Partial<EnforceabilityProposal>) =>
      resultOf(assess(more).checks, 'E9').result
    expect(disclosureOf({ victimAddresses: [] })).toBe('not-assessed')
    expect(disclosureOf({ victimAddresses: [hers(0, 0)], victimAddressSecret: false })).toBe('red')
    expect(
      disclosureOf({ victimAddresses: [hers(0, 0)], distanceFromSecretAddressMeters: 400 }),
    ).toBe('red')
  })

  it('every check of the checklist is in the answer once, in order, in two languages', () => {
    const { checks } = assess({ victimAddresses: [hers(0, 0)] })
    expect(checks.map(({ code }) => code)).toEqual(
      Array.from({ length: 19 }, (_, index) => `E${index + 1}`),
    )
    for (const { code, sentence, sentenceNl } of checks) {
      expect([code, sentence.length > 10, sentenceNl.length > 10]).toEqual([code, true, true])
      expect(sentenceNl).not.toBe(sentence)
    }
  })

  it('a protected address a thousand kilometres off, or a ban there, is answered as soon as any other', () => {
    const abroad = { label: 'hers', isSecret: true, longitude: 5.1, latitude: 43.1 }
    const before = process.cpuUsage()
    for (const more of [
      { victimAddresses: [abroad] },
      { ban: { ...circle(1_000), latitude: 43.1 }, victimAddresses: [hers(0, 0)] },
      { ban: { ...circle(5_000), latitude: 90 }, victimAddresses: [hers(0, 0)] },
    ]) {
      const { checks } = assess({ ...quick, ...more })
      expect(resultOf(checks, 'E6').result).toBe('not-assessed')
    }
    // Squares of a kilometre were looked at one by one, for minutes.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1)
  })
})

const quick = { reportIntervalSeconds: 10, policeResponseSeconds: 60 } as const

type Box = Readonly<Record<'west' | 'south' | 'east' | 'north', number>>

function boxBan({ west, south, east, north }: Box): EnforceabilityProposal['ban'] {
  const corners = [
    gridPlace(west, south),
    gridPlace(east, south),
    gridPlace(east, north),
    gridPlace(west, north),
    gridPlace(west, south),
  ]
  const ring = corners.map(({ longitude, latitude }) => [longitude, latitude] as const)
  return { kind: 'polygon', geometry: { type: 'Polygon', coordinates: [ring] } }
}

function circle(radiusMeters: number) {
  return { kind: 'circle', ...middle, radiusMeters } as const
}

function hers(east: number, north: number) {
  return { label: 'hers', isSecret: true, ...gridPlace(east, north) }
}

function assess(more: Partial<EnforceabilityProposal>, on: StreetMap = map) {
  const proposal = { ...nothingKnown, ban: circle(1_000), approachMeters: 500, ...more }
  return assessEnforceability(proposal, defaultLimits, { map: on, areas: null })
}

function resultOf(checks: ReturnType<typeof assess>['checks'], code: string) {
  const found = checks.find((check) => check.code === code)
  if (found === undefined) throw new Error(`no ${code}`)
  return found
}
