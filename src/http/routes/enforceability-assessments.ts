import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { AssessAnswer, AssessTask } from '../../assess/answering/answer-question.ts'
import { AssessorBusy } from '../../assess/answering/assessor.ts'
import { defaultLimits } from '../../core/model/limits.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema } from '../../schemas/common.ts'
import { enforceabilityBodySchema, enforceabilitySchema } from '../../schemas/enforceability.ts'
import { adviceQuerySchema } from '../../schemas/kept-assessment.ts'
import {
  assessProposed,
  findAdvice,
  findAssessment,
  insertAssessment,
  notAssessed,
} from '../../store/enforceability/assessments.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { printedPolicy } from '../door/headers.ts'
import type { RouteDeps } from '../route-deps.ts'
import { answerInLines } from './answer-in-lines.ts'
import { readPositions } from './read-positions.ts'

/** Whether a ban can be enforced, asked before a court imposes it, and the advice about it. */
export function registerEnforceabilityRoutes(app: App, deps: RouteDeps): void {
  registerAsk(app, deps)
  registerFollow(app, deps)
  registerRead(app, deps)
  registerAdvice(app, deps)
}

function registerAsk(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/enforceability-assessments',
    config: { roles: ['supervisor'], callCost: assessmentCallCost, valueCountMax },
    schema: {
      operationId: 'assessEnforceability',
      tags: ['Enforceability'],
      summary: 'Ask whether a proposed ban can be enforced',
      description:
        'A verdict, what can be done in time per way of travelling, every check with its number and the source of its threshold, and a counter-proposal that would do better. What is not known is never taken for in order. With `keep` the answer and its advice are stored; else nothing is.',
      problems: {
        409: 'What `proposedId` names is assessed already, declined, or about somebody else.',
      },
      body: enforceabilityBodySchema,
      response: { 200: enforceabilitySchema },
    },
    handler: async (request, reply) => await workOut(deps, request, signalOf(reply), () => {}),
  })
}

/** What takes seconds, for whoever wants to see how far it is, or to stop it. */
function registerFollow(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/enforceability-assessments/_follow',
    config: { roles: ['supervisor'], callCost: assessmentCallCost, valueCountMax },
    schema: {
      operationId: 'followEnforceabilityAssessment',
      tags: ['Enforceability'],
      summary: 'Ask the same, and hear how far the answer is',
      description:
        'A line of JSON each: `{"percent":12}` while it is worked out, and at last `{"answer":…}`, which is that of `POST /v1/enforceability-assessments`, or `{"problem":…}`. For `measure`, `compare`, `keep` and `offenderId`, which take seconds. Whoever closes the connection before it is stored stops the work, and nothing is kept; what was stored is in the list.',
      problems: {
        409: 'What `proposedId` names is assessed already, declined, or about somebody else.',
      },
      body: enforceabilityBodySchema,
      produces: ['application/x-ndjson'],
      response: { 200: z.string().describe('Lines of JSON.') },
    },
    handler: async (request, reply) => {
      const leaving = signalOf(reply)
      const lines = answerInLines(
        (onStep) => workOut(deps, request, leaving, onStep),
        (error) => {
          if (!leaving.aborted) deps.log.error({ err: error }, 'an answer in lines failed')
        },
      )
      // What is refused at once is refused with its status.
      const first = await lines.next()
      reply.header('content-type', 'application/x-ndjson; charset=utf-8')
      reply.header('x-accel-buffering', 'no')
      return reply.send(Readable.from(startWith(first.value ?? '', lines)) as unknown as string)
    },
  })
}

async function* startWith(first: string, rest: AsyncIterable<string>) {
  yield first
  yield* rest
}

type Asked = Calling & { readonly body: z.output<typeof enforceabilityBodySchema> }

async function workOut(
  deps: RouteDeps,
  request: Asked,
  leaving: AbortSignal,
  onStep: (percent: number) => void,
) {
  const {
    keep = false,
    compare = false,
    measure = false,
    proposedId = null,
    ...rest
  } = request.body
  if (proposedId !== null) await refuseUnproposed(request, proposedId, keep)
  const { label = 'Locatieverbod', ...question } = rest
  const day = formatInstant(deps.clock.nowMs()).slice(0, 10)
  const task = {
    question,
    isComparing: compare,
    isMeasuring: measure,
    kept: keep ? { label, day } : null,
    positions: await readPositions(deps, request, question.offenderId ?? null),
  }
  const made = await answer(deps, task, leaving, onStep)
  if (made.pages === null) return { id: null, ...made.answer }
  const keeping = { label, proposedId }
  const id = await keepAssessment(deps, request, keeping, { ...made, pages: made.pages }, leaving)
  return { id, ...made.answer }
}

/** Before what takes seconds; what comes between is found when it is kept. */
async function refuseUnproposed(request: Calling, id: string, isKept: boolean): Promise<void> {
  const found = await findAssessment(request.db, id)
  const isProposed = found?.verdict === notAssessed && found.declinedAtMs === null
  if (isKept && isProposed) return
  if (isKept && found !== null) throw new RefusedInput('conflict', assessedAlready)
  const detail = isKept ? noAssessment : 'expected `keep` with it, got none'
  throw new RefusedInput('invalid-request', 'The question has one fault; see errors.', [
    { pointer: isKept ? '/proposedId' : '/keep', code: 'invalid-value', detail },
  ])
}

const assessedAlready =
  'It was assessed or declined meanwhile, or was proposed about somebody else.'

/** Whoever has gone is not answered: what they asked about is left off. */
function signalOf({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const leaving = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) leaving.abort()
  })
  return leaving.signal
}

async function answer(
  { assessor }: RouteDeps,
  task: AssessTask,
  leaving: AbortSignal,
  onStep: (percent: number) => void,
) {
  try {
    const made = await assessor.assess(task, leaving, onStep)
    if (!('faults' in made)) return made
    throw new RefusedInput('invalid-request', 'The question has faults; see errors.', made.faults)
  } catch (error) {
    if (!(error instanceof AssessorBusy)) throw error
    throw new RefusedInput('unavailable', busy, [], retrySeconds)
  }
}

const busy = 'Too many questions about bans wait for an answer already.'
const retrySeconds = 10

/** Answer, question and both pages in one row, and on record that somebody asked. */
async function keepAssessment(
  { clock, limits, places: { map } }: RouteDeps,
  request: Calling,
  { label, proposedId }: { readonly label: string; readonly proposedId: string | null },
  { question, answer, pages }: KeptAnswer,
  leaving: AbortSignal,
): Promise<string> {
  leaving.throwIfAborted()
  const nowMs = clock.nowMs()
  const personIds = question.offenderId == null ? [] : [question.offenderId]
  const act = actOf(request, nowMs, { kind: 'collection', personIds })
  return await request.db.transaction(async (tx) => {
    const kept = {
      organisationId: act.organisationId,
      label,
      madeAtMs: nowMs,
      madeBy: { kind: act.by.kind, id: request.apiClient.id },
      question,
      answer,
      mapId: map?.id ?? null,
      limitsVersion: limits.version,
      adviceCourt: pages.court,
      adviceFile: pages.file,
      offenderId: question.offenderId ?? null,
    }
    if (proposedId !== null && !(await assessProposed(tx, proposedId, kept)))
      throw new RefusedInput('conflict', assessedAlready)
    const id = proposedId ?? (await insertAssessment(tx, kept))
    await recordAct(tx, { ...act, subjectId: id })
    // Whoever has gone would not know that it is there: nothing of it is committed.
    leaving.throwIfAborted()
    return id
  })
}

type Made = Exclude<AssessAnswer, { readonly faults: unknown }>
type KeptAnswer = Made & { readonly pages: NonNullable<Made['pages']> }

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
      if (kept.verdict === notAssessed) throw new RefusedInput('not-found', neverAssessed)
      await recordReading(deps, request, kept, 'assessment')
      return enforceabilitySchema.parse({ id: kept.id, ...kept.answer })
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
      if (advice.page === '' && !advice.isErased) throw new RefusedInput('not-found', neverAssessed)
      if (advice.isErased) throw new RefusedInput('not-found', erasedAdvice)
      const about = { id, offenderId: advice.offenderId }
      await recordReading(deps, request, about, `advice, edition for the ${edition}`)
      return await reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', printedPolicy)
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
const neverAssessed = 'This was proposed without an assessment: there is nothing to read.'
export const noAssessment = 'No assessment that was kept has this id.'

/** Its own styles, and nothing else at all. */

/** One with many vertices takes up to 80 ms of a thread that answers everybody. */
const assessmentCallCost = 50

/** A corner is a list and two commas, and some write a height behind it. */
const valueCountMax = 4 * defaultLimits.verticesPerBanMax + 5_000
