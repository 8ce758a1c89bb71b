import { expect, it } from 'vitest'
import { listMissingText, type OrderText } from '../../../src/core/enforceability/order-text.ts'
import { checkText } from '../../../src/core/enforceability/people-checks.ts'
import { nothingKnown } from '../../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../../src/core/model/limits.ts'
import type { Weekday } from '../../../src/core/model/registry.ts'

const area = { kind: 'circle', longitude: 5, latitude: 52, radiusMeters: 900 } as const
const whole = {
  ...nothingKnown,
  ban: area,
  approachMeters: 500,
  legalBasis: 'prosecutor-behaviour-order',
  validFromMs: 0,
  validUntilMs: 86_400_000,
  supervisingBody: 'Reclassering Nederland',
  isMonitoringNamed: true,
  schedule: {
    weekly: [{ days: ['thursday'], from: '18:00', until: '06:00' }],
    exceptions: [{ fromMs: 0, untilMs: 3_600_000, reason: 'zitting' }],
  },
} as const satisfies Parameters<typeof listMissingText>[0]

function check(text: Parameters<typeof listMissingText>[0]) {
  return checkText(text, listMissingText(text), defaultLimits)
}

it('the check of the text names what it lacks, in two languages, and nothing that is there', () => {
  expect(check({ ...whole, legalBasis: null, validUntilMs: null })).toMatchObject({
    result: 'not-assessed',
    sentence:
      'The text does not say yet: the moment at which it ends, with its time; the article it rests on.',
    sentenceNl:
      'De tekst zegt nog niet: het moment waarop het eindigt, met de tijd; het artikel waarop het berust.',
  })
  expect(check(whole)).toMatchObject({ result: 'green', value: 1 })
})

it('the check of the text is green for no text from which any one thing is taken', () => {
  const [stretch, exception] = [whole.schedule.weekly[0], whole.schedule.exceptions[0]]
  const timed = (schedule: (typeof whole)['schedule'] | object) => ({ ...whole, schedule }) as never
  const lacking: readonly [string, Parameters<typeof listMissingText>[0]][] = [
    ...(['legalBasis', 'validFromMs', 'validUntilMs', 'schedule'] as const).map(
      (name): [string, typeof whole] => [`/${name.replace('Ms', '')}`, { ...whole, [name]: null }],
    ),
    ['/supervision/body', { ...whole, supervisingBody: null }],
    ['/supervision/electronicMonitoring', { ...whole, isMonitoringNamed: null }],
    ['/supervision/electronicMonitoring', { ...whole, isMonitoringNamed: false }],
    ...(['days', 'from', 'until'] as const).map((name): [string, typeof whole] => [
      `/schedule/weekly/0/${name}`,
      timed({ ...whole.schedule, weekly: [{ ...stretch, [name]: null }] }),
    ]),
    ...(['fromMs', 'untilMs', 'reason'] as const).map((name): [string, typeof whole] => [
      `/schedule/exceptions/0/${name.replace('Ms', '')}`,
      timed({ ...whole.schedule, exceptions: [{ ...exception, [name]: null }] }),
    ]),
  ]
  for (const [pointer, text] of lacking) {
    expect(listMissingText(text).map((one) => one.pointer)).toEqual([pointer])
    expect([pointer, check(text).result]).not.toEqual([pointer, 'green'])
  }
})

it('a term that is too long stays red in the check of the text, whatever else is not said', () => {
  const long: OrderText = { ...whole, validUntilMs: 361 * 86_400_000, supervisingBody: null }
  const { result, sentence } = checkText(
    long,
    listMissingText({ ...whole, ...long }),
    defaultLimits,
  )
  expect(result).toBe('red')
  expect(sentence).toMatch(/days.* The text does not say yet: who supervises it\.$/)
})

it('the check of the text is not green where a weekly time never falls within the term', () => {
  // A Thursday, from one in the night to one in the night by the clock of the order.
  const weekly = (...windows: (readonly [Weekday, string, string])[]) => {
    const stretches = windows.map(([day, from, until]) => ({ days: [day], from, until }))
    const text = { ...whole, schedule: { weekly: stretches, exceptions: [] } }
    return [check(text).result, ...listMissingText(text).map(({ pointer }) => pointer)]
  }
  expect(weekly(['sunday', '08:00', '20:00'])).toEqual(['not-assessed', '/schedule/weekly/0'])
  expect(weekly(['thursday', '08:00', '20:00'], ['monday', '00:00', '00:00'])).toEqual([
    'not-assessed',
    '/schedule/weekly/1',
  ])
  // It ends as the order begins; the next one runs an hour into it, and the last begins in it.
  expect(weekly(['wednesday', '20:00', '01:00'])).toEqual(['not-assessed', '/schedule/weekly/0'])
  expect(weekly(['wednesday', '20:00', '02:00'])).toEqual(['green'])
  expect(weekly(['friday', '00:30', '02:00'])).toEqual(['green'])
})

it('the check of the text is not green where exceptions take away every weekly time of its term', () => {
  const hour = 3_600_000
  // A Thursday, from one in the night to one in the night by the clock of the order.
  const excepted = (untilMs: number, ...windows: (readonly [string, string | null])[]) => {
    const weekly = windows.map(([from, until]) => ({ days: ['thursday' as const], from, until }))
    const exceptions = [{ fromMs: 8 * hour, untilMs, reason: 'zitting' }]
    const text = { ...whole, schedule: { weekly, exceptions } }
    return [check(text).result, ...listMissingText(text).map(({ detailNl }) => detailNl)]
  }
  const nothingLeft =
    'een tijd waarop het geldt: de uitzonderingen nemen alles weg binnen de looptijd'
  expect(excepted(11 * hour, ['10:00', '12:00'])).toEqual(['not-assessed', nothingLeft])
  expect(excepted(11 * hour - 1, ['10:00', '12:00'])).toEqual(['green'])
  expect(excepted(11 * hour, ['10:00', '12:00'], ['18:00', '19:00'])).toEqual(['green'])
  // Until when it holds is not told yet: it may be longer than the exception.
  expect(excepted(11 * hour, ['10:00', null])).toEqual([
    'not-assessed',
    'tot hoe laat stuk 1 geldt',
  ])
})

it('the check of the text is not green where an exception lies outside the term, or takes up all of it', () => {
  const [day, hour] = [86_400_000, 3_600_000]
  const excepted = (...stretches: (readonly [number, number])[]) => {
    const exceptions = stretches.map(([fromMs, untilMs]) => ({
      fromMs,
      untilMs,
      reason: 'zitting',
    }))
    const text = { ...whole, schedule: { weekly: null, exceptions } }
    return [check(text).result, ...listMissingText(text).map(({ pointer }) => pointer)]
  }
  expect(excepted([hour, 2 * hour], [-day, 0])).toEqual(['not-assessed', '/schedule/exceptions/1'])
  expect(excepted([day, 2 * day])).toEqual(['not-assessed', '/schedule/exceptions/0'])
  expect(excepted([0, day])).toEqual(['not-assessed', '/schedule/exceptions'])
  expect(excepted([hour, day], [-hour, hour])).toEqual(['not-assessed', '/schedule/exceptions'])
  expect(excepted([-hour, 1], [day - 1, 2 * day], [hour, 2 * hour])).toEqual(['green'])
})
