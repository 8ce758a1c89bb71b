import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { checkTitles } from '../../../../src/core/enforceability/check-titles.ts'
import { alertKinds, alertOutcomes, alertPriorities } from '../../../../src/core/model/alert.ts'
import { refusalCodes } from '../../../../src/core/model/contract-words.ts'
import { deviceEventKinds, disbeliefReasons } from '../../../../src/core/model/fix.ts'
import { orderTypes, reminderTasks } from '../../../../src/core/model/order-terms.ts'
import { stepOutcomes } from '../../../../src/core/model/protocol.ts'
import { protocolSets } from '../../../../src/core/model/protocol-sets.ts'
import riskRows from '../../../../src/core/model/risk-profiles.json' with { type: 'json' }
import { legalBases, type ProtectionOrder } from '../../../../src/core/model/registry.ts'
import { protectionReasonCodes } from '../../../../src/core/protection/judge-person-seen.ts'
import { describeOrderChange } from '../../../../src/http/proposals/describe-change.ts'
import { describeOrderType } from '../../../../src/http/proposals/describe-order-type.ts'
import { describeProtocolChange } from '../../../../src/http/proposals/describe-protocol.ts'
import { errorCodes } from '../../../../src/errors.ts'
import { codesIn } from '../../../support/page-faults.ts'

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
vi.stubGlobal('document', { documentElement: {} })
vi.stubGlobal('location', { hash: '' })
const { language, words } = await import('../../../../src/desk/page/words/words.ts')
const { registerWords } = await import('../../../../src/desk/page/words/register/words.ts')
const { riskWords } = await import('../../../../src/desk/page/register/risk-words.ts')
const { lifeWords } = await import('../../../../src/desk/page/register/order-life-words.ts')
const { orderTypeWords } = await import('../../../../src/desk/page/register/order-type-words.ts')
const { responseWords } = await import('../../../../src/desk/page/protocol/response-words.ts')
const { assessWords } = await import('../../../../src/desk/page/assess/assess-words.ts')
const { nameOfChange, valueOfChange } =
  await import('../../../../src/desk/page/proposals/change-text.ts')

const { formWords } = await import('../../../../src/desk/page/form/form-words.ts')
const { dutchCodes, dutchSentences, refusalInDutch, splitQuote } =
  await import('../../../../src/desk/page/net/refusal-words.ts')

/** What the server is made of, to find each code and sentence that it says. */
const serverText = ['http', 'schemas']
  .flatMap((folder) =>
    readdirSync(new URL(`../../../../src/${folder}`, import.meta.url), {
      recursive: true,
      withFileTypes: true,
    }),
  )
  .filter(({ name }) => name.endsWith('.ts'))
  .map(({ parentPath, name }) => readFileSync(`${parentPath}/${name}`, 'utf8'))
  .join('\n')

/** What stands in the history of an alert, of itself and as a change of how it was judged. */
const historyKinds =
  'raised ended revised escalated delivery-delayed delivery-failed reopened moved repeated priority part-of unsupported'.split(
    ' ',
  )

/** Codes that the server answers with as plain text, so that no type holds the words to them. */
const tables: readonly (readonly [
  string,
  readonly string[],
  () => Readonly<Record<string, string>>,
])[] = [
  ['kinds', alertKinds, () => words().kinds],
  ['history', historyKinds, () => words().history],
  ['outcomes', alertOutcomes, () => words().outcomes],
  ['reasons of doubt', disbeliefReasons, () => words().disbelief],
  ['refusals', refusalCodes, () => registerWords().refusalCodes],
  ['reasons of protection', Object.keys(protectionReasonCodes), () => registerWords().reasonCodes],
  ['events of a device', deviceEventKinds, () => registerWords().quality.eventKinds],
  ['legal bases', legalBases, () => registerWords().bases],
  ['outcomes of a step', stepOutcomes, () => responseWords().outcomes],
  ['urgencies', alertPriorities, () => orderTypeWords().priorities],
  ['tasks', reminderTasks, () => lifeWords().tasks],
  [
    'advice after the last extension',
    legalBases.filter((basis) => orderTypes[basis].afterLast !== null),
    () => lifeWords().afterLast,
  ],
]

describe.each(['nl', 'en'] as const)('The words for codes (%s)', (one) => {
  beforeAll(() => {
    language.value = one
  })
  afterAll(() => {
    language.value = 'nl'
  })

  it.each(tables)('%s have words', (_name, codes, table) => {
    expect(codes.length).toBeGreaterThan(0)
    expect(codes.filter((code) => (table()[code] ?? '') === '')).toEqual([])
  })

  it('every check of an assessment has a title, and percent is a sign', () => {
    expect(Object.values(checkTitles).filter((title) => title[one] === '')).toEqual([])
    expect(assessWords().units.percent).toBe('%')
  })
})

describe('What a proposal would change', () => {
  const dayMs = 86_400_000
  const order = {
    status: 'active',
    reference: '09/1',
    legalBasis: 'temporary-home-ban',
    validFromMs: 0,
    validUntilMs: dayMs,
    escalation: null,
    locationBans: [
      {
        id: 'b1',
        label: 'woning',
        area: { type: 'circle', longitude: 4.9, latitude: 52.3, radiusMeters: 300 },
        approachMeters: 500,
        schedule: null,
      },
    ],
    proximityBans: [{ id: 'p1', victimId: 'v1', separationMeters: 500, approachMeters: 900 }],
  } as unknown as ProtectionOrder
  const other = {
    ...order,
    status: 'suspended',
    legalBasis: 'special-condition',
    validUntilMs: 2 * dayMs,
    escalation: [{ afterSeconds: 60, target: 'second-operator' }],
    locationBans: [],
    proximityBans: [{ id: 'p1', victimId: 'v2', separationMeters: 100, approachMeters: 200 }],
  } as unknown as ProtectionOrder

  it('a proposal about an order is in Dutch, word by word', () => {
    const lines = describeOrderChange(order, other).map(
      ({ what, before, after }) =>
        `${nameOfChange(what)}: ${valueOfChange(what, before)} → ${valueOfChange(what, after)}`,
    )
    expect(lines).toContain('Stand: van kracht → opgeschort')
    expect(lines).toContain('Doorzetten: zoals de organisatie → tweede centralist na 60 s')
    expect(lines).toContain('Locatieverbod: Grootte van het gebied: cirkel van 300 m → –')
    expect(lines).toContain('Afstand tot beschermde persoon: Contactafstand (m): 500 → 100')
    expect(lines.flatMap(codesIn)).toEqual([])
  })

  it('a proposal about a kind of order is in Dutch, but for the words that somebody wrote', () => {
    const [from, to] = (['temporary-home-ban', 'pretrial-suspension'] as const).map((basis) =>
      describeOrderType(basis, orderTypes[basis]),
    )
    const lines = [...(from ?? [])].map(
      ([what, before]) =>
        `${nameOfChange(what)}: ${valueOfChange(what, before)} → ${valueOfChange(what, to?.get(what) ?? null)}`,
    )
    expect(lines).toContain('Verlengd door: burgemeester → rechter')
    expect(lines).toContain('Eén termijn: 10 dagen → –')
    expect(lines.some((line) => line.includes('casusregisseur, herbeoordeel, 72'))).toBe(true)
    const prose = lines.filter((line) => !/^(?:Artikel|Bron|Als er geen)/.test(line))
    expect(prose.flatMap(codesIn)).toEqual([])
  })

  it('a proposal about a protocol is in Dutch, but for the words that somebody wrote', () => {
    const changes = describeProtocolChange(
      protocolSets['dutch-pilot'],
      protocolSets['french-order'],
    )
    const prose = /(text|say) \(\w\w\)$/
    const lines = changes.map(({ what, before, after }) =>
      prose.test(what)
        ? nameOfChange(what)
        : `${nameOfChange(what)}: ${valueOfChange(what, before)} → ${valueOfChange(what, after)}`,
    )
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.flatMap(codesIn)).toEqual([])
  })
})

it('the source of a risk profile that is delivered is told in Dutch, on a Dutch page', () => {
  expect(Object.keys(riskWords().sources)).toEqual(Object.keys(riskRows.profiles))
})

describe('What the API refuses, on a Dutch page', () => {
  it('every code of an answer and every code at a field has words', () => {
    const answered = Object.entries(errorCodes).flatMap(([code, { status }]) =>
      status === null ? [] : [code],
    )
    expect(answered.filter((code) => !Object.hasOwn(dutchCodes, code))).toEqual([])
    const found = [
      ...serverText.matchAll(/pointer[^{}]{0,80}?\bcode: '([a-z-]+)'/g),
      ...serverText.matchAll(/\bfault\(\s*[^,]+,\s*'([a-z-]+)'/g),
    ].map(([, code = '']) => code)
    expect(new Set(found).size).toBeGreaterThan(12)
    expect(found).toEqual(expect.arrayContaining(['repeated', 'no-bans', 'too-large']))
    expect([...new Set(found)].filter((code) => !Object.hasOwn(formWords().faults, code))).toEqual(
      [],
    )
  })

  it('a sentence that is translated is one that the server says; another is said to be English', () => {
    expect(Object.keys(dutchSentences).filter((one) => !serverText.includes(one))).toEqual([])
    expect(refusalInDutch('conflict', 'Somebody else has this alert.')).toBe(
      'Iemand anders heeft deze melding.',
    )
    expect(refusalInDutch('conflict', 'Something new.')).toBe(
      'Dit past niet bij hoe het nu staat. (In het Engels, van de server: Something new.)',
    )
    expect(refusalInDutch('a-new-code', '')).toBe('Dit kan niet zo.')
    const parts = splitQuote(`Geweigerd: ${refusalInDutch('conflict', 'Too new (by 3 s).')}`)
    expect(parts.quote).toBe('Too new (by 3 s).')
    expect(parts.before + parts.quote + parts.after).toMatch(
      /^Geweigerd: Dit past niet.*3 s\)\.\)$/,
    )
    expect(splitQuote('Gedaan.')).toEqual({ before: 'Gedaan.', quote: '', after: '' })
  })
})
