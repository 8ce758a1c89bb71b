import type { StoredFix } from '../../core/enforceability/reception-check.ts'
import { OperatingError } from '../../errors.ts'
import { openPlaces, placeColumns, placedOf, type StoredPlace } from '../keys/sealed-places.ts'
import { epochMs } from '../pg/epoch-ms.ts'
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
 *
 * @throws OperatingError where the place of one does not open: what was not received and what
 * cannot be read would be counted as the same
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
  const { rows } = await db.query<StoredFixRow & StoredPlace>({
    name: 'find-stored-fixes-of-offender',
    text: `select f.device_id as "ownerId", ${epochMs('f.recorded_at')} as "recordedAtMs",
                  ${epochMs('f.received_at')} as "receivedAtMs", ${placeColumns('f')},
                  f.accuracy_meters as "accuracyMeters"
           from device_assignments a
           join devices d on d.id = a.device_id and d.kind = 'ankle-monitor'
           join fixes f on f.device_id = a.device_id
             and f.recorded_at >= greatest(a.valid_from, $2)
             and f.recorded_at < least(coalesce(a.valid_until, 'infinity'), $3)
           where a.person_id = $1
           order by f.recorded_at desc limit ${fixCountMax}`,
    values,
  })
  const placed = placedOf(await openPlaces(db, rows))
  const unreadCount = rows.length - placed.length
  if (unreadCount > 0)
    throw new OperatingError(
      'internal-error',
      `Where the offender was cannot be read of ${unreadCount} stored positions.`,
    )
  const fixes = placed
    .toReversed()
    .map(({ recordedAtMs, receivedAtMs, longitude, latitude, accuracyMeters }) => {
      return { recordedAtMs, receivedAtMs, longitude, latitude, accuracyMeters }
    })
  return { fixes, intervalMs: (plans[0]?.seconds ?? 60) * 1_000 }
}

/** A month of a plan of a minute: more would be held in memory, and says no more. */
const fixCountMax = 45_000

type StoredFixRow = {
  readonly receivedAtMs: number
  readonly accuracyMeters: number | null
}
