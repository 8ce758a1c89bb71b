import type pg from 'pg'
import type { z } from 'zod'
import type { AlertKind } from '../../core/model/alert.ts'
import { findOffer } from '../../core/model/plan-response.ts'
import { minuteMs } from '../../core/model/units.ts'
import { RefusedInput } from '../../errors.ts'
import { formatInstant, idParamsSchema, instantMs } from '../../schemas/common.ts'
import { actAnswerSchema, actBodySchema } from '../../schemas/response.ts'
import { acknowledgeAlert } from '../../store/alerts/alert-actions.ts'
import type { AlertRow } from '../../store/alerts/alerts.ts'
import {
  findActByKey,
  handOver,
  holdForAct,
  insertAct,
  listActs,
  tellAskedFor,
  type ActRow,
} from '../../store/desk/desk-acts.ts'
import { listColleagues, seatMsMax } from '../../store/desk/desk-seats.ts'
import { saveShelving } from '../../store/desk/shelvings.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actBodyOf } from '../answers/response-answer.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { App } from '../door/app-type.ts'
import { refuseAnswerToOwnTask } from '../proposals/propose-answer.ts'
import type { RouteDeps } from '../route-deps.ts'
import { organisationOf, readPlan } from './alert-response.ts'

/** What people do with an alert beside answering it. Each act is in its history. */
export function registerDeskActRoutes(app: App, deps: RouteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/alerts/:id/acts',
    config: { roles: ['operator', 'supervisor'] },
    schema: {
      operationId: 'createDeskAct',
      tags: ['Alerts'],
      summary: 'Tick a step, note, call somebody out, hand over, or put aside',
      description:
        'Two people may do the same at once: both acts are in the history, and the second one is told (`before`). ' +
        'A note is taken of a closed alert too: what somebody has typed is never lost. ' +
        'Handing over takes two people: `offered` by whoever has the alert, `handed-over` by whoever takes it. ' +
        'Putting aside (`shelved`) takes the alert over and brings it back in half an hour at most; a P1 about two people is never put aside.',
      problems: { 409: 'The alert is closed, or not in the hands that this needs.' },
      params: idParamsSchema,
      body: actBodySchema,
      response: { 201: actAnswerSchema },
    },
    handler: async (request, reply) => {
      const act: Asked = { ...request.body, alertId: request.params.id, nowMs: deps.clock.nowMs() }
      const done = await request.db.transaction((tx) => doAct(tx, request, act, deps))
      deps.doorbell.ring('desk')
      deps.alertHub.announce()
      return await reply.status(201).send(done)
    },
  })
}

type Asked = z.infer<typeof actBodySchema> & { readonly alertId: string; readonly nowMs: number }
type Answered = z.infer<typeof actAnswerSchema>

async function doAct(
  tx: pg.PoolClient,
  request: Calling,
  act: Asked,
  deps: ActDeps,
): Promise<Answered> {
  const alert = await holdForAct(tx, act.alertId, act.kind)
  if (alert === null) throw new RefusedInput('not-found', 'No alert has this id.')
  const known = await findActByKey(tx, act.key)
  const { id: actor } = request.apiClient
  if (known !== null) {
    const isSame = known.alertId === alert.id && known.by === actor && known.kind === act.kind
    const body = isSame ? actBodyOf(known) : null
    if (body === null) throw usedKey()
    return { act: body, before: null }
  }
  const acts = await listActs(tx, alert.id)
  const before = await check(tx, { request, alert, act, acts, deps })
  const detail = detailOf(act, doneMsOf(act, alert))
  const note = act.note ?? null
  if (!(await insertAct(tx, { ...act, actor, note, detail }))) throw usedKey()
  if (act.kind === 'escalated') await tellAskedFor(tx, alert, act)
  if (act.kind === 'shelved') await shelve(tx, request, act, deps)
  if (act.kind === 'handed-over') await handOver(tx, alert, actor)
  await recordAct(
    tx,
    actOf(request, act.nowMs, {
      kind: 'alteration',
      alertId: alert.id,
      protectionOrderId: alert.protectionOrderId,
      personIds: [alert.offenderId, alert.victimId].filter((id) => id !== null),
      // The note stays with the alert, as it may name people.
      detail: { act: act.kind, ...detail },
    }),
  )
  const made = (await listActs(tx, alert.id)).findLast(
    (one) => one.by === actor && one.kind === act.kind,
  )
  const body = made === undefined ? null : actBodyOf(made)
  if (body === null) throw new Error('expected the act that was inserted, got none')
  return { act: body, before: before === null ? null : actBodyOf(before) }
}

type Context = {
  readonly request: Calling
  readonly alert: AlertRow
  readonly act: Asked
  readonly acts: readonly ActRow[]
  readonly deps: ActDeps
}

type ActDeps = Pick<RouteDeps, 'limits' | 'machinery'>

function usedKey(): RefusedInput {
  return new RefusedInput('conflict', 'The key was used for another act.')
}

/** Throws where it may not be; else the same act of somebody else, which the second is told. */
async function check(tx: pg.PoolClient, context: Context): Promise<ActRow | null> {
  const { request, alert, act, acts } = context
  if (act.kind === 'note') return null
  if (alert.status === 'closed') throw closed(alert)
  switch (act.kind) {
    case 'step':
      return await checkStep(tx, context, act)
    case 'escalated': {
      const isSame = ({ kind, by, atMs, detail }: ActRow): boolean =>
        kind === 'escalated' &&
        by !== null &&
        by !== request.apiClient.id &&
        detail?.['target'] === act.target &&
        atMs >= alert.toldAtMs
      return acts.findLast(isSame) ?? null
    }
    case 'offered':
      await checkOffer(context, act.to)
      return null
    case 'handed-over':
      checkTaking(context)
      await refuseAnswerToOwnTask(tx, { alertId: alert.id, actor: request.apiClient.id }, false)
      return null
    case 'shelved':
      checkShelving(context)
      return null
  }
}

async function checkStep(
  tx: pg.PoolClient,
  { request, alert, acts }: Context,
  { step: key, outcome }: Extract<Asked, { kind: 'step' }>,
): Promise<ActRow | null> {
  const { steps, ticks } = await readPlan(tx, request, alert, acts)
  const step = steps.find((one) => one.key === key)
  if (step === undefined) throw refused('/step', 'expected a step of the protocol of this alert')
  if (!step.outcomes.includes(outcome)) {
    throw refused('/outcome', `expected one of ${step.outcomes.join(', ')}`)
  }
  const last = ticks.findLast((tick) => tick.step === key && tick.outcome !== 'no-answer')
  if (last === undefined || last.by === request.apiClient.id) return null
  return acts.find((one) => one === last.event) ?? null
}

async function checkOffer(context: Context, to: string): Promise<void> {
  const { request, alert, act } = context
  const { id, role } = request.apiClient
  if (alert.status !== 'acknowledged') {
    throw new RefusedInput('conflict', 'Nobody has this alert: take it over first.')
  }
  if (alert.acknowledgedBy !== id && role !== 'supervisor') {
    throw new RefusedInput('conflict', 'Somebody else has this alert, and may hand it over.')
  }
  const organisationId = organisationOf(request)
  const colleagues = await listColleagues(context.deps.machinery, {
    organisationId,
    sinceMs: act.nowMs - seatMsMax,
  })
  const isColleague = colleagues.some((one) => one.id === to)
  if (!isColleague || to === alert.acknowledgedBy) throw refused('/to', 'expected a colleague')
}

function checkTaking({ request, alert, acts }: Context): void {
  const offer = findOffer(acts)
  if (alert.status !== 'acknowledged' || offer?.to !== request.apiClient.id) {
    throw new RefusedInput('conflict', 'This alert is not offered to you (any more).')
  }
}

/** When it was done without a connection, as far as that can be; null: now. */
function doneMsOf(act: Asked, alert: AlertRow): number | null {
  if ((act.kind !== 'step' && act.kind !== 'note') || act.doneAt === undefined) return null
  const doneMs = instantMs(act.doneAt)
  return doneMs >= alert.raisedAtMs && doneMs < act.nowMs ? doneMs : null
}

function detailOf(
  act: Asked,
  doneMs: number | null,
): Readonly<Record<string, string | number>> | null {
  const done = doneMs === null ? null : { doneMs }
  switch (act.kind) {
    case 'step':
      return { step: act.step, outcome: act.outcome, ...done }
    case 'escalated':
      return { target: act.target, because: 'asked' }
    case 'offered':
      return { target: act.to }
    case 'shelved':
      return { minutes: String(act.minutes) }
    case 'note':
      return done
    case 'handed-over':
      return null
  }
}

/** What may be a person in danger is not put aside, and nobody puts aside what another one has. */
function checkShelving({ request, alert }: Context): void {
  const isOfTwo = alert.victimId !== null || kindsOfTwo.has(alert.kind)
  if (alert.priority === 'P1' && isOfTwo) {
    throw refused('/kind', 'expected anything but a P1 about two people: that is never put aside')
  }
  if (alert.kind === 'protection-weakened') {
    throw refused(
      '/kind',
      'expected anything but a call for a second person: that is never put aside',
    )
  }
  if (alert.status === 'acknowledged' && alert.acknowledgedBy !== request.apiClient.id) {
    throw new RefusedInput('conflict', 'Somebody else has this alert.')
  }
}

const kindsOfTwo: ReadonlySet<AlertKind> = new Set([
  'panic',
  'proximity-breach',
  'proximity-approach',
])

/** Taken over, with the recall of an answer: what goes on is open again when the time is over. */
async function shelve(
  tx: pg.PoolClient,
  { apiClient: { id: by, role } }: Calling,
  act: Extract<Asked, { kind: 'shelved' }>,
  { limits }: ActDeps,
): Promise<void> {
  const { alertId, minutes, nowMs } = act
  await acknowledgeAlert(tx, {
    alertId,
    actor: by,
    note: null,
    recallAfterMinutes: minutes,
    isSupervisor: role === 'supervisor',
    nowMs,
    limits,
  })
  await saveShelving(tx, { alertId, by, nowMs, untilMs: nowMs + minutes * minuteMs })
}

function closed({ closedAtMs }: AlertRow): RefusedInput {
  const at = formatInstant(closedAtMs ?? 0)
  return new RefusedInput('alert-already-closed', `The alert was closed at ${at}.`)
}

function refused(pointer: string, detail: string): RefusedInput {
  return new RefusedInput('invalid-request', 'This cannot be done like this; see errors.', [
    { pointer, code: 'invalid-value', detail },
  ])
}
