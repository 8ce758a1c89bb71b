import type { Db } from '../store/pg/pool.ts'
import {
  listActsBefore,
  listAlertsOf,
  listTellingsOf,
  readOutages,
} from '../store/report/yearly-facts.ts'
import { makeReport, type YearlyReport } from './make-report.ts'

/**
 * The report of a year in Amsterdam. A year that goes on is told up to the beginning of this month
 * and is provisional. Null: it has not begun, or is told from next month on.
 */
export async function readReport(
  db: Db,
  request: { readonly year: number; readonly nowMs: number; readonly machinery: Db | null },
): Promise<YearlyReport | null> {
  const { year, nowMs, machinery } = request
  const period = { fromMs: startMs(year, 1), untilMs: startMs(year + 1, 1) }
  const isProvisional = period.untilMs > nowMs
  if (isProvisional) {
    const { year: thisYear, month } =
      Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone)
    period.untilMs = Math.min(period.untilMs, startMs(thisYear, month))
  }
  if (period.untilMs <= period.fromMs) return null
  return makeReport({
    year,
    period,
    isProvisional,
    acts: await listActsBefore(db, period.untilMs),
    alerts: await listAlertsOf(db, period),
    tellings: await listTellingsOf(db, period),
    outages: machinery === null ? null : await readOutages(machinery, period),
  })
}

function startMs(year: number, month: number): number {
  return Temporal.PlainDate.from({ year, month, day: 1 }).toZonedDateTime(timeZone)
    .epochMilliseconds
}

const timeZone = 'Europe/Amsterdam'
