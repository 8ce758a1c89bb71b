import { expect, it } from 'vitest'
import { createPlaceDue } from '../../../src/ingest/evaluator/place-due.ts'

function createWorld() {
  const clock = { nowMs: 0 }
  return { clock, due: createPlaceDue(() => clock.nowMs) }
}

it('a place from which nothing follows is saved once a second', () => {
  const { clock, due } = createWorld()
  due.note(false)
  clock.nowMs = 999
  expect(due.isDue()).toBe(false)
  expect(due.dueInMs()).toBe(1)
  clock.nowMs = 1_000
  expect(due.isDue()).toBe(true)
  due.noteSaved()
  expect(due.isDue()).toBe(false)
  expect(due.dueInMs()).toBe(1_000)
})

it('behind a backlog the place is saved sooner, also where an alert was saved in its midst', () => {
  const { clock, due } = createWorld()
  clock.nowMs = 5_000
  due.note(true)
  due.noteSaved()
  due.note(false)
  clock.nowMs = 5_249
  expect(due.isDue()).toBe(false)
  expect(due.dueInMs()).toBe(1)
  clock.nowMs = 5_250
  expect(due.isDue()).toBe(true)
})

it('a second after a backlog the place waits as long as ever', () => {
  const { clock, due } = createWorld()
  due.note(true)
  clock.nowMs = 1_000
  due.noteSaved()
  clock.nowMs = 1_999
  expect(due.isDue()).toBe(false)
  clock.nowMs = 2_000
  expect(due.isDue()).toBe(true)
})
