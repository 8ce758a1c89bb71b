import { describe, expect, it } from 'vitest'
import type { AlertDraft, Effect } from '../../../src/core/model/alert.ts'
import type { Fix } from '../../../src/core/model/fix.ts'
import {
  applyAll,
  makeEngine,
  makeFix,
  makeOrder,
  makePair,
  makeVictimFix,
  startMs,
} from '../engine-world.ts'

const ring = 2000
const separation = 500

/** Every 20 seconds, she 5 seconds before him; from, and metres a second, eastward. */
function drive(his: Way, hers: Way, seconds: number): Fix[] {
  const fixes: Fix[] = []
  for (let second = 0; second <= seconds; second += 20) {
    fixes.push(makeVictimFix(second - 5, ...place(hers, second - 5)))
    fixes.push(makeFix(second, ...place(his, second)))
  }
  return fixes
}
type Way = { east: number; north?: number; pace: number; northPace?: number }

function place(way: Way, second: number): [east: number, north: number] {
  return [way.east + way.pace * second, (way.north ?? 0) + (way.northPace ?? 0) * second]
}

function raise(fixes: readonly Fix[]): AlertDraft[] {
  return judge(fixes).flatMap((effect) => (effect.type === 'alert-raised' ? [effect.alert] : []))
}

function judge(fixes: readonly Fix[], separationMeters = separation): Effect[] {
  const pair = makePair({ separationMeters, approachMeters: ring })
  const engine = makeEngine({ orders: [makeOrder({ locationBans: [], proximityBans: [pair] })] })
  return applyAll(engine, fixes)
}

function tellRank({ kind, priority, evidence }: AlertDraft): string {
  return `${kind} ${priority} ${String(evidence.facts['coTravel'])}`
}

it('an approach on one road is called out once both have stopped, and one has been at one place for five minutes', () => {
  const fixes = drive({ east: 0, pace: 30 }, { east: 2200, pace: 29.6 }, 800)
  // Both slow down for 1,000 s, and stand.
  const slow = (pace: number, second: number): number => {
    const passed = Math.min(1_000, second - 800)
    return pace * 800 + pace * passed - (pace / 2_000) * passed ** 2 + (second % 7)
  }
  for (let second = 820; second <= 2_300; second += 20) {
    fixes.push(makeVictimFix(second - 5, 2200 + slow(29.6, second - 5)))
    fixes.push(makeFix(second, slow(30, second)))
  }
  const rises = judge(fixes, 100).flatMap((effect) =>
    effect.type === 'alert-revised' && effect.revision.kind === 'priority'
      ? [{ ...effect.revision, second: (effect.learnedAtMs - startMs) / 1000 }]
      : [],
  )
  expect(rises).toMatchObject([
    { priority: 'P2', reason: expect.stringMatching(/one of the two rests/) },
  ])
  expect(rises[0]!.second).toBeGreaterThan(1_700)
  expect(rises[0]!.second).toBeLessThan(1_800 + 400)
})

describe('an approach is ranked lower, and shown', () => {
  // Beyond the ring at first, so that both have been seen to move before they are near.
  it('an approach on the same train is ranked lower: one gets on ahead, and the gap stays', () => {
    const fixes = drive({ east: 0, pace: 30 }, { east: 2200, pace: 29.6 }, 400)
    const [alert, ...more] = raise(fixes)
    expect(tellRank(alert!)).toBe('proximity-approach P3 together')
    expect(alert!.reason).toContain('same way at the same pace')
    expect(more).toEqual([])
  })

  it('an approach in opposite lanes is ranked lower when the nearest moment is within a minute', () => {
    const fixes = drive({ east: -2600, pace: 28 }, { east: 2600, north: 600, pace: -28 }, 200)
    const [alert] = raise(fixes)
    expect(tellRank(alert!)).toBe('proximity-approach P3 passing')
    expect(alert!.reason).toContain('passing each other')
  })
})

describe('an approach keeps its rank', () => {
  const cases: [name: string, his: Way, hers: Way][] = [
    ['when he gains on her', { east: 0, pace: 32 }, { east: 2060, pace: 29 }],
    ['at the pace of a cyclist', { east: 0, pace: 6 }, { east: 2060, pace: 5.9 }],
    ['when she stands', { east: 0, pace: 20 }, { east: 6000, pace: 0 }],
    [
      'when their ways cross',
      { east: -3000, pace: 20 },
      { east: 0, north: -3000, pace: 0, northPace: 20 },
    ],
  ]
  it.each(cases)('an approach keeps its rank: %s', (_name, his, hers) => {
    const alert = raise(drive(his, hers, 400)).find(({ kind }) => kind === 'proximity-approach')
    expect(tellRank(alert!)).toBe('proximity-approach P2 null')
  })

  it('an approach keeps its rank while it is not known how the victim moves', () => {
    const [alert] = raise([makeVictimFix(0, 1500), makeFix(5, 0)])
    expect(tellRank(alert!)).toBe('proximity-approach P2 null')
  })
})

it('nothing within the separation is ranked lower: same train, opposite lanes', () => {
  const train = raise(drive({ east: 0, pace: 30 }, { east: 200, pace: 30 }, 100))
  const lanes = raise(drive({ east: -2600, pace: 28 }, { east: 2600, pace: -28 }, 200))
  for (const alerts of [train, lanes]) {
    const breach = alerts.find(({ kind }) => kind === 'proximity-breach')
    expect(breach?.priority).toBe('P1')
  }
})

it.each([
  [4, 'proximity-approach P3 together'],
  [5, 'proximity-approach P2 null'],
])('two paces of 30 m/s that differ by %d m/s across: %s', (acrossPace, rank) => {
  // On one road the same way, her side of it drifting towards his: the gap
  // shrinks at less than a walk.
  const hers = { east: 2140, north: 150 * acrossPace, pace: 30, northPace: -acrossPace }
  const [alert] = raise(drive({ east: 0, pace: 30 }, hers, 160))
  expect(tellRank(alert!)).toBe(rank)
})
