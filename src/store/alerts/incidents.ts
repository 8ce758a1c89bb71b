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
  const names = await readNames(db, alerts)
  const byIncident = new Map<string, AlertRow[]>()
  for (const alert of alerts) {
    const known = byIncident.get(alert.incidentId)
    if (known === undefined) byIncident.set(alert.incidentId, [alert])
    else known.push(alert)
  }
  return {
    incidents: [...byIncident.values()].map((rows) => incidentOf(rows, names)),
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
  readonly acknowledgedByName: string | null
  /** At least one; the most urgent first. */
  readonly alerts: readonly AlertRow[]
}

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

function incidentOf(alerts: readonly AlertRow[], names: Names): IncidentRows {
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
    acknowledgedByName: nameOf((alert) => alert.acknowledgedBy),
    alerts,
  }
}
