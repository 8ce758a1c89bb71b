import { expect, it } from 'vitest'
import { hasJustMoved } from '../../../../src/desk/page/case/steady-hand.ts'

it('a click of within 400 ms of a move that was seen chooses nothing, whenever the page reads it', () => {
  const movedAtMs = performance.now() - 60_000
  expect(hasJustMoved(movedAtMs + 399, movedAtMs)).toBe(true)
  expect(hasJustMoved(movedAtMs + 400, movedAtMs)).toBe(false)
  // Pressed before the move, and read after it.
  expect(hasJustMoved(movedAtMs - 2_000, movedAtMs)).toBe(true)
  // Nothing has moved here yet.
  expect(hasJustMoved(1)).toBe(false)
})
