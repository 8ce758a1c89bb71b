import { expect, it } from 'vitest'
import type { ConfirmWindow } from '../../../src/core/rules/confirm-window.ts'
import { addConfirmWindow, findConfirmWindowMs } from '../../../src/core/rules/confirm-window.ts'

it('a window holds from its change on, and the first of all before it', () => {
  const versions = addConfirmWindow(addConfirmWindow([], 900, 5), 60, 1_000)
  const at = (atMs: number) => findConfirmWindowMs([versions], 0, atMs)
  expect([-1e12, 999, 1_000, 1e12].map(at)).toEqual([900, 900, 60, 60])
})

it('the same plan again is no change, and of two in one moment the newest stands', () => {
  const first = addConfirmWindow([], 900, 0)
  expect(addConfirmWindow(first, 900, 1_000)).toBe(first)
  const twice = addConfirmWindow(addConfirmWindow(first, 60, 1_000), 75, 1_000)
  expect(twice.map(({ windowMs }) => windowMs)).toEqual([900, 75])
})

it('sixteen windows are kept, the oldest of them for all time before', () => {
  let versions: readonly ConfirmWindow[] = []
  for (let change = 0; change < 40; change++) versions = addConfirmWindow(versions, change, change)
  expect(versions).toHaveLength(16)
  expect(versions[0]).toEqual({ fromMs: -Infinity, windowMs: 24 })
})
