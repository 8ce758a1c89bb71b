import type { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import {
  formatInstant,
  formatInstantOrNull,
  idParamsSchema,
  listQuerySchema,
  pageSchema,
} from '../../schemas/common.ts'
import {
  declineBodySchema,
  keptAssessmentSchema,
  proposedBodySchema,
} from '../../schemas/kept-assessment.ts'
import {
  declineAssessment,
  findAssessment,
  findAssessmentRow,
  insertAssessment,
  listAssessments,
  notAssessed,
  type AssessmentRow,
} from '../../store/enforceability/assessments.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findPersonRoles } from '../../store/registry/registry-rows.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { noAssessment } from './enforceability-assessments.ts'
import { pageOf, readCursor } from './paging.ts'

/** What was assessed and kept, with what became of it, and that no order is made of one. */
export function registerKeptAssessmentRoutes(app: App, deps: RouteDeps): void {
  registerList(app)
  registerProposing(app, deps)
  registerDeclining(app, deps)
}

function registerList(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/enforceability-assessments',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'listEnforceabilityAssessments',
      tags: ['Enforceability'],
      summary: 'List the assessments that were kept',
      querystring: listQuerySchema,
      response: { 200: pageSchema(keptAssessmentSchema) },
    },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const page = { afterId: readCursor(cursor), limit: limit + 1 }
      const rows = await listAssessments(request.db, page)
      return pageOf(rows, limit, keptBodyOf)
    },
  })
}

/** Whatever became of it; an order that was made is what counts. */
function keptBodyOf(row: AssessmentRow): z.output<typeof keptAssessmentSchema> {
  const { id, label, limitsVersion, mapId, verdict } = row
  const waits = verdict === notAssessed ? 'proposed' : 'assessed'
  const ended = row.declinedAtMs === null ? waits : 'declined'
  return {
    id,
    label,
    madeAt: formatInstant(row.madeAt.getTime()),
    verdict,
    mapId,
    limitsVersion,
    state: row.orderId === null ? ended : 'imposed',
    protectionOrderId: row.orderId,
    orderReference: row.orderReference,
    declinedAt: formatInstantOrNull(row.declinedAtMs),
    declineReason: row.reason,
  }
}

/** A court that must be asked today waits for no map: that nobody assessed it is said with it. */
function registerProposing(app: App, { clock, limits }: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/enforceability-assessments/_propose',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'proposeOrder',
      tags: ['Enforceability'],
      summary: 'Propose an order whose ban nobody has assessed yet',
      description:
        'It stands on the list as `proposed`. The order that names it (`assessmentId`) begins its life with it, and its life says that nobody assessed the ban (`assessed-never`).',
      body: proposedBodySchema,
      response: { 201: keptAssessmentSchema },
    },
    handler: async (request, reply) => {
      const { label, offenderId = null } = request.body
      const nowMs = clock.nowMs()
      const personIds = offenderId === null ? [] : [offenderId]
      const act = actOf(request, nowMs, { kind: 'collection', personIds })
      const row = await request.db.transaction(async (tx) => {
        if (
          offenderId !== null &&
          (await findPersonRoles(tx, personIds)).get(offenderId) !== 'offender'
        )
          throw new RefusedInput('unknown-reference', null, [noOffender])
        const id = await insertAssessment(tx, {
          organisationId: act.organisationId,
          label,
          madeAtMs: nowMs,
          madeBy: { kind: act.by.kind, id: request.apiClient.id },
          question: {},
          answer: { verdict: notAssessed },
          mapId: null,
          limitsVersion: limits.version,
          adviceCourt: '',
          adviceFile: '',
          offenderId,
        })
        await recordAct(tx, { ...act, subjectId: id })
        return await findAssessmentRow(tx, id)
      })
      return await reply.status(201).send(keptBodyOf(row))
    },
  })
}

const noOffender = {
  pointer: '/offenderId',
  code: 'unknown-reference',
  detail: 'expected the id of an offender, got another id',
}

function registerDeclining(app: App, { clock }: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/enforceability-assessments/:id/_decline',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'declineAssessment',
      tags: ['Enforceability'],
      summary: 'Say that no order is made of what was assessed',
      description: 'It stays on the list with why; no order is made with it after that.',
      problems: { 409: 'An order was made with it, or it was declined before.' },
      params: idParamsSchema,
      body: declineBodySchema,
      response: { 200: keptAssessmentSchema },
    },
    handler: async (request) => {
      const { id } = request.params
      const { reason } = request.body
      const nowMs = clock.nowMs()
      return await request.db.transaction(async (tx) => {
        const kept = await findAssessment(tx, id)
        if (kept === null) throw new RefusedInput('not-found', noAssessment)
        const row = await declineAssessment(tx, { id, nowMs, reason, by: request.apiClient.id })
        if (row === null) throw new RefusedInput('conflict', hasEnded)
        const personIds = kept.offenderId === null ? [] : [kept.offenderId]
        const about = { kind: 'alteration', subjectId: id, personIds } as const
        await recordAct(tx, actOf(request, nowMs, about))
        return keptBodyOf(row)
      })
    },
  })
}

const hasEnded = 'An order was made with it, or it was declined before.'
