import { expect, it } from 'vitest'
import { createSnapshotDue } from '../../../src/ingest/evaluator/snapshot-due.ts'

it('memory is saved every half minute, and where that takes long, a twentieth of the time', () => {
  let nowMs = 0
  const due = createSnapshotDue({ journalId: 0, everyMs: 30_000, elapsedMs: () => nowMs })
  nowMs = 29_999
  expect(due.isDue(10, true)).toBe(false)
  nowMs = 30_000
  expect(due.isDue(10, false)).toBe(true)
  due.noteSaved(10, 4_000)
  nowMs += 79_999
  expect(due.isDue(20, true)).toBe(false)
  nowMs += 1
  expect(due.isDue(20, true)).toBe(true)
})

it('memory is saved at the end of a backlog of 20,000 rows, however long the last saving took', () => {
  let nowMs = 0
  const due = createSnapshotDue({ journalId: 0, everyMs: 30_000, elapsedMs: () => nowMs })
  due.noteSaved(100, 20_000)
  nowMs = 30_000
  expect(due.isDue(20_099, true)).toBe(false)
  expect(due.isDue(20_100, false)).toBe(false)
  expect(due.isDue(20_100, true)).toBe(true)
  nowMs = 29_999
  expect(due.isDue(20_100, true)).toBe(false)
})

it('memory is saved at the end of what a start reads again where that is much, and once so', () => {
  const due = createSnapshotDue({ journalId: 5_000, everyMs: 30_000, elapsedMs: () => 0 })
  expect(due.isDue(5_999, true)).toBe(false)
  expect(due.isDue(6_000, false)).toBe(false)
  expect(due.isDue(6_000, true)).toBe(true)
  due.noteSaved(6_000, 1)
  expect(due.isDue(9_000, true)).toBe(false)
})

it('memory that could not be saved is due again after half a minute, as before', () => {
  let nowMs = 0
  const due = createSnapshotDue({ journalId: 0, everyMs: 30_000, elapsedMs: () => nowMs })
  expect(due.isDue(1_000, true)).toBe(true)
  due.noteFailed()
  expect(due.isDue(1_000, true)).toBe(false)
  nowMs = 30_000
  expect(due.isDue(1_000, true)).toBe(true)
})
