import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
} from '../engine-world.ts'
import { tell } from '../engine-world.ts'

const orders = [
  makeOrder({
    locationBans: [],
    proximityBans: [makePair({ separationMeters: 150, approachMeters: 300 })],
  }),
]

/** What is told of both, in the order of their times. */
function tellOf(fixes: readonly Fix[], reportIntervalSeconds = 60): string[] {
  const engine = makeEngine({ orders, reportIntervalSeconds })
  const sorted = fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
  // Told as a breach that is over; the second is enough.
  return tell(applyAll(engine, sorted)).map((line) => line.replace(/\.\d+| late/g, ''))
}

function every(seconds: number, make: (second: number) => Fix): Fix[] {
  return Array.from({ length: 1 + 1_200 / seconds }, (_, index) => make(index * seconds))
}

const passedAt600 = ['raised proximity-breach 600', 'ended proximity-breach 600']

/** By car at 72 km/h from the west, past the middle at 60 m after ten minutes. */
const byCar = (second: number): Fix => makeFix(second, 20 * (second - 600), 60)
/** About the middle, with errors of a few metres. */
const atHome = (second: number): Fix => makeVictimFix(second, (second % 7) - 3, (second % 5) - 2)

describe('a meeting between two reports of a device', () => {
  it.each([15, 30, 60])(
    'a meeting is told of, though the other reports every %i s and this one every 60 s',
    (seconds) => {
      const offset = every(60, (second) => byCar(second + 30))
      expect(tellOf([...offset, ...every(seconds, atHome)])).toEqual(passedAt600)
    },
  )

  it.each([15, 60])(
    'a meeting is told of on a plan of four minutes, with the other on %i s',
    (seconds) => {
      const slow = every(240, (second) => byCar(second + 30))
      expect(tellOf([...slow, ...every(seconds, atHome)], 240)).toEqual(passedAt600)
    },
  )

  it('a meeting is told of where the other gives one position for hours', () => {
    const slow = every(240, (second) => byCar(second + 30))
    const still = every(60, (second) => makeVictimFix(second, 0))
    expect(tellOf([...slow, ...still], 240)).toEqual(passedAt600)
  })

  it('a meeting is told of where it is the victim who reports seldom', () => {
    const driving = every(15, byCar)
    // The step from 580 s to 640 s leads over the road as the offender drives by.
    const seldom = [340, 580, 640].map((second) =>
      makeVictimFix(second, 0, 60 - 20 * (second - 600)),
    )
    expect(tellOf([...driving, ...seldom], 240)).toEqual(passedAt600)
  })

  it('a meeting is not told of for a chord where the other is seen to go round', () => {
    const waiting = every(60, (second) => makeFix(second + 1, 0))
    // 20 m/s on a circle of 500 m: a straight line over 45 s comes to within 311 m.
    const around = (second: number): Fix => {
      const angle = (20 * second) / 500
      return makeVictimFix(second, 500 * Math.cos(angle), 500 * Math.sin(angle))
    }
    const wide = makePair({ separationMeters: 380, approachMeters: 420 })
    const engine = makeEngine({
      orders: [makeOrder({ locationBans: [], proximityBans: [wide] })],
      reportIntervalSeconds: 60,
    })
    const fixes = [...waiting, ...every(15, around)]
    const sorted = fixes.toSorted((one, other) => one.recordedAtMs - other.recordedAtMs)
    expect(tell(applyAll(engine, sorted))).toEqual([])
  })
})

it('nobody passes by between a monitor on one side of a person and a phone on the other', () => {
  const fixes = [0, 300, 600, 900, 1_200].flatMap((at) => [
    makeFix(at, -6_000, at / 100),
    makeFix(at + 5, 6_000, at / 100, { deviceId: 'offender-device-2' }),
    makeVictimFix(at + 100, 0, at / 100),
  ])
  const told = tellOf(fixes, 300)
  expect(told.filter((line) => line.includes('proximity'))).toEqual([])
})

const ofOther = (fixes: readonly Fix[]): Fix[] =>
  fixes.map((fix) => ({ ...fix, deviceId: 'offender-device-2' }))

it('a meeting is told of where a phone that slept beside the monitor takes over on the way', () => {
  const monitor = [-900, -600, -300, 0].map((second) => makeFix(second, -3_000))
  const phone = ofOther([
    ...[-2_400, -2_100].map((second) => makeFix(second, -3_000)),
    ...[280, 580].map((second) => makeFix(second, 3_000)),
  ])
  const hers = Array.from({ length: 60 }, (_, at) => makeVictimFix(-2_400 + 60 * at, 0))
  const told = tellOf([...monitor, ...phone, ...hers], 300)
  expect(told.filter((line) => line.includes('proximity'))).toHaveLength(2)
})
