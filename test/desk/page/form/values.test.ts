import { describe, expect, it } from 'vitest'
import { instantOf, localTimeOf, numberOf, textOf } from '../../../../src/desk/page/form/values.ts'

describe('What was typed into a form', () => {
  it.each([
    ['2026-07-01T12:00', '2026-07-01T10:00:00.000Z'],
    ['2026-01-15T12:00', '2026-01-15T11:00:00.000Z'],
    ['2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T01:59', '2026-10-24T23:59:00.000Z'],
    ['2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
  ])('the time %s on a wall in the Netherlands is the instant %s', (local, instant) => {
    expect(instantOf(local)).toBe(instant)
    expect(localTimeOf(instant)).toBe(local)
  })

  it('the hour that the clock leaves out in March is the one after it', () => {
    expect(instantOf('2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z')
  })

  it('a number with a comma is a number, nothing is nothing, and other text goes to the API as it is', () => {
    expect(numberOf(' 12,5 ')).toBe(12.5)
    expect(numberOf('')).toBeUndefined()
    expect(numberOf('twelve')).toBe('twelve')
    expect(textOf('  ')).toBeUndefined()
    expect(instantOf('soon')).toBe('soon')
  })
})
