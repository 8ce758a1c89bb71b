import type { Limits } from '../../core/model/limits.ts'
import {
  chooseRisk,
  isSameRisk,
  riskProfilesDelivered,
  type RiskProfile,
} from '../../core/model/risk-profiles.ts'
import type { ChosenRisk } from '../../core/model/registry.ts'
import { limitsUnder } from '../../core/rules/limits-under-risk.ts'
import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'
import { insertNextVersion, type VersionChange } from '../registry/next-version.ts'

/** The rows of an organisation as they are now, those that were delivered among them, by key. */
export async function listRiskProfiles(
  db: Db,
  organisationId: string,
): Promise<readonly RiskProfileRow[]> {
  const { rows } = await db.query<Omit<RiskProfileRow, 'behindCount'>>(
    `select distinct on (key) key, version::int as version, body as profile, changed_by as "changedBy",
            confirmed_by as "confirmedBy", ${epochMs('changed_at')} as "changedAtMs"
       from risk_profiles where organisation_id = $1 order by key, risk_profiles.version desc`,
    [organisationId],
  )
  const known = new Set(rows.map(({ key }) => key))
  const delivered = Object.entries(riskProfilesDelivered)
    .filter(([key]) => !known.has(key))
    .map(([key, profile]) => ({ key, profile, ...asDelivered }))
  const all = [...delivered, ...rows]
  const behind = await countBehind(db, all)
  return all
    .map((row) => ({ ...row, behindCount: behind.get(row.key) ?? 0 }))
    .toSorted((one, other) => one.key.localeCompare(other.key))
}

/** Null: there is none of this key. */
export async function findRiskProfile(
  db: Db,
  organisationId: string,
  key: string,
): Promise<Pick<RiskProfileRow, 'version' | 'profile'> | null> {
  const { rows } = await db.query<Pick<RiskProfileRow, 'version' | 'profile'>>(
    `select version::int as version, body as profile from risk_profiles
      where organisation_id = $1 and key = $2 order by risk_profiles.version desc limit 1`,
    [organisationId, key],
  )
  if (rows[0] !== undefined) return rows[0]
  if (!Object.hasOwn(riskProfilesDelivered, key)) return null
  const profile = riskProfilesDelivered[key]
  return profile === undefined ? null : { version: asDelivered.version, profile }
}

/** As `insertNextVersion` does. */
export async function insertRiskProfile(
  tx: Db,
  change: VersionChange & { readonly key: string; readonly profile: RiskProfile },
): Promise<number | null> {
  const kept = { ...change, body: change.profile }
  return await insertNextVersion(tx, { table: 'risk_profiles', keyColumn: 'key' }, kept)
}

/** What the case followed at a moment; null: nothing, or there was no such order yet. */
export async function findRiskAt(
  db: Db,
  orderId: string,
  atMs: number,
): Promise<ChosenRisk | null> {
  const { rows } = await db.query<{ readonly risk: ChosenRisk | null }>(
    `select v.body -> 'risk' as risk from order_acts a
       join protection_order_versions v on v.protection_order_id = a.protection_order_id and v.version = a.order_version
      where a.protection_order_id = $1 and a.at <= to_timestamp($2::float8 / 1000)
        and a.act not in ('propose', 'assess')
      order by a.order_version desc limit 1`,
    [orderId, atMs],
  )
  return rows[0]?.risk ?? null
}

/** By what an answer to this alert is held: that of a grave case is back sooner. */
export async function limitsOf(
  db: Db,
  { protectionOrderId }: { readonly protectionOrderId: string | null },
  limits: Limits,
): Promise<Limits> {
  if (protectionOrderId === null) return limits
  return limitsUnder(await findRiskAt(db, protectionOrderId, Infinity), limits)
}

export type RiskProfileRow = {
  readonly key: string
  /** 0: as delivered. */
  readonly version: number
  readonly profile: RiskProfile
  readonly changedBy: string | null
  readonly confirmedBy: string | null
  readonly changedAtMs: number | null
  /** Cases that are watched by other terms of it, older ones or those of elsewhere. */
  readonly behindCount: number
}

const asDelivered = { version: 0, changedBy: null, confirmedBy: null, changedAtMs: null }

/** By the terms: a case that came from elsewhere may follow the same version with others. */
async function countBehind(
  db: Db,
  rows: readonly Pick<RiskProfileRow, 'key' | 'version' | 'profile'>[],
): Promise<ReadonlyMap<string, number>> {
  const { rows: followed } = await db.query<{ readonly risk: ChosenRisk; readonly count: number }>(
    `select v.body -> 'risk' as risk, count(*)::int as count from protection_orders o
       join protection_order_versions v on v.protection_order_id = o.id and v.version = o.version
        and v.body #>> '{risk,profile}' = any($1)
      where o.status <> 'ended' group by v.body -> 'risk'`,
    [rows.map(({ key }) => key)],
  )
  const now = new Map(rows.map((row) => [row.key, chooseRisk(row.key, row.version, row.profile)]))
  const counts = new Map<string, number>()
  for (const { count, risk } of followed) {
    const row = now.get(risk.profile)
    if (row === undefined || isSameRisk(risk, row)) continue
    counts.set(risk.profile, (counts.get(risk.profile) ?? 0) + count)
  }
  return counts
}
