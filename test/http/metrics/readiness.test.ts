import { expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { findFaults } from '../../../src/http/metrics/readiness.ts'
import { createCounts } from '../../../src/ingest/evaluator/evaluator-deps.ts'
import type { EvaluatorStats } from '../../../src/ingest/evaluator/evaluator.ts'

const well = {
  evaluatorLagRows: 0,
  evaluatorLagSeconds: 0,
  historyLagRows: 0,
  waitingReports: 0,
  waitingSeconds: 0,
  stretchWaitSeconds: 0,
  uncalledSeconds: 0,
  judgedSecondsAgo: 5,
}

const leads: EvaluatorStats = {
  ...createCounts(),
  isLeading: true,
  isLoading: false,
  isFailing: false,
  isClockHeld: false,
  countEngine: () => null,
  journalId: 1,
  lagMs: 0,
  evaluatedAtMs: 0,
  lastReceivedAtMs: null,
  fixesPerSecond: 0,
  clockAheadMs: 0,
}

function codes(
  progress: Partial<typeof well>,
  evaluator: Partial<EvaluatorStats> | null = null,
  isReceiving = true,
): readonly string[] {
  const stats = evaluator === null ? null : (): EvaluatorStats => ({ ...leads, ...evaluator })
  const parts = { evaluator: stats, worker: null }
  const deps = {
    limits: defaultLimits,
    isReceiving: () => isReceiving,
    clockAheadMs: () => 0,
    parts,
  }
  return findFaults(deps, { ...well, ...progress }).map(({ code }) => code)
}

it('a process is ready while all is judged, whether it leads, stands by or only serves', () => {
  expect(codes({})).toEqual([])
  expect(codes({}, {})).toEqual([])
  expect(codes({}, { isLeading: false })).toEqual([])
  expect(codes({ evaluatorLagSeconds: 59, judgedSecondsAgo: 59 })).toEqual([])
})

it('rows that wait for longer than a minute, and detection that has said nothing for as long, are said', () => {
  expect(codes({ evaluatorLagSeconds: 61 })).toEqual(['journal-unread'])
  expect(codes({ judgedSecondsAgo: 61 })).toEqual(['detection-behind'])
})

it('history that waits for its turn is no reason, until it has waited for ten minutes', () => {
  expect(codes({ waitingReports: 900_000, waitingSeconds: 599 })).toEqual([])
  expect(codes({ waitingReports: 1, waitingSeconds: 601 })).toEqual(['turns-overdue'])
})

it('an old stretch that waits for memory to be saved is a reason from ten minutes on', () => {
  expect(codes({ stretchWaitSeconds: 599 })).toEqual([])
  expect(codes({ stretchWaitSeconds: 601 })).toEqual(['stretches-unjudged'])
})

it('a minute in which nobody looked who must be called is a reason', () => {
  expect(codes({ uncalledSeconds: 59 })).toEqual([])
  expect(codes({ uncalledSeconds: 61 })).toEqual(['nobody-calls'])
})

it('an evaluator that stands by while nobody leads says so before detection is behind', () => {
  expect(codes({ judgedSecondsAgo: 21 }, { isLeading: false })).toEqual(['nobody-leads'])
  expect(codes({ judgedSecondsAgo: 21 }, { isLeading: true })).toEqual([])
})

it('an evaluator that still loads what it knows is not ready, however lately all was judged', () => {
  expect(codes({}, { isLoading: true })).toEqual(['evaluator-loading'])
})

it('an evaluator that fails again and again, and one whose clock is held, say so', () => {
  expect(codes({}, { isFailing: true })).toEqual(['evaluator-failing'])
  expect(codes({}, { isClockHeld: true })).toEqual(['clock-held'])
})

it('a clock that differs from that of the database by more than five seconds is said, either way', () => {
  expect(codes({}, { clockAheadMs: 4_900 })).toEqual([])
  expect(codes({}, { clockAheadMs: 5_100 })).toEqual(['clocks-differ'])
  expect(codes({}, { clockAheadMs: -5_100 })).toEqual(['clocks-differ'])
})

it('a process that cannot store what comes in says so', () => {
  expect(codes({}, null, false)).toEqual(['not-storing'])
})
