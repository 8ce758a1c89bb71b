import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Proposal } from '../../store/people/proposals.ts'
import { formatInstant, formatInstantOrNull } from '../../schemas/common.ts'
import type { proposalSchema } from '../../schemas/proposal.ts'

export function proposalBodyOf(proposal: Proposal): z.output<typeof proposalSchema> {
  return {
    id: proposal.id,
    act: proposal.act,
    status: proposal.status,
    weakens: [...proposal.weakens],
    changes: proposal.changes.map(({ what, before, after }) => ({ what, before, after })),
    protectionOrderId: proposal.protectionOrderId,
    alertId: proposal.alertId,
    subjectId: proposal.subjectId,
    reason: proposal.reason,
    until: formatInstantOrNull(proposal.untilMs),
    beginsAt: formatInstantOrNull(proposal.beginsAtMs),
    endedAt: formatInstantOrNull(proposal.endedAtMs),
    proposedBy: proposal.proposedBy,
    proposedAt: formatInstant(proposal.proposedAtMs),
    expiresAt: formatInstant(proposal.expiresAtMs),
    enactedAt: formatInstantOrNull(proposal.enactedAtMs),
    decidedBy: proposal.decidedBy,
    decidedAt: formatInstantOrNull(proposal.decidedAtMs),
    decisionNote: proposal.decisionNote,
    taskAlertId: proposal.taskAlertId,
  }
}

/** That a second person is asked, instead of what was asked for. */
export function answerProposal(
  reply: FastifyReply,
  proposal: Proposal,
): z.output<typeof proposalSchema> {
  reply.code(202).header('location', `/v1/proposals/${proposal.id}`)
  return proposalBodyOf(proposal)
}
