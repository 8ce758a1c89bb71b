import { z } from 'zod'
import { writeAdvice } from '../../assess/advice-page.ts'
import { resolveArea } from '../../assess/resolve-area.ts'
import type { Alternative } from '../../core/enforceability/alternatives.ts'
import {
  assessEnforceability,
  type EnforceabilityAssessment,
} from '../../core/enforceability/enforceability.ts'
import type { NamedAreas } from '../../core/enforceability/named-areas.ts'
import type { EnforceabilityProposal } from '../../core/enforceability/proposal.ts'
import type { TravelModeJudgement } from '../../core/enforceability/warning-time.ts'
import { RefusedInput } from '../../errors.ts'
import { MapFault } from '../../map/map-fault.ts'
import { formatInstant, idParamsSchema, listQuerySchema, pageSchema } from '../../schemas/common.ts'
import {
  adviceQuerySchema,
  enforceabilityBodySchema,
  enforceabilitySchema,
  keptAssessmentSchema,
} from '../../schemas/enforceability.ts'
import { readProposal, type ReadProposal } from '../../schemas/read-proposal.ts'
import {
  findAdvice,
  findAssessment,
  insertAssessment,
  listAssessments,
} from '../../store/enforceability/assessments.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { countReception } from './count-reception.ts'
import { pageOf, readCursor } from './paging.ts'

/** Whether a ban can be enforced, asked before a court imposes it, and the advice about it. */
export function registerEnforceabilityRoutes(app: App, deps: RouteDeps): void {
  registerAsk(app, deps)
  registerRead(app, deps)
  registerList(app)
  registerAdvice(app, deps)
}

function registerAsk(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/enforceability-assessments',
    config: { roles: ['supervisor'], callCost: assessmentCallCost },
    schema: {
      operationId: 'assessEnforceability',
      tags: ['Enforceability'],
      summary: 'Ask whether a proposed ban can be enforced',
      description:
        'A verdict, what can be done in time per way of travelling, every check with its number and the source of its threshold, and a counter-proposal that would do better. What is not known is never taken for in order. With `keep` the answer and its advice are stored; else nothing is.',
      body: enforceabilityBodySchema,
      response: { 200: enforceabilitySchema },
    },
    handler: async (request) => {
      const { keep = false, compare = false, label = 'Locatieverbod', ...asked } = request.body
      const question = findArea(asked, deps.places.areas)
      const { proposal, ringMeters, advisories, faults } = readProposal(question)
      if (proposal === null) {
        throw new RefusedInput('invalid-request', 'The question has faults; see errors.', faults)
      }
      const { limits, places } = deps
      const reception = await countReception(deps, request, asked.offenderId ?? null, proposal)
      const assessment = assessEnforceability({ ...proposal, reception }, limits, places, {
        isComparing: compare,
      })
      const answer = {
        ...answerOf(assessment, ringMeters),
        mapId: places.map?.id ?? null,
        limitsVersion: limits.version,
        advisories: [...advisories],
      }
      if (!keep) return { id: null, ...answer }
      const made = { label, question, answer, proposal, assessment }
      const id = await keepAssessment(deps, request, made)
      return { id, ...answer }
    },
  })
}

function findArea<Asked extends Parameters<typeof resolveArea>[0]>(
  asked: Asked,
  areas: NamedAreas | null,
): Asked {
  try {
    return resolveArea(asked, areas)
  } catch (error) {
    if (!(error instanceof MapFault)) throw error
    const pointer = asked.areaCodes == null ? '/geometry' : '/areaCodes'
    const fault = { pointer, code: 'area', detail: error.message }
    throw new RefusedInput('invalid-request', 'The question has faults; see errors.', [fault])
  }
}

/** Answer, question and both pages in one row, and on record that somebody asked. */
async function keepAssessment(
  { clock, limits, places: { map } }: RouteDeps,
  request: Calling,
  made: {
    readonly label: string
    readonly question: object & { readonly offenderId?: string | null | undefined }
    readonly answer: object
    readonly proposal: EnforceabilityProposal
    readonly assessment: EnforceabilityAssessment
  },
): Promise<string> {
  const { label, proposal, assessment, question, answer } = made
  const nowMs = clock.nowMs()
  const day = formatInstant(nowMs).slice(0, 10)
  const limitsVersion = limits.version
  const advice = { label, proposal, assessment, map, limitsVersion, day }
  const personIds = question.offenderId == null ? [] : [question.offenderId]
  const act = actOf(request, nowMs, { kind: 'collection', personIds })
  return await request.db.transaction(async (tx) => {
    const id = await insertAssessment(tx, {
      organisationId: act.organisationId,
      label,
      madeAtMs: nowMs,
      madeBy: { kind: act.by.kind, id: request.apiClient.id },
      question,
      answer,
      mapId: map?.id ?? null,
      limitsVersion,
      adviceCourt: writeAdvice(advice, 'court'),
      adviceFile: writeAdvice(advice, 'file'),
      offenderId: question.offenderId ?? null,
    })
    await recordAct(tx, { ...act, subjectId: id })
    return id
  })
}

function registerRead(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/enforceability-assessments/:id',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getEnforceabilityAssessment',
      tags: ['Enforceability'],
      summary: 'Read an assessment that was kept, as it was answered',
      description:
        'By the thresholds and the map of its day, whatever has changed since. It holds what was measured from the door of the victim: that it was read is recorded before it is answered.',
      params: idParamsSchema,
      response: { 200: enforceabilitySchema },
    },
    handler: async (request) => {
      const kept = await findAssessment(request.db, request.params.id)
      if (kept === null) throw new RefusedInput('not-found', noAssessment)
      await recordReading(deps, request, kept, 'assessment')
      return enforceabilitySchema.parse({ id: kept.id, ...kept.answer })
    },
  })
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
      return pageOf(rows, limit, ({ madeAt, ...row }) => ({
        ...row,
        madeAt: formatInstant(madeAt.getTime()),
      }))
    },
  })
}

function registerAdvice(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/enforceability-assessments/:id/advice',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'getEnforceabilityAdvice',
      tags: ['Enforceability'],
      summary: 'The advice to the court as a page to read and print',
      description:
        'In Dutch, with a map of its own; it loads nothing. The edition for the court shows where the victim lives: that it was read is recorded before it is answered.',
      params: idParamsSchema,
      querystring: adviceQuerySchema,
      response: { 200: { content: { 'text/html': { schema: z.string() } } } },
    },
    handler: async (request, reply) => {
      const { id } = request.params
      const { edition } = request.query
      const advice = await findAdvice(request.db, id, edition)
      if (advice === null) throw new RefusedInput('not-found', noAssessment)
      if (advice.isErased) throw new RefusedInput('not-found', erasedAdvice)
      const about = { id, offenderId: advice.offenderId }
      await recordReading(deps, request, about, `advice, edition for the ${edition}`)
      return await reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', advicePolicy)
        .header('cache-control', 'no-store')
        .send(advice.page)
    },
  })
}

async function recordReading(
  { clock }: RouteDeps,
  request: Calling,
  { id, offenderId }: { readonly id: string; readonly offenderId: string | null },
  reason: string,
): Promise<void> {
  const about = { subjectId: id, personIds: offenderId === null ? [] : [offenderId], reason }
  const act = actOf(request, clock.nowMs(), { kind: 'consultation', ...about })
  await recordAct(request.db, act)
}

const erasedAdvice =
  'The order that this assessment was for has ended long ago: its pages, which say where people live, were erased.'
const noAssessment = 'No assessment that was kept has this id.'

/** Its own styles, and nothing else at all. */
const advicePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

function answerOf(assessment: EnforceabilityAssessment, ringMeters: ReadProposal['ringMeters']) {
  const { counterProposal: counter, perTravelMode, checks, notAssessed, alternatives } = assessment
  return {
    ...assessment,
    perTravelMode: perTravelMode.map(answerMode),
    checks: checks.map((check) => ({ ...check })),
    notAssessed: [...notAssessed],
    alternatives: alternatives.map((one) => answerAlternative(one, ringMeters)),
    corridors: assessment.corridors.map((corridor) => ({ ...corridor })),
    counterProposal:
      counter === null
        ? null
        : { ...counter, approachMeters: counter.approachMeters + ringMeters(counter) },
  }
}

function answerAlternative(one: Alternative, ringMeters: ReadProposal['ringMeters']) {
  return {
    ...one,
    // As in an order: counted from the person.
    approachMeters:
      one.approachMeters + (one.kind === 'moving' ? (one.separationMeters ?? 0) : ringMeters(one)),
    areaCodes: [...one.areaCodes],
    areaNames: [...one.areaNames],
    red: [...one.red],
    perTravelMode: one.perTravelMode.map(({ mode, canDo }) => ({ mode, canDo })),
  }
}

/** Longer than was searched for is told as null: JSON knows no infinity. The way itself is hers. */
function answerMode({ byRoad, decidingSeconds, ...mode }: TravelModeJudgement) {
  return {
    ...mode,
    decidingSeconds: orNull(decidingSeconds),
    byRoad:
      byRoad === null
        ? null
        : {
            usualSeconds: orNull(byRoad.usualSeconds),
            fastestSeconds: orNull(byRoad.fastestSeconds),
            crossingCount: byRoad.crossingCount,
            enoughCount: byRoad.enoughCount,
          },
  }
}

function orNull(seconds: number): number | null {
  return seconds === Infinity ? null : seconds
}

/** One with many vertices keeps everybody else waiting for up to 80 ms. */
const assessmentCallCost = 50
