import type pg from 'pg'
import { dayMs } from '../../core/model/units.ts'
import { RefusedInput, type Fault } from '../../errors.ts'
import {
  casePeopleSchema,
  caseGapSchema,
  caseRoleBodySchema,
  caseRoleSchema,
  screeningBodySchema,
  screeningSchema,
} from '../../schemas/case.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import { instantMs, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import { listCaseGaps } from '../../store/cases/case-gaps.ts'
import {
  findColleague,
  giveCaseRole,
  listCaseRoles,
  shareCaseRoles,
  type CaseRole,
} from '../../store/cases/case-roles.ts'
import {
  insertScreening,
  listAuthors,
  listScreenings,
  wasTrained,
} from '../../store/cases/screenings.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findProtectionOrder } from '../../store/registry/protection-orders.ts'
import { roleBodyOf, screeningBodyOf } from '../answers/case-people-answer.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { noOrder } from '../orders/order-change.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import { recordReading } from '../orders/record-reading.ts'
import type { RouteDeps } from '../route-deps.ts'
import { pageOf, readCursor } from './paging.ts'

/** Who leads a case, whom the protected person asks, and what screening found. */
export function registerCasePeopleRoutes(app: App, deps: RouteDeps): void {
  registerReading(app, deps)
  registerGiving(app, deps)
  registerScreening(app, deps)
  registerGaps(app, deps)
}

function registerReading(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/protection-orders/:id/case-people',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getCasePeople',
      tags: ['Cases'],
      summary: 'Read who leads a case, whom the protected person asks, and its screenings',
      description: 'Each reading is on record under everybody whom the order names.',
      params: idParamsSchema,
      response: { 200: casePeopleSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      await findOrder(request.db, id)
      await recordReading(deps, request, [id])
      const query = { nowMs: deps.clock.nowMs(), afterId: null, orderId: id, limit: 1 }
      const [lacking] = await listCaseGaps(request.db, query)
      return {
        protectionOrderId: id,
        gaps: [...(lacking?.gaps ?? [])],
        roles: (await listCaseRoles(request.db, id)).map(roleBodyOf),
        screenings: (await listScreenings(request.db, id)).map(screeningBodyOf),
        authors: [...(await listAuthors(request.db, id))],
      }
    },
  })
}

function registerGiving(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/_give-role',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'giveCaseRole',
      tags: ['Cases'],
      summary: 'Say who leads a case, or whom the protected person asks',
      description:
        'With a stand-in, who is somebody else; of every order that is one case with this one. Whoever had it before hands over: the note says what the next one must know.',
      params: idParamsSchema,
      body: caseRoleBodySchema,
      response: { 200: caseRoleSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { id: protectionOrderId } = request.params
      const { handOverNote = null, role } = request.body
      return await request.db.transaction(async (tx) => {
        const order = await findOrder(tx, protectionOrderId)
        const holder = await readHolder(tx, request.body.holder, '/holder')
        const standIn = await readHolder(tx, request.body.standIn, '/standIn')
        refuseSame(holder, standIn)
        const isHandOver = await hasRole(tx, protectionOrderId, role)
        if (isHandOver && handOverNote === null) throw handOverUntold()
        const given = {
          role,
          ...holder,
          standInStaffId: standIn.staffId,
          standInName: standIn.name,
          standInPhone: standIn.phone,
          handOverNote,
          givenBy: request.apiClient.id,
          nowMs,
        }
        const about = { personIds: peopleOfOrder(order), protectionOrderId }
        const detail = { role, isHandOver, staffId: holder.staffId, standInId: standIn.staffId }
        const made = await giveCaseRole(tx, { protectionOrderId, ...given })
        const whole = { kind: 'alteration', ...about, subjectId: made.id, detail } as const
        await recordAct(tx, actOf(request, nowMs, whole))
        await shareCaseRoles(tx, { orderId: protectionOrderId, by: request.apiClient.id, nowMs })
        return roleBodyOf(made)
      })
    },
  })
}

async function hasRole(
  tx: pg.PoolClient,
  orderId: string,
  role: CaseRole['role'],
): Promise<boolean> {
  const had = await listCaseRoles(tx, orderId)
  return had.some((row) => row.role === role && row.untilMs === null)
}

export function handOverUntold(): RefusedInput {
  const detail = 'expected what the next one must know, as somebody has it now; got nothing'
  return refuse('/handOverNote', detail)
}

type Holder = {
  readonly staffId: string | null
  readonly name: string
  readonly phone: string | null
}

async function readHolder(
  tx: pg.PoolClient,
  given: { staffId?: string | undefined; name?: string | undefined; phone?: string | undefined },
  at: string,
): Promise<Holder> {
  const { staffId = null, phone = null } = given
  if (staffId !== null) {
    const known = await findColleague(tx, staffId)
    if (known !== null) return { staffId, name: known, phone }
    throw refuse(`${at}/staffId`, 'expected the id of a colleague who works here, got another id')
  }
  if (given.name !== undefined) return { staffId, name: given.name, phone }
  throw refuse(`${at}/name`, 'expected a name, or the id of a colleague; got neither')
}

function refuseSame(holder: Holder, standIn: Holder): void {
  const same = (one: string, other: string): boolean =>
    one.trim().toLowerCase() === other.trim().toLowerCase()
  if (holder.staffId === null || holder.staffId !== standIn.staffId) {
    if (!same(holder.name, standIn.name)) return
    // Of two colleagues of one name, each has an account.
    if (holder.staffId !== null && standIn.staffId !== null) return
  }
  throw refuse('/standIn', 'expected somebody else than who holds it, got the same')
}

function registerScreening(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/protection-orders/:id/screenings',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'createScreening',
      tags: ['Cases'],
      summary: 'Keep what a screening found',
      description:
        'Only of somebody who was trained for it on that day: an administrator keeps who is (`POST /v1/staff/{id}/trainings`).',
      problems: { 409: 'Its author was not trained for it then.' },
      params: idParamsSchema,
      body: screeningBodySchema,
      response: { 201: screeningSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { id: protectionOrderId } = request.params
      const { documentReference = null, instrument, outcome, ...body } = request.body
      const authorId = body.authorId ?? request.apiClient.id
      const screenedAtMs = instantMs(body.screenedAt)
      const nextDueAtMs = instantMs(body.nextDueAt)
      refuseWrongTimes({ screenedAtMs, nextDueAtMs, nowMs })
      const made = await request.db.transaction(async (tx) => {
        const order = await findOrder(tx, protectionOrderId)
        await refuseUntrained(tx, { authorId, instrument, screenedAtMs })
        const kept = await insertScreening(tx, {
          protectionOrderId,
          instrument,
          screenedAtMs,
          authorId,
          outcome,
          nextDueAtMs,
          documentReference,
          keptBy: request.apiClient.id,
          keptAtMs: nowMs,
        })
        const about = { personIds: peopleOfOrder(order), protectionOrderId, subjectId: kept.id }
        const detail = { instrument, authorId }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about, detail }))
        return kept
      })
      reply.code(201)
      return screeningBodyOf(made)
    },
  })
}

const yearMs = 366 * dayMs

function refuseWrongTimes(times: {
  readonly screenedAtMs: number
  readonly nextDueAtMs: number
  readonly nowMs: number
}): void {
  const { nextDueAtMs, nowMs, screenedAtMs } = times
  if (screenedAtMs > nowMs)
    throw refuse('/screenedAt', 'expected a time that has been, got another')
  if (nextDueAtMs > screenedAtMs && nextDueAtMs <= screenedAtMs + yearMs) return
  throw refuse('/nextDueAt', 'expected a time within a year after the screening, got another')
}

/** Read well it says how grave it is; filled in by somebody who cannot it says something else. */
async function refuseUntrained(
  tx: pg.PoolClient,
  about: { readonly authorId: string; readonly instrument: string; readonly screenedAtMs: number },
): Promise<void> {
  const { authorId, instrument, screenedAtMs } = about
  const isColleague = (await findColleague(tx, authorId)) !== null
  if (isColleague && (await wasTrained(tx, { staffId: authorId, instrument, atMs: screenedAtMs })))
    return
  const detail = 'expected somebody of here who was trained for it on that day, got another'
  throw new RefusedInput('conflict', 'Its author was not trained for this.', [
    { pointer: '/authorId', code: 'not-trained', detail },
  ])
}

function registerGaps(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/case-gaps',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'listCaseGaps',
      tags: ['Cases'],
      summary: 'List the cases that nobody leads, or that lack a contact point or a screening',
      querystring: listQuerySchema,
      response: { 200: pageSchema(caseGapSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const query = { afterId: readCursor(cursor), limit: limit + 1 }
      const nowMs = deps.clock.nowMs()
      const rows = await listCaseGaps(request.db, { ...query, nowMs, orderId: null })
      const shown = rows.slice(0, limit).map(({ id }) => id)
      await recordReading(deps, request, shown)
      return pageOf(rows, limit, ({ id, gaps, reference, sinceMs }) => ({
        protectionOrderId: id,
        reference,
        gaps: [...gaps],
        since: formatInstant(sinceMs),
      }))
    },
  })
}

async function findOrder(db: Parameters<typeof findProtectionOrder>[0], id: string) {
  const found = await findProtectionOrder(db, id)
  if (found === null) throw new RefusedInput('not-found', noOrder)
  return found.order
}

function refuse(pointer: string, detail: string): RefusedInput {
  const faults: Fault[] = [{ pointer, code: 'invalid-value', detail }]
  return new RefusedInput('invalid-request', 'The body has one fault; see errors.', faults)
}
