import { expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import { draftNobodyCalls } from '../../../src/core/watch/nobody-calls.ts'

it('the alert that nobody is called is one for each time, as grave as there is, and says its cause', () => {
  const draft = (sinceMs: number, shard = 0) =>
    draftNobodyCalls(defaultLimits, { shard, sinceMs }, 900_000)
  expect(draft(60_000)).toMatchObject({
    kind: 'detection-behind',
    priority: 'P1',
    occurredAtMs: 60_000,
    learnedAtMs: 900_000,
    evidence: { facts: { cause: 'nobody-calls', shard: 0 } },
  })
  expect(draft(60_000).id).toBe(draft(60_000).id)
  expect(draft(60_001).id).not.toBe(draft(60_000).id)
  expect(draft(60_000, 1).id).not.toBe(draft(60_000).id)
})
