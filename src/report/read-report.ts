import type { Db } from '../store/pg/pool.ts'
import {
  listActsBefore,
  listAlertsOf,
  listTellingsOf,
  readOutages,
} from '../store/report/yearly-facts.ts'
import { makeReport, type YearlyReport } from './make-report.ts'

/**
 * The report of a year in Amsterdam. Null: it is not over. Two standings of one year, subtracted,
 * would tell of few people whatever each of them leaves out.
 */
export async function readReport(
  db: Db,
  request: { readonly year: number; readonly nowMs: number; readonly machinery: Db | null },
): Promise<YearlyReport | null> {
  const { year, nowMs, machinery } = request
  const period = { fromMs: startMs(year), untilMs: startMs(year + 1) }
  if (period.untilMs > nowMs) return null
  return makeReport({
    year,
    period,
    acts: await listActsBefore(db, period.untilMs),
    alerts: await listAlertsOf(db, period),
    tellings: await listTellingsOf(db, period),
    outages: machinery === null ? null : await readOutages(machinery, period),
  })
}

function startMs(year: number): number {
  return Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime(timeZone)
    .epochMilliseconds
}

const timeZone = 'Europe/Amsterdam'
