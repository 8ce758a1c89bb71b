import type pg from 'pg'
import { RefusedInput } from '../../errors.ts'
import type { Act } from '../../record/act.ts'
import {
  findProposalForUpdate,
  updateProposal,
  type Proposal,
} from '../../store/people/proposals.ts'
import { isUniqueViolation } from '../../store/pg/pool.ts'
import { listMakersOf } from '../../store/registry/api-clients.ts'
import { shareBrowser } from '../../store/people/sign-in-links.ts'
import { recordAct } from '../../store/record/audit-entries.ts'
import { actOf, type Calling } from '../door/act.ts'
import type { RouteDeps } from '../route-deps.ts'
import type { Enacted } from './enact-device.ts'
import { enact, isUndoable, undo } from './enact.ts'
import { deciders } from './propose.ts'

/** A second person says yes: it is done now, or stays as it was done in an emergency. */
export async function confirmProposal(
  deps: RouteDeps,
  request: Calling,
  { id, note }: Decision,
): Promise<Proposal> {
  return await decide(deps, request, id, async (tx, proposal, nowMs) => {
    await refuseOwn(tx, request, proposal)
    if (proposal.status === 'planned') throw new RefusedInput('conflict', 'It is planned already.')
    // Decided now, and done at its moment.
    const isLater = (proposal.beginsAtMs ?? nowMs) > nowMs
    if (isLater) return { status: 'planned', note, done: nothingMore }
    const done =
      proposal.status === 'in-force'
        ? nothingMore
        : await enact(tx, deps, proposal, { request, nowMs })
    if (done === 'overtaken') return { status: 'overtaken', note, done: nothingMore }
    return { status: 'confirmed', note, done }
  })
}

/**
 * A second person says no, or the first one takes it back before it was done. What is planned is
 * taken back by anybody who may decide it, until its moment.
 */
export async function refuseProposal(
  deps: RouteDeps,
  request: Calling,
  { id, note }: Decision,
): Promise<Proposal> {
  return await decide(deps, request, id, async (tx, proposal, nowMs) => {
    const isOwn = proposal.proposedBy === request.apiClient.id
    if (proposal.status === 'open') {
      return { status: isOwn ? 'withdrawn' : 'refused', note, done: nothingMore }
    }
    if (proposal.status === 'planned') return { status: 'withdrawn', note, done: nothingMore }
    await refuseOwn(tx, request, proposal)
    const done = await undo(tx, deps, proposal, { request, nowMs })
    if (done === 'overtaken') throw new RefusedInput('conflict', changedSince)
    return { status: 'refused', note, done }
  })
}

/** Done now by one, who says why; a supervisor is called until a second person answers. */
export async function enactInEmergency(
  deps: RouteDeps,
  request: Calling,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<Proposal> {
  const nowMs = deps.clock.nowMs()
  const made = await request.db.transaction(async (tx) => {
    const proposal = await findWaiting(tx, request, id, nowMs)
    if (proposal.proposedBy !== request.apiClient.id) {
      throw new RefusedInput('forbidden', 'Whoever asked for it acts alone. Confirm or refuse it.')
    }
    if (proposal.status !== 'open') throw new RefusedInput('conflict', 'It holds already.')
    if (proposal.beginsAtMs !== null) throw new RefusedInput('conflict', beginsLater)
    if (!isUndoable(proposal.change)) throw new RefusedInput('conflict', notInEmergency)
    const done = await enactOnce(() => enact(tx, deps, proposal, { request, nowMs }))
    if (done === 'overtaken') throw new RefusedInput('conflict', overtaken)
    const { madeVersion } = done
    const change = { status: 'in-force', reason, enactedAtMs: nowMs, madeVersion } as const
    const updated = await updateProposal(tx, id, change)
    await recordAct(tx, aboutDecision(request, updated, { nowMs, done, secondPersonId: null }))
    return updated
  })
  tellOthers(deps)
  return made
}

export type Decision = { readonly id: string; readonly note: string | null }

type Outcome = {
  readonly status: 'confirmed' | 'refused' | 'withdrawn' | 'overtaken' | 'planned'
  readonly note: string | null
  readonly done: Enacted
}

async function decide(
  deps: RouteDeps,
  request: Calling,
  id: string,
  work: (tx: pg.PoolClient, proposal: Proposal, nowMs: number) => Promise<Outcome>,
): Promise<Proposal> {
  const nowMs = deps.clock.nowMs()
  const decided = await request.db.transaction(async (tx) => {
    const proposal = await findWaiting(tx, request, id, nowMs)
    const hands = await handsOf(deps, request, proposal)
    const { status, note, done } = await enactOnce(() => work(tx, proposal, nowMs))
    const by = request.apiClient.id
    const isEnacted = status === 'confirmed' && proposal.status === 'open'
    const updated = await updateProposal(tx, id, {
      status,
      decidedBy: by,
      decidedAtMs: nowMs,
      decisionNote: note,
      isOver: status !== 'planned',
      ...(isEnacted ? { enactedAtMs: nowMs, madeVersion: done.madeVersion } : {}),
    })
    // What was done is on record as done by whoever asked for it, with the second person.
    if (isEnacted) {
      const by = {
        kind: proposal.proposedByKind,
        id: proposal.proposedBy,
        role: proposal.proposedRole,
      }
      const act = aboutDecision(request, updated, {
        nowMs,
        done,
        secondPersonId: request.apiClient.id,
      })
      await recordAct(tx, { ...act, name: proposal.act, by })
    }
    const more = { nowMs, done, secondPersonId: null, hands }
    await recordAct(tx, aboutDecision(request, updated, more))
    return updated
  })
  tellOthers(deps)
  if (decided.status === 'overtaken') throw new RefusedInput('conflict', overtaken)
  return decided
}

/** The one that waits, for somebody who may decide it. */
async function findWaiting(
  tx: pg.PoolClient,
  { apiClient }: Calling,
  id: string,
  nowMs: number,
): Promise<Proposal> {
  const { person } = apiClient
  const proposal = await findProposalForUpdate(tx, id)
  if (proposal === null) throw new RefusedInput('not-found', noProposal)
  if (person === null) throw new RefusedInput('forbidden', 'People decide; a token may only ask.')
  const isExpired = proposal.status === 'open' && proposal.expiresAtMs <= nowMs
  if (isExpired || !waiting.has(proposal.status)) {
    throw new RefusedInput('conflict', `It is ${isExpired ? 'expired' : proposal.status} already.`)
  }
  const { change } = proposal
  const roles: readonly string[] = change === null ? [] : deciders[change.type]
  if (person.roles.some((role) => roles.includes(role))) return proposal
  throw new RefusedInput('forbidden', `This needs the role ${roles.join(' or ')}.`)
}

/** Whose hand a token is says who made it, or who made the token that made it. */
async function refuseOwn(
  tx: pg.PoolClient,
  { apiClient }: Calling,
  { proposedBy, proposedByKind }: Proposal,
): Promise<void> {
  const hands = proposedByKind === 'staff' ? [] : await listMakersOf(tx, proposedBy)
  if (proposedBy !== apiClient.id && !hands.includes(apiClient.id)) return
  throw new RefusedInput('forbidden', 'Somebody else must decide on what you asked for.')
}

/**
 * Two people who share a browser may be colleagues at one desk, so nothing is refused for it. It is
 * on record, where whoever audits sees what was decided by two names at one machine.
 */
async function handsOf(
  { machinery }: RouteDeps,
  { apiClient }: Calling,
  { proposedBy }: Proposal,
): Promise<Record<string, string>> {
  return (await shareBrowser(machinery, proposedBy, apiClient.id)) ? { sameBrowser: 'yes' } : {}
}

async function enactOnce<Result>(work: () => Promise<Result>): Promise<Result> {
  return await work().catch((error: unknown) => {
    if (isUniqueViolation(error)) throw new RefusedInput('conflict', overtaken)
    throw error
  })
}

function aboutDecision(
  request: Calling,
  { id, act, alertId, protectionOrderId, reason, status }: Proposal,
  more: {
    readonly nowMs: number
    readonly done: Enacted
    readonly secondPersonId: string | null
    readonly hands?: Record<string, string>
  },
): Act {
  const { nowMs, done, secondPersonId, hands = {} } = more
  const about = { personIds: done.personIds, protectionOrderId, alertId, subjectId: id, reason }
  return actOf(request, nowMs, {
    kind: 'alteration',
    ...about,
    secondPersonId,
    detail: { act, status, ...hands },
  })
}

function tellOthers(deps: RouteDeps): void {
  deps.onRegistryChanged()
  deps.alertHub.announce()
}

const waiting: ReadonlySet<Proposal['status']> = new Set(['open', 'in-force', 'planned'])
const beginsLater = 'It begins later: nothing of it is to be done at once.'
const nothingMore: Enacted = { madeVersion: null, personIds: [] }
export const noProposal = 'No proposal has this id.'
const overtaken = 'What it was about has changed since it was asked: nothing was done. Ask anew.'
const changedSince =
  'It was changed once more since then, so that it cannot be put back. Put it right, then confirm this, which ends the calling.'
const notInEmergency =
  'Nobody needs this at once: it could not be undone. Wait for a second person.'
