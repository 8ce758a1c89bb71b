import { afterAll, beforeAll, expect, it } from 'vitest'
import type { YearlyReport } from '../../src/report/make-report.ts'
import { readReport } from '../../src/report/read-report.ts'
import { seedOr } from '../property/seed.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeYear } from './year-at-random.ts'

const seed = seedOr(2025)
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const tally = <One>(all: readonly One[], nameOf: (one: One) => string) =>
  Object.fromEntries(
    [...new Set(all.map(nameOf))].map((name) => [
      name,
      all.filter((one) => nameOf(one) === name).length,
    ]),
  )
const sumOf = (counts: Map<string, number>) =>
  [...counts.values()].reduce((sum, one) => sum + one, 0)

/** The least of them that so many of them are not above. */
function within(part: number, seconds: readonly number[]): number | undefined {
  return seconds
    .filter((least) => seconds.filter((one) => one <= least).length >= part * seconds.length)
    .toSorted((one, other) => one - other)[0]
}

it('every cell of the report of a year made at random is what the maker of the year counted', async () => {
  const { pool } = database
  const { orders, alerts, tellings } = await makeYear(database, seed)
  const nowMs = Date.parse('2026-02-01T00:00:00Z')
  const report = await readReport(pool, { year: 2025, nowMs, machinery: pool })
  const caseDays = Math.round(orders.hours / 24)
  const byOutcome = tally(alerts, ({ outcome }) => outcome)
  expect(report, `seed ${seed}`).toEqual({
    format: 'hoede-yearly-report-1',
    year: 2025,
    from: '2024-12-31T23:00:00.000Z',
    until: '2025-12-31T23:00:00.000Z',
    smallestCount: 5,
    orders: {
      imposed: { total: sumOf(orders.imposed), byType: Object.fromEntries(orders.imposed) },
      imposedByAdvice: Object.fromEntries(orders.advice),
      carriedOver: { total: sumOf(orders.carried), byType: Object.fromEntries(orders.carried) },
      ends: { total: sumOf(orders.ends), byDecision: Object.fromEntries(orders.ends) },
    },
    alerts: {
      total: alerts.length,
      caseDays,
      byOutcome,
      perCaseDay: Object.fromEntries(
        Object.entries(byOutcome).map(([name, count]) => [
          name,
          Math.round((count / caseDays) * 10_000) / 10_000,
        ]),
      ),
      byPriority: tally(alerts, ({ priority }) => priority),
      byKind: tally(alerts, ({ kind }) => kind),
      answers: ['P1', 'P2', 'P3'].map((priority) => {
        const of = alerts.filter((one) => one.priority === priority)
        const seconds = of.flatMap((one) => one.seconds ?? [])
        return {
          priority,
          answered: seconds.length,
          unanswered: of.length - seconds.length,
          medianSeconds: within(0.5, seconds),
          p95Seconds: within(0.95, seconds),
        }
      }),
    },
    victimsTold: {
      total: tellings.length,
      byWishes: tally(tellings, ({ wish }) => wish),
      byOutcome: tally(tellings, ({ outcome }) => outcome),
      byTruth: tally(tellings, ({ truth }) => truth),
    },
    outages: { count: 2, minutes: 42, longestMinutes: 30, floods: 1 },
  } satisfies Record<keyof YearlyReport, unknown>)
})
