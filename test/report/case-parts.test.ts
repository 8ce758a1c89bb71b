import { describe, expect, it } from 'vitest'
import { typed } from '../../src/report/case-parts.ts'

describe('words that somebody typed, on the page of a case', () => {
  it.each([
    'J. de Vries, politie Utrecht',
    '09/123456-26',
    'RECL-2026-00417',
    'OM-2026 00417',
    'A. van 1e lijn',
  ])('a name or a reference stays: %s', (words) => expect(typed(words)).toBe(words))

  it.each([
    '52.09123, 5.12345',
    '52,0912 5,1234',
    '52° 5′ 28″ N',
    '136500, 455800',
    'bij 3511 AB 12',
    '3511AB',
  ])('what reads as a place does not: %s', (words) =>
    expect(typed(words)).toBe('(weggelaten: lijkt op een plaats)'),
  )

  it('a long one is cut where a name ends', () => {
    expect(typed('é'.repeat(81))).toBe(`${'é'.repeat(80)}…`)
    expect(typed('é'.repeat(80))).toBe('é'.repeat(80))
  })
})
