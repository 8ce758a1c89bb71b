import { beforeAll, describe, expect, it } from 'vitest'
import { checkDisclosure } from '../../../src/core/enforceability/disclosure-check.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits, type Limits } from '../../../src/core/model/limits.ts'
import type { StreetMap } from '../../../src/core/roads/street-map.ts'
import { drawGridTown, gridPlace } from '../../support/grid-town.ts'
import { createRandom } from '../../support/random.ts'
import { mapOf } from '../../support/street-map.ts'

/** A house at the foot of a field in the west, a town of 150 in the east, and one beyond it. */
let map: StreetMap
beforeAll(async () => {
  const house = (id: number, east: number, north: number) => ({
    id,
    ...gridPlace(east, north),
    tags: { 'addr:street': 'Weg', 'addr:housenumber': String(id) },
  })
  const town = Array.from({ length: 150 }, (_, index) =>
    house(90_002 + index, 1_400 + 5 * index, 20),
  )
  const apart = [house(90_001, -1_800, -300), house(90_900, 3_000, 20)]
  map = await mapOf(drawGridTown(30, { nodes: [...apart, ...town] }))
})

const field = rectangle(-2_000, -1_000)
const town = rectangle(1_300, 2_300)
const hers = { label: 'hers', ...gridPlace(-1_800, -300), isSecret: true }
const inTown = { label: 'also hers', ...gridPlace(1_400, -300), isSecret: true }

/** 18 km each way, and the town behind a strip of 20 m: too much to look at closely. */
const wide = corners(
  [-19_000, -9_000],
  [-1_000, -9_000],
  [-1_000, -10],
  [1_300, -10],
  [1_300, -400],
  [2_300, -400],
  [2_300, 400],
  [1_300, 400],
  [1_300, 10],
  [-1_000, 10],
  [-1_000, 9_000],
  [-19_000, 9_000],
)
const atRim = { label: 'hers', ...gridPlace(-18_000, 8_000), isSecret: true }

describe('what the outline of a ban tells of a secret address', () => {
  it('a part in another town adds no door to the ones where somebody would look', () => {
    const alone = check([field], [hers])
    expect(alone).toMatchObject({ result: 'red', value: 1, unit: 'addresses' })
    const withDecoy = check([field, town], [hers])
    expect(withDecoy).toMatchObject({ result: 'red', value: 1 })
    expect(check([joined(1)], [hers]).sentence).toContain('narrower than 50 m')
    expect(withDecoy.sentence).toContain('The part of the ban that holds it holds only 1')
    expect(check([town, field], [hers])).toMatchObject({ result: 'red', value: 1 })
  })

  it('a strip of two metres to a town hides nobody in that town, and a wide one does', () => {
    expect(check([joined(1)], [hers])).toMatchObject({ result: 'red', value: 1 })
    expect(check([joined(20)], [hers])).toMatchObject({ result: 'red', value: 1 })
    expect(check([joined(60)], [hers])).toMatchObject({ result: 'green', value: 151 })
    expect(check([joined(1)], [inTown])).toMatchObject({ result: 'green', value: 150 })
    // In a strip that is narrow everywhere there is nobody else.
    const strip = corners([-2_000, -310], [2_300, -310], [2_300, -290], [-2_000, -290])
    expect(check([strip], [hers])).toMatchObject({ result: 'red', value: 1 })
  })

  it('a slit beside the door parts it from the doors across, however narrow and wherever it falls', () => {
    // From the north border almost to the south one, the door in the piece west of it.
    for (const [slitMeters, besideMeters] of [
      [0.5, 1],
      [0.5, 8],
      [3, 4],
      [5, 12],
      [1, 30],
    ] as const) {
      const west = 1_399 - besideMeters - slitMeters
      const slit = corners(
        [1_000, -400],
        [2_300, -400],
        [2_300, 400],
        [west + slitMeters, 400],
        [west + slitMeters, -390],
        [west, -390],
        [west, 400],
        [1_000, 400],
      )
      const door = { ...inTown, ...gridPlace(west - besideMeters, 20) }
      expect([slitMeters, besideMeters, check([slit], [door]).result]).toEqual([
        slitMeters,
        besideMeters,
        'red',
      ])
    }
  })

  it('a neck of less than 50 m never opens, and one of 56 m does, wherever the door is', () => {
    for (const east of [-1_800, -1_793.7, -1_500.2, -1_106]) {
      const door = { ...hers, ...gridPlace(east, -311.3) }
      const resultOf = (meters: number) => check([joined(meters / 2)], [door]).result
      expect([east, resultOf(49.9), resultOf(56)]).toEqual([east, 'red', 'green'])
    }
  })

  it('the secret address among the fewest doors decides, of two in two parts', () => {
    expect(check([field, town], [inTown])).toMatchObject({ result: 'green', value: 150 })
    expect(check([field, town], [inTown, hers])).toMatchObject({ result: 'red', value: 1 })
    const open = { ...hers, isSecret: false }
    expect(check([field, town], [inTown, open])).toMatchObject({ result: 'green', value: 150 })
  })

  it('a secret address where the map knows no doors leaves it unknown beside one among many', () => {
    const empty = rectangle(-3_000, -2_500)
    const there = { label: 'hers too', ...gridPlace(-2_750, -300), isSecret: true }
    expect(check([empty, town], [there])).toMatchObject({ result: 'not-assessed' })
    expect(check([empty, town], [inTown, there])).toMatchObject({ result: 'not-assessed' })
    expect(check([empty, field], [hers, there])).toMatchObject({ result: 'red', value: 1 })
  })

  it('a secret address beside others is answered as the one of them that is hidden among the fewest', () => {
    const random = createRandom(3)
    const between = (low: number, high: number) => low + (high - low) * random()
    let [cut, joinedUp] = [0, 0]
    for (let round = 0; round < 7; round++) {
      const neck = joined(between(15, 45))
      const doors = Array.from({ length: 4 }, () => ({
        label: 'hers',
        isSecret: true,
        ...(random() < 0.5
          ? gridPlace(between(-1_960, -1_040), between(-360, 360))
          : gridPlace(between(1_340, 2_260), between(-360, 360))),
      }))
      const alone = doors.map((door) => check([neck], [door]))
      const least = alone.toSorted((one, other) => Number(one.value) - Number(other.value))[0]
      const together = check([neck], doors)
      if (new Set(alone.map(({ value }) => value)).size > 1) cut++
      else joinedUp++
      expect([round, together.result, together.value]).toEqual([round, least?.result, least?.value])
    }
    expect([cut > 0, joinedUp > 0]).toEqual([true, true])
  })

  it('a secret address beside others is answered the same in whatever order they are named', () => {
    const random = createRandom(11)
    const between = (low: number, high: number) => low + (high - low) * random()
    let [red, green] = [0, 0]
    for (let round = 0; round < 5; round++) {
      const neck = [joined(between(15, 45)), rectangle(2_800, 3_300)]
      // The doors of the town are one too few, or enough.
      const atLeast = { ...defaultLimits, hiddenAmongAddressCountMin: round < 2 ? 151 : 40 }
      const doors = Array.from({ length: 8 }, () => ({
        label: 'hers',
        isSecret: true,
        ...gridPlace(between(1_325, 2_275), between(-375, 375)),
      }))
      const asked = check(neck, doors, atLeast)
      for (let shuffle = 0; shuffle < 3; shuffle++) {
        const shuffled = doors
          .map((door) => ({ door, at: random() }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ door }) => door)
        expect([round, check(neck, shuffled, atLeast)]).toEqual([round, asked])
      }
      if (asked.result === 'green') green++
      else red++
    }
    expect([red > 0, green > 0]).toEqual([true, true])
  })

  it('an area too large to look at wholly is told of the same in whatever order, and looked about once for its doors', () => {
    const along = [atRim, { ...atRim, ...gridPlace(-9_000, 8_000) }]
    const atLeast = { ...defaultLimits, hiddenAmongAddressCountMin: 3 }
    const asked = check([wide], along, atLeast)
    expect(asked.result).toBe('not-assessed')
    expect(check([wide], along.toReversed(), atLeast)).toEqual(asked)
    const cpuOf = (doors: readonly (typeof hers)[]) => {
      const before = process.cpuUsage()
      check([wide], doors, atLeast)
      return process.cpuUsage(before).user
    }
    const beside = Array.from({ length: 8 }, (_, index) => ({
      ...atRim,
      ...gridPlace(-18_000 + 20 * index, 8_000),
    }))
    expect(cpuOf(beside)).toBeLessThan(4 * cpuOf([atRim]))
  })

  it('a secret address among few doors is red whatever is not counted of another', () => {
    const away = rectangle(2_800, 3_300)
    const inAway = { label: 'hers', ...gridPlace(2_900, -300), isSecret: true }
    expect(check([away], [inAway])).toMatchObject({ result: 'red', value: 1 })
    for (const doors of [
      [atRim, inAway],
      [inAway, atRim],
    ])
      expect(check([wide, away], doors)).toMatchObject({ result: 'red', value: 1 })
  })

  it('a secret address in an area with too few doors is red, wherever its necks are, and in an area with just enough is not', () => {
    const limits = (hiddenAmongAddressCountMin: number) => ({
      ...defaultLimits,
      hiddenAmongAddressCountMin,
    })
    const at = (countMin: number, halfMeters: number, doors = [hers]) =>
      check([joined(halfMeters)], doors, limits(countMin))
    // 151 doors in all, one of them on this side of the neck.
    expect(at(152, 20)).toMatchObject({ result: 'red', value: 1 })
    expect(at(152, 20).sentence).toContain('narrower than 50 m')
    expect(at(152, 60)).toMatchObject({ result: 'red', value: 151 })
    expect(at(152, 60).sentence).not.toContain('narrower than 50 m')
    expect(at(151, 60)).toMatchObject({ result: 'green', value: 151 })
    expect(at(152, 20, [inTown, hers])).toMatchObject({ result: 'red', value: 1 })
  })

  it('few doors about the address are no red where the ban goes on beyond what was counted', () => {
    const { result, sentence } = check([wide], [atRim])
    expect(result).toBe('not-assessed')
    expect(sentence).toContain('the ban goes on')
  })
})

function check(
  parts: readonly [number, number][][][],
  victimAddresses: readonly (typeof hers)[],
  limits: Limits = defaultLimits,
) {
  const geometry = { type: 'MultiPolygon' as const, coordinates: [...parts] }
  const ban = { kind: 'polygon' as const, geometry }
  const proposal = { ...nothingKnown, ban, approachMeters: 500, victimAddresses }
  return checkDisclosure(proposal, map, limits)
}

function rectangle(west: number, east: number): [number, number][][] {
  return corners([west, -400], [east, -400], [east, 400], [west, 400])
}

/** The field and the town as one area, by a strip between them. */
function joined(halfMeters: number): [number, number][][] {
  return corners(
    [-2_000, -400],
    [-1_000, -400],
    [-1_000, -halfMeters],
    [1_300, -halfMeters],
    [1_300, -400],
    [2_300, -400],
    [2_300, 400],
    [1_300, 400],
    [1_300, halfMeters],
    [-1_000, halfMeters],
    [-1_000, 400],
    [-2_000, 400],
  )
}

function corners(...places: readonly (readonly [number, number])[]): [number, number][][] {
  const [first] = places
  return [
    [...places, ...(first === undefined ? [] : [first])].map(([x, y]) => {
      const { longitude, latitude } = gridPlace(x, y)
      return [longitude, latitude]
    }),
  ]
}
