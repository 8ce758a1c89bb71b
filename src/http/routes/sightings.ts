import type pg from 'pg'
import type { z } from 'zod'
import { dayMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema, instantMs } from '../../schemas/common.ts'
import { sightingBodySchema, sightingSchema } from '../../schemas/victim.ts'
import { keepSighting } from '../../store/cases/sightings.ts'
import { findBearer } from '../../store/cases/victims.ts'
import { inTransaction } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { findPerson } from '../../store/registry/registry-rows.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** What a protected person saw: told to the desk by phone, or by their own device. */
export function registerSightingRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/persons/:id/sightings',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'createSighting',
      tags: ['Cases'],
      summary: 'Keep what a protected person saw, and call the desk',
      description: 'Also after the last order that protected them has ended, as a P2 that says so.',
      problems: { 409: 'No order names them as protected, and none did.' },
      params: idParamsSchema,
      body: sightingBodySchema,
      response: { 201: sightingSchema },
    },
    handler: async (request, reply) => {
      const person = await findPerson(request.db, request.params.id)
      if (person?.role !== 'victim') throw new RefusedInput('not-found', 'No victim has this id.')
      reply.code(201)
      return await keep(deps, request, person.id, request.body)
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/sightings',
    config: { roles: ['victim-device'] },
    schema: {
      operationId: 'createOwnSighting',
      tags: ['Intake'],
      summary: 'Say what you saw, from the device that you carry',
      problems: {
        409: 'Nobody carries this device, or no order names them as protected, and none did.',
      },
      body: sightingBodySchema,
      response: { 201: sightingSchema },
    },
    handler: async (request, reply) => {
      const deviceId = request.apiClient.deviceId ?? ''
      const personId = await findBearer(deps.machinery, deviceId, deps.clock.nowMs())
      if (personId === null) throw new RefusedInput('conflict', 'Nobody carries this device now.')
      reply.code(201)
      return await keep(deps, request, personId, request.body)
    },
  })
}

async function keep(
  deps: RouteDeps,
  request: Calling,
  personId: string,
  { kind, note, seenAt }: z.output<typeof sightingBodySchema>,
) {
  const nowMs = deps.clock.nowMs()
  const seenAtMs = instantMs(seenAt)
  refuseWrongTime(seenAtMs, nowMs)
  const keptBy = request.apiClient.id
  const about = { personId, kind, note: note ?? null, seenAtMs }
  const sighting = { ...about, keptBy, nowMs, limits: deps.limits }
  const alertIds = await inTransaction(deps.machinery, async (tx: pg.PoolClient) => {
    const raised = await keepSighting(tx, sighting)
    if (raised.length === 0) {
      throw new RefusedInput('conflict', 'No order names this person as protected, and none did.')
    }
    const entry = { personIds: [personId], alertId: raised[0] ?? null, detail: { kind } }
    await recordAct(tx, actOf(request, nowMs, { kind: 'collection', ...entry }))
    return raised
  })
  deps.alertHub.announce()
  return { alertIds: [...alertIds], at: formatInstant(nowMs) }
}

function refuseWrongTime(seenAtMs: number, nowMs: number): void {
  if (seenAtMs <= nowMs + 60_000 && seenAtMs >= nowMs - 30 * dayMs) return
  const detail = 'expected a time of the last thirty days, got another'
  throw new RefusedInput('invalid-request', 'The body has one fault; see errors.', [
    { pointer: '/seenAt', code: 'invalid-value', detail },
  ])
}
