import { expect, it, vi } from 'vitest'
import type { Term } from '../../../../src/core/model/order-terms.ts'

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
vi.stubGlobal('document', { documentElement: {} })
const { termIn } = await import('../../../../src/desk/page/register/order-type-words.ts')
const { language } = await import('../../../../src/desk/page/words/words.ts')

it('a term of one day is one day, and of two is two days, in both languages', () => {
  const terms: readonly Term[] = [
    { amount: 1, unit: 'days' },
    { amount: 2, unit: 'days' },
  ]
  language.value = 'nl'
  expect(terms.map(termIn)).toEqual(['1 dag', '2 dagen'])
  language.value = 'en'
  expect(terms.map(termIn)).toEqual(['1 day', '2 days'])
})
