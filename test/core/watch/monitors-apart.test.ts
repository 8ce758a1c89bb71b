import { describe, expect, it } from 'vitest'
import { snapshotWatch, restoreWatch } from '../../../src/core/watch/watch-snapshot.ts'
import { ensurePerson } from '../../../src/core/watch/watch-state.ts'
import { makeEngine } from '../engine-world.ts'
import type { Way } from '../several-monitors.ts'
import { apartOf, wearAll } from '../several-monitors.ts'

const atHome: Way = () => 30_000
const away = (seconds: number): number => Math.min(42_000, 30_000 + 11 * Math.max(0, seconds))
const from =
  (start: number, said: 'heard' | 'silent', way: Way): Way =>
  (seconds) =>
    seconds > start ? said : way(seconds)

describe('monitors in two places of which one is no longer seen', () => {
  it.each(['heard', 'silent'] as const)(
    'two monitors apart are so still once the worn one is %s without a place',
    (said) => {
      for (const ways of [
        [from(1_800, said, away), atHome],
        [atHome, from(1_800, said, away)],
      ]) {
        const { told, ended } = apartOf(wearAll(ways, -10, 120))
        expect(told).toHaveLength(1)
        expect(ended).toEqual([])
      }
    },
  )

  it('two monitors apart are so no longer where one is seen where the other one was last', () => {
    const back: Way = (seconds) => (seconds > 3_600 ? 30_000 : away(seconds))
    const { told, ended } = apartOf(wearAll([from(2_400, 'heard', atHome), back], -10, 90))
    expect(told).toHaveLength(1)
    expect(ended).toHaveLength(1)
    expect(ended[0]).toBeGreaterThanOrEqual(60)
  })
})

describe('three monitors of which one breaks', () => {
  const broken = from(-600, 'heard', atHome)

  it('the two others are told to be apart, once', () => {
    for (const ways of [
      [broken, away, atHome],
      [broken, atHome, away],
      [away, broken, atHome],
      [away, atHome, broken],
      [atHome, broken, away],
    ]) {
      const { told, ended } = apartOf(wearAll(ways, -60, 120))
      expect(told).toHaveLength(1)
      expect(Number(told[0]?.split(' ')[1])).toBeLessThanOrEqual(5)
      expect(ended).toEqual([])
    }
  })

  it('one that is apart and breaks then hides nothing of the two others', () => {
    const office = from(3_600, 'heard', away)
    const later: Way = (seconds) => 60_000 - away(seconds - 7_200)
    const { told, ended } = apartOf(wearAll([office, later, atHome], -10, 240))
    expect(told).toHaveLength(2)
    expect(ended).toEqual([])
  })

  it('one that comes and goes makes no new telling each time', () => {
    const glimpsed: Way = (seconds) => (seconds % 840 < 300 ? 30_000 : 'heard')
    for (const ways of [
      [glimpsed, away, atHome],
      [glimpsed, atHome, away],
      [away, atHome, glimpsed],
    ]) {
      const { told, ended } = apartOf(wearAll(ways, -60, 180))
      expect(told).toHaveLength(1)
      expect(ended).toEqual([])
    }
  })
})

it('two monitors told to be apart before an update are so after it', () => {
  const engine = makeEngine()
  const told = { priority: 'P2', lastingSinceMs: null, lastPlaceAtMs: null, backSinceMs: null }
  const alert = { alertId: 'kept', deviceId: 'offender-device-2', isApart: true, ...told }
  const state = JSON.parse(snapshotWatch(engine.watch)) as { persons: unknown[][] }
  for (const saved of state.persons) {
    if (saved[0] === 'offender') saved.splice(6, Infinity, null, null, null, [], [alert], null)
  }
  restoreWatch(engine.watch, JSON.stringify(state))
  expect(ensurePerson(engine.watch, 'offender').unplaced).toEqual([{ ...alert, apartFromId: null }])
})
