import { mergeSteps } from '../../core/model/merge-steps.ts'
import { planResponse, findOffer, findRoundMs, findTicks } from '../../core/model/plan-response.ts'
import { protocolDefault, protocolSets } from '../../core/model/protocol-sets.ts'
import { findSteps, type Protocol, type ProtocolStep } from '../../core/model/protocol.ts'
import { RefusedInput } from '../../errors.ts'
import { idParamsSchema } from '../../schemas/common.ts'
import { responseSchema } from '../../schemas/response.ts'
import { findAlert, type AlertRow } from '../../store/alerts/alerts.ts'
import { findPairStandings, nobodysStanding } from '../../store/alerts/pair-standing.ts'
import { listActs, type ActRow } from '../../store/desk/desk-acts.ts'
import { listColleagues, seatMsMax } from '../../store/desk/desk-seats.ts'
import { findRiskAt } from '../../store/cases/risk-profiles.ts'
import { findProtocolOf } from '../../store/desk/protocols.ts'
import type { Db } from '../../store/pg/pool.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { listPhonesOf, type PersonPhone } from '../../store/registry/person-phones.ts'
import { isShownWhole } from '../answers/alert-disclosure.ts'
import { actBodyOf, offerBodyOf, stepBodyOf } from '../answers/response-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import type { RouteDeps } from '../route-deps.ts'

/** What to do about an alert, and what was done. */
export function registerAlertResponseRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/alerts/:id/response',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'getAlertResponse',
      tags: ['Alerts'],
      summary: 'Read what to do about an alert',
      description:
        'The steps of the response protocol that held when the alert was put in front of people, in the order in which they are to be done, with their clocks and what came of them; and everything that people did. ' +
        'Numbers of persons are answered to whoever has taken the alert over, and to a supervisor; that reading is recorded.',
      params: idParamsSchema,
      response: { 200: responseSchema },
    },
    handler: async (request) => {
      const detail = await findAlert(request.db, request.params.id)
      if (detail === null) throw new RefusedInput('not-found', 'No alert has this id.')
      return await answerResponse(deps, request, detail.alert)
    },
  })
}

/** The steps of an alert, by the protocol that held when its round began, and where they stand. */
export async function readPlan(
  db: Db,
  request: Calling,
  alert: AlertRow,
  acts: readonly ActRow[],
): Promise<ResponsePlan> {
  const roundMs = findRoundMs(alert.raisedAtMs, acts)
  const organisationId = organisationOf(request)
  const found = await findProtocolOf(db, { id: alert.id, organisationId, atMs: roundMs })
  const own = found?.protocol ?? protocolDefault
  const set = await findAddedSet(db, alert, roundMs)
  const ownSteps = findSteps(own, alert)
  const steps = set === null ? ownSteps : mergeSteps(ownSteps, findSteps(set, alert))
  // The numbers to dial are those of the organisation.
  const protocol = set === null ? own : { ...own, name: `${own.name} + ${set.name}` }
  const ticks = findTicks(acts, roundMs)
  const planned = planResponse(steps, ticks, roundMs)
  return { protocol, version: found?.version ?? 0, steps, ticks, planned, roundMs }
}

/** What the risk profile that the case had then adds to the steps of the organisation. */
async function findAddedSet(
  db: Db,
  { protectionOrderId }: AlertRow,
  atMs: number,
): Promise<Protocol | null> {
  if (protectionOrderId === null) return null
  const name = (await findRiskAt(db, protectionOrderId, atMs))?.protocol ?? null
  return name === null ? null : protocolSets[name]
}

export type ResponsePlan = {
  readonly protocol: Protocol
  readonly version: number
  readonly steps: readonly ProtocolStep[]
  readonly ticks: ReturnType<typeof findTicks>
  readonly planned: ReturnType<typeof planResponse>
  readonly roundMs: number
}

export function organisationOf({ apiClient }: Pick<Calling, 'apiClient'>): string {
  return apiClient.organisationId
}

async function answerResponse(deps: RouteDeps, request: Calling, alert: AlertRow) {
  const { db } = request
  const { machinery, clock } = deps
  const acts = await listActs(db, alert.id)
  const plan = await readPlan(db, request, alert, acts)
  const phones = await readPhones(deps, request, alert)
  const isExact = alert.status !== 'closed' || (await isWhole(machinery, request, alert))
  const colleagues = await listColleagues(machinery, {
    organisationId: organisationOf(request),
    sinceMs: clock.nowMs() - seatMsMax,
  })
  const nameOf = (id: string | null): string | null =>
    colleagues.find((one) => one.id === id)?.name ??
    acts.find((one) => one.by === id)?.byName ??
    null
  const context = { phones, contacts: plan.protocol.contacts, isExact }
  return {
    protocolVersion: plan.version,
    protocolName: plan.protocol.name,
    contacts: plan.protocol.contacts,
    steps: plan.planned.map((one) => stepBodyOf(one, acts, context)),
    acts: acts.flatMap((one) => actBodyOf(one, isExact) ?? []),
    offer: offerBodyOf(findOffer(acts), nameOf),
    colleagues: colleagues.filter(({ id }) => id !== request.apiClient.id),
  }
}

async function isWhole(pool: Db, { apiClient }: Calling, alert: AlertRow): Promise<boolean> {
  const standing = (await findPairStandings(pool, [alert.id])).get(alert.id) ?? nobodysStanding
  return isShownWhole(standing, { id: apiClient.id, role: apiClient.role, place: 'detail' })
}

/** Null: not for this caller. Who can be called where is read by whoever is to call. */
async function readPhones(
  { clock }: RouteDeps,
  request: Calling,
  alert: AlertRow,
): Promise<readonly PersonPhone[] | null> {
  const { id, role } = request.apiClient
  const isHandling = alert.status === 'acknowledged' && alert.acknowledgedBy === id
  if (alert.status === 'closed' || (role !== 'supervisor' && !isHandling)) return null
  const phones = await listPhonesOf(request.db, alert.id)
  if (phones.length > 0) {
    await recordAct(
      request.db,
      actOf(request, clock.nowMs(), {
        kind: 'consultation',
        personIds: [...new Set(phones.map(({ personId }) => personId))],
        alertId: alert.id,
        protectionOrderId: alert.protectionOrderId,
        reason: 'handling of an alert',
      }),
    )
  }
  return phones
}
