import type { z } from 'zod'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, formatInstantOrNull, instantMs } from '../../schemas/common.ts'
import {
  closedHandOverListSchema,
  closedHandOverSchema,
  handOverBodySchema,
  handOverSchema,
  ownerBodySchema,
  type handOverItemSchema,
} from '../../schemas/desk.ts'
import { listColleagues, seatMsMax } from '../../store/desk/desk-seats.ts'
import {
  itemCountMax,
  listHandOverItems,
  saveOwner,
  type HandOverItem,
} from '../../store/desk/hand-over-items.ts'
import { insertHandOver, listHandOvers, type HandOver } from '../../store/desk/hand-overs.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'
import { organisationOf } from './alert-response.ts'

const roles = ['operator', 'supervisor'] as const

/** What one shift leaves to the next, each with an owner. */
export function registerHandOverRoutes(app: App, deps: RouteDeps): void {
  registerReport(app, deps)
  registerOwners(app, deps)
  registerClosing(app, deps)
}

function registerReport(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/hand-over',
    config: { roles },
    schema: {
      operationId: 'getHandOver',
      tags: ['Alerts'],
      summary: 'Read what the next shift takes over',
      description:
        'What nobody has closed, what is put aside, protection that was made less since the last report or may be heard less, orders that do not protect whole and orders that end within a fortnight; each with whoever looks after it. No positions.',
      response: { 200: handOverSchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const items = await listHandOverItems(request.db, nowMs)
      const colleagues = await listColleagues(deps.machinery, {
        organisationId: organisationOf(request),
        sinceMs: nowMs - seatMsMax,
      })
      return {
        at: formatInstant(nowMs),
        isComplete: items.length < itemCountMax,
        items: items.map(itemBodyOf),
        colleagues: [...colleagues],
      }
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/hand-overs',
    config: { roles },
    schema: {
      operationId: 'listHandOvers',
      tags: ['Alerts'],
      summary: 'List the last twenty reports as they were closed',
      response: { 200: closedHandOverListSchema },
    },
    handler: async (request) => {
      const query = { organisationId: organisationOf(request), limit: shownCount }
      return { items: (await listHandOvers(request.db, query)).map(reportBodyOf) }
    },
  })
}

const shownCount = 20

function registerOwners(app: App, deps: RouteDeps): void {
  app.route({
    method: 'PUT',
    url: '/v1/hand-over/owners',
    config: { roles },
    schema: {
      operationId: 'replaceOwner',
      tags: ['Alerts'],
      summary: 'Give something to be handed over an owner and a plan',
      problems: { 409: 'Somebody else has changed the line since it was read.' },
      body: ownerBodySchema,
      response: { 200: ownerBodySchema },
    },
    handler: async (request) => {
      const nowMs = deps.clock.nowMs()
      const { key, ownerId, basedOn } = request.body
      const plan = request.body.plan?.trim() === '' ? null : request.body.plan
      const colleagues = await listColleagues(deps.machinery, {
        organisationId: organisationOf(request),
        sinceMs: nowMs,
      })
      if (!colleagues.some(({ id }) => id === ownerId)) {
        throw refused([
          { pointer: '/ownerId', detail: 'expected a colleague who may answer alerts' },
        ])
      }
      const basedOnMs = basedOn === null ? null : instantMs(basedOn)
      const organisationId = organisationOf(request)
      const owner = {
        organisationId,
        key,
        ownerId,
        plan,
        by: request.apiClient.id,
        nowMs,
        basedOnMs,
      }
      await request.db.transaction(async (tx) => {
        if (!(await saveOwner(tx, owner)))
          throw new RefusedInput('conflict', 'Somebody else has changed this line meanwhile.')
        const act = { kind: 'alteration', subjectId: ownerId, detail: { item: key } } as const
        await recordAct(tx, actOf(request, nowMs, act))
      })
      return { key, ownerId, plan, basedOn }
    },
  })
}

function registerClosing(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/hand-overs',
    config: { roles },
    schema: {
      operationId: 'createHandOver',
      tags: ['Alerts'],
      summary: 'Close the report of a shift',
      description:
        'What is to be handed over is looked up again: a report with an orphan, with an owner from before, or with something stale without a plan, is not closed, and `errors` names each.',
      body: handOverBodySchema,
      response: { 201: closedHandOverSchema },
    },
    handler: async (request, reply) => {
      const nowMs = deps.clock.nowMs()
      const by = request.apiClient.id
      const organisationId = organisationOf(request)
      const { note } = request.body
      const report = await request.db.transaction(async (tx) => {
        const items = await listHandOverItems(tx, nowMs)
        const faults = items.flatMap(faultsOf)
        if (faults.length > 0) throw refused(faults)
        const id = await insertHandOver(tx, { organisationId, by, note, items, nowMs })
        const act = { kind: 'alteration', subjectId: id, detail: { items: items.length } } as const
        await recordAct(tx, actOf(request, nowMs, act))
        return { id, note, items, byName: nameOf(request.apiClient), atMs: nowMs }
      })
      return await reply.status(201).send(reportBodyOf(report))
    },
  })
}

function nameOf(caller: {
  readonly name: string
  readonly person: { displayName: string } | null
}) {
  return caller.person?.displayName ?? caller.name
}

function faultsOf(item: HandOverItem): readonly ItemFault[] {
  const { key, section, ownerId, isOwnerFromBefore, plan } = item
  if (ownerId === null) return [{ pointer: key, detail: `expected an owner of ${key}, got none` }]
  if (isOwnerFromBefore) {
    return [
      { pointer: key, detail: `expected an owner of ${key} for the next shift, got one of before` },
    ]
  }
  if (section !== 'stale' || plan !== null) return []
  return [
    { pointer: key, detail: `expected a plan for ${key}, which is open for over eight hours` },
  ]
}

type ItemFault = { readonly pointer: string; readonly detail: string }

function refused(faults: readonly ItemFault[]): RefusedInput {
  return new RefusedInput(
    'invalid-request',
    'The shift cannot be handed over like this; see errors.',
    faults.map((fault) => ({ ...fault, code: 'invalid-value' as const })),
  )
}

function itemBodyOf({
  sinceMs,
  changedAtMs,
  ...item
}: HandOverItem): z.infer<typeof handOverItemSchema> {
  return {
    ...item,
    // Reports that were closed before these were kept of a line do not have them.
    act: item.act ?? null,
    isOwnerFromBefore: item.isOwnerFromBefore ?? false,
    since: formatInstantOrNull(sinceMs),
    changedAt: formatInstantOrNull(changedAtMs ?? null),
  }
}

function reportBodyOf({ atMs, items, ...report }: HandOver): z.infer<typeof closedHandOverSchema> {
  return { ...report, at: formatInstant(atMs), items: items.map(itemBodyOf) }
}
