import { expect, it } from 'vitest'
import { keyOf, noteAnswer } from '../../../../src/desk/page/protocol/act-key.ts'

it('an act whose answer was lost keeps its key for two minutes, until an answer comes', () => {
  const key = keyOf('escalated', 1_000)
  expect(keyOf('escalated', 1_000)).not.toBe(key)
  noteAnswer('escalated', key, 1_000)
  expect(keyOf('escalated', 120_999)).toBe(key)
  expect(keyOf('escalated', 121_000)).not.toBe(key)
  expect(keyOf('escalated to another', 1_001)).not.toBe(key)
  noteAnswer('escalated', key, null)
  expect(keyOf('escalated', 1_001)).not.toBe(key)
})
