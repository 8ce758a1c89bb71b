import type { Db } from '../pg/pool.ts'
import { alertColumns, type AlertRow } from './alerts.ts'

/**
 * What nobody has closed, by stretch of trouble, with the names that people know it by. The most
 * urgent alerts first; `limit` bounds the alerts, and one more is read to tell that there are more.
 */
export async function listIncidents(db: Db, limit: number): Promise<IncidentPage> {
  const found = await db.query<AlertRow>(
    `select ${alertColumns} from alerts where status <> 'closed'
      order by priority, case status when 'open' then 0 else 1 end, raised_at, id
      limit $1`,
    [limit + 1],
  )
  const alerts = found.rows.slice(0, limit)
  const [names, keepers] = [await readNames(db, alerts), await readKeepers(db, alerts)]
  const byIncident = new Map<string, AlertRow[]>()
  for (const alert of alerts) {
    const known = byIncident.get(alert.incidentId)
    if (known === undefined) byIncident.set(alert.incidentId, [alert])
    else known.push(alert)
  }
  return {
    incidents: [...byIncident.values()].map((rows) => incidentOf(rows, { names, keepers })),
    isComplete: found.rows.length <= limit,
  }
}

export type IncidentPage = {
  readonly incidents: readonly IncidentRows[]
  readonly isComplete: boolean
}

export type IncidentRows = {
  readonly protectionOrderReference: string | null
  readonly offenderReference: string | null
  readonly vendorName: string | null
  /** Whose case it is; null: of no case. */
  readonly organisation: Named | null
  /** Of that organisation, with which the case is now. */
  readonly units: readonly Named[]
  readonly acknowledgedByName: string | null
  /** At least one; the most urgent first. */
  readonly alerts: readonly AlertRow[]
}

export type Named = { readonly id: string; readonly name: string }

type Names = ReadonlyMap<string, string>

/** References and names of everything the alerts name, in one reading. */
async function readNames(db: Db, alerts: readonly AlertRow[]): Promise<Names> {
  const idsOf = (pick: (alert: AlertRow) => string | null): string[] => [
    ...new Set(alerts.flatMap((alert) => pick(alert) ?? [])),
  ]
  const result = await db.query<{ readonly id: string; readonly name: string }>(
    `select id, reference as name from protection_orders where id = any($1::uuid[])
     union all select id, reference from persons where id = any($2::uuid[])
     union all select id, name from vendors where id = any($3::uuid[])
     union all select id, name from api_clients where id = any($4::uuid[])
     union all select id, display_name from staff where id = any($4::uuid[])`,
    [
      idsOf((alert) => alert.protectionOrderId),
      idsOf((alert) => alert.offenderId),
      idsOf((alert) => alert.vendorId),
      idsOf((alert) => alert.acknowledgedBy),
    ],
  )
  return new Map(result.rows.map(({ id, name }) => [id, name]))
}

/** Who looks after each alert's case, by the rows that the caller may see. */
async function readKeepers(db: Db, alerts: readonly AlertRow[]): Promise<Keepers> {
  const { rows } = await db.query<Keeper & { readonly alertId: string }>(
    `select a.id as "alertId", json_build_object('id', o.id, 'name', o.name) as organisation,
            coalesce(kept.units, '[]') as units
       from alerts a join organisations o on o.id = a.organisation_id
       left join (
         select protection_order_id, json_agg(json_build_object('id', id, 'name', name) order by name) as units
           from (select distinct c.protection_order_id, u.id, u.name
                   from caseloads c join units u on u.id = c.unit_id
                  where c.protection_order_id = any($2::uuid[])
                    and c."from" <= now() and (c.until is null or c.until > now())) now
          group by protection_order_id) kept on kept.protection_order_id = a.protection_order_id
      where a.id = any($1::uuid[])`,
    [
      alerts.map(({ id }) => id),
      [...new Set(alerts.flatMap(({ protectionOrderId }) => protectionOrderId ?? []))],
    ],
  )
  return new Map(rows.map(({ alertId, ...keeper }) => [alertId, keeper]))
}

type Keeper = { readonly organisation: Named; readonly units: readonly Named[] }
type Keepers = ReadonlyMap<string, Keeper>

function incidentOf(
  alerts: readonly AlertRow[],
  { names, keepers }: { readonly names: Names; readonly keepers: Keepers },
): IncidentRows {
  const nameOf = (pick: (alert: AlertRow) => string | null): string | null => {
    for (const alert of alerts) {
      const name = names.get(pick(alert) ?? '')
      if (name !== undefined) return name
    }
    return null
  }
  return {
    protectionOrderReference: nameOf((alert) => alert.protectionOrderId),
    offenderReference: nameOf((alert) => alert.offenderId),
    vendorName: nameOf((alert) => alert.vendorId),
    ...keeperOf(alerts, keepers),
    acknowledgedByName: nameOf((alert) => alert.acknowledgedBy),
    alerts,
  }
}

/** Of one organisation; some of its alerts may be about the case and others about a device. */
function keeperOf(alerts: readonly AlertRow[], keepers: Keepers) {
  const found = alerts.flatMap(({ id }) => keepers.get(id) ?? [])
  const withUnits = found.find(({ units }) => units.length > 0)
  const { organisation = null, units = [] } = withUnits ?? found[0] ?? {}
  return { organisation, units }
}
