import type { Db } from '../pg/pool.ts'

/**
 * Keeps something that an organisation has in versions as its next one. Gives the version; null
 * when another one was set since: nobody's change is lost unseen.
 */
export async function insertNextVersion(
  tx: Db,
  { keyColumn, table }: Versioned,
  change: NextVersion,
): Promise<number | null> {
  const { rows } = await tx.query<{ readonly version: number }>(
    `insert into ${table} (organisation_id, ${keyColumn}, version, body, changed_by, confirmed_by, changed_at)
     select $1, $2, $3 + 1, $4::jsonb, $5, $6, to_timestamp($7::float8 / 1000)
      where $3 = coalesce((select max(version) from ${table} where organisation_id = $1 and ${keyColumn} = $2), 0)
     on conflict do nothing returning version::int as version`,
    [
      change.organisationId,
      change.key,
      change.basedOnVersion,
      JSON.stringify(change.body),
      change.changedBy,
      change.confirmedBy,
      change.changedAtMs,
    ],
  )
  return rows[0]?.version ?? null
}

/** Which table it is kept in, and by what its rows are told apart. */
type Versioned =
  | { readonly table: 'risk_profiles'; readonly keyColumn: 'key' }
  | { readonly table: 'order_types'; readonly keyColumn: 'legal_basis' }

type NextVersion = VersionChange & { readonly key: string; readonly body: unknown }

export type VersionChange = {
  readonly organisationId: string
  /** The one that was looked at; 0: as it was delivered. */
  readonly basedOnVersion: number
  readonly changedBy: string
  /** Null: a machine, which needs no second person. */
  readonly confirmedBy: string | null
  readonly changedAtMs: number
}
