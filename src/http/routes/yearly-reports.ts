import { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import { printReport } from '../../report/print-report.ts'
import { readReport } from '../../report/read-report.ts'
import type { YearlyReport } from '../../report/make-report.ts'
import { yearlyReportSchema, yearParamsSchema } from '../../schemas/yearly-report.ts'
import type { Db } from '../../store/pg/pool.ts'
import type { App } from '../door/app-type.ts'
import { printedPolicy } from '../door/headers.ts'
import type { RouteDeps } from '../route-deps.ts'

/** What a year was, for whoever inspects: of the cases that the caller may see. */
export function registerYearlyReportRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/yearly-reports/:year',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getYearlyReport',
      tags: ['Protection orders'],
      summary: 'Read what a year was',
      description:
        'Orders by kind, imposed against the advice, how ends were met; alerts by outcome and case-day, times to an answer, outages. The same year told twice is the same. Counts from one to four are left out, and what they follow from, by one table or by two together. A year is told once it is over.',
      params: yearParamsSchema,
      response: { 200: yearlyReportSchema },
    },
    handler: async (request) => {
      const { alerts, ...report } = await read(deps, request.db, request.params.year)
      return { ...report, alerts: { ...alerts, answers: [...alerts.answers] } }
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/yearly-reports/:year/page',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getYearlyReportPage',
      tags: ['Protection orders'],
      summary: 'What a year was, as a page to read and print',
      description: 'In Dutch, with its pictures; it loads nothing.',
      params: yearParamsSchema,
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    handler: async (request, reply) =>
      await reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', printedPolicy)
        .header('cache-control', 'no-store')
        .send(printReport(await read(deps, request.db, request.params.year))),
  })
}

async function read(
  { clock, machinery }: Pick<RouteDeps, 'clock' | 'machinery'>,
  db: Db,
  year: string,
): Promise<YearlyReport> {
  const report = await readReport(db, { year: Number(year), nowMs: clock.nowMs(), machinery })
  if (report === null) throw new RefusedInput('not-found', 'This year is not over.')
  return report
}
