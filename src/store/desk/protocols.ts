import type { Protocol } from '../../core/model/protocol.ts'
import type { Db } from '../pg/pool.ts'
import { epochMs } from '../pg/epoch-ms.ts'

/**
 * The protocol of whoever has an alert that held at a moment; null when nobody had chosen one by
 * then. An alert is answered by what held when it was put in front of people.
 */
export async function findProtocolOf(
  db: Db,
  alert: { readonly id: string; readonly organisationId: string; readonly atMs: number },
): Promise<ProtocolVersion | null> {
  const { rows } = await db.query<ProtocolVersion>(
    `select ${columns} from response_protocols
      where organisation_id = coalesce((select organisation_id from alerts where id = $1), $2)
        and changed_at <= to_timestamp($3::float8 / 1000)
      order by version desc limit 1`,
    [alert.id, alert.organisationId, alert.atMs],
  )
  return rows[0] ?? null
}

/** The protocol of an organisation that holds now; null when nobody has chosen one. */
export async function findProtocol(
  db: Db,
  organisationId: string,
): Promise<ProtocolVersion | null> {
  const { rows } = await db.query<ProtocolVersion>(
    `select ${columns} from response_protocols
      where organisation_id = $1 order by version desc limit 1`,
    [organisationId],
  )
  return rows[0] ?? null
}

/** Null when another version was set since: nobody's change is lost unseen. */
export async function insertProtocol(
  tx: Db,
  change: {
    readonly organisationId: string
    readonly basedOnVersion: number
    readonly protocol: Protocol
    readonly changedBy: string
    readonly changedAtMs: number
  },
): Promise<ProtocolVersion | null> {
  const { rows } = await tx.query<ProtocolVersion>(
    `insert into response_protocols (organisation_id, version, body, changed_by, changed_at)
     select $1, $2 + 1, $3::jsonb, $4, to_timestamp($5::float8 / 1000)
      where $2 = coalesce((select max(version) from response_protocols where organisation_id = $1), 0)
     on conflict do nothing returning ${columns}`,
    [
      change.organisationId,
      change.basedOnVersion,
      JSON.stringify(change.protocol),
      change.changedBy,
      change.changedAtMs,
    ],
  )
  return rows[0] ?? null
}

export type ProtocolVersion = {
  readonly version: number
  readonly protocol: Protocol
  readonly changedBy: string | null
  readonly changedAtMs: number | null
}

const columns = `version::int as version, body as protocol, changed_by as "changedBy",
  ${epochMs('changed_at')} as "changedAtMs"`
