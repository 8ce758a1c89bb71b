import { afterAll, expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
vi.stubGlobal('document', { documentElement: {} })
const { titleOf } = await import('../../../../src/desk/page/assess/title-of.ts')
const { language } = await import('../../../../src/desk/page/words/words.ts')
afterAll(() => vi.unstubAllGlobals())

it('a check is called in the language of the page, and an unknown one by nothing', () => {
  language.value = 'nl'
  const dutch = titleOf('E3')
  language.value = 'en'
  expect(titleOf('E3')).not.toBe(dutch)
  expect([dutch, titleOf('E3')].every((title) => title.length > 3)).toBe(true)
  expect(titleOf('E99')).toBe('')
})
