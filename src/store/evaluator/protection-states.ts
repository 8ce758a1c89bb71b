import type { Protection, ProtectionState } from '../../core/protection/judge-protection.ts'
import type { ProtectionReason } from '../../core/protection/judge-person-seen.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import { isOrderUnreadable } from '../registry/unreadable-orders.ts'

/** One row per change; call inside the transaction of the effects that go with it. */
export async function insertProtectionStates(
  tx: Db,
  changes: readonly ProtectionChange[],
  nowMs: number,
): Promise<void> {
  if (changes.length === 0) return
  await tx.query(
    `insert into protection_states (protection_order_id, state, reasons, at, organisation_id)
     select "orderId", c.state, c.reasons, to_timestamp($2::float8 / 1000), o.organisation_id
       from jsonb_to_recordset($1::jsonb) as c("orderId" uuid, state text, reasons jsonb)
       left join protection_orders o on o.id = "orderId"`,
    [JSON.stringify(changes), nowMs],
  )
}

/**
 * Notes that every order's protection was judged just now: what is on record held at this moment.
 */
export async function noteProtectionJudged(tx: Db, shard: number, nowMs: number): Promise<void> {
  await tx.query(
    `insert into journal_positions (reader, shard, journal_id, updated_at)
     values ('protection', $1, 0, to_timestamp($2::float8 / 1000))
     on conflict (reader, shard) do update set updated_at = excluded.updated_at`,
    [shard, nowMs],
  )
}

/** When the evaluator that is furthest behind last judged every order; null: it never did. */
export async function findProtectionJudgedMs(db: Db): Promise<number | null> {
  const { rows } = await db.query<{ readonly judgedAtMs: number | null }>(
    `select ${epochMs('min(updated_at)')} as "judgedAtMs"
       from journal_positions where reader = 'protection'`,
  )
  return rows[0]?.judgedAtMs ?? null
}

/**
 * The last state on record of each order; orders never judged have none. By order, and not by all
 * that was ever recorded, which grows for ever.
 */
export async function loadProtectionStates(db: Db): Promise<readonly ProtectionChange[]> {
  const { rows } = await db.query<ProtectionChange>(
    `select s.protection_order_id as "orderId", s.state, s.reasons
       from protection_orders o
       cross join lateral (
         select * from protection_states p where p.protection_order_id = o.id
          order by p.id desc limit 1) s`,
  )
  return rows
}

/** Of one order; null when there is no such order. */
export async function findProtectionRecord(
  db: Db,
  orderId: string,
): Promise<ProtectionRecord | null> {
  const { rows } = await db.query<ProtectionRecord>(`${currentStates} where o.id = $1`, [orderId])
  return rows[0] ?? null
}

/** Of every order, by id, those in the state that is asked for. */
export async function listProtectionRecords(
  db: Db,
  query: {
    readonly state: ProtectionState | null
    readonly afterId: string | null
    readonly limit: number
  },
): Promise<readonly ProtectionRecord[]> {
  const { rows } = await db.query<ProtectionRecord>(
    `${currentStates}
      where ($1::text is null or coalesce(${currentState}, 'unknown') = $1) and ($2::uuid is null or o.id > $2)
      order by o.id limit $3`,
    [query.state, query.afterId, query.limit],
  )
  return rows
}

/** How many orders there are in each state, those that are not in force left out. */
export async function countProtectionStates(
  db: Db,
): Promise<Readonly<Record<ProtectionState, number>>> {
  const { rows } = await db.query<{ readonly state: ProtectionState; readonly count: number }>(
    `select state, count(*)::int as count from (${currentStates}) as current
      where not coalesce(reasons @> '[{"code": "order-not-in-force"}]', false) group by state`,
  )
  const counts = { protected: 0, degraded: 0, unknown: 0 }
  for (const { state, count } of rows) counts[state ?? 'unknown'] += count
  return counts
}

export type ProtectionChange = Protection & { readonly orderId: string }

/** Without a state: registered, and not judged yet. */
export type ProtectionRecord = {
  readonly id: string
  readonly reference: string
  readonly state: ProtectionState | null
  readonly reasons: readonly ProtectionReason[] | null
  readonly changedAtMs: number | null
}

/** Detection may know in memory what cannot be read any more, and yet nobody can vouch for it. */
const currentState = `case when u.since is null then s.state else 'unknown' end`

const currentStates = `select o.id, o.reference, ${currentState} as state,
    case when u.since is null or s.reasons @> '[{"code": "order-unreadable"}]' then s.reasons
         else coalesce(s.reasons, '[]') || jsonb_build_array(jsonb_build_object('code', 'order-unreadable',
           'sinceMs', ${epochMs('u.since')}, 'subject', 'order', 'personId', null, 'deviceId', null)) end as reasons,
    ${epochMs('s.at')} as "changedAtMs"
  from protection_orders o
  left join lateral (
    select p.state, p.reasons, p.at from protection_states p where p.protection_order_id = o.id
     order by p.id desc limit 1) s on true
  left join (
    select a.protection_order_id, min(a.raised_at) as since from alerts a
     where ${isOrderUnreadable('a')} group by 1) u on u.protection_order_id = o.id`
