import { describe, expect, it } from 'vitest'
import { compilePolygon } from '../../geo/ban-shape.ts'
import { answerQuestion, type AskedQuestion } from '../../src/assess/answering/answer-question.ts'
import { nowhereKnown } from '../../src/core/enforceability/ground.ts'
import type { NamedArea } from '../../src/core/enforceability/named-areas.ts'
import { offerPoliceTime } from '../../src/core/enforceability/police-times.ts'
import { nothingKnown } from '../../src/core/enforceability/proposal.ts'
import { defaultLimits } from '../../src/core/model/limits.ts'

describe('the published police time of a municipality', () => {
  it('a published police time is offered with its source, and counts for nothing until it is chosen', () => {
    const offered = ask({ victimAddresses: [west] })
    expect(offered.policeTime).toEqual({
      municipalityCode: 'GM0001',
      municipality: 'Westdorp',
      year: 2024,
      seconds: 540,
      source: 'unit A, 2024',
      tableId: 'table',
      isUsed: false,
    })
    const without = ask({ victimAddresses: [west] }, null)
    expect(without.policeTime).toBeNull()
    expect({ ...offered, policeTime: null }).toEqual(without)
    const mode = ({ perTravelMode }: typeof offered) => perTravelMode[0]
    expect(mode(offered)).toMatchObject({ isNeededAssumed: true })
    const taken = ask({ victimAddresses: [west], policeTimeSource: of('GM0001', 2024) })
    expect(taken.policeTime?.isUsed).toBe(true)
    expect(mode(taken)).toMatchObject({ isNeededAssumed: false, neededSeconds: 660 })
    const typed = ask({ victimAddresses: [west], policeResponseSeconds: 540 })
    expect({ ...taken, policeTime: null }).toEqual({ ...typed, policeTime: null })
  })

  it('a published police time of several municipalities is that of the slowest, or none where one has none', () => {
    expect(ask({ victimAddresses: [west, east] }).policeTime?.municipality).toBe('Oostdorp')
    // Without an address all that the area touches: here both, and further on one that has none.
    expect(ask({}).policeTime?.municipality).toBe('Oostdorp')
    expect(ask({ victimAddresses: [west, north] }).policeTime).toBeNull()
    expect(ask({ victimAddresses: [west, abroad] }).policeTime).toBeNull()
    const wide = { circle: { longitude: 5.1, latitude: 52.05, radiusMeters: 9_000 } }
    expect(ask(wide).policeTime).toBeNull()
    // Who is fast in the part that is known says nothing of the part that is not.
    const halfKnown = { circle: { longitude: 5, latitude: 52.05, radiusMeters: 900 } }
    expect(ask(halfKnown).policeTime).toBeNull()
  })

  it('a published police time of a strip that no corner tells of counts, however large the ban is', () => {
    const strip = town('GM0004', 'Smaldorp', 4.9, 5.3, 52.0503, 0.0006)
    const slow = { ...times, rows: [...times.rows, row('GM0004', 2024, 2_400, 'unit C')] }
    for (const radiusMeters of [900, 3_000]) {
      const circle = { longitude: 5.1, latitude: 52.05, radiusMeters }
      const offered = offerIn([...towns, strip], slow, circle)
      expect([radiusMeters, offered?.municipality]).toEqual([radiusMeters, 'Smaldorp'])
    }
  })

  it('a published police time is that of the municipality of today where an older one lies over it', () => {
    const older = { ...town('GM0009', 'Oud-Westdorp', 5, 5.1, 52), year: 2018 }
    const old = { ...times, rows: [...times.rows, row('GM0009', 2024, 300, 'unit O')] }
    for (const all of [
      [older, ...towns],
      [...towns, older],
    ]) {
      const at = { ...nothingKnown, ban: moving, approachMeters: 500 }
      const asIf = { ...at, victimAddresses: [{ ...west, isSecret: true }] }
      expect(offerPoliceTime(asIf, areasOf(all), old)?.municipality).toBe('Westdorp')
      const circle = { longitude: 5.05, latitude: 52.05, radiusMeters: 900 }
      expect(offerIn(all, old, circle)?.municipality).toBe('Westdorp')
    }
    // Of one year both may be right: the slower counts.
    const doubled = [...towns, { ...older, year: 2024 }]
    const circle = { longitude: 5.05, latitude: 52.05, radiusMeters: 900 }
    const slower = { ...old, rows: [...times.rows, row('GM0009', 2024, 1_300, 'unit O')] }
    expect(offerIn(doubled, slower, circle)?.municipality).toBe('Oud-Westdorp')
  })

  it('a published police time of long before the rest of the table is none', () => {
    const old = { ...times, rows: [row('GM0001', 2019, 480, 'old'), ...times.rows.slice(2)] }
    const circle = { longitude: 5.05, latitude: 52.05, radiusMeters: 900 }
    expect(offerIn(towns, old, circle)).toBeNull()
    const newer = { ...times, rows: [row('GM0001', 2020, 480, 'old'), ...times.rows.slice(2)] }
    expect(offerIn(towns, newer, circle)?.year).toBe(2020)
  })

  it('a published police time is offered for no area with a gap of 60 m between what is known', () => {
    const circle = { longitude: 5.1, latitude: 52.05, radiusMeters: 5_000 }
    const beside = (gap: number) => [
      town('GM0001', 'Westdorp', 4.9, 5.1 - gap / 2, 51.9, 0.4),
      town('GM0002', 'Oostdorp', 5.1 + gap / 2, 5.3, 51.9, 0.4),
    ]
    expect(offerIn(beside(0), times, circle)?.seconds).toBe(900)
    // Sixty metres, between the places that are asked all over the area.
    expect(offerIn(beside(0.000_88), times, circle)).toBeNull()
    // Two metres are how outlines differ.
    expect(offerIn(beside(0.000_03), times, circle)?.seconds).toBe(900)
  })

  it('a way of travelling that is named twice is answered once', () => {
    const { perTravelMode } = ask({ travelModes: ['walk', 'walk'] })
    expect(perTravelMode.map(({ mode }) => mode)).toEqual(['walk'])
  })

  it('a published police time is offered for no distance that moves along, and for no place without areas', () => {
    const proposal = { ...nothingKnown, ban: moving, approachMeters: 500 }
    expect(offerPoliceTime(proposal, areas, times)).toBeNull()
    const inWest = [{ label: 'x', longitude: 5.095, latitude: 52.05, isSecret: true }]
    const known = { ...proposal, victimAddresses: inWest }
    expect(offerPoliceTime(known, areas, times)?.municipality).toBe('Westdorp')
    expect(offerPoliceTime(known, null, times)).toBeNull()
  })

  it.each([
    [of('GM0002', 2024), {}, 'unknown-reference', /expected GM0001 of 2024, which is offered here/],
    [of('GM0001', 2023), {}, 'unknown-reference', /expected GM0001 of 2024/],
    [of('GM0003', 2024), { victimAddresses: [north] }, 'unknown-reference', /no police time/],
    [of('GM0001', 2024), { policeResponseSeconds: 300 }, 'invalid-value', /got both/],
  ])('a police time of %j that is not the one offered is refused', (source, more, code, detail) => {
    const question = { ...asked, victimAddresses: [west], policeTimeSource: source, ...more }
    const answer = answer1(question, times)
    const faults = 'faults' in answer ? answer.faults : []
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ pointer: '/policeTimeSource', code })
    expect(faults[0]!.detail).toMatch(detail)
  })

  it('the advice for the court names the source that was chosen, and that for the file does not', () => {
    const question = { ...asked, victimAddresses: [west], policeTimeSource: of('GM0001', 2024) }
    const answer = answer1(question, times, { label: 'case', day: '2026-11-27' })
    const pages = 'pages' in answer ? answer.pages : null
    expect(pages?.court).toContain('Politie in Westdorp')
    expect(pages?.court).toContain('Bron: unit A, 2024.')
    expect(pages?.file).not.toContain('Politie in Westdorp')
    expect(pages?.file).not.toContain('unit A')
  })
})

describe('the advice for the file and the municipality of a secret address', () => {
  it('the advice for the file is the same to the byte, whichever police time belongs to the secret address', () => {
    const [inWest, inEast] = [[west, 'GM0001'] as const, [east, 'GM0002'] as const].map(
      ([at, code]) => {
        const question = {
          ...asked,
          victimAddresses: [{ ...at, secret: true }],
          policeTimeSource: of(code, 2024),
        }
        const answer = answer1(question, times, { label: 'case', day: '2026-11-27' })
        return 'pages' in answer ? (answer.pages?.file ?? '') : ''
      },
    )
    expect(inWest).toContain('uitgave voor de rechter')
    expect(inEast).toBe(inWest)
  })

  it('the advice for the file does not say where the border of a check that it withholds comes from', () => {
    for (const at of [west, north]) {
      const question = { ...asked, victimAddresses: [{ ...at, secret: true }] }
      const answer = answer1(question, times, { label: 'case', day: '2026-11-27' })
      const file = 'pages' in answer ? (answer.pages?.file ?? '') : ''
      const withheld =
        file.match(/Staat in de uitgave voor de rechter\.<\/td><td>[^<]*<\/td>/g) ?? []
      expect(withheld.length).toBeGreaterThan(3)
      expect(new Set(withheld).size).toBe(1)
      expect(withheld[0]).toMatch(/<td><\/td>$/)
    }
  })
})

const times = {
  id: 'table',
  rows: [
    row('GM0001', 2023, 480, 'unit A, 2023'),
    row('GM0001', 2024, 540, 'unit A, 2024'),
    row('GM0002', 2024, 900, 'unit B, 2024'),
  ],
}
const west = place(5.095)
const east = place(5.105)
const north = { ...place(5.05), latitude: 52.15 }
const abroad = place(6)
const towns = [
  town('GM0001', 'Westdorp', 5, 5.1, 52),
  town('GM0002', 'Oostdorp', 5.1, 5.2, 52),
  town('GM0003', 'Noorddorp', 5, 5.2, 52.1),
]
const areas = areasOf(towns)
const moving = { kind: 'proximity', separationMeters: 500 } as const
const asked: AskedQuestion = {
  circle: { longitude: 5.1, latitude: 52.05, radiusMeters: 900 },
  reportIntervalSeconds: 60,
}

function ask(more: Partial<AskedQuestion>, table: typeof times | null = times) {
  const made = answer1({ ...asked, ...more }, table)
  if ('faults' in made) throw new Error(JSON.stringify(made.faults))
  return made.answer
}

function answer1(
  question: AskedQuestion,
  policeTimes: typeof times | null,
  kept: { readonly label: string; readonly day: string } | null = null,
) {
  const task = { question, isComparing: false, isMeasuring: false, kept, positions: null }
  const places = { ...nowhereKnown, areas, policeTimes }
  return answerQuestion(task, places, defaultLimits, () => {})
}

function areasOf(all: readonly NamedArea[]) {
  return {
    areas: new Map(all.map((one) => [one.code, one])),
    unite: () => {
      throw new Error('nothing is united here')
    },
  }
}

function offerIn(
  all: readonly NamedArea[],
  table: typeof times,
  circle: { longitude: number; latitude: number; radiusMeters: number },
) {
  const ban = { kind: 'circle' as const, ...circle }
  return offerPoliceTime({ ...nothingKnown, ban, approachMeters: 500 }, areasOf(all), table)
}

function of(municipalityCode: string, year: number) {
  return { municipalityCode, year }
}

function row(municipalityCode: string, year: number, seconds: number, source: string) {
  return { municipalityCode, year, seconds, source }
}

function place(longitude: number) {
  return { label: 'x', longitude, latitude: 52.05, secret: false }
}

function town(
  code: string,
  name: string,
  west: number,
  east: number,
  south: number,
  high = 0.1,
): NamedArea {
  const north = south + high
  const ring: [number, number][] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ]
  const geometry = { type: 'Polygon' as const, coordinates: [ring] }
  return { code, name, year: 2024, geometry, shape: compilePolygon(geometry) }
}
