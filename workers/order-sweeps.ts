import { every } from './every.ts'
import { createAssessmentKeeper } from './keep-assessments.ts'
import { createCaseKeeper } from './keep-cases.ts'
import { createMoveKeeper } from './keep-moves.ts'
import { createForgottenPlanner, createOrderKeeper } from './keep-orders.ts'
import { createProposalKeeper, type ProposalKeeperDeps } from './keep-proposals.ts'
import { createRetentionKeeper } from './keep-retention.ts'
import { createPartnerTeller, type PartnerTellerDeps } from './tell-partners.ts'
import type { SweepTask } from './sweep.ts'

/** What people are asked, and told, about orders. */
export function orderSweeps(deps: ProposalKeeperDeps & PartnerTellerDeps): readonly SweepTask[] {
  return [
    { title: 'proposals', run: createProposalKeeper(deps), rest: () => Promise.resolve() },
    { title: 'partners', run: every(partnersLookMs, createPartnerTeller(deps)) },
    { title: 'orders', run: every(ordersLookMs, createOrderKeeper(deps)) },
    { title: 'assessments', run: every(hourMs, createAssessmentKeeper(deps)) },
    { title: 'retention', run: every(hourMs, createRetentionKeeper(deps)) },
    { title: 'cases', run: every(minuteMs, createCaseKeeper(deps)) },
    { title: 'moves', run: every(minuteMs, createMoveKeeper(deps)) },
    { title: 'orders-forgotten', run: every(minuteMs, createForgottenPlanner(deps)) },
  ]
}

const minuteMs = 60_000
const hourMs = 3_600_000
/** Of hours and days ten seconds are none. */
const ordersLookMs = 10_000
/** Whoever is told of a ban need not be told within the second. */
const partnersLookMs = 2_000
