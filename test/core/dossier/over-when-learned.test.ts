import { expect, it } from 'vitest'
import type { Fix } from '../../../src/core/model/fix.ts'
import { applyAll, makeEngine, makeFix, startMs, tell } from '../engine-world.ts'

/** Inside for one report, which comes in after those of after it. */
function heldUp(secondsOutside: readonly number[], receivedSeconds: number): Fix[] {
  const around = [0, ...secondsOutside].map((at) => makeFix(at, 600 + (at % 7)))
  const inside = makeFix(10, 480, 0, { receivedAtMs: startMs + receivedSeconds * 1000 })
  return [...around, inside]
}

function breachesOf(fixes: readonly Fix[]): string[] {
  return tell(applyAll(makeEngine(), fixes)).filter((line) => line.includes('breach'))
}

it('a breach that is over by newer fixes when it is learned is told as late, however short ago', () => {
  expect(breachesOf(heldUp([20, 30, 60, 90], 100))).toEqual([
    'raised location-ban-breach 10 late',
    'ended location-ban-breach 20',
  ])
})

it('a breach of which newer fixes do not show yet that it is over is told as live', () => {
  expect(breachesOf(heldUp([20, 30], 40))).toEqual(['raised location-ban-breach 10'])
})

it('a breach that was over when it was learned and is found to go on is told as live', () => {
  const fixes = [...heldUp([20, 30, 60, 90], 100), makeFix(100, 470), makeFix(110, 465)]
  expect(breachesOf(fixes)).toEqual([
    'raised location-ban-breach 10 late',
    'ended location-ban-breach 20',
    'raised location-ban-breach 100',
  ])
})

it('a passage is over as soon as it is known, and live when that is soon', () => {
  const fixes = [makeFix(0, -2_000), makeFix(60, 2_000)]
  const told = tell(applyAll(makeEngine(), fixes)).filter((line) => line.includes('passage'))
  expect(told).toEqual(['raised location-ban-passage 30', 'ended location-ban-passage 30'])
})

it('a return to a breach that is over when it is learned is told as late, however short ago', () => {
  const outside = [1_450, 1_480, 1_515].map((at) => makeFix(at, 600 + (at % 7)))
  const back = makeFix(1_440, 480, 0, { receivedAtMs: startMs + 1_520_000 })
  const fixes = [makeFix(0, 470), makeFix(60, 475), ...outside, back]
  expect(breachesOf(fixes)).toEqual([
    'raised location-ban-breach 0',
    'ended location-ban-breach 1450',
    'revised location-ban-breach repeated again 1440 late',
  ])
})
