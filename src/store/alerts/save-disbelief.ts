import type { Effect } from '../../core/model/alert.ts'
import { isSamePlace, sealPlaces } from '../keys/sealed-places.ts'
import type { Db } from '../pg/pool.ts'

/**
 * Puts on record the newest decisions on fixes: why one is not believed, or, without reasons, that
 * it is after all. Every decision stays, and the one learned last applies. One that changes nothing
 * is not written again, and a fix that was never doubted has no row.
 */
export async function saveDisbelief(db: Db, effects: readonly Effect[]): Promise<void> {
  const decisions = effects.filter((effect) => effect.type === 'fix-disbelieved')
  if (decisions.length === 0) return
  const places = await sealPlaces(
    db,
    decisions.map((decision) => ({ ...decision, ownerId: decision.deviceId })),
  )
  const sealed = decisions.map(({ deviceId, recordedAtMs, reasons, learnedAtMs }, index) => {
    // Without a key it is of the whole moment.
    const place = places[index]?.place ?? null
    return { deviceId, recordedAtMs, reasons, learnedAtMs, place }
  })
  await db.query(saveDisbeliefSql, [JSON.stringify(sealed)])
}

/** Of two decisions learned at one moment the later one in the list counts. */
const saveDisbeliefSql = `
with given as (
  select distinct on (device_id, recorded_at, place, learned_at) *
    from (
      select "deviceId" as device_id, to_timestamp("recordedAtMs" / 1000) as recorded_at, decode(place, 'hex') as place,
             null::float8 as longitude, null::float8 as latitude, reasons, to_timestamp("learnedAtMs" / 1000) as learned_at,
             ordinality
        from rows from (jsonb_to_recordset($1::jsonb) as (
          "deviceId" uuid, "recordedAtMs" float8, place text, reasons text[], "learnedAtMs" float8
        )) with ordinality
    ) listed
   order by device_id, recorded_at, place, learned_at, ordinality desc
), decided as (
  select given.*, coalesce(
           lag(reasons) over (partition by device_id, recorded_at, place order by learned_at),
           (select d.reasons from disbelieved_fixes d
             where d.device_id = given.device_id and d.recorded_at = given.recorded_at
               and ${isSamePlace('d', 'given')} and d.learned_at <= given.learned_at
             order by d.learned_at desc limit 1),
           '{}') as before
    from given
)
insert into disbelieved_fixes (device_id, recorded_at, place, reasons, learned_at)
select device_id, recorded_at, place, reasons, learned_at from decided where reasons <> before
on conflict (device_id, recorded_at, place, longitude, latitude, learned_at) do update set reasons = excluded.reasons`
