import type { ProtectionOrder, RegistryChange } from '../../core/model/registry.ts'
import { CorruptJournal } from '../../errors.ts'
import { decodeRegistryChange } from '../journal/journal-codec.ts'
import { journalKinds } from '../journal/journal-kinds.ts'
import { openOrders, type StoredOrder } from '../keys/sealed-orders.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Orders from rows of versions, in their order, whatever somebody did to one of them: it is taken
 * from the journal, which has each version too; else without what cannot be read, and it says so;
 * else by the terms of its list. The others are none the worse.
 */
export async function readOrders(
  db: Db,
  rows: readonly OrderRow[],
): Promise<readonly ProtectionOrder[]> {
  const found = await openRows(db, rows)
  const wanted = rows.filter(
    (row) => found.get(row.id)?.isUnreadable !== undefined || !found.has(row.id),
  )
  if (wanted.length === 0) return rows.flatMap((row) => found.get(row.id) ?? [])
  const copies = await openRows(db, await listJournaled(db, wanted.slice(0, copiesMax)))
  for (const [id, copy] of copies) if (copy.isUnreadable !== true) found.set(id, copy)
  const lost = rows.filter((row) => !found.has(row.id))
  for (const order of await listStandIns(db, lost)) found.set(order.id, order)
  return rows.flatMap((row) => found.get(row.id) ?? [])
}

/** Those that cannot be read as they stand in their rows. */
export async function findUnreadable(
  db: Db,
  rows: readonly OrderRow[],
): Promise<readonly string[]> {
  const found = await openRows(db, rows)
  return rows.flatMap((row) =>
    found.get(row.id)?.isUnreadable === undefined && found.has(row.id) && bansSomething(row)
      ? []
      : [row.id],
  )
}

/** An order that bans nothing is none: somebody has taken away what was sealed. */
function bansSomething({ body }: OrderRow): boolean {
  if (body === null || !Array.isArray(body.locationBans)) return false
  if (!body.locationBans.every((ban) => typeof ban?.area?.type === 'string')) return false
  return body.locationBans.length + body.proximityBans.length > 0 || body.sealed?.areas != null
}

/** A version as the table has it; one order has one row. */
export type OrderRow = {
  readonly id: string
  readonly version: number
  /** Null: there is no row. */
  readonly body: StoredOrder | null
}

/** Every row that is an order at all. */
async function openRows(db: Db, rows: readonly OrderRow[]): Promise<Map<string, ProtectionOrder>> {
  const bodies = rows.flatMap((row) => (isOrder(row) ? [row.body] : []))
  const opened = await openOrders(db, bodies)
  return new Map(opened.map((order) => [order.id, order]))
}

function isOrder(row: OrderRow): row is OrderRow & { readonly body: StoredOrder } {
  const { body, id, version } = row
  if (typeof body !== 'object' || body === null || body.id !== id) return false
  const { offenderId, proximityBans, validFromMs, validUntilMs } = body
  return (
    body.version === version &&
    typeof offenderId === 'string' &&
    Number.isFinite(validFromMs) &&
    Number.isFinite(validUntilMs) &&
    Array.isArray(proximityBans) &&
    proximityBans.every((ban) => typeof ban?.victimId === 'string' && ban.separationMeters >= 0)
  )
}

/** The same versions as they stand in the journal, sealed alike; of each the newest row. */
async function listJournaled(db: Db, wanted: readonly OrderRow[]): Promise<readonly OrderRow[]> {
  const { rows } = await db.query<{ readonly payload: Buffer }>(
    `select payload from journal where kind = ${journalKinds.registryChange}
        and exists (select from unnest($1::bytea[]) as o(id) where position(o.id in payload) > 0) order by id`,
    [wanted.map(({ id }) => Buffer.from(id))],
  )
  const versions = new Map(wanted.map(({ id, version }) => [id, version]))
  const found = new Map<string, OrderRow>()
  for (const { payload } of rows) {
    const change = readChange(payload)
    if (change?.type !== 'protection-order') continue
    const { id, version } = change.protectionOrder
    if (versions.get(id) === version) found.set(id, { id, version, body: change.protectionOrder })
  }
  return [...found.values()]
}

/**
 * SQL: the newest version that there is or is said to be. The list alone, which no seal binds,
 * could name an older one.
 */
export function newestVersion(orders: 'o'): string {
  return `(select greatest(${orders}.version, max(w.version)) as version
             from protection_order_versions w where w.protection_order_id = ${orders}.id)`
}

/** Null for a damaged row, which is told where it is judged. */
export function readChange(payload: Buffer): RegistryChange | null {
  try {
    return decodeRegistryChange(payload)
  } catch (error) {
    if (!(error instanceof CorruptJournal)) throw error
    return null
  }
}

/** Whom it is against and since when, and no ban: so that it is known that something is missing. */
async function listStandIns(
  db: Db,
  wanted: readonly OrderRow[],
): Promise<readonly ProtectionOrder[]> {
  if (wanted.length === 0) return []
  const versions = new Map(wanted.map(({ id, version }) => [id, version]))
  const { rows } = await db.query<Omit<ProtectionOrder, 'version'>>(
    `select id, reference, legal_basis as "legalBasis", offender_id as "offenderId", status,
            ${epochMs('valid_from')} as "validFromMs", ${epochMs('valid_until')} as "validUntilMs"
       from protection_orders where id = any($1::uuid[])`,
    [[...versions.keys()]],
  )
  return rows.map((row) => ({
    ...row,
    version: versions.get(row.id) ?? 1,
    locationBans: [],
    proximityBans: [],
    escalation: null,
    isUnreadable: true,
  }))
}

/** More than somebody touches by hand; the journal is not searched for thousands. */
const copiesMax = 50
