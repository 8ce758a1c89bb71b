import { describe, expect, it } from 'vitest'
import { createBook } from '../../../lab/quality/book.ts'
import type { Book } from '../../../lab/quality/book.ts'
import { emptyCaseScore } from '../../../lab/quality/score-case.ts'
import type { CaseScore } from '../../../lab/quality/score-case.ts'
import type { GoalLine } from '../../../lab/quality/goals.ts'
import { measureGoals } from '../../../lab/quality/goals.ts'
import { drawMap } from '../../../lab/quality/map.ts'
import { formatPage } from '../../../lab/quality/page.ts'
import { drawTrade } from '../../../lab/quality/plot.ts'
import type { Score } from '../../../lab/quality/score.ts'
import { emptyScore } from '../../../lab/quality/score.ts'
import type { Curve } from '../../../lab/quality/sweep-limits.ts'
import { formatTable } from '../../../lab/quality/table.ts'
import { alert, home, truth } from './quality-world.ts'

function bookOf(group: string, score: Partial<Score>): Book {
  const book = createBook()
  book.set(`hoede ${group} tuning`, { ...emptyScore(), ...score })
  return book
}

function line(book: Book, name: string, cases: CaseScore | null = null): GoalLine {
  const all = cases === null ? null : { hoede: cases, raw: cases, filtered: cases }
  return measureGoals(book, all, null).find(({ measure }) => measure.en.includes(name))!
}

const dayMs = 86_400_000

describe('a goal', () => {
  it('the goal of recall is met at 99.5 %, and not below', () => {
    const found = (foundCount: number) =>
      line(bookOf('stay', { dueCount: 1000, foundCount }), '150 m deep')
    expect(found(995)).toMatchObject({
      verdict: 'met',
      figures: { hoede: '99.50 % (995 of 1000)', raw: '—' },
    })
    expect(found(994).verdict).toBe('not met')
  })

  it('the goal of promptness is met when half come at once and the slow ones within an interval', () => {
    const fromRevealedMs = [0, 0, 30_000]
    const prompt = (last: number) =>
      line(
        bookOf('stay', { fromRevealedMs, fromRevealedIntervals: [0, 0, last] }),
        'first revealing fix',
      )
    expect(prompt(1).verdict).toBe('met')
    expect(prompt(1.1).verdict).toBe('not met')
  })

  it('the goal of lying still counts breaches per day of a ban beside the person', () => {
    const still = (days: number) =>
      line(
        bookOf('still-50', { watchedMs: days * dayMs, falseAlerts: [alert(0, 60)] }),
        'still 50 m',
      )
    expect(still(50)).toMatchObject({ verdict: 'met', figures: { hoede: '0.0200' } })
    expect(still(49).verdict).toBe('not met')
  })

  it('the goal of passing by shows inferred passages, and counts breaches', () => {
    const passage = alert(0, 0, { kind: 'location-ban-passage' })
    const past = (falseAlerts: Score['falseAlerts']) =>
      line(bookOf('pass-200', { watchedMs: dayMs, falseAlerts }), '200 m off')
    expect(past([passage])).toMatchObject({ verdict: 'met', figures: { hoede: '0 (+ 1)' } })
    expect(past([passage, alert(0, 60)])).toMatchObject({ verdict: 'not met' })
  })

  it('the goal of repeats counts per true meeting', () => {
    const repeats = (count: number) =>
      line(bookOf('together', { dueCount: 10, repeats: count }), 'repeats per true meeting')
    expect(repeats(1).verdict).toBe('met')
    expect(repeats(2).verdict).toBe('not met')
  })

  it('the goal of load counts alerts per case per day', () => {
    const load = (humanAlerts: number) =>
      line(createBook(), 'for a human', { ...emptyCaseScore(), caseDays: 100, humanAlerts })
    expect(load(5)).toMatchObject({ verdict: 'met', figures: { hoede: '0.050' } })
    expect(load(6).verdict).toBe('not met')
  })

  it('the goal of silence is met when none is missed and false ones are rare', () => {
    const cases = { ...emptyCaseScore(), silencesDue: 3, deviceDays: 100, falseSilences: 1 }
    expect(line(createBook(), 'silence: missed', cases).verdict).toBe('met')
    expect(line(createBook(), 'silence: missed', { ...cases, silencesMissed: 1 }).verdict).toBe(
      'not met',
    )
    expect(line(createBook(), 'silence: false', cases).verdict).toBe('met')
    expect(line(createBook(), 'silence: false', { ...cases, falseSilences: 2 }).verdict).toBe(
      'not met',
    )
  })

  it('a goal without anything measured has no verdict', () => {
    expect(line(createBook(), '150 m deep').verdict).toBe('no data')
  })
})

const trade = { recall: 0.9, falseAlerts: 2, repeats: 1, falseClears: 0, revealedP95Ms: 1_000 }
const curve: Curve = {
  name: 'clearMarginMeters',
  defaultValue: 50,
  points: [0, 50].map((value) => ({
    value,
    tuning: trade,
    'held-out': { ...trade, recall: null },
  })),
}
const exhibit = {
  sort: 'false',
  group: 'stay',
  name: 'a <file>',
  area: { type: 'circle', ...home, radiusMeters: 300 },
  atMs: 0,
  truth: [home, { ...home, latitude: 52.101 }],
  fixes: [{ ...home, accuracyMeters: 40, isVictim: false }],
  alerts: [{ ...home, text: 'P1 location-ban-breach' }],
  sentence: 'Told.',
} as const

it('the table names goal, figures and verdict in columns', () => {
  const text = formatTable(measureGoals(bookOf('stay', { dueCount: 2, foundCount: 2 }), null, null))
  expect(text).toMatch(/150 m deep, found\s+≥ 99\.5 %\s+100\.00 % \(2 of 2\)\s+—\s+—\s+met/)
})

it('the page is whole in itself, Dutch with an English switch, and escapes what it shows', () => {
  const goals = measureGoals(bookOf('stay', { missed: [truth(0, 1)], dueCount: 1 }), null, null)
  const page = formatPage({
    notes: [{ nl: 'Noot', en: 'Note' }],
    goals,
    heldOutGoals: goals,
    cases: { ...emptyCaseScore(), caseDays: 1, kinds: { panic: { trueCount: 1, falseCount: 3 } } },
    curves: [curve],
    loadCurves: [],
    exhibits: [exhibit],
  })
  expect(page).toContain('<html lang="nl">')
  expect(page).toContain('<span lang="nl">niet gehaald</span><span lang="en">not met</span>')
  expect(page).toContain('25.0 %')
  expect(page).toContain('a &#60;file&#62;')
  expect(page).not.toContain('a <file>')
  expect(page).not.toMatch(/https?:|<script|<link|@import/)
})

it('a map shows the ban, where the offender was, the accuracy of each fix and the alert, to one scale', () => {
  const map = drawMap(exhibit)
  for (const part of ['class="ban"', 'class="truth"', 'class="alert"', 'class="scale"'])
    expect(map).toContain(part)
  const ban = [...map.matchAll(/class="ban" d="([^"]+)"/g)][0]![1]!
  const xs = [...ban.matchAll(/[ML]([\d.]+) /g)].map((match) => Number(match[1]))
  const radius = Number(/class="accuracy offender"[^>]* r="([\d.]+)"/.exec(map)![1])
  expect((Math.max(...xs) - Math.min(...xs)) / 600).toBeCloseTo(radius / 40, 1)
})

it('a curve marks the value in force', () => {
  const plot = drawTrade(curve)
  expect(plot).toContain('r="6"')
  expect(plot).toContain('2 false, 1 repeats')
})
