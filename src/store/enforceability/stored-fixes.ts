import type { StoredFix } from '../../core/enforceability/reception-check.ts'
import type { Db } from '../pg/pool.ts'

/** Whether the caller may see an offender of this id. */
export async function isOffenderSeen(db: Db, offenderId: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'is-offender-seen',
    text: `select from persons where id = $1 and role = 'offender'`,
    values: [offenderId],
  })
  return rows.length > 0
}

/**
 * What the monitors of an offender recorded between two moments, oldest first, with the longest
 * plan among them. People have no right to the history: whoever calls has asked `isOffenderSeen`.
 */
export async function findStoredFixes(
  db: Db,
  offenderId: string,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): Promise<{ readonly fixes: StoredFix[]; readonly intervalMs: number }> {
  const values = [offenderId, new Date(sinceMs).toISOString(), new Date(untilMs).toISOString()]
  const { rows: plans } = await db.query<{ seconds: number | null }>({
    name: 'find-plan-of-offender',
    text: `select max(d.report_interval_seconds) as seconds
           from device_assignments a join devices d on d.id = a.device_id and d.kind = 'ankle-monitor'
           where a.person_id = $1
             and a.valid_from < $3 and (a.valid_until is null or a.valid_until > $2)`,
    values,
  })
  const { rows } = await db.query<StoredFixRow>({
    name: 'find-stored-fixes-of-offender',
    text: `select f.recorded_at, f.received_at, f.longitude, f.latitude, f.accuracy_meters
           from device_assignments a
           join devices d on d.id = a.device_id and d.kind = 'ankle-monitor'
           join fixes f on f.device_id = a.device_id
             and f.recorded_at >= greatest(a.valid_from, $2)
             and f.recorded_at < least(coalesce(a.valid_until, 'infinity'), $3)
           where a.person_id = $1
           order by f.recorded_at desc limit ${fixCountMax}`,
    values,
  })
  const fixes = rows.toReversed().map((row) => ({
    recordedAtMs: row.recorded_at.getTime(),
    receivedAtMs: row.received_at.getTime(),
    longitude: row.longitude,
    latitude: row.latitude,
    accuracyMeters: row.accuracy_meters,
  }))
  return { fixes, intervalMs: (plans[0]?.seconds ?? 60) * 1_000 }
}

/** A month of a plan of a minute: more would be held in memory, and says no more. */
const fixCountMax = 45_000

type StoredFixRow = {
  readonly recorded_at: Date
  readonly received_at: Date
  readonly longitude: number
  readonly latitude: number
  readonly accuracy_meters: number | null
}
