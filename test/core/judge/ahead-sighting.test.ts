import { describe, expect, it } from 'vitest'
import { applyFix, situationOf } from '../../../src/core/engine/engine.ts'
import type { Engine } from '../../../src/core/engine/engine-state.ts'
import type { Effect } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import { makeEngine, makeFix, makeOrder, makePair, makeVictimFix, tell } from '../engine-world.ts'

// Separation 1,000 m, ring 2,000 m. GPS time is 18 seconds ahead of UTC.
describe('two people whose clocks both run ahead', () => {
  it.each([
    ['by the same 18 seconds', 18, 18],
    ['one by 18 seconds, the other by four and a half minutes', 18, 270],
    ['one by four and a half minutes, the other by 18 seconds', 270, 18],
  ])('%s: an approach and then a breach are told', (_name, hers, his) => {
    const engine = makePairEngine()
    const told: Effect[] = []
    for (let second = 0; second <= 900; second += 30) {
      told.push(...applyFix(engine, ahead(makeVictimFix(second + hers, 0), hers)))
      const meters = Math.max(30, 3_000 - 5 * second)
      told.push(...applyFix(engine, ahead(makeFix(second + his + 5, meters), his)))
    }
    const raised = tell(told).filter((line) => line.startsWith('raised'))
    expect(raised.map((line) => line.split(' ')[1])).toEqual([
      'proximity-approach',
      'proximity-breach',
    ])
    const breach = told.find((effect) => effect.type === 'alert-raised' && isBreach(effect))
    expect(breach).toMatchObject({ alert: { priority: 'P1' } })
    expect(breach).toMatchObject({
      alert: { reason: expect.stringContaining('the time is doubtful, not the place') },
    })
  })

  it('two who are seen apart by such clocks are still in breach', () => {
    const engine = makePairEngine()
    const told = applyAhead(engine, [makeVictimFix(0, 0), makeFix(5, 100)])
    for (let second = 30; second <= 600; second += 30) {
      told.push(...applyAhead(engine, [makeVictimFix(second, 0), makeFix(second + 5, 5_000)]))
    }
    expect(tell(told).filter((line) => !line.startsWith('disbelieved'))).toEqual([
      'raised proximity-breach 5',
    ])
    expect(situationOf(engine, 'offender').isInOpenApproach).toBe(true)
  })

  it('another device left elsewhere does not hide where the one that is ahead says', () => {
    const engine = makePairEngine()
    applyAhead(engine, [makeVictimFix(0, 0)])
    applyFix(engine, makeVictimFix(5, 9_000, 0, { deviceId: 'victim-device-2' }))
    expect(tell(applyAhead(engine, [makeFix(10, 100)]))).toContain('raised proximity-breach 10')
  })

  it('a place is not judged any more once its clock is right again', () => {
    const engine = makePairEngine()
    applyAhead(engine, [makeVictimFix(0, 0)])
    applyFix(engine, makeVictimFix(60, 3_000))
    expect(tell(applyAhead(engine, [makeFix(70, 0)]))).toEqual(['disbelieved 70 future-clock'])
  })
})

it('a position by a clock that is ahead is no witness against the next one', () => {
  const engine = makePairEngine()
  applyFix(engine, makeFix(-60, 0))
  applyFix(engine, ahead(makeFix(240, 20_000), 240))
  expect(tell(applyFix(engine, makeFix(250, 10_000)))).toEqual([])
})

it('two people have not left each other by positions between which they may be near, whatever sky a receiver sees', () => {
  const engine = makePairEngine()
  const told: Effect[] = []
  const take = (fix: Fix) => told.push(...applyFix(engine, fix))
  const hers = (second: number, satellites: number, values: Partial<Fix> = {}) =>
    makeVictimFix(second, 0, 0, { satellites, ...values })
  for (const fix of [hers(0, 8), makeFix(5, 100), hers(100, 8), makeFix(105, 2_500)]) take(fix)
  take(hers(130, 0, { accuracyMeters: 25 }))
  const other = { deviceId: 'victim-device-2', satellites: 8 }
  take(ahead(makeVictimFix(147, 1_490, 0, other), 18))
  for (const fix of [makeFix(150, 2_500), hers(155, 8, other)]) take(fix)
  for (const fix of [hers(170, 8), makeFix(175, 2_500), hers(240, 8), makeFix(245, 2_500)]) {
    take(fix)
  }
  expect(tell(told).filter((line) => line.includes('proximity-breach'))).toEqual([
    'raised proximity-breach 5',
    'ended proximity-breach 170',
  ])
})

function makePairEngine(): Engine {
  return makeEngine({ orders: [makeOrder({ locationBans: [], proximityBans: [makePair()] })] })
}

function ahead(fix: Fix, seconds: number): Fix {
  return { ...fix, receivedAtMs: fix.recordedAtMs - seconds * 1000 }
}

function applyAhead(engine: Engine, fixes: readonly Fix[]): Effect[] {
  return fixes.flatMap((fix) => applyFix(engine, ahead(fix, 18)))
}

function isBreach({ alert }: Effect & { readonly type: 'alert-raised' }): boolean {
  return alert.kind === 'proximity-breach'
}
