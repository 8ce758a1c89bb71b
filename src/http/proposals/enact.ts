import type pg from 'pg'
import type { EscalationStep } from '../../core/model/registry.ts'
import { isLadderWeaker } from '../../core/rules/weakening.ts'
import { lockAlertEvents } from '../../store/alerts/alert-events.ts'
import { wasToldAfter } from '../../store/alerts/told-after.ts'
import { acknowledgeAlert, closeAlert } from '../../store/alerts/alert-actions.ts'
import {
  findEscalationLadder,
  insertEscalationLadder,
  lockEscalationLadder,
} from '../../store/alerts/escalation-ladders.ts'
import { releaseHold } from '../../store/cases/retention-holds.ts'
import { insertRiskProfile } from '../../store/cases/risk-profiles.ts'
import { insertProtocol } from '../../store/desk/protocols.ts'
import { disableWebhookSubscription } from '../../store/alerts/webhooks.ts'
import { inTransaction } from '../../store/pg/pool.ts'
import type { Proposal, ProposedChange } from '../../store/people/proposals.ts'
import { insertOrderType } from '../../store/registry/order-types.ts'
import { mayKeepAct } from '../../store/registry/order-acts.ts'
import { findOrderVersion, makeOrderVersion } from '../../store/registry/order-versions.ts'
import {
  findProtectionOrder,
  findProtectionOrderForUpdate,
} from '../../store/registry/protection-orders.ts'
import type { Calling } from '../door/act.ts'
import { askKnownMoves } from '../orders/ask-known-moves.ts'
import { eraseOrder } from '../orders/erase-order.ts'
import { peopleOfOrder } from '../orders/registry-change.ts'
import type { RouteDeps } from '../route-deps.ts'
import { enactDevice, undoDevice, type Enacted } from './enact-device.ts'

/**
 * Does what was proposed, as whoever proposed it. Overtaken: what it was about is not any more as
 * it was then, and what it would do now was confirmed by nobody.
 */
export async function enact(
  tx: pg.PoolClient,
  deps: Pick<RouteDeps, 'clock' | 'limits' | 'machinery'>,
  proposal: Proposal,
  { request, nowMs }: Deciding,
): Promise<Enacted | 'overtaken'> {
  const { change, proposedBy } = proposal
  const by = request.apiClient.id
  switch (change?.type) {
    case 'order':
      return await enactOrder(tx, proposal, { change, request, nowMs })
    case 'answer':
      return await enactAnswer(tx, deps, proposal, { change, nowMs })
    case 'ladder': {
      const { before, steps } = change
      return await exchangeLadder(tx, deps, { from: before, to: steps, by: proposedBy, nowMs })
    }
    case 'protocol':
    case 'risk-profile':
    case 'order-type':
      return await enactRow(tx, change, { changedBy: proposedBy, confirmedBy: by, nowMs })
    case 'device-given':
    case 'device-taken':
      return await enactDevice(tx, change, nowMs)
    case 'subscription-end': {
      const id = proposal.subjectId ?? ''
      const reason = 'Deleted by an administrator.'
      // What still waits is given up, which no person may write.
      await inTransaction(deps.machinery, (own) =>
        disableWebhookSubscription(own, { id, reason, nowMs, disabledBy: proposedBy }),
      )
      return { madeVersion: null, personIds: [] }
    }
    case 'case-erased':
      return await eraseOrder(tx, deps, proposal.protectionOrderId ?? '')
    case 'hold-released':
      return await enactRelease(tx, proposal, { by, nowMs })
    case undefined:
      return 'overtaken'
  }
}

/** A row of the organisation, as it was when it was asked for. */
async function enactRow(
  tx: pg.PoolClient,
  change: Extract<ProposedChange, { type: 'protocol' | 'risk-profile' | 'order-type' }>,
  { changedBy, confirmedBy, nowMs }: RowBy,
): Promise<Enacted | 'overtaken'> {
  const by = { changedBy, confirmedBy, changedAtMs: nowMs }
  const version =
    change.type === 'protocol'
      ? await insertProtocol(tx, { ...change, changedBy, changedAtMs: nowMs })
      : change.type === 'risk-profile'
        ? await insertRiskProfile(tx, { ...change, ...by })
        : await insertOrderType(tx, { ...change, ...by })
  return version === null ? 'overtaken' : { madeVersion: null, personIds: [] }
}

type RowBy = {
  readonly changedBy: string
  readonly confirmedBy: string
  readonly nowMs: number
}

/** Who confirms it, or undoes it; whoever asked for it, in an emergency. */
type Deciding = { readonly request: Calling; readonly nowMs: number }

/** Whether it can be done by one, because it can be undone by another. */
export function isUndoable(change: ProposedChange | null): boolean {
  return change !== null && undoable.has(change.type)
}

const undoable: ReadonlySet<ProposedChange['type']> = new Set([
  'order',
  'ladder',
  'device-given',
  'device-taken',
])

/**
 * Puts back what was before; overtaken: it was changed since, and only people can say what holds.
 */
export async function undo(
  tx: pg.PoolClient,
  deps: Pick<RouteDeps, 'limits'>,
  { change, protectionOrderId, baseVersion, madeVersion, enactedAtMs }: Proposal,
  { request, nowMs }: Deciding,
): Promise<Enacted | 'overtaken'> {
  const by = request.apiClient.id
  if (change?.type === 'ladder') {
    const { before, steps } = change
    return await exchangeLadder(tx, deps, { from: steps, to: before, by, nowMs })
  }
  if (change?.type === 'device-given' || change?.type === 'device-taken') {
    return await undoDevice(tx, change, { enactedAtMs: enactedAtMs ?? nowMs, nowMs })
  }
  if (change?.type !== 'order') return 'overtaken'
  const current = await findProtectionOrderForUpdate(tx, protectionOrderId ?? '')
  if (current === null || current.order.version !== madeVersion) return 'overtaken'
  const before = await findOrderVersion(tx, current.order.id, baseVersion ?? 0)
  if (before === null) return 'overtaken'
  if (!(await mayKeepAct(tx, { before: current.order, after: before }, nowMs))) return 'overtaken'
  const made = await makeOrderVersion(tx, { ...before, version: madeVersion + 1 }, by, { nowMs })
  await askKnownMoves(tx, request, made, { nowMs })
  return { madeVersion: made.version, personIds: peopleOfOrder(made) }
}

/** The ladder that was looked at, for the one that was asked for; of another one nobody spoke. */
async function exchangeLadder(
  tx: pg.PoolClient,
  { limits }: Pick<RouteDeps, 'limits'>,
  exchange: {
    readonly from: readonly EscalationStep[]
    readonly to: readonly EscalationStep[]
    readonly by: string
    readonly nowMs: number
  },
): Promise<Enacted | 'overtaken'> {
  const { from, to, by, nowMs } = exchange
  await lockEscalationLadder(tx)
  const current = (await findEscalationLadder(tx))?.steps ?? limits.escalation
  if (isLadderWeaker(from, current) || isLadderWeaker(current, from)) return 'overtaken'
  await insertEscalationLadder(tx, { steps: to, changedBy: by, changedAtMs: nowMs })
  return { madeVersion: null, personIds: [] }
}

type OrderDecision = Deciding & {
  readonly change: Extract<ProposedChange, { type: 'order' }>
}

async function enactOrder(
  tx: pg.PoolClient,
  { baseVersion, protectionOrderId, proposedBy, reason }: Proposal,
  { change, request, nowMs }: OrderDecision,
): Promise<Enacted | 'overtaken'> {
  const by = request.apiClient.id
  const current = await findProtectionOrderForUpdate(tx, protectionOrderId ?? '')
  if (current === null || current.order.version !== baseVersion) return 'overtaken'
  // What has lapsed meanwhile is not suspended: extended then, nobody would watch it.
  const asked = { before: current.order, after: change.order }
  if (!(await mayKeepAct(tx, asked, nowMs))) return 'overtaken'
  const secondPersonId = by === proposedBy ? null : by
  const ground = { reason, ...change.ground, nowMs, secondPersonId }
  const version = baseVersion + 1
  const made = await makeOrderVersion(tx, { ...change.order, version }, proposedBy, ground)
  await askKnownMoves(tx, request, made, { nowMs })
  return { madeVersion: made.version, personIds: peopleOfOrder(made) }
}

/** Overtaken: it was over before somebody else said yes. */
async function enactRelease(
  tx: pg.PoolClient,
  { proposedBy, protectionOrderId, reason, subjectId }: Proposal,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Promise<Enacted | 'overtaken'> {
  const release = { id: subjectId ?? '', by: proposedBy, confirmedBy: by, reason: reason ?? '' }
  if ((await releaseHold(tx, { ...release, nowMs })) === null) return 'overtaken'
  const found = await findProtectionOrder(tx, protectionOrderId ?? '')
  return { madeVersion: null, personIds: found === null ? [] : peopleOfOrder(found.order) }
}

async function enactAnswer(
  tx: pg.PoolClient,
  { limits }: Pick<RouteDeps, 'limits'>,
  { alertId, proposedAtMs, proposedBy }: Proposal,
  { change, nowMs }: { change: Extract<ProposedChange, { type: 'answer' }>; nowMs: number },
): Promise<Enacted | 'overtaken'> {
  const { outcome, permittedUntilMs, note, recallAfterMinutes, isSupervisor } = change
  await lockAlertEvents(tx)
  // What came since, such as a second cry for help, nobody was asked about.
  if (await wasToldAfter(tx, alertId ?? '', proposedAtMs)) return 'overtaken'
  const answer = { note, recallAfterMinutes, isSupervisor, nowMs, limits }
  const action = { ...answer, alertId: alertId ?? '', actor: proposedBy }
  const result =
    outcome === null
      ? await acknowledgeAlert(tx, action)
      : await closeAlert(tx, { ...action, outcome, permittedUntilMs })
  if (result.type !== 'done') return 'overtaken'
  const { offenderId, victimId } = result.alert
  return { madeVersion: null, personIds: [offenderId, victimId].filter((id) => id !== null) }
}
