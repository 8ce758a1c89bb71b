import { epochMs } from '../pg/epoch-ms.ts'
import type { Db } from '../pg/pool.ts'

/** How well a device was heard over a stretch of time, in numbers and times: no place is read. */
export async function findDeviceQuality(
  db: Db,
  { deviceId, fromMs, untilMs, gapMs, lateMs }: QualityQuery,
): Promise<DeviceQuality> {
  const stretch = [deviceId, fromMs, untilMs]
  const counts = await db.query<Omit<DeviceQuality, 'gaps' | 'doubts' | 'events'>>(
    `with f as (${heardSql})
     select count(*)::int as "fixCount",
            count(*) filter (where accuracy_meters is null or accuracy_meters <= 0)::int as "unknownRadiusCount",
            percentile_cont(0.5) within group (order by accuracy_meters) filter (where accuracy_meters > 0) as "radiusMetersMedian",
            percentile_cont(0.95) within group (order by accuracy_meters) filter (where accuracy_meters > 0) as "radiusMetersMost",
            count(*) filter (where received_at - recorded_at > make_interval(secs => $5 / 1000.0))::int as "lateCount",
            min(battery_fraction) as "batteryLeast",
            (array_agg(battery_fraction order by recorded_at desc) filter (where battery_fraction is not null))[1] as "batteryLast",
            count(*) filter (where wait > make_interval(secs => $4 / 1000.0))::int as "gapCount",
            ${epochMs('max(recorded_at)')} as "lastRecordedAtMs"
       from f`,
    [...stretch, gapMs, lateMs],
  )
  const [row] = counts.rows
  if (row === undefined) throw new Error('counting gave no row')
  const gaps = await db.query<Gap>(
    `with f as (${heardSql})
     select ${epochMs('recorded_at - wait')} as "fromMs", ${epochMs('recorded_at')} as "untilMs"
       from f where wait > make_interval(secs => $4 / 1000.0) order by wait desc, recorded_at limit ${gapCountMax}`,
    [...stretch, gapMs],
  )
  const doubts = await db.query<Counted>(
    `select reason as name, count(*)::int as count from (
       select distinct on (recorded_at, place, longitude, latitude) reasons from disbelieved_fixes
        where device_id = $1 and recorded_at >= to_timestamp($2::float8 / 1000) and recorded_at <= to_timestamp($3::float8 / 1000)
        order by recorded_at, place, longitude, latitude, learned_at desc) newest
      cross join unnest(reasons) as reason group by reason order by 2 desc, 1`,
    stretch,
  )
  const events = await db.query<Counted>(
    `select kind as name, count(*)::int as count from device_events
      where device_id = $1 and recorded_at >= to_timestamp($2::float8 / 1000) and recorded_at <= to_timestamp($3::float8 / 1000)
      group by kind order by 2 desc, 1`,
    stretch,
  )
  return { ...row, gaps: gaps.rows, doubts: doubts.rows, events: events.rows }
}

const heardSql = `select recorded_at, received_at, accuracy_meters, battery_fraction,
         recorded_at - lag(recorded_at) over (order by recorded_at) as wait
    from fixes where device_id = $1 and recorded_at >= to_timestamp($2::float8 / 1000)
     and recorded_at <= to_timestamp($3::float8 / 1000)`

/** The longest of them; how many there are is counted beside it. */
const gapCountMax = 10

/** Who had the device at some moment of it, of whom its reports tell; and how long anybody did. */
export async function findWorn(
  db: Db,
  { deviceId, fromMs, untilMs }: Pick<QualityQuery, 'deviceId' | 'fromMs' | 'untilMs'>,
): Promise<{ readonly personIds: readonly string[]; readonly wornMs: number }> {
  const { rows } = await db.query<{ readonly personIds: string[]; readonly wornMs: number }>(
    `with stretch as (select tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), '[]') as whole),
          worn as (select person_id, tstzrange(valid_from, valid_until) * whole as while
                     from device_assignments, stretch
                    where device_id = $1 and tstzrange(valid_from, valid_until) && whole)
     select array(select distinct person_id from worn order by 1)::text[] as "personIds",
            coalesce((select sum(extract(epoch from upper(one) - lower(one))) * 1000
                        from (select unnest(range_agg(while)) as one from worn) as pieces), 0)::float8 as "wornMs"`,
    [deviceId, fromMs, untilMs],
  )
  return rows[0] ?? { personIds: [], wornMs: 0 }
}

/** What was sent under its serial number and not taken, of what this caller may see. */
export async function countRefused(
  db: Db,
  { serialNumber, fromMs }: { readonly serialNumber: string; readonly fromMs: number },
): Promise<readonly Counted[]> {
  const { rows } = await db.query<Counted>(
    `select code as name, count(*)::int as count from quarantined_fixes
      where received_at >= to_timestamp($2::float8 / 1000) and body ->> 'serialNumber' = $1
      group by code order by 2 desc, 1`,
    [serialNumber, fromMs],
  )
  return rows
}

export type QualityQuery = {
  readonly deviceId: string
  readonly fromMs: number
  readonly untilMs: number
  /** A longer wait between two fixes is a gap. */
  readonly gapMs: number
  /** What came in so long after it was recorded is late. */
  readonly lateMs: number
}

export type DeviceQuality = {
  readonly fixCount: number
  readonly unknownRadiusCount: number
  readonly radiusMetersMedian: number | null
  /** All but one in twenty are smaller. */
  readonly radiusMetersMost: number | null
  readonly lateCount: number
  readonly batteryLeast: number | null
  readonly batteryLast: number | null
  readonly gapCount: number
  readonly lastRecordedAtMs: number | null
  readonly gaps: readonly Gap[]
  readonly doubts: readonly Counted[]
  readonly events: readonly Counted[]
}

type Gap = { readonly fromMs: number; readonly untilMs: number }
type Counted = { readonly name: string; readonly count: number }
