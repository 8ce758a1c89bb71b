import { expect, it } from 'vitest'
import { disbeliefBits } from '../../../src/core/belief/believe-fix.ts'
import { createTrack } from '../../../src/core/belief/track.ts'
import { toCaseFix } from '../../../src/core/fixes/case-fix.ts'
import type { Verdict } from '../../../src/core/judge/reading.ts'
import { readRing } from '../../../src/core/judge/reading.ts'
import type { JudgedFix } from '../../../src/core/judge/scene.ts'
import { defaultLimits as limits } from '../../../src/core/model/limits.ts'
import { makeFix } from '../engine-world.ts'

const within = limits.breachProbabilityRepeated
const beyond = { probability: within - 0.01, isOutside: true }
const believed = 0
const doubted = disbeliefBits.teleport
const speechless = disbeliefBits['null-island']

type Row = {
  name: string
  disbelief: number
  probability: number
  isOutside: boolean
  verdict: Verdict
}

it.each<Row>([
  {
    name: 'likely within',
    disbelief: believed,
    probability: within,
    isOutside: false,
    verdict: 'breach',
  },
  {
    name: 'likely within, doubted',
    disbelief: doubted,
    probability: within,
    isOutside: false,
    verdict: 'breach',
  },
  {
    name: 'likely within, and no position',
    disbelief: speechless,
    probability: 1,
    isOutside: false,
    verdict: 'unknown',
  },
  {
    name: 'less likely within than not',
    disbelief: believed,
    probability: within - 0.01,
    isOutside: false,
    verdict: 'unknown',
  },
  {
    name: 'of no known probability',
    disbelief: believed,
    probability: Number.NaN,
    isOutside: false,
    verdict: 'unknown',
  },
  { name: 'beyond the margin', disbelief: believed, ...beyond, verdict: 'clear' },
  { name: 'beyond the margin, doubted', disbelief: doubted, ...beyond, verdict: 'unknown' },
  {
    name: 'beyond the margin, and no position',
    disbelief: speechless,
    ...beyond,
    verdict: 'unknown',
  },
])('a fix $name is $verdict', ({ disbelief, probability, isOutside, verdict }) => {
  const fix = toCaseFix(makeFix(0, 0), 0, 0, limits)
  const judged = { fix, disbelief, movedMeters: 0 }
  expect(readRing(judging(judged), probability, 0, isOutside)).toMatchObject({
    probability,
    verdict,
  })
})

function judging(judged: JudgedFix) {
  return { judged, limits, mine: createTrack(), theirs: null }
}

/** A track of a device that had satellites, and whose last sighting says it has none. */
function blindTrack(atSeconds: number) {
  const sighting = toCaseFix(makeFix(atSeconds, 0, 0, { satellites: 0 }), 0, 0, limits)
  const withSatellites = toCaseFix(makeFix(atSeconds - 60, 0, 0, { satellites: 7 }), 0, 0, limits)
  return { ...createTrack(), sighting, withSatellites }
}

it.each([
  ['seen without satellites a minute ago', -60, 'unknown'],
  ['seen without satellites six minutes ago, which is not what is measured from', -360, 'clear'],
] as const)('a fix far from somebody %s is %s', (_name, atSeconds, verdict) => {
  const fix = toCaseFix(makeFix(0, 0), 0, 0, limits)
  const judged = { fix, disbelief: believed, movedMeters: 0 }
  const scene = { judged, limits, mine: createTrack(), theirs: blindTrack(atSeconds) }
  expect(readRing(scene, 0, 10, true).verdict).toBe(verdict)
})

it('a position without satellites clears nothing, whichever device of its wearer counted them last', () => {
  for (const deviceSlot of [0, 1]) {
    const fix = toCaseFix(makeFix(0, 0, 0, { satellites: 0 }), 0, deviceSlot, limits)
    const judged = { fix, disbelief: believed, movedMeters: 0 }
    const { withSatellites } = blindTrack(-60)
    const mine = { ...createTrack(), withSatellites }
    const scene = { judged, limits, mine, theirs: null }
    expect(readRing(scene, 0, 10, true).verdict).toBe('unknown')
    const uncounted = { ...scene, mine: createTrack() }
    expect(readRing(uncounted, 0, 10, true).verdict).toBe('clear')
  }
})

it.each([
  ['far beyond the border', 0.001, 2.4, true, true],
  ['about a ring much smaller than it is sure', 0.001, -0.2, false, false],
  ['beside a ring much smaller than it is sure', 0.001, 1, false, true],
  ['within one arm of a winding area', 0.02, 3, false, true],
  ['beyond the border by less than it is sure', 0.2, 0.7, false, true],
  ['at the border', 0.4, 0.1, false, false],
])(
  'a position %s is outside only as far as it says',
  (_name, probability, sigmas, sure, unlikely) => {
    const fix = toCaseFix(makeFix(0, 0), 0, 0, limits)
    const judged = { fix, disbelief: believed, movedMeters: 0 }
    expect(readRing(judging(judged), probability, sigmas, false)).toEqual({
      probability,
      verdict: 'unknown',
      isSurelyOutside: sure,
      isUnlikely: unlikely,
    })
  },
)

it('a position from a place where being away says nothing is never surely outside', () => {
  const fix = toCaseFix(makeFix(0, 0), 0, 0, limits)
  const judged = { fix, disbelief: believed, movedMeters: 0 }
  expect(readRing(judging(judged), 0, 10)).toMatchObject({
    verdict: 'unknown',
    isSurelyOutside: false,
  })
})
