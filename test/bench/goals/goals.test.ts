import { describe, expect, it } from 'vitest'
import { waitAsServer } from './as-server.ts'
import { createEvaluator } from './evaluators.ts'
import {
  createTransitionTruth,
  exactMeters,
  isExactlyInside,
  metersToBorder,
} from './exact-truth.ts'
import { drawFlame, shareWithin } from './flame.ts'
import { topFunctions } from './profile.ts'
import { score, type Stay } from './score.ts'
import { cpuParts, spentBetween, sumOf, type ServerCpu } from './server-cpu.ts'
import { atLeast, atMost, median, quantile } from './table.ts'
import { createWorkload, fixesOf } from './workload.ts'

const square = Int32Array.from([0, 0, 10, 0, 10, 10, 0, 10])
const options = { seed: 3, offenderCount: 60, intervalMs: 10_000, startMs: 1_795_435_200_000 }

describe('the truth that programs are compared with', () => {
  it('a position is inside an area or outside it', () => {
    expect(isExactlyInside(square, 5, 5)).toBe(true)
    expect(isExactlyInside(square, 11, 5)).toBe(false)
    expect(isExactlyInside(square, 9, 1)).toBe(true)
  })

  it('the border of an area is as far off as its nearest edge', () => {
    const north = metersToBorder(square, 5, 1_000_010)
    expect(north).toBeGreaterThan(exactMeters(5, 10, 5, 1_000_010) * 0.99)
    expect(north).toBeLessThan(exactMeters(5, 10, 5, 1_000_010) * 1.01)
  })

  it('the floor finds the transitions that brute force finds, round by round', () => {
    const workload = createWorkload(options)
    const floor = createEvaluator('floor', workload)
    const count = createTransitionTruth(workload)
    let transitions = 0
    for (let round = 0; round < 30; round += 1) {
      const moved = workload.nextRound()
      const exact = count(moved)
      expect(floor.judge(fixesOf(workload, moved))).toBe(exact)
      if (round > 0) transitions += exact
    }
    expect(transitions).toBeGreaterThan(3)
  })
})

describe('what fixes wait for', () => {
  it('a fix waits for what is still under way when it comes, and for its own judging', () => {
    const workload = createWorkload(options)
    const fixes = fixesOf(workload, workload.nextRound()).slice(0, 4)
    // A row and what is due after it, of each in turn; one comes each 667 µs.
    const waits = waitAsServer(fixes, [10, 0, 10, 1_000, 10, 0, 10, 0])
    expect(waits.map(Math.round)).toEqual([10, 10, 353, 10])
  })
})

describe('alerts against the truth', () => {
  it('an alert that is missing is missed, and one of nobody inside is invented', () => {
    const workload = createWorkload(options)
    const rounds = Array.from({ length: 30 }, workload.nextRound)
    const always: readonly Stay[] = [{ fromMs: -Infinity, toMs: Infinity }]
    const silent = score(workload, rounds, new Map())
    expect(silent.sure).toBeGreaterThan(10)
    expect(silent.missed).toBe(silent.sure)
    const rules = workload.orders.flatMap(({ areas, victims }, offender) => [
      ...areas.map((area) => `${offender} a${area}`),
      ...victims.map((victim) => `${offender} v${victim}`),
    ])
    const loud = score(workload, rounds, new Map(rules.map((rule) => [rule, always])))
    expect(loud.missed).toBe(0)
    expect(loud.alerts).toBe(rules.length)
    expect(loud.invented).toBeGreaterThan(10)
    expect(loud.invented).toBeLessThan(rules.length)
  })
})

describe('the table of goals', () => {
  it('a seed gives the same fixes again, another seed others', () => {
    const roundOf = (seed: number) => createWorkload({ ...options, seed }).nextRound()
    expect(roundOf(3)).toEqual(roundOf(3))
    expect(roundOf(3)).not.toEqual(roundOf(4))
  })

  it('a figure is a median, and what was not measured meets no goal', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4)
    expect(atMost(2, 2, '').isMet).toBe(true)
    expect(atMost(Number.NaN, 2, '').isMet).toBe(false)
    expect(atLeast(Number.NaN, 2, '').isMet).toBe(false)
  })

  it('what the server spent is told of node and of PostgreSQL, and a session that ended is no gain', () => {
    const of = (seconds: number): ServerCpu =>
      Object.fromEntries(cpuParts.map((part) => [part, seconds])) as ServerCpu
    const after = { ...of(3), 'PostgreSQL, for the workers': 0 }
    const spent = spentBetween(of(1), after)
    expect(sumOf(spent, 'node')).toBe(8)
    expect(sumOf(spent, 'postgres')).toBe(6)
    expect(sumOf(spent, 'both')).toBe(14)
  })

  it('the share of a function is of the time that was busy', () => {
    const node = (id: number, functionName: string, url: string) => ({
      id,
      callFrame: { functionName, url, lineNumber: 4 },
    })
    const profile = {
      nodes: [
        node(1, '(idle)', ''),
        node(2, 'judge', 'file:///x/src/core/a.ts'),
        node(3, 'gc', ''),
      ],
      samples: [1, 2, 2, 3],
      timeDeltas: [500, 20, 10, 10],
    }
    expect(topFunctions(profile, 1)).toEqual([{ name: 'judge src/core/a.ts:5', share: 0.75 }])
  })

  it('the flame graph has each function below who called it, as wide as its time', () => {
    const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
      id,
      callFrame: { functionName, url, lineNumber: 4 },
      children,
    })
    const profile = {
      nodes: [
        node(1, '(root)', '', [2, 4]),
        node(2, 'answer', 'file:///x/src/http/a.ts', [3]),
        node(3, 'judge <fix>', 'file:///x/src/core/b.ts'),
        node(4, '(idle)', ''),
      ],
      samples: [2, 3, 4],
      timeDeltas: [10, 30, 500],
    }
    const threads = [{ name: 'answering', profile }]
    const svg = drawFlame('a run', threads)
    expect(svg).toContain('<title>answer src/http/a.ts: 100.0 %</title>')
    expect(svg).toContain('<title>judge &#60;fix&#62; src/core/b.ts: 75.0 %</title>')
    expect(svg).not.toContain('idle')
    expect(shareWithin(threads, (name) => name.includes('src/core'))).toBe(0.75)
    expect(shareWithin(threads, (name) => name.includes('src/http'))).toBe(1)
  })
})
