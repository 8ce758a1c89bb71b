import type { LegalBasis } from '../../core/model/registry.ts'
import { sealText } from '../keys/sealed-text.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { onlyRow } from '../registry/registry-rows.ts'
import type { PartnerKind } from '../../core/model/contract-words.ts'

/** Told nothing until somebody else confirms it. */
export async function insertPartner(tx: Db, partner: NewPartner): Promise<Partner> {
  const { rows } = await tx.query<Partner>(
    `insert into partners (kind, name, api_client_id, url, secret, on_breach, receipt_within_minutes, made_by,
       made_by_kind, made_at, on_breach_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000), $11) returning ${columns}`,
    [
      partner.kind,
      partner.name,
      partner.apiClientId,
      partner.url,
      await sealPartnerSecret(tx, partner),
      partner.onBreach,
      partner.receiptWithinMinutes,
      partner.madeBy,
      partner.madeByKind,
      partner.nowMs,
      partner.onBreachBy,
    ],
  )
  return onlyRow(rows)
}

/** Sealed for its token: laid beside another one it signs nothing. */
async function sealPartnerSecret(
  tx: Db,
  { apiClientId, secret }: Pick<NewPartner, 'apiClientId' | 'secret'>,
): Promise<string | null> {
  if (secret === null) return null
  return await sealText(tx, 'webhooks', aboutPartnerSecret(apiClientId), secret)
}

export function aboutPartnerSecret(apiClientId: string): string {
  return `partner-secret/${apiClientId}`
}

export async function listPartners(
  db: Db,
  query: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly Partner[]> {
  const { rows } = await db.query<Partner>(
    `select ${columns} from partners where $1::uuid is null or id > $1 order by id limit $2`,
    [query.afterId, query.limit],
  )
  return rows
}

export async function findPartnerForUpdate(tx: Db, id: string): Promise<Partner | null> {
  const { rows } = await tx.query<Partner>(
    `select ${columns} from partners where id = $1 for update`,
    [id],
  )
  return rows[0] ?? null
}

/** Which partner a token speaks for; null: none, or it has ended. */
export async function findPartnerOfClient(db: Db, apiClientId: string): Promise<Partner | null> {
  const { rows } = await db.query<Partner>(
    `select ${columns} from partners where api_client_id = $1 and confirmed_at is not null and ended_at is null`,
    [apiClientId],
  )
  return rows[0] ?? null
}

/** From now on it is told of every ban that is in force, and of each change. */
export async function confirmPartner(tx: Db, id: string, by: By): Promise<Partner> {
  return await update(
    tx,
    'confirmed_by = $2, confirmed_at = to_timestamp($3::float8 / 1000)',
    id,
    by,
  )
}

/** It is told until somebody else confirms that it is not. */
export async function askPartnerEnd(
  tx: Db,
  id: string,
  by: By & { readonly kind: Partner['madeByKind'] },
): Promise<Partner> {
  const { rows } = await tx.query<Partner>(
    `update partners set end_asked_by = $2, end_asked_at = to_timestamp($3::float8 / 1000), end_asked_by_kind = $4
      where id = $1 returning ${columns}`,
    [id, by.id, by.nowMs, by.kind],
  )
  return onlyRow(rows)
}

export async function endPartner(tx: Db, id: string, by: By): Promise<Partner> {
  return await update(tx, 'ended_by = $2, ended_at = to_timestamp($3::float8 / 1000)', id, by)
}

async function update(tx: Db, set: string, id: string, by: By): Promise<Partner> {
  const { rows } = await tx.query<Partner>(
    `update partners set ${set} where id = $1 returning ${columns}`,
    [id, by.id, by.nowMs],
  )
  return onlyRow(rows)
}

type By = { readonly id: string; readonly nowMs: number }

type NewPartner = Pick<
  Partner,
  | 'kind'
  | 'name'
  | 'apiClientId'
  | 'url'
  | 'onBreach'
  | 'onBreachBy'
  | 'receiptWithinMinutes'
  | 'madeBy'
  | 'madeByKind'
> & { readonly secret: string | null; readonly nowMs: number }

export type Partner = {
  readonly id: string
  readonly organisationId: string
  readonly kind: PartnerKind
  readonly name: string
  readonly apiClientId: string
  readonly url: string | null
  readonly onBreach: string
  /** Instead of it, of orders of some kinds. */
  readonly onBreachBy: { readonly [Basis in LegalBasis]?: string }
  readonly receiptWithinMinutes: number
  readonly madeBy: string
  readonly madeByKind: 'staff' | 'api-client'
  readonly madeAtMs: number
  readonly confirmedBy: string | null
  readonly confirmedAtMs: number | null
  readonly endAskedBy: string | null
  readonly endAskedByKind: 'staff' | 'api-client' | null
  readonly endAskedAtMs: number | null
  readonly endedBy: string | null
  readonly endedAtMs: number | null
}

/** Never the secret. */
const columns = `id, organisation_id as "organisationId", kind, name, api_client_id as "apiClientId", url,
  on_breach as "onBreach", on_breach_by as "onBreachBy", receipt_within_minutes as "receiptWithinMinutes", made_by as "madeBy",
  made_by_kind as "madeByKind", ${epochMs('made_at')} as "madeAtMs", confirmed_by as "confirmedBy",
  ${epochMs('confirmed_at')} as "confirmedAtMs", end_asked_by as "endAskedBy", end_asked_by_kind as "endAskedByKind",
  ${epochMs('end_asked_at')} as "endAskedAtMs", ended_by as "endedBy", ${epochMs('ended_at')} as "endedAtMs"`
