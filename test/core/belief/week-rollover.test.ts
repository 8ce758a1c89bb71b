import { expect, it } from 'vitest'
import { applyFix, situationOf } from '../../../src/core/engine/engine.ts'
import { applyAll, makeEngine, makeFix, startMs, tell } from '../engine-world.ts'

const rolloverSeconds = 1024 * 7 * 86_400

it.each([-1, 1])('a fix %i times 1,024 weeks off moves nothing', (times) => {
  const engine = makeEngine()
  applyAll(engine, [makeFix(0, 9000)])
  const wrong = makeFix(times * rolloverSeconds, 0, 0, { receivedAtMs: startMs + 10_000 })
  expect(tell(applyFix(engine, wrong))).toEqual([
    `disbelieved ${times * rolloverSeconds} week-rollover`,
  ])
  expect(situationOf(engine, 'offender').lastBelievedAtMs).toBe(startMs)
  expect(tell(applyAll(engine, [makeFix(60, 8000), makeFix(240, 300)]))).toEqual([
    'raised location-ban-breach 240',
  ])
})

it('a month late is late, and nothing worse', () => {
  const late = makeFix(0, 300, 0, { receivedAtMs: startMs + 35 * 86_400_000 })
  expect(tell(applyFix(makeEngine(), late))).toEqual(['raised location-ban-breach 0 late'])
})
