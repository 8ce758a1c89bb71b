import type { PersonRole } from '../../core/model/registry.ts'
import type { Fault } from '../../errors.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Keeps that a decision came, and holds it until the transaction ends: the same one that comes
 * twice at once is taken once. What was imported stays as it was.
 */
export async function receiveDecision(tx: Db, received: ReceivedBody): Promise<DecisionRow> {
  await tx.query(
    `insert into decisions as known (source, document_reference, body_hash, act, status, missing, received_by, received_at, waits_since)
     values ($1, $2, $3, $4, 'incomplete', $5::jsonb, $6, to_timestamp($7::float8 / 1000), to_timestamp($7::float8 / 1000))
     on conflict (organisation_id, source, document_reference) do update
       set received_count = known.received_count + 1, received_at = excluded.received_at,
           status = case when known.status in ${waiting} then 'incomplete' else known.status end,
           body_hash = case when known.status in ${waiting} then excluded.body_hash else known.body_hash end,
           act = case when known.status in ${waiting} then excluded.act else known.act end,
           missing = case when known.status in ${waiting} then excluded.missing else known.missing end,
           waits_since = case when known.status in ${waiting} then coalesce(known.waits_since, excluded.waits_since) end`,
    [
      received.source,
      received.documentReference,
      received.bodyHash,
      received.act,
      JSON.stringify(received.missing),
      received.receivedBy,
      received.nowMs,
    ],
  )
  return await findDecisionForUpdate(tx, received)
}

/** Whoever else imports the same waits, and then finds it imported. */
export async function findDecisionForUpdate(
  tx: Db,
  { source, documentReference }: Pick<DecisionRow, 'source' | 'documentReference'>,
): Promise<DecisionRow> {
  const { rows } = await tx.query<DecisionRow>(
    `select ${columns} from ${decisions}
      where d.organisation_id = (select hoede_home()) and d.source = $1 and d.document_reference = $2
        for update of d`,
    [source, documentReference],
  )
  const [row] = rows
  if (row === undefined) throw new Error('a decision that was just kept is not found')
  return row
}

export async function finishDecision(
  tx: Db,
  id: string,
  done: {
    readonly status: 'imported' | 'proposed'
    readonly protectionOrderId: string
    readonly proposalId: string | null
  },
): Promise<void> {
  await tx.query(
    `update decisions set status = $2, protection_order_id = $3, proposal_id = $4, missing = '[]', waits_since = null where id = $1`,
    [id, done.status, done.protectionOrderId, done.proposalId],
  )
}

/** Keeps why it was refused, unless it was carried out or came otherwise meanwhile. */
export async function refuseDecision(
  tx: Db,
  { id, bodyHash }: Pick<DecisionRow, 'id' | 'bodyHash'>,
  why: readonly Fault[],
): Promise<void> {
  await tx.query(
    `update decisions set status = 'refused', missing = $3::jsonb
      where id = $1 and body_hash = $2 and status = 'incomplete'`,
    [id, bodyHash, JSON.stringify(why)],
  )
}

/** Null: none of this id waits. */
export async function setDecisionAside(
  tx: Db,
  { by, id, reason }: { readonly by: string; readonly id: string; readonly reason: string },
): Promise<DecisionRow | null> {
  const { rows } = await tx.query(
    `update decisions set status = 'set-aside', waits_since = null, set_aside_by = $2, set_aside_reason = $3
      where id = $1 and status in ('incomplete', 'refused') returning id`,
    [id, by, reason],
  )
  if (rows.length === 0) return null
  const found = await tx.query<DecisionRow>(`select ${columns} from ${decisions} where d.id = $1`, [
    id,
  ])
  return found.rows[0] ?? null
}

/** The newest first. */
export async function listDecisions(
  db: Db,
  query: { readonly beforeId: string | null; readonly limit: number },
): Promise<readonly DecisionRow[]> {
  const { rows } = await db.query<DecisionRow>(
    `select ${columns} from ${decisions} where $1::uuid is null or d.id < $1 order by d.id desc limit $2`,
    [query.beforeId, query.limit],
  )
  return rows
}

/** The order of this reference in the home organisation of whoever asks, which has one at most. */
export async function findOrderIdByReference(db: Db, reference: string): Promise<string | null> {
  const { rows } = await db.query<{ readonly id: string }>(
    'select id from protection_orders where organisation_id = (select hoede_home()) and reference = $1',
    [reference],
  )
  return rows[0]?.id ?? null
}

/**
 * The people of these references in the cases of the home organisation of whoever asks. Those of
 * another organisation are among them where a case came with them, and are not its own.
 */
export async function findPeopleByReference(
  db: Db,
  role: PersonRole,
  references: readonly string[],
): Promise<readonly ReferredPerson[]> {
  const { rows } = await db.query<ReferredPerson>(
    `select p.id, p.reference, p.organisation_id = i.organisation_id as "isOwn"
       from persons p join persons_in i on i.person_id = p.id
      where i.organisation_id = (select hoede_home()) and p.role = $1 and p.reference = any($2)`,
    [role, references],
  )
  return rows
}

type ReferredPerson = { readonly id: string; readonly reference: string; readonly isOwn: boolean }

type ReceivedBody = {
  readonly source: string
  readonly documentReference: string
  readonly bodyHash: string
  readonly act: string
  readonly missing: readonly Fault[]
  readonly receivedBy: string
  readonly nowMs: number
}

export type DecisionRow = {
  readonly id: string
  readonly source: string
  readonly documentReference: string
  readonly bodyHash: string
  readonly act: string
  readonly status: DecisionStatus
  readonly missing: readonly Fault[]
  readonly protectionOrderId: string | null
  readonly proposalId: string | null
  readonly receivedAtMs: number
  readonly receivedCount: number
  readonly waitsSinceMs: number | null
  readonly setAsideReason: string | null
}

/** What was not carried out is as it came last. */
const waiting = `('incomplete', 'refused', 'set-aside')`

/** `not-done`: a second person refused it, it was taken back, or nobody answered in time. */
export type DecisionStatus =
  | 'incomplete'
  | 'refused'
  | 'set-aside'
  | 'imported'
  | 'proposed'
  | 'not-done'

const decisions = 'decisions d left join proposals p on p.id = d.proposal_id'

/** What became of a proposal is read from the proposal, so that the two cannot differ. */
const status = `case when d.status <> 'proposed' or p.status is null or p.status = 'open' then d.status
       when p.status in ('confirmed', 'in-force') then 'imported' else 'not-done' end`

const columns = `d.id, d.source, d.document_reference as "documentReference", d.body_hash as "bodyHash", d.act,
  ${status} as status, d.missing, d.protection_order_id as "protectionOrderId", d.proposal_id as "proposalId",
  ${epochMs('d.received_at')} as "receivedAtMs", d.received_count as "receivedCount",
  ${epochMs('d.waits_since')} as "waitsSinceMs", case when d.status = 'set-aside' then d.set_aside_reason end as "setAsideReason"`
