import type { FastifyReply } from 'fastify'
import { widenToCells } from '../answers/coarse-cell.ts'
import type { z } from 'zod'
import type { Box } from '../../../geo/box-index.ts'
import type { BanInForce } from '../../core/rules/bans-in-force.ts'
import {
  areaSearchBodySchema,
  foundLocationBansSchema,
  foundSightingsSchema,
} from '../../schemas/area-search.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import { insertAccess, type Access } from '../../store/alerts/access-log.ts'
import { findSightingsIn, type FoundSighting } from '../../store/evaluator/latest-sightings.ts'
import type { CallerRole } from '../../core/model/contract-words.ts'
import type { Db } from '../../store/pg/pool.ts'
import { findSeenOrderIds } from '../../store/registry/protection-orders.ts'
import { contentCrs } from '../answers/order-answer.ts'
import { banAreaOf } from '../../schemas/protection-order-answer.ts'
import type { App } from '../door/app-type.ts'
import { findCoarseSightings } from '../orders/coarse-sightings.ts'
import { createBanDirectory } from '../orders/ban-directory.ts'
import { actorOf, doorOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import { findDetectionStanding } from './detection-standing.ts'

/**
 * Questions by area. They are POST, because an area says where somebody is looked for, and
 * addresses are logged on the way.
 */
export function registerAreaSearchRoutes(app: App, deps: RouteDeps): void {
  registerBanSearch(app, deps)
  registerSightingSearch(app, deps)
}

function registerBanSearch(app: App, deps: RouteDeps): void {
  const directory = createBanDirectory(deps)
  app.route({
    method: 'POST',
    url: '/v1/location-bans/_search',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'searchLocationBans',
      tags: ['Protection orders'],
      summary: 'Find the location bans in force that touch an area',
      description:
        'By id. In force: the order is active and within its validity, and the schedule of the ban is open now. An area may show where a victim lives, so it is shown to a supervisor only, and an operator finds it by whole squares of 5 km; whose orders were found by whom is recorded before they are answered.',
      body: areaSearchBodySchema,
      response: { 200: foundLocationBansSchema },
    },
    handler: async (request, reply) => {
      const { bbox, limit } = request.body
      const { role } = request.apiClient
      const asked = boxOf(bbox)
      const touching = await keepSeen(
        request.db,
        await directory.findTouching(role === 'supervisor' ? asked : widenToCells(asked)),
      )
      const found = touching.slice(0, limit)
      await recordAccess(deps, request, reply, {
        action: role === 'supervisor' ? 'read-ban-areas' : 'search-location-bans',
        personIds: found.flatMap(peopleOf),
      })
      reply.header('content-crs', contentCrs)
      return {
        items: found.map((ban) => banAnswer(ban, role)),
        truncated: touching.length > limit,
      }
    },
  })
}

function registerSightingSearch(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sightings/_search',
    config: { roles: ['supervisor', 'operator'] },
    schema: {
      operationId: 'searchSightings',
      tags: ['Persons'],
      summary: 'Find the people under supervision who were last seen in an area',
      description:
        'Offenders with an order in force, by their latest believed position, the latest first. Victims are never found. To an operator they are shown by a square of 5 km and the hour: beside the time of an alert the place would say where the protected person is, or the border of an area about a home. Somebody who is not found may be there all the same: not seen for a while, or not believed. Whose positions were read by whom is recorded before they are answered.',
      body: areaSearchBodySchema,
      response: { 200: foundSightingsSchema },
    },
    handler: async (request, reply) => {
      const { bbox, limit } = request.body
      const nowMs = deps.clock.nowMs()
      // Asked first: it may say less than the sightings show, and never more.
      const { isBehind, judgedAtMs } = await findDetectionStanding(deps)
      const isCoarse = request.apiClient.role !== 'supervisor'
      const box = boxOf(bbox)
      const { found: rows, unreadableCount } = isCoarse
        ? await findCoarseSightings(request.db, box, nowMs)
        : await findSightingsIn(request.db, { box, nowMs, limit: limit + 1 })
      const found = rows.slice(0, limit)
      await recordAccess(deps, request, reply, {
        action: 'read-sightings',
        personIds: found.map(({ personId }) => personId),
      })
      reply.header('content-crs', contentCrs)
      return {
        items: found.map((sighting) => sightingAnswer(sighting, nowMs)),
        truncated: rows.length > limit,
        unreadableCount,
        judgedAt: formatInstantOrNull(judgedAtMs),
        detectionBehind: isBehind,
      }
    },
  })
}

/** The tree is of all orders; whose are shown is for the database to say. */
async function keepSeen(db: Db, found: readonly BanInForce[]): Promise<readonly BanInForce[]> {
  const seen = await findSeenOrderIds(
    db,
    found.map(({ order }) => order.id),
  )
  return found.filter(({ order }) => seen.has(order.id))
}

function boxOf([west, south, east, north]: z.output<typeof areaSearchBodySchema>['bbox']): Box {
  return { west, south, east, north }
}

/** Without anybody found there is nobody whose place was read. */
async function recordAccess(
  deps: RouteDeps,
  request: Calling,
  reply: FastifyReply,
  access: Pick<Access, 'action' | 'personIds'>,
): Promise<void> {
  if (access.personIds.length === 0) return
  const personIds = [...new Set(access.personIds)]
  await deps.caseWalks.countFound(request, reply, personIds)
  const nowMs = deps.clock.nowMs()
  await insertAccess(request.db, {
    ...access,
    personIds,
    organisationId: request.apiClient.organisationId,
    by: actorOf(request),
    door: doorOf(request),
    alertId: null,
    protectionOrderId: null,
    reason: 'search of an area',
    nowMs,
  })
}

/**
 * A banned area says where the offender may not be, and where those whom the
 * order protects may be found.
 */
function peopleOf({ order }: BanInForce): readonly string[] {
  return [order.offenderId, ...order.proximityBans.map(({ victimId }) => victimId)]
}

function banAnswer({ id, order, ban }: BanInForce, role: CallerRole) {
  const area = role === 'supervisor' ? banAreaOf(ban.area) : {}
  return {
    id,
    label: ban.label,
    protectionOrderId: order.id,
    offenderId: order.offenderId,
    validFrom: formatInstant(order.validFromMs),
    validUntil: formatInstant(order.validUntilMs),
    geometry: null,
    circle: null,
    ...area,
  }
}

function sightingAnswer(sighting: FoundSighting, nowMs: number) {
  const { personId, reference, recordedAtMs, longitude, latitude, accuracyMeters } = sighting
  return {
    personId,
    reference,
    recordedAt: formatInstant(recordedAtMs),
    ageSeconds: Math.max(0, Math.round((nowMs - recordedAtMs) / 1000)),
    longitude,
    latitude,
    accuracyMeters,
  }
}
