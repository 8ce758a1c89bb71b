import { describe, expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  advanceTo,
  applyFix,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import {
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'

const makePairEngine = (separationMeters: number, approachMeters: number): Engine =>
  makeEngine({
    reportIntervalSeconds: 60,
    orders: [
      makeOrder({
        locationBans: [],
        proximityBans: [makePair({ separationMeters, approachMeters })],
      }),
    ],
  })

/** One position a minute of each, both at rest, so far apart. */
function makeMinutes(fromMinute: number, count: number, meters: number, radii: Radii): Fix[] {
  const [his, hers] = radii
  return Array.from({ length: count }, (_, place) => {
    const seconds = 60 * (fromMinute + place)
    return [
      makeVictimFix(seconds, 0, (place * 7) % 11, { accuracyMeters: hers }),
      makeFix(seconds + 20, meters, (place * 5) % 9, { accuracyMeters: his }),
    ]
  }).flat()
}
type Radii = readonly [his: number, hers: number]

/** What is told of two people, and in which minute after the start. */
function listen(engine: Engine, fixes: readonly Fix[]): string[] {
  const told: string[] = []
  for (const fix of fixes) {
    const effects = [
      ...advanceTo(engine, fix.receivedAtMs),
      ...applyFix(engine, fix),
      ...advanceTo(engine, fix.receivedAtMs + 1),
    ]
    const at = Math.floor((fix.receivedAtMs - startMs) / 60_000)
    // Whoever has only just begun to report is not yet known, and that is told as ever.
    for (const effect of at < 1 ? [] : effects) {
      if (effect.type === 'alert-raised') {
        told.push(`${at} ${effect.alert.kind} ${effect.alert.priority}`)
      }
      if (effect.type === 'alert-ended') told.push(`${at} ended`)
    }
  }
  return told
}

/** The second device of each never reports, which is not what this is about. */
function reasonsAt(engine: Engine, minute: number): string[] {
  const { state, reasons } = judgeProtection(engine, 'order', startMs + 60_000 * minute)
  const codes = reasons.map(({ code }) => code).filter((code) => code !== 'device-never-heard')
  return [...(state === 'unknown' ? ['unknown'] : []), ...codes]
}

describe('two people whose positions are too coarse for their distance', () => {
  it.each([
    ['of both', 350, 700, 730, [450, 450]],
    ['of one, near a small separation', 100, 200, 150, [10, 400]],
    ['of one, where no band is asked for', 500, 500, 700, [30, 400]],
  ] as const)(
    'positions too coarse for a distance, %s, are called out after a quarter of an hour, once, and protect nobody',
    (_name, separationMeters, approachMeters, meters, radii) => {
      const engine = makePairEngine(separationMeters, approachMeters)
      const told = listen(engine, makeMinutes(0, 240, meters, radii))
      expect(told).toHaveLength(1)
      expect(told[0]).toMatch(/^(?:1[5-9]|20) protection-degraded P2$/)
      expect(reasonsAt(engine, 240)).toEqual(['unknown', 'position-unreliable'])
    },
  )

  it.each([
    ['who live 700 m apart, by phones of 100 m', 500, 1_000, 700, [100, 100]],
    ['who live 700 m apart without a band, by phones of 100 m', 500, 500, 700, [100, 100]],
    ['who live 180 m apart and may not come within 100 m', 100, 100, 300, [60, 100]],
    ['who are further apart than both circles reach', 350, 700, 1_400, [450, 450]],
  ] as const)(
    'two people %s, are told of by no coarse positions',
    (_name, separationMeters, approachMeters, meters, radii) => {
      const told = listen(
        makePairEngine(separationMeters, approachMeters),
        makeMinutes(0, 600, meters, radii),
      )
      expect(told.filter((line) => line.includes('protection-degraded'))).toEqual([])
    },
  )

  it('four hundred metres for some minutes are nothing to be told', () => {
    const fixes = [0, 20, 40].flatMap((minute) => [
      ...makeMinutes(minute, 12, 700, [400, 400]),
      ...makeMinutes(minute + 12, 8, 700, [30, 30]),
    ])
    expect(listen(makePairEngine(500, 500), fixes)).toEqual([])
  })

  it('a distance that is seen again ends what was told of it, and a snapshot in between changes nothing', () => {
    const engine = makePairEngine(350, 700)
    const told = listen(engine, makeMinutes(0, 30, 730, [450, 450]))
    const after = makePairEngine(350, 700)
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(after, scope, state)
    const more = [...makeMinutes(30, 10, 730, [450, 450]), ...makeMinutes(40, 5, 800, [10, 10])]
    const going = listen(after, more)
    expect(told).toEqual(['15 protection-degraded P2'])
    expect(going).toEqual(['41 ended'])
    expect(reasonsAt(after, 45)).toEqual([])
  })
})
