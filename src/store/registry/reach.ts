import type { Db } from '../pg/pool.ts'

/** What the caller may see, by the same functions that the policies ask. */
export async function loadReach(db: Db): Promise<Reach> {
  const { rows } = await db.query<{
    readonly organisations: readonly string[]
    readonly vendors: readonly string[]
    readonly cases: readonly string[] | null
  }>(
    `select hoede_organisations()::text[] as organisations, hoede_vendors()::text[] as vendors,
            hoede_cases()::text[] as cases`,
  )
  const row = rows[0]
  return {
    organisationIds: new Set(row?.organisations),
    vendorIds: new Set(row?.vendors),
    orderIds: row?.cases == null ? null : new Set(row.cases),
  }
}

/** As the policies on alerts have it; for what is in memory, where they do not reach. */
export function isWithinReach(reach: Reach, concerned: ConcernedAlert): boolean {
  const { organisationId, vendorId, protectionOrderId } = concerned
  if (organisationId === null) {
    return vendorId === null ? reach.vendorIds.size > 0 : reach.vendorIds.has(vendorId)
  }
  if (!reach.organisationIds.has(organisationId)) return false
  if (reach.orderIds === null) return true
  return protectionOrderId !== null && reach.orderIds.has(protectionOrderId)
}

export type Reach = {
  readonly organisationIds: ReadonlySet<string>
  /** Whose devices these organisations have. */
  readonly vendorIds: ReadonlySet<string>
  /** The cases of the caller's units; null: all of the organisations. */
  readonly orderIds: ReadonlySet<string> | null
}

type ConcernedAlert = {
  readonly organisationId: string | null
  readonly vendorId: string | null
  readonly protectionOrderId: string | null
}
