import { RefusedInput } from '../../errors.ts'
import { idParamsSchema, instantMs } from '../../schemas/common.ts'
import { lookBodySchema } from '../../schemas/incident.ts'
import { personPhoneBodySchema, seatBodySchema } from '../../schemas/response.ts'
import { saveLook } from '../../store/desk/desk-looks.ts'
import { saveSeat } from '../../store/desk/desk-seats.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { savePersonPhone } from '../../store/registry/person-phones.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { organisationOf } from './alert-response.ts'

/** Who sits at the desk with what open, and where people can be called. */
export function registerSeatRoutes(app: App, deps: RouteDeps): void {
  registerSeat(app, deps)
  registerLook(app, deps)
  registerPhone(app, deps)
}

function registerSeat(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/me/seat',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'replaceSeat',
      tags: ['Alerts'],
      summary: 'Say what is open at this seat',
      description:
        'So that two people on one alert see each other. A seat that says nothing for 40 seconds is empty; nothing of it is kept.',
      body: seatBodySchema,
      response: { 200: seatBodySchema },
    },
    handler: async (request) => {
      const { id, name } = request.apiClient
      const isNews = await saveSeat(request.db, {
        personId: id,
        organisationId: organisationOf(request),
        name: request.apiClient.person?.displayName ?? name,
        incidentId: request.body.incidentId,
        seenAtMs: deps.clock.nowMs(),
      })
      if (isNews) deps.doorbell.ring('desk')
      return request.body
    },
  })
}

function registerLook(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/me/looks',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'replaceLook',
      tags: ['Alerts'],
      summary: 'Say that an incident was looked at',
      description:
        'So that no other page or seat of the caller calls it new (`looked` of the list). Only of what is open, and forgotten once it is closed. It is no answer: others are called all the same.',
      body: lookBodySchema,
      response: { 200: lookBodySchema },
    },
    handler: async (request) => {
      const { incidentId, toldAt, rank } = request.body
      // Nobody has seen what is yet to be told.
      const toldAtMs = Math.min(instantMs(toldAt), deps.clock.nowMs())
      const look = { incidentId, toldAtMs, rank }
      await request.db.transaction((tx) =>
        saveLook(tx, { ...look, personId: request.apiClient.id }),
      )
      return request.body
    },
  })
}

function registerPhone(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/persons/:id/phone',
    config: { roles: ['supervisor'] },
    schema: {
      operationId: 'replacePersonPhone',
      tags: ['Registry'],
      summary: 'Say where a person can be called',
      description:
        'Shown to whoever has taken over an alert about them, and nowhere else. Null takes the number away.',
      params: idParamsSchema,
      body: personPhoneBodySchema,
      response: { 200: personPhoneBodySchema },
    },
    handler: async (request) => {
      const { id: personId } = request.params
      const nowMs = deps.clock.nowMs()
      const change = { personId, phone: request.body.phone, by: request.apiClient.id, nowMs }
      await request.db.transaction(async (tx) => {
        if (!(await savePersonPhone(tx, change))) {
          throw new RefusedInput('not-found', 'No person has this id.')
        }
        await recordAct(tx, actOf(request, nowMs, { kind: 'alteration', personIds: [personId] }))
      })
      return request.body
    },
  })
}
