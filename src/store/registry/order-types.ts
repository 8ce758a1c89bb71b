import { orderTypes, type KnownType, type OrderType } from '../../core/model/order-terms.ts'
import { legalBases, type LegalBasis } from '../../core/model/registry.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { insertNextVersion, type VersionChange } from './next-version.ts'

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

/** As `insertNextVersion` does. */
export async function insertOrderType(
  tx: Db,
  change: VersionChange & { readonly legalBasis: LegalBasis; readonly orderType: OrderType },
): Promise<number | null> {
  const kept = { ...change, key: change.legalBasis, body: change.orderType }
  return await insertNextVersion(tx, { table: 'order_types', keyColumn: 'legal_basis' }, kept)
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
