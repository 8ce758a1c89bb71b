import { describe, expect, it } from 'vitest'
import { listChoices } from '../../../../src/desk/page/state/colleagues.ts'

const colleagues = [
  { id: 'aaaa-0001', name: 'A. Bakker' },
  { id: 'aaaa-0002', name: 'J. de Wit' },
  { id: 'aaaa-0003', name: 'J. de Wit' },
]
const at = (id: string, incidentId: string | null = null) => ({ id, name: 'J. de Wit', incidentId })
const base = { colleagues, people: [], myId: null, shown: [] }

describe('Whom an alert can be handed to', () => {
  it('a colleague who is here now comes first, with what is open there, whatever the list said before', () => {
    const choices = listChoices({ ...base, people: [at('aaaa-0003', 'i-1')] })
    expect(choices.map(({ id }) => id)).toEqual(['aaaa-0003', 'aaaa-0001', 'aaaa-0002'])
    expect(choices.map(({ isHere }) => isHere)).toEqual([true, false, false])
    expect(choices[0]?.incidentId).toBe('i-1')
  })

  it('two of one name are told apart, and nobody else carries a mark', () => {
    const names = listChoices(base).map(({ label }) => label)
    expect(names).toEqual(['A. Bakker', 'J. de Wit …0002', 'J. de Wit …0003'])
  })

  it('a colleague who came after the list was read is in it, nobody twice and not oneself', () => {
    const people = [at('aaaa-0002'), at('aaaa-0009')]
    const choices = listChoices({ ...base, people, myId: 'aaaa-0002' })
    expect(choices.map(({ id }) => id)).toEqual(['aaaa-0009', 'aaaa-0001', 'aaaa-0003'])
  })

  it('a line that is shown keeps its place when somebody comes or goes', () => {
    const shown = listChoices({ ...base, people: [at('aaaa-0007')] })
    const ids = ['aaaa-0007', 'aaaa-0001', 'aaaa-0002', 'aaaa-0003']
    expect(shown.map(({ id }) => id)).toEqual(ids)
    const later = listChoices({ ...base, shown, people: [at('aaaa-0003'), at('aaaa-0009')] })
    expect(later.map(({ id }) => id)).toEqual([...ids, 'aaaa-0009'])
    // In no list of ours any more: the line stands, and says that they left.
    expect(later[0]).toMatchObject({ label: 'J. de Wit …0007', isHere: false, incidentId: null })
  })
})
