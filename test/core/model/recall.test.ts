import { expect, it } from 'vitest'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import {
  findRecallMs,
  isRecalled,
  isStillGoingOn,
  judgeAnswer,
  planRecall,
  tellRecall,
} from '../../../src/core/model/recall.ts'

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

const now = Date.parse('2026-11-23T18:30:00Z')
const minute = 60_000
const day = 1_440 * minute
const goingOn = { ...answered, priority: 'P1' } as const
const over = { ...goingOn, clearedAtMs: now } as const
const wish = {
  outcome: 'confirmed',
  note: null,
  recallAfterMinutes: null,
  permittedUntilMs: null,
  isSupervisor: false,
  nowMs: now,
} as const

it.each([
  ['ten minutes if nothing is asked', goingOn, wish, now + 10 * minute],
  ['as long as was asked', goingOn, { ...wish, recallAfterMinutes: 3 }, now + 3 * minute],
  ['a day where nobody is called', { ...goingOn, priority: 'P3' }, wish, now + day],
  ['until it is not permitted any more', goingOn, { ...wish, permittedUntilMs: now + 5 }, now + 5],
  ['never when it is over', over, wish, null],
  ['never a moment', { ...goingOn, kind: 'location-ban-passage' }, wish, null],
] as const)('an answered alert is back after %s', (_title, alert, answer, recallAtMs) => {
  expect(planRecall(alert, answer, defaultLimits).recallAtMs).toBe(recallAtMs)
})

it.each([
  ['an hour, by an operator', goingOn, { recallAfterMinutes: 60 }, []],
  ['more, by an operator', goingOn, { recallAfterMinutes: 61, note: 'x' }, ['recallAfterMinutes']],
  ['more, by a supervisor who says why', goingOn, { ...asSupervisor(), note: 'in custody' }, []],
  ['more, by a supervisor who does not', goingOn, asSupervisor(), ['note']],
  ['more, with an empty reason', goingOn, { ...asSupervisor(), note: ' \n' }, ['note']],
  ['permitted, without until when', goingOn, { outcome: 'permitted' }, ['permittedUntil']],
  ['permitted, when it is over', over, { outcome: 'permitted' }, []],
  ['permitted until now', goingOn, permitted(now), ['permittedUntil']],
  ['permitted for a moment', goingOn, permitted(now + 1), []],
  ['permitted for a week', goingOn, permitted(now + 7 * day), []],
  ['permitted for longer', goingOn, permitted(now + 7 * day + 1), ['permittedUntil']],
  [
    'another outcome, until when',
    goingOn,
    { permittedUntilMs: now + day, outcome: 'confirmed' },
    ['permittedUntil'],
  ],
  [
    'two moments to be back',
    goingOn,
    { ...permitted(now + day), recallAfterMinutes: 5 },
    ['recallAfterMinutes'],
  ],
] as const)('an answer that asks for %s', (_title, alert, answer, fields) => {
  const faults = judgeAnswer(alert, { ...wish, ...answer }, defaultLimits)
  expect(faults.map(({ field }) => field)).toEqual(fields)
})

it('an alert that is back says why', () => {
  const given = { outcome: 'false-alarm', recallMinutes: 10, permittedUntilMs: null } as const
  expect(tellRecall(given)).toBe('It still goes on, 10 min after it was closed as false alarm.')
  expect(tellRecall({ ...given, outcome: null })).toBe(
    'It still goes on, 10 min after it was acknowledged.',
  )
  expect(tellRecall({ ...given, outcome: 'permitted', permittedUntilMs: now })).toBe(
    'It still goes on, and the time for which it was closed as permitted is over.',
  )
})

function asSupervisor() {
  return { isSupervisor: true, recallAfterMinutes: 1_440 }
}

function permitted(permittedUntilMs: number) {
  return { outcome: 'permitted', permittedUntilMs } as const
}
