import { describe, expect, it } from 'vitest'
import { restoreSnapshot, takeSnapshots } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeEngine, startMs } from '../engine-world.ts'
import { at, away, hour, rank, rankBy, stay } from './rank-world.ts'

describe('an approach of habit', () => {
  const apart = 25 * hour
  const called = Array<string>(5).fill('P2')
  const come = (count: number, minutes: number): Fix[] =>
    Array.from({ length: count }, (_, index) => [
      ...stay(index * apart, minutes, 200),
      ...away(index * apart + 60 * minutes + 600),
    ]).flat()

  it('one that lasts more than twice as long as any of them is called out', () => {
    const fixes = [...come(5, 10), ...stay(5 * apart, 20, 200)]
    expect(rank(fixes)).toEqual([...called, 'P3'])
    const longer = [...come(5, 10), ...stay(5 * apart, 21, 200)]
    expect(rank(longer)).toEqual([...called, 'P3', 'P3 to P2 lasting'])
  })

  it('one may wait for a quarter of an hour where they only passed', () => {
    expect(rank([...come(5, 1), ...stay(5 * apart, 15, 200)])).toEqual([...called, 'P3'])
    const longer = [...come(5, 1), ...stay(5 * apart, 16, 200)]
    expect(rank(longer)).toEqual([...called, 'P3', 'P3 to P2 lasting'])
  })

  it('it cannot be drawn out: what nobody was called for counts as no longer than before', () => {
    const drawn = [19, 21].flatMap((minutes, index) => [
      ...stay((5 + index) * apart, minutes, 200),
      ...away((5 + index) * apart + 2 * hour),
    ])
    const ranks = [...called, 'P3', 'P3', 'P3 to P2 lasting']
    expect(rank([...come(5, 10), ...drawn])).toEqual(ranks)
  })

  it('one at another time of day, by somebody who does not live there, is called out', () => {
    const [visits, nights] = [come(6, 60), come(6, 4 * 60)]
    const [early, late] = [6 * apart + 3 * hour, 6 * apart + 12 * hour]
    expect(rank([...visits, ...stay(early, 10, 200)])).toEqual([...called, 'P3', 'P3'])
    expect(rank([...visits, ...stay(late, 10, 200)])).toEqual([...called, 'P3', 'P2'])
    expect(rank([...nights, ...stay(late, 10, 200)])).toEqual([...called, 'P3', 'P3'])
  })

  it('whoever lives there is listed, however long they stay at home', () => {
    const nights = come(5, 8 * 60)
    expect(rank([...nights, ...stay(5 * apart, 60 * 60, 200)])).toEqual([...called, 'P3'])
  })

  it('whoever is at home further off for hours, and then as near as usual, is no nearer', () => {
    const nights = Array.from({ length: 5 }, (_, index) => [
      ...stay(index * apart, 8 * 60, 60),
      ...away(index * apart + 8 * hour + 600),
    ]).flat()
    const wandering = [...stay(5 * apart, 180, 200), ...stay(5 * apart + 4 * hour, 10, 90)]
    expect(rank([...nights, ...wandering])).toEqual([...called, 'P3'])
  })

  it('one long stay, or two, make nobody live there', () => {
    const nights = come(2, 4 * 60)
    const passing = come(5, 10).filter(
      ({ recordedAtMs }) => recordedAtMs > startMs + 40 * hour * 1e3,
    )
    const fixes = [...nights, ...passing]
    expect(rank([...fixes, ...stay(5 * apart, 8 * 60, 200)])).toEqual([...called, 'P3'])
    const longer = [...fixes, ...stay(5 * apart, 8 * 60 + 1, 200)]
    expect(rank(longer)).toEqual([...called, 'P3', 'P3 to P2 lasting'])
  })

  it('how long they stay is remembered by a snapshot', () => {
    const engine = makeEngine()
    rankBy(engine, come(5, 10))
    const restored = makeEngine()
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(rankBy(restored, stay(5 * apart, 20, 200))).toEqual(['P3'])
    const again = makeEngine()
    for (const { scope, state } of takeSnapshots(restored)) restoreSnapshot(again, scope, state)
    expect(rankBy(again, [at(5 * apart + 1_260, 201)])).toEqual(['P3 to P2 lasting'])
  })
})
