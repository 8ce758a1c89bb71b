import type { Effect } from '../../core/model/alert.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Puts on record the newest decisions on fixes: why one is not believed, or, without reasons, that
 * it is after all. Every decision stays, and the one learned last applies. One that changes nothing
 * is not written again, and a fix that was never doubted has no row.
 */
export async function saveDisbelief(db: Db, effects: readonly Effect[]): Promise<void> {
  const decisions = effects.filter((effect) => effect.type === 'fix-disbelieved')
  if (decisions.length === 0) return
  await db.query(saveDisbeliefSql, [JSON.stringify(decisions)])
}

/** Of two decisions learned at one moment the later one in the list counts. */
const saveDisbeliefSql = `
with given as (
  select distinct on (device_id, recorded_at, longitude, latitude, learned_at) *
    from (
      select "deviceId" as device_id, to_timestamp("recordedAtMs" / 1000) as recorded_at, longitude, latitude,
             reasons, to_timestamp("learnedAtMs" / 1000) as learned_at, ordinality
        from rows from (jsonb_to_recordset($1::jsonb) as (
          "deviceId" uuid, "recordedAtMs" float8, longitude float8, latitude float8, reasons text[], "learnedAtMs" float8
        )) with ordinality
    ) listed
   order by device_id, recorded_at, longitude, latitude, learned_at, ordinality desc
), decided as (
  select given.*, coalesce(
           lag(reasons) over (partition by device_id, recorded_at, longitude, latitude order by learned_at),
           (select d.reasons from disbelieved_fixes d
             where d.device_id = given.device_id and d.recorded_at = given.recorded_at
               and d.longitude = given.longitude and d.latitude = given.latitude and d.learned_at <= given.learned_at
             order by d.learned_at desc limit 1),
           '{}') as before
    from given
)
insert into disbelieved_fixes (device_id, recorded_at, longitude, latitude, reasons, learned_at)
select device_id, recorded_at, longitude, latitude, reasons, learned_at from decided where reasons <> before
on conflict (device_id, recorded_at, longitude, latitude, learned_at) do update set reasons = excluded.reasons`
