import type { Db } from '../pg/pool.ts'

/** Null: the caller has no such case, or there is no such organisation. */
export async function proposeMove(
  db: Db,
  move: { readonly orderId: string; readonly toOrganisationId: string; readonly by: string },
): Promise<string | null> {
  const { rows } = await db.query<{ id: string | null }>(
    'select hoede_propose_move($1, $2, $3) as id',
    [move.orderId, move.toOrganisationId, move.by],
  )
  return rows[0]?.id ?? null
}

/** The whole case goes over. False: it is not for the caller to accept, or not any more. */
export async function acceptMove(db: Db, id: string, by: string): Promise<boolean> {
  const { rows } = await db.query<{ done: boolean }>('select hoede_accept_move($1, $2) as done', [
    id,
    by,
  ])
  return rows[0]?.done === true
}

/** By the other side, or taken back. */
export async function declineMove(db: Db, id: string, by: string): Promise<boolean> {
  const { rows } = await db.query<{ done: boolean }>('select hoede_decline_move($1, $2) as done', [
    id,
    by,
  ])
  return rows[0]?.done === true
}

export async function findMove(db: Db, id: string): Promise<CaseMove | null> {
  const { rows } = await db.query<CaseMove>(`select ${columns} from case_moves where id = $1`, [id])
  return rows[0] ?? null
}

export async function listMoves(
  db: Db,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly CaseMove[]> {
  const { rows } = await db.query<CaseMove>(
    `select ${columns} from case_moves where $1::uuid is null or id > $1 order by id limit $2`,
    [page.afterId, page.limit],
  )
  return rows
}

export type CaseMove = {
  readonly id: string
  readonly protectionOrderId: string
  readonly fromOrganisationId: string
  readonly toOrganisationId: string
  readonly proposedBy: string
  readonly proposedAt: Date
  readonly acceptedBy: string | null
  readonly acceptedAt: Date | null
  readonly declinedBy: string | null
  readonly declinedAt: Date | null
}

const columns = `id, order_id as "protectionOrderId", from_org as "fromOrganisationId",
  to_org as "toOrganisationId", proposed_by as "proposedBy", proposed_at as "proposedAt",
  accepted_by as "acceptedBy", at as "acceptedAt", declined_by as "declinedBy", declined_at as "declinedAt"`
