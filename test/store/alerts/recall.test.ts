import { expect, it } from 'vitest'
import { findRecallMs, isRecalled, isStillGoingOn } from '../../../src/store/alerts/recall.ts'

const answered = {
  kind: 'proximity-breach',
  status: 'closed',
  clearedAtMs: null,
  unsupportedReason: null,
  partOfAlertId: null,
  recallAtMs: 5_000,
} as const

it.each([
  ['a breach that was closed and has not ended', answered, true, true, 5_000],
  ['one that nobody has answered', { ...answered, status: 'open' }, true, true, null],
  ['one that has ended', { ...answered, clearedAtMs: 4_000 }, false, false, null],
  ['one that is not borne out', { ...answered, unsupportedReason: 'x' }, false, false, null],
  ['one that another tells', { ...answered, partOfAlertId: 'x' }, false, false, null],
  ['a passage', { ...answered, kind: 'location-ban-passage' }, false, false, null],
  ['a closed press of a panic button', { ...answered, kind: 'panic' }, false, false, null],
  [
    'an acknowledged flag of tampering',
    { ...answered, kind: 'device-tamper', status: 'acknowledged' },
    true,
    false,
    null,
  ],
  ['an order that ends in ten days', { ...answered, kind: 'order-ending' }, true, false, null],
  ['a silent device', { ...answered, kind: 'device-silent' }, true, true, 5_000],
] as const)('%s', (_title, standing, goesOn, isCalledBack, recallAtMs) => {
  expect(isStillGoingOn(standing)).toBe(goesOn)
  expect(isRecalled(standing)).toBe(isCalledBack)
  expect(findRecallMs(standing)).toBe(recallAtMs)
})
