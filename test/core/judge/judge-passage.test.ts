import { describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../../src/core/model/alert.ts'
import { applyFix } from '../../../src/core/engine/engine.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { createRandom } from '../../property/random.ts'
import {
  applyAll,
  home,
  makeBan,
  makeEngine,
  makeFix,
  makeOrder,
  startMs,
  tell,
} from '../engine-world.ts'

// The ban is round, 500 m; the fixes lie on either side of it, beyond the approach band.
describe('a passage is inferred', () => {
  const west = makeFix(0, -2000)
  const passage = ['raised location-ban-passage 60', 'ended location-ban-passage 60']
  const cases: [name: string, fixes: Fix[], told: string[]][] = [
    ['when the straight path leads through the ban', [west, makeFix(120, 2000)], passage],
    [
      'at the longest gap',
      [west, makeFix(300, 2000)],
      ['raised location-ban-passage 150 late', 'ended location-ban-passage 150'],
    ],
    ['not across a longer gap', [west, makeFix(301, 2000)], []],
    ['not when the path leads by', [west, makeFix(120, 0, 2000)], []],
    ['not through the corner of the box', [makeFix(0, -800, 0), makeFix(60, 0, 800)], []],
    [
      'not when no deeper than the fixes are sure',
      [
        makeFix(0, -2000, 480, { accuracyMeters: 30 }),
        makeFix(120, 2000, 480, { accuracyMeters: 30 }),
      ],
      [],
    ],
    ['deeper than that', [makeFix(0, -2000, 480), makeFix(120, 2000, 480)], passage],
    [
      'not from a fix that is not believed',
      [makeFix(0, -2000, 0, { accuracyMeters: 500 }), makeFix(120, 2000)],
      ['disbelieved 0 accuracy-too-poor'],
    ],
    [
      'not when one end is inside: that is a breach',
      [west, makeFix(60, 100), makeFix(120, 2000), makeFix(180, 2000)],
      ['raised location-ban-breach 60', 'ended location-ban-breach 120'],
    ],
  ]
  it.each(cases)('%s', (_name, fixes, told) => {
    const shown = tell(applyAll(makeEngine(), fixes)).filter((line) => !line.includes('approach'))
    expect(shown).toEqual(told)
  })
})

describe('a sighting in the ban that opens no breach hides no passage', () => {
  // 60 m round, 400 m in each report, 30 m sure.
  const area = { type: 'circle', ...home, radiusMeters: 60 } as const
  const orders = [makeOrder({ locationBans: [makeBan({ area, approachMeters: 0 })] })]
  const drive = (...places: number[]) =>
    places.map((east, index) => makeFix(30 * index, east, 0, { accuracyMeters: 30 }))
  const cases: [name: string, fixes: Fix[], passages: string[]][] = [
    ['none in it', drive(-770, -370, 430, 830), ['44.063']],
    ['one in it, past the middle', drive(-770, -370, 30, 430, 830), ['58.125']],
    ['one in it, before the middle', drive(-830, -430, -30, 370, 770), ['61.875']],
    ['one well in it, told when he has left', drive(-400, -27, 62, 70, 470), ['39.375']],
    ['one well in it, left at a walk', drive(-400, 27, 62, 70), ['30']],
    ['a touch of the border', drive(-400, -59, -400, -800), []],
  ]
  it.each(cases)('%s', (_name, fixes, passages) => {
    const told = tell(applyAll(makeEngine({ orders }), fixes))
    expect(told.filter((line) => line.startsWith('raised location-ban-p'))).toEqual(
      passages.map((seconds) => `raised location-ban-passage ${seconds}`),
    )
  })

  it('whatever the speed, the size and the radius: every further sighting leaves an alert', () => {
    const random = createRandom(20_261_102)
    let passageCount = 0
    for (let run = 0; run < 400; run++) {
      const radiusMeters = random.between(20, 200)
      const accuracyMeters = random.between(5, 80)
      const ban = makeBan({ area: { type: 'circle', ...home, radiusMeters }, approachMeters: 0 })
      const aside = random.between(0, radiusMeters)
      const ways = [random.between(-3, -1), random.between(-1, 1), random.between(1, 3)]
      const fixes = ways.map((way, index) =>
        makeFix(60 * index, way * radiusMeters, aside, { accuracyMeters }),
      )
      const isSeen = (seen: readonly Fix[]) =>
        tell(applyAll(makeEngine({ orders: [makeOrder({ locationBans: [ban] })] }), seen)).some(
          (line) => /raised location-ban-(passage|breach)/.test(line),
        )
      if (!isSeen([fixes[0]!, fixes[2]!])) continue
      passageCount++
      expect(isSeen(fixes), JSON.stringify({ radiusMeters, accuracyMeters, aside, ways })).toBe(
        true,
      )
    }
    expect(passageCount).toBeGreaterThan(50)
  })
})

it('is not inferred when the ban was not in force at either end', () => {
  for (const stretch of [
    { fromMs: 0, untilMs: startMs + 60_000 },
    { fromMs: startMs + 60_000, untilMs: startMs + 1e6 },
  ]) {
    const schedule = {
      timeZone: 'Europe/Amsterdam',
      weekly: null,
      exceptions: [{ ...stretch, reason: 'hearing' }],
    } as const
    const engine = makeEngine({ orders: [makeOrder({ locationBans: [makeBan({ schedule })] })] })
    expect(tell(applyAll(engine, [makeFix(0, -2000), makeFix(120, 2000)]))).toEqual([])
  }
})

it('says that it assumes a straight path, and whether there was time to go round', () => {
  const fast = findPassage([makeFix(0, -700), makeFix(60, 700)])
  expect(fast.priority).toBe('P2')
  expect(fast.occurredAtMs).toBe(startMs + 30_000)
  expect(fast.probability).toBeNull()
  expect(fast.evidence.facts['assumption']).toContain('straight path')
  expect(fast.evidence.facts['isPathAvoidable']).toBe(false)
  expect(fast.evidence.fixes).toHaveLength(2)
  const slow = findPassage([makeFix(0, -700), makeFix(300, 700)])
  expect(slow.evidence.facts['isPathAvoidable']).toBe(true)
  expect(slow.reason).toContain('going round was possible')
})

function findPassage(fixes: readonly Fix[]): AlertDraft {
  const engine = makeEngine()
  for (const fix of fixes) {
    for (const effect of applyFix(engine, fix)) {
      if (effect.type === 'alert-raised' && effect.alert.kind === 'location-ban-passage') {
        return effect.alert
      }
    }
  }
  throw new Error('a passage was expected')
}
