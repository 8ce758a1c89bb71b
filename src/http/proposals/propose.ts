import type pg from 'pg'
import { dayMs } from '../../core/model/units.ts'
import type { CallerRole } from '../../core/model/contract-words.ts'
import { RefusedInput } from '../../errors.ts'
import {
  insertProposal,
  type Proposal,
  type ProposalDraft,
  type ProposedChange,
} from '../../store/people/proposals.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'

/**
 * Whether this caller's weakening of protection waits for somebody else: that of people always, and
 * that of machines where it is configured so.
 */
export function isSecondNeeded(
  { config }: Pick<RouteDeps, 'config'>,
  { apiClient }: Pick<Calling, 'apiClient'>,
): boolean {
  return config.twoPeople === 'everybody' || apiClient.person !== null
}

/** Whoever holds the token of a machine beside their own account would be two. */
export function refuseMachine({ apiClient }: Pick<Calling, 'apiClient'>): void {
  if (apiClient.person !== null) return
  throw new RefusedInput('forbidden', 'People ask for what cannot be undone; a token may not.')
}

/**
 * Puts the question to a second person instead of doing it: a row, which the sweep makes an alert
 * of within a second, and the record. Nothing else is written. Call as the last thing of a
 * transaction.
 */
export async function propose(
  tx: pg.PoolClient,
  deps: Pick<RouteDeps, 'clock'>,
  request: Calling,
  asked: Asked,
): Promise<Proposal> {
  const nowMs = deps.clock.nowMs()
  const { personIds, ...about } = asked
  const draft = draftOf(request, about, nowMs)
  const made = await insertProposal(tx, draft)
  if (made === null) throw new RefusedInput('conflict', askedAlready)
  await recordAct(
    tx,
    actOf(request, nowMs, {
      kind: 'alteration',
      name: draft.isPlanned ? 'planChange' : 'proposeWeakening',
      personIds,
      protectionOrderId: made.protectionOrderId,
      alertId: made.alertId,
      subjectId: made.id,
      reason: made.reason,
      detail: { act: made.act, weakens: made.weakens.join(' ') },
    }),
  )
  return made
}

/**
 * The same, or null where the caller does it at once: what a token makes less by itself is then
 * told to people, who are called about what holds for everybody and about devices. Before it is
 * done.
 */
export async function proposeOrTell(
  tx: pg.PoolClient,
  deps: Pick<RouteDeps, 'clock' | 'config'>,
  request: Calling,
  asked: Asked,
): Promise<Proposal | null> {
  if (isSecondNeeded(deps, request)) return await propose(tx, deps, request, asked)
  const { personIds: _personIds, ...about } = asked
  await noteDoneAlone(tx, deps, request, { ...about, change: null })
  return null
}

/** For the hand-over: what one does at once and may be heard less for. The record has the act. */
export async function noteDoneAlone(
  tx: pg.PoolClient,
  { clock }: Pick<RouteDeps, 'clock'>,
  request: Calling,
  about: Omit<Asked, 'personIds'>,
): Promise<void> {
  await insertProposal(tx, { ...draftOf(request, about, clock.nowMs()), isDone: true })
}

function draftOf(request: Calling, about: Omit<Asked, 'personIds'>, nowMs: number): ProposalDraft {
  const { apiClient } = request
  return {
    protectionOrderId: null,
    alertId: null,
    subjectId: null,
    baseVersion: null,
    untilMs: null,
    beginsAtMs: null,
    isPlanned: false,
    ...about,
    act: operationOf(request),
    proposedBy: apiClient.id,
    proposedByKind: apiClient.person === null ? 'api-client' : 'staff',
    proposedRole: apiClient.role,
    proposedAtMs: nowMs,
    expiresAtMs: nowMs + answeredMsMax,
  }
}

export type Asked = Pick<ProposalDraft, 'weakens' | 'changes' | 'change' | 'reason'> &
  Partial<
    Pick<
      ProposalDraft,
      | 'protectionOrderId'
      | 'alertId'
      | 'subjectId'
      | 'baseVersion'
      | 'untilMs'
      | 'beginsAtMs'
      | 'isPlanned'
    >
  > & { readonly personIds: readonly string[] }

/** As what somebody decides on it; the same as may ask for it. */
export const deciders: Readonly<Record<ProposedChange['type'], readonly CallerRole[]>> = {
  order: ['supervisor'],
  'case-erased': ['supervisor'],
  'hold-released': ['supervisor'],
  answer: ['operator', 'supervisor'],
  ladder: ['administrator'],
  protocol: ['supervisor'],
  'risk-profile': ['supervisor'],
  'order-type': ['supervisor'],
  'subscription-end': ['administrator'],
  'device-taken': ['supervisor'],
  'device-given': ['supervisor'],
}

/** What nobody answered in a day is asked anew, by somebody who still wants it. */
const answeredMsMax = dayMs

const askedAlready =
  'The same is asked already, and waits for a second person: see the open proposals.'

function operationOf({ routeOptions: { schema } }: Calling): string {
  return (schema as { readonly operationId?: string }).operationId ?? 'unnamed'
}
