import { describe, expect, it } from 'vitest'
import { isToldByRule, neutralTexts, outsideWishes } from '../../../src/core/model/tell-victim.ts'

/** What names the matter, a side of it, an office, or where somebody is. */
const telling =
  /stalk|verbod|verboden|\bban\b|dader|offender|slachtoffer|victim|politie|police|enkelband|ankle|monitor|rechter|court|officier|prosecutor|reclassering|probation|zitting|maatregel|order|bescherm|protect|ex\b|partner|hoede|locat|afstand|distance|meter|adres|address|\bzaak\b|\bcase\b|geweld|violence/i

describe('what the protected person is told', () => {
  it('no text names the matter, in either language, and each says whom to call', () => {
    const texts = Object.values(neutralTexts).flatMap(({ nl, en }) => [nl, en])
    expect(texts).toHaveLength(14)
    expect(texts.filter((text) => telling.test(text))).toEqual([])
    expect(texts.filter((text) => !text.includes('{phone}'))).toEqual([])
    // The list of words finds what it is there for.
    expect(telling.test('Uw ex is in de buurt van het verboden gebied')).toBe(true)
    expect(telling.test('The offender is 300 m from you')).toBe(true)
  })

  it('wishes are kept by channel, topic and the hours of the wall, also over midnight', () => {
    const wishes = {
      channel: 'text',
      hours: { from: '22:00', until: '07:30' },
      topics: ['danger'],
      language: 'nl',
    } as const
    const at = (time: string) => Date.parse(`2026-11-23T${time}+01:00`)
    const told = { channel: 'text', topic: 'danger' } as const
    expect(outsideWishes(wishes, { ...told, atMs: at('23:00:00') })).toEqual([])
    expect(outsideWishes(wishes, { ...told, atMs: at('07:29:59') })).toEqual([])
    expect(outsideWishes(wishes, { ...told, atMs: at('07:30:00') })).toEqual(['hours'])
    const other = { channel: 'call', topic: 'device', atMs: at('12:00:00') } as const
    expect(outsideWishes(wishes, other)).toEqual(['channel', 'hours', 'topic'])
    expect(outsideWishes({ ...wishes, hours: null }, other)).toEqual(['channel', 'topic'])
    const foreign = { ...wishes, hours: null, language: 'pl' }
    expect(outsideWishes(foreign, { ...told, atMs: 0 })).toEqual(['language'])
    expect(
      outsideWishes({ ...foreign, channel: 'call' }, { ...told, channel: 'call', atMs: 0 }),
    ).toEqual([])
    expect(outsideWishes(null, other)).toEqual(['not-asked'])
  })

  it('only a breach that goes on, seen in time and beyond doubt, is told by rule', () => {
    const breach = {
      kind: 'proximity-breach',
      priority: 'P1',
      probability: 0.95,
      late: false,
      raisedAtMs: 1_000,
      clearedAtMs: null,
      unsupportedReason: null,
    }
    expect(isToldByRule(breach, 1_000)).toBe(true)
    // Kept later, it is asked of the moment at which they were told.
    expect(isToldByRule({ ...breach, clearedAtMs: 5_000 }, 4_999)).toBe(true)
    expect(isToldByRule({ ...breach, clearedAtMs: 5_000 }, 5_000)).toBe(false)
    expect(isToldByRule(breach, 999)).toBe(false)
    for (const doubt of [
      { kind: 'proximity-approach' },
      { priority: 'P2' },
      { probability: 0.949 },
      { probability: null },
      { late: true },
      { clearedAtMs: 1 },
      { unsupportedReason: 'x' },
    ])
      expect(isToldByRule({ ...breach, ...doubt }, 2_000)).toBe(false)
  })
})
