import { dayMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { trainingBodySchema, trainingSchema, trainingsSchema } from '../../schemas/case.ts'
import { formatInstant, idParamsSchema, instantMs } from '../../schemas/common.ts'
import { insertTraining, listTrainings, type Training } from '../../store/cases/screenings.ts'
import { inTransaction } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { readStaff, refuseOneself } from './staff-reach.ts'

/** Who was trained for which instrument, until when. Nobody says it of themselves. */
export function registerStaffTrainingRoutes(app: App, deps: RouteDeps): void {
  registerKeeping(app, deps)
  registerListing(app, deps)
}

function registerKeeping(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/staff/:id/trainings',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'createTraining',
      tags: ['Staff'],
      summary: 'Keep that somebody was trained for an instrument',
      problems: { 409: 'It is yourself.' },
      params: idParamsSchema,
      body: trainingBodySchema,
      response: { 201: trainingSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const { instrument } = request.body
      const [trainedAtMs, validUntilMs] = [
        instantMs(request.body.trainedAt),
        instantMs(request.body.validUntil),
      ]
      const isEndWrong =
        validUntilMs <= trainedAtMs || validUntilMs > trainedAtMs + validDaysMax * dayMs
      if (trainedAtMs > nowMs || isEndWrong) throw wrongTimes()
      const made = await inTransaction(deps.machinery, async (tx) => {
        const staff = await readStaff(tx, request)
        refuseOneself(request, staff)
        const kept = await insertTraining(tx, {
          staffId: staff.id,
          instrument,
          trainedAtMs,
          validUntilMs,
          keptBy: request.apiClient.id,
          keptAtMs: nowMs,
        })
        const about = { subjectId: staff.id, detail: { instrument } }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', ...about }))
        return kept
      })
      if (made === null) throw new RefusedInput('not-found', 'Nobody has this id.')
      reply.code(201)
      return bodyOf(made)
    },
  })
}

function registerListing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/staff/:id/trainings',
    config: { roles: ['administrator'] },
    schema: {
      operationId: 'listTrainings',
      tags: ['Staff'],
      summary: 'List what somebody was trained for',
      params: idParamsSchema,
      response: { 200: trainingsSchema },
    },
    handler: async (request) => {
      const staff = await readStaff(deps.machinery, request)
      return { items: (await listTrainings(deps.machinery, staff.id)).map(bodyOf) }
    },
  })
}

/** No training lasts longer without being followed anew: five years. */
const validDaysMax = 1_827

function wrongTimes(): RefusedInput {
  const detail =
    'expected a day that has been and an end within five years after it, got other times'
  return new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/validUntil', code: 'invalid-value', detail },
  ])
}

function bodyOf(row: Training) {
  return {
    id: row.id,
    staffId: row.staffId,
    instrument: 'sash' as const,
    trainedAt: formatInstant(row.trainedAtMs),
    validUntil: formatInstant(row.validUntilMs),
    keptBy: row.keptBy,
  }
}
