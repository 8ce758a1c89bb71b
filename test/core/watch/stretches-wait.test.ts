import { expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { draftStretchesWait } from '../../../src/core/watch/stretches-wait.ts'

it('the alert about stretches that wait is one for each wait and shard, serious, and says its cause', () => {
  const draft = (sinceMs: number, shard = 0) =>
    draftStretchesWait(defaultLimits, { shard, sinceMs }, 900_000)
  expect(draft(60_000)).toMatchObject({
    kind: 'detection-behind',
    priority: 'P2',
    occurredAtMs: 60_000,
    learnedAtMs: 900_000,
    evidence: { facts: { cause: 'memory-unsaved', shard: 0 } },
  })
  expect(draft(60_000).id).toBe(draft(60_000).id)
  expect(draft(60_001).id).not.toBe(draft(60_000).id)
  expect(draft(60_000, 1).id).not.toBe(draft(60_000).id)
})
