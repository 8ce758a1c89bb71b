import { expect, it } from 'vitest'
import { printActions, printDone, type PageActions } from '../../src/report/print-actions.ts'

const at = (text: string): number => Date.parse(text)
const counts = {
  breachCount: 6,
  answeredCount: 5,
  policeCount: 2,
  stepCount: 9,
  toldCount: 3,
  toldInVainCount: 1,
  noticeCount: 0,
}
const nothing: PageActions = {
  conditions: [{ reference: 'ORDER-1', conditions: [] }],
  counts,
  holds: [],
  moveQuestions: [],
  planned: [],
  unconfirmed: [],
}

it('what was done on breaches says what came of them, and what nobody has judged apart from it', () => {
  const text = printDone(
    counts,
    new Map([
      ['confirmed', 3],
      ['false-alarm', 1],
      ['open', 2],
    ]),
  )
  expect(text).toContain('5 van de 6 gemelde overtredingen')
  expect(text).toContain('Uitkomst: bevestigd 3, vals alarm 1; <strong>nog niet beoordeeld 2</stro')
  expect(text).toContain('3 keer over een melding van deze zaak ingelicht')
  expect(text).toContain('<strong>één keer voor niets</strong>')
})

it('a case without breaches says nothing of what was done on them, and whom somebody told all the same', () => {
  const none = { ...counts, breachCount: 0 }
  expect(printDone({ ...none, toldCount: 0, toldInVainCount: 0 }, new Map())).toBe('')
  expect(printDone(none, new Map())).toMatch(/^<p>Beschermde personen zijn 3 keer/u)
})

it('a case of which nothing is to do says so in one line', () => {
  const text = printActions(nothing)
  expect(text).toContain('Geen partner is over een verbod ingelicht.')
  expect(text).toContain('Geen: besloten, gaat later in; open vragen na een verhuizing; wordt')
  expect(text).not.toContain('<table>')
})

it('a case that has much to do says who has not confirmed a ban, what begins later, what is asked about a move and who holds it', () => {
  const text = printActions({
    ...nothing,
    counts: { ...counts, noticeCount: 2 },
    conditions: [{ reference: 'ORDER-1', conditions: ['no-weapons'] }],
    unconfirmed: [
      {
        reference: 'ORDER-1',
        partnerName: 'Politie <Oost>',
        partnerKind: 'police',
        act: 'extended',
        madeAtMs: at('2026-11-20T10:00:00Z'),
        receiptDueAtMs: at('2026-11-20T11:00:00Z'),
        askedCount: 2,
      },
    ],
    planned: [
      {
        reference: 'ORDER-1',
        act: 'suspendProtectionOrder',
        decidedAtMs: at('2026-11-19T10:00:00Z'),
        beginsAtMs: at('2026-11-28T10:00:00Z'),
        untilMs: null,
      },
    ],
    moveQuestions: [
      {
        reference: 'ORDER-1',
        audience: 'supervisor',
        dueAtMs: at('2026-11-22T10:00:00Z'),
        count: 3,
      },
    ],
    holds: [
      {
        reference: 'ORDER-1',
        heldFor: 'court',
        atMs: at('2026-11-18T10:00:00Z'),
        untilMs: at('2027-01-18T10:00:00Z'),
      },
    ],
  })
  for (const told of [
    'Geen wapen bij zich hebben.',
    'Politie &#60;Oost&#62; (politie)',
    'verlengd',
    'schorsing</td><td>19 nov 2026</td><td>28 nov 2026',
    'leidinggevende</td><td>3</td><td>22 nov 2026',
    'rechter</td><td>18 nov 2026</td><td>18 jan 2027',
  ])
    expect(text, told).toContain(told)
  expect(text).not.toContain('Geen:')
  const received = { ...nothing, counts: { ...counts, noticeCount: 2 } }
  expect(printActions(received)).toContain('hebben de ontvangst bevestigd')
})
