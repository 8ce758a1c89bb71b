import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'

export async function insertOrganisation(
  db: Db,
  organisation: { readonly name: string; readonly oin: string | null },
): Promise<Organisation> {
  const { rows } = await db.query<Organisation>(
    `insert into organisations (name, oin) values ($1, $2) returning ${organisationColumns}`,
    [organisation.name, organisation.oin],
  )
  return onlyRow(rows)
}

export async function listOrganisations(
  db: Db,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly Organisation[]> {
  const { rows } = await db.query<Organisation>(
    `select ${organisationColumns} from organisations
      where $1::uuid is null or id > $1 order by id limit $2`,
    [page.afterId, page.limit],
  )
  return rows
}

export async function hasOrganisation(db: Db, id: string): Promise<boolean> {
  const { rows } = await db.query('select from organisations where id = $1', [id])
  return rows.length > 0
}

export async function insertUnit(
  db: Db,
  unit: { readonly organisationId: string; readonly name: string },
): Promise<Unit> {
  const { rows } = await db.query<Unit>(
    `insert into units (organisation_id, name) values ($1, $2) returning ${unitColumns}`,
    [unit.organisationId, unit.name],
  )
  return onlyRow(rows)
}

export async function listUnits(
  db: Db,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly Unit[]> {
  const { rows } = await db.query<Unit>(
    `select ${unitColumns} from units where $1::uuid is null or id > $1 order by id limit $2`,
    [page.afterId, page.limit],
  )
  return rows
}

/** Whether there is this unit, of this organisation; null: of any the caller administers. */
export async function hasUnit(db: Db, id: string, organisationId: string | null): Promise<boolean> {
  const { rows } = await db.query(
    'select from units where id = $1 and organisation_id = coalesce($2, organisation_id)',
    [id, organisationId],
  )
  return rows.length > 0
}

/** Gives a case of the caller's to a unit of the same organisation, beside or instead of others. */
export async function insertCaseload(
  tx: Db,
  caseload: { readonly protectionOrderId: string; readonly unitId: string },
): Promise<Caseload | null> {
  const { rows } = await tx.query<Caseload>(
    `insert into caseloads (organisation_id, protection_order_id, unit_id)
     select o.organisation_id, o.id, u.id from protection_orders o join units u on u.organisation_id = o.organisation_id
      where o.id = $1 and u.id = $2 returning ${caseloadColumns}`,
    [caseload.protectionOrderId, caseload.unitId],
  )
  return rows[0] ?? null
}

export async function listCaseloads(
  db: Db,
  page: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly Caseload[]> {
  const { rows } = await db.query<Caseload>(
    `select ${caseloadColumns} from caseloads where $1::uuid is null or id > $1 order by id limit $2`,
    [page.afterId, page.limit],
  )
  return rows
}

/** Null: no such caseload. Ending it twice keeps the first moment. */
export async function endCaseload(db: Db, id: string): Promise<Caseload | null> {
  const { rows } = await db.query<Caseload>(
    `update caseloads set until = coalesce(until, greatest(now(), "from" + interval '1 microsecond'))
      where id = $1 returning ${caseloadColumns}`,
    [id],
  )
  return rows[0] ?? null
}

export type Organisation = {
  readonly id: string
  readonly name: string
  readonly oin: string | null
  readonly createdAt: Date
}
export type Unit = {
  readonly id: string
  readonly organisationId: string
  readonly name: string
  readonly createdAt: Date
}
export type Caseload = {
  readonly id: string
  readonly protectionOrderId: string
  readonly unitId: string
  readonly validFrom: Date
  readonly validUntil: Date | null
}

const organisationColumns = 'id, name, oin, created_at as "createdAt"'
const unitColumns = 'id, organisation_id as "organisationId", name, created_at as "createdAt"'
const caseloadColumns = `id, protection_order_id as "protectionOrderId", unit_id as "unitId",
  "from" as "validFrom", until as "validUntil"`
