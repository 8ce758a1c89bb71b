import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { instantSchema, lineSchema } from '../../../../src/schemas/common.ts'
import { faultsOf } from '../../../../src/schemas/faults.ts'

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { hash: '' })
const { faultInDutch } = await import('../../../../src/desk/page/form/fault-words.ts')

const asked = z.strictObject({
  line: lineSchema(5),
  when: instantSchema,
  count: z.int().min(2).max(9),
  step: z.number().multipleOf(5),
  kind: z.enum(['a', 'b']),
  some: z.array(z.string()).min(1).max(2),
  id: z.uuid(),
})
const good = {
  line: 'x',
  when: '2026-11-23T18:30:00Z',
  count: 3,
  step: 5,
  kind: 'a',
  some: ['x'],
  id: '019ab2f4-6d1c-7c3e-9a55-3f1f0c9d7e21',
}

it.each([
  ['line', '', 'Vul dit in.'],
  ['line', 'too long', 'Hoogstens 5 tekens.'],
  ['line', ' ', 'Vul één regel tekst in.'],
  ['line', undefined, 'Vul dit in.'],
  ['when', 'morgen', 'Vul een dag en een tijd in.'],
  ['count', 1, 'Ten minste 2.'],
  ['count', 10, 'Hoogstens 9.'],
  ['count', 2.5, 'Vul een heel getal in.'],
  ['count', 'veel', 'Vul een getal in.'],
  ['step', 3, 'In stappen van 5.'],
  ['kind', 'c', 'Kies een van de mogelijkheden.'],
  ['some', [], 'Ten minste 1.'],
  ['some', ['a', 'b', 'c'], 'Hoogstens 2.'],
  ['id', 'x', 'Kies er een uit de lijst.'],
])('a fault in %s, given %o, stands in Dutch and in nothing else', (name, value, said) => {
  const body = { ...good, [name]: value }
  const read = asked.safeParse(body)
  const [fault] = faultsOf(read.error?.issues ?? [], body)
  if (fault === undefined) throw new Error('expected a fault')
  const { quote, text } = faultInDutch(fault)
  expect(quote).toBe('')
  expect(text).toMatch(/^(Deze|Dit|Hier)/)
  expect(text.endsWith(said), text).toBe(true)
})

it('a code that says it all stands alone, and an unknown sentence is quoted as the English it is', () => {
  const detail = 'expected somebody of here who was trained for it on that day, got another'
  expect(faultInDutch({ pointer: '/authorId', code: 'not-trained', detail })).toEqual({
    text: 'Wie hier staat is hiervoor niet opgeleid.',
    quote: '',
  })
  expect(faultInDutch({ pointer: '/x', code: 'invalid-value', detail: 'expected rain' })).toEqual({
    text: 'Deze waarde kan niet.',
    quote: 'expected rain',
  })
  expect(faultInDutch({ pointer: '/x', code: 'new', detail: 'x', detailNl: 'Zo.' }).text).toBe(
    'Zo.',
  )
})
