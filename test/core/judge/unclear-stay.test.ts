import { describe, expect, it } from 'vitest'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import type { LocationBan } from '../../../src/core/model/registry.ts'
import {
  advanceTo,
  applyFix,
  restoreSnapshot,
  takeSnapshots,
} from '../../../src/core/engine/engine.ts'
import { judgeProtection } from '../../../src/core/protection/judge-protection.ts'
import { home, makeBan, makeEngine, makeFix, makeOrder, startMs } from '../engine-world.ts'

const makeRound = (radiusMeters: number, changes: Partial<LocationBan> = {}) =>
  makeEngine({
    reportIntervalSeconds: 60,
    orders: [
      makeOrder({
        locationBans: [makeBan({ area: { type: 'circle', ...home, radiusMeters }, ...changes })],
      }),
    ],
  })

/** What is told of positions that cannot be relied on, and in which minute after the start. */
function listen(fixes: readonly Fix[], engine = makeRound(200)): string[] {
  const told: string[] = []
  const ids = new Set<string>()
  const note = (effects: readonly Effect[], atMs: number) => {
    const at = Math.floor((atMs - startMs) / minuteMs)
    for (const effect of effects) {
      if (effect.type === 'alert-raised' && effect.alert.kind === 'position-unreliable') {
        ids.add(effect.alert.id)
        told.push(
          `${at} ${effect.alert.priority}${effect.alert.evidence.facts['fault'] === 'unclear-in-ban' ? ' unclear' : ''}`,
        )
      }
      if (effect.type === 'alert-raised' && effect.alert.kind === 'location-ban-breach') {
        told.push(`${at} breach`)
      }
      if (effect.type === 'alert-revised' && ids.has(effect.alertId)) {
        const { revision } = effect
        told.push(`${at} ${revision.kind === 'priority' ? revision.priority : revision.kind}`)
      }
      if (effect.type === 'alert-ended' && ids.has(effect.alertId)) told.push(`${at} ended`)
    }
  }
  for (const fix of fixes) {
    for (const step of [0, 1]) {
      note(advanceTo(engine, fix.receivedAtMs + step), fix.receivedAtMs + step)
      if (step === 0) note(applyFix(engine, fix), fix.receivedAtMs)
    }
  }
  return told
}

const minuteMs = 60_000

/** One position a minute, some metres from fix to fix. */
const every = (
  fromMinute: number,
  count: number,
  eastMeters: number | ((place: number) => number),
  accuracyMeters: number,
  values: Partial<Fix> = {},
): Fix[] =>
  Array.from({ length: count }, (_, place) => {
    const east = typeof eastMeters === 'number' ? eastMeters : eastMeters(place)
    const astray = ((place * 7) % 11) - 5
    return makeFix(60 * (fromMinute + place), east + astray, astray, { accuracyMeters, ...values })
  })

const walkUp = (minutes: number) => every(0, minutes, (place) => 640 - 70 * place, 10)

describe('positions too coarse to judge', () => {
  it.each([
    ['of half a kilometre', 200, 500, 'network'],
    ['of two kilometres', 200, 2_000, 'network'],
    ['of a fused fix, in a large area that would hold all of it', 3_000, 600, 'fused'],
  ] as const)(
    'positions too coarse to judge, %s, in the ban after an approach, are a P2 ten minutes later, once',
    (_, radiusMeters, accuracyMeters, source) => {
      const outside = every(0, 4, (place) => radiusMeters + 440 - 70 * place, 10)
      const fixes = [...outside, ...every(4, 180, 0, accuracyMeters, { source })]
      const told = listen(fixes, makeRound(radiusMeters))
      // Told as not known before that or not, it is told once that it may be the ban.
      expect(told.filter((one) => /unclear|repeated/.test(one))).toHaveLength(1)
      expect(told.filter((one) => /^14 (P2 unclear|repeated)/.test(one))).toHaveLength(1)
    },
  )

  it('positions too coarse to judge whose circle holds part of the ban are told in an approach alone', () => {
    const beside = every(4, 60, 900, 800)
    expect(listen([...walkUp(4), ...beside]).join()).toMatch(/14 (P2 unclear|repeated)/)
    const fromAfar = [...every(0, 4, 4_000, 10), ...beside]
    expect(listen(fromAfar).filter((one) => one.includes('P2'))).toEqual([])
  })

  it('positions too coarse to judge without an approach are a P3 first and a P2 after a quarter of an hour', () => {
    const told = listen([...every(0, 5, 4_000, 10), ...every(5, 180, 0, 700)])
    expect(told.filter((one) => one !== 'ended')).toEqual(['9 P3', '20 P2'])
  })

  it('positions too coarse for a small ban, though believed, are told as well', () => {
    const tiny = makeRound(5, { approachMeters: 0 })
    expect(
      listen(every(0, 120, (place) => (place % 2 === 0 ? 0 : 1), 12).map(atMiddle), tiny),
    ).toEqual(['15 P2 unclear'])
  })

  const narrow = () => makeRound(150, { approachMeters: 0 })

  it('positions believed and coarse beside a ban without a band are told, for nothing else speaks of them', () => {
    expect(listen(every(0, 120, 200, 450), narrow())).toEqual(['15 P2 unclear'])
    // A phone as they are, somebody well away, and a band that tells of it.
    expect(listen(every(0, 120, 200, 100), narrow())).toEqual([])
    expect(listen(every(0, 120, 700, 450), narrow())).toEqual([])
    expect(listen(every(0, 120, 200, 450), makeRound(150))).toEqual([])
  })

  it('positions too coarse to judge beside a small ban are told of whoever was under way when last seen', () => {
    const driving = { speedMetersPerSecond: 17 }
    const drive = every(0, 4, (place) => 6_000 - 1_000 * place, 10, driving)
    const beside = (metersEast: number) => every(4, 180, metersEast, 600)
    const told = listen([...drive, ...beside(260)], makeRound(200))
    expect(told.filter((one) => one.includes('P2'))).toEqual(['19 P2'])
    // Everybody under the same mast is no answer, and whoever rests within its circle is there.
    // Later than that somebody is called for whoever is not seen for so long, wherever that is.
    const soon = (lines: readonly string[]) =>
      lines.filter((line) => line.includes('P2') && Number.parseInt(line, 10) < 55)
    expect(soon(listen([...drive, ...beside(600)], makeRound(200)))).toEqual([])
    const rest = every(0, 4, 1_300, 10)
    expect(soon(listen([...rest, ...beside(260)], makeRound(200)))).toEqual([])
  })

  it('positions too coarse to judge end with one that is clear, and begin anew after it', () => {
    const told = listen([
      ...walkUp(4),
      ...every(4, 20, 0, 600),
      ...every(24, 3, 4_000, 10),
      ...every(27, 20, 0, 600),
    ])
    const end = told.indexOf('24 ended')
    expect(told.slice(0, end).join()).toMatch(/14 (P2 unclear|repeated)/)
    expect(told.slice(end).join()).not.toMatch(/unclear|repeated/)
  })

  it.each([
    ['one wrong mast does not end it', 1, true],
    ['two in a row elsewhere do', 2, false],
  ])('positions too coarse to judge: %s', (_, count, isTold) => {
    const before = [...every(0, 5, 4_000, 10), ...every(5, 13, 0, 700)]
    const astray = every(18, count, 6_000, 700)
    const told = listen([...before, ...astray, ...every(18 + count, 10, 0, 700)])
    expect(told.some((one) => one.includes('P2'))).toBe(isTold)
  })

  it('positions too coarse to judge do not count across hours without a word', () => {
    const fixes = [0, 1, 300, 301, 600, 601].map((minute) =>
      makeFix(60 * minute, minute % 7, 0, { accuracyMeters: 700 }),
    )
    expect(listen(fixes).join()).not.toContain('P2')
  })

  it('a breach that is told leaves nothing unclear', () => {
    const told = listen([...every(0, 5, 0, 10), ...every(5, 60, 0, 700)])
    expect(told).toContain('0 breach')
    expect(told.join()).not.toContain('unclear')
  })

  it('positions too coarse to judge are no protection, and a restored engine knows of them', () => {
    const engine = makeRound(5, { approachMeters: 0 })
    const fixes = every(0, 60, 0, 12).map(atMiddle)
    listen(fixes.slice(0, 10), engine)
    const restored = makeRound(5, { approachMeters: 0 })
    for (const { scope, state } of takeSnapshots(engine)) restoreSnapshot(restored, scope, state)
    expect(judgeProtection(restored, 'order', fixes[9]!.receivedAtMs).state).toBe('degraded')
    expect(listen(fixes.slice(10), restored)).toEqual(['15 P2 unclear'])
    const nowMs = fixes.at(-1)!.receivedAtMs
    expect(judgeProtection(restored, 'order', nowMs)).toMatchObject({
      state: 'unknown',
      reasons: [
        { code: 'device-never-heard' },
        { code: 'position-unreliable' },
        { code: 'last-seen-inside' },
      ],
    })
  })
})

/** Within the area, not beside it. */
function atMiddle(fix: Fix, place: number): Fix {
  return {
    ...fix,
    ...makeFix(0, ((place * 3) % 5) - 2, 0, {}),
    recordedAtMs: fix.recordedAtMs,
    receivedAtMs: fix.receivedAtMs,
    accuracyMeters: fix.accuracyMeters,
  }
}
