import { describe, expect, it } from 'vitest'
import { restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeEngine, makeFix, makeOrder, makePair, makeVictimFix } from '../engine-world.ts'
import { at, away, hour, rank, rankBy, stay, visit } from './rank-world.ts'

const day = 24 * hour

describe('a further approach of one area within a day', () => {
  it.each([
    ['as near as before', 2 * hour, 300],
    ['a little nearer', 2 * hour, 156],
    ['further away', 2 * hour, 450],
    ['at the end of the day', day, 300],
  ])('%s is listed, and nobody is called', (_name, second, meters) => {
    expect(rank([...visit(0, 300), ...visit(second, meters)])).toEqual(['P2', 'P3'])
  })

  it.each([
    ['at half of what was left', 2 * hour, 147],
    ['more than a day later', day + 1, 300],
    ['at another time of day', 12 * hour, 300],
  ])('%s is called out', (_name, second, meters) => {
    expect(rank([...visit(0, 300), ...visit(second, meters)])).toEqual(['P2', 'P2'])
  })

  it('one markedly faster is called out, when it opens and later', () => {
    const walking = [at(0, 700), at(300, 490), at(360, 430), at(420, 360), ...away(900)]
    const driving = [at(2 * hour, 1_100), at(2 * hour + 60, 480)]
    expect(rank([...walking, ...driving])).toEqual(['P2', 'P2'])
    const standing = [at(2 * hour, 5_000), at(2 * hour + 600, 482), at(2 * hour + 660, 480)]
    const then = at(2 * hour + 680, 400)
    expect(rank([...walking, ...standing])).toEqual(['P2', 'P3'])
    expect(rank([...walking, ...standing, then])).toEqual(['P2', 'P3', 'P3 to P2 faster'])
  })

  it('one that comes nearer while it goes on is called out from then on', () => {
    const nearing = [5_000, 400, 250, 151, 149].map((meters, index) =>
      at(2 * hour + 600 * index, meters),
    )
    expect(rank([...visit(0, 300), ...nearing.slice(0, 4)])).toEqual(['P2', 'P3'])
    expect(rank([...visit(0, 300), ...nearing])).toEqual(['P2', 'P3', 'P3 to P2 nearer'])
  })

  it('those that were only listed move no mark: it cannot be crept within a day', () => {
    const creeping = [300, 240, 190, 145].flatMap((meters, index) => visit(index * hour, meters))
    expect(rank(creeping)).toEqual(['P2', 'P3', 'P3', 'P2'])
  })

  it('one that lasts a quarter of an hour longer than a drive past is called out', () => {
    const past = [at(0, 700), at(60, 40), at(120, 700), at(180, 1_500)]
    expect(rank([...past, ...stay(hour, 15, 45)])).toEqual(['P2', 'P3'])
    expect(rank([...past, ...stay(hour, 16, 45)])).toEqual(['P2', 'P3', 'P3 to P2 lasting'])
  })

  it('one that lasts more than twice as long as the longest of the day is called out', () => {
    const earlier = [...stay(0, 30, 300), ...away(hour), ...stay(2 * hour, 10, 300)]
    const fixes = [...earlier, ...away(3 * hour)]
    expect(rank([...fixes, ...stay(4 * hour, 60, 300)])).toEqual(['P2', 'P3', 'P3'])
    const longer = ['P2', 'P3', 'P3', 'P3 to P2 lasting']
    expect(rank([...fixes, ...stay(4 * hour, 61, 300)])).toEqual(longer)
  })

  it('those that were only listed set no length: it cannot be drawn out', () => {
    const drawn = [10, 19, 21].flatMap((minutes, index) => [
      ...stay(2 * index * hour, minutes, 300),
      ...away(2 * index * hour + hour),
    ])
    expect(rank(drawn)).toEqual(['P2', 'P3', 'P3', 'P3 to P2 lasting'])
  })

  it('one that was called out for its length sets it for the next', () => {
    const fixes = [0, 1, 2].flatMap((index) => [
      ...stay(2 * index * hour, [10, 30, 59][index]!, 300),
      ...away(2 * index * hour + 1.5 * hour),
    ])
    expect(rank(fixes)).toEqual(['P2', 'P3', 'P3 to P2 lasting', 'P3'])
  })

  it('one that goes on for more than an hour is called out, however long the one before it was', () => {
    const fixes = [...stay(0, 5 * 60, 300), ...away(5.5 * hour)]
    expect(rank([...fixes, ...stay(7 * hour, 60, 300)])).toEqual(['P2', 'P3'])
    expect(rank([...fixes, ...stay(7 * hour, 61, 300)])).toEqual(['P2', 'P3', 'P3 to P2 lasting'])
  })

  it('one after a breach of that day is called out', () => {
    const inside = [0, 60, 120].map((second) => at(hour + second, -200 - second))
    const fixes = [...visit(0, 300), ...inside, ...away(2 * hour), ...visit(3 * hour, 300)]
    expect(rank(fixes)).toEqual(['P2', 'breach P1', 'P2'])
  })

  it('one in the course of which the ban is broken is called out, besides the breach', () => {
    const entering = [at(2 * hour, 5_000), at(2 * hour + 600, 300), at(2 * hour + 1_200, -100)]
    const fixes = [...visit(0, 300), ...entering, at(2 * hour + 1_260, -110)]
    expect(rank(fixes)).toEqual(['P2', 'P3', 'breach P1', 'P3 to P2 nearer'])
  })

  it('one of another ban is a first one', () => {
    const far = { longitude: 5.2, latitude: 52.1 }
    const [ban] = makeOrder().locationBans
    const other = {
      ...ban!,
      id: 'other',
      area: { type: 'circle' as const, ...far, radiusMeters: 500 },
    }
    const world = { orders: [makeOrder({ locationBans: [ban!, other] })] }
    const there = [0, 60].map((second) =>
      makeFix(2 * hour + second, 0, 0, { ...far, latitude: 52.1 + 0.0075 + second * 1e-6 }),
    )
    expect(rank([...visit(0, 300), ...there], world)).toEqual(['P2', 'P2'])
  })

  it('what is known of a day is remembered by a snapshot', () => {
    const engine = makeEngine()
    rankBy(engine, visit(0, 300))
    const restored = makeEngine()
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(rankBy(restored, visit(2 * hour, 300))).toEqual(['P3'])
    const again = makeEngine()
    for (const { scope, state } of takeSnapshots(restored)) restoreSnapshot(again, scope, state)
    const nearing = [at(2 * hour + 1_800, 300), at(2 * hour + 2_400, 147)]
    expect(rankBy(again, nearing)).toEqual(['P3', 'P3 to P2 nearer'])
  })

  it('fixes that come late end in the same ranks as those that come in order', () => {
    const fixes = [...visit(0, 300), ...visit(2 * hour, 300)]
    const late = { receivedAtMs: fixes.at(-1)!.receivedAtMs + 1_000 }
    const delayed = fixes.slice(0, 6).map((fix, index) => (index === 3 ? { ...fix, ...late } : fix))
    const [held] = delayed.splice(3, 1)
    expect(rank([...delayed, ...fixes.slice(6), held!])).toEqual(['P2', 'P3'])
  })
})

describe('a further approach of one person within a day', () => {
  const world = { orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })] }

  it('a second one is listed, and called out at half of what was left of the way', () => {
    expect(rank([...meet(0, 1_800), ...meet(2 * hour, 1_700)], world)).toEqual(['P2', 'P3'])
    expect(rank([...meet(0, 1_800), ...meet(2 * hour, 1_399)], world)).toEqual(['P2', 'P2'])
  })

  it('one that lasts twice as long as the one before it, and longer, is called out', () => {
    const together = (second: number, minutes: number) =>
      Array.from({ length: minutes + 1 }, (_, count) => [
        makeVictimFix(second + 60 * count, count % 7),
        makeFix(second + 60 * count + 5, 1_700 + (count % 5)),
      ]).flat()
    // Fifteen minutes: the offender is taken to be where last seen until the next sighting.
    const fixes = [...together(0, 10), ...part(900)]
    expect(rank([...fixes, ...together(2 * hour, 29)], world)).toEqual(['P2', 'P3'])
    const longer = ['P2', 'P3', 'P3 to P2 lasting']
    expect(rank([...fixes, ...together(2 * hour, 31)], world)).toEqual(longer)
  })

  it('one that was ranked lower for a common road makes none after it a further one', () => {
    const road = [0, 60, 120, 180].flatMap((second) => [
      makeVictimFix(second, 25 * second),
      makeFix(second + 5, 25 * (second + 5), 2_040 - 0.6 * second),
    ])
    const fixes = [...road, ...part(900), ...meet(2 * hour, 1_700)]
    expect(rank(fixes, world)).toEqual(['P3', 'P2'])
  })
})

function meet(second: number, meters: number): Fix[] {
  const together = [0, 300].flatMap((later) => [
    makeVictimFix(second + later, later / 300),
    makeFix(second + later + 5, meters + later / 300),
  ])
  return [...together, ...part(second + 600)]
}

function part(second: number): Fix[] {
  return [0, 120, 240].flatMap((later) => [
    makeVictimFix(second + later, later / 300),
    makeFix(second + later + 5, 9_000 + later),
  ])
}
