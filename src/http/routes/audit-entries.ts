import { Readable } from 'node:stream'
import { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import { listAuditEntries, recordAct } from '../../store/record/audit-entries.ts'
import { listHeads } from '../../store/record/audit-heads.ts'
import { auditEntrySchema, auditHeadSchema, auditQuerySchema } from '../../schemas/audit-entry.ts'
import { formatInstant, instantMs, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { exportRecord } from './export-record.ts'

/** What was done, for whoever checks it. It holds ids and words, and no position. */
export function registerAuditRoutes(app: App, deps: RouteDeps): void {
  registerEntries(app, deps)
  registerHeads(app)
  registerExport(app, deps)
}

function registerEntries(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-entries',
    config: { roles: ['auditor'] },
    schema: {
      operationId: 'listAuditEntries',
      tags: ['Record'],
      summary: 'Read what was done, by person, by case or by time',
      description:
        'In the order in which it was put on record: sign-ins and refusals, readings of positions, decisions on alerts, changes and confirmations. Reading it is on record itself.',
      querystring: auditQuerySchema,
      response: { 200: pageSchema(auditEntrySchema) },
    },
    handler: async (request) => {
      const { cursor, limit, subjectId = null, from, until } = request.query
      const rows = await listAuditEntries(request.db, {
        organisationId: request.apiClient.organisationId,
        afterIndex: readPlace(cursor),
        subjectId,
        fromMs: from === undefined ? null : instantMs(from),
        untilMs: until === undefined ? null : instantMs(until),
        limit: limit + 1,
      })
      const about = { kind: 'consultation', reason: 'audit', subjectId } as const
      await recordAct(request.db, actOf(request, deps.clock.nowMs(), about))
      return pageAfter(
        rows,
        limit,
        ({ index }) => index,
        ({ index, body }) => ({
          index,
          body: body.toString('base64'),
          entry: JSON.parse(body.toString('utf8')) as Record<string, unknown>,
        }),
      )
    },
  })
}

function registerHeads(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-heads',
    config: { roles: ['auditor'] },
    schema: {
      operationId: 'listAuditHeads',
      tags: ['Record'],
      summary: 'List the signed heads of the record',
      description:
        'One each minute in which something was put on record. Keep them elsewhere: they show later that nothing before them was rewritten.',
      querystring: listQuerySchema,
      response: { 200: pageSchema(auditHeadSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const after = readPlace(cursor)
      const rows = await listHeads(request.db, request.apiClient.organisationId, after, limit + 1)
      return pageAfter(
        rows,
        limit,
        ({ size }) => size,
        ({ size, note, at }) => ({
          size,
          note,
          at: formatInstant(at.getTime()),
        }),
      )
    },
  })
}

function registerExport(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/audit-export',
    // A HEAD would read all of it for nothing.
    exposeHeadRoute: false,
    config: { roles: ['auditor'] },
    schema: {
      operationId: 'exportAuditEntries',
      tags: ['Record'],
      summary: 'Take the whole record with its heads, to be checked elsewhere',
      description:
        'A line of JSON each: the organisation, then every entry with its exact bytes, and every signed head after the last entry it covers. `npm run audit -- --verify` checks it without a server.',
      produces: ['application/x-ndjson'],
      response: { 200: z.string().describe('Lines of JSON.') },
    },
    handler: async (request, reply) => {
      const about = { kind: 'disclosure', reason: 'audit' } as const
      await recordAct(request.db, actOf(request, deps.clock.nowMs(), about))
      const lines = exportRecord(request.db, request.apiClient.organisationId)
      reply.header('content-type', 'application/x-ndjson; charset=utf-8')
      return reply.send(Readable.from(lines) as unknown as string)
    },
  })
}

function pageAfter<Row, Body>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => number,
  bodyOf: (row: Row) => Body,
): { items: Body[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const hasMore = rows.length > limit && last !== undefined
  return {
    items: shown.map(bodyOf),
    nextCursor: hasMore ? Buffer.from(String(placeOf(last))).toString('base64url') : null,
  }
}

/** The place after which the page begins; the first is 0, a head of nothing is none. */
function readPlace(cursor: string | undefined): number {
  if (cursor === undefined) return -1
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const place = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(place)) return place
  throw new RefusedInput(
    'invalid-cursor',
    'Expected the nextCursor of an earlier page of this list.',
  )
}
