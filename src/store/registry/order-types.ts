import { orderTypes, type KnownType, type OrderType } from '../../core/model/order-terms.ts'
import { legalBases, type LegalBasis } from '../../core/model/registry.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** The kinds of an organisation as they are now, those that were delivered among them. */
export async function listOrderTypes(
  db: Db,
  organisationId: string,
): Promise<readonly OrderTypeRow[]> {
  const { rows } = await db.query<OrderTypeRow>(
    `select distinct on (legal_basis) legal_basis as "legalBasis", version::int as version, body as type,
            changed_by as "changedBy", confirmed_by as "confirmedBy", ${epochMs('changed_at')} as "changedAtMs"
       from order_types where organisation_id = $1 order by legal_basis, order_types.version desc`,
    [organisationId],
  )
  const known = new Map(rows.map((row) => [row.legalBasis, row]))
  return legalBases.map((legalBasis) => {
    const delivered = { legalBasis, version: 0, type: orderTypes[legalBasis] }
    const asDelivered = { changedBy: null, confirmedBy: null, changedAtMs: null }
    return known.get(legalBasis) ?? { ...delivered, ...asDelivered }
  })
}

/** Null when another version was set since: nobody's change is lost unseen. */
export async function insertOrderType(
  tx: Db,
  change: {
    readonly organisationId: string
    readonly legalBasis: LegalBasis
    readonly basedOnVersion: number
    readonly orderType: OrderType
    readonly changedBy: string
    /** Null: a machine, which needs no second person. */
    readonly confirmedBy: string | null
    readonly changedAtMs: number
  },
): Promise<number | null> {
  const { rows } = await tx.query<{ readonly version: number }>(
    `insert into order_types (organisation_id, legal_basis, version, body, changed_by, confirmed_by, changed_at)
     select $1, $2, $3 + 1, $4::jsonb, $5, $6, to_timestamp($7::float8 / 1000)
      where $3 = coalesce((select max(version) from order_types where organisation_id = $1 and legal_basis = $2), 0)
     on conflict do nothing returning version::int as version`,
    [
      change.organisationId,
      change.legalBasis,
      change.basedOnVersion,
      JSON.stringify(change.orderType),
      change.changedBy,
      change.confirmedBy,
      change.changedAtMs,
    ],
  )
  return rows[0]?.version ?? null
}

/** By what each of these orders is judged now, as its organisation has its kind. */
export async function findKindsOfOrders(
  db: Db,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, KindOfOrder>> {
  const { rows } = await db.query<Row>(
    `select o.id, o.legal_basis as "legalBasis", t.version::int as version, t.body as type, coalesce((
              select a.extension_count from order_acts a where a.protection_order_id = o.id order by a.id desc limit 1), 0) as count
       from protection_orders o left join lateral (
         select version, body from order_types where organisation_id = o.organisation_id and legal_basis = o.legal_basis
          order by order_types.version desc limit 1) t on true
      where o.id = any($1)`,
    [orderIds],
  )
  return new Map(
    rows.map(({ count, id, legalBasis, type, version }) => {
      const kind = { version: version ?? 0, type: type ?? orderTypes[legalBasis] }
      return [id, { ...kind, extensionCount: count }]
    }),
  )
}

export async function findKindOfOrder(db: Db, orderId: string): Promise<KindOfOrder> {
  const kind = (await findKindsOfOrders(db, [orderId])).get(orderId)
  if (kind === undefined) throw new Error('the order whose kind is asked for is not found')
  return kind
}

export type KindOfOrder = KnownType & {
  /** How often the order was extended. */
  readonly extensionCount: number
}

export type OrderTypeRow = KnownType & {
  readonly legalBasis: LegalBasis
  readonly changedBy: string | null
  readonly confirmedBy: string | null
  readonly changedAtMs: number | null
}

type Row = {
  readonly id: string
  readonly legalBasis: LegalBasis
  readonly version: number | null
  readonly type: OrderType | null
  readonly count: number
}
