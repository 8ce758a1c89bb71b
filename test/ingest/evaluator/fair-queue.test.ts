import { describe, expect, it } from 'vitest'
import { createFairQueue } from '../../../src/ingest/evaluator/fair-queue.ts'
import type { TurnLane, WaitingRow } from '../../../src/store/journal/turns.ts'

function row(
  journalId: number,
  senderId: string,
  entryCount: number,
  lane: TurnLane = 'history',
): WaitingRow {
  return { journalId, turn: { senderId, lane }, entryCount }
}

const idsOf = (rows: readonly WaitingRow[]): number[] => rows.map(({ journalId }) => journalId)

describe('whose turn is next', () => {
  it('a sender that sent two thousand rows is given no more than one that sent three', () => {
    const flood = Array.from({ length: 2_000 }, (_, index) => row(index + 1, 'flood', 250))
    const queue = createFairQueue([...flood, row(3_001, 'small', 250), row(3_002, 'small', 250)])
    queue.add(row(3_003, 'small', 250))
    expect(idsOf(queue.take(1_500))).toEqual([1, 3_001, 2, 3_002, 3, 3_003])
    expect(idsOf(queue.take(500))).toEqual([4, 5])
  })

  it('shares are of entries and not of rows', () => {
    const small = Array.from({ length: 50 }, (_, index) => row(100 + index, 'small', 10))
    const queue = createFairQueue([row(1, 'large', 250), row(2, 'large', 250), ...small])
    expect(idsOf(queue.take(501))).toEqual([1, ...idsOf(small.slice(0, 25)), 2])
  })

  it('what is of now comes before the history of its sender, and before nobody else', () => {
    const queue = createFairQueue([row(1, 'one', 250), row(2, 'two', 250)])
    queue.add(row(3, 'one', 250, 'now'))
    expect(idsOf(queue.take(750))).toEqual([3, 2, 1])
  })

  it('whoever comes anew has nothing saved up from the time when it sent nothing', () => {
    const queue = createFairQueue(
      Array.from({ length: 40 }, (_, index) => row(index + 1, 'long', 250)),
    )
    queue.take(5_000)
    for (let id = 101; id <= 110; id += 1) queue.add(row(id, 'new', 250))
    const given = idsOf(queue.take(2_000))
    expect(given.filter((id) => id > 100)).toHaveLength(4)
  })

  it('a row waits once, and no longer when its turn has come', () => {
    const queue = createFairQueue([row(1, 'one', 250)])
    queue.add(row(1, 'one', 250))
    queue.add(row(2, 'one', 250))
    queue.remove(1)
    queue.remove(7)
    expect(idsOf(queue.take(10_000))).toEqual([2])
    expect(queue.isEmpty()).toBe(true)
    expect(queue.take(1)).toEqual([])
  })
})
