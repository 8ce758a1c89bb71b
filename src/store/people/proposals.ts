import type { OrderType } from '../../core/model/order-terms.ts'
import type { RiskProfile } from '../../core/model/risk-profiles.ts'
import type { Protocol } from '../../core/model/protocol.ts'
import type { AlertOutcome } from '../../core/model/alert.ts'
import type { CallerRole, ProposalStatus } from '../../core/model/contract-words.ts'
import type {
  DeviceAssignment,
  EscalationStep,
  LegalBasis,
  ProtectionOrder,
} from '../../core/model/registry.ts'
import { openOrders, sealOrder } from '../keys/sealed-orders.ts'
import type { ActGround } from '../registry/order-acts.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** Null: the same is asked already, and waits for an answer. */
export async function insertProposal(tx: Db, draft: ProposalDraft): Promise<Proposal | null> {
  const { rows } = await tx.query<Proposal>(
    `insert into proposals (act, protection_order_id, alert_id, subject_id, base_version, weakens,
       changes, change, reason, until, proposed_by, proposed_by_kind, proposed_role, proposed_at, expires_at, status, begins_at, enacted_at)
     values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, ${at('$10')}, $11, $12, $13, ${at('$14')},
       ${at('$15')}, $16, ${at('$17')}, ${at('$18')})
     on conflict do nothing returning ${columns}`,
    [
      draft.act,
      draft.protectionOrderId,
      draft.alertId,
      draft.subjectId,
      draft.baseVersion,
      draft.weakens,
      JSON.stringify(draft.changes),
      draft.change === null ? null : JSON.stringify(await sealChange(tx, draft.change)),
      draft.reason,
      draft.untilMs,
      draft.proposedBy,
      draft.proposedByKind,
      draft.proposedRole,
      draft.proposedAtMs,
      draft.expiresAtMs,
      statusOf(draft),
      draft.beginsAtMs,
      draft.isDone === true ? draft.proposedAtMs : null,
    ],
  )
  return (await openProposals(tx, rows))[0] ?? null
}

function statusOf({ isDone, isPlanned }: ProposalDraft): ProposalStatus {
  if (isDone === true) return 'alone'
  return isPlanned ? 'planned' : 'open'
}

export async function findProposal(db: Db, id: string): Promise<Proposal | null> {
  const { rows } = await db.query<Proposal>(`select ${columns} from proposals where id = $1`, [id])
  return (await openProposals(db, rows))[0] ?? null
}

/** For deciding it: whoever else decides waits, and then finds it decided. */
export async function findProposalForUpdate(tx: Db, id: string): Promise<Proposal | null> {
  const { rows } = await tx.query<Proposal>(
    `select ${columns} from proposals where id = $1 for update`,
    [id],
  )
  return (await openProposals(tx, rows))[0] ?? null
}

/** The one that an alert asks a second person about, while it waits. */
export async function findWaitingByTask(db: Db, alertId: string): Promise<Proposal | null> {
  const { rows } = await db.query<Proposal>(
    `select ${columns} from proposals
      where task_alert_id = $1 and status in ('open', 'in-force')`,
    [alertId],
  )
  return (await openProposals(db, rows))[0] ?? null
}

/** What is decided of an order and begins later, the earliest first. */
export async function listPlanned(db: Db, orderId: string): Promise<readonly Proposal[]> {
  const { rows } = await db.query<Proposal>(
    `select ${columns} from proposals where protection_order_id = $1 and status = 'planned' order by begins_at, id`,
    [orderId],
  )
  return await openProposals(db, rows)
}

/** The newest first. */
export async function listProposals(
  db: Db,
  query: {
    readonly status: ProposalStatus | null
    readonly beforeId: string | null
    readonly limit: number
  },
): Promise<readonly Proposal[]> {
  const { rows } = await db.query<Proposal>(
    `select ${columns} from proposals
      where ($1::text is null or status = $1) and ($2::uuid is null or id < $2)
      order by id desc limit $3`,
    [query.status, query.beforeId, query.limit],
  )
  return await openProposals(db, rows)
}

/** What is not named stays. */
export async function updateProposal(
  tx: Db,
  id: string,
  change: Partial<Changeable>,
): Promise<Proposal> {
  const { rows } = await tx.query<Proposal>(
    `update proposals set status = coalesce($2, status), enacted_at = coalesce(${at('$3')}, enacted_at),
       decided_by = coalesce($4, decided_by), decided_at = coalesce(${at('$5')}, decided_at),
       decision_note = coalesce($6, decision_note), made_version = coalesce($7, made_version),
       reason = coalesce($8, reason), change = case when $9::boolean then null else change end
      where id = $1 returning ${columns}`,
    [
      id,
      change.status ?? null,
      change.enactedAtMs ?? null,
      change.decidedBy ?? null,
      change.decidedAtMs ?? null,
      change.decisionNote ?? null,
      change.madeVersion ?? null,
      change.reason ?? null,
      change.isOver ?? false,
    ],
  )
  const [row] = await openProposals(tx, rows)
  if (row === undefined) throw new Error('A proposal that was locked is gone.')
  return row
}

/** Where the bans of an order would lie is kept as where they lie. */
async function sealChange(tx: Db, change: ProposedChange | null): Promise<ProposedChange | null> {
  if (change?.type !== 'order') return change
  return { ...change, order: await sealOrder(tx, change.order) }
}

export async function openProposals<Row extends Pick<Proposal, 'change'>>(
  db: Db,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const asked = rows.flatMap(({ change }) => (change?.type === 'order' ? [change.order] : []))
  const orders = (await openOrders(db, asked)).values()
  return rows.map((row) => {
    if (row.change?.type !== 'order') return row
    const { value: order } = orders.next()
    return order === undefined ? row : { ...row, change: { ...row.change, order } }
  })
}

type Changeable = Pick<
  Proposal,
  'status' | 'enactedAtMs' | 'decidedBy' | 'decidedAtMs' | 'decisionNote' | 'madeVersion' | 'reason'
> & {
  /** Nothing more is to be done: what was to be is forgotten. */
  readonly isOver: boolean
}

/** What is done once it is confirmed. */
export type ProposedChange =
  | {
      readonly type: 'order'
      readonly order: ProtectionOrder
      /** By what right; absent: nobody said. */
      readonly ground?: ActGround
    }
  | {
      readonly type: 'answer'
      /** Null: it is taken over, and not closed. */
      readonly outcome: AlertOutcome | null
      readonly note: string | null
      readonly recallAfterMinutes: number | null
      readonly permittedUntilMs: number | null
      readonly isSupervisor: boolean
    }
  | {
      readonly type: 'ladder'
      readonly steps: readonly EscalationStep[]
      readonly before: readonly EscalationStep[]
    }
  | {
      readonly type: 'protocol'
      readonly organisationId: string
      /** The version that was looked at. */
      readonly basedOnVersion: number
      readonly protocol: Protocol
    }
  | {
      readonly type: 'risk-profile'
      readonly organisationId: string
      readonly key: string
      /** The version that was looked at. */
      readonly basedOnVersion: number
      readonly profile: RiskProfile
    }
  | {
      readonly type: 'order-type'
      readonly organisationId: string
      readonly legalBasis: LegalBasis
      /** The version that was looked at. */
      readonly basedOnVersion: number
      readonly orderType: OrderType
    }
  | { readonly type: 'subscription-end' }
  /** By destroying its key. */
  | { readonly type: 'case-erased' }
  /** The hold that `subjectId` names. */
  | { readonly type: 'hold-released' }
  | {
      readonly type: 'device-taken'
      readonly assignmentId: string
      /** Null: when it is done. */
      readonly validUntilMs: number | null
      /** As it was; null: until further notice. */
      readonly beforeMs: number | null
    }
  | { readonly type: 'device-given'; readonly assignment: Omit<DeviceAssignment, 'id'> }

/** One thing that would be another, in words and numbers; never a place. */
export type ChangeWords = {
  readonly what: string
  readonly before: string | null
  readonly after: string | null
}

export type ProposalDraft = {
  readonly act: string
  readonly protectionOrderId: string | null
  readonly alertId: string | null
  readonly subjectId: string | null
  readonly baseVersion: number | null
  readonly weakens: readonly string[]
  readonly changes: readonly ChangeWords[]
  /** Null: it is done already. */
  readonly change: ProposedChange | null
  readonly reason: string | null
  readonly untilMs: number | null
  /** When it is done by itself; null: as soon as it is decided. */
  readonly beginsAtMs: number | null
  /** Nobody else need decide it: it waits for its moment alone. */
  readonly isPlanned: boolean
  /** One did it at once, and it is told to the next shift. */
  readonly isDone?: boolean
  readonly proposedBy: string
  readonly proposedByKind: 'staff' | 'api-client'
  readonly proposedRole: CallerRole
  readonly proposedAtMs: number
  readonly expiresAtMs: number
}

export type Proposal = Omit<ProposalDraft, 'change' | 'isPlanned'> & {
  readonly id: string
  /** Of the case, or of whoever asked. */
  readonly organisationId: string
  readonly change: ProposedChange | null
  readonly status: ProposalStatus
  readonly madeVersion: number | null
  readonly endedAtMs: number | null
  readonly enactedAtMs: number | null
  readonly decidedBy: string | null
  readonly decidedAtMs: number | null
  readonly decisionNote: string | null
  readonly taskAlertId: string | null
}

function at(parameter: string): string {
  return `to_timestamp(${parameter}::float8 / 1000)`
}

export const columns = `id, organisation_id as "organisationId", act, protection_order_id as "protectionOrderId",
  alert_id as "alertId", subject_id as "subjectId", base_version as "baseVersion", made_version as "madeVersion",
  weakens, changes, change, reason, ${epochMs('until')} as "untilMs", ${epochMs('begins_at')} as "beginsAtMs", ${epochMs('ended_at')} as "endedAtMs",
  proposed_by as "proposedBy", proposed_by_kind as "proposedByKind", proposed_role as "proposedRole",
  ${epochMs('proposed_at')} as "proposedAtMs", ${epochMs('expires_at')} as "expiresAtMs", status,
  ${epochMs('enacted_at')} as "enactedAtMs", decided_by as "decidedBy", ${epochMs('decided_at')} as "decidedAtMs",
  decision_note as "decisionNote", task_alert_id as "taskAlertId"`
