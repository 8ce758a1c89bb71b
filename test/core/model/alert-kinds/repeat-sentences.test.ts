import { expect, it } from 'vitest'
import { tellCause } from '../../../../src/core/model/alert-kinds/repeat-sentences.ts'

const minute = 60_000

it.each([
  [20 * minute, '20 min', '20 min'],
  [119 * minute, '119 min', '119 min'],
  [120 * minute, '2 h', '2 uur'],
  [47 * 60 * minute, '47 h', '47 uur'],
  [48 * 60 * minute, '2 days', '2 dagen'],
  [8 * 24 * 60 * minute, '8 days', '8 dagen'],
  [null, 'some time', 'enige tijd'],
])('a return says for how long nothing is known (%s ms)', (unseenMs, english, dutch) => {
  const told = tellCause('again', unseenMs)
  expect(told.english).toBe(`Seen there again after ${english}; what lies between is not known.`)
  expect(told.dutch).toBe(`Na ${dutch} daar opnieuw gezien; wat daartussen ligt is niet bekend.`)
})

it('every cause has its sentence in both languages', () => {
  const causes = ['again', 'inside-again', 'nearer', 'live', 'lost-again'] as const
  const told = causes.flatMap((cause) => Object.values(tellCause(cause, 20 * minute)))
  expect(new Set(told).size).toBe(10)
})
